"""The current year's recovery rate at its end, from how earlier years went on from the same day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.calendar import add_months


@dataclass(frozen=True)
class Forecast:
    """`path` columns: ym, actual, expected, low, high, target (rates; NaN where there is none)."""

    path: pd.DataFrame
    expected: float
    low: float
    high: float
    target: float
    years_used: int  # earlier years behind the band; 0: no forecast


def forecast(
    year: int, now: float, actual: Mapping[int, float], earlier: Sequence[Sequence[float]], target: float
) -> Forecast:
    """Forecast to December: what is unpaid today shrinks or grows as it did in earlier years.

    `actual` holds the year's rates by month end so far, `now` the rate today, and `earlier` one sequence per
    earlier year: the rate on the same day, then at each later month end up to December. For a year y the
    ratio is
    q = (1 - rate at the month end) / (1 - rate on the same day); expected = 1 - (1 - now) x mean q. The
    band is
    the range of q widened by half the range on both sides; with one earlier year, by half the change.
    """
    usable = [np.asarray(y, float) for y in earlier if len(y) and np.isfinite(y).all() and y[0] < 1]
    months_left = min((len(y) for y in usable), default=1) - 1
    ahead = [12 - months_left + i + 1 for i in range(months_left)]
    path = {add_months(year * 100 + 1, m - 1): [np.nan] * 4 for m in range(1, 13)}
    for ym, rate in actual.items():
        path[ym] = [rate, np.nan, np.nan, np.nan]
    last = (now, now, now)
    for step, m in enumerate(ahead):
        q = np.array([(1 - y[step + 1]) / (1 - y[0]) for y in usable])
        last = _band(now, q)
        path[year * 100 + m][1:] = list(last)
    frame = pd.DataFrame(
        [(ym, *values, target) for ym, values in sorted(path.items())],
        columns=["ym", "actual", "expected", "low", "high", "target"],
    )
    if not usable or not np.isfinite(now):
        return Forecast(frame, np.nan, np.nan, np.nan, target, 0)
    return Forecast(frame, *last, target, len(usable))


def _band(now: float, q: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    margin = (q.max() - q.min()) / 2 if len(q) > 1 else abs(1 - q[0]) / 2
    unpaid = 1 - now
    low, high = q.max() + margin, max(q.min() - margin, 0)
    return float(1 - unpaid * q.mean()), float(1 - unpaid * low), float(1 - unpaid * high)
