"""The product's figures beside the oracle's: every difference as one line of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.policy import Policy, RecoveryRules
from data.ask.sql_files import Database
from data.scope import Scope
from data.warehouse.snapshots import Snapshot
from services.customers.lists import measures
from services.recovery import figures as product
from services.report.monthly_run import summary
from tests.oracle.figures import Figures, Filter, Rate
from tests.oracle.summary import summary as oracle_summary

RULES = RecoveryRules()
BASES = ("assessment", "point")


def differences(db: Database, oracle: Figures) -> list[str]:
    """What the services say otherwise than the oracle, for the oracle's day and filter, on both bases."""
    found = [
        f"{oracle.as_of} {oracle.only} {basis} {name}: product {theirs}, oracle {ours}"
        for basis in BASES
        for name, theirs, ours in _pairs(db, oracle, scope_of(oracle, basis))
        if theirs != ours
    ]
    return found


def scope_of(oracle: Figures, basis: str) -> Scope:
    """The oracle's day and filter as the product's scope."""
    only = {f.name: getattr(oracle.only, f.name) for f in fields(Filter)}
    return Scope(oracle.as_of, basis, **only)  # type: ignore[arg-type]


def _pairs(db: Database, oracle: Figures, scope: Scope) -> Iterator[tuple[str, Any, Any]]:
    basis, head = scope.basis, product.headline(db, scope, RULES)
    rates = head.recovery
    for name in ("current_year", "old_debt", "combined", "month", "on_time"):
        yield name, _plain(getattr(rates, name)), getattr(oracle, name)(basis)
    yield "crossing", _plain(rates.issued_in_new_year), oracle.crossing(basis)
    households = (rates.household_months.billed, rates.household_months.settled)
    yield "household_months", households, oracle.household_months(basis)
    yield "set_off", rates.set_off, oracle.set_off(basis)
    yield "late", rates.late, oracle.late(basis)
    yield "after_cut", rates.after_cutoff, oracle.after_cut(basis)
    yield "clean", head.clean_customers, oracle.no_open_this_year(basis)
    for name in ("balance", "past_months", "overdue"):
        held = getattr(head.arrears, name)
        theirs = {"amount": held.amount, "customers": held.customers, "bills": held.bills}
        yield name, theirs, oracle.total(getattr(oracle, f"{name}_bills")())
    yield "credit", head.credit, oracle.credit()
    yield "recovered_after", head.recovered_after, oracle.recovered_after()
    written_off = {"amount": head.written_off.amount, "bills": head.written_off.bills}
    yield "written_off", written_off, oracle.written_off()
    in_transit = oracle.in_transit()
    if in_transit is not None:
        yield "in_transit", head.in_transit.amount, in_transit
        yield "in_transit items", head.in_transit.bills, len(oracle.items_in_transit() or ())
    if oracle.only == Filter():
        theirs = (0, 0) if head.prepaid is None else (head.prepaid.amount, head.prepaid.customers)
        yield "prepaid", theirs, (sum(oracle.world.prepaid.values()), len(oracle.world.prepaid))
    if basis == "assessment":
        yield from _ageing(db, oracle, scope)


def _plain(rate: Any) -> Rate:
    return Rate(rate.billed, rate.collected)


def _ageing(db: Database, oracle: Figures, scope: Scope) -> Iterator[tuple[str, Any, Any]]:
    buckets = product.ageing(db, scope, RULES)
    columns = ["amount", "customers", "bills"]
    yield "ageing", buckets[columns].astype(int).to_dict("records"), oracle.ageing()
    by_year = product.ageing_by_year(db, scope, RULES).groupby("bill_year")["amount"].sum()
    yield "ageing by year", {int(k): int(v) for k, v in by_year.items()}, oracle.ageing_by_year()
    cleared, open_of = product.cleared(db, scope, RULES), oracle.cleared().values()
    theirs = (cleared.month_open.amount, cleared.old_open.amount)
    yield "cleared", theirs, (sum(now for now, _ in open_of), sum(old for _, old in open_of))


