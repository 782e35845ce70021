"""Cut-offs solved from how many households each grade may hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.errors import RefusedError
from analytics.grading import Bounds

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_STEPS = (0.5, 0.1, 0.05, 0.01, 0.001, 0.0001, 0.00001)
_MARGIN = 1e-6
"""Levels are scores rounded to six decimals: a cut-off keeps so far from them."""


@dataclass(frozen=True)
class Range:
    """From–to households of a grade: shares of the graded (0 … 1) or numbers, as `unit` says."""

    low: float
    high: float
    unit: str = "share"

    def __post_init__(self) -> None:
        most = 1.0 if self.unit == "share" else math.inf
        if self.unit not in ("share", "number") or not 0 <= self.low <= self.high <= most:
            raise RefusedError("cutoffs_range", low=self.low, high=self.high, unit=self.unit)

    def households(self, total: int) -> tuple[int, int]:
        """The range as whole households, the nearest one where none lies within a range of shares."""
        if self.unit == "number":
            return math.ceil(self.low), math.floor(min(self.high, total))
        low, high = math.ceil(self.low * total - 1e-9), math.floor(self.high * total + 1e-9)
        nearest = round((self.low + self.high) * total / 2)
        return (low, high) if low <= high else (nearest, nearest)


@dataclass(frozen=True)
class Solved:
    """The cut-offs, highest first, and the households that each grade then holds, rules included."""

    cutoffs: tuple[float, ...]
    households: tuple[int, ...]


def solve(score: npt.ArrayLike, ranges: Sequence[Range], limits: Bounds | None = None) -> Solved:
    """Cut-offs that give each grade (best first) a number of households in its range.

    Equal scores (to six decimals) stay together; customers whom `limits` bind are counted where the rules
    put them; NaN is left out. Of several solutions, that nearest to the middles of the ranges from the worst
    grade up, its cut-offs as round as the gaps allow. An impossible demand is refused with what is possible.
    """
    s: Array = np.round(np.asarray(score, dtype=np.float64), 6).astype(np.float64)
    graded = ~np.isnan(s)
    total = int(graded.sum())
    wanted = [r.households(total) for r in ranges]
    _refuse_sums(wanted, total)
    levels, held = _cumulative(s[graded], _only(limits, graded), len(ranges))
    cuts = _choose(held, wanted, _reachable(held, wanted, total), total)
    counts = [0, *(int(held[j, p]) for j, p in enumerate(cuts)), total]
    return Solved(_between(levels, cuts), tuple(np.diff(counts).tolist()))


def _cumulative(s: Array, limits: Bounds | None, grades: int) -> tuple[Array, Counts]:
    """Distinct scores, highest first, and for cut j with p levels above it the households in grades ≤ j.

    A customer is in a grade ≤ j when the rules allow one (best ≤ j) and either the score reaches the cut or
    the rules lift them there (worst ≤ j): so the count depends on cut j alone.
    """
    levels = np.unique(s)[::-1]
    position = len(levels) - 1 - np.searchsorted(levels[::-1], s)
    held = np.zeros((grades - 1, len(levels) + 1), dtype=np.int64)
    for j in range(grades - 1):
        allowed = np.ones(len(s), bool) if limits is None else limits.best <= j
        lifted = np.zeros(len(s), bool) if limits is None else limits.worst <= j
        by_level = np.bincount(position[allowed & ~lifted], minlength=len(levels))
        held[j] = np.concatenate([[0], np.cumsum(by_level)]) + int((allowed & lifted).sum())
    return levels, held


def _reachable(held: Counts, wanted: list[tuple[int, int]], total: int) -> list[npt.NDArray[np.bool_]]:
    """For each cut, the positions that all demands so far allow; refused at the first grade that has none."""
    reached = [np.array([True])]
    for j, (low, high) in enumerate(wanted):
        now = held[j] if j < len(held) else np.array([total])
        before = held[j - 1] if j else np.array([0])
        ways = np.concatenate([[0], np.cumsum(reached[-1])])
        first = np.searchsorted(before, now - high, side="left")
        last = np.searchsorted(before, now - low, side="right")
        if 0 < j < len(held):
            last = np.minimum(last, np.arange(len(now)) + 1)
        allowed = ways[np.maximum(last, first)] - ways[first] > 0
        if not allowed.any():
            possible = _possible(now, before[reached[-1]], low, high)
            raise RefusedError("cutoffs_impossible", position=j + 1, low=low, high=high, possible=possible)
        reached.append(allowed)
    return reached[1:-1]


def _choose(
    held: Counts, wanted: list[tuple[int, int]], reachable: list[npt.NDArray[np.bool_]], total: int
) -> list[int]:
    """From the worst grade up, the cut whose count is nearest to the middle of the grade's range."""
    cuts: list[int] = []
    after = total
    for j in range(len(reachable) - 1, -1, -1):
        low, high = wanted[j + 1]
        size = after - held[j]
        fits = reachable[j] & (size >= low) & (size <= high)
        if cuts:
            fits[cuts[0] + 1 :] = False
        options = np.flatnonzero(fits)
        cuts.insert(0, int(options[np.argmin(np.abs(size[options] - (low + high) / 2))]))
        after = int(held[j, cuts[0]])
    return cuts


def _between(levels: Array, cuts: list[int]) -> tuple[float, ...]:
    """A descending score for each cut: in the gap below the p-th level, as round as the gap allows."""
    padded = np.concatenate([[levels[0] + 1], levels, [levels[-1] - 1]])
    return tuple(
        value
        for p in dict.fromkeys(cuts)
        for value in rounded(float(padded[p + 1]), float(padded[p]), cuts.count(p))
    )


def rounded(low: float, high: float, count: int) -> tuple[float, ...]:
    """`count` descending numbers well between two levels: the coarsest step of _STEPS that has so many there.

    They lie as evenly as the step allows; where not even the finest step has them, evenly.
    """
    even = [high + (low - high) * (k + 1) / (count + 1) for k in range(count)]
    for step in _STEPS:
        first, last = math.ceil((low + _MARGIN) / step), math.floor((high - _MARGIN) / step)
        if last - first + 1 < count:
            continue
        places: list[int] = []
        for k, value in enumerate(even):
            most = (places[-1] - 1) if places else last
            places.append(min(most, max(first + count - 1 - k, round(value / step))))
        return tuple(round(place * step, 6) for place in places)
    return tuple(even)


def _possible(now: Counts, before: Counts, low: int, high: int) -> str:
    """The nearest sizes below and above the range that ties and rules leave open."""
    over = np.searchsorted(now, before + high, side="right")
    under = np.searchsorted(now, before + low, side="left") - 1
    above = (now[over[over < len(now)]] - before[over < len(now)]).tolist()
    below = (now[under[under >= 0]] - before[under >= 0]).tolist()
    sizes = [max([b for b in below if b >= 0], default=None), min(above, default=None)]
    return ", ".join(str(v) for v in sizes if v is not None) or "—"


def _refuse_sums(wanted: list[tuple[int, int]], total: int) -> None:
    least, most = sum(low for low, _ in wanted), sum(high for _, high in wanted)
    if len(wanted) < 2 or total == 0:
        raise RefusedError("cutoffs_nothing", grades=len(wanted), households=total)
    if not least <= total <= most or any(low > high for low, high in wanted):
        raise RefusedError("cutoffs_sum", least=least, most=most, households=total)


def _only(limits: Bounds | None, graded: npt.NDArray[np.bool_]) -> Bounds | None:
    return None if limits is None else Bounds(limits.best[graded], limits.worst[graded])
