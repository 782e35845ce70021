"""A day that nobody has looked at: what is seen first, how the work moves, what pieces cost over one piece.

`python -m benchmarks.fresh_day WAREHOUSE DAY PIECE` prints what pieces of so many customers took, as JSON.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import forecasts
from benchmarks.measure import Measure, in_own_process, report
from benchmarks.table import Row
from data.ask import customer_queries
from data.scope import Scope
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.credit.policy_files import read_policy
from services.customers.customer_filters import Choice
from services.recovery import figures

WHOLE = 2**30
PIECES_BAR, FIRST_BAR, LIST_BAR_S = 1.25, 0.25, 20.0


def series(warehouse: Path, day: date, piece: int) -> dict[str, Any]:
    """Seconds to the largest debtors, to the first progress, to the measures and to the list after them."""
    customer_queries.PIECE = piece
    house, scope, choice, seen = Warehouse(warehouse), Scope(day), Choice(), list[float]()
    with open_snapshot(warehouse) as db, TemporaryDirectory(dir=house.graded) as graded:
        begun = time.perf_counter()
        figures.top_debtors(db, scope, read_policy().recovery, 50)
        debtors = time.perf_counter() - begun
        asked, cpu = time.perf_counter(), time.process_time()
        moved = lambda _: seen.append(time.perf_counter() - asked)  # noqa: E731
        path = customer_queries.ensure_measures(db, Path(graded), db.id, day, moved)
        measured, cpu = time.perf_counter() - asked, time.process_time() - cpu
        values = {"measures": path, "standing": None}
        customer_queries.totals(db, scope, choice.parameters(), **values)
        order = {"sort": choice.sort, "descending": choice.descending, "limit": 50, "offset": 0}
        customer_queries.rows(db, scope, choice.parameters(), **values, **order)
        whole = time.perf_counter() - begun
    return {"debtors": debtors, "seen": seen, "measured": measured, "whole": whole, "cpu": cpu}


def run(warehouse: Path) -> list[Row]:
    """Pieces and one piece in turn, twice each, every one in a process of its own; the better of each."""
    with open_snapshot(warehouse) as db:
        day = db.meta.extract_on.replace(day=1) - timedelta(days=12)
    sizes = (customer_queries.PIECE, WHOLE)
    told: dict[int, list[Measure]] = {size: [] for size in sizes}
    for size in sizes * 2:
        asked = ("benchmarks.fresh_day", str(warehouse), day.isoformat(), str(size))
        told[size].append(in_own_process(*asked))
    pieces, one = (min((m.said for m in told[size]), key=lambda s: float(s["cpu"])) for size in sizes)
    return [*_rows(day, pieces, one), *forecasts.run(warehouse, day)]


def _rows(day: date, pieces: dict[str, Any], one: dict[str, Any]) -> list[Row]:
    whole, ratio = pieces["whole"], pieces["cpu"] / one["cpu"]
    steps = [b - a for a, b in zip([0.0, *pieces["seen"]], pieces["seen"], strict=False)]
    first, debtors = pieces["seen"][0] / whole, pieces["debtors"] / whole
    longest = max(steps) / whole
    return [
        Row(f"measured in one piece, {day}", f"{one['measured']:.2f} s, {one['cpu']:.2f} s of CPU"),
        Row(
            f"measured in pieces: {len(steps)}",
            f"{pieces['measured']:.2f} s, {pieces['cpu']:.2f} s of CPU",
            f"{ratio:.2f} × one piece (CPU)",
            f"≤ {PIECES_BAR:g} ×",
            ratio <= PIECES_BAR,
        ),
        Row(
            "fresh day, to the list's first page",
            f"{whole:.2f} s",
            "",
            f"≤ {LIST_BAR_S:g} s",
            whole <= LIST_BAR_S,
        ),
        _share("largest debtors on the page", pieces["debtors"], debtors),
        _share("first progress", pieces["seen"][0], first),
        _share("longest standstill of the progress", max(steps), longest),
    ]


def _share(what: str, seconds: float, share: float) -> Row:
    return Row(what, f"{seconds:.2f} s", f"{share:.2f} of the whole", f"≤ {FIRST_BAR:g}", share <= FIRST_BAR)


if __name__ == "__main__":
    report(lambda: series(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), int(sys.argv[3])))
