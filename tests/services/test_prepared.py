"""After a load the newest day's customers are measured and graded, so that the list opens at once."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.warehouse import Warehouse, open_snapshot
from services import customers, figures
from services.decided import NOTHING
from services.policy_files import read_policy
from services.prepared import prepare
from services.standing import ensure_standing, standing_path


def test_the_newest_day_is_measured_and_graded_and_the_snapshot_stays(
    sample_warehouse: Path, tmp_path: Path
) -> None:
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
        policy = read_policy()
        path = standing_path(db, policy, day, None, NOTHING)
        assert path.exists() and ensure_standing(db, policy, day, None) == path
    finally:
        db.close()


def test_nothing_to_prepare_is_no_failure(tmp_path: Path) -> None:
    assert not prepare(tmp_path)
