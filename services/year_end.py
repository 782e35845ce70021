"""How the current year's recovery rate may end, from the as-of day on; and what was said of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics import calendar, run_off
from analytics.calendar import add_months, last_day, month_of
from analytics.forecast import Forecast, Part, later_months, nothing_said, year_end
from analytics.policy import RecoveryRules
from analytics.recovery import rates_over, ratio
from data import queries
from data.memory import asked_once
from data.queries import Database
from data.scope import Scope
from services.headline import period_of
from services.run_off import days_until, known


@dataclass(frozen=True, eq=False)
class SaidOfYear:
    """What was said of the last year's end on the same day of its months: `rows`: as_of, expected, low, high,
    actual (rates), is_in_band; the latest first. It is one year: one outcome.
    """

    year: int
    rows: pd.DataFrame


def forecast(db: Database, scope: Scope, rules: RecoveryRules) -> Forecast:
    """The year-end forecast of the current year's rate on the scope's basis (docs/decisions/0101)."""
    year = period_of(scope, rules).year
    actual = _actual(db, scope, rules, year)
    parts, months = _parts(db, scope, rules, year)
    if not parts:
        return nothing_said(year, actual, rules.recovery_target)
    return year_end(year, actual, rules.recovery_target, parts, months, 12 - scope.as_of.month)


@asked_once
def said_of_year(db: Database, scope: Scope, rules: RecoveryRules) -> SaidOfYear:
    """The record: forecasts of the last year's end as of the same day of its months, against how it ended."""
    year = period_of(scope, rules).year - 1
    end = date(year, 12, 31)
    came = rates_over(queries.flows(db, scope.at(end)), [(period_of(scope.at(end), rules), year * 100 + 12)])
    actual = float(came["cy_rate"].iloc[0]) if len(came) else float("nan")
    rows = []
    for month in range(12, 0, -1):
        day = calendar.same_day(scope.as_of, year * 100 + month)
        f = forecast(db, scope.at(day), rules)
        if f.months and period_of(scope.at(day), rules).year == year:
            inside = f.low <= actual <= f.high
            rows.append((day, f.expected, f.low, f.high, actual, inside))
    columns = ["as_of", "expected", "low", "high", "actual", "is_in_band"]
    return SaidOfYear(year, pd.DataFrame(rows, columns=columns))


def _actual(db: Database, scope: Scope, rules: RecoveryRules, year: int) -> dict[int, float]:
    """The year's rate by month, at its end or on the as-of day."""
    last = min(scope.as_of, date(year, 12, 31))
    days = [d for d in (last_day(year * 100 + m) for m in range(1, 13)) if d < last]
    asked = [(period_of(scope.at(d), rules), month_of(d)) for d in (*days, last)]
    rows = rates_over(queries.flows(db, scope), asked)
    own = [r for r in rows.to_dict("records") if period_of(scope.at(r["as_of"]), rules).year == year]
    return {month_of(r["as_of"]): float(r["cy_rate"]) for r in own}


def _parts(db: Database, scope: Scope, rules: RecoveryRules, year: int) -> tuple[tuple[Part, ...], int]:
    """Closed months and months still to close, and the past months behind them; nothing where too few are, or
    the year has ended.
    """
    left = 12 - scope.as_of.month
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    end = date(year, 12, 31)
    if scope.as_of >= end or closed // 100 != year:
        return (), 0
    fit = known(db, scope, rules, left).get(scope.as_of)
    flows = queries.flows(db, scope)
    same_year = flows[flows["bill_year"] == flows["rcvbl_ym"] // 100]
    own = flows[(flows["bill_year"] == year) & (flows["rcvbl_ym"] <= closed)][["billed", "collected"]].sum()
    if fit is None or not own["billed"]:
        return (), 0
    rows = queries.run_off(db, scope, days_until([scope.as_of], rules, left))
    owed = run_off.moments(fit, rows)[["open", "mean", "variance"]].sum()
    apart = float(own["billed"] - own["collected"] - owed["open"])
    before = Part(float(own["billed"]), float(owed["mean"]) + apart, float(owed["variance"]))
    last = month_of(end) if scope.basis == "point" else add_months(month_of(end), -1)
    later = _between(closed, last)
    billed = _to_be_billed(same_year.groupby("rcvbl_ym")["billed"].sum(), later, year * 100 + 1, closed)
    return (before, later_months(billed, _shares(flows, scope.as_of, closed, last, left))), fit.months


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
    for back in range(1, run_off.MOST + 1):
        first, until = add_months(closed, -back), add_months(last, -back)
        end = add_months(month_of(day), left - back)
        if last_day(end) > day:
            continue
        months = flows[
            (flows["rcvbl_ym"] > first) & (flows["rcvbl_ym"] <= until) & (flows["event_ym"] <= end)
        ]
        sums = months[["billed", "collected"]].sum()
        if sums["billed"] > 0 and flows["event_ym"].min() <= add_months(first, 1):
            shares.append((float(ratio(sums["billed"] - sums["collected"], sums["billed"])), back % 12 == 0))
    return shares
