"""The parts of a credit policy: grades, weights, factors, and the models made of them."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analytics import ahp, indicators, weights
from analytics.errors import RefusedError
from analytics.membership import Knots

Array = npt.NDArray[np.float64]

UNKNOWN_CLASS = ""
"""The class of customers whose extract tells none; a model may be for them."""
WEIGHTINGS = ("ahp", "hand", "objective", *weights.COMBINATIONS)
_KEY = re.compile(r"\w{1,32}")


@dataclass(frozen=True)
class Grade:
    """One grade: its key in files, its names and its score in the weighted average."""

    key: str
    zh: str
    en: str
    score: float

    def __post_init__(self) -> None:
        refuse_key(self.key)
        refuse_number("score", self.score)


@dataclass(frozen=True)
class Weighting:
    """How the weights of some factors or groups come about.

    `judgements` is the pairwise matrix (0: not compared, completed); `objective` are measured weights that
    were adopted; linear, multiplicative and geometric combine both with `alpha` on the judged side.
    """

    method: str = "ahp"
    judgements: tuple[tuple[float, ...], ...] = field(default=(), metadata={"fractions": True})
    hand: tuple[float, ...] = ()
    objective: tuple[float, ...] = ()
    alpha: float = 0.5

    def __post_init__(self) -> None:
        if self.method not in WEIGHTINGS:
            raise RefusedError("policy_weighting", value=self.method, known=", ".join(WEIGHTINGS))
        if not 0 <= self.alpha <= 1:
            raise RefusedError("weights_alpha", value=self.alpha)
        for listed in (self.hand, self.objective):
            if any(not math.isfinite(w) or w < 0 for w in listed):
                raise RefusedError("weights_negative")
            if listed and not sum(listed) > 0:
                raise RefusedError("weights_sum_zero")
        if self.judgements:
            self.matrix()

    def matrix(self) -> Array:
        """The judgement matrix, completed; refused where it is not square, positive and reciprocal."""
        if len({len(row) for row in self.judgements} | {len(self.judgements)}) != 1:
            raise RefusedError("ahp_not_square", rows=len(self.judgements), columns=len(self.judgements[0]))
        a = np.array(self.judgements, dtype=np.float64)
        if np.isnan(a).any():
            raise RefusedError("policy_not_a_number", name="judgements", value="nan")
        full = ahp.complete(np.where(a == 0, np.nan, a))
        ahp.refuse_contradiction(full)
        return full

    def weights(self, n: int, random_index: str) -> Array:
        """The n weights, summing to 1; not to be written to: equal weightings share them."""
        return _weights(self, n, random_index)

    def worked_out(self, n: int, random_index: str) -> Array:
        """The same, worked out anew."""
        if self.method == "objective":
            return _listed(self.objective, n)
        judged = ahp.weights(self.matrix(), random_index=random_index).weights if self.judgements else None
        if self.method == "ahp" and judged is None and n > 1:
            raise RefusedError("policy_no_judgements", count=n)
        if self.method == "hand" or (judged is None and self.hand):
            judged = _listed(self.hand, n)
        judged = _listed((1.0,) * n if judged is None else tuple(judged.tolist()), n)
        if self.method in weights.COMBINATIONS:
            return weights.combine(judged, _listed(self.objective, n), self.method, self.alpha)
        return judged


@lru_cache(maxsize=512)
def _weights(weighting: Weighting, n: int, random_index: str) -> Array:
    worked_out = weighting.worked_out(n, random_index)
    worked_out.setflags(write=False)
    return worked_out


@dataclass(frozen=True)
class Factor:
    """One indicator in a model, with the knots of its memberships, in the order of rising values."""

    indicator: str
    kind: str
    points: tuple[float, ...]
    spread: float = 0.0

    def __post_init__(self) -> None:
        known = indicators.known(self.indicator)
        knots = self.knots
        if min(knots.points) < known.low or max(knots.points) > known.high:
            raise RefusedError("policy_knots_range", indicator=self.indicator, low=known.low, high=known.high)

    @property
    def knots(self) -> Knots:
        """The family of curves, lowest values first."""
        return Knots(self.kind, self.points, self.spread)


@dataclass(frozen=True)
class FactorGroup:
    """Factors that are judged against each other: behaviour, surface or environment."""

    key: str
    factors: tuple[Factor, ...]
    weighting: Weighting

    def __post_init__(self) -> None:
        if self.key not in indicators.GROUPS:
            raise RefusedError("policy_group", value=self.key, known=", ".join(indicators.GROUPS))
        if not self.factors:
            raise RefusedError("policy_empty", name=self.key)


@dataclass(frozen=True)
class CreditModel:
    """How one kind of customer is graded: groups of factors and the score each grade but the last needs.

    `weighting` is across the groups. Customers are of the model by class (CONS_SORT_CODE) and, where it is
    above zero, by at least `min_monthly_kwh`; the first model that fits counts.
    """

    key: str
    zh: str
    en: str
    classes: tuple[str, ...]
    cutoffs: tuple[float, ...]
    groups: tuple[FactorGroup, ...]
    weighting: Weighting = Weighting(method="ahp")
    min_monthly_kwh: float = 0.0

    def __post_init__(self) -> None:
        refuse_key(self.key)
        if not self.groups or not self.classes:
            raise RefusedError("policy_empty", name=self.key)
        if any(not math.isfinite(c) for c in self.cutoffs):
            raise RefusedError("policy_not_a_number", name=f"{self.key}.cutoffs", value=list(self.cutoffs))
        if any(b >= a for a, b in itertools.pairwise(self.cutoffs)):
            raise RefusedError("policy_grades_overlap", model=self.key, value=list(self.cutoffs))
        keys = [f.indicator for g in self.groups for f in g.factors]
        groups = [g.key for g in self.groups]
        if len(set(keys)) < len(keys) or len(set(groups)) < len(groups):
            raise RefusedError("policy_twice", model=self.key, names=repeated(keys + groups))
        for key in keys:
            if not set(self.classes) - {UNKNOWN_CLASS} <= set(indicators.known(key).classes):
                raise RefusedError("policy_class", model=self.key, indicator=key)

    @property
    def indicator_keys(self) -> tuple[str, ...]:
        """The indicators of all factors, in order."""
        return tuple(f.indicator for g in self.groups for f in g.factors)


def _listed(given: tuple[float, ...], n: int) -> Array:
    if len(given) != n:
        raise RefusedError("policy_weight_count", count=len(given), wanted=n)
    w = np.array(given, dtype=np.float64)
    return np.asarray(w / w.sum())


def refuse_key(key: str) -> None:
    """Refuse what cannot be a column's or a file's name."""
    if not _KEY.fullmatch(key):
        raise RefusedError("policy_key", value=key)


def refuse_number(name: str, value: float) -> None:
    """Refuse NaN and infinity."""
    if not math.isfinite(value):
        raise RefusedError("policy_not_a_number", name=name, value=value)


def repeated(names: list[str]) -> str:
    """The names that occur more than once, as words."""
    return ", ".join(sorted({n for n in names if names.count(n) > 1}))
