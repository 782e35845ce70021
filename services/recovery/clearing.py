"""结零: what is still open of closed months and of earlier years, and whether it will make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics import all_paid, calendar
from analytics.all_paid import Verdict
from analytics.policy import RecoveryRules
from data.ask import queries
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery import run_off
from services.recovery.ageing import plain_days
from services.recovery.headline import Holding, facts, held
from services.recovery.run_off import OUTLOOK
from services.recovery.units import Grouping, grouping, named

LAST_YEAR = ["last_year_open", "last_year_customers"]


@dataclass(frozen=True)
class Cleared:
    """Is anything open of months up to the closed month, and of earlier years; and will it make it?"""

    closed_month: int
    month_open: Holding  # bills of the closed month's year up to the closed month
    old_open: Holding  # earlier years' bills
    month_cleared: bool
    year_cleared: bool  # 年末双结零: both
    last_year_month_open: Holding | None  # the same day last year; None where its bills' years are not whole
    last_year_old_open: Holding | None
    deadline: date  # the next assessment day
    expected: (
        int | None
    )  # fen of month_open still open at the end of the deadline; None: history is too short
    low: int | None  # the band in which four outcomes of five lie
    high: int | None
    chance: float | None  # that nothing of month_open is open then

    @property
    def verdict(self) -> Verdict | None:
        """Whether nothing will be open then; None where history is too short."""
        return None if self.chance is None else all_paid.verdict(self.chance)


def cleared(db: Database, scope: Scope, rules: RecoveryRules) -> Cleared:
    """The countdown for the scope as a whole."""
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    now = queries.holdings(db, scope, closed)
    month_open, old_open = held(now, "closed"), held(now, "old")
    before = scope.at(calendar.year_before(scope.as_of))
    past_closed = calendar.closed_month(before.as_of, rules.assessment_day)
    past = queries.holdings(db, before, past_closed)
    past_year = past_closed // 100
    first = facts(db).first_month if _began(db, before) else calendar.EVERY_MONTH
    expected, low, high = outlook(db, scope, rules)
    return Cleared(
        closed_month=closed,
        month_open=month_open,
        old_open=old_open,
        month_cleared=month_open.bills == 0,
        year_cleared=month_open.bills == 0 and old_open.bills == 0,
        last_year_month_open=held(past, "closed") if calendar.holds_year(first, past_year) else None,
        last_year_old_open=held(past, "old") if calendar.holds_year(first, past_year - 1) else None,
        deadline=calendar.deadline(scope.as_of, rules.assessment_day),
        expected=expected,
        low=low,
        high=high,
        chance=_chance(db, scope, rules),
    )


def outlook(db: Database, scope: Scope, rules: RecoveryRules) -> tuple[int | None, int | None, int | None]:
    """Fen expected to be open at the end of the next assessment day of what is open of closed months, and its
    band; None where history is too short.
    """
    rows = run_off.left(db, scope, rules)
    if rows.empty:
        return 0, 0, 0
    expected, low, high = (None if pd.isna(rows[n].iloc[0]) else int(rows[n].iloc[0]) for n in OUTLOOK)
    return expected, low, high


def _chance(db: Database, scope: Scope, rules: RecoveryRules) -> float | None:
    chances = run_off.all_paid_chances(db, scope, rules)
    if chances.empty:
        return 1.0
    return None if pd.isna(chances.iloc[0]) else float(chances.iloc[0])


def cleared_by(
    db: Database, scope: Scope, rules: RecoveryRules, by: Dimension, parent: str | None = None
) -> pd.DataFrame:
    """Countdown per key, most open first (by='org', parent='*': every station): key, name, has_children,
    open, customers, bills, old_open, old_customers, last_year_open, last_year_customers (missing where
    nothing was issued by then), expected_open, low_open, high_open (missing where history is too short),
    cleared, year_cleared. Keys with nothing open now and nothing last year are left out. The expected is
    the middle of what may come: those of several keys do not add up to that of the parent.
    """
    group = grouping(db, scope, by, parent)
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    now = _closed(db, group, group.scope, closed, "")
    before = group.scope.at(calendar.year_before(scope.as_of))
    last_closed = calendar.closed_month(before.as_of, rules.assessment_day)
    past = _closed(db, group, before, last_closed, "last_year_")
    rows = now.join(past, how="outer").fillna(0).astype("int64")
    rows = rows[(rows[["open", "old_open", "last_year_open"]] != 0).any(axis=1)].reset_index()
    if not _began(db, before):
        rows[LAST_YEAR] = pd.NA
    rows = rows.astype(dict.fromkeys(LAST_YEAR, "Int64"))
    rows = _with_outlook(rows, run_off.left(db, group.scope, rules, group.by, group.level), "key")
    rows["cleared"] = rows["bills"] == 0
    rows["year_cleared"] = rows["cleared"] & (rows["old_open"] == 0)
    rows = named(db, rows, by).sort_values(["open", "key"], ascending=[False, True], ignore_index=True)
    return rows[
        [
            "key",
            "name",
            "has_children",
            "open",
            "customers",
            "bills",
            "old_open",
            "old_customers",
            "last_year_open",
            "last_year_customers",
            *OUTLOOK.values(),
            "cleared",
            "year_cleared",
        ]
    ]


def medians_apart(whole: Cleared, units: pd.DataFrame) -> tuple[int, int] | None:
    """Fen expected of the rows of `cleared_by` together, and of all; None where the two agree, or where there
    is one row or no estimate.
    """
    together = int(units["expected_open"].fillna(0).sum())
    if len(units) < 2 or whole.expected is None or together == whole.expected:
        return None
    return together, whole.expected


def cleared_customers(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 50) -> pd.DataFrame:
    """Countdown of the customers that hold most of closed months and old debt: the columns of `not_cleared`
    with open of the closed year alone, last_year_open (the same customer, the same day last year; missing
    where nothing was issued by then), expected_open, low_open, high_open (missing where history is short).
    """
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    rows = not_cleared(db, scope, rules, limit)
    numbers = rows["cons_no"].tolist()
    before = scope.at(calendar.year_before(scope.as_of))
    days = (
        ("open", scope, closed),
        ("last_year_open", before, calendar.closed_month(before.as_of, rules.assessment_day)),
    )
    for name, day, month in days:
        held = queries.held_by_customers(db, day, month, numbers).set_index("cons_no")["closed"]
        rows[name] = rows["cons_no"].map(held).fillna(0).astype("int64")
    if not _began(db, before):
        rows["last_year_open"] = pd.NA
    rows = rows.astype({"last_year_open": "Int64"})
    if not numbers:
        return rows.assign(**{n: pd.Series(dtype="Int64") for n in OUTLOOK.values()})
    return _with_outlook(rows, run_off.left(db, scope, rules, customers=tuple(numbers)), "cons_no")


def _began(db: Database, scope: Scope) -> bool:
    """Whether any bill had been issued by the scope's day: before, nothing is known to have been open."""
    first = facts(db).first_issue
    return first is not None and first <= scope.as_of


