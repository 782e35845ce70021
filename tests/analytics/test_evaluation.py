"""The tabulated evaluation against a plain loop over scikit-fuzzy, and its monotony."""

from __future__ import annotations

import numpy as np
import pytest

from analytics import evaluation, fuzzy, indicators
from analytics.evaluation import evaluate
from analytics.explanation import contributions
from tests.analytics.credit_worlds import (
    codes_of,
    default_policy,
    plain_evaluation,
    plain_memberships,
    random_credit,
    random_values,
)


@pytest.mark.parametrize("seed", range(12))
def test_equals_a_plain_loop_over_scikit_fuzzy(seed: int) -> None:
    credit = random_credit(seed)
    model, n = credit.models[0], 60
    values = random_values(credit, n, seed)
    result = evaluate(credit, model, codes_of(values))
    scores = credit.scores
    for row in range(n):
        b, coverage = plain_evaluation(credit, model, values, row)
        assert result.coverage[row] == pytest.approx(coverage, abs=1e-12)
        if b is None:
            assert np.isnan(result.total[row]).all() and np.isnan(result.score[row])
        else:
            assert result.total[row] == pytest.approx(b, abs=1e-12)
            assert result.score[row] == pytest.approx(float(np.dot(b, scores)), abs=1e-9)


def test_equals_the_loop_on_the_shipped_policy_over_many_blocks() -> None:
    credit = default_policy().credit
    for model in credit.models:
        values = random_values(credit, evaluation._ROWS + 7, 5)
        result = evaluate(credit, model, codes_of(values))
        for row in (0, 17, evaluation._ROWS - 1, evaluation._ROWS, evaluation._ROWS + 6):
            b, _ = plain_evaluation(credit, model, values, row)
            assert b is not None
            assert result.total[row] == pytest.approx(b, abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_memberships_sum_to_one_and_groups_make_up_the_whole(seed: int) -> None:
    credit = random_credit(seed)
    model = credit.models[0]
    values = random_values(credit, 200, seed, missing=0.0)
    result = evaluate(credit, model, codes_of(values))
    assert result.total.sum(axis=1) == pytest.approx(np.ones(200))
    across = model.weighting.weights(len(model.groups), credit.random_index)
    parts = sum(w * result.groups[g.key] for w, g in zip(across, model.groups, strict=True))
    assert parts == pytest.approx(result.total)
    without = evaluate(credit, model, codes_of(values), with_groups=False)
    assert without.groups == {} and without.total == pytest.approx(result.total, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_a_better_indicator_never_lowers_the_score(seed: int) -> None:
    credit = random_credit(seed)
    model = credit.models[0]
    values = random_values(credit, 400, seed)
    before = evaluate(credit, model, codes_of(values)).score
    random = np.random.default_rng(seed)
    for key in model.indicator_keys:
        known = indicators.known(key)
        step = random.uniform(0, (known.high - known.low) / 3, 400)
        moved = values[key] + (step if known.direction == "benefit" else -step)
        after = evaluate(credit, model, codes_of({**values, key: moved})).score
        both = ~np.isnan(before)
        assert (after[both] >= before[both] - 1e-9).all(), key


@pytest.mark.parametrize("operator", [o for o in fuzzy.OPERATORS if o != "M(prod,sum)"])
def test_other_operators_equal_two_level_composition(operator: str) -> None:
    credit = random_credit(4, operator)
    model, g = credit.models[0], len(credit.grades)
    values = random_values(credit, 40, 4, missing=0.0)
    result = evaluate(credit, model, codes_of(values))
    weight = credit.weights(model)
    across = model.weighting.weights(len(model.groups), credit.random_index)
    for row in range(40):
        parts = []
        for w_group, group in zip(across, model.groups, strict=True):
            r = [plain_memberships(f, float(values[f.indicator][row]), g) for f in group.factors]
            own = np.array([weight[f.indicator] for f in group.factors]) / w_group
            parts.append(fuzzy.Group(group.key, w_group, own, np.array(r)))
        expected = fuzzy.evaluate(parts, operator)
        assert result.total[row] == pytest.approx(expected.total, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_contributions_add_up_to_the_score_and_to_the_best(seed: int) -> None:
    credit = random_credit(seed)
    model = credit.models[0]
    codes = codes_of(random_values(credit, 100, seed))
    score = evaluate(credit, model, codes).score
    parts = contributions(credit, model, codes)
    known = ~np.isnan(score)
    assert np.nansum(parts.gained, axis=1)[known] == pytest.approx(score[known])
    lost = np.nansum(parts.lost, axis=1)
    assert (score + lost)[known] == pytest.approx(np.full(known.sum(), credit.scores[0]))
    assert (parts.lost[~np.isnan(parts.lost)] >= -1e-12).all()


@pytest.mark.parametrize("operator", fuzzy.OPERATORS)
def test_nobody_and_nothing_known(operator: str) -> None:
    credit = random_credit(2, operator)
    model = credit.models[0]
    none = evaluate(credit, model, codes_of(random_values(credit, 0, 2)))
    assert none.score.shape == (0,)
    unknown = evaluate(credit, model, codes_of(random_values(credit, 3, 2, missing=1.1)))
    assert np.isnan(unknown.score).all() and (unknown.coverage == 0).all()
    assert np.isnan(unknown.total).all()


def test_missing_values_are_not_full_memberships() -> None:
    """Scikit-fuzzy gives NaN a membership of 1: unknown factors must leave the others alone."""
    credit = default_policy().credit
    model = credit.models[0]
    values = {k: np.full(1, np.nan) for k in model.indicator_keys}
    values["arrears_12m"] = np.array([6.0])
    result = evaluate(credit, model, codes_of(values))
    assert result.score[0] == credit.scores[-1]
    assert result.coverage[0] == pytest.approx(credit.weights(model)["arrears_12m"])
