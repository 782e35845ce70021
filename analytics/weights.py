"""Weights from data: entropy, combination with judgements, and a fitted proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import validation
from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]

COMBINATIONS = ("linear", "multiplicative", "geometric")
_BENEFIT = {"+", "benefit", "max", "1", "higher"}
_COST = {"-", "cost", "min", "-1", "lower"}


def entropy(
    x: npt.ArrayLike,
    directions: Sequence[str | int],
    normalization: str = "auto",
    epsilon: float = 0.0,
) -> Array:
    """Entropy weights (m,) of an (n, m) table; each direction is "benefit"/"+"/1 or "cost"/"-"/-1.

    `minmax` turns each column by its direction into [epsilon, 1 − epsilon] before its shares are taken;
    `shares` takes benefits as they stand; `auto` is `shares` where all columns are non-negative benefits,
    else `minmax`. 0·ln 0 = 0; a constant column weighs 0; all constant gives equal weights. NaN is left out.
    """
    a = np.asarray(x, dtype=np.float64)
    if a.ndim != 2 or a.shape[1] != len(directions) or a.size == 0:
        raise RefusedError("weights_shape", shape=list(a.shape), directions=len(directions))
    costs = np.array([_is_cost(d) for d in directions])
    if normalization == "auto":
        normalization = "minmax" if costs.any() or np.nanmin(a, initial=0.0) < 0 else "shares"
    if normalization == "minmax":
        a = _min_max(a, costs, epsilon)
    elif normalization != "shares" or costs.any() or np.nanmin(a, initial=0.0) < 0:
        raise RefusedError("weights_normalization", value=normalization)
    return from_entropy(np.array([_column_entropy(column) for column in a.T]))


def from_entropy(values: npt.ArrayLike) -> Array:
    """Weights of columns from their entropies: (1 − e) ÷ Σ(1 − e), equal where nothing tells them apart."""
    spread: Array = np.clip(1 - np.asarray(values, dtype=np.float64), 0, None)
    spread[spread < 1e-12] = 0.0
    total = spread.sum()
    return spread / total if total > 0 else np.full(len(spread), 1 / len(spread))


def entropy_of_counts(values: npt.ArrayLike, counts: npt.ArrayLike, direction: str | int) -> float:
    """The entropy of one column, 0 … 1, given as distinct values and their counts; min-max normalised.

    What `entropy` finds for the same column written out; 1 for a constant or empty one.
    """
    v, c = np.asarray(values, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    v, c = v[c > 0], c[c > 0]
    if len(v) < 2:
        return 1.0
    span = v.max() - v.min()
    unit = (v.max() - v if _is_cost(direction) else v - v.min()) / span
    p = unit / (c @ unit)
    used = p > 0
    return float(-(c[used] * p[used]) @ np.log(p[used]) / np.log(c.sum()))


def combine(
    subjective: npt.ArrayLike, objective: npt.ArrayLike, method: str = "linear", alpha: float = 0.5
) -> Array:
    """Judged and measured weights in one, summing to 1.

    linear: α·s + (1 − α)·o · multiplicative: s·o · geometric: s^α·o^(1 − α), normalised.
    """
    s, o = np.asarray(subjective, dtype=np.float64), np.asarray(objective, dtype=np.float64)
    if s.shape != o.shape or s.ndim != 1:
        raise RefusedError("weights_shape", shape=list(s.shape), directions=int(o.size))
    if not 0 <= alpha <= 1:
        raise RefusedError("weights_alpha", value=alpha)
    if not (np.isfinite(s).all() and np.isfinite(o).all() and (s >= 0).all() and (o >= 0).all()):
        raise RefusedError("weights_negative")
    if method == "linear":
        mixed = alpha * s + (1 - alpha) * o
    elif method == "multiplicative":
        mixed = s * o
    elif method == "geometric":
        mixed = s**alpha * o ** (1 - alpha)
    else:
        raise RefusedError("weights_combination", value=method, known=", ".join(COMBINATIONS))
    total = mixed.sum()
    if not total > 0:
        raise RefusedError("weights_sum_zero")
    return np.asarray(mixed / total)


@dataclass(frozen=True)
class FittedWeights:
    """A proposal: weights that sum to 1, and how well they rank inside and outside the fitted window."""

    weights: Array
    intercept: float
    slope: float
    auc_inside: float
    auc_outside: float


def fit(
    factor_scores: npt.ArrayLike,
    bad: npt.ArrayLike,
    later_scores: npt.ArrayLike,
    later_bad: npt.ArrayLike,
    ridge: float = 1.0,
) -> FittedWeights:
    """Non-negative weights by a logistic fit on a past window, judged on a later one.

    Factor scores are (n, m), higher is better, so every weight keeps the score monotone; NaN counts as the
    factor's mean. A proposal that a person adopts, never a default.
    """
    x, y = _filled(factor_scores), np.asarray(bad, dtype=np.float64)
    scale = float(np.ptp(x)) or 1.0
    beta, intercept = _non_negative_logistic((x.max() - x) / scale, y, ridge)
    total = beta.sum()
    if not total > 0:
        raise RefusedError("weights_nothing_to_fit")
    w = beta / total
    return FittedWeights(
        weights=w,
        intercept=intercept,
        slope=float(total / scale),
        auc_inside=validation.auc(-(x @ w), y),
        auc_outside=validation.auc(-(_filled(later_scores) @ w), later_bad),
    )


def _is_cost(direction: str | int) -> bool:
    word = str(direction).lower()
    if word in _BENEFIT or word in _COST:
        return word in _COST
    raise RefusedError("weights_direction", value=direction)


def _min_max(a: Array, costs: npt.NDArray[np.bool_], epsilon: float) -> Array:
    low, high = np.nanmin(a, axis=0), np.nanmax(a, axis=0)
    span = high - low
    unit = np.where(span > 0, np.where(costs, high - a, a - low) / np.where(span > 0, span, 1.0), 1.0)
    return np.asarray(epsilon + (1 - 2 * epsilon) * np.where(np.isnan(a), np.nan, unit))


def _column_entropy(column: Array) -> float:
    values = column[~np.isnan(column)]
    total = values.sum()
    if len(values) < 2 or not total > 0:
        return 1.0
    p = values / total
    terms = p[p > 0] * np.log(p[p > 0])
    return float(-terms.sum() / np.log(len(values)))


def _filled(scores: npt.ArrayLike) -> Array:
    x = np.array(scores, dtype=np.float64)
    counted = (~np.isnan(x)).sum(axis=0)
    means = np.nansum(x, axis=0) / np.maximum(counted, 1)
    return np.where(np.isnan(x), means, x)


def _non_negative_logistic(x: Array, y: Array, ridge: float, rounds: int = 60) -> tuple[Array, float]:
    """Logistic regression with non-negative slopes: reweighted least squares by coordinate descent."""
    design = np.column_stack([np.ones(len(x)), x])
    beta = np.zeros(design.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        v = np.maximum(p * (1 - p), 1e-6)
        gram = design.T @ (design * v[:, None]) + np.diag([1e-9] + [ridge] * x.shape[1])
        target = design.T @ (v * (design @ beta) + y - p)
        updated = _coordinate_descent(gram, target, beta)
        done = np.abs(updated - beta).max() < 1e-8
        beta = updated
        if done:
            break
    return beta[1:], float(beta[0])


def _coordinate_descent(gram: Array, target: Array, start: Array, sweeps: int = 500) -> Array:
    beta = start.copy()
    for _ in range(sweeps):
        before = beta.copy()
        for k in range(len(beta)):
            step = (target[k] - gram[k] @ beta) / gram[k, k]
            beta[k] = beta[k] + step if k == 0 else max(0.0, beta[k] + step)
        if np.abs(beta - before).max() < 1e-10:
            break
    return beta
