"""The ranking against raw rows: values, shared places, change of place; who is left out; whose units."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.targets import book_of
from data.ask import lookups
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit.policy_files import read_policy
from services.recovery import ranking
from services.recovery.ranking import Ranked, listed
from tests.conftest import Sample
from tests.oracle.figures import Figures, Filter
from tests.oracle.world import World, build

RULES = read_policy().recovery
NOW, THEN = date(2026, 10, 20), date(2025, 10, 20)
STATIONS = ("334010101", "334010201")


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Snapshot:
    return open_snapshot(sample_warehouse)


@pytest.fixture(scope="module")
def world(sample: Sample) -> World:
    return build([sample.folder], None)


def ranked(db: Snapshot, level: str, measure: str, scope: Scope) -> Ranked:
    now, then = (ranking.level_figures(db, s, RULES, level) for s in (scope, scope.at(THEN)))
    return ranking.ranking(db, scope, level, measure, now, then)


def parts(figures: Figures, measure: str) -> tuple[int, int]:
    """Whole and part of a measure by the oracle."""
    if measure == "household_months":
        return figures.household_months("assessment")
    if measure == "overdue":
        return 1, figures.total(figures.overdue_bills())["amount"]
    rate = getattr(figures, measure)("assessment") if measure != "month" else figures.month("assessment")
    return rate.billed, rate.collected


def places(values: dict[str, Fraction | None], measure: str) -> dict[str, int]:
    """1 and how many are better: equals share."""
    known = {k: -v if measure == "overdue" else v for k, v in values.items() if v is not None}
    return {k: 1 + sum(other > v for other in known.values()) for k, v in known.items()}


@pytest.mark.parametrize("measure", ranking.RANKED)
def test_stations_stand_where_the_raw_rows_put_them(db: Snapshot, world: World, measure: str) -> None:
    found = ranked(db, ranking.STATION, measure, Scope(NOW))
    rows = found.rows.set_index("key")
    told: list[dict[str, Fraction | None]] = []
    for day in (NOW, THEN):
        of = {s: parts(Figures(world, day, Filter((s,))), measure) for s in STATIONS}
        told.append({s: Fraction(part, whole) if whole else None for s, (whole, part) in of.items()})
        if day == NOW and measure != "overdue":
            assert {k: (int(rows["whole"][k]), int(rows["part"][k])) for k in rows.index} == of
    now, then = told
    for station in STATIONS:
        expected = now[station]
        assert expected is not None and rows["value"][station] == pytest.approx(float(expected), abs=1e-12)
    assert rows["rank"].to_dict() == places(now, measure)
    before = places(then, measure)
    rises = {k: None if pd.isna(v) else int(v) for k, v in rows["rise"].items()}
    assert rises == {k: before[k] - v if k in before else None for k, v in places(now, measure).items()}


def test_areas_share_places_and_nobody_is_lost(db: Snapshot) -> None:
    found = ranked(db, ranking.AREA, "current_year", Scope(NOW))
    rows = found.rows
    exact = [Fraction(int(p), int(w)) for p, w in zip(rows["part"], rows["whole"], strict=True)]
    assert rows["rank"].tolist() == [1 + sum(other > one for other in exact) for one in exact]
    assert rows["rank"].duplicated().any(), "no place is shared: the sample says nothing"
    whole = ranked(db, ranking.STATION, "current_year", Scope(NOW)).rows
    missing = [key for key, _ in found.elsewhere]
    if not missing:
        assert rows["part"].sum() == whole["part"].sum() and rows["whole"].sum() == whole["whole"].sum()
    counties = ranked(db, "unit2", "current_year", Scope(NOW)).rows
    assert counties["whole"].sum() == whole["whole"].sum()
    assert not {key for key, _ in found.left_out} & set(rows["key"])


def test_levels_are_those_below_and_one_confined_sees_their_own(db: Snapshot) -> None:
    assert ranking.levels(db, Scope(NOW)) == ("station", "unit1", "unit2", "area", "collector")
    assert ranking.levels(db, Scope(NOW, orgs=("3340101",))) == ("station", "area", "collector")
    assert ranking.levels(db, Scope(NOW, orgs=STATIONS[:1])) == ("area", "collector")
    mine = Scope(NOW, allowed_orgs=("3340102",))
    assert ranked(db, ranking.STATION, "overdue", mine).rows["key"].tolist() == [STATIONS[1]]
    areas = ranked(db, ranking.AREA, "current_year", mine)
    all_areas = ranked(db, ranking.AREA, "current_year", Scope(NOW, orgs=("3340102",)))
    assert set(areas.rows["key"]) == set(all_areas.rows["key"]) and areas.left_out == all_areas.left_out
    assert ranked(db, ranking.STATION, "current_year", Scope(NOW, orgs=("no",))).rows.empty


def test_a_station_right_below_a_city_leaves_the_counties_their_level(
    db: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    orgs = lookups.orgs(db)
    city = orgs[orgs["depth"] == 1].iloc[0]
    own = {"org_no": f"{city['org_no']}99", "org_name": "直属供电所", "parent_no": city["org_no"], "depth": 2}
    uneven = pd.concat([orgs, pd.DataFrame([own])], ignore_index=True)
    monkeypatch.setattr(lookups, "orgs", lambda _: uneven)
    assert ranking.levels(db, Scope(NOW)) == ("station", "unit1", "unit2", "area", "collector")


def test_a_units_target_is_its_areas_too_and_missing_is_exact(db: Snapshot) -> None:
    book = book_of([("3340101", "current_year", 202601, 999_000)], {"334010101": "3340101"}, 0.5)
    scope = Scope(NOW)
    found = ranked(db, ranking.AREA, "current_year", scope)
    rows = ranking.aimed(db, scope, RULES, book, found, ranking.AREA, "current_year")
    held = set(ranked(db, ranking.AREA, "current_year", Scope(NOW, orgs=("3340101",))).rows["key"])
    assert set(rows["target"]) == {0.999, 0.5}
    for row in rows.to_dict("records"):
        assert (row["target"] == 0.999) == (row["key"] in held)
        share = Fraction(999 if row["key"] in held else 500, 1000)
        assert row["missing"] == max(0, ceil(share * int(row["whole"])) - int(row["part"]))
    stations = ranked(db, ranking.STATION, "overdue", scope)
    amounts = ranking.aimed(db, scope, RULES, book, stations, ranking.STATION, "overdue")
    assert amounts["target"].isna().all() and amounts["missing"].isna().all()


def test_rows_are_found_by_any_part_and_ordered_with_the_unknown_last() -> None:
    rows = pd.DataFrame(
        {
            "key": ["a1", "b2", "c3"],
            "name": ["城关 (East)", "EAST.", "河西"],
            "rank": pd.array([1, 2, 3], dtype="Int64"),
            "rise": pd.array([None, 2, -1], dtype="Int64"),
            "missing": pd.array([0, None, 5], dtype="Int64"),
            "whole": [1, 9, 5],
            "gap": [0.1, np.nan, -0.1],
        }
    )
    orders = {order: "".join(listed(rows, "", order)["key"].str[0]) for order in ranking.ORDERS}
    assert orders == {"first": "abc", "last": "cba", "missing": "cab", "fell": "cba", "largest": "bca"}
    found = {
        text: "".join(listed(rows, text, "first")["key"].str[0])
        for text in ("east", "(", ".", " 河", "B2", "x")
    }
    assert found == {"east": "ab", "(": "a", ".": "b", " 河": "c", "B2": "b", "x": ""}
