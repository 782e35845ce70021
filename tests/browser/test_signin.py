"""Signing in at a real OpenID provider on this machine: nothing before it, one's own units after it."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from dashboard.nav import PAGES, Entry
from dashboard.words.i18n import Translator
from data.warehouse.snapshots import open_snapshot
from tests.attack.raw_client import RawClient
from tests.browser.conftest import OpenTab, Tabs
from tests.browser.provider import provider_of
from tests.browser.server import Tab
from tests.browser.test_each_page import address
from tests.signing_in import asking

ZH, EN = Translator("zh"), Translator("en")
SCREEN = frozenset(("Markdown", "Button", "Heading", "Html"))
"""What the screen for signing in is made of."""
PEOPLE = ("li@grid.example", "boss@grid.example", "eve@elsewhere.example")
JOINER = "\u2060"
CUSTOMERS = (
    "select left(org_no, 7) as unit, count(*) from dim_customer group by unit order by count(*) desc, unit"
)


@pytest.fixture(scope="module")
def units(sample_warehouse: Path) -> list[tuple[str, int]]:
    """Units of one level with their customers, the largest first."""
    with open_snapshot(sample_warehouse) as db:
        return db.cursor().execute(CUSTOMERS).fetchall()


@pytest.fixture(scope="module")
def guarded(
    sample_warehouse: Path, units: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of an application that asks who is there."""
    folder = tmp_path_factory.mktemp("signin")
    people = (
        f'[users."{PEOPLE[0]}"]\norgs = ["{units[0][0]}"]\npermissions = ["model"]\n'
        f'[users."{PEOPLE[1]}"]\norgs = ["*"]\npermissions = ["administer", "unmask", "model", "tie_out"]\n'
    )
    with (
        provider_of(PEOPLE) as known,
        asking(sample_warehouse, folder, people, known=known) as address,
    ):
        yield address
    said = (folder / "server.log").read_text(encoding="utf-8")
    assert "Traceback" not in said, f"the server raised:\n{said[-4000:]}"


def signed_in(tab: Tab, name: str, path: str = "/") -> Tab:
    """Go through the provider as somebody."""
    tab.open(path)
    tab.page.get_by_role("button", name=ZH("shell.sign_in")).click()
    tab.page.get_by_role("button", name=name).click()
    tab.page.wait_for_url(f"{tab.base}/**")
    return tab.settled()


@pytest.fixture(scope="module")
def boss(tabs: Tabs, guarded: str) -> Iterator[Tab]:
    """The tab of one who may see all, who signed in on the way to a view of a page."""
    tab = signed_in(tabs.take("zh-CN", False, guarded), PEOPLE[1], "/data_checks?view=checks")
    assert tab.page.get_by_text(ZH("nav.data_checks"), exact=True).count() and "view=checks" in tab.page.url
    yield tab
    tabs.give_back()


def plain(text: str) -> str:
    """Words without the mark that keeps an address from becoming a link."""
    return text.replace(JOINER, "")


def customers_of(tab: Tab, **link: str) -> int:
    """How many customers the whole list finds."""
    tab.open("/customers", view="list", **link)
    found = re.search(r"共 ([\d,]+) 户，其中", tab.words())
    return int(found[1].replace(",", "")) if found else 0


def asked(base: str, method: str, path: str, body: str | None = None, **headers: str) -> int:
    """The status of an answer to whoever has nothing but the address."""
    there = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    try:
        there.request(method, path, body, headers)
        return there.getresponse().status
    finally:
        there.close()


def test_a_socket_without_a_sign_in_gets_a_session_and_nothing_is_taken_from_it(guarded: str) -> None:
    rerun = BackMsg()
    rerun.rerun_script.query_string = "lang=en"
    stream = f"{guarded.replace('http', 'ws')}/_stcore/stream"
    with connect(stream, subprotocols=[Subprotocol("streamlit")], origin=Origin(guarded)) as socket:
        socket.send(BackMsg(clear_cache=True).SerializeToString())
        socket.send(rerun.SerializeToString())
        said = ForwardMsg()
        while not said.HasField("new_session"):
            said.ParseFromString(socket.recv(20, decode=False))
        session = said.new_session.initialize.session_id
        upload = f"/_stcore/upload_file/{session}/1"
        token = {"Cookie": "_streamlit_xsrf=abc", "X-Xsrftoken": "abc"}
        assert asked(guarded, "PUT", upload, "x" * 1000, **token) == 403
        assert asked(guarded, "DELETE", upload, **token) == 403
    for path in ("/media/abc.xlsx", "/_stcore/metrics"):
        assert asked(guarded, "GET", path) == 403
    assert asked(guarded, "GET", "/_stcore/health") == 200


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.key)
def test_before_signing_in_no_page_sends_anything(guarded: str, entry: Entry) -> None:
    """The screen for signing in is all that reaches a browser, whatever it would show of it."""
    stream = f"{guarded.replace('http', 'ws')}/_stcore/stream"
    with connect(stream, subprotocols=[Subprotocol("streamlit")], origin=Origin(guarded)) as socket:
        drawn = RawClient(guarded, socket, "").open(address(entry).strip("/"))
    kinds = {e.DESCRIPTOR.name for e in drawn.elements()}
    assert EN("shell.sign_in_first") in drawn.words and not drawn.raised()
    assert kinds <= SCREEN


