"""From scores to grades: cut-offs, maximum membership, and the rules that stand outside the arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.credit_parts import UNKNOWN_CLASS, CreditModel
from analytics.credit_policy import CreditRules, Rule
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
class Step:
    """One rule at work: for whom its condition holds, and the position it limits them to, one or one each."""

    rule: Rule
    holds: Flags
    limit: Index

    def applied(self, position: Index) -> Index:
        """The positions after this rule."""
        if self.rule.effect == "start":
            limited = self.limit
        else:
            pick = np.minimum if self.rule.effect == "at_least" else np.maximum
            limited = pick(position, self.limit)
        return _where(self.holds, limited, position)


@dataclass(frozen=True)
class Bounds:
    """The best and worst position (0 is best) that the rules allow each customer, and each rule's step."""

    best: Index
    worst: Index
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Graded:
    """The position of each customer's grade (0 best, −1 ungraded), before and after the rules.

    `fired` says by rule whom it applied to: a veto, where its condition holds; any other, where it moved the
    grade. Under maximum membership, `tied` marks those whose largest membership is not single.
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
    if credit.method == "weighted_average":
        raw, tied = by_cutoffs(evaluated.score, model.cutoffs), np.zeros(len(unknown), dtype=bool)
    else:
        raw, tied = max_membership(evaluated.total)
    raw[unknown] = UNGRADED
    final, fired = _ruled(raw, _steps(credit, model, values, len(raw), previous))
    return Graded(raw, final, fired, tied & ~unknown)


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
    columns = np.asarray(total, dtype=np.float64).T
    largest = np.maximum.reduce(columns)
    position, close = np.zeros(len(largest), dtype=np.int16), np.zeros(len(largest), dtype=np.int16)
    for at in reversed(range(len(columns))):
        reaches = columns[at] >= largest - _EDGE
        position[reaches] = at
        close += reaches
    known = ~np.isnan(largest)
    return np.where(known, position, UNGRADED).astype(np.int16), known & (close > 1)


def bounds(
    credit: CreditRules,
    model: CreditModel,
    values: Mapping[str, Array],
    n: int,
    previous: npt.ArrayLike | None = None,
) -> Bounds:
    """What the rules that are on allow each of n customers: where they lead from the ends of the scale."""
    steps = _steps(credit, model, values, n, previous)
    best, worst = np.zeros(n, dtype=np.int16), np.full(n, len(credit.grades) - 1, dtype=np.int16)
    for step in steps:
        best, worst = step.applied(best), step.applied(worst)
    return Bounds(best, worst, steps)


def within(raw: Index, limits: Bounds) -> Index:
    """The grade within the bounds; the ungraded stay so."""
    return _where(raw == UNGRADED, raw, np.clip(raw, limits.best, limits.worst))


def models_within(credit: CreditRules, classes: Sequence[str]) -> tuple[CreditModel, ...]:
    """The models that customers of these classes can be of; all where no class is named."""
    return tuple(m for m in credit.models if not classes or set(m.classes) & set(classes))


def model_of(
    credit: CreditRules, classes: Sequence[str] | npt.NDArray[np.generic], monthly_kwh: npt.ArrayLike
) -> npt.NDArray[np.object_]:
    """The key of each customer's model, None where none fits."""
    classes_of, kwh = pd.Series(np.asarray(classes, dtype=object)), np.asarray(monthly_kwh, dtype=np.float64)
    of_class = classes_of.fillna(UNKNOWN_CLASS).to_numpy(dtype=object)
    chosen = np.full(len(of_class), None, dtype=object)
    for model in reversed(credit.models):
        fits = np.isin(of_class.astype(str), model.classes)
        chosen[fits & ((model.min_monthly_kwh <= 0) | (kwh >= model.min_monthly_kwh))] = model.key
    return chosen


def _steps(
    credit: CreditRules,
    model: CreditModel,
    values: Mapping[str, Array],
    n: int,
    previous: npt.ArrayLike | None,
) -> tuple[Step, ...]:
    """The rules that are on for a model's classes, at work on n customers, in the policy's order."""
    positions = {key: i for i, key in enumerate(credit.grade_keys)}
    return tuple(
        Step(rule, *_condition(rule, values, n, previous, positions))
        for rule in credit.rules
        if rule.on and set(rule.classes) & ({*model.classes} - {UNKNOWN_CLASS} or {*rule.classes})
    )


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
    return holds, np.array([positions[rule.grade]], dtype=np.int16)


def _ruled(raw: Index, steps: tuple[Step, ...]) -> tuple[Index, dict[str, Flags]]:
    """The positions after all rules, the ungraded as they were, and by rule whom it applied to."""
    position, graded, fired = raw, raw != UNGRADED, {}
    for step in steps:
        after = step.applied(position)
        fired[step.rule.key] = graded & step.holds
        if step.rule.effect != "at_most":
            fired[step.rule.key] &= after != position
        position = after
    return _where(graded, position, raw), fired


def _where(flags: Flags, one: Index, other: Index) -> Index:
    """np.where of positions, without a branch for each customer: a seventh of its time."""
    return np.asarray(other + (one - other) * flags)
