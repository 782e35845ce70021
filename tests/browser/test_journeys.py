"""What readers do: filter, go on, send the link, drill, download, switch the language; two at once."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from dashboard.words.i18n import Translator
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab

ZH, EN = Translator("zh"), Translator("en")


def query(tab: Tab) -> dict[str, list[str]]:
    """The parameters of the link in the address bar."""
    return parse_qs(urlsplit(tab.page.url).query)


def data_line(tab: Tab) -> str:
    """The line that says which data the page shows."""
    return tab.page.locator('[data-testid="stMain"] [data-testid="stCaptionContainer"]').first.inner_text()


def go_to(tab: Tab, key: str, t: Translator = ZH) -> Tab:
    """Click a page in the menu."""
    tab.page.locator('[data-testid="stSidebar"]').get_by_role("link", name=t(f"nav.{key}")).first.click()
    expect(tab.page.locator("h1").first).to_have_text(t(f"nav.{key}"), timeout=60_000)
    return tab.settled()


def choose_basis(tab: Tab) -> Tab:
    """Take the point-in-time basis."""
    tab.page.locator('[data-testid="stSidebar"]').get_by_text(ZH("common.basis.point"), exact=True).click()
    tab.page.wait_for_url("**basis=point**")
    return tab.settled()


def download(tab: Tab, name: str) -> tuple[str, bytes]:
    """Press a download button; the file's name and content."""
    button = tab.page.locator('[data-testid="stMain"]').get_by_role("button", name=name).first
    with tab.page.expect_download(timeout=60_000) as caught:
        button.click()
    path = caught.value.path()
    return caught.value.suggested_filename, Path(path).read_bytes()


