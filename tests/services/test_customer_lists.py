"""Closed accounts that owe and money in transit, against the extract's own rows and the overview's totals."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit.policy_files import read_policy
from services.customers import debts
from services.recovery import attention, figures
from tests.conftest import Sample
from tests.oracle.figures import Figures
from tests.oracle.raw import decode
from tests.oracle.world import World, build

RULES = read_policy().recovery
DAYS = [date(2026, 10, 31), date(2026, 11, 20)]


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Snapshot:
    return open_snapshot(sample_warehouse)


@pytest.fixture(scope="module")
def world(sample: Sample) -> World:
    return build([sample.folder], None)


def closed_on(folder: Path) -> dict[str, date]:
    """The day of each closed account, of the raw customer file; before all days where none is written."""
    found = {}
    text = decode((folder / "C_CONS.csv").read_bytes())
    for row in csv.DictReader(text.splitlines()):
        if row["CANCEL_DATE"]:
            found[row["CONS_NO"]] = date.fromisoformat(row["CANCEL_DATE"][:10])
        elif row["STATUS_CODE"] == "9":
            found[row["CONS_NO"]] = date.min
    return found


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_closed_accounts_are_those_of_the_extract_with_what_they_owe(
    db: Snapshot, world: World, sample: Sample, day: date
) -> None:
    closed = {no for no, on in closed_on(sample.folder).items() if on <= day}
    oracle = Figures(world, day)
    owed: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for bill in oracle.balance_bills():
        if bill.cons_no in closed:
            owed[bill.cons_no][0] += bill.open(day)
            owed[bill.cons_no][1] += bill.open(day) if bill.due_on < day else 0
    rows = debts.closed_debtors(db, Scope(day))
    told = {n: [o, late] for n, o, late in zip(rows["cons_no"], rows["open"], rows["overdue"], strict=True)}
    assert told == dict(owed) and told, "no closed account owes: the sample says nothing"
    assert rows["open"].is_monotonic_decreasing
    rest = sum(b.open(day) for b in oracle.balance_bills() if b.cons_no not in closed)
    assert rows["open"].sum() + rest == figures.arrears(db, Scope(day)).balance.amount


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_money_in_transit_is_the_overviews_to_the_cent(db: Snapshot, world: World, day: date) -> None:
    rows = debts.in_transit(db, Scope(day))
    assert sorted(rows["amount"]) == sorted(Figures(world, day).items_in_transit() or [])
    for scope in (Scope(day), Scope(day, orgs=("3340102",)), Scope(day, classes=("03",))):
        listed = debts.sums(debts.in_transit(db, scope), "amount")
        overview = figures.headline(db, scope, RULES).in_transit
        assert (listed.amount, listed.customers, listed.rows) == (
            overview.amount,
            overview.customers,
            overview.bills,
        )


def test_a_reader_sees_the_rows_of_their_units_alone(db: Snapshot) -> None:
    scope, mine = Scope(DAYS[1]), ("3340102",)
    asks = (debts.closed_debtors, debts.in_transit)
    for ask in asks:
        whole, own = ask(db, scope), ask(db, replace(scope, allowed_orgs=mine))
        assert set(own["cons_no"]) <= set(whole["cons_no"])
        assert all(str(org).startswith(mine) for org in own["org_no"])
    claims = figures.claims_near_limit(db, replace(scope, allowed_orgs=mine), RULES)
    assert all(str(org).startswith(mine) for org in claims["org_no"])


def test_a_claim_near_its_limit_says_what_the_customer_has_in_transit(db: Snapshot) -> None:
    """Nobody is to be reminded of what is on its way: the two lists know of each other."""
    scope = Scope(DAYS[1])
    rules = replace(RULES, limit_of_action_warn_days=2000)
    claims = figures.claims_near_limit(db, scope, rules, limit=10**6)
    underway = debts.in_transit(db, scope).groupby("cons_no")["amount"].sum()
    told = claims.set_index("cons_no")["in_transit"]
    assert set(underway.index) & set(told.index), "nobody in both"
    assert told.to_dict() == {number: int(underway.get(number, 0)) for number in told.index}


def test_what_is_shown_is_what_is_found() -> None:
    rows = pd.DataFrame({"cons_no": ["0101", "0202"], "name": ["张*", "云澜***公司"], "open": [2, 1]})
    wanted = {"张": ["0101"], "云澜*": ["0202"], "02": ["0202"], "三": [], " ": ["0101", "0202"]}
    assert {text: debts.found(rows, text)["cons_no"].tolist() for text in wanted} == wanted


def test_what_is_little_is_nothing_to_act_upon(db: Snapshot) -> None:
    scope = Scope(DAYS[1])
    balance = figures.arrears(db, scope, 202512).balance.amount
    found = attention.attention(db, scope, RULES, limit=100)
    assert all(f.severity == 1 for f in found if 0 < f.amount < attention.LEAST * balance)
    assert any(f.severity > 1 for f in found)
