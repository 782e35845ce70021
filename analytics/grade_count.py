"""A policy with another number of grades: scores, cut-offs and knots drawn anew along the same curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.credit_parts import CreditModel, Factor, Grade
from analytics.credit_policy import MAX_GRADES, CreditRules, Rule
from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]

LEAST_GRADES = 2
_DIGITS = 4


def with_grade_count(credit: CreditRules, count: int) -> CreditRules:
    """The same policy with `count` grades: what stood at a share of the way stands there still.

    Scores, cut-offs and knots are interpolated; rules and services go to the nearest grade. Grades
    keep their keys and names as far as they go, others are named by the next free letter. RefusedError
    `policy_grade_count` below 2 and above 12.
    """
    if not LEAST_GRADES <= count <= MAX_GRADES:
        raise RefusedError("policy_grade_count", count=count, most=MAX_GRADES)
    had = len(credit.grades)
    if count == had or not credit.grades:
        return credit
    grades = _grades(credit.grades, count)
    place = {g.key: grades[nearest(i, had, count)].key for i, g in enumerate(credit.grades)}
    services = {(place[s.grade], s.key): replace(s, grade=place[s.grade]) for s in credit.services}
    return replace(
        credit,
        grades=grades,
        models=tuple(_model(m, count) for m in credit.models),
        rules=tuple(_rule(r, place) for r in credit.rules),
        services=tuple(services.values()),
    )


def spread(values: Sequence[float], count: int) -> tuple[float, ...]:
    """`count` values along the line through `values`, ends kept; the middle where one is asked for."""
    at = np.linspace(0, len(values) - 1, count) if count > 1 else np.array([(len(values) - 1) / 2])
    drawn = np.interp(at, np.arange(len(values)), values)
    return tuple(round(float(v), _DIGITS) for v in drawn)


def nearest(position: int, had: int, count: int) -> int:
    """The position at the same share of the way, the worse of two; only the best becomes the best."""
    at = math.floor(position * (count - 1) / (had - 1) + 0.5)
    return max(at, min(1, position))


def _grades(grades: tuple[Grade, ...], count: int) -> tuple[Grade, ...]:
    scores = spread([g.score for g in grades], count)
    kept = grades[:count]
    taken = {g.key for g in kept}
    free = (chr(c) for c in range(ord("A"), ord("Z") + 1) if chr(c) not in taken)
    added = [Grade(key, key, key, 0.0) for key, _ in zip(free, range(count - len(kept)), strict=False)]
    return tuple(replace(g, score=s) for g, s in zip((*kept, *added), scores, strict=True))


def _model(model: CreditModel, count: int) -> CreditModel:
    groups = tuple(
        replace(group, factors=tuple(_factor(f, count) for f in group.factors)) for group in model.groups
    )
    return replace(model, cutoffs=spread(model.cutoffs, count - 1), groups=groups)


def _factor(factor: Factor, count: int) -> Factor:
    points = factor.points
    if factor.kind == "trapezoid":
        drawn = _ramps(np.array(points[::2]), np.array(points[1::2]), count - 1)
    else:
        drawn = spread(points, count - 1 if factor.kind == "sigmoid" else count)
    return replace(factor, points=drawn)


def _ramps(lower: Array, upper: Array, count: int) -> tuple[float, ...]:
    """Begin and end of each ramp: the middles are spread, the widths shrink where ramps come closer."""
    had = len(lower)
    closer = min(1.0, (had - 1) / (count - 1)) if count > 1 and had > 1 else 1.0
    middle = np.array(spread(list((lower + upper) / 2), count))
    half = np.array(spread(list((upper - lower) / 2), count)) * closer
    if count > had == 1:
        half = half / count
    ends = np.column_stack([middle - half, middle + half]).ravel()
    return tuple(round(float(v), _DIGITS) for v in ends)


def _rule(rule: Rule, place: dict[str, str]) -> Rule:
    return replace(rule, grade=place.get(rule.grade, rule.grade))
