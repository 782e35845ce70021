"""How firmly judgements hold their weights: each is moved at random by a step of the scale, many times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import ahp
from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]

DRAWS = 300
SEED = 1980
_TIE = 1e-9


@dataclass(frozen=True)
class Stability:
    """Weights (draws, n) under moved judgements, beside `weights` (n,) under the judgements as they are.

    `low` and `high` hold nine draws in ten. `reversed_share` (n, n): the share of draws in which the lighter
    of two items outweighs the heavier; items of equal weight have no order to reverse.
    """

    weights: Array
    drawn: Array
    low: Array
    high: Array
    reversed_share: Array

    @property
    def moved_rank(self) -> Array:
        """By item, the share of draws in which its order with any other item is reversed."""
        ahead = self.weights[:, None] > self.weights[None, :] + _TIE
        behind = self.drawn[:, :, None] < self.drawn[:, None, :] - _TIE
        turned = ahead[None] & behind
        return np.asarray((turned.any(axis=2) | turned.any(axis=1)).mean(axis=0))


def stability(matrix: npt.ArrayLike, draws: int = DRAWS, seed: int = SEED, steps: int = 1) -> Stability:
    """Move every judgement of a reciprocal matrix by −steps … steps places of Saaty's scale, `draws` times.

    Equal seeds give equal draws.
    """
    if draws < 1 or steps < 1:
        raise RefusedError("stability_draws", draws=draws, steps=steps)
    a = np.asarray(matrix, dtype=np.float64)
    now = ahp.weights(a).weights
    drawn = _principals(perturbed(a, draws, seed, steps))
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
    ahead = now[:, None] > now[None, :] + _TIE
    behind = drawn[:, :, None] < drawn[:, None, :] - _TIE
    return Stability(now, drawn, low, high, np.asarray((ahead[None] & behind).mean(axis=0)))


def perturbed(matrix: npt.ArrayLike, draws: int, seed: int = SEED, steps: int = 1) -> Array:
    """Reciprocal matrices (draws, n, n), each judgement moved at random and kept within the scale."""
    a = np.asarray(matrix, dtype=np.float64)
    upper = np.triu_indices(len(a), 1)
    scale = np.asarray(ahp.SCALE)
    place = np.abs(np.log(a[upper])[:, None] - np.log(scale)[None, :]).argmin(axis=1)
    move = np.random.default_rng(seed).integers(-steps, steps + 1, size=(draws, len(place)))
    moved = np.where(move == 0, a[upper], scale[np.clip(place + move, 0, len(scale) - 1)])
    made = np.ones((draws, *a.shape))
    made[:, upper[0], upper[1]] = moved
    made[:, upper[1], upper[0]] = 1 / moved
    return made


def _principals(matrices: Array) -> Array:
    values, vectors = np.linalg.eig(matrices)
    largest = np.real(values).argmax(axis=1)
    principals = np.abs(np.real(np.take_along_axis(vectors, largest[:, None, None], axis=2)[:, :, 0]))
    return np.asarray(principals / principals.sum(axis=1, keepdims=True))
