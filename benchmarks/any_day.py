"""The overview on days that nobody asked about: of the company, of a unit and of an area, drawn at random.

`python -m benchmarks.any_day WAREHOUSE MANY` prints what each took, as JSON.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.measure import in_own_process, report
from benchmarks.queries import ANY_DAY_BAR_S, VIEWS, questions
from benchmarks.table import Row
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery.figures import facts

MANY = 60
OF = ("company", "unit", "area")


def series(warehouse: Path, many: int) -> dict[str, Any]:
    """[whose, day, seconds, seconds of CPU] of each overview, one after the other as a server is asked."""
    drawn, steps = random.Random(many), list[list[Any]]()
    with open_snapshot(warehouse) as db:
        held = facts(db)
        first, last = held.first_issue, held.extract_on
        if first is None or last is None:
            raise SystemExit("the warehouse holds no bills")
        days = drawn.sample(range((last - first).days), many)
        units = _keys(db, "select distinct org_no from dim_customer where exists_in_extract order by org_no")
        areas = _keys(db, "select distinct tg_no from dim_customer where tg_no is not null order by tg_no")
        for n, back in enumerate(days):
            day, of = last - timedelta(days=back + 1), OF[n % len(OF)]
            scope = _scope(of, day, drawn.choice(units), drawn.choice(areas))
            clock, cpu = time.perf_counter(), time.process_time()
            for _, ask in questions(VIEWS["overview"], db, scope):
                ask()
            steps.append([of, day.isoformat(), time.perf_counter() - clock, time.process_time() - cpu])
    return {"steps": steps}


def _keys(db: Snapshot, sql: str) -> list[str]:
    return [str(key) for (key,) in db.cursor().execute(sql).fetchall()] or [""]


def _scope(of: str, day: date, unit: str, area: str) -> Scope:
    if of == "unit":
        return Scope(day, orgs=(unit,))
    return Scope(day, areas=(area,)) if of == "area" else Scope(day)


def run(warehouse: Path) -> list[Row]:
    """How long the overview takes, the middle one and the twentieth from the end of a hundred."""
    steps = in_own_process("benchmarks.any_day", str(warehouse), str(MANY)).said["steps"]
    rows = [_row(f"overview of the {of}, any day", [s for s in steps if s[0] == of]) for of in OF]
    return [*rows, _row("overview, any day", steps)]


def _row(what: str, steps: list[list[Any]]) -> Row:
    (p50, p95), (cpu50, cpu95) = (_percentiles([s[place] for s in steps]) for place in (2, 3))
    figure = f"p50 {p50:.2f} s, p95 {p95:.2f} s; of CPU {cpu50:.2f} s, {cpu95:.2f} s"
    slowest = max(steps, key=lambda s: float(s[2]))
    against = f"{len(steps)} days, the slowest {slowest[1]} of the {slowest[0]}: {slowest[2]:.2f} s"
    return Row(what, figure, against, f"p95 ≤ {ANY_DAY_BAR_S:g} s", p95 <= ANY_DAY_BAR_S)


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    cut = quantiles(seconds, n=20, method="inclusive")
    return cut[9], cut[18]


if __name__ == "__main__":
    report(lambda: series(Path(sys.argv[1]), int(sys.argv[2])))
