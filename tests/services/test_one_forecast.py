"""One forecast for one thing, whoever looks; and a reader confined to a unit is told of that unit alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope
from data.warehouse import open_snapshot
from services import figures
from services.units import EVERY_STATION
from tests.services.test_run_off import RULES, SEEDS, warehouse

Folder = Callable[[str, Callable[[Path], object]], Path]


@pytest.mark.parametrize("day", [date(2026, 2, 20), date(2026, 10, 20)])
def test_a_station_is_told_the_same_by_whoever_looks(once_per_run: Folder, day: date) -> None:
    with open_snapshot(warehouse(SEEDS[2], once_per_run)) as db:
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
