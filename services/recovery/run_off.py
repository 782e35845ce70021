"""What will be open on the next assessment day of what is open of closed months, and what was said before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import pandas as pd

from analytics import all_paid, calendar, run_off
from analytics.outcomes import drawn
from analytics.policy import RecoveryRules
from analytics.run_off_cells import Ints, Past, RunOff
from data.ask import queries
from data.ask.answers import asked_lately, asked_once
from data.ask.queries import Database, RunOffDays
from data.scope import Scope
from services.recovery.headline import facts
from services.recovery.run_off_history import History
from services.recovery.units import ancestors

RECORD_MONTHS = 12
SAID = ["open", "expected", "low", "high"]
OUTLOOK = {"expected": "expected_open", "low": "low_open", "high": "high_open"}
"""What tables call the expected and its band."""


@dataclass(frozen=True, eq=False)
class Said:
    """What was said on the same day of months before against what came, the latest first.

    `rows`: as_of, assessment_on, open, expected_open, low_open, high_open, came (fen), is_in_band,
    all_paid_chance. Months of which nothing could be said, and those whose assessment day is not past, are
    left out.
    """

    rows: pd.DataFrame

    @property
    def months(self) -> int:
        """How many months something was said of."""
        return len(self.rows)

    @cached_property
    def mean_error(self) -> int:
        """Fen by which what came was off what was expected, on average; 0 where nothing was said."""
        if not self.months:
            return 0
        return round(float((self.rows["came"] - self.rows["expected_open"]).abs().mean()))

    @cached_property
    def hits(self) -> int:
        """How often what came lay in the band."""
        return int(self.rows["is_in_band"].sum())


def left(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    by: str = "",
    level: int = 0,
    customers: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Per key (with `customers`: per customer of them): key, open, expected, low, high.

    Fen; the last three missing where history is too short. Keys with nothing open of closed months are left
    out. Middles of keys do not add up to that of the scope: they are not the mean.
    """
    day = days_until([scope.as_of], rules)
    rows, known = _asked(db, scope, rules, by, level, customers)
    return _all_left(rows) if scope.as_of == day.deadlines[0] else _of_day(known, rows)


def _asked(
    db: Database, scope: Scope, rules: RecoveryRules, by: str, level: int, customers: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, RunOff | None]:
    if by in ("", "org") and not customers:
        rows, known = on_the_day(db, scope, rules)
        return (_by_unit(db, rows, level) if by else rows), known
    day = days_until([scope.as_of], rules)
    return queries.run_off(db, scope, day, by, level, customers), _known(db, scope, rules)


def _by_unit(db: Database, rows: pd.DataFrame, level: int) -> pd.DataFrame:
    """With the unit of the level, or the deepest above it, as key: what a question by unit would tell."""
    above = ancestors(db, level)
    return rows.assign(key=rows["org_no"].map(above)).sort_values("key", kind="stable", ignore_index=True)


def on_the_day(
    db: Database, scope: Scope, rules: RecoveryRules, months: int | None = None
) -> tuple[pd.DataFrame, RunOff | None]:
    """What is open of closed months in the scope as a whole, and what its day knows of the run-off until the
    deadline of `days_until`.
    """
    rows = _rows(db, scope, days_until([scope.as_of], rules, months), months, rules)
    return rows, _known(db, scope, rules, months)


def all_paid_chances(
    db: Database, scope: Scope, rules: RecoveryRules, by: str = "", level: int = 0
) -> pd.Series:
    """Per key with something open of closed months: the chance that nothing of it will be open at the end of
    the next assessment day; missing where history is too short.
    """
    day = days_until([scope.as_of], rules)
    rows, fit = _asked(db, scope, rules, by, level)
    if scope.as_of < day.deadlines[0] and fit is not None:
        return all_paid.chances(fit, rows)
    chance = 0.0 if scope.as_of == day.deadlines[0] else math.nan
    return pd.Series(chance, index=rows["key"].unique(), dtype=float)


@asked_once
def said(db: Database, scope: Scope, rules: RecoveryRules) -> Said:
    """The record of the last RECORD_MONTHS months, for the scope as a whole: each as of its own day."""
    this = calendar.month_of(scope.as_of)
    days = [
        calendar.same_day(scope.as_of, calendar.add_months(this, -back))
        for back in range(1, RECORD_MONTHS + 1)
    ]
    asked = days_until(days, rules)
    history, parts = _history(db, scope, rules), []
    rows = None if history is None or _is_told(scope) else queries.run_off(db, scope, asked)
    for day, deadline in zip(asked.days, asked.deadlines, strict=True):
        if history is not None and day < deadline <= scope.as_of:
            record = _recorded(history, scope.at(day), rows)
            parts += [] if record is None else [record.assign(as_of=day, assessment_on=deadline)]
    columns = ["as_of", "assessment_on", *SAID, "came", "all_paid_chance"]
    record = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    record = (
        record[columns].dropna(subset=["expected"]).sort_values("as_of", ascending=False, ignore_index=True)
    )
    record["is_in_band"] = ((record["low"] <= record["came"]) & (record["came"] <= record["high"])).astype(
        bool
    )
    return Said(record.rename(columns=OUTLOOK))


def _recorded(history: History, scope: Scope, rows: pd.DataFrame | None) -> pd.DataFrame | None:
    """What was said on the scope's day against what came; None where nothing was. `rows` of that and other
    days, where the history does not tell the scope.
    """
    fit, past = history.known(scope.as_of), history.past
    if fit is None:
        return None
    if rows is not None:
        own = rows[pd.to_datetime(rows["day"]).dt.date == scope.as_of]
        return history.records.get(scope, partial(_record, fit, own)) if len(own) else None
    mine = run_off.at_on(past, scope.as_of, scope.orgs or scope.allowed_orgs, scope.classes)
    return history.records.get(scope, partial(_record_at, fit, past, mine)) if len(mine) else None


