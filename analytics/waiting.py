"""The earliest day of a change that reads twelve months: bad records only leave with time."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics.counterfactual import Change

ROLLING = (
    "arrears_12m",
    "late_days_max",
    "late_days_mean",
    "on_time_share",
    "part_payments",
    "reversals",
    "promises_broken",
    "electronic_share",
)
"""What reads twelve months: no payment of today makes it good at once."""
_SLACK = 1e-9


def earliest(change: Change, bills: pd.DataFrame, day: date) -> date | None:
    """The first day on which a change of one of ROLLING can be reached if from `day` on all is paid in time.

    `bills`: due_on, rcvbl_ym, is_billed, billed, collected_by_due, open_after_due. New bills are taken to be
    as large and as many as those that they replace. None where bills do not tell.
    """
    due_on = pd.to_datetime(bills["due_on"])
    since = pd.Timestamp(day) - pd.DateOffset(years=1)
    due = (due_on < pd.Timestamp(day)) & (due_on + pd.Timedelta(days=1) > since)
    misses = _misses(change.indicator, bills.assign(due_on=due_on)[due & bills["is_billed"].astype(bool)])
    if misses is None or misses.sum() <= 0:
        return None
    of_share = change.indicator == "on_time_share"
    now, allowed = (100 - change.value, 100 - change.target) if of_share else (change.value, change.target)
    left = now * (1 - misses.cumsum() / misses.sum())
    reached = left[left <= allowed + _SLACK]
    if reached.empty or now <= allowed:
        return None
    first: pd.Timestamp = reached.index[0] + pd.Timedelta(days=1) + pd.DateOffset(years=1)
    return first.date()


def _misses(key: str, due: pd.DataFrame) -> pd.Series[float] | None:
    """How much counts against the customer, by the due day that it hangs on, oldest first."""
    if key == "on_time_share":
        return _by_day((due["billed"] - due["collected_by_due"]).clip(lower=0), due["due_on"])
    if key == "arrears_12m":
        last = due[due["open_after_due"] > 0].groupby("rcvbl_ym")["due_on"].max()
        return _by_day(pd.Series(1.0, index=last.index), last)
    if key == "part_payments":
        part = (due["collected_by_due"] > 0) & (due["collected_by_due"] < due["billed"])
        return _by_day(part, due["due_on"])
    return None


def _by_day(amounts: pd.Series, days: pd.Series) -> pd.Series[float]:
    return amounts.astype(float).groupby(days).sum().sort_index()
