"""What orders brought and who did what: against plain Python over the raw rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.scope import Scope
from data.state import CollectionRecord, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection import by_person, effects, orders, records, restores
from services.collection.proposal import propose
from services.collection.proposed_orders import as_batch
from services.credit.policy_files import read_policy
from tests.actors import by
from tests.oracle.world import World, build

POLICY = read_policy()
WHO = by("li")
ISSUED = date(2026, 10, 25)


@pytest.fixture
def kept(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Snapshot, State, Any]]:
    """A batch that was issued a month before the extract; every third order struck."""
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    with open_snapshot(sample_warehouse) as db:
        state, scope = State.open(sample_warehouse), Scope(ISSUED)
        made = as_batch(state, WHO, propose(db, POLICY, state, scope), POLICY, scope, db.id, "monthly")
        assert made.batch is not None
        struck = range(1, made.batch.orders + 1, 3)
        orders.strike(state, WHO, made.batch.id, struck, "held out")
        orders.issue(state, WHO, state.order_batch(made.batch.id), "looked at", ISSUED)
        yield db, state, made.batch


@pytest.fixture(scope="module")
def world(sample_folder: Path) -> World:
    return build([sample_folder], date(2026, 11, 20))


def came(world: World, then: date, now: date) -> dict[str, tuple[int, int]]:
    """By customer: what was overdue on a day, and what of it was collected by another."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for bill in world.bills:
        if bill.is_owed and bill.due_on < then and bill.open(then) > 0 and not bill.is_written_off(then):
            found[bill.cons_no][0] += bill.open(then)
            found[bill.cons_no][1] += bill.open(then) - max(bill.open(now), 0)
    return {no: (owed, paid) for no, (owed, paid) in found.items()}


def test_money_of_the_first_days_is_credited_to_nobody(
    kept: tuple[Snapshot, State, Any], world: World
) -> None:
    db, state, batch = kept
    effect = effects.of_batch(db, POLICY, state, batch.id)
    assert effect is not None
    assert effect.from_on == ISSUED + timedelta(days=POLICY.collection.fair_days)
    assert effect.until == ISSUED + timedelta(days=26)
    money = came(world, effect.from_on, effect.until)
    told = orders.order_states(state, batch.id)
    acted = [
        no for no, s in zip(told["cons_no"], told["state"], strict=True) if s != "struck" and no in money
    ]
    assert effect.total.customers == len(acted) > 10
    assert effect.total.owed == sum(money[no][0] for no in acted)
    assert sum(c.customers for c in effect.by_action.values()) == len(acted)
    assert effect.others > 3


def test_who_was_in_charge_that_day_has_the_work_and_sums_are_those_of_the_rows(
    kept: tuple[Snapshot, State, Any], world: World
) -> None:
    db, state, batch = kept
    told = orders.order_states(state, batch.id)
    open_ = told[told["state"] == "issued"]
    first = open_.iloc[0]
    record = CollectionRecord(
        first["cons_no"], "contact", date(2026, 10, 26), order_no=first["order_no"], outcome="reached"
    )
    records.record(db, state, WHO, [record])
    rows = by_person.by_person(db, state, date(2026, 10, 1), date(2026, 11, 20))
    mine = rows.set_index("person").loc[first["person"]]
    assert (mine["phoned"], mine["done"]) == (1, 1)
    sums = by_person.totals(rows)
    assert sums["issued"] == len(open_) and sums["open"] == len(open_) - 1
    assert sums["issued_owed"] == int(open_["owed_now"].sum())
    money = came(world, ISSUED, date(2026, 11, 20))
    assert sums["recovered"] == sum(money[no][1] for no in open_["cons_no"] if no in money)
    assert sums["recovered"] + sums["still_owed"] == sum(
        money[no][0] for no in open_["cons_no"] if no in money
    )
    assert sorted(rows["place"].dropna()) == list(range(1, len(rows[rows["issued"] > 0]) + 1))
    best = rows.sort_values("place").iloc[0]
    assert best["person"] == first["person"] or best["completion"] >= mine["completion"]
    nobody = by_person.by_person(db, state, date(2020, 1, 1), date(2020, 1, 31))
    assert nobody.empty and isinstance(nobody, pd.DataFrame)


def test_a_batch_that_is_not_issued_or_too_young_has_no_effect(
    kept: tuple[Snapshot, State, Any], sample_warehouse: Path
) -> None:
    db, state, _ = kept
    scope = Scope(db.meta.extract_on)
    made = as_batch(state, WHO, propose(db, POLICY, state, scope), POLICY, scope, db.id, "again")
    assert made.batch is not None
    assert effects.of_batch(db, POLICY, state, made.batch.id) is None
    orders.issue(state, WHO, made.batch, "looked at", db.meta.extract_on)
    assert effects.of_batch(db, POLICY, state, made.batch.id) is None


def test_who_is_cut_and_has_paid_is_restored_by_a_clock(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    with open_snapshot(sample_warehouse) as db:
        state, scope = State.open(sample_warehouse), Scope(db.meta.extract_on)
        rows = propose(db, POLICY, state, scope).rows
        clear = [no for no, owed in zip(rows["cons_no"], rows["open"], strict=True) if owed == 0][:2]
        owing = rows.loc[rows["owed_now"] > 0, "cons_no"].iloc[0]
        day = db.meta.extract_on
        records.record(db, state, WHO, [CollectionRecord(no, "cut", day) for no in (*clear, owing)])
        seen = db.meta.created_at

        def told(hours: float) -> dict[str, str]:
            made = restores.restores(db, POLICY, state, scope, seen + timedelta(hours=hours))
            return {
                n: c
                for n, c, s in zip(made["cons_no"], made["clock"], made["source"], strict=True)
                if s == "record"
            }

        assert told(0.5) == dict.fromkeys(clear, "in_time")
        assert told(2) == dict.fromkeys(clear, "company_late")
        assert told(25) == dict.fromkeys(clear, "late")
        records.record(db, state, WHO, [CollectionRecord(clear[0], "restore", day)])
        assert told(2) == {clear[1]: "company_late"}
        extract = restores.restores(db, POLICY, None, scope, seen)
        assert (extract["source"] == "extract").all()
