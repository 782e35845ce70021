"""What pages, lists, grading and files ask of a snapshot, asked for the first time: clock, CPU and memory.

`python -m benchmarks.queries SERIES WAREHOUSE DAY` prints the measures of one series as JSON.
"""

from __future__ import annotations

import inspect
import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from benchmarks.measure import ROOT, Measure, in_own_process, report
from benchmarks.table import Row
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import grading
from services.credit.policy_files import read_policy
from services.customers import lists
from services.customers.customer_filters import Choice
from services.files import exports
from services.recovery import figures
from services.tieout import differences

Ask = tuple[str, Callable[[], object]]
ANY_DAY_BAR_S = 1.0
VIEWS = {
    "overview": "headline attention trend cleared deciding cleared_by comparison top_debtors said"
    " side_by_side",
    "recovery, trend": "recovery trend by_bill_month by_cash_month",
    "recovery, units": "recovery comparison trend_by heatmap",
    "recovery, areas": "recovery comparison:area",
    "recovery, collectors": "recovery comparison:collector",
    "recovery, one area": "recovery:area trend:area by_bill_month:area by_cash_month:area",
    "recovery, cleared": "recovery cleared cleared_by not_cleared",
    "recovery, curve": "recovery by_bill_month recovery_curve forecast",
    "ageing, buckets": "arrears ageing ageing_by top_debtors",
    "ageing, years": "arrears ageing_by_year ageing_trend",
    "ageing, limit": "arrears claims_near_limit",
    "ageing, analysis": "arrears dso cei roll_rates vintage cure first_payment_default concentration",
}
OTHERS = ("customers", "grading", "files", "tie-out")


class _Started(Exception):  # noqa: N818
    """The first rows of a file were written."""


