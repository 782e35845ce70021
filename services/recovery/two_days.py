"""All headline figures of two days side by side, of a scope or by key; no difference where there is none."""

from __future__ import annotations

import pandas as pd

from analytics import calendar
from analytics.policy import RecoveryRules
from analytics.recovery import recovery as recovery_of
from analytics.two_days import Against, TwoDays, other_day
from data.ask import queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.scope import Scope
from services.recovery.headline import arrears, facts, period_of

NAN = float("nan")
ITEMS: tuple[tuple[str, str, str], ...] = (
    ("cy_rate", "rate", "current_year"),
    ("rate", "rate", "combined"),
    ("old_rate", "rate", "old_debt"),
    ("month_rate", "rate", "month"),
    ("hh_rate", "rate", "household_months"),
    ("on_time_rate", "rate", "on_time"),
    ("cy_billed", "fen", "billed"),
    ("cy_collected", "fen", "collected"),
    ("balance", "fen", "balance"),
    ("past_months", "fen", "past_months"),
    ("overdue", "fen", "overdue"),
    ("overdue_customers", "count", "overdue"),
    ("cash", "fen", "cash"),
    ("written_off", "fen", "written_off"),
    ("credit", "fen", "credit"),
)
"""Item, its unit, and the figure whose rule of comparison it follows; in order."""
COLUMNS = ["item", "unit", "before", "now", "change", "reason"]


def two_days(db: Database, scope: Scope, rules: RecoveryRules, against: Against) -> TwoDays:
    """The periods of the scope's day and of the one it is compared with, and where the data begin."""
    then = scope.at(other_day(scope.as_of, against))
    return TwoDays(period_of(scope, rules), period_of(then, rules), facts(db).first_month)


@asked_once
def side_by_side(db: Database, scope: Scope, rules: RecoveryRules, against: Against = "year") -> pd.DataFrame:
    """One row per item: the columns of `COLUMNS`; fen, rates, counts; empty without bills on the scope's day.

    `cash` and `written_off` count from the 1 January before their day. Where `reason` (a
    `analytics.two_days.Reason`, else '') is given there is no change.
    """
    days = two_days(db, scope, rules, against)
    now, before = _figures(db, scope, rules), _figures(db, scope.at(days.then.as_of), rules)
    if not now:
        return pd.DataFrame(columns=COLUMNS)
    rows = []
    for item, unit, figure in ITEMS:
        then, value = before.get(item, NAN), now[item]
        reason = "no_data" if pd.isna(then) or pd.isna(value) else days.reason(figure) or ""
        rows.append((item, unit, then, value, NAN if reason else value - then, reason))
    return pd.DataFrame(rows, columns=COLUMNS)


def _figures(db: Database, scope: Scope, rules: RecoveryRules) -> dict[str, float]:
    """Every item on one day; nothing before the data begin."""
    flows = queries.flows(db, scope)
    if flows.empty:
        return {}
    recovery = recovery_of(flows, period_of(scope, rules))
    owed = arrears(db, scope, calendar.closed_month(scope.as_of, rules.assessment_day))
    this_year = flows[flows["event_ym"] > scope.as_of.year * 100]
    return {
        "cy_rate": recovery.current_year.rate,
        "rate": recovery.combined.rate,
        "old_rate": recovery.old_debt.rate,
        "month_rate": recovery.month.rate,
        "hh_rate": recovery.household_months.rate,
        "on_time_rate": recovery.on_time.rate,
        "cy_billed": recovery.current_year.billed,
        "cy_collected": recovery.current_year.collected,
        "balance": owed.balance.amount,
        "past_months": owed.past_months.amount,
        "overdue": owed.overdue.amount,
        "overdue_customers": owed.overdue.customers,
        "cash": int(this_year["collected"].sum()),
        "written_off": int(this_year["written_off"].sum()),
        "credit": int(flows["credit"].sum()),
    }
