"""The generated sample, clean and dirty, against the oracle: every figure on several days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest

from analytics.plausibility_rules import NO_LIMITS
from data.warehouse.snapshots import open_snapshot
from services.warehouse.loading import load
from services.warehouse.sampling import make_sample
from tests.oracle.figures import Figures, Filter
from tests.oracle.world import build
from tests.reconcile.compare import customer_differences, differences, summary_differences
from tests.reconcile.test_hostile_extracts import load_differences


@pytest.mark.parametrize(
    ("dirty", "encoding"), [pytest.param(False, "utf-8", marks=pytest.mark.full), (True, "gbk")]
)
def test_figures_of_the_sample(dirty: bool, encoding: Literal["utf-8", "gbk"], tmp_path: Path) -> None:
    folder, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    make_sample(folder, customers=150, months=26, seed=11, dirty=dirty, encoding=encoding)
    loaded = load(folder, warehouse, limits=NO_LIMITS)
    world = build([folder], loaded.extract_on)
    last = loaded.extract_on
    units = sorted({b.org_no for b in world.bills if b.org_no})
    found = load_differences(warehouse / "load_report.json", world)
    with open_snapshot(warehouse) as db:
        for back, only in ((0, Filter()), (17, Filter((units[0],))), (200, Filter(classes=("03",)))):
            oracle = Figures(world, last - timedelta(days=back), only)
            found += differences(db, oracle)
        found += summary_differences(db, Figures(world, date(last.year, 1, 6)))
        found += customer_differences(db, Figures(world, last))
    assert found == []