def test_before_signing_in_there_is_nothing_to_see(open_tab: OpenTab, guarded: str) -> None:
    """As a browser shows it: the first page and another; what each sends is seen above."""
    tab = open_tab(at=guarded)
    for path in ("/", "/customers"):
        tab.open(path)
        assert ZH("shell.sign_in_first") in tab.words(), path
        shown = tab.page.locator("[data-testid=stMetric], [data-testid=stDataFrame], .js-plotly-plot")
        assert shown.count() == 0, path
        assert tab.page.locator('[data-testid="stSidebar"] a').count() == 0, path
        assert not tab.errors and not tab.broken(), path


def test_a_reader_sees_their_own_units_whatever_the_link_says(
    open_tab: OpenTab, guarded: str, boss: Tab, units: list[tuple[str, int]]
) -> None:
    tab = signed_in(open_tab(at=guarded), PEOPLE[0])
    assert PEOPLE[0] in plain(tab.page.locator('[data-testid="stSidebar"]').inner_text())
    assert str(units[0][0]) not in tab.page.locator('[data-testid="stSidebar"]').inner_text(), "a bare number"
    own = customers_of(tab)
    assert own == units[0][1]
    assert customers_of(tab, org=units[1][0]) in (own, 0), "a link opened another unit"
    assert customers_of(boss) >= sum(n for _, n in units) > own
    assert customers_of(boss, org=units[1][0]) == units[1][1]
    assert not tab.broken() and not boss.broken()


@pytest.mark.full
def test_a_reader_who_came_to_their_link_takes_files_away_and_brings_some(boss: Tab) -> None:
    """Without a proxy; with one they do in `test_behind_nginx`."""
    tab = boss
    tab.open("/data_checks", view="loads")
    tab.page.locator(".st-key-downloads_reconciliation").get_by_role("button").click()
    with tab.page.expect_download(timeout=60_000) as taken:
        tab.page.get_by_role("button", name=re.compile("CSV")).first.click()
    assert Path(taken.value.path()).stat().st_size > 100
    tab.open("/data_checks", view="tieout")
    table = {"name": "official.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    with tab.page.expect_response(re.compile("/_stcore/upload_file/")) as brought:
        tab.page.locator('input[type="file"]').first.set_input_files(files=table)  # type: ignore[arg-type]
    assert brought.value.status == 204
    assert not tab.broken()


def test_another_s_eyes_go_from_page_to_page(boss: Tab) -> None:
    """The last of the boss, who is seen as another from here on."""
    tab = boss
    side = tab.page.locator('[data-testid="stSidebar"]')
    option = tab.page.get_by_role("option", name=PEOPLE[0])
    for _ in range(3):  # a page that is drawn anew folds the list
        tab.page.get_by_role("combobox", name=ZH("shell.see_as")).click()
        tab.settled()
        if option.count():
            break
    option.click()
    said = ZH("shell.seen_as", who=PEOPLE[1], name=PEOPLE[0])
    told = re.compile(re.escape(said).replace("@", f"@{JOINER}?"))
    expect(side.get_by_text(told)).to_be_visible(timeout=30_000)
    side.get_by_role("link", name=ZH("nav.recovery")).click()
    tab.settled()
    expect(side.get_by_text(told)).to_be_visible(timeout=30_000)
    tab.settled()
    expect(side.get_by_text(told)).to_be_visible()


def test_who_is_not_listed_is_told_so_and_may_leave(open_tab: OpenTab, guarded: str) -> None:
    tab = signed_in(open_tab(at=guarded), PEOPLE[2])
    assert PEOPLE[2] in plain(tab.words())
    assert tab.page.locator("[data-testid=stMetric]").count() == 0
    tab.page.get_by_role("button", name=ZH("shell.sign_out")).click()
    tab.page.get_by_role("button", name="End session").click()
    expect(tab.page.get_by_text(ZH("shell.sign_in_first"))).to_be_visible(timeout=30_000)
