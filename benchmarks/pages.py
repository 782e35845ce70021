"""Pages, filters and many readers at once, each against the floor that was recorded from the same page."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks import floor
from benchmarks.client import alone, faults, reader
from benchmarks.crowd import FLOOR_APP, crowd
from benchmarks.table import Row
from data.warehouse.snapshots import open_snapshot
from tests.browser.server import FLAGS, IDLE, serving

PAGE_BAR, ANY_DAY_BAR_S = 1.5, 1.0
STEPPED = "cut.resident:95-84-68-48"
WATCH = """() => {
    if (window.__watch) return;
    const w = window.__watch = {t0: null, last: null};
    addEventListener('keydown', e => {
        if (w.armed && e.key === w.armed) { w.t0 = e.timeStamp; w.armed = null; }
    }, true);
    new MutationObserver(() => {
        if (w.t0 !== null) requestAnimationFrame(() => { w.last = performance.now(); });
    }).observe(document.querySelector('[data-testid="stMain"]'), {subtree: true, childList: true,
        characterData: true, attributes: true, attributeFilter: ['d', 'transform', 'points']});
}"""


@dataclass(frozen=True)
class Series:
    """Milliseconds of several tries."""

    tries: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.tries)

    @property
    def p95(self) -> float:
        """The value that 95 % did not exceed, by nearest rank."""
        return sorted(self.tries)[max(0, -(-95 * len(self.tries) // 100) - 1)]

    def __str__(self) -> str:
        return f"{self.p50:,.0f} / {self.p95:,.0f} ms"


def month_ends(newest: date, count: int) -> list[date]:
    """The ends of the last complete months, newest first."""
    days, day = [], newest.replace(day=1) - timedelta(days=1)
    for _ in range(count):
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days


def choose_months(page: Page, count: int) -> Series:
    """Take the next month in the side's first select box; key to the last change on the screen."""
    page.evaluate(WATCH)
    took = []
    for _ in range(count + 2):
        page.locator('[data-testid="stSidebar"] [data-testid="stSelectbox"]').first.locator("input").click()
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        took.append(_key_to_rest(page, "Enter"))
    return Series(tuple(took[2:]))


def step_slider(page: Page, count: int) -> Series:
    """Move the page's first slider one step up and down again; key to the last change on the screen."""
    page.evaluate(WATCH)
    took = []
    for turn in range(count + 2):
        page.locator('[data-testid="stMain"]').get_by_role("slider").first.focus()
        took.append(_key_to_rest(page, "ArrowLeft" if turn % 2 else "ArrowRight"))
    return Series(tuple(took[2:]))


def _key_to_rest(page: Page, key: str) -> float:
    page.evaluate("key => { const w = window.__watch; w.t0 = w.last = null; w.armed = key; }", key)
    page.keyboard.press(key)
    return _quiet(page)


def _quiet(page: Page, still_ms: int = 700, patience_s: float = 60) -> float:
    """Wait until nothing has changed for a while and the script has ended; milliseconds since the event."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        page.wait_for_timeout(50)
        waited = page.evaluate(
            "() => { const w = window.__watch; return w.last && performance.now() - w.last; }"
        )
        if waited and waited > still_ms and page.locator(IDLE).count():
            return float(page.evaluate("() => window.__watch.last - window.__watch.t0"))
    raise TimeoutError("the page did not come to rest")


async def record(base: str, page: str, links: list[str], to: Path) -> str:
    """Visit the page by each link and keep what it drew; gives what it draws, in words."""
    states = []
    async with reader(base, page) as someone:
        for link in links:
            _, messages = await someone.rerun(link)
            if found := faults(messages):
                raise RuntimeError(f"{page or 'entry'} fails on {link}: {found}")
            states.append(floor.tree(messages))
    floor.save(states, to)
    return floor.summary(states[0])


async def any_day(base: str, page: str, links: list[str]) -> Series:
    """The server's time for questions that nobody has asked before."""
    took = []
    async with reader(base, page) as someone:
        await someone.rerun("")
        for link in links:
            spent, messages = await someone.rerun(link)
            if found := faults(messages):
                raise RuntimeError(f"{link}: {found}")
            took.append(spent * 1000)
    return Series(tuple(took))


