"""From scores to grades: cut-offs, maximum membership, and the rules that stand outside the arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.credit_policy import CreditModel, CreditRules, Rule
from analytics.evaluation import Evaluated

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

UNGRADED = -1
_EDGE = 1e-9
"""A score this close below a cut-off has reached it: sums of products end there."""

_TESTS: dict[str, Callable[[Array, float], Flags]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Bounds:
    """The best and worst position (0 is best) that the rules allow each customer, and what fired."""

    best: Index
    worst: Index
    fired: dict[str, Flags]


@dataclass(frozen=True)
class Graded:
    """The position of each customer's grade (0 best, −1 ungraded), before and after the rules.

    `fired` says by rule whom it applied to: a veto, where its condition holds; any other, where it moved the
    grade. `tied` marks those whose largest membership is not single.
    """

    raw: Index
    grade: Index
    fired: dict[str, Flags]
    tied: Flags

    def names(self, keys: Sequence[str]) -> npt.NDArray[np.object_]:
        """The grades' keys, None where ungraded."""
        return np.array([*keys, None], dtype=object)[self.grade]

    def rules(self) -> list[list[str]]:
        """The keys of the rules that applied, per customer."""
        listed: list[list[str]] = [[] for _ in range(len(self.grade))]
        for key, flags in self.fired.items():
            for i in np.flatnonzero(flags):
                listed[int(i)].append(key)
        return listed


def grade(
    credit: CreditRules,
    model: CreditModel,
    evaluated: Evaluated,
    values: Mapping[str, Array],
    previous: npt.ArrayLike | None = None,
) -> Graded:
    """Grade a model's customers; `values` hold what rules read, `previous` last year's positions.

    Who has less coverage than the policy asks is ungraded, whatever the rules say.
    """
    unknown = ~(evaluated.coverage > 0) | (evaluated.coverage < credit.min_coverage)
    top, tied = max_membership(evaluated.total)
    raw = by_cutoffs(evaluated.score, model.cutoffs) if credit.method == "weighted_average" else top
    raw = np.where(unknown, UNGRADED, raw).astype(np.int16)
    limits = bounds(credit, model, values, len(raw), previous)
    final = within(raw, limits)
    return Graded(raw, final, _moved(credit, raw, limits), tied & ~unknown)


def by_cutoffs(score: npt.ArrayLike, cutoffs: Sequence[float]) -> Index:
    """The position of the first grade whose cut-off the score reaches, else the last; −1 for NaN."""
    s = np.asarray(score, dtype=np.float64)
    position = np.zeros(s.shape, dtype=np.int16)
    for cut in cutoffs:
        position += s < cut - _EDGE
    position[np.isnan(s)] = UNGRADED
    return position


def max_membership(total: npt.ArrayLike) -> tuple[Index, Flags]:
    """The position of the largest membership, the better grade where several tie, and whether they do."""
    b = np.asarray(total, dtype=np.float64)
    known = ~np.isnan(b).any(axis=1)
    filled = np.nan_to_num(b)
    largest = filled.max(axis=1, keepdims=True)
    close = filled >= largest - _EDGE
    position = np.where(known, close.argmax(axis=1), UNGRADED).astype(np.int16)
    return position, known & (close.sum(axis=1) > 1)


def bounds(
    credit: CreditRules,
    model: CreditModel,
    values: Mapping[str, Array],
    n: int,
    previous: npt.ArrayLike | None = None,
) -> Bounds:
    """What the rules that are on allow each of n customers; `fired` is where a rule's condition holds."""
    positions = {key: i for i, key in enumerate(credit.grade_keys)}
    best, worst = np.zeros(n, dtype=np.int16), np.full(n, len(positions) - 1, dtype=np.int16)
    fired: dict[str, Flags] = {}
    for rule in credit.rules:
        if not rule.on or not set(rule.classes) & set(model.classes):
            continue
        holds, limit = _condition(rule, values, n, previous, positions)
        if rule.effect in ("at_most", "one_up", "start"):
            best = np.where(holds, limit if rule.effect == "start" else np.maximum(best, limit), best)
            worst = np.maximum(worst, best)
        if rule.effect in ("at_least", "start"):
            worst = np.where(holds, limit if rule.effect == "start" else np.minimum(worst, limit), worst)
            best = np.minimum(best, worst)
        fired[rule.key] = holds
    return Bounds(best, worst, fired)


def within(raw: Index, limits: Bounds) -> Index:
    """The grade within the bounds; the ungraded stay so."""
    return np.where(raw == UNGRADED, UNGRADED, np.clip(raw, limits.best, limits.worst)).astype(np.int16)


def model_of(
    credit: CreditRules, classes: Sequence[str] | npt.NDArray[np.generic], monthly_kwh: npt.ArrayLike
) -> npt.NDArray[np.object_]:
    """The key of each customer's model, None where none fits."""
    of_class, kwh = np.asarray(classes, dtype=object), np.asarray(monthly_kwh, dtype=np.float64)
    chosen = np.full(len(of_class), None, dtype=object)
    for model in reversed(credit.models):
        fits = np.isin(of_class.astype(str), model.classes)
        chosen[fits & ((model.min_monthly_kwh <= 0) | (kwh >= model.min_monthly_kwh))] = model.key
    return chosen


def _condition(
    rule: Rule,
    values: Mapping[str, Array],
    n: int,
    previous: npt.ArrayLike | None,
    positions: Mapping[str, int],
) -> tuple[Flags, Index]:
    if rule.effect == "one_up":
        before = np.full(n, UNGRADED, dtype=np.int16) if previous is None else np.asarray(previous, np.int16)
        return before > 0, np.maximum(before - 1, 0).astype(np.int16)
    with np.errstate(invalid="ignore"):
        holds = _TESTS[rule.test](np.asarray(values[rule.indicator], dtype=np.float64), rule.value)
    return holds, np.full(n, positions[rule.grade], dtype=np.int16)


def _moved(credit: CreditRules, raw: Index, limits: Bounds) -> dict[str, Flags]:
    """Vetoes where they hold; other rules only where the grade differs from the arithmetic's."""
    effects = {r.key: r.effect for r in credit.rules}
    graded, changed = raw != UNGRADED, within(raw, limits) != raw
    return {
        key: holds & graded & (changed | (effects[key] == "at_most")) for key, holds in limits.fired.items()
    }
