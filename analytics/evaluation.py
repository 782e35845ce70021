"""Fuzzy comprehensive evaluation of many customers: indicator codes into tabulated memberships, then W ∘ R.

Memberships are tabulated from scikit-fuzzy once for every value an indicator can take at its declared
precision, so that evaluating a customer is a look-up; the result is that of a plain loop over those values.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import fuzzy, indicators
from analytics.credit_parts import CreditModel, Factor
from analytics.credit_policy import CreditRules
from analytics.membership import memberships

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint16]

_ROWS = 8192
"""Rows evaluated at a time, so that their partial sums stay in the processor's cache."""

_SHARE = 16 * _ROWS
"""Rows that a thread takes on at a time."""


@dataclass(frozen=True)
class Evaluated:
    """Memberships (n, g) of each group and of the whole, best grade first, the score, and the weight known.

    A customer of whom nothing is known has NaN throughout and coverage 0. `groups` is empty where not wanted.
    """

    groups: dict[str, Array]
    total: Array
    score: Array
    coverage: Array


def evaluate(
    credit: CreditRules, model: CreditModel, codes: Mapping[str, Codes], with_groups: bool = True
) -> Evaluated:
    """Evaluate a model's customers from the codes (n,) of its indicators.

    A missing factor is dropped and the weights of the others renormalised; a group counts by the weight of
    what is known in it.
    """
    if credit.operator == "M(prod,sum)":
        return _additive(credit, model, codes, with_groups)
    groups, total, coverage = _composed(credit, model, codes)
    return Evaluated(groups if with_groups else {}, total, score(total, credit.scores), coverage)


def score(total: npt.ArrayLike, scores: npt.ArrayLike) -> Array:
    """Σ s_j b_j ÷ Σ b_j of memberships (…, g); NaN where there are none."""
    b, s = np.asarray(total, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    whole = functools.reduce(np.add, np.moveaxis(b, -1, 0))  # a sum over so short an axis is a slow loop
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(b @ s / whole)


@functools.lru_cache(maxsize=512)
def table(factor: Factor) -> Array:
    """Memberships (steps + 1, g) of each code, best grade first; the last row, unknown, is zero."""
    indicator = indicators.known(factor.indicator)
    rows = memberships(indicator.grid(), factor.knots)
    best_first = rows[:, ::-1] if indicator.direction == "benefit" else rows
    full = np.vstack([best_first, np.zeros((1, best_first.shape[1]))])
    full.setflags(write=False)
    return full


def factor_scores(credit: CreditRules, model: CreditModel, codes: Mapping[str, Codes]) -> Array:
    """s_i = Σ_j s_j r_ij of each factor (n, m), in the model's order; NaN where unknown."""
    columns = []
    for factor in (f for g in model.groups for f in g.factors):
        by_code = table(factor) @ credit.scores
        by_code[-1] = np.nan
        columns.append(by_code[codes[factor.indicator]])
    return np.column_stack(columns)


def _additive(
    credit: CreditRules, model: CreditModel, codes: Mapping[str, Codes], with_groups: bool
) -> Evaluated:
    """M(·,+) by look-ups, in two threads: the look-ups leave the interpreter free."""
    weight, g = credit.weights(model), len(credit.grades)
    n = len(codes[model.indicator_keys[0]])
    tables = {
        grp.key: [(codes[f.indicator], _weighted(f, weight[f.indicator])) for f in grp.factors]
        for grp in model.groups
    }
    groups = {key: np.empty((n, g)) for key in tables} if with_groups else {}
    evaluated = Evaluated(groups, np.empty((n, g)), np.empty(n), np.empty(n))
    if n <= _SHARE:
        _fill(slice(0, n), tables, credit.scores, evaluated)
        return evaluated
    with ThreadPoolExecutor(2) as pool:
        for done in [
            pool.submit(_fill, part, tables, credit.scores, evaluated) for part in _parts(n, _SHARE)
        ]:
            done.result()
    return evaluated


def _fill(
    share: slice, tables: dict[str, list[tuple[Codes, Array]]], scores: Array, evaluated: Evaluated
) -> None:
    g = evaluated.total.shape[1]
    buffer = np.empty((_ROWS, g + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        for part in _parts(share.stop, _ROWS, share.start):
            rows = buffer[: part.stop - part.start]
            whole = np.zeros(rows.shape)
            for key, listed in tables.items():
                sums = np.zeros(rows.shape) if evaluated.groups else whole
                for codes, weighted in listed:
                    np.take(weighted, codes[part], axis=0, out=rows, mode="clip")
                    sums += rows
                if evaluated.groups:
                    np.divide(sums[:, :g], sums[:, g:], out=evaluated.groups[key][part])
                    whole += sums
            np.divide(whole[:, :g], whole[:, g:], out=evaluated.total[part])
            evaluated.coverage[part] = whole[:, g]
            evaluated.score[part] = score(evaluated.total[part], scores)


def _parts(stop: int, size: int, start: int = 0) -> list[slice]:
    return [slice(at, min(at + size, stop)) for at in range(start, stop, size)]


@functools.lru_cache(maxsize=256)
def _weighted(factor: Factor, weight: float) -> Array:
    """The factor's table times its weight, with the weight itself as last column: 0 where unknown."""
    known = table(factor)
    column = np.full((len(known), 1), weight)
    column[-1] = 0.0
    full = np.hstack([known * weight, column])
    full.setflags(write=False)
    return full


def _composed(
    credit: CreditRules, model: CreditModel, codes: Mapping[str, Codes]
) -> tuple[dict[str, Array], Array, Array]:
    """The other operators, group by group with each customer's own renormalised weights."""
    weight = credit.weights(model)
    parts, shares = {}, []
    for grp in model.groups:
        r = np.stack([table(f)[codes[f.indicator]] for f in grp.factors], axis=1)
        w = np.array([weight[f.indicator] for f in grp.factors]) * (r.sum(axis=2) > 0)
        shares.append(w.sum(axis=1))
        parts[grp.key] = _by_row(_renormalised(w), r, credit.operator)
    share = np.column_stack(shares)
    stacked = np.stack([np.nan_to_num(p) for p in parts.values()], axis=1)
    return parts, _by_row(_renormalised(share), stacked, credit.operator), share.sum(axis=1)


def _by_row(w: Array, r: Array, operator: str) -> Array:
    """Compose row by row, weights (n, m) with memberships (n, m, g)."""
    pair, accumulate = fuzzy.known_operator(operator)
    paired = w[:, :, None] * r if pair == "prod" else np.minimum(w[:, :, None], r)
    b = paired.max(axis=1) if accumulate == "max" else paired.sum(axis=1)
    return np.minimum(1.0, b) if accumulate == "bsum" else np.asarray(b)


def _renormalised(w: Array) -> Array:
    total = w.sum(axis=1, keepdims=True)
    return np.asarray(w / np.where(total > 0, total, np.nan))
