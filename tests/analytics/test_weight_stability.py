"""Weights under moved judgements, weights from counts, knots of another kind, edits of a policy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import ahp, weights
from analytics.credit_parts import Weighting
from analytics.errors import RefusedError
from analytics.membership import KINDS, Knots, converted, memberships
from analytics.policy_edits import (
    ACROSS,
    items_of,
    model_in,
    weighting_in,
    with_factor_weights,
    with_judgement,
    with_method,
    with_weighting,
)
from analytics.weight_stability import perturbed, stability
from services.credit.policy_files import read_policy

POLICY = read_policy()
SCALE = st.sampled_from(ahp.SCALE)


@given(st.lists(SCALE, min_size=6, max_size=6), st.integers(1, 3))
def test_a_moved_judgement_stays_reciprocal_and_within_its_steps(upper: list[float], steps: int) -> None:
    matrix = ahp.from_upper(upper, 4)
    scale = np.asarray(ahp.SCALE)
    for made in perturbed(matrix, 20, steps=steps):
        ahp.refuse_contradiction(made)
        for i, j in zip(*np.triu_indices(4, 1), strict=True):
            before, after = (int(np.abs(scale - m[i, j]).argmin()) for m in (matrix, made))
            assert abs(before - after) <= steps


@given(st.lists(SCALE, min_size=6, max_size=6))
def test_each_draws_weights_are_those_of_its_matrix(upper: list[float]) -> None:
    matrix = ahp.from_upper(upper, 4)
    found = stability(matrix, draws=15)
    expected = np.array([ahp.weights(m).weights for m in perturbed(matrix, 15)])
    assert found.drawn == pytest.approx(expected, abs=1e-9)
    assert (found.low <= found.high + 1e-12).all()
    for i in range(4):
        for j in range(4):
            turned = (
                [w[j] > w[i] + 1e-9 for w in expected]
                if found.weights[i] > found.weights[j] + 1e-9
                else [False]
            )
            assert found.reversed_share[i, j] == pytest.approx(np.mean(turned))


def test_a_far_larger_weight_is_never_overtaken_and_equal_ones_have_no_order() -> None:
    firm = stability(ahp.from_upper([9, 9, 1], 3))
    assert firm.moved_rank[0] == 0
    assert stability(np.ones((3, 3))).reversed_share.max() == 0
    with pytest.raises(RefusedError, match="stability_draws"):
        stability(np.ones((3, 3)), draws=0)


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=60),
    st.sampled_from(["benefit", "cost"]),
)
def test_entropy_of_counts_is_that_of_the_column_written_out(column: list[int], direction: str) -> None:
    x = np.array([column, list(range(len(column)))], dtype=np.float64).T
    values, counts = np.unique(x[:, 0], return_counts=True)
    found = weights.from_entropy(
        [
            weights.entropy_of_counts(values, counts, direction),
            weights.entropy_of_counts(x[:, 1], np.ones(len(x)), "benefit"),
        ]
    )
    assert found == pytest.approx(weights.entropy(x, [direction, "benefit"], "minmax"), abs=1e-9)


KNOTS = [f.knots for m in POLICY.credit.models for g in m.groups for f in g.factors]


@pytest.mark.parametrize("kind", KINDS)
def test_knots_of_another_kind_grade_alike(kind: str) -> None:
    """Wherever a curve is at its fullest, it is the largest in the other kind too.

    One spread for all curves cannot follow peaks that lie far apart here and close together there.
    """
    for knots in KNOTS:
        changed = converted(knots, kind)
        assert changed.kind == kind and changed.size == knots.size
        gaps = np.diff(knots.points)
        if knots.kind == "triangle" and gaps.max() <= 6 * gaps.min():
            for j, peak in enumerate(knots.points):
                row = memberships([peak], changed)[0]
                assert row[j] >= row.max() - 0.05, (knots, changed)


def test_knots_convert_for_any_number_of_grades() -> None:
    for size in range(2, 12):
        knots = Knots("triangle", tuple(float(i) for i in range(size)))
        for kind in KINDS:
            for back in KINDS:
                assert converted(converted(knots, kind), back).size == size


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=9))
def test_judging_can_begin_from_any_weights(given_weights: list[float]) -> None:
    matrix = ahp.judged_by(given_weights)
    ahp.refuse_contradiction(matrix)
    w = np.array(given_weights)
    near = [(i, j) for i in range(len(w)) for j in range(len(w)) if 1 / 9 <= w[i] / w[j] <= 9]
    for i, j in near:
        assert abs(np.log(matrix[i, j] / (w[i] / w[j]))) <= np.log(np.sqrt(2)) + 1e-9


def test_a_judgement_and_its_mirror_change_together_and_the_last_link_cannot_go() -> None:
    weighting = weighting_in(model_in(POLICY.credit, "lv_nonresident"), ACROSS)
    changed = with_judgement(weighting, 2, 0, 5.0)
    assert changed.judgements[0][2] == pytest.approx(1 / 5)
    gone = with_judgement(changed, 0, 1, 0.0)
    assert gone.matrix()[0, 1] == pytest.approx(gone.matrix()[0, 2] * gone.matrix()[2, 1])
    with pytest.raises(RefusedError, match="ahp_unconnected"):
        with_judgement(gone, 0, 2, 0.0)


@pytest.mark.parametrize("method", ["ahp", "hand", "objective", "linear", "multiplicative", "geometric"])
def test_every_way_of_weighing_can_be_taken_from_every_other(method: str) -> None:
    start = weighting_in(model_in(POLICY.credit, "hv"), "environment")
    n = len(start.judgements)
    now = tuple(start.weights(n, "saaty1980").tolist())
    objective = (*((1 / n,) * (n - 1)), 1 / n)
    for before in (start, Weighting("hand", hand=now), Weighting("objective", objective=objective)):
        changed = with_method(before, method, now, objective)
        policy = with_weighting(POLICY, "hv", "environment", changed)
        assert sum(policy.credit.weights(model_in(policy.credit, "hv")).values()) == pytest.approx(1)
    assert with_method(start, "hand", now, objective).weights(n, "saaty1980") == pytest.approx(now, abs=1e-4)


@given(st.lists(st.floats(0, 1), min_size=17, max_size=17).filter(lambda w: sum(w) > 0.1))
def test_weights_of_factors_come_out_as_wanted(wanted: list[float]) -> None:
    model = model_in(POLICY.credit, "lv_nonresident")
    share = np.array(wanted) / sum(wanted)
    policy = with_factor_weights(
        POLICY, model.key, dict(zip(model.indicator_keys, share.tolist(), strict=True))
    )
    found = policy.credit.weights(model_in(policy.credit, model.key))
    assert list(found.values()) == pytest.approx(share.tolist(), abs=2e-4)


def test_what_does_not_exist_is_refused() -> None:
    for make in (
        lambda: model_in(POLICY.credit, "nobody"),
        lambda: items_of(model_in(POLICY.credit, "resident"), "surface"),
    ):
        with pytest.raises(RefusedError):
            make()
