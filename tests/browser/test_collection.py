"""A list of collection kept, issued, worked on and taken back, as a person does it; on a phone too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError, expect

from dashboard.words.i18n import Translator
from data.state import State
from services.collection import orders, records
from tests.browser.conftest import OpenTab, _served
from tests.browser.server import Tab
from tests.browser.test_each_page import PHONE, fits
from tests.browser.test_evaluation import fine

ZH = Translator("zh")
DAY = "2026-11-20"


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store of this module's own: its batches are nobody else's."""
    return f"sqlite:///{tmp_path_factory.mktemp('collection') / 'state.db'}"


@pytest.fixture(scope="module")
def on_the_day(
    sample_warehouse: Path, own_store: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server on the sample's own day."""
    log = tmp_path_factory.mktemp("on_the_day") / "server.log"
    env = {"DENGTA_WAREHOUSE": str(sample_warehouse), "DENGTA_STATE": own_store, "DENGTA_TODAY": DAY}
    yield from _served(env, log)


def decide(tab: Tab, button: str, why: str, said: str) -> None:
    """Type the reason into the form of a button, press it, and read what was done."""
    form = tab.page.locator('[data-testid="stForm"]').filter(has=tab.page.get_by_role("button", name=button))
    form.get_by_label(ZH("collection.why")).fill(why)
    form.get_by_role("button", name=button).click()
    expect(tab.page.get_by_text(said)).to_be_visible(timeout=30_000)
    tab.settled()


def tick_first(tab: Tab) -> None:
    """Tick the first row of the list, once it is drawn where it stays."""
    opened = tab.page.get_by_role("button", name=ZH("collection.to_record"))
    box = tab.page.locator('[data-testid="stDataFrame"] canvas').first
    for _ in range(3):
        tab.settled()
        box.evaluate("e => e.scrollIntoView({block: 'center'})")
        tab.page.wait_for_timeout(300)
        place = box.bounding_box()
        assert place is not None
        tab.page.mouse.click(place["x"] + 17, place["y"] + 17 + 35)
        with suppress(TimeoutError):
            opened.wait_for(timeout=8_000)
            return


def test_a_list_is_issued_worked_on_and_taken_back(
    open_tab: OpenTab, on_the_day: str, own_store: str
) -> None:
    tab = open_tab(at=on_the_day).open("/collection")
    decide(tab, ZH("collection.keep"), "早班", ZH("collection.kept", number=1, count="").split("，")[0])
    decide(tab, ZH("collection.issue"), "审核过", ZH("collection.issued", number=1))
    kept = State(own_store)
    issued = orders.order_states(kept, 1)
    assert set(issued["state"]) == {"issued"}
    with tab.page.expect_download(timeout=60_000) as caught:
        tab.page.get_by_role("button", name=ZH("collection.work_files")).click()
    with zipfile.ZipFile(io.BytesIO(Path(caught.value.path()).read_bytes())) as package:
        assert len(package.namelist()) == issued["person"].nunique() + 1
    tick_first(tab)
    tab.page.get_by_role("button", name=ZH("collection.to_record")).click()
    tab.page.wait_for_url("**view=record**")
    tab.settled()
    someone = str(issued["cons_no"].iloc[0])
    assert someone not in tab.page.url
    tab.unfold(tab.page.get_by_role("combobox", name=ZH("collection.kind")).first)
    tab.page.keyboard.type(ZH("collection_rules.record_promise"))
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**kind=promise**", wait_until="commit")
    tab.settled()
    tab.page.set_viewport_size(PHONE)
    fits(tab)
    tab.page.get_by_role("button", name=ZH("collection.record"), exact=True).click()
    expect(tab.page.get_by_text(ZH("collection.recorded"))).to_be_visible(timeout=30_000)
    expect(tab.page.get_by_text(ZH("collection_rules.why_promise")).first).to_be_visible()
    assert [r.kind for r in records.of_customer(kept, someone)] == ["promise"]
    fine(tab)
    tab.go("/collection", view="results")
    fits(tab)
    fine(tab)
    tab.go("/collection")
    decide(tab, ZH("collection.withdraw"), "换一天", ZH("collection.withdrawn", number=1))
    assert kept.order_batch(1).status == "withdrawn"
    fine(tab)
