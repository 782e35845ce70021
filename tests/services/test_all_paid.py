"""What is said of clearing in time against what came: areas of two samples, two days of all months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics import calendar
from analytics.all_paid import verdict
from data.ask.queries import holdings
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery import figures, run_off
from tests.services.test_run_off import RULES, SEEDS, warehouse

Folder = Callable[[str, Callable[[Path], object]], Path]
LIKE = (7, 20)


@pytest.fixture(scope="module")
def said(once_per_run: Folder) -> pd.DataFrame:
    """By area and day: chance, is_clear (nothing was open at the end of the assessment day)."""
    parts = []
    for seed in SEEDS[:2]:
        with open_snapshot(warehouse(seed, once_per_run)) as db:
            parts += [_of_day(db, date(ym // 100, ym % 100, like)) for ym in _months(db) for like in LIKE]
    return pd.concat(parts).dropna()


def _months(db: Snapshot) -> list[int]:
    found = figures.facts(db)
    assert found.first_issue and found.extract_on
    first, last = calendar.month_of(found.first_issue), calendar.month_of(found.extract_on)
    return [calendar.add_months(first, n) for n in range(13, calendar.months_between(first, last))]


def _of_day(db: Snapshot, day: date) -> pd.DataFrame:
    chance = run_off.all_paid_chances(db, Scope(day), RULES, "area")
    until, closed = calendar.deadline(day, 5), calendar.closed_month(day, 5)
    came = holdings(db, Scope(until), closed, "area").set_index("key")["closed"]
    return pd.DataFrame({"chance": chance, "is_clear": came.reindex(chance.index).fillna(0) == 0})


@pytest.mark.full
def test_areas_clear_as_often_as_is_said(said: pd.DataFrame) -> None:
    steps = pd.cut(said["chance"], [-1, 0.05, 0.2, 0.4, 0.6, 0.8, 1])
    by_step = said.groupby(steps, observed=True).agg(
        n=("is_clear", "size"), chance=("chance", "mean"), came=("is_clear", "mean")
    )
    enough = by_step[by_step["n"] >= 50]
    assert len(enough) >= 4, by_step
    assert (enough["chance"] - enough["came"]).abs().max() < 0.12, by_step


@pytest.mark.full
def test_each_sentence_is_said_and_mostly_true(said: pd.DataFrame) -> None:
    true = said.groupby(said["chance"].map(verdict))["is_clear"].agg(["size", "mean"])
    assert true["size"].min() >= 30, true
    assert true.loc["in_time", "mean"] > 0.75 and true.loc["not_in_time", "mean"] < 0.1, true
    assert 0.25 < true.loc["uncertain", "mean"] < 0.65, true


def test_a_scope_is_told_as_its_chance_is(once_per_run: Folder) -> None:
    with open_snapshot(warehouse(SEEDS[0], once_per_run)) as db:
        day = date(2026, 10, 7)
        for area, chance in run_off.all_paid_chances(db, Scope(day), RULES, "area").items():
            if chance > 0.25:
                c = figures.cleared(db, Scope(day, areas=(str(area),)), RULES)
                assert c.chance == pytest.approx(chance) and c.verdict == verdict(chance)
        none_open = figures.cleared(db, Scope(day, areas=("none",)), RULES)
        assert none_open.verdict == "in_time" and none_open.month_cleared
        on_the_day = figures.cleared(db, Scope(date(2026, 10, 5)), RULES)
        assert on_the_day.verdict == "not_in_time"
