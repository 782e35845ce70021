"""How the current year's recovery rate may end, from the as-of day on; and what was said of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics import calendar, run_off
from analytics.calendar import add_months, last_day, month_of
from analytics.forecast import (
    Forecast,
    Unpaid,
    later_months,
    nothing_said,
    on_the_way,
    seasonal_doubt,
    year_end,
)
from analytics.outcomes import draws_of
from analytics.policy import RecoveryRules
from analytics.recovery import rates_over
from data.ask import queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.scope import Scope
from services.recovery.headline import period_of
from services.recovery.run_off import on_the_day


@dataclass(frozen=True, eq=False)
class SaidOfYear:
    """What was said of the last year's end at the ends of its months: `rows`: as_of, expected, low, high,
    actual (rates), is_in_band (missing where no band is drawn); the latest first. It is one year: one
    outcome.
    """

    year: int
    rows: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Start:
    """What a day knows of its year: fen of closed months, how they run off until December, and all flows."""

    day: date
    closed: int
    billed: float
    apart: float  # unpaid of them for good: written off, not owed
    open: float
    end: Unpaid  # of what is open, at the year's end
    months: int
    flows: pd.DataFrame
    billed_by_month: pd.Series


def forecast(db: Database, scope: Scope, rules: RecoveryRules) -> Forecast:
    """The year-end forecast of the current year's rate on the scope's basis (docs/decisions/0101)."""
    year = period_of(scope, rules).year
    actual = _actual(db, scope, rules, year)
    start = _start(db, scope, rules, year)
    if start is None:
        return nothing_said(year, actual, rules.recovery_target)
    first = min(scope.as_of.month + 1, 12)
    ends = {year * 100 + m: _parts(start, scope.basis, year * 100 + m) for m in range(first, 13)}
    return year_end(month_of(scope.as_of), actual, rules.recovery_target, ends, start.months)


def said_of_year(db: Database, scope: Scope, rules: RecoveryRules) -> SaidOfYear:
    """The record: forecasts of the last year's end as of its month ends, against how it ended."""
    year = period_of(scope, rules).year - 1
    return SaidOfYear(year, _said(db, scope.at(date(year, 12, 31)), rules))


@asked_once
def _said(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """The rows of the year that ends on the scope's day."""
    end = scope.as_of
    came = rates_over(queries.flows(db, scope), [(period_of(scope, rules), month_of(end))])
    actual = float(came["cy_rate"].iloc[0]) if len(came) else float("nan")
    rows = []
    for month in range(11, 0, -1):
        day = last_day(end.year * 100 + month)
        start = _start(db, scope.at(day), rules, end.year)
        if start is None:
            break
        december = {month_of(end): _parts(start, scope.basis, month_of(end))}
        f = year_end(month_of(day), {}, 0.0, december, start.months)
        rows.append((day, f.expected, f.low, f.high, actual, f.low <= actual <= f.high))
    record = pd.DataFrame(rows, columns=["as_of", "expected", "low", "high", "actual", "is_in_band"])
    return record.assign(is_in_band=record["is_in_band"].astype("boolean").mask(record["low"].isna()))


def _actual(db: Database, scope: Scope, rules: RecoveryRules, year: int) -> dict[int, float]:
    """The year's rate by month, at its end or on the as-of day."""
    last = min(scope.as_of, date(year, 12, 31))
    days = [d for d in (last_day(year * 100 + m) for m in range(1, 13)) if d < last]
    asked = [(period_of(scope.at(d), rules), month_of(d)) for d in (*days, last)]
    rows = rates_over(queries.flows(db, scope), asked)
    own = [r for r in rows.to_dict("records") if period_of(scope.at(r["as_of"]), rules).year == year]
    return {month_of(r["as_of"]): float(r["cy_rate"]) for r in own}


def _start(db: Database, scope: Scope, rules: RecoveryRules, year: int) -> _Start | None:
    """None where too few past months tell, or the year has ended."""
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    if scope.as_of >= date(year, 12, 31) or closed // 100 != year:
        return None
    rows, fit = on_the_day(db, scope, rules, 12 - scope.as_of.month)
    flows = queries.flows(db, scope)
    same_year = flows[flows["bill_year"] == flows["rcvbl_ym"] // 100]
    own = flows[(flows["bill_year"] == year) & (flows["rcvbl_ym"] <= closed)][["billed", "collected"]].sum()
    if fit is None or not own["billed"]:
        return None
    debts = run_off.debts(fit, rows)
    open_, mean, variance = (float(x) for x in debts.moments()[["open", "mean", "variance"]].sum())
    billed = float(own["billed"])
    apart = billed - float(own["collected"]) - open_
    by_month = same_year.groupby("rcvbl_ym")["billed"].sum()
    doubted = variance + mean**2 * seasonal_doubt(fit.months // 12)
    end = Unpaid(billed, mean, doubted, draws_of(debts).sum(axis=1))
    return _Start(scope.as_of, closed, billed, apart, open_, end, fit.months, flows, by_month)


def _parts(start: _Start, basis: str, ym: int) -> tuple[Unpaid, Unpaid]:
    """Closed months and months still to close, at the end of a month of the year."""
    passed = (last_day(ym) - start.day).days / (date(ym // 100, 12, 31) - start.day).days
    closed = on_the_way(start.open, start.end, passed)
    last = ym if basis == "point" else add_months(ym, -1)
    later = _between(start.closed, last)
    billed = _to_be_billed(start.billed_by_month, later, ym // 100 * 100 + 1, start.closed)
    left = calendar.months_between(month_of(start.day), ym)
    shares = _shares(start.flows, start.day, start.closed, last, left) if later else []
    return closed.beside(start.apart), later_months(billed, shares)


def _between(after: int, last: int) -> list[int]:
    return [add_months(after, n + 1) for n in range(calendar.months_between(after, last))]


def _to_be_billed(billed: pd.Series, later: list[int], first: int, closed: int) -> float:
    """What the same months of last year billed, grown as the months so far grew."""
    so_far = [first, *_between(first, closed)]
    now, then = (float(billed.reindex([m - back for m in so_far]).sum()) for back in (0, 100))
    return float(billed.reindex([m - 100 for m in later]).sum()) * (now / then if then else 1.0)


def _shares(flows: pd.DataFrame, day: date, closed: int, last: int, left: int) -> list[tuple[float, bool]]:
    """What months that closed after such a day left unpaid by the end of the month `left` later."""
    shares = []
    issued, at, billed, collected = (
        flows[name].to_numpy() for name in ("rcvbl_ym", "event_ym", "billed", "collected")
    )
    for back in range(1, run_off.MOST + 1):
        first, until = add_months(closed, -back), add_months(last, -back)
        end = add_months(month_of(day), left - back)
        if last_day(end) > day:
            continue
        months = (issued > first) & (issued <= until) & (at <= end)
        of_all = billed[months].sum()
        if of_all > 0 and at.min() <= add_months(first, 1):
            shares.append((float((of_all - collected[months].sum()) / of_all), back % 12 == 0))
    return shares
