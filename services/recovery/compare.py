"""Units, classes, areas and people side by side."""

from __future__ import annotations

import pandas as pd

from analytics import calendar
from analytics.policy import RecoveryRules
from analytics.recovery import rates, with_rates
from data.ask import lookups, period_queries, queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery.headline import period_of
from services.recovery.units import Grouping, grouping, named

COLUMNS = [
    "key",
    "name",
    "has_children",
    "billed",
    "collected",
    "rate",
    "cy_billed",
    "cy_collected",
    "cy_rate",
    "old_billed",
    "old_collected",
    "old_rate",
    "month_billed",
    "month_collected",
    "month_rate",
    "hh_billed",
    "hh_settled",
    "hh_rate",
    "due_billed",
    "due_collected",
    "on_time_rate",
    "open",
    "overdue",
    "customers",
    "last_year_rate",
]


@asked_once
def comparison(
    db: Database, scope: Scope, rules: RecoveryRules, by: Dimension, parent: str | None = None
) -> pd.DataFrame:
    """One row per key with the columns of `COLUMNS`: amounts in fen, rate is the combined one, open the
    balance,
    customers those who hold it, last_year_rate the current-year rate of the same day last year.
    """
    group = grouping(db, scope, by, parent)
    rows = figures_by(db, group, group.scope, rules)
    before = rates_by(db, group, group.scope.at(calendar.year_before(scope.as_of)), rules)
    rows["last_year_rate"] = rows["key"].map(before.set_index("key")["cy_rate"]).astype(float)
    return named(db, rows, by)[COLUMNS]


def figures_by(db: Database, group: Grouping, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """One row per key of the group: the parts of the rates and the rates, open, overdue and customers."""
    rows = rates_by(db, group, scope, rules)
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    held = queries.holdings(db, scope, closed, group.by, group.level)
    held = held.rename(columns={"balance": "open", "balance_customers": "customers"})
    rows = rows.merge(held[["key", "open", "overdue", "customers"]], on="key", how="left")
    counts = ["open", "overdue", "customers"]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    return rows


def rates_by(db: Database, group: Grouping, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """One row per key of the grouping: the parts of the day's rates, and the rates."""
    period = period_of(scope, rules)
    if queries.needs_customers(scope, group.by):
        return with_rates(period_queries.key_parts(db, scope, period, group.by, group.level))
    flows = queries.coarse_flows(
        db, scope, period.month, period.last_month, period.year, group.by, group.level
    )
    return rates(flows, period)


def choices(
    db: Database, dimension: Dimension, allowed_orgs: tuple[str, ...] = (), most: int | None = None
) -> pd.DataFrame:
    """What a filter can offer, in code order: key, name, parent, depth (units only, else None), customers,
    and `listed`, how many there are in all.

    With `most`, a longer list is cut to those with most customers, most first; units are never cut.
    """
    rows = lookups.choices(db, dimension, allowed_orgs)
    rows["listed"] = len(rows)
    if dimension == "org":
        return rows[["key", "name", "parent", "depth", "customers", "listed"]]
    if most is not None and len(rows) > most:
        rows = rows.nlargest(most, "customers")
    rows = named(db, rows, dimension).drop(columns="has_children")
    rows.insert(2, "parent", None)
    rows.insert(3, "depth", None)
    return rows


def codes(db: Database, dimension: Dimension, allowed_orgs: tuple[str, ...] = ()) -> frozenset[str]:
    """Every code that occurs in the dimension: of owners, nearly as many as customers."""
    return frozenset(lookups.choices(db, dimension, allowed_orgs)["key"].astype(str).tolist())


def org_path(db: Database, org_no: str) -> pd.DataFrame:
    """Breadcrumb from the top unit to this one: key, name, depth; empty for a unit that is not there."""
    orgs = lookups.orgs(db)
    if org_no not in set(orgs["org_no"]):
        return pd.DataFrame(columns=["key", "name", "depth"])
    above = orgs[[org_no.startswith(o) for o in orgs["org_no"]]].sort_values("depth")
    return above.rename(columns={"org_no": "key", "org_name": "name"})[["key", "name", "depth"]].reset_index(
        drop=True
    )
