"""Where one customer decides what will be left: who, and the others without them, against their own rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.policy import RecoveryRules
from data.ask import queries
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery import deciding as subject
from services.recovery import figures, run_off

RULES, DAY = RecoveryRules(), date(2026, 10, 20)


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Any:
    with open_snapshot(sample_warehouse) as opened:
        yield opened


def test_one_decides_where_a_wide_band_is_mostly_theirs(db: Snapshot) -> None:
    units = figures.cleared_by(db, Scope(DAY), RULES, "org", figures.EVERY_STATION)
    decided = 0
    for unit in units.itertuples():
        scope = Scope(DAY, orgs=(str(unit.key),))
        found, width = figures.deciding(db, scope, RULES), unit.high_open - unit.low_open
        people = figures.cleared_customers(db, scope, RULES)
        widest = (people["high_open"] - people["low_open"]).max() if len(people) else 0
        is_theirs = width > 0 and width >= subject.WIDE * unit.open and widest >= subject.MOSTLY * width
        assert (found is not None) == is_theirs, unit
        if found is None:
            continue
        decided += 1
        mine = people.set_index("cons_no").loc[found.cons_no]
        assert (found.open, found.name) == (mine["open"], mine["name"])
        assert found.others_open == unit.open - found.open and found.if_unpaid - found.if_paid == found.open
        assert 0 <= found.if_paid <= found.others_open
        assert found.if_paid <= unit.high_open and found.if_unpaid >= unit.low_open
    assert decided


def test_the_others_are_the_rows_of_all_but_one(db: Snapshot) -> None:
    scope, asked = Scope(DAY), run_off.days_until([DAY], RULES)
    people = figures.cleared_customers(db, scope, RULES, limit=10_000)
    people = people[people["open"] > 0]
    first, others = str(people["cons_no"].iloc[0]), tuple(people["cons_no"].iloc[1:])
    rows, _ = run_off.on_the_day(db, scope, RULES)
    found = subject.without(rows, queries.run_off(db, scope, asked, cons_nos=(first,)))
    each = queries.run_off(db, scope, asked, cons_nos=others)
    exact = each.assign(key="").groupby(subject.KEY, sort=True)[["open", "squares"]].sum().reset_index()
    assert list(found["open"]) == list(exact["open"]) and len(found) > 10
    assert found["squares"].to_numpy() == pytest.approx(exact["squares"].to_numpy(), rel=1e-6)
    assert found["customers"].sum() == len(others)


def test_the_countdown_of_areas_adds_up_to_that_of_all(db: Snapshot) -> None:
    """Read of what their customers hold alone, though a customer's cell is told by all that they hold."""
    asked = run_off.days_until([DAY, date(2026, 6, 20)], RULES)
    cell = ["day", *(name for name in subject.KEY if name not in ("day", "key"))]
    areas = [str(key) for key in queries.run_off(db, Scope(DAY), asked, "area")["key"].unique() if key]
    parts = [queries.run_off(db, Scope(DAY, areas=tuple(areas[n::3])), asked) for n in range(3)]
    whole = queries.run_off(db, Scope(DAY), asked)
    without = queries.run_off(db, Scope(DAY), asked, "area").query("key == ''")
    sums = ["customers", "kept_customers", "open", "kept"]
    added = pd.concat([*parts, without]).groupby(cell)[sums].sum()
    assert added.equals(whole.groupby(cell)[sums].sum()) and len(added) > 10
    assert all(len(part) for part in parts)


def test_who_owes_all_leaves_nothing_to_others(db: Snapshot) -> None:
    rows, _ = run_off.on_the_day(db, Scope(DAY), RULES)
    one = rows[rows["customers"] == 1].head(1)
    assert subject.without(one, one.drop(columns="customers")).empty
