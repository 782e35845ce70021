"""After a load the newest day is measured and graded, and the questions of the pages are asked ahead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.calendar import add_months, last_day, month_of
from data.ask import answers as memory
from data.ask import sql_files
from data.ask.sql_files import Database
from data.scope import Scope
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.credit.backtest import HORIZON_DAYS
from services.credit.policy_files import read_policy
from services.credit.slim import slim_path
from services.credit.standing import ensure_standing, standing_path
from services.customers import lists
from services.decided.inputs import NOTHING
from services.recovery import figures
from services.warehouse.loading import load
from services.warehouse.prepared import prepare
from tests.copying import copied
from tests.data.load_folder import bill, write_bills


def test_the_newest_day_is_measured_and_graded_and_the_snapshot_stays(
    sample_warehouse: Path, asked_ahead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Warehouse(sample_warehouse).current()
    assert Warehouse(asked_ahead).current() == before
    db = open_snapshot(asked_ahead, str(before))
    try:
        day = figures.facts(db).extract_on
        assert day is not None
        assert lists.is_measured(db, day)
        policy = read_policy()
        path = standing_path(db, policy, day, None, NOTHING)
        assert path.exists() and ensure_standing(db, policy, day, None) == path
        for scored in (day, day - timedelta(days=HORIZON_DAYS)):
            assert slim_path(db, policy.credit, scored).exists(), "what-ifs and estimates need not wait"
        monkeypatch.setattr(sql_files, "cursor_on_lasting", pytest.fail)  # whose spells last is not looked up
        for any_day in (date(day.year - 1, 3, 31), date(day.year, 2, 9), day - timedelta(days=3)):
            figures.cleared(db, Scope(any_day), policy.recovery)
            figures.cleared_by(db, Scope(any_day), policy.recovery, "org")
            figures.said(db, Scope(any_day), policy.recovery)
    finally:
        db.close()


def test_for_few_customers_a_load_is_not_made_longer(tmp_path: Path) -> None:
    write_bills(tmp_path / "20240601", [bill(n) for n in range(20)])
    load(tmp_path / "20240601", tmp_path / "wh")
    assert prepare(tmp_path / "wh") and not list((tmp_path / "wh" / "graded").rglob("*.parquet"))


def test_nothing_to_prepare_is_no_failure(tmp_path: Path) -> None:
    assert not prepare(tmp_path)


QUESTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("headline", {}),
    ("attention", {}),
    ("side_by_side", {}),
    ("trend", {}),
    ("cleared_by", {"by": "org"}),
    ("comparison", {"by": "org"}),
    ("top_debtors", {"limit": 8}),
    ("by_cash_month", {}),
    ("ageing_by", {"by": "org"}),
    ("ageing_trend", {}),
    ("claims_near_limit", {}),
)


def answers(house: Path, day: date, monkeypatch: pytest.MonkeyPatch, is_kept: bool) -> list[Any]:
    """What every question says; kept answers must be read, or must not be there to read."""
    asked: list[str] = []
    plain = memory.frame

    def told(db: Database, sql: str, values: dict[str, Any]) -> pd.DataFrame:
        asked.append(sql)
        return plain(db, sql, values)

    monkeypatch.setattr(memory, "frame", told)
    with open_snapshot(house) as db:
        found = [
            getattr(figures, name)(db, Scope(day), read_policy().recovery, **more) for name, more in QUESTIONS
        ]
    monkeypatch.undo()
    kept = [sql for sql in asked if "read_parquet($path" in sql]
    assert len(asked) > 15 and (len(kept) == len(asked) if is_kept else not kept)
    return found


@pytest.mark.parametrize("back", [0, 1, 12])
def test_what_was_asked_ahead_is_what_the_snapshot_says(
    asked_ahead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: int
) -> None:
    bare = tmp_path / "bare"
    copied(asked_ahead, bare, "graded")
    with open_snapshot(bare) as db:
        newest = db.meta.extract_on
    day = newest if back == 0 else last_day(add_months(month_of(newest), -back))
    ahead = answers(asked_ahead, day, monkeypatch, True)
    fresh = answers(bare, day, monkeypatch, False)
    for (name, _), one, other in zip(QUESTIONS, ahead, fresh, strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, obj=name)
            assert len(one) or name == "claims_near_limit"
        else:
            assert repr(one) == repr(other), name


def test_a_spoilt_answer_is_asked_again(asked_ahead: Path, tmp_path: Path) -> None:
    house = tmp_path / "spoilt"
    copied(asked_ahead, house)
    rules = read_policy().recovery
    with open_snapshot(house) as db:
        scope = Scope(db.meta.extract_on)
        told = figures.headline(db, scope, rules)
    files = list(house.glob("graded/*/answers/*.parquet"))
    assert files
    for file in files:
        file.write_bytes(b"PAR1 nothing of the kind")
    with open_snapshot(house) as db:
        assert repr(figures.headline(db, scope, rules)) == repr(told)