def run(warehouse: Path, pages: list[str], tries: int = 12) -> list[Row]:
    """Every page against its floor; then twenty readers on the first."""
    with open_snapshot(warehouse) as db:
        newest = db.meta.extract_on
        ask = "select org_no from dim_org where depth = 3 order by org_no limit 20"
        units = [str(row[0]) for row in db.cursor().execute(ask).fetchall()]
        areas = [
            str(r[0])
            for r in db.cursor()
            .execute("select tg_no from dim_customer where tg_no is not null limit 5")
            .fetchall()
        ]
    ends = month_ends(newest, 2)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        given = {"DENGTA_WAREHOUSE": str(warehouse), "DENGTA_STATE": f"sqlite:///{folder / 'state.db'}"}
        with serving(given, folder / "app.log") as app:
            for page in pages:
                constants = folder / f"{page or 'overview'}.json"
                drawn = alone(record(app, page, [f"asof={d}" for d in ends], constants))
                with serving({"DENGTA_FLOOR": str(constants)}, folder / "floor.log", FLOOR_APP) as ground:
                    low = _timed(chromium, f"{ground}/", choose_months, tries)
                high = _timed(chromium, f"{app}/{page}", choose_months, tries)
                ratio = high.p50 / low.p50
                what = f"{page or 'overview'}: another month end ({drawn})"
                rows.append(
                    Row(what, str(high), f"floor {low}: {ratio:.2f} ×", f"≤ {PAGE_BAR} ×", ratio <= PAGE_BAR)
                )
                odd = [f"asof={ends[0] - timedelta(days=11 + i)}" for i in range(5)]
                odd += [f"asof={ends[0]}&area={a}" for a in areas]
                asked = alone(any_day(app, page, odd))
                holds = asked.p95 <= 1000 * ANY_DAY_BAR_S
                rows.append(
                    Row(
                        f"{page or 'overview'}: any day, any area, first asked (server)",
                        str(asked),
                        "",
                        "≤ 1 s",
                        holds,
                    )
                )
            rows.append(_slider(app, chromium, folder, tries))
            rows += crowd(app, pages[0], folder, ends, units)
        chromium.close()
    return rows


def _slider(app: str, chromium: object, folder: Path, tries: int) -> Row:
    """One step of a cut-off on the credit grades page, everybody graded again."""
    constants = folder / "slider.json"
    links = ["view=tune&model=resident", f"view=tune&model=resident&try={STEPPED}"]
    drawn = alone(record(app, "grades", links, constants))
    given = {"DENGTA_FLOOR": str(constants), "DENGTA_FLOOR_BY": "slider"}
    with serving(given, folder / "floor.log", FLOOR_APP) as ground:
        low = _timed(chromium, f"{ground}/", step_slider, tries)
    high = _timed(chromium, f"{app}/grades?{links[0]}", step_slider, tries)
    ratio = high.p50 / low.p50
    what = f"credit grades: one step of a cut-off slider ({drawn})"
    return Row(what, str(high), f"floor {low}: {ratio:.2f} ×", f"≤ {PAGE_BAR} ×", ratio <= PAGE_BAR)


def _timed(chromium: object, address: str, act: Callable[[Page, int], Series], tries: int) -> Series:
    page = chromium.new_page(viewport={"width": 1366, "height": 900}, locale="zh-CN")  # type: ignore[attr-defined]
    page.goto(address, wait_until="commit")
    page.wait_for_selector(IDLE, timeout=120_000)
    page.wait_for_timeout(3000)
    try:
        return act(page, tries)
    finally:
        page.close()
