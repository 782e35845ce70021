"""The current year's recovery rate at its end: the run-off of what is open, and the months to be billed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from analytics.calendar import add_months, months_between
from analytics.outcomes import LATER, SHARE
from analytics.run_off import band

Floats = NDArray[np.float64]

LEAST_SPREAD, SEASONAL = 0.15, 0.5
"""Standard deviations of the logarithm of a share left unpaid: of one outcome at least; of seasons."""
FEWEST_OUTCOMES = 2
"""Independent past outcomes (past months over the months that one takes) without which no band is drawn."""


@dataclass(frozen=True)
class Forecast:
    """`path` columns: ym, actual, expected, low, high, target (rates; NaN where there is none)."""

    path: pd.DataFrame
    expected: float
    low: float
    high: float
    target: float
    months: int  # past months behind it; 0: no forecast


@dataclass(frozen=True, eq=False)
class Unpaid:
    """A part of the year's bills at its end: fen billed; mean, variance and draws of what is unpaid."""

    billed: float
    mean: float
    variance: float
    outcomes: Floats

    def beside(self, unpaid: float) -> Unpaid:
        """With what will be unpaid whatever comes."""
        return replace(self, mean=self.mean + unpaid, outcomes=self.outcomes + unpaid)


def later_months(billed: float, shares: Sequence[tuple[float, bool]]) -> Unpaid:
    """Months still to be billed: `shares` left unpaid by such months before, and whether it was this season.

    The mean logarithm, moved to that of the season as far as one outcome can be trusted.
    """
    if not billed or not shares:
        return Unpaid(billed, 0.0, 0.0, np.zeros(len(LATER)))
    logs = np.log(np.maximum([share for share, _ in shares], 1e-6))
    same = logs[[season for _, season in shares]]
    spread = max(float(logs.std()), LEAST_SPREAD)
    weight = len(same) * SEASONAL**2 / (len(same) * SEASONAL**2 + spread**2)
    move = weight * float(same.mean() - logs.mean()) if len(same) else 0.0
    mean = billed * min(math.exp(float(logs.mean()) + move), 1.0)
    unsure = spread**2 + (1 - weight) * SEASONAL**2
    outcomes = np.minimum(mean * np.exp(LATER * math.sqrt(unsure)), billed)
    return Unpaid(billed, mean, mean**2 * unsure, outcomes)


def seasonal_doubt(years: int) -> float:
    """The variance of the logarithm of what is left at a year's end that so many others tell of: yuan follow
    a December otherwise than customers do.
    """
    return LEAST_SPREAD**2 + SEASONAL**2 * LEAST_SPREAD**2 / (years * SEASONAL**2 + LEAST_SPREAD**2)


def year_end(
    month: int, actual: Mapping[int, float], target: float, ends: Mapping[int, Sequence[Unpaid]], known: int
) -> Forecast:
    """As of a day in `month` (yyyymm), the rate at the end of each month of `ends`, the last of them the
    year's: 1 - unpaid / billed of its parts; `known`: past months behind them.

    Expected is the middle of the outcomes, as of a run-off: where a few debtors hold most of what is open,
    the mean of all or nothing is never right. The band is that of a run-off, widened as Student's is for the
    independent outcomes behind it; NaN with fewer than FEWEST_OUTCOMES.
    """
    rates = {ym: _rates(parts, known / (1 + months_between(month, ym))) for ym, parts in ends.items()}
    last = max(rates)
    return Forecast(_path(last // 100, actual, target, rates), *rates[last], target, known)


def _rates(parts: Sequence[Unpaid], outcomes: float) -> tuple[float, float, float]:
    """Expected, low and high."""
    billed, mean, variance = (sum(getattr(p, n) for p in parts) for n in ("billed", "mean", "variance"))
    expected = 1 - float(np.median(np.sum([p.outcomes for p in parts], axis=0))) / billed
    if outcomes < FEWEST_OUTCOMES:
        return expected, math.nan, math.nan
    wider = stdtrit(outcomes - 1, (1 + SHARE) / 2) / ndtri((1 + SHARE) / 2)
    ends = band(np.array([billed]), np.array([mean]), np.array([variance * wider**2]))
    low, high = (1 - float(end[0]) / billed for end in ends[::-1])
    return expected, min(low, expected), max(high, expected)


def on_the_way(open_: float, end: Unpaid, passed: float) -> Unpaid:
    """What is left of `open_` when `passed` (0-1) of the time to `end` is gone: it runs off evenly, the same
    share of what is left each day, and the variance of its logarithm grows with time.
    """
    if open_ <= 0:
        return Unpaid(end.billed, 0.0, 0.0, np.zeros_like(end.outcomes))
    mean, outcomes = (open_ * (np.maximum(left, 1.0) / open_) ** passed for left in (end.mean, end.outcomes))
    variance = end.variance / max(end.mean, 1.0) ** 2 * mean**2 * passed
    return Unpaid(end.billed, float(mean), float(variance), outcomes)


def nothing_said(year: int, actual: Mapping[int, float], target: float) -> Forecast:
    """The year so far alone: its end is known, or history is too short."""
    return Forecast(_path(year, actual, target, {}), math.nan, math.nan, math.nan, target, 0)


def _path(
    year: int, actual: Mapping[int, float], target: float, ends: Mapping[int, tuple[float, float, float]]
) -> pd.DataFrame:
    none = (math.nan, math.nan, math.nan)
    months = [add_months(year * 100 + 1, n) for n in range(12)]
    rows = [(ym, actual.get(ym, math.nan), *ends.get(ym, none), target) for ym in months]
    return pd.DataFrame(rows, columns=["ym", "actual", "expected", "low", "high", "target"])
