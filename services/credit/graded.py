"""Customers graded by some rules, and two such gradings side by side: what every what-if is counted from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.credit_policy import CreditRules
from analytics.grading import UNGRADED, Bounds
from services.credit import slim
from services.credit.slim import ModelScores, Slim

Index = npt.NDArray[np.int16]
Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Graded:
    """`given` holds the customers with their scores; `limits` what the rules allow and `grades` the positions
    (−1 ungraded), both by model.
    """

    credit: CreditRules
    given: Slim
    limits: tuple[Bounds, ...]
    grades: Mapping[str, Index]

    @property
    def keys(self) -> tuple[str, ...]:
        """The grades, best first."""
        return self.credit.grade_keys

    @property
    def models(self) -> tuple[str, ...]:
        """The models, in the order of the rules."""
        return tuple(m.key for m in self.credit.models)


@dataclass(frozen=True)
class Pair:
    """Customers graded twice. `model` is a place in `models`, of each or of all; `rows` are their keys;
    `before` and `after` positions (−1 ungraded), scores likewise; money in fen.
    """

    models: tuple[str, ...]
    model: Index | int
    rows: Rows
    before: Index
    after: Index
    old_score: Array
    new_score: Array
    balance: Rows
    overdue: Rows


def graded(credit: CreditRules, given: Slim) -> Graded:
    """Grade whom `given` holds."""
    limits = slim.limits(credit, given)
    return Graded(credit, given, limits, slim.graded(credit, given, limits))


def pairs(old: Graded, new: Graded, models: Sequence[str] | None = None) -> Iterator[Pair]:
    """Whom either side's models grade, of some models or all; model by model where both sides' models grade
    the same customers. Else the model is the new side's, where that has one for them.
    """
    if _are_alike(old, new):
        for a, b in zip(old.given.parts, new.given.parts, strict=True):
            if models is None or a.model in models:
                sides = (old.grades[a.model], new.grades[b.model], a.score, b.score)
                yield Pair((a.model,), 0, b.rows, *sides, b.balance, b.overdue)
        return
    yield _across(old, new, models)


def _are_alike(old: Graded, new: Graded) -> bool:
    if old.models != new.models:
        return False
    both = zip(old.given.parts, new.given.parts, strict=True)
    return all(a.rows is b.rows or np.array_equal(a.rows, b.rows) for a, b in both)


def _across(old: Graded, new: Graded, models: Sequence[str] | None) -> Pair:
    """Both sides laid out over all customers."""
    names, both = tuple(dict.fromkeys((*new.models, *old.models))), (old, new)
    laid_out = partial(_laid_out, max(side.given.customers for side in both))
    model = laid_out(both, lambda side, part: names.index(part.model), UNGRADED, np.int16)
    asked = [i for i, name in enumerate(names) if models is None or name in models]
    rows = np.flatnonzero(np.isin(model, asked))
    columns = (
        model,
        *(laid_out([s], lambda side, part: side.grades[part.model], UNGRADED, np.int16) for s in both),
        *(laid_out([s], lambda side, part: part.score, np.nan, np.float64) for s in both),
        laid_out(both, lambda side, part: part.balance, 0, np.int64),
        laid_out(both, lambda side, part: part.overdue, 0, np.int64),
    )
    first, *rest = (values[rows] for values in columns)
    return Pair(names, first, rows, *rest)


def _laid_out(
    customers: int,
    sides: Sequence[Graded],
    of: Callable[[Graded, ModelScores], Any],
    nothing: float,
    kind: type[np.generic],
) -> Any:
    """What `of` says of each part, by customer key; of a later side where both have a customer."""
    whole = np.full(customers, nothing, dtype=kind)
    for side in sides:
        for part in side.given.parts:
            whole[part.rows] = of(side, part)
    return whole


def part_of(side: Graded, model: str) -> ModelScores:
    """The customers of one model."""
    return side.given.parts[side.models.index(model)]
