"""Ageing of the balance, who holds it, and claims near the limit of action."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics import ageing as buckets
from analytics import calendar
from analytics.policy import RecoveryRules
from data.ask import queries
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery.units import grouping, named

DAYS = ("oldest_due", "due_on", "limit_on", "closed_on", "checked_on")
EVERY_CLAIM = 2**62


def ageing(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """All buckets in order: bucket, low, high (days, None open end), amount, customers, bills, share."""
    return buckets.complete(queries.ageing(db, scope, rules.ageing_edges), rules.ageing_edges)


def ageing_by(
    db: Database, scope: Scope, rules: RecoveryRules, by: Dimension, parent: str | None = None
) -> pd.DataFrame:
    """Key x bucket (only pairs with money): key, name, has_children, bucket, amount, customers, bills."""
    group = grouping(db, scope, by, parent)
    rows = queries.ageing(db, group.scope, rules.ageing_edges, group.by, group.level)
    return named(db, buckets.named(rows.drop(columns="bill_year"), rules.ageing_edges), by)


def ageing_by_year(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """Bill year x bucket: bill_year, bucket, amount, customers, bills."""
    rows = queries.ageing(db, scope, rules.ageing_edges, by_year=True)
    return buckets.named(rows.drop(columns="key"), rules.ageing_edges)


def ageing_trend(db: Database, scope: Scope, rules: RecoveryRules, months: int = 13) -> pd.DataFrame:
    """Month end (the as-of date last) x bucket: as_of, ym, bucket, amount, customers, bills."""
    parts = []
    for day in month_ends(scope, months):
        part = ageing(db, scope.at(day), rules)[["bucket", "amount", "customers", "bills"]]
        part.insert(0, "as_of", day)
        part.insert(1, "ym", calendar.month_of(day))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def month_ends(scope: Scope, months: int) -> list[date]:
    """The last month ends before the as-of date, and the as-of date itself last."""
    this = calendar.month_of(scope.as_of)
    earlier = [calendar.last_day(calendar.add_months(this, -back)) for back in range(months - 1, 0, -1)]
    return [*earlier, scope.as_of]


def top_debtors(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 50) -> pd.DataFrame:
    """Largest balances: cons_no, name, org_no, org_name, class, tg_no, collector, amount, overdue, old_open,
    bills, oldest_due, days_overdue, first_month, last_month.
    """
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    return plain_days(queries.debtors(db, scope, closed // 100, limit))


def claims_near_limit(
    db: Database, scope: Scope, rules: RecoveryRules, limit: int = EVERY_CLAIM
) -> pd.DataFrame:
    """Open owed bills whose limit of action (due date + years; no delivered demand is on record) is past
    or near:
    bill_key, bill_no, cons_no, name, org_no, org_name, class, tg_no, collector, rcvbl_ym, due_on,
    days_overdue, limit_on, days_left, open, last_demand (of none: no extract holds demands). Most yuan
    first.
    """
    years, warn = rules.limit_of_action_years, rules.limit_of_action_warn_days
    return plain_days(queries.claims(db, scope, years, warn, limit)).assign(last_demand=None)


def claims_total(db: Database, scope: Scope, rules: RecoveryRules) -> tuple[int, int]:
    """Fen and number of all bills that `claims_near_limit` lists without its limit."""
    return queries.claims_total(db, scope, rules.limit_of_action_years, rules.limit_of_action_warn_days)


def plain_days(rows: pd.DataFrame) -> pd.DataFrame:
    """Timestamps of day columns as dates."""
    return rows.assign(**{c: pd.to_datetime(rows[c]).dt.date for c in DAYS if c in rows.columns})
