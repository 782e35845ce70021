"""How indicators are computed from ingredients: each formula names the columns it reads.

NaN is unknown; infinite is "never happened". Money is in fen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Formula:
    """A pure function of the named ingredient columns."""

    ingredients: tuple[str, ...]
    compute: Callable[..., Array]

    def __call__(self, frame: pd.DataFrame) -> Array:
        """The values, one per row of the frame."""
        columns = (frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in self.ingredients)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.compute(*columns), dtype=np.float64)


DAYS_IN_MONTH, DAYS_IN_YEAR = 30.4375, 365.25


def positive(x: Array) -> Array:
    """x where it is above zero, else NaN: a divisor."""
    return np.where(x > 0, x, np.nan)


def column(name: str, scale: float = 1.0) -> Formula:
    """An ingredient as it is."""
    return Formula((name,), lambda x: scale * x)


def ratio(top: str, bottom: str, scale: float = 1.0) -> Formula:
    """top ÷ bottom, NaN where the bottom is not positive."""
    return Formula((top, bottom), lambda a, b: scale * a / positive(b))


def counted(name: str, known_by: str, scale: float = 1.0) -> Formula:
    """A count or sum: NaN where its source tells nothing (`known_by` is not above zero)."""
    return Formula((name, known_by), lambda x, seen: np.where(seen > 0, scale * x, np.nan))


def since(count: str, days: str, known_by: str, days_in_unit: float) -> Formula:
    """Time since the last event: infinite where it never happened, NaN where nobody can know."""
    return Formula(
        (count, days, known_by),
        lambda n, past, seen: np.where(n > 0, past / days_in_unit, np.where(seen > 0, np.inf, np.nan)),
    )


def unless_still(now: str, formula: Formula) -> Formula:
    """Time since the last event, 0 while one still lasts (`now` is above zero)."""
    return Formula(
        (now, *formula.ingredients), lambda still, *x: np.where(still > 0, 0.0, formula.compute(*x))
    )


def of_kind(formula: Formula, count: str, unclear: str) -> Formula:
    """What is told of one kind of event, NaN where none is of that kind but some are of a kind not told."""
    m = len(formula.ingredients)
    return Formula(
        (*formula.ingredients, count, unclear),
        lambda *x: np.where((x[m + 1] > 0) & ~(x[m] > 0), np.nan, formula.compute(*x[:m])),
    )


def arrears(name: str) -> Formula:
    """Arrears as if billed monthly: times the months in which bills could come, over the periods due."""
    return Formula((name, "due_periods", "active_months"), lambda n, due, months: n * months / positive(due))


def _overdue_bills(overdue: Array, billed: Array, periods: Array, due_ever: Array) -> Array:
    mean = billed / positive(periods)
    owed = np.where(mean > 0, overdue / mean, np.inf)
    return np.where(overdue > 0, owed, np.where((periods > 0) | (due_ever > 0), 0.0, np.nan))


def _trend(now: Array, bills: Array, before: Array, bills_before: Array) -> Array:
    both = (bills >= 5) & (bills_before >= 5) & (before > 0)
    return np.where(both, 100 * (now / positive(bills) / positive(before / bills_before) - 1), np.nan)


def _volatility(kwh: Array, bills: Array, squares: Array) -> Array:
    mean = kwh / np.where(bills >= 4, bills, np.nan)
    return 100 * np.sqrt(np.maximum(squares / bills - mean**2, 0.0)) / positive(mean)


OVERDUE_BILLS = Formula(("overdue", "billed_12m", "billed_periods", "due_periods_all"), _overdue_bills)
"""Overdue money in mean bills; 0 without arrears even where there is no bill to compare with."""

OVERDUE_DAYS = Formula(
    ("overdue_days", "due_periods_all"),
    lambda days, due_ever: np.where(days > 0, days, np.where(due_ever > 0, 0.0, np.nan)),
)
"""Days overdue of the oldest open bill of any year; 0 without arrears, unknown where nothing was ever due."""

TREND = Formula(("kwh_12m", "kwh_bills", "kwh_before_12m", "kwh_before_bills"), _trend)
"""Change of kWh a bill in per cent against the twelve months before; needs five bills of each."""

VOLATILITY = Formula(("kwh_12m", "kwh_bills", "kwh_squares"), _volatility)
"""Standard deviation over mean of the bills' kWh in per cent; needs four bills."""

CAPACITY_USE = Formula(
    ("kwh_12m", "active_months", "capacity_kva"),
    lambda kwh, months, kva: 100 * kwh / positive(months * 730 * kva),
)
"""kWh over what the capacity could carry at a power factor of 1, 730 hours a month, in per cent."""

PREPAID_SHARE = Formula(
    ("prepaid_12m", "billed_12m", "prepaid_known"),
    lambda paid, billed, seen: np.where(seen > 0, 100 * paid / positive(billed), np.nan),
)

DEPOSIT_BILLS = Formula(
    ("deposit_yuan", "billed_12m", "billed_periods"),
    lambda deposit, billed, periods: 100 * deposit * positive(periods) / positive(billed),
)