def sheets(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """Every sheet of a workbook as rows."""
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.fixture(scope="module")
def base(served: str) -> str:
    """The server of those who write: nothing here depends on what is decided."""
    return served


@pytest.fixture
def two_units(sample_warehouse: Path) -> tuple[str, str]:
    """Two units at the same level that both have customers."""
    from data.warehouse.snapshots import open_snapshot

    with open_snapshot(sample_warehouse) as db:
        ask = "select left(org_no, 7) as u from dim_customer group by u order by count(*) desc, u limit 2"
        first, second = (str(row[0]) for row in db.cursor().execute(ask).fetchall())
    return first, second


def test_a_filter_is_in_the_link_and_goes_along(open_tab: OpenTab) -> None:
    tab = choose_basis(open_tab().open("/"))
    for key in ("recovery", "ageing", "overview"):
        go_to(tab, key)
        assert query(tab)["basis"] == ["point"], f"lost on {key}"
        assert ZH("common.basis.point") in data_line(tab)
    assert not tab.errors and not tab.broken()


def test_a_link_shows_someone_else_the_same(open_tab: OpenTab, two_units: tuple[str, str]) -> None:
    link = {"basis": "point", "asof": "2026-06-30", "org": two_units[0]}
    mine = open_tab().open("/recovery", **link)
    theirs = open_tab()
    theirs.page.goto(mine.page.url, wait_until="commit")
    theirs.settled()
    metrics = '[data-testid="stMain"] [data-testid="stMetric"]'
    mine.page.locator(metrics).first.wait_for()
    theirs.page.locator(metrics).first.wait_for()
    assert data_line(theirs) == data_line(mine)
    assert theirs.page.locator(metrics).all_inner_texts() == mine.page.locator(metrics).all_inner_texts()
    ours = mine.page.locator(metrics).all_inner_texts()
    theirs.open("/recovery", basis="point", asof="2026-06-30")
    assert theirs.page.locator(metrics).all_inner_texts() != ours


def test_the_address_says_what_is_shown(open_tab: OpenTab, two_units: tuple[str, str]) -> None:
    tab = open_tab().open(
        "/recovery", org=f"{two_units[0]}&org=nowhere", asof="2099-01-01", view="x", foo="1"
    )
    notice = tab.page.get_by_test_id("stAlert").filter(has_text="nowhere")
    expect(notice).to_contain_text("2099")
    assert query(tab) == {"org": [two_units[0]]}
    tab.open("/recovery", org="nowhere")
    expect(tab.page.locator('[data-testid="stMetric"]')).to_have_count(0)
    assert query(tab) == {"org": ["nowhere"]}
    tab.page.get_by_role("button", name=ZH("chips.company")).click()
    expect(tab.page.locator('[data-testid="stMetric"]').first).to_be_visible(timeout=60_000)
    tab.settled()
    assert query(tab) == {} and not tab.errors


def test_the_language_switch_keeps_page_and_filters(open_tab: OpenTab, two_units: tuple[str, str]) -> None:
    tab = open_tab().open("/ageing", org=two_units[0], basis="point")
    tab.page.locator('[data-testid="stSidebar"]').get_by_text("English", exact=True).click()
    expect(tab.page.locator("h1").first).to_have_text(EN("nav.ageing"), timeout=60_000)
    tab.settled()
    assert query(tab) == {"org": [two_units[0]], "basis": ["point"], "lang": ["en"]}
    go_to(tab, "recovery", EN)
    assert query(tab)["lang"] == ["en"] and query(tab)["org"] == [two_units[0]]


def states_itself(name: str, content: bytes) -> None:
    """The list opens in a spreadsheet, says of which day it is, and numbers of customers are text."""
    assert name.endswith(".xlsx")
    found = sheets(content)
    assert len(found) >= 2
    said = " ".join(str(cell) for rows in found.values() for row in rows for cell in row if cell is not None)
    assert ZH.day(date(2026, 11, 20)) in said, "the file does not state its as-of date"
    numbers = [c for rows in found.values() for row in rows for c in row if re.fullmatch(r"0\d{9}", str(c))]
    assert numbers and all(isinstance(number, str) for number in numbers), "a customer number lost its text"


def test_two_readers_at_once_get_their_own_files(open_tab: OpenTab, two_units: tuple[str, str]) -> None:
    tabs = [open_tab().open("/customers", org=unit) for unit in two_units]
    files = [download(tab, "Excel") for tab in tabs]
    states_itself(*files[0])
    buttons = [tab.page.get_by_test_id("stMain").get_by_role("button", name="Excel").first for tab in tabs]
    with tabs[0].page.expect_download() as one, tabs[1].page.expect_download() as two:
        for button in buttons:
            button.click(no_wait_after=True)
    again = [(done.value.suggested_filename, Path(done.value.path()).read_bytes()) for done in (one, two)]
    assert files[0][0] != files[1][0], "two contents under one name"
    for unit, (_, content), (_, second), other in zip(
        two_units, files, again, reversed(two_units), strict=True
    ):
        for held in (content, second):
            said = " ".join(str(c) for rows in sheets(held).values() for row in rows for c in row)
            assert unit in said
            assert f" {other}" not in said


HOSTILE = (
    {"org": "%27%20or%201%3D1--", "asof": "9999-99-99", "basis": "none", "lang": "xx"},
    {"asof": "2999-01-01", "class": "%3Cscript%3Ealert(1)%3C/script%3E", "view": "../../etc"},
    {"org": "A" * 500, "area": "%00%0A", "many": "1e9", "page": "-1", "c": "%F0%9F%92%A5"},
    {"asof": "2024-10-05"},
)
PATHS = ("/", "/recovery", "/customers", "/data_checks")
"""A page for each, the rest by the full run; every page by every link is asked without a browser."""
REST = ("/ageing", "/evaluation", "/grades")


@pytest.mark.parametrize(
    ("path", "link"),
    [
        *zip(PATHS, HOSTILE, strict=True),
        *(pytest.param(*pair, marks=pytest.mark.full) for pair in zip(REST, HOSTILE[1:], strict=True)),
    ],
)
def test_a_hostile_link_is_only_a_link(open_tab: OpenTab, path: str, link: dict[str, str]) -> None:
    tab = open_tab().open(path, **link)
    assert tab.page.locator("h1").count() == 1
    assert not tab.broken() and not tab.errors and not tab.foreign
