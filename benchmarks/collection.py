"""The run of collection: time, memory and parts of it.

`python -m benchmarks.collection WAREHOUSE` writes one proposal of the extract's day and prints its measure.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Measure, in_own_process, report
from benchmarks.table import Row
from dashboard.terminal.commands import rule_of
from dashboard.terminal.held import actor
from dashboard.words.i18n import Translator
from data.warehouse.snapshots import open_snapshot
from services.collection.collect import Telling, collect
from services.credit.policy_files import read_policy

BAR_SECONDS, BAR_MIB = 180, 8 * 1024


def one(warehouse: Path) -> dict[str, Any]:
    """Write a proposal and its work lists as the command does; seconds by step of the progress."""
    with open_snapshot(warehouse) as db:
        day = db.meta.extract_on
    begun: list[tuple[str, float]] = []
    with TemporaryDirectory() as out:
        os.environ["DENGTA_STATE"] = f"sqlite:///{out}/state.db"  # a batch of a measure is nobody's
        tell = lambda step, share: begun.append((step, time.perf_counter()))  # noqa: E731
        says = Telling(Translator("zh"), partial(rule_of, Translator("zh")))
        made = collect(warehouse, day, Path(out) / "made", read_policy(), actor(), says, day, tell)
        size = sum(path.stat().st_size for path in made.files)
    parts = {step: after - at for (step, at), (_, after) in pairwise(begun)}
    orders = made.totals["orders"]["customers"]
    return {"parts": parts, "customers": made.totals["customers"], "orders": orders, "mib": size / 2**20}


def run(warehouse: Path) -> list[Row]:
    """Twice, each in a process of its own: the second finds the grades that the first made."""
    first, again = (in_own_process("benchmarks.collection", str(warehouse)) for _ in (0, 1))
    return [*_rows("the first time", first), *_rows("once more", again)]


def _rows(what: str, made: Measure) -> list[Row]:
    parts = ", ".join(f"{name} {taken:.1f} s" for name, taken in made.said["parts"].items())
    told = f"{made.said['customers']:,} rows, {made.said['orders']:,} orders, {made.said['mib']:.1f} MiB"
    holds = made.seconds <= BAR_SECONDS
    return [
        Row(f"collect, {what}", f"{made.seconds:.1f} s", told, f"≤ {BAR_SECONDS} s", holds),
        Row("its memory", f"{made.peak_mib:,.0f} MiB", "", f"≤ {BAR_MIB:,} MiB", made.peak_mib <= BAR_MIB),
        Row("its parts", parts),
    ]


if __name__ == "__main__":
    report(lambda: one(Path(sys.argv[1])))
