"""Composition of weights and memberships into an evaluation, B = W ∘ R, by one of five operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]
Pairing = Callable[[Array, Array], Array]

OPERATORS = ("M(prod,sum)", "M(min,max)", "M(prod,max)", "M(min,bsum)", "M(prod,bsum)")
"""The default first; only under it is the score additive and monotone."""

_SIGNS = {
    "M(·,+)": "M(prod,sum)",
    "M(∧,∨)": "M(min,max)",
    "M(·,∨)": "M(prod,max)",
    "M(∧,⊕)": "M(min,bsum)",
    "M(·,⊕)": "M(prod,bsum)",
}


@dataclass(frozen=True)
class Group:
    """Factors evaluated together: the group's weight, weights (m,) and memberships (m, g) or (n, m, g)."""

    name: str
    weight: float
    weights: npt.ArrayLike
    memberships: npt.ArrayLike


@dataclass(frozen=True)
class Evaluation:
    """Memberships in the grades by group name, and of the whole: each (g,) or (n, g)."""

    groups: dict[str, Array]
    total: Array


def compose(weights: npt.ArrayLike, memberships: npt.ArrayLike, operator: str = "M(prod,sum)") -> Array:
    """B = W ∘ R for weights (m,) or (k, m) and memberships (m, g) or (n, m, g).

    The result is (g,), (k, g), (n, g) or (n, k, g). Sums are not checked: a policy does that.
    """
    w, r = np.asarray(weights, dtype=np.float64), np.asarray(memberships, dtype=np.float64)
    if w.ndim not in (1, 2) or r.ndim not in (2, 3) or w.shape[-1] != r.shape[-2]:
        raise RefusedError("fuzzy_shape", weights=list(w.shape), memberships=list(r.shape))
    pair, accumulate = known_operator(operator)
    rows = np.atleast_2d(w)
    if pair == "prod" and accumulate != "max":
        b = rows @ r
    else:
        joined = rows[:, :, None]
        every = r[..., None, :, :]
        paired = joined * every if pair == "prod" else np.minimum(joined, every)
        b = paired.max(axis=-2) if accumulate == "max" else paired.sum(axis=-2)
    if accumulate == "bsum":
        b = np.minimum(1.0, b)
    return np.asarray(b if w.ndim == 2 else b[..., 0, :])


def evaluate(groups: Sequence[Group], operator: str = "M(prod,sum)") -> Evaluation:
    """Evaluate each group, then the groups by their weights: a factor's weight is w_group · w_i."""
    if not groups:
        raise RefusedError("fuzzy_no_groups")
    parts = {g.name: compose(g.weights, g.memberships, operator) for g in groups}
    if len(parts) != len(groups):
        raise RefusedError("fuzzy_group_names", names=", ".join(g.name for g in groups))
    stacked = np.stack(np.broadcast_arrays(*parts.values()), axis=-2)
    return Evaluation(parts, compose([g.weight for g in groups], stacked, operator))


def known_operator(operator: str) -> tuple[str, str]:
    """The pairing (prod, min) and accumulation (sum, max, bsum) of an operator's name, in either spelling."""
    name = _SIGNS.get(operator, operator)
    if name not in OPERATORS:
        raise RefusedError("fuzzy_operator", value=operator, known=" ".join(OPERATORS))
    pair, accumulate = name[2:-1].split(",")
    return pair, accumulate
