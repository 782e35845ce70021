"""What a company decides about credit grades, as frozen values that refuse contradictions."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analytics import ahp, fuzzy, indicators, weights
from analytics.errors import RefusedError
from analytics.membership import Knots

Array = npt.NDArray[np.float64]

MAX_GRADES = 12
CR_LIMIT = 0.1
TESTS = ("<", "<=", ">", ">=")
EFFECTS = ("at_most", "at_least", "start", "one_up")
METHODS = ("weighted_average", "max_membership")
WEIGHTINGS = ("ahp", "hand", "objective", *weights.COMBINATIONS)
ORDINARY_RISK = 2
UNKNOWN_CLASS = ""
"""The class of customers whose extract tells none; a model may be for them."""
_KEY = re.compile(r"\w{1,32}")


@dataclass(frozen=True)
class Grade:
    """One grade: its key in files, its names and its score in the weighted average."""

    key: str
    zh: str
    en: str
    score: float

    def __post_init__(self) -> None:
        _refuse_key(self.key)
        _refuse_number("score", self.score)


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
        """The n weights, summing to 1."""
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
        _refuse_key(self.key)
        if not self.groups or not self.classes:
            raise RefusedError("policy_empty", name=self.key)
        if any(not math.isfinite(c) for c in self.cutoffs):
            raise RefusedError("policy_not_a_number", name=f"{self.key}.cutoffs", value=list(self.cutoffs))
        if any(b >= a for a, b in itertools.pairwise(self.cutoffs)):
            raise RefusedError("policy_grades_overlap", model=self.key, value=list(self.cutoffs))
        keys = [f.indicator for g in self.groups for f in g.factors]
        groups = [g.key for g in self.groups]
        if len(set(keys)) < len(keys) or len(set(groups)) < len(groups):
            raise RefusedError("policy_twice", model=self.key, names=_repeated(keys + groups))
        for key in keys:
            if not set(self.classes) - {UNKNOWN_CLASS} <= set(indicators.known(key).classes):
                raise RefusedError("policy_class", model=self.key, indicator=key)

    @property
    def indicator_keys(self) -> tuple[str, ...]:
        """The indicators of all factors, in order."""
        return tuple(f.indicator for g in self.groups for f in g.factors)


@dataclass(frozen=True)
class Rule:
    """A veto, limit or floor outside the arithmetic: where `indicator` `test` `value` holds, it acts.

    at_most: no better than `grade` · at_least: no worse than it · start: exactly it · one_up: at most one
    grade above the one published twelve months before (no indicator). Rules act in the policy's order, later
    ones on top. An indicator that is unknown fires nothing.
    """

    key: str
    zh: str
    en: str
    effect: str
    grade: str = ""
    indicator: str = ""
    test: str = ">"
    value: float = 0.0
    on: bool = True
    classes: tuple[str, ...] = indicators.ALL

    def __post_init__(self) -> None:
        _refuse_key(self.key)
        _refuse_number(f"{self.key}.value", self.value)
        if self.effect not in EFFECTS or self.test not in TESTS:
            raise RefusedError(
                "policy_rule", rule=self.key, effects=", ".join(EFFECTS), tests=" ".join(TESTS)
            )
        if self.effect == "one_up":
            return
        rising = indicators.known(self.indicator).direction == "cost"
        worse = self.test.startswith(">") == rising
        if (self.effect == "at_most" and not worse) or (self.effect == "at_least" and worse):
            raise RefusedError("policy_rule_direction", rule=self.key, indicator=self.indicator)


@dataclass(frozen=True)
class Service:
    """What customers of a grade are owed: what, when and how, in both languages."""

    grade: str
    key: str
    what_zh: str
    what_en: str
    when_zh: str
    when_en: str
    how_zh: str
    how_en: str


@dataclass(frozen=True)
class IndustryRisk:
    """The risk class, 1 (low) … 5 (high), of industry codes that begin with `prefix`; the longest counts.

    A known industry that no entry names is ordinary: 2.
    """

    prefix: str
    risk: int

    def __post_init__(self) -> None:
        if not 1 <= self.risk <= 5 or not self.prefix:
            raise RefusedError("policy_industry_risk", prefix=self.prefix, value=self.risk)


@dataclass(frozen=True)
class CreditRules:
    """All of credit grading; without models nothing is graded. Grades are listed best first."""

    grades: tuple[Grade, ...] = ()
    models: tuple[CreditModel, ...] = ()
    rules: tuple[Rule, ...] = ()
    services: tuple[Service, ...] = ()
    industry_risk: tuple[IndustryRisk, ...] = ()
    operator: str = "M(prod,sum)"
    method: str = "weighted_average"
    random_index: str = "saaty1980"
    min_coverage: float = 0.0
    valid_months: int = 12

    def __post_init__(self) -> None:
        fuzzy.known_operator(self.operator)
        if self.method not in METHODS:
            raise RefusedError("policy_method", value=self.method, known=", ".join(METHODS))
        if not 0 <= self.min_coverage <= 1 or not 1 <= self.valid_months <= 60:
            raise RefusedError("policy_coverage", coverage=self.min_coverage, months=self.valid_months)
        if self.random_index not in ahp.RANDOM_INDEX:
            raise RefusedError("ahp_random_index", value=self.random_index, known=", ".join(ahp.RANDOM_INDEX))
        if self.grades or self.models or self.rules or self.services:
            _refuse_grades(self.grades)
            _refuse_references(self)
            for model in self.models:
                _refuse_model(self, model)

    @property
    def grade_keys(self) -> tuple[str, ...]:
        """The keys of the grades, best first."""
        return tuple(g.key for g in self.grades)

    @property
    def scores(self) -> Array:
        """The grades' scores, best first."""
        return np.array([g.score for g in self.grades], dtype=np.float64)

    def indicator_keys(self) -> tuple[str, ...]:
        """Every indicator that a factor or a rule that is on reads, without repetition."""
        of_rules = (r.indicator for r in self.rules if r.on and r.indicator)
        of_models = (k for m in self.models for k in m.indicator_keys)
        return tuple(dict.fromkeys((*of_models, *of_rules)))

    def weights(self, model: CreditModel) -> dict[str, float]:
        """The weight of each factor of a model, w_group · w_i, by indicator; they sum to 1."""
        across = model.weighting.weights(len(model.groups), self.random_index)
        return {
            f.indicator: float(w_group * w)
            for w_group, group in zip(across, model.groups, strict=True)
            for f, w in zip(
                group.factors, group.weighting.weights(len(group.factors), self.random_index), strict=True
            )
        }


