"""A day's services go out as a file, come back filled in, change the rate on the overview, and are undone."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.entitlements import service_due
from tests.browser.conftest import OpenTab
from tests.browser.server import Tab
from tests.browser.test_evaluation import fine

ZH = Translator("zh")
POLICY = read_policy()
COLOURS = """b => [getComputedStyle(b.querySelector('p') || b).color, getComputedStyle(b).backgroundColor]"""


def rate(tab: Tab) -> str:
    """The figure of the overview's card, which the tab shows."""
    card = tab.page.locator('[data-testid="stMetric"]').filter(has_text=ZH("overview.fulfilment"))
    return card.locator('[data-testid="stMetricValue"]').inner_text()


def wanted(warehouse: Path, store: str) -> tuple[int, str]:
    """How many are done, and the rate as it is written."""
    with open_snapshot(warehouse) as db:
        found = service_due.fulfilment(db, POLICY, State(store), Scope(db.meta.extract_on))[0]
    return found.done, Format(ZH).rate(found.rate)


def filled_in(content: bytes, rows: int) -> bytes:
    """The downloaded workbook with the first rows filled in: some in time, some late."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    at = {str(cell.value): cell.column for cell in sheet[1]}
    names = {key: ZH(f"services.file.{key}") for key in ("cons_no", "due_on", "done_on", "note")}
    for line in range(2, rows + 2):
        assert isinstance(sheet.cell(line, at[names["cons_no"]]).value, str)
        due = sheet.cell(line, at[names["due_on"]]).value
        sheet.cell(line, at[names["done_on"]]).value = due + timedelta(days=line % 3)
        sheet.cell(line, at[names["note"]]).value = "王师傅"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_list_is_filled_in_brought_back_and_taken_back(
    open_tab: OpenTab, served: str, store: str, sample_warehouse: Path
) -> None:
    tab = open_tab(at=served).open("/")
    earlier, batches = State(store).services_version(), State(store).batches()
    assert rate(tab) == "—" and State(store).services_due(*service_due.ALWAYS) == []
    tab.page.get_by_role("link", name=ZH("overview.fulfilment_link")).click()
    tab.page.wait_for_url("**view=services**")
    tab.settled()
    compute = tab.page.get_by_role("button", name=ZH("grades.compute"))
    if compute.count():  # nobody has graded this warehouse's newest day yet
        compute.click()
        tab.settled()
    unpressed = tab.page.get_by_role("button", name=re.compile(ZH("services.record_picked", count="0")))
    if (
        unpressed.count() == 0
    ):  # on the first day nothing is overdue: what was due before is listed when asked
        assert tab.page.get_by_text(ZH("services.nothing_due")).is_visible()
    tab.page.get_by_text(ZH("services.earliers.yes"), exact=True).click()
    tab.settled()
    expect(unpressed).to_be_disabled()
    words, behind = unpressed.evaluate(COLOURS)
    assert words != behind and words not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    tab.page.get_by_role("button", name=re.compile(ZH("downloads.button"))).first.click()
    with tab.page.expect_download(timeout=60_000) as caught:
        tab.page.get_by_role("button", name=ZH("downloads.xlsx")).click()
    name, content = caught.value.suggested_filename, Path(caught.value.path()).read_bytes()
    assert (
        name.startswith(ZH("services.bulk_title") + "_")
        and len(openpyxl.load_workbook(io.BytesIO(content)).worksheets) == 2
    )
    tab.page.keyboard.press("Escape")
    given = {"name": "八月.xlsx", "mimeType": "application/xlsx", "buffer": filled_in(content, 30)}
    tab.page.locator('input[type="file"]').set_input_files(given)  # type: ignore[arg-type]
    confirm = tab.page.get_by_role("button", name=re.compile(ZH("services.confirm", count="30")))
    expect(confirm).to_be_enabled(timeout=30_000)
    assert State(store).services_version() == earlier, "kept before anybody confirmed"
    confirm.click()
    expect(tab.page.get_by_text(ZH("services.recorded", count="30"))).to_be_visible(timeout=30_000)
    tab.settled()
    done, figure = wanted(sample_warehouse, store)
    assert 0 < done <= 30 and rate(tab.go("/")) == figure != "—"
    fine(tab)
    tab.go("/grades", view="services", earlier="yes")
    box = tab.page.locator('[data-testid="stDataFrame"] canvas').first
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place is not None
    for row in (1, 2, 3):
        tab.page.mouse.click(place["x"] + 17, place["y"] + 17 + 35 * row)
        tab.settled()
    picked = tab.page.get_by_role("button", name=re.compile(ZH("services.record_picked", count="3")))
    expect(picked).to_be_enabled(timeout=15_000)
    picked.click()
    expect(tab.page.get_by_text(ZH("services.recorded", count="3"))).to_be_visible(timeout=30_000)
    assert [b.services for b in State(store).batches() if b not in batches] == [3, 30]
    for left in ("3", "30"):
        tab.settled()
        tab.page.get_by_role("button", name=re.compile(ZH("services.take_back"))).click()
        expect(tab.page.get_by_text(ZH("services.taken_back", count=left))).to_be_visible(timeout=30_000)
    assert rate(tab.go("/")) == "—" and State(store).services_due(*service_due.ALWAYS) == []
    fine(tab)