def questions(view: str, db: Snapshot, scope: Scope) -> list[Ask]:
    """A view's questions in the order in which its page asks them; of an area where they say so."""
    day = scope.as_of
    row = db.cursor().execute("select min(tg_no) from dim_customer where exists_in_extract").fetchone()
    area = Scope(day, areas=(str(row[0]),) if row else ())
    closed = (day.replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    more: dict[str, Any] = {"rules": read_policy().recovery, "by": "org", "limit": 50}
    more |= {"month": closed.year * 100 + closed.month}

    def ask(name: str) -> Ask:
        what, _, by = name.partition(":")
        call: Callable[..., object] = getattr(figures, what)
        given = {k: more[k] for k in inspect.signature(call).parameters if k in more}
        if by and "by" in given:
            given["by"] = by
        chosen = area if by and "by" not in given else scope
        return name, lambda: call(db, chosen, **given)

    return [ask(name) for name in view.split()]


def _customers(db: Snapshot, day: date) -> list[Ask]:
    scope, choice = Scope(day), Choice()
    number = str(db.cursor().execute("select max(cons_no) from dim_customer").fetchall()[0][0])
    return [
        ("measures", lambda: lists.measures(db, day)),
        ("list_totals", lambda: lists.list_totals(db, scope, choice)),
        ("list_page", lambda: lists.list_page(db, scope, choice, 50, 1)),
        ("list_page:last", lambda: lists.list_page(db, scope, choice, 50, 10_000)),
        ("list_page:search", lambda: lists.list_page(db, scope, Choice({}, "123"), 50, 1)),
        ("code_choices", lambda: lists.code_choices(db, scope)),
        ("mission_totals", lambda: lists.mission_totals(db, scope, 5, "12m")),
        ("mission_top", lambda: lists.mission_top(db, scope, 5, "12m", "either", 200)),
        ("customer_file", lambda: lists.customer_file(db, scope, number)),
    ]


def _grading(db: Snapshot, day: date) -> list[Ask]:
    policy, kept = read_policy(), dict[str, grading.Measured]()

    def measure() -> None:
        kept["measured"] = grading.measure(db, day, policy.credit)

    def table() -> None:
        kept.clear()
        grading.ensure_graded(db, policy, day)

    light = ("grade_all", lambda: grading.grade_all(policy.credit, kept["measured"], with_parts=False))
    return [("measure", measure), light, ("ensure_graded", table)]


def _files(db: Snapshot, day: date) -> list[Ask]:
    titles = {
        "cons_no": "户号",
        "masked_name": "户名",
        "org_name": "单位",
        "overdue": "欠费",
        "class": "类别",
    }
    columns = exports.columns_of(lambda key, **_: key, "customers", titles)
    manifest = exports.Manifest("list", as_of=day)

    def sheet(rows: int) -> exports.Sheet:
        read = lists.whole_list(db, Scope(day), Choice())
        return exports.Sheet("list", columns, read if rows < 0 else _first(read, rows))

    def begun(write: Callable[[Callable[[int], None]], object]) -> None:
        def progress(_: int) -> None:
            raise _Started

        with suppress(_Started):
            write(progress)

    def workbook(progress: Callable[[int], None] | None) -> object:
        return exports.write_workbook(io.BytesIO(), [sheet(100_000)], manifest, progress=progress)

    def csv(progress: Callable[[int], None] | None) -> object:
        with Path(os.devnull).open("wb") as nowhere:
            return exports.write_csv(nowhere, sheet(-1), progress=progress)

    return [
        ("measures", lambda: lists.measures(db, day)),
        ("CSV of all, first rows", lambda: begun(csv)),
        ("CSV of all", lambda: csv(None)),
        ("xlsx of 100,000, first rows", lambda: begun(workbook)),
        ("xlsx of 100,000", lambda: workbook(None)),
    ]


def _first(read: pa.RecordBatchReader, rows: int) -> pa.RecordBatchReader:
    def batches() -> Iterator[pa.RecordBatch]:
        left = rows
        for batch in read:
            yield batch.slice(0, left)
            left -= batch.num_rows
            if left <= 0:
                return

    return pa.RecordBatchReader.from_batches(read.schema, batches())


def _tie_out(db: Snapshot, day: date) -> list[Ask]:
    rules, scope = read_policy().recovery, Scope(day)
    units = figures.comparison(db, scope, rules, "org", figures.EVERY_STATION)
    official = units[["key", "cy_billed", "cy_collected"]]
    official.columns = pd.Index(["org_no", "billed", "collected"])
    return [("tie_out", lambda: differences.tie_out(db, scope, rules, official))]


def series(name: str, warehouse: Path, day: date) -> dict[str, Any]:
    """The measures of one view or of one of `OTHERS`: a list of [what, seconds, seconds of CPU]."""
    others = {"customers": _customers, "grading": _grading, "files": _files, "tie-out": _tie_out}
    steps = []
    with open_snapshot(warehouse) as db:
        for what, ask in others[name](db, day) if name in others else questions(VIEWS[name], db, Scope(day)):
            clock, cpu = time.perf_counter(), time.process_time()
            ask()
            steps.append([what, time.perf_counter() - clock, time.process_time() - cpu])
    return {"steps": steps}


def run(warehouse: Path) -> list[Row]:
    """Each series in a process of its own, at the last month end and on a day within a month."""
    with open_snapshot(warehouse) as db:
        end = db.meta.extract_on.replace(day=1) - timedelta(days=1)
    rows = []
    for day in (end, end - timedelta(days=11)):
        for name in (*VIEWS, *OTHERS):
            measured = in_own_process("benchmarks.queries", name, str(warehouse), day.isoformat())
            rows += _rows(name, day, measured)
    return rows


def run_beside(warehouse: Path, tree: Path, before: Path, names: Sequence[str] | None = None) -> list[Row]:
    """The same series by this program and by that of another checkout, `tree`, on its own warehouse `before`
    of the same extract, in turn: CPU seconds of each, and how many times those of the other.
    """
    with open_snapshot(warehouse) as db:
        end = db.meta.extract_on.replace(day=1) - timedelta(days=1)
    rows = []
    for name in names or (*VIEWS, *OTHERS):
        spent: dict[str, list[float]] = {"now": [], "then": []}
        for day in (end, end - timedelta(days=11), end - timedelta(days=40)):
            for which, root, house in (("then", tree, before), ("now", ROOT, warehouse)):
                _forget_measures(house)
                asked = (name, str(house.absolute()), day.isoformat())
                steps = in_own_process("benchmarks.queries", *asked, tree=root).said["steps"]
                spent[which].append(sum(cpu for _, _, cpu in steps))
        now, then = sum(spent["now"]), sum(spent["then"])
        days = ", ".join(f"{a:.2f} : {b:.2f}" for a, b in zip(spent["now"], spent["then"], strict=True))
        rows.append(Row(name, f"{now / then:.2f} ×", f"{days} s of CPU, now : then"))
    return rows


def _forget_measures(warehouse: Path) -> None:
    """A day that was measured is not measured again; what lies in `graded` can be made again."""
    for kept in (warehouse / "graded").glob("*/measures"):
        shutil.rmtree(kept)


def _rows(name: str, day: date, measured: Measure) -> list[Row]:
    steps = measured.said["steps"]
    clock, cpu = sum(s[1] for s in steps), sum(s[2] for s in steps)
    each = ", ".join(f"{what} {seconds:.2f}" for what, seconds, _ in steps)
    figure = f"{clock:.2f} s, {cpu:.2f} s of CPU, {measured.peak_mib:,.0f} MiB"
    is_view = name in VIEWS
    held = (clock <= ANY_DAY_BAR_S) if is_view else None
    return [Row(f"{name}, {day}", figure, each, "≤ 1 s" if is_view else "", held)]


if __name__ == "__main__":
    report(lambda: series(sys.argv[1], Path(sys.argv[2]), date.fromisoformat(sys.argv[3])))
