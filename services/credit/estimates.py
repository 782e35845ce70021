"""Estimates of a policy from the window before: what is likely collected, spent, and whom it disturbs.

A policy is put to the customers of a day in the past; what those of each grade then did in the days after is
taken for what those of the grade will do. Nothing says that an action causes what follows it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.collection_policy import CollectionPolicy
from analytics.collection_work import ACTION_DAYS, fen, work_of
from analytics.grading import UNGRADED
from analytics.validation import wilson
from data.ask.credit_queries import grade_outcomes
from data.ask.sql_files import Database
from services.credit.slim import Slim

Index = npt.NDArray[np.int16]
Array = npt.NDArray[np.float64]
_Z = 1.959963984540054


@dataclass(frozen=True)
class Outcome:
    """What became of a model's customers, in the order of its part.

    `seen`: had a bill fall due, or money overdue already; `late`: fell into arrears, or was. `overdue` then
    and what was `collected` of it (fen, as floats).
    """

    seen: npt.NDArray[np.bool_]
    late: npt.NDArray[np.bool_]
    overdue: Array
    collected: Array


@dataclass(frozen=True)
class Estimate:
    """A likely value between a low and a high one (95 %)."""

    value: float
    low: float
    high: float

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.value + other.value, self.low + other.low, self.high + other.high)


NONE = Estimate(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Estimates:
    """Likely collected from those called on, cost of all actions (fen), good customers called on."""

    collected: Estimate
    cost: Estimate
    bothered: Estimate

    def __add__(self, other: Estimates) -> Estimates:
        return Estimates(
            self.collected + other.collected, self.cost + other.cost, self.bothered + other.bothered
        )


def differences(before: Estimates, after: Estimates) -> dict[str, int]:
    """What another policy changes: collected and cost in fen, bothered in customers, whole ones."""
    return {
        kind: round(getattr(after, kind).value) - round(getattr(before, kind).value)
        for kind in ("collected", "cost", "bothered")
    }


def window(as_of: date) -> date:
    """The day in the past whose following days end at `as_of`."""
    return as_of - timedelta(days=ACTION_DAYS)


def outcomes(db: Database, past: Slim, until: date) -> tuple[Outcome, ...]:
    """What became, by `until`, of every customer that was graded then, by model."""
    graded = grade_outcomes(db, past.as_of, until).set_index("cons_key")
    whole = {name: np.zeros(past.customers) for name in ("periods", "arrears", "overdue", "left_over")}
    for name, column in whole.items():
        column[graded.index.to_numpy()] = graded[name].to_numpy(dtype=np.float64)
    result = []
    for part in past.parts:
        of = {name: column[part.rows] for name, column in whole.items()}
        owing = of["overdue"] > 0
        result.append(
            Outcome(
                owing | (of["periods"] > 0),
                owing | (of["arrears"] > 0),
                of["overdue"],
                of["overdue"] - of["left_over"],
            )
        )
    return tuple(result)


def rates(outcome: Outcome, graded: Index, grades: int) -> pd.DataFrame:
    """By grade, best first: share `late` (`late_low`, `late_high`), `back` of overdue (`back_error`).

    A grade that nobody was in takes the rate of all, between 0 and 1.
    """
    of = graded != UNGRADED
    place = graded[of & outcome.seen].astype(np.int64)
    seen = np.bincount(place, minlength=grades)
    late = np.bincount(place, weights=outcome.late[of & outcome.seen], minlength=grades)
    share = np.where(seen > 0, late / np.maximum(seen, 1), late.sum() / max(seen.sum(), 1))
    low, high = wilson(late, seen)
    back, error = _back(outcome, graded, grades)
    return pd.DataFrame(
        {
            "late": share,
            "late_low": np.where(seen > 0, low, 0.0),
            "late_high": np.where(seen > 0, high, 1.0),
            "back": back,
            "back_error": error,
        }
    )


def estimate(
    policy: CollectionPolicy, keys: Sequence[str], now: pd.DataFrame, past: pd.DataFrame
) -> Estimates:
    """What the grades of one model come to in 90 days: `now` as `moves.by_grade`, `past` as `rates`."""
    total = Estimates(NONE, NONE, NONE)
    table = now.set_index("grade")
    held, owed = (table[name].astype(float).to_dict() for name in ("households", "overdue"))
    for key, then in zip(keys, past.to_dict("records"), strict=True):
        n, work = held[key], work_of(policy, key)
        late = Estimate(then["late"], then["late_low"], then["late_high"])
        each = Estimates(NONE, _cost(policy, key, n, late), NONE)
        if work.pursues:
            each += Estimates(_collected(owed[key], then), NONE, NONE)
        if work.disturbs:
            good = Estimate(n * (1 - late.value), n * (1 - late.high), n * (1 - late.low))
            each += Estimates(NONE, NONE, good)
        total += each
    return total


def _collected(overdue: float, then: Mapping[Hashable, float]) -> Estimate:
    low, high = (then["back"] + sign * _Z * then["back_error"] for sign in (-1, 1))
    return Estimate(overdue * then["back"], overdue * max(0.0, low), overdue * min(1.0, high))


def _cost(policy: CollectionPolicy, key: str, households: float, late: Estimate) -> Estimate:
    work = work_of(policy, key)
    ahead, after = (
        sum(n * one for n, one in zip(counts, fen(policy), strict=True))
        for counts in (work.ahead, work.after)
    )
    return Estimate(*(households * (ahead + share * after) for share in (late.value, late.low, late.high)))


def _back(outcome: Outcome, graded: Index, grades: int) -> tuple[Array, Array]:
    """The share of the overdue money that came back, and its standard error (ratio of sums, by customer)."""
    owing = (outcome.overdue > 0) & (graded != UNGRADED)
    place = graded[owing].astype(np.int64)
    x, y = outcome.overdue[owing], outcome.collected[owing]

    def sums(weights: Array) -> Array:
        return np.bincount(place, weights=weights, minlength=grades).astype(np.float64)

    sx, sy = sums(x), sums(y)
    whole = y.sum() / x.sum() if len(x) else 0.0
    share = np.where(sx > 0, sy / np.where(sx > 0, sx, 1.0), whole)
    spread = sums(y * y) - 2 * share * sums(x * y) + share**2 * sums(x * x)
    error = np.sqrt(np.maximum(spread, 0.0)) / np.where(sx > 0, sx, 1.0)
    return share, np.where(sx > 0, error, 0.5)
