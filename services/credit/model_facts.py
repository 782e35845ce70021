"""What the data say about a credit model: who it grades, how its indicators are spread, entropy weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import indicators, weights
from analytics.credit_parts import CreditModel, FactorGroup
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from services.credit.grading import Measured
from services.credit.whom import Rows, whom

Array = npt.NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Spread:
    """How one indicator's known values are spread: customers asked, known, and how many hold each code."""

    key: str
    customers: int
    counts: npt.NDArray[np.int64]

    @property
    def known(self) -> int:
        """Customers whose value is known."""
        return int(self.counts.sum())

    @property
    def coverage(self) -> float:
        """The share of customers whose value is known; NaN where there is nobody."""
        return self.known / self.customers if self.customers else float("nan")

    def quantiles(self, shares: tuple[float, ...] = QUANTILES) -> tuple[float, ...]:
        """The values that so many of the known ones do not exceed; NaN where none is known."""
        if not self.known:
            return (float("nan"),) * len(shares)
        grid = indicators.known(self.key).grid()
        at = np.searchsorted(np.cumsum(self.counts), np.ceil(np.array(shares) * self.known))
        return tuple(float(v) for v in grid[np.minimum(at, len(grid) - 1)])

    def bins(self, low: float, high: float, most: int = 40) -> tuple[Array, Array]:
        """Edges (b + 1,) between low and high and the share of the known in each; the outer take the rest."""
        grid = indicators.known(self.key).grid()
        steps = np.flatnonzero((grid >= low) & (grid <= high))
        width = max(1, -(-len(steps) // most))
        starts = grid[steps][::width]
        edges = np.append(starts, starts[-1] + width * indicators.known(self.key).precision)
        place = np.clip(np.searchsorted(edges, grid + 1e-12, side="right") - 1, 0, len(starts) - 1)
        held = np.bincount(place, weights=self.counts, minlength=len(starts))
        return edges, held / max(1, self.known)


def rows_of(credit: CreditRules, measured: Measured, model: str, keys: Rows | None = None) -> Rows:
    """The places of the customers that a model grades, of some keys (`customer_keys`) or all."""
    rows = whom(credit, measured.people).grades[model]
    return rows if keys is None else rows[np.isin(rows, keys, assume_unique=True)]


def spread(measured: Measured, key: str, rows: Rows) -> Spread:
    """How an indicator is spread over some customers."""
    known = indicators.known(key)
    counts = np.bincount(measured.codes[key][rows], minlength=known.steps + 1)[: known.steps]
    return Spread(key, len(rows), counts)


def entropy_of_factors(measured: Measured, group: FactorGroup, rows: Rows) -> tuple[float, ...]:
    """Entropy weights of a group's factors, on their values within the ranges that memberships tell apart."""
    entropies = []
    for factor in group.factors:
        known = indicators.known(factor.indicator)
        counts = spread(measured, factor.indicator, rows).counts
        entropies.append(weights.entropy_of_counts(known.grid(), counts, known.direction))
    return _rounded(weights.from_entropy(entropies))


def entropy_of_groups(
    credit: CreditRules, measured: Measured, model: CreditModel, rows: Rows
) -> tuple[float, ...]:
    """Entropy weights of a model's groups, on the score that each group gives a customer."""
    if len(rows) == 0:
        return _rounded(weights.from_entropy([1.0] * len(model.groups)))
    codes = codes_of(measured, model, rows)
    evaluated = evaluate(credit, model, codes)
    entropies = []
    for group in model.groups:
        scores = evaluated.groups[group.key] @ credit.scores
        values, counts = np.unique(np.round(scores[~np.isnan(scores)], 2), return_counts=True)
        entropies.append(weights.entropy_of_counts(values, counts, "benefit"))
    return _rounded(weights.from_entropy(entropies))


def codes_of(measured: Measured, model: CreditModel, rows: Rows) -> Mapping[str, npt.NDArray[np.uint16]]:
    """The codes of a model's indicators of some customers."""
    return {key: measured.codes[key][rows] for key in model.indicator_keys}


def _rounded(weights: Array) -> tuple[float, ...]:
    """Weights as a policy keeps them: four decimals, summing to 1 up to rounding."""
    return tuple(float(w) for w in np.round(weights, 4))
