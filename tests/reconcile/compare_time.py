"""Trends, months and curves of the product beside the oracle's: every difference as one line of text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import isclose, isnan
from typing import Any

import pandas as pd

from analytics.policy import RecoveryRules
from data.ask.sql_files import Database
from data.scope import Scope
from services.recovery import figures as product
from tests.oracle import over_time
from tests.oracle.figures import Figures, ym_of
from tests.reconcile.compare import BASES, scope_of

RULES = RecoveryRules()
MONTHS = 8
Found = Iterator[tuple[str, Any, Any]]


def same(theirs: Any, ours: Fraction | int | None) -> bool:
    """A float beside an exact value; NaN beside None."""
    if ours is None or pd.isna(theirs):
        return ours is None and bool(pd.isna(theirs))
    return isclose(float(theirs), float(ours), rel_tol=1e-9, abs_tol=1e-9) and not isnan(float(theirs))


def time_differences(db: Database, oracle: Figures) -> list[str]:
    """What the services say otherwise over time, on both bases, for the oracle's day and filter."""
    found = []
    for basis in BASES:
        scope = scope_of(oracle, basis)
        parts = (_trend, _bill_months, _cash_months) if basis == "assessment" else (_trend, _bill_months)
        for part in parts:
            found += _told(oracle, basis, part(db, scope, oracle))
    for part in (_curve, _vintage, _ageing_trend):
        found += _told(oracle, "", part(db, scope_of(oracle, "assessment"), oracle))
    return found


def _told(oracle: Figures, basis: str, pairs: Found) -> list[str]:
    return [
        f"{oracle.as_of} {oracle.only} {basis} {name}: product {theirs}, oracle {ours}"
        for name, theirs, ours in pairs
        if not (same(theirs, ours) if isinstance(ours, Fraction | None) else theirs == ours)
    ]


def _at(oracle: Figures, on: date) -> Figures:
    return Figures(oracle.world, on, oracle.only)


def _first_month(oracle: Figures) -> int:
    """The month in which the first bill was issued; a month far away where none was."""
    return min((ym_of(b.issued_on) for b in oracle.bills), default=999912)


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _trend(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.trend(db, scope, RULES, MONTHS)
    first = _first_month(oracle)
    ends = [d for d in over_time.month_ends(oracle.as_of, MONTHS)[:-1] if ym_of(d) >= first]
    days = [*ends, oracle.as_of] if oracle.bills else []
    yield "trend days", list(rows["as_of"]), days
    for row in rows.to_dict("records"):
        at, before = _at(oracle, row["as_of"]), _at(oracle, over_time.year_before(row["as_of"]))
        name, basis = f"trend {row['as_of']}", scope.basis
        current = at.current_year(basis)
        yield f"{name} cy", (row["cy_billed"], row["cy_collected"]), (current.billed, current.collected)
        yield f"{name} cy_rate", row["cy_rate"], current.rate
        for column in ("old_debt", "combined", "month"):
            key = "old_rate" if column == "old_debt" else f"{column}_rate"
            yield f"{name} {key}", row[key], getattr(at, column)(basis).rate
        billed, settled = at.household_months(basis)
        yield f"{name} hh_rate", row["hh_rate"], _share(settled, billed)
        yield f"{name} on_time", row["on_time_rate"], at.on_time(basis).rate
        yield f"{name} balance", row["balance"], at.total(at.balance_bills())["amount"]
        yield f"{name} last year", row["last_year_cy_rate"], before.current_year(basis).rate
        held = before.total(before.balance_bills())["amount"] if before.bills else None
        yield f"{name} last year, balance", row["last_year_balance"], held if held is None else Fraction(held)


def _bill_months(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.by_bill_month(db, scope, RULES, MONTHS).set_index("rcvbl_ym")
    ours = over_time.bill_months(oracle, scope.basis)
    yield "bill months", list(rows.index), sorted(ours)[-MONTHS:]
    before = over_time.bill_months(_at(oracle, over_time.year_before(oracle.as_of)), scope.basis)
    for ym, row in rows.to_dict("index").items():
        mine = ours[int(ym)]
        yield f"bill month {ym}", {k: int(row[k]) for k in mine}, mine
        yield f"bill month {ym} rate", row["rate"], _share(mine["collected"], mine["billed"])
        past = before.get(int(ym) - 100)
        rate = _share(past["collected"], past["billed"]) if past else None
        yield f"bill month {ym} last year", row["last_year_rate"], rate


def _cash_months(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.by_cash_month(db, scope, RULES, MONTHS).set_index("event_ym")
    first = _first_month(oracle)
    for ym in over_time.month_ends(oracle.as_of, MONTHS):
        ours = over_time.cash_month(oracle, ym_of(ym))
        row = rows.loc[ym_of(ym)] if ym_of(ym) in rows.index else None
        yield f"cash month {ym_of(ym)}", {k: 0 if row is None else int(row[k]) for k in ours}, ours
        if row is not None:
            year_ago = over_time.year_before(oracle.as_of)
            same_day = year_ago if ym_of(ym) == ym_of(oracle.as_of) else None
            past = over_time.cash_month(oracle, ym_of(ym) - 100, same_day)["collected"]
            held = Fraction(past) if ym_of(ym) - 100 >= first else None
            yield f"cash month {ym_of(ym)} last year", row["last_year_collected"], held


def _curve(db: Database, scope: Scope, oracle: Figures) -> Found:
    month = oracle.closed
    rows = product.recovery_curve(db, scope, month, 60)
    for series, ym in (("this_year", month), ("last_year", month - 100)):
        part = rows[rows["series"] == series]
        ours = over_time.curve(oracle, ym, 60)
        theirs = list(zip(part["billed"].astype(int), part["collected"].astype(int), strict=True))
        yield f"curve {ym}", theirs, [(r.billed, r.collected) for r in ours]


def _vintage(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.vintage(db, scope, MONTHS, 5)
    theirs = {
        (int(r["rcvbl_ym"]), int(r["age"])): (
            int(r["billed"]),
            None if pd.isna(r["collected"]) else int(r["collected"]),
        )
        for r in rows.to_dict("records")
    }
    yield "vintage", theirs, over_time.vintage(oracle, MONTHS, 5)


def _ageing_trend(db: Database, scope: Scope, oracle: Figures) -> Found:
    rows = product.ageing_trend(db, scope, RULES, 4)
    for on in over_time.month_ends(oracle.as_of, 4):
        part = rows[rows["as_of"] == on]
        theirs = part[["amount", "customers", "bills"]].astype(int).to_dict("records")
        yield f"ageing of {on}", theirs, _at(oracle, on).ageing()
