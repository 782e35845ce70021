"""The whole way from raw files to figures, against the oracle: random hostile extracts, days and filters.

DENGTA_ORACLE_RUNS sets how many extracts (2 by default); DENGTA_ORACLE_SEED where to begin.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest

from data.warehouse.snapshots import open_snapshot
from services.recovery.units import Dimension
from services.warehouse.loading import load
from tests.attack.sizes import ORACLE, how_many
from tests.oracle import extracts
from tests.oracle.figures import Figures, Filter
from tests.oracle.summary import yuan
from tests.oracle.world import World, build
from tests.reconcile.compare import (
    comparison_differences,
    customer_differences,
    differences,
    summary_differences,
)
from tests.reconcile.compare_collection import collection_differences
from tests.reconcile.compare_people import dimension_differences, some_filter
from tests.reconcile.compare_time import time_differences

RUNS = how_many(ORACLE)
FIRST = int(os.environ.get("DENGTA_ORACLE_SEED", "99"))
FILTERS = (
    Filter(),
    Filter(("33401",)),
    Filter(("334010101", "33402")),
    Filter(classes=("01", "03")),
    Filter(("3340101",), ("02",)),
)
EDGES = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 5), date(2024, 1, 6), date(2025, 1, 5))
DAYS = (extracts.EXTRACT_ON - date(2022, 11, 1)).days


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
def test_figures_of_a_hostile_extract(seed: int, tmp_path: Path) -> None:
    """Every fifth extract has no ids and no dates, every seventh no receipts, every second unusable rows.

    The first is without ids and spoilt, the second whole; the third, by the full run, without receipts.
    Where there are but two, they share the dimensions.
    """
    few = RUNS == 2
    folder, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    poorer, receipts = seed % 5 == 4, seed % 7 != 3
    extracts.write(folder, seed, poorer=poorer, dirty=seed % 2 == 1, receipts=receipts)
    load(folder, warehouse, extract_date=extracts.EXTRACT_ON)
    world = build([folder], extracts.EXTRACT_ON)
    rnd = random.Random(seed)
    found = load_differences(warehouse / "load_report.json", world)
    with open_snapshot(warehouse) as db:
        for only in (Filter(), rnd.choice(FILTERS[1:]), rnd.choice(FILTERS[1:])):
            day = date(2022, 11, 1) + timedelta(days=rnd.randint(0, DAYS))
            as_of = rnd.choice((day, day, rnd.choice(EDGES), extracts.EXTRACT_ON))
            found += differences(db, Figures(world, as_of, only))
        if not poorer:  # without ids it is open which of two equal bills a receipt pays, whatever their codes
            found += differences(db, Figures(world, as_of, some_filter(world, rnd.choice)))
        found += summary_differences(db, Figures(world, as_of))
        found += comparison_differences(db, Figures(world, as_of))
        found += customer_differences(db, Figures(world, as_of))
        two = (Figures(world, as_of, only), Figures(world, EDGES[seed % len(EDGES)]))
        for one in two[few * seed % 2 :]:
            found += time_differences(db, one)
            found += collection_differences(db, one)
        mine = get_args(Dimension)[(seed + 1) % 2 :: 2] if few else get_args(Dimension)
        dimensions = [d for d in mine if not (poorer and d == "pay_mode")]
        for turn, dimension in enumerate(dimensions, seed):  # each of one of the two, of the other next time
            found += dimension_differences(db, two[turn % 2], dimension)
    assert found == []


def test_no_look_ahead(tmp_path: Path) -> None:
    """What arrives after the as-of date moves no figure as of it."""
    folder, cut = tmp_path / "raw", date(2024, 3, 20)
    extracts.write(folder, 31)
    load(folder, tmp_path / "warehouse", extract_date=extracts.EXTRACT_ON)
    world = build([folder], extracts.EXTRACT_ON)
    known = [b for b in world.bills if b.issued_on <= cut]
    for bill in known:
        bill.receipts = [(on, amount) for on, amount in bill.receipts if on <= cut]
    assert len(known) < len(world.bills)
    world.bills = known
    with open_snapshot(tmp_path / "warehouse") as db:
        for only in FILTERS:
            assert differences(db, Figures(world, cut, only)) == []


def load_differences(report: Path, world: World) -> list[str]:
    """What load_report.json says otherwise than plain counting of the files."""
    written = json.loads(report.read_text(encoding="utf-8"))
    found = []
    for entry in written["files"]:
        counts = next(c for name, c in world.extract.counts.items() if name.endswith("/" + entry["file"]))
        ours = {
            "read": counts.read,
            "loaded": counts.loaded,
            "merged": counts.merged,
            "quarantined": counts.quarantined,
            "amount_unreadable": counts.amount_unreadable,
            "yuan": {fate: yuan(fen) for fate, fen in counts.fen.items()},
        }
        found += [
            f"{entry['file']} {key}: product {entry[key]}, oracle {ours[key]}"
            for key in ours
            if entry[key] != ours[key]
        ]
    assert len(written["files"]) == len(world.extract.counts)
    return found
