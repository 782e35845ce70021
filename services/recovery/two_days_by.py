"""All headline figures of two days side by side, by unit, class or any other dimension."""

from __future__ import annotations

import pandas as pd

from analytics.policy import RecoveryRules
from analytics.recovery import ratio
from analytics.two_days import Against, TwoDays
from data.ask import queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery.compare import rates_by
from services.recovery.two_days import two_days
from services.recovery.units import Grouping, grouping, named
from services.recovery.why import AMOUNTS, MEASURES, RATES


@asked_once
def side_by_side_by(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    against: Against,
    by: Dimension,
    parent: str | None = None,
) -> pd.DataFrame:
    """One row per key: key, name, and of each measure m_then, m_now, m_change: rates, and fen.

    A change is missing where the two days' values are not to be subtracted.
    """
    days = two_days(db, scope, rules, against)
    group = grouping(db, scope, by, parent)
    now = _values(db, group, group.scope, rules)
    then = _values(db, group, group.scope.at(days.then.as_of), rules)
    rows = then.add_suffix("_then").join(now.add_suffix("_now"), how="outer")
    columns = {name: column for m in MEASURES for name, column in _columns(rows, days, m).items()}
    return named(db, pd.DataFrame(columns).reset_index(), by).drop(columns="has_children")


def _columns(rows: pd.DataFrame, days: TwoDays, measure: str) -> dict[str, pd.Series[float]]:
    then, now = rows[f"{measure}_then"], rows[f"{measure}_now"]
    if measure in AMOUNTS:  # who had no bill held nothing
        then, now = then.fillna(0), now.fillna(0)
    change = (now - then) * (float("nan") if days.reason(measure) else 1)
    return {f"{measure}_then": then, f"{measure}_now": now, f"{measure}_change": change}


def _values(db: Database, group: Grouping, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """Every measure of one day, by key."""
    rates = rates_by(db, group, scope, rules).set_index("key")
    held = queries.holdings(db, scope, 0, group.by, group.level).set_index("key").reindex(rates.index)
    values = {m: ratio(rates[part], rates[whole]) for m, (part, whole) in RATES.items()}
    values |= {m: held[column].fillna(0).astype("int64") for m, column in AMOUNTS.items()}
    return pd.DataFrame(values, index=rates.index)
