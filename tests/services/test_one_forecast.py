"""One forecast for one thing, whoever looks; and a reader confined to a unit is told of that unit alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.run_off import forecast
from data.ask import answers as memory
from data.ask import queries
from data.ask.sql_files import Database
from data.scope import Scope
from data.warehouse import open_days
from data.warehouse.snapshots import open_snapshot
from services.recovery import figures, run_off
from services.recovery.units import EVERY_STATION
from tests.services.test_run_off import RULES, SEED, warehouse

Folder = Callable[[str, Callable[[Path], object]], Path]


@pytest.mark.parametrize("day", [date(2026, 2, 20), date(2026, 10, 20)])
def test_a_station_is_told_the_same_by_whoever_looks(once_per_run: Folder, day: date) -> None:
    with open_snapshot(warehouse(SEED, once_per_run)) as db:
        rows = figures.cleared_by(db, Scope(day), RULES, "org", EVERY_STATION)
        station = str(rows["key"].iloc[0])
        director = Scope(day, orgs=(station,))
        chief, both = Scope(day, allowed_orgs=(station,)), replace(director, allowed_orgs=(station,))
        for mine in (chief, both):
            assert astuple(figures.cleared(db, mine, RULES)) == astuple(figures.cleared(db, director, RULES))
            said, theirs = (figures.said(db, s, RULES).rows for s in (mine, director))
            assert len(said) >= 11 and said.equals(theirs)
            end, its = (figures.forecast(db, s, RULES) for s in (mine, director))
            assert (end.expected, end.low, end.high) == pytest.approx(
                (its.expected, its.low, its.high), nan_ok=True
            )
        own = figures.cleared_by(db, chief, RULES, "org", EVERY_STATION)
        assert own["key"].tolist() == [station]
        told = ["open", "expected_open", "low_open", "high_open"]
        assert own[told].iloc[0].tolist() == rows[rows["key"] == station][told].iloc[0].tolist()


def test_what_the_whole_has_learnt_is_not_asked_again_for_its_units(
    once_per_run: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to thirteen questions stand behind the year's end and its record: they drove out one another."""
    day, asked, plain = date(2026, 10, 20), list[str](), memory.frame

    def told(db: Database, sql: str, values: dict[str, Any]) -> pd.DataFrame:
        asked.append(sql)
        return plain(db, sql, values)

    monkeypatch.setattr(memory, "frame", told)
    with open_snapshot(warehouse(SEED, once_per_run)) as db:
        for scope in (Scope(day), Scope(day, orgs=("33401",)), Scope(day, allowed_orgs=("3340101",))):
            for ask in (figures.cleared, figures.said, figures.forecast, figures.said_of_year):
                ask(db, scope, RULES)
            figures.cleared_by(db, scope, RULES, "org")
            first = [sql for sql in asked if open_days.LASTING in sql]
            assert len(first) > 4 if scope == Scope(day) else not first, scope
            asked.clear()


@pytest.mark.parametrize("level", [0, 1, 2, 99])
@pytest.mark.parametrize("day", [date(2026, 10, 20), date(2026, 11, 5)])
def test_units_are_told_from_what_the_whole_has_learnt_as_a_question_by_unit_tells(
    once_per_run: Folder, day: date, level: int
) -> None:
    with open_snapshot(warehouse(SEED, once_per_run)) as db:
        rows = queries.run_off(db, Scope(day), run_off.days_until([day], RULES), "org", level)
        left = run_off.left(db, Scope(day), RULES, "org", level)
        open_ = rows.groupby("key")["open"].sum()
        assert left["key"].tolist() == open_.index.tolist() and left["open"].tolist() == open_.tolist()
        fit = run_off.on_the_day(db, Scope(day), RULES)[1]
        assert fit is not None
        expected = open_ if day.day == 5 else forecast(fit, rows).set_index("key")["expected"]
        assert left["expected"].tolist() == expected.tolist()
