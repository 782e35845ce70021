"""The countdown, the year's end and their records on a day that nobody asked about: seconds of the processor.

`python -m benchmarks.forecasts WAREHOUSE DAY` prints the measures of the whole and then of one unit, as JSON.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measure import in_own_process, report
from benchmarks.table import Row
from data.ask import lookups
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.recovery import figures

ASKED = ("cleared", "said", "forecast", "said_of_year")
COUNTDOWN_BAR_S, YEAR_BAR_S, RECORD_BAR_S = 1.0, 1.5, 2.0


def series(warehouse: Path, day: date) -> dict[str, Any]:
    """Seconds of the processor for each of ASKED: of everything, then of a unit below it."""
    rules, told = read_policy().recovery, dict[str, list[float]]()
    with open_snapshot(warehouse) as db:
        orgs = lookups.orgs(db)
        unit = str(orgs.loc[orgs["depth"] == orgs["depth"].max(), "org_no"].iloc[0])
        figures.headline(db, Scope(day), rules)
        for scope in (Scope(day), Scope(day, orgs=(unit,))):
            for name in ASKED:
                cpu = time.process_time()
                getattr(figures, name)(db, scope, rules)
                told.setdefault(name, []).append(time.process_time() - cpu)
    return told


def run(warehouse: Path, day: date) -> list[Row]:
    """In a process of its own, of a warehouse that was prepared after its load."""
    told = in_own_process("benchmarks.forecasts", str(warehouse), day.isoformat()).said
    bars = (COUNTDOWN_BAR_S, RECORD_BAR_S, YEAR_BAR_S, RECORD_BAR_S)
    return [
        Row(
            f"{name}, {day}",
            f"{whole:.2f} s of CPU",
            f"a unit then: {unit:.2f} s",
            f"≤ {bar:g} s of CPU, both",
            max(whole, unit) <= bar,
        )
        for (name, (whole, unit)), bar in zip(told.items(), bars, strict=True)
    ]


if __name__ == "__main__":
    report(lambda: series(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