def summary_differences(db: Database, oracle: Figures) -> list[str]:
    """What the content of summary.json says otherwise than the oracle."""
    policy = Policy()
    theirs, ours = summary(db, "snapshot", oracle.as_of, policy), oracle_summary(oracle)
    assert theirs["snapshot"] == "snapshot"
    assert theirs["policy"] == policy.version
    theirs["ageing"] = [{k: v for k, v in b.items() if k != "bucket"} for b in theirs["ageing"]]
    theirs["clearing"] = {key: theirs["clearing"][key] for key in ours["clearing"]}
    return [
        f"{oracle.as_of} summary {key}: product {theirs.get(key)}, oracle {ours[key]}"
        for key in ours
        if theirs.get(key) != ours[key]
    ]


def comparison_differences(db: Database, oracle: Figures) -> list[str]:
    """What units and classes side by side say otherwise than the oracle's figures of each."""
    found = []
    for basis in BASES:
        for by, parent in (("org", "33401"), ("class", None)):
            rows = product.comparison(db, Scope(oracle.as_of, basis), RULES, by, parent)  # type: ignore[arg-type]
            for row in rows.to_dict("records"):
                only = Filter(orgs=(row["key"],)) if by == "org" else Filter(classes=(row["key"],))
                ours = side(Figures(oracle.world, oracle.as_of, only), basis)
                found += [
                    f"{oracle.as_of} {basis} {by} {row['key']} {k}: product {row[k]}, oracle {ours[k]}"
                    for k in ours
                    if int(row[k]) != ours[k]
                ]
    return found


def side(oracle: Figures, basis: str) -> dict[str, int]:
    """What a row of a comparison must say of the oracle's bills."""
    parts = {"": "combined", "cy_": "current_year", "old_": "old_debt", "month_": "month", "due_": "on_time"}
    rates = {prefix: getattr(oracle, name)(basis) for prefix, name in parts.items()}
    billed, settled = oracle.household_months(basis)
    held = oracle.total(oracle.balance_bills())
    return {
        **{f"{prefix}billed": rate.billed for prefix, rate in rates.items()},
        **{f"{prefix}collected": rate.collected for prefix, rate in rates.items()},
        "hh_billed": billed,
        "hh_settled": settled,
        "open": held["amount"],
        "customers": held["customers"],
        "overdue": oracle.total(oracle.overdue_bills())["amount"],
    }


def _fell_due(due_on: date, as_of: date) -> bool:
    """Whether the day after the due date is one of the year's that ends with the as-of date."""
    year_ago = date(as_of.year - 1, as_of.month, 28 if (as_of.month, as_of.day) == (2, 29) else as_of.day)
    return year_ago < due_on + timedelta(days=1) <= as_of


def customer_differences(db: Snapshot, oracle: Figures) -> list[str]:
    """What the measures of customers say otherwise than the oracle: arrears counted, and money held."""
    measured = pd.read_parquet(measures(db, oracle.as_of))
    numbers = db.cursor().execute("select cons_key, cons_no from dim_customer").fetchall()
    rows = measured.assign(cons_no=measured["cons_key"].map(dict(numbers))).set_index("cons_no")
    counted, found = oracle.arrears_counts(), []
    for cons_no, row in rows.iterrows():
        mine = [b for b in oracle.bills if b.cons_no == cons_no]
        owed = [b for b in oracle.balance_bills() if b.cons_no == cons_no]
        ours = {
            "arrears_12m": counted.get(str(cons_no), 0),
            "periods_12m": len(
                {b.rcvbl_ym for b in mine if b.amount > 0 and _fell_due(b.due_on, oracle.as_of)}
            ),
            "balance": sum(b.open(oracle.as_of) for b in owed),
            "overdue": sum(b.open(oracle.as_of) for b in owed if b.due_on < oracle.as_of),
            "credit": sum(b.credit(oracle.as_of) for b in mine),
            "recovered_after": sum(b.recovered_after(oracle.as_of) for b in mine),
        }
        if row["arrears_12m"] > row["periods_12m"]:
            found.append(f"{oracle.as_of} customer {cons_no}: more arrears than periods that fell due")
        found += [
            f"{oracle.as_of} customer {cons_no} {k}: product {row[k]}, oracle {ours[k]}"
            for k in ours
            if int(row[k]) != ours[k]
        ]
    return found
