"""Counterfactuals, each verified by evaluating the customer again."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analytics import explanation, grading, indicators
from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.explanation import Counterfactual, counterfactual
from analytics.grading import UNGRADED
from tests.analytics.credit_worlds import codes_of, default_policy, random_values

CREDIT = default_policy().credit


def position(
    credit: CreditRules, model: CreditModel, values: dict[str, float], previous: int = UNGRADED
) -> int:
    """The final grade of one customer, evaluated in full."""
    one = {k: np.array([v]) for k, v in values.items()}
    result = grading.grade(credit, model, evaluate(credit, model, codes_of(one)), one, np.array([previous]))
    return int(result.grade[0])


def customers(model: CreditModel, n: int, seed: int) -> list[dict[str, float]]:
    values = random_values(CREDIT, n, seed)
    values["customer_years"] = np.abs(values["customer_years"]) + 1
    return [{k: float(v[i]) for k, v in values.items()} for i in range(n)]


def changed(values: dict[str, float], result: Counterfactual) -> dict[str, float]:
    return {**values, **{c.indicator: c.target for c in result.cheapest}}


@pytest.mark.parametrize("which", range(3))
def test_each_change_moves_one_grade_up_and_a_step_less_does_not(which: int) -> None:
    model = CREDIT.models[which]
    found = 0
    for values in customers(model, 16, which):
        now = position(CREDIT, model, values)
        result = counterfactual(CREDIT, model, values)
        if now <= 0:
            assert result == Counterfactual((), (), ())
            continue
        for change in result.single:
            known = indicators.known(change.indicator)
            assert known.changeable
            assert position(CREDIT, model, {**values, change.indicator: change.target}) < now
            less = change.target - known.precision * (1 if known.direction == "benefit" else -1)
            assert position(CREDIT, model, {**values, change.indicator: less}) >= now
        if result.cheapest:
            found += 1
            assert position(CREDIT, model, changed(values, result)) < now
            effort = sum(c.effort for c in result.cheapest)
            assert all(effort <= c.effort + 1e-9 for c in result.single)
        else:
            assert not result.single
    assert found > 3


def test_the_cheapest_is_as_cheap_as_a_search_over_all_pairs() -> None:
    model = CREDIT.models[0]
    for values in customers(model, 8, 9):
        now = position(CREDIT, model, values)
        result = counterfactual(CREDIT, model, values)
        if now <= 0 or not result.cheapest or len(result.cheapest) > 2:
            continue
        effort = sum(c.effort for c in result.cheapest)
        search = explanation._Search(CREDIT, model, values, UNGRADED)
        for first, second in itertools.combinations(search.changeable, 2):
            for a in search.better(first)[::25][:40]:
                b = search.better(second)[::25][:40]
                if not len(b):
                    continue
                reached = search.grades({first: np.full(len(b), a), second: b}) < now
                for target in b[reached]:
                    other = (
                        search.change(first, float(a)).effort + search.change(second, float(target)).effort
                    )
                    assert effort <= other + 0.02


def test_a_veto_nobody_can_lift_is_named() -> None:
    model = CREDIT.models[0]
    values = {k: float(v[0]) for k, v in random_values(CREDIT, 1, 1, missing=0).items()}
    values |= {"customer_years": 9.0, "theft_years": 1.0}
    assert position(CREDIT, model, values) == 4
    result = counterfactual(CREDIT, model, values)
    assert result.single == () and result.cheapest == ()
    assert result.blocking == ("theft",)


def test_clearing_arrears_lifts_the_rule_that_stands_on_them() -> None:
    model = CREDIT.models[0]
    values = {
        "on_time_share": 100.0, "arrears_recent": 0.0, "arrears_12m": 0.0, "months_since_arrear": np.inf,
        "late_days_mean": 0.0, "overdue_bills": 0.02, "late_days_max": 0.0, "customer_years": 9.0,
        "theft_years": np.inf,
    }  # fmt: skip
    assert position(CREDIT, model, values) == 1
    result = counterfactual(CREDIT, model, values)
    assert [(c.indicator, c.target) for c in result.cheapest] == [("overdue_bills", 0.0)]


def test_the_yearly_limit_is_named() -> None:
    model = CREDIT.models[0]
    values = {k: float(v[0]) for k, v in random_values(CREDIT, 1, 2, missing=0).items()}
    values |= {
        "on_time_share": 100.0, "arrears_recent": 0.0, "arrears_12m": 0.0, "months_since_arrear": np.inf,
        "late_days_mean": 0.0, "overdue_bills": 0.0, "late_days_max": 0.0, "customer_years": 9.0,
        "theft_years": np.inf,
    }  # fmt: skip
    assert position(CREDIT, model, values, previous=3) == 2
    result = counterfactual(CREDIT, model, values, previous=3)
    assert result.cheapest == () and result.blocking == ("one_up",)


def test_the_best_needs_nothing_and_the_unknown_cannot_be_told() -> None:
    model = CREDIT.models[0]
    unknown = dict.fromkeys((*model.indicator_keys, *CREDIT.indicator_keys()), float("nan"))
    assert counterfactual(CREDIT, model, unknown) == Counterfactual((), (), ())
