"""Pages, filters and many readers at once, each against the floor that was recorded from the same page."""

from __future__ import annotations

import asyncio
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
from benchmarks.client import faults, reader
from benchmarks.table import Row
from data.warehouse.snapshots import open_snapshot
from tests.browser.server import FLAGS, IDLE, serving

PAGE_BAR, ANY_DAY_BAR_S, ONE_FILTER_BAR, MANY_FILTERS_BAR, MEMORY_BAR_GIB = 1.5, 1.0, 0.8, 0.4, 3.0
FLOOR_APP = "benchmarks/floor_app.py"
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


async def reruns(
    base: str, page: str, queries: list[list[str]], seconds: float = 20
) -> tuple[float, float, int]:
    """One reader per list of links, no think time: reruns a second, median seconds, errors."""
    took: list[float] = []
    wrong = 0
    end = time.perf_counter() + seconds

    async def one(links: list[str]) -> None:
        nonlocal wrong
        async with reader(base, page) as someone:
            turn = 0
            while time.perf_counter() < end:
                spent, messages = await someone.rerun(links[turn % len(links)])
                took.append(spent)
                wrong += bool(faults(messages))
                turn += 1

    started = time.perf_counter()
    await asyncio.gather(*(one(links) for links in queries))
    return len(took) / (time.perf_counter() - started), statistics.median(took), wrong


async def each_once(base: str, page: str, queries: list[list[str]]) -> float:
    """Every reader takes each of their links once; seconds until the last has been answered."""

    async def one(links: list[str]) -> None:
        async with reader(base, page) as someone:
            for link in links:
                await someone.rerun(link)

    started = time.perf_counter()
    await asyncio.gather(*(one(links) for links in queries))
    return time.perf_counter() - started


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


def memory_gib(port: int) -> float:
    """The resident set of the server that listens on a port, from /proc."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            if "streamlit" in words and str(port) in words:
                line = next(x for x in (folder / "status").read_text().splitlines() if x.startswith("VmRSS"))
                return int(line.split()[1]) / 2**20
        except (OSError, StopIteration):
            continue
    return float("nan")


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
                drawn = _alone(record(app, page, [f"asof={d}" for d in ends], constants))
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
                asked = _alone(any_day(app, page, odd))
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
            rows += _crowd(app, pages[0], folder, ends, units)
        chromium.close()
    return rows


def _slider(app: str, chromium: object, folder: Path, tries: int) -> Row:
    """One step of a cut-off on the credit grades page, everybody graded again."""
    constants = folder / "slider.json"
    links = ["view=tune&model=resident", f"view=tune&model=resident&try={STEPPED}"]
    drawn = _alone(record(app, "grades", links, constants))
    given = {"DENGTA_FLOOR": str(constants), "DENGTA_FLOOR_BY": "slider"}
    with serving(given, folder / "floor.log", FLOOR_APP) as ground:
        low = _timed(chromium, f"{ground}/", step_slider, tries)
    high = _timed(chromium, f"{app}/grades?{links[0]}", step_slider, tries)
    ratio = high.p50 / low.p50
    what = f"credit grades: one step of a cut-off slider ({drawn})"
    return Row(what, str(high), f"floor {low}: {ratio:.2f} ×", f"≤ {PAGE_BAR} ×", ratio <= PAGE_BAR)


def _crowd(app: str, page: str, folder: Path, ends: list[date], units: list[str]) -> list[Row]:
    """Twenty readers on one page, without and with filters of their own."""
    same = [[f"asof={d}" for d in ends]] * 20
    own = [[f"asof={d}&org={units[i % len(units)]}" for d in ends] for i in range(20)]
    with serving(
        {"DENGTA_FLOOR": str(folder / f"{page or 'overview'}.json")}, folder / "floor.log", FLOOR_APP
    ) as ground:
        low, low_s, _ = _alone(reruns(ground, "", same))
    one, one_s, one_wrong = _alone(reruns(app, page, same))
    many, many_s, many_wrong = _alone(reruns(app, page, own))
    first_s = _alone(each_once(app, page, own))
    again, again_s, again_wrong = _alone(reruns(app, page, own))
    held = memory_gib(int(app.rsplit(":", 1)[1]))
    floor_says = f"floor {low:.1f}/s, p50 {low_s:.2f} s"
    best, least = f"≥ {ONE_FILTER_BAR} ×, no error", f"≥ {MANY_FILTERS_BAR} ×, no error"
    said_one = f"{one:.1f} reruns/s, p50 {one_s:.2f} s, {one_wrong} errors"
    said_many = f"{many:.1f} reruns/s, p50 {many_s:.2f} s, {many_wrong} errors"
    one_holds, many_holds = one >= ONE_FILTER_BAR * low, many >= MANY_FILTERS_BAR * low
    return [
        Row(
            "20 readers, one filter",
            said_one,
            f"{floor_says}: {one / low:.2f} ×",
            best,
            one_holds and not one_wrong,
        ),
        Row(
            "20 readers, 20 filters, nobody asked before",
            said_many,
            f"{many / low:.2f} ×",
            least,
            many_holds and not many_wrong,
        ),
        Row(
            f"the same 20 readers, once all was asked ({first_s:.0f} s more)",
            f"{again:.1f} reruns/s, p50 {again_s:.2f} s, {again_wrong} errors",
            f"{again / low:.2f} ×",
            least,
            again >= MANY_FILTERS_BAR * low and not again_wrong,
        ),
        Row(
            "memory of the app after them",
            f"{held:.2f} GiB",
            "",
            f"≤ {MEMORY_BAR_GIB:g} GiB",
            held <= MEMORY_BAR_GIB,
        ),
    ]


def _timed(chromium: object, address: str, act: Callable[[Page, int], Series], tries: int) -> Series:
    page = chromium.new_page(viewport={"width": 1366, "height": 900}, locale="zh-CN")  # type: ignore[attr-defined]
    page.goto(address, wait_until="commit")
    page.wait_for_selector(IDLE, timeout=120_000)
    page.wait_for_timeout(3000)
    try:
        return act(page, tries)
    finally:
        page.close()


def _alone(work):  # type: ignore[no-untyped-def]
    """Run a coroutine in a thread of its own: Playwright's loop runs in this one."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