def _record(fit: RunOff, rows: pd.DataFrame) -> pd.DataFrame:
    chance = float(all_paid.chances(fit, rows).iloc[0])
    return _of_day(fit, rows).assign(came=int(rows["kept"].sum()), all_paid_chance=chance)


def _record_at(fit: RunOff, past: Past, mine: Ints) -> pd.DataFrame:
    debts = run_off.debts_at(fit, past, mine)
    chance = all_paid.chance_at(debts, past.amounts["customers"][mine])
    made = drawn(debts).astype(dict.fromkeys(SAID[1:], "Int64"))
    return made.assign(came=int(past.amounts["kept"][mine].sum()), all_paid_chance=chance)


def _of_day(fit: RunOff | None, rows: pd.DataFrame) -> pd.DataFrame:
    if fit is not None and len(rows):
        return run_off.forecast(fit, rows).astype(dict.fromkeys(SAID[1:], "Int64"))
    untold = _all_left(rows)
    untold[SAID[1:]] = pd.NA
    return untold.astype(dict.fromkeys(SAID[1:], "Int64"))


def _all_left(rows: pd.DataFrame) -> pd.DataFrame:
    """Everything that is open will be: it is the deadline itself."""
    sums = rows.groupby("key", sort=True)["open"].sum().astype("int64").reset_index()
    for name in SAID[1:]:
        sums[name] = sums["open"].astype("Int64")
    return sums


def days_until(days: Sequence[date], rules: RecoveryRules, months: int | None = None) -> RunOffDays:
    """The days with the assessment day, or the month's end `months` after their own, as deadlines."""
    day = rules.assessment_day
    return RunOffDays(
        days=days,
        deadlines=[
            calendar.deadline(d, day)
            if months is None
            else calendar.last_day(calendar.add_months(calendar.month_of(d), months))
            for d in days
        ],
        closed_months=[calendar.closed_month(d, day) for d in days],
        lag_edges=run_off.LAG_EDGES,
        slow_edges=run_off.SLOW_EDGES,
        size_edges=run_off.SIZE_EDGES,
    )


def _rows(
    db: Database, scope: Scope, asked: RunOffDays, months: int | None, rules: RecoveryRules
) -> pd.DataFrame:
    """The run-off of the scope as a whole: of units and classes from the history, which has it all."""
    history, orgs = _history(db, scope, rules, months), scope.orgs or scope.allowed_orgs
    if history is None or not _is_told(scope):
        return queries.run_off(db, scope, asked)
    of = [
        run_off.rows_on(history.past, day, orgs, scope.classes)
        for day in asked.days
        if day in history.past.days
    ]
    return pd.concat(of, ignore_index=True) if of else queries.run_off(db, scope, asked)


def _is_told(scope: Scope) -> bool:
    """Whether a history tells the scope: no filters but classes and units, of those that may be seen."""
    orgs = scope.orgs or scope.allowed_orgs
    may_see = all(org.startswith(scope.allowed_orgs) for org in orgs) or not scope.allowed_orgs
    return may_see and scope == scope.only("orgs", "classes")


def learn(db: Database, scope: Scope, rules: RecoveryRules) -> None:
    """Ask what the countdown is learnt from on the scope's day of the month."""
    _history(db, scope, rules)


def _known(db: Database, scope: Scope, rules: RecoveryRules, months: int | None = None) -> RunOff | None:
    history = _history(db, scope, rules, months)
    return None if history is None else history.known(scope.as_of)


def _history(db: Database, scope: Scope, rules: RecoveryRules, months: int | None = None) -> History | None:
    """The same day of every month that the snapshot knows: one question, whichever of them is asked about."""
    held = facts(db)
    if held.first_issue is None or held.extract_on is None or not held.has_receipts:
        return None
    like = calendar.same_day(scope.as_of, 200001)
    last = calendar.month_of(max(held.extract_on, scope.as_of))
    whole = Scope(like)
    first = calendar.month_of(held.first_issue)
    if months is None:
        return _told(db, whole, rules, first, last)
    this = calendar.month_of(scope.as_of)
    known = calendar.add_months(this, -months if calendar.is_month_end(scope.as_of) else -months - 1)
    first = max(first, calendar.add_months(known, 1 - run_off.MOST))
    if calendar.months_between(first, known) + 1 < run_off.FEWEST:
        return None
    return _started(db, whole, rules, first, known, (this, months))


@asked_lately(4)
def _told(db: Database, whole: Scope, rules: RecoveryRules, first: int, last: int) -> History:
    """Of the months from `first` to `last`."""
    return _learnt(db, whole, rules, _months(first, last), None)


@asked_lately(60)
def _started(
    db: Database, whole: Scope, rules: RecoveryRules, first: int, last: int, until: tuple[int, int]
) -> History:
    """Of the months from `first` to `last`, what one more month, `until`, knows and holds of deadlines so
    many months later.
    """
    this, months = until
    learnt = _learnt(db, whole, rules, sorted({*_months(first, last), this}), months)
    return learnt.of(calendar.same_day(whole.as_of, this))


def _months(first: int, last: int) -> list[int]:
    return [calendar.add_months(first, n) for n in range(calendar.months_between(first, last) + 1)]


def _learnt(
    db: Database, whole: Scope, rules: RecoveryRules, every: list[int], months: int | None
) -> History:
    days = [calendar.same_day(whole.as_of, month) for month in every]
    asked = days_until(days, rules, months)
    rows = queries.run_off(db, whole, asked)
    return History(run_off.past(rows, dict(zip(days, asked.deadlines, strict=True))))
