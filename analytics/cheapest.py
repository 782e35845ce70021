"""Of several things with choices each, one choice per thing that together gain enough at the least effort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_CELLS = 400
"""Steps of gain in the bounds that cut the search; the result does not depend on them."""
_TINY = 1e-12


@dataclass(frozen=True)
class Choices:
    """What each choice of one thing gains and costs, by rising effort; one has to be taken."""

    gains: Array
    efforts: Array


def least(things: Sequence[Choices], need: float, most: float) -> list[int] | None:
    """The place of the choice in each thing: gains sum to `need` or more, the effort is the least possible.

    None where nothing gains enough, or only at an effort of `most` or more. Exact: sums of choices are kept
    side by side, and dropped only where another gains as much for less, or where even the most favourable
    rounding of what remains cannot stay below the best that is known.
    """
    kept = [_undominated(c) for c in things]
    if sum(float(c.efforts[k[0]]) for c, k in zip(things, kept, strict=True)) >= most:
        return None
    pairs = [(c.gains[k], c.efforts[k]) for c, k in zip(things, kept, strict=True)]
    unit = max(need, _TINY) / _CELLS
    highest = min(most, float(_ahead(pairs, unit, _CELLS, np.floor)[0][_CELLS]) + _TINY)
    bounds = _ahead(pairs, unit, _CELLS, np.ceil)
    gain, effort = np.zeros(1), np.zeros(1)
    trail: list[tuple[Places, Places]] = []
    for (gains, efforts), bound in zip(pairs, bounds[1:], strict=True):
        gain, effort, parent, pick = _extended(gain, effort, gains, efforts)
        gain = np.minimum(gain, need)
        open_ = np.clip(np.floor((need - gain) / unit - 1e-6), 0, _CELLS).astype(np.int64)
        alive = np.flatnonzero(effort + bound[open_] <= highest)
        alive = alive[_front(gain[alive], effort[alive])]
        gain, effort = gain[alive], effort[alive]
        trail.append((parent[alive], pick[alive]))
    reached = np.flatnonzero((gain >= need) & (effort < most))
    if not len(reached):
        return None
    at = int(reached[np.argmin(effort[reached])])
    chosen = []
    for (parent, pick), k in zip(reversed(trail), reversed(kept), strict=True):
        chosen.append(int(k[pick[at]]))
        at = int(parent[at])
    return chosen[::-1]


def _undominated(choices: Choices) -> Places:
    """The choices that gain more than every cheaper one; the first is the cheapest."""
    best = np.maximum.accumulate(choices.gains)
    return np.flatnonzero(np.concatenate([[True], choices.gains[1:] > best[:-1]])).astype(np.int64)


def _ahead(pairs: list[tuple[Array, Array]], unit: float, cells: int, rounded: np.ufunc) -> list[Array]:
    """For the things from each one on, the least effort that gains k units or more, gains rounded so."""
    cost = np.where(np.arange(cells + 1) == 0, 0.0, np.inf)
    result = [cost]
    sought = np.arange(cells + 1)
    for gains, efforts in reversed(pairs):
        units = rounded(gains / unit).astype(np.int64)
        through = cost[np.maximum(sought[None, :] - units[:, None], 0)] + efforts[:, None]
        cost = through.min(axis=0)
        result.insert(0, cost)
    return result


def _extended(
    gain: Array, effort: Array, gains: Array, efforts: Array
) -> tuple[Array, Array, Places, Places]:
    """Every sum with every choice added, and where each came from."""
    n, m = len(gain), len(gains)
    parent, pick = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    return gain[parent] + gains[pick], effort[parent] + efforts[pick], parent, pick


def _front(gain: Array, effort: Array) -> Places:
    """The places of sums that gain more than every one that costs no more."""
    order = np.lexsort((-gain, effort))
    ranked = gain[order]
    best = np.maximum.accumulate(ranked)
    fresh = np.concatenate([[True], ranked[1:] > best[:-1]]) if len(order) else np.zeros(0, dtype=bool)
    return np.asarray(order[fresh], dtype=np.int64)