def _with_outlook(rows: pd.DataFrame, left: pd.DataFrame, key: str) -> pd.DataFrame:
    """With the columns of OUTLOOK by the same key; 0 where nothing is open of closed months."""
    outlook = left.set_index("key").reindex(rows[key])
    for name, column in OUTLOOK.items():
        values = outlook[name].where(outlook.index.isin(left["key"]), 0)
        rows[column] = values.astype("Int64").to_numpy()
    return rows.astype(dict.fromkeys(OUTLOOK.values(), "Int64"))


def _closed(db: Database, group: Grouping, scope: Scope, closed: int, prefix: str) -> pd.DataFrame:
    rows = queries.holdings(db, scope, closed, group.by, group.level).set_index("key")
    names = {
        "closed": f"{prefix}open",
        "closed_customers": f"{prefix}customers",
        "closed_bills": f"{prefix}bills",
        "old": f"{prefix}old_open",
        "old_customers": f"{prefix}old_customers",
    }
    return rows.rename(columns=names)[list(names.values())]


def not_cleared_total(db: Database, scope: Scope, rules: RecoveryRules) -> tuple[int, int]:
    """How many customers `not_cleared` lists in all, and fen that they hold."""
    return queries.debtors_total(db, scope, calendar.closed_month(scope.as_of, rules.assessment_day))


def not_cleared(
    db: Database, scope: Scope, rules: RecoveryRules, limit: int | None = 200, offset: int = 0
) -> pd.DataFrame:
    """Customers with something open of the closed month's year up to it, or of earlier years, most first:
    cons_no, name, org_no, org_name, class, tg_no, collector, open, overdue, old_open, bills, oldest_due,
    days_overdue, first_month, last_month.
    """
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    rows = queries.debtors(db, scope, closed // 100, limit, offset, up_to=closed)
    return plain_days(rows.rename(columns={"amount": "open"}))
