"""What a page asks of one day is in memory for the other days of the month choice."""

from __future__ import annotations

import math
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.shared import read_ahead, store
from dashboard.shared.read_ahead import ReadAhead
from data.scope import Scope
from data.warehouse.snapshots import Snapshot
from services.credit.policy_files import read_policy
from services.recovery import figures
from services.warehouse.prepared import days_asked
from tests.copying import copied

POLICY = read_policy()


NEAR = 3
"""So many of the newest month ends are asked, and the oldest: all of them are asked alike."""


def few_days(db: Snapshot, facts: figures.SnapshotFacts) -> tuple[date, ...]:
    """The newest month ends whose answers were kept, and the oldest."""
    *near, oldest = days_asked(db, facts)
    assert len(near) > 5
    return (*near[:NEAR], oldest)


@pytest.fixture
def opened(asked_ahead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> store.Store:
    """The store of a copy of its own: nobody has asked anything of it."""
    copied(asked_ahead, tmp_path / "house")
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "house"))
    monkeypatch.setattr(store.prepared, "days_asked", few_days)
    monkeypatch.setattr(read_ahead, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(read_ahead, "SLOW_SECONDS", math.inf)  # however slow this machine is
    found = store.open_store()
    assert found is not None
    return found


def at_rest(ahead: ReadAhead) -> None:
    """Wait until it has asked all it was told to."""
    while not ahead.is_done():
        time.sleep(0.01)


def loaded(opened: store.Store, day: date, **filters: tuple[str, ...] | str) -> store.Loader:
    return store.Loader(opened, Scope(day, **filters), POLICY)  # type: ignore[arg-type]


def test_another_month_end_is_in_memory_and_says_what_the_snapshot_says(opened: store.Store) -> None:
    days = few_days(opened.db, opened.facts)
    expected = {day: figures.comparison(opened.db, Scope(day), POLICY.recovery, "org") for day in days}
    loaded(opened, days[0])(figures.comparison, by="org", parent=None)
    loaded(opened, days[0])(figures.trend, months=13)
    at_rest(opened.ahead)
    opened.db.close()  # from memory, or not at all
    for day in days[1:]:
        assert loaded(opened, day)(figures.comparison, by="org", parent=None).equals(expected[day])
        assert len(loaded(opened, day)(figures.trend, months=13))


def test_only_figures_of_everything_that_came_quickly_are_asked_of_other_days(
    opened: store.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    monkeypatch.setattr(opened.ahead, "note", lambda name, ask, seconds: noted.append(name))
    newest = days_asked(opened.db, opened.facts)[0]
    org = str(opened.db.cursor().execute("select max(org_no) from dim_org").fetchall()[0][0])
    loaded(opened, newest, orgs=(org,))(figures.headline)
    loaded(opened, newest, allowed_orgs=(org,))(figures.headline)
    loaded(opened, newest, basis="point")(figures.headline)
    loaded(opened, newest)(figures.facts)
    assert [n for n in noted if "headline" in n] == []
    loaded(opened, newest)(figures.headline)
    loaded(opened, newest)(figures.headline)
    assert len([n for n in noted if "headline" in n]) == 1


def test_a_slow_question_stops_a_wrong_one_is_passed_over_and_days_without_answers_are_left() -> None:
    days = [date(2026, 1, 31) + timedelta(n) for n in range(4)]
    asked: list[tuple[str, date]] = []
    now = 0.0

    def slow(day: date) -> None:
        nonlocal now
        asked.append(("slow", day))
        now += read_ahead.SLOW_SECONDS + 0.05

    def wrong(day: date) -> None:
        asked.append(("wrong", day))
        raise ValueError(day)

    ahead = ReadAhead(days, lambda: now)
    ahead.note("late", lambda day: asked.append(("late", day)), read_ahead.SLOW_SECONDS + 1)
    ahead.note("slow", slow, 0.0)
    ahead.note("wrong", wrong, 0.0)
    for _ in range(2):
        ahead.note("right", lambda day: asked.append(("right", day)), 0.0)
    at_rest(ahead)
    ahead.note("again", lambda day: asked.append(("again", day)), 0.0)
    at_rest(ahead)
    assert asked == [
        ("slow", days[0]), ("wrong", days[0]), *(("right", d) for d in days), *(("again", d) for d in days)
    ]  # fmt: skip
    ReadAhead(()).note("nothing", slow, 0.0)
    assert len(asked) == 2 * len(days) + 2


def test_nothing_is_asked_where_no_answers_were_kept(sample_warehouse: Path, tmp_path: Path) -> None:
    house = tmp_path / "house"
    copied(sample_warehouse, house, "graded", "raw")
    found = store._store(str(house), next((house / "snapshots").glob("*.duckdb")).stem)
    assert days_asked(found.db, found.facts) == ()
