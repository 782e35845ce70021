"""From a folder that nobody described to figures, by clicks alone: in Chinese, then in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, TimeoutError, expect

from dashboard.words.i18n import Translator
from data.warehouse.snapshots import Warehouse
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab, serving
from tests.services import odd_folder as odd

ZH, EN = Translator("zh"), Translator("en")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A server without data, and the folder that its operator opened."""
    base = tmp_path_factory.mktemp("connecting")
    odd.write(base / "open" / "odd")
    environment = {
        "DENGTA_WAREHOUSE": str(base / "warehouse"),
        "DENGTA_STATE": f"sqlite:///{base / 'state.db'}",
        "DENGTA_CONNECT_FOLDERS": str(base / "open"),
    }
    log = base / "server.log"
    with serving(environment, log) as at:
        yield base, at
    assert "Traceback" not in log.read_text(encoding="utf-8")


def box(tab: Tab, label: str) -> Locator:
    """A select box by its whole label, needed or not."""
    said = re.compile(f"^{re.escape(label)}( \\*)?$")
    named = tab.page.locator('[data-testid="stSelectbox"]').filter(
        has=tab.page.locator("label p", has_text=said)
    )
    return named.first.get_by_role("combobox")


def choose(tab: Tab, label: str, option: str) -> None:
    """Open the list by the keyboard, again where a page that is being drawn closed it, and click."""
    here, wanted = box(tab, label), tab.page.get_by_role("option", name=option, exact=True)
    for patience in (4_000, 8_000, 30_000):
        here.scroll_into_view_if_needed()
        here.press("ArrowDown")
        try:
            wanted.click(timeout=patience)
            break
        except TimeoutError:
            here.press("Escape")
    else:
        raise AssertionError(f"{label} does not offer {option}")
    tab.settled()


def press(tab: Tab, label: str) -> None:
    tab.page.get_by_role("button", name=label, exact=True).click()
    tab.settled()


def tell(tab: Tab, t: Translator, name: str) -> None:
    """Choose all that a person knows of one file."""
    choice = odd.CHOSEN[name]
    if name not in (box(tab, t("connect.pick")).get_attribute("value") or ""):
        choose(tab, t("connect.pick"), name)
    choose(tab, t("connect.table"), t(f"data_checks.table.{choice.table}"))
    for column, heading in choice.columns.items():
        if not box(tab, t(f"extract_columns.{column}")).is_visible():
            tab.page.locator('[data-testid="stExpander"] summary').first.click()
        choose(tab, t(f"extract_columns.{column}"), heading)


@pytest.mark.full
def test_an_unknown_folder_becomes_figures_in_both_languages(
    open_tab: OpenTab, fresh: tuple[Path, str]
) -> None:
    base, at = fresh
    tab = open_tab(at=at).open("/", lang="zh")
    choose(tab, ZH("connect.folder"), str(base / "open" / "odd"))
    press(tab, ZH("connect.look_folder"))
    expect(tab.page.get_by_text(ZH("connect.nothing_to_try"))).to_be_visible()
    tell(tab, ZH, odd.BILLS)
    expect(tab.page.get_by_text(ZH("connect.no_quarantine"))).to_be_visible()
    billed = sum(odd.fen_of(n) for n in range(odd.CUSTOMERS) if odd.month_of(n) == odd.MONTHS[0])
    assert f"{billed / 100:,.2f}" in tab.words()

    tab.page.get_by_text("English", exact=True).first.click()
    tab.settled()
    tell(tab, EN, odd.RECEIPTS)
    tell(tab, EN, odd.PEOPLE)
    expect(tab.page.get_by_text(EN("connect.all_known"))).to_be_visible()
    paid = sum(map(odd.is_paid, range(odd.CUSTOMERS)))
    assert EN("connect.link_share", found=paid, records=paid) in tab.words()
    tab.page.get_by_label(EN("connect.name")).fill("ours")
    press(tab, EN("connect.keep_button"))
    expect(tab.page.get_by_text(EN("connect.kept", name="ours"))).to_be_visible()
    assert Warehouse(base / "warehouse").current() is None

    press(tab, EN("connect.run_button"))
    expect(tab.page.get_by_text(EN("connect.report"))).to_be_visible(timeout=60_000)
    assert "view=connect" in tab.page.url
    press(tab, EN("connect.see"))
    assert tab.page.locator("h1").first.inner_text() == EN("nav.overview")
    assert Warehouse(base / "warehouse").current() is not None
    assert not tab.broken() and not tab.errors and not tab.foreign
