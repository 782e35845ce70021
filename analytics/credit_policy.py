"""What a company decides about credit grades, as frozen values that refuse contradictions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import ahp, fuzzy, indicators
from analytics.credit_parts import CreditModel, Grade, Weighting, refuse_key, refuse_number, repeated
from analytics.errors import RefusedError
from analytics.service_standards import Service

Array = npt.NDArray[np.float64]

MAX_GRADES = 12
CR_LIMIT = 0.1
TESTS = ("<", "<=", ">", ">=")
EFFECTS = ("at_most", "at_least", "start", "one_up")
METHODS = ("weighted_average", "max_membership")
ORDINARY_RISK = 2


@dataclass(frozen=True)
class Rule:
    """A veto, limit or floor outside the arithmetic: where `indicator` `test` `value` holds, it acts.

    at_most: no better than `grade` · at_least: no worse than it · start: exactly it · one_up: at most one
    grade above the one published twelve months before (no indicator). Rules act in the policy's order, later
    ones on top. An indicator that is unknown fires nothing. `{value}` in a name stands for the value.
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

    def name(self, language: str) -> str:
        """What the rule is called, "zh" or "en", with its value as it is now."""
        return (self.zh if language == "zh" else self.en).replace("{value}", f"{self.value:g}")

    def __post_init__(self) -> None:
        refuse_key(self.key)
        refuse_number(f"{self.key}.value", self.value)
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
    for rule in credit.rules:
        if rule.on and rule.effect == "start" and indicators.known(rule.indicator).changeable:
            raise RefusedError("adopt_rule_not_monotone", rule=rule.key, indicator=rule.indicator)
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
        raise RefusedError("policy_twice", model="grades", names=repeated(keys))
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
    of_grades = [f"{s.grade}.{s.key}" for s in credit.services]
    for names in ([r.key for r in credit.rules], [m.key for m in credit.models], of_grades):
        if len(set(names)) < len(names):
            raise RefusedError("policy_twice", model="credit", names=repeated(names))


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
