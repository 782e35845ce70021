"""Typed functions over `sql/queries`, parameters named as Scope's fields; columns are additive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import pandas as pd

from data.ask.answers import remembered
from data.ask.sql_files import Database, frame, text_of
from data.dimensions import DECLARED, FIELD_OF, Dimension
from data.scope import Scope

__all__ = ["Database"]

EVERY_MONTH = 999912


@dataclass(frozen=True)
class RunOffDays:
    """Days with their deadlines and closed months; lags, slow months, sizes (fen) that cells begin at."""

    days: Sequence[date]
    deadlines: Sequence[date]
    closed_months: Sequence[int]
    lag_edges: Sequence[int]
    slow_edges: Sequence[int]
    size_edges: Sequence[int]


def month_of(day: date) -> int:
    """yyyymm."""
    return day.year * 100 + day.month


def _moments(as_of: date) -> dict[str, Any]:
    """The complete months, and the first day of the month begun (after the as-of date at a month's end)."""
    tomorrow = as_of + timedelta(days=1)
    begun_on = as_of.replace(day=1) if tomorrow.day != 1 else tomorrow
    return {
        "as_of": as_of,
        "as_of_ym": month_of(as_of),
        "complete_ym": month_of(begun_on - timedelta(days=1)),
        "begun_on": begun_on,
    }


def _values(scope: Scope, by: str, level: int, more: Mapping[str, Any]) -> dict[str, Any]:
    return {**scope.parameters(by, level), **_moments(scope.as_of), **more}


def needs_customers(scope: Scope, by: str) -> bool:
    """Whether a question goes below what the cubes hold."""
    return scope.reaches("customer") or _bears(by) == "customer"


def _bears(by: str) -> str:
    """What bears a key; a KeyError for one that is no dimension's."""
    return DECLARED[FIELD_OF[cast(Dimension, by)]].of if by else "core"


def _sql(name: str, scope: Scope, by: str) -> str:
    """The file with the includes of scope and key, and the smallest cube that can answer."""
    if needs_customers(scope, by):
        who: tuple[str, ...] = ("segments", "customers")
        keyed = "run_off_customer"
        lasting = "lasting_customers" if scope.reaches("customer") else "lasting_all"
        moved: tuple[str, ...] = ("moved_customer",)
        spells = "spells_customer"
    else:
        who, spells = ("segments",), "spells_segment"
        keyed, lasting = "run_off_segment", "lasting_all"
        is_detailed = scope.reaches("segment") or _bears(by) == "segment"
        cube = "complete_segment" if is_detailed else "complete_core"
        at_end = (scope.as_of + timedelta(days=1)).day == 1
        begun = "moved_begun_core" if cube == "complete_core" else "moved_begun"
        moved = (cube, "moved_complete" if at_end else begun)
    narrowed = ("customer_filter_items",) if len(who) > 1 else ("no_filter",)
    then = ("customer_filter_then",) if len(who) > 1 else ("no_filter",)
    parts = (
        ("who", who),
        ("moved", moved),
        ("spells", (spells,)),
        ("run_off_keyed", (keyed,)),
        ("lasting", (lasting if name != "run_off_customers" else "lasting_named",)),
        ("customer_filter", narrowed),
        ("customer_then", then),
    )
    return text_of(name, parts)


def run(db: Database, name: str, scope: Scope, by: str = "", level: int = 0, **more: Any) -> pd.DataFrame:
    """The rows of a file about a scope, by a key, with the parameters `more`."""
    sql = _sql(name, scope, by)
    return remembered(db, sql, _values(scope, by, level, more))


def flows(db: Database, scope: Scope, by: str = "", level: int = 0) -> pd.DataFrame:
    """What moved the figures by the as-of date, one row per (key, rcvbl_ym, bill_year, event_ym)."""
    return run(db, "flows", scope, by, level, coarse=False, month=0, last_month=0, year=0)


def coarse_flows(
    db: Database, scope: Scope, month: int, last_month: int, year: int, by: str = "", level: int = 0
) -> pd.DataFrame:
    """`flows` with the months joined that one period does not tell apart: a few rows per key."""
    return run(db, "flows", scope, by, level, coarse=True, month=month, last_month=last_month, year=year)


def holdings(db: Database, scope: Scope, closed_month: int, by: str = "", level: int = 0) -> pd.DataFrame:
    """The balance by its definitions, and what is open of closed months and of old debt, one row per key."""
    return run(db, "holdings", scope, by, level, closed_month=closed_month, closed_year=closed_month // 100)


def ageing(
    db: Database, scope: Scope, edges: Sequence[int], by: str = "", level: int = 0, by_year: bool = False
) -> pd.DataFrame:
    """The balance by days overdue, one row per (key, bill_year, bucket); bucket = edges passed."""
    return run(db, "ageing", scope, by, level, edges=list(edges), by_year=by_year)


def debtors(
    db: Database,
    scope: Scope,
    closed_year: int,
    limit: int | None,
    offset: int = 0,
    up_to: int = EVERY_MONTH,
) -> pd.DataFrame:
    """Customers by what they hold of months up to `up_to`, bills of its year or before; most first, one row
    each.
    """
    limited = 2**62 if limit is None else limit
    return run(db, "debtors", scope, closed_year=closed_year, limit=limited, offset=offset, up_to=up_to)


def debtors_total(db: Database, scope: Scope, up_to: int = EVERY_MONTH) -> tuple[int, int]:
    """How many customers `debtors` lists in all, and fen that they hold."""
    row = run(db, "debtors_total", scope, up_to=up_to).iloc[0]
    return int(row["customers"]), int(row["amount"])


def held_by_customers(db: Database, scope: Scope, closed_month: int, cons_nos: Sequence[str]) -> pd.DataFrame:
    """What some customers hold of closed months and of old debt: cons_no, closed, old; none where nothing."""
    more: dict[str, Any] = {
        "cons_nos": list(cons_nos),
        "closed_month": closed_month,
        "closed_year": closed_month // 100,
    }
    return run(db, "held_by_customers", scope, **more)


def run_off(
    db: Database, scope: Scope, days: RunOffDays, by: str = "", level: int = 0, cons_nos: Sequence[str] = ()
) -> pd.DataFrame:
    """What was open of closed months on some days and what was left of it on their deadlines, one row per
    (key, org_no, day, cell); with `cons_nos` the key is the customer, and what was left is not told.
    """
    name = "run_off_customers" if cons_nos else "run_off"
    return run(
        db,
        name,
        scope,
        by,
        level,
        days=list(days.days),
        deadlines=list(days.deadlines),
        closed_months=list(days.closed_months),
        lag_edges=list(days.lag_edges),
        slow_edges=list(days.slow_edges),
        size_edges=list(days.size_edges),
        cons_nos=list(cons_nos),
    )


def closed_debtors(db: Database, scope: Scope) -> pd.DataFrame:
    """Closed accounts by what they hold, most first, one row per customer."""
    return run(db, "closed_debtors", scope)


def in_transit(db: Database, scope: Scope) -> pd.DataFrame:
    """Money in transit, most first, one row per item."""
    return run(db, "in_transit", scope)


def claims(db: Database, scope: Scope, limit_years: int, warn_days: int, limit: int) -> pd.DataFrame:
    """Open owed bills whose limit of action is past or near, most yuan first, one row per bill."""
    return run(db, "claims", scope, limit_years=limit_years, warn_days=warn_days, limit=limit)


def claims_total(db: Database, scope: Scope, limit_years: int, warn_days: int) -> tuple[int, int]:
    """Fen and number of the open owed bills whose limit of action is past or near."""
    row = run(db, "claims_total", scope, limit_years=limit_years, warn_days=warn_days).iloc[0]
    return int(row["amount"]), int(row["bills"])


def receipts_alone(db: Database, scope: Scope) -> pd.DataFrame:
    """Receipts by calendar month, bills or no bills, by what customers are today; event_ym 0 is all."""
    return run(db, "receipts_alone", scope)


def apart(db: Database, scope: Scope) -> pd.DataFrame:
    """In transit on the as-of date and prepaid now, one row per kind: kind, amount, customers, items."""
    return run(db, "apart", scope)


def clean(db: Database, scope: Scope, year: int, last_month: int) -> tuple[int, int]:
    """Customers billed in a year, and those of them with a bill of it open."""
    row = run(db, "clean", scope, year=year, last_month=last_month).iloc[0]
    return int(row["billed_customers"]), int(row["open_customers"])


def population(db: Database, scope: Scope) -> int:
    """Customers that are not closed on the as-of date."""
    return int(run(db, "population", scope)["customers"].iloc[0])


def customers_in_scope(db: Database, scope: Scope) -> pd.DataFrame:
    """The customer numbers that the filters leave."""
    return frame(db, _sql("customers_in_scope", scope, ""), _values(scope, "", 0, {}))


def curve(db: Database, scope: Scope, month: int) -> pd.DataFrame:
    """What was billed (day 0) and collected of one bill month by days since issue, one row per day."""
    return run(db, "curve", scope, month=month)


def issue_days(db: Database, as_of: date, month: int) -> pd.DataFrame:
    """First and last issue day of one bill month by a day, of the whole company: one row."""
    return run(db, "issue_days", Scope(as_of), month=month)


def roll(db: Database, scope: Scope, then: date, edges: Sequence[int]) -> pd.DataFrame:
    """Where the balance of an earlier day is now: from_bucket, to_bucket (-1 settled, -2 written off),
    amount.
    """
    return run(db, "roll", scope, then=then, edges=list(edges))


def cure(db: Database, scope: Scope, then: date) -> pd.DataFrame:
    """Customers overdue on an earlier day who are not now, one row: overdue, cured, customers,
    cured_customers.
    """
    return run(db, "cure", scope, then=then)


def first_payment(db: Database, scope: Scope, days: int) -> pd.DataFrame:
    """New customers by month of their first bill: ym, customers, defaulted, ripe_on."""
    return run(db, "first_payment", scope, days=days)


def held_amounts(db: Database, scope: Scope) -> pd.DataFrame:
    """What each customer holds of the balance, smallest first: amount."""
    return run(db, "held_amounts", scope)


def holdings_by_month(db: Database, scope: Scope) -> pd.DataFrame:
    """The balance by its definitions, one row per bill month: rcvbl_ym, balance, past, overdue."""
    return run(db, "holdings_by_month", scope)