def refuse_adoption(credit: CreditRules) -> None:
    """Refuse what may be tried but not adopted: CR ≥ 0.1 (naming the worst judgement), or no monotony."""
    if credit.operator != "M(prod,sum)" or credit.method != "weighted_average":
        raise RefusedError("adopt_not_monotone", operator=credit.operator, method=credit.method)
    for model in credit.models:
        _refuse_inconsistent(model.key, model.weighting, credit.random_index)
        for group in model.groups:
            _refuse_inconsistent(f"{model.key}.{group.key}", group.weighting, credit.random_index)


def _refuse_inconsistent(name: str, weighting: Weighting, random_index: str) -> None:
    if not weighting.judgements or weighting.method in ("hand", "objective"):
        return
    a = weighting.matrix()
    cr = ahp.weights(a, random_index=random_index).cr
    if cr < CR_LIMIT:
        return
    worst = ahp.worst_judgement(a, random_index)
    cell = (worst.row + 1, worst.column + 1, worst.mended) if worst else (0, 0, 0.0)
    raise RefusedError(
        "adopt_inconsistent", name=name, cr=round(cr, 3), row=cell[0], column=cell[1], mended=cell[2]
    )


def _refuse_grades(grades: tuple[Grade, ...]) -> None:
    if not 2 <= len(grades) <= MAX_GRADES:
        raise RefusedError("policy_grade_count", count=len(grades), most=MAX_GRADES)
    keys = [g.key for g in grades]
    if len(set(keys)) < len(keys):
        raise RefusedError("policy_twice", model="grades", names=_repeated(keys))
    if any(b.score >= a.score for a, b in itertools.pairwise(grades)):
        raise RefusedError("policy_grades_overlap", model="grades", value=[g.score for g in grades])


def _refuse_references(credit: CreditRules) -> None:
    keys = set(credit.grade_keys)
    for rule in credit.rules:
        if rule.effect != "one_up" and rule.grade not in keys:
            raise RefusedError("policy_grade_unknown", name=rule.key, value=rule.grade, known=", ".join(keys))
    for service in credit.services:
        if service.grade not in keys:
            raise RefusedError(
                "policy_grade_unknown", name=service.key, value=service.grade, known=", ".join(keys)
            )
    for names in ([r.key for r in credit.rules], [m.key for m in credit.models]):
        if len(set(names)) < len(names):
            raise RefusedError("policy_twice", model="credit", names=_repeated(names))


def _refuse_model(credit: CreditRules, model: CreditModel) -> None:
    g = len(credit.grades)
    if len(model.cutoffs) != g - 1:
        raise RefusedError("policy_cutoff_count", model=model.key, count=len(model.cutoffs), wanted=g - 1)
    for factor in (f for group in model.groups for f in group.factors):
        if factor.knots.size != g:
            raise RefusedError(
                "policy_knots_count",
                model=model.key,
                indicator=factor.indicator,
                count=factor.knots.size,
                wanted=g,
            )
    credit.weights(model)


def _listed(given: tuple[float, ...], n: int) -> Array:
    if len(given) != n:
        raise RefusedError("policy_weight_count", count=len(given), wanted=n)
    w = np.array(given, dtype=np.float64)
    return np.asarray(w / w.sum())


def _refuse_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise RefusedError("policy_key", value=key)


def _refuse_number(name: str, value: float) -> None:
    if not math.isfinite(value):
        raise RefusedError("policy_not_a_number", name=name, value=value)


def _repeated(names: list[str]) -> str:
    return ", ".join(sorted({n for n in names if names.count(n) > 1}))
