"""After a load the newest day's customers are measured, so that the list opens at once."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.warehouse import Warehouse, open_snapshot
from services import customers, figures
from services.prepared import prepare


def test_the_newest_day_is_measured_and_the_snapshot_stays(sample_warehouse: Path, tmp_path: Path) -> None:
    house = tmp_path / "house"
    shutil.copytree(sample_warehouse, house, ignore=shutil.ignore_patterns("graded", "raw"))
    before = Warehouse(house).current()
    assert prepare(house)
    assert Warehouse(house).current() == before
    db = open_snapshot(house, str(before))
    try:
        day = figures.facts(db).extract_on
        assert day is not None
        assert customers.is_measured(db, day)
    finally:
        db.close()


def test_nothing_to_prepare_is_no_failure(tmp_path: Path) -> None:
    assert not prepare(tmp_path)
