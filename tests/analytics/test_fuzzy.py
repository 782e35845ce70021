"""Composition by the five operators, and evaluation in groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import fuzzy
from analytics.errors import RefusedError
from analytics.fuzzy import Group


def by_hand(w: np.ndarray, r: np.ndarray, operator: str) -> list[float]:
    """One evaluation as the table of operators has it, in plain loops."""
    pair = (lambda a, b: a * b) if "prod" in operator else min
    result = []
    for j in range(r.shape[1]):
        parts = [pair(w[i], r[i, j]) for i in range(len(w))]
        total = max(parts) if "max" in operator else sum(parts)
        result.append(min(1.0, total) if "bsum" in operator else total)
    return result


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    m, g, n = draw(st.integers(1, 6)), draw(st.integers(1, 5)), draw(st.integers(1, 4))
    numbers = st.floats(0, 1, width=32)
    r = np.array(draw(st.lists(numbers, min_size=n * m * g, max_size=n * m * g))).reshape(n, m, g)
    return np.array(draw(st.lists(numbers, min_size=m, max_size=m))), r


@given(problems(), st.sampled_from(fuzzy.OPERATORS))
def test_every_shape_equals_the_loops(problem: tuple[np.ndarray, np.ndarray], operator: str) -> None:
    w, r = problem
    k = np.stack([w, w[::-1]])
    expected = np.array([by_hand(w, one, operator) for one in r])
    assert fuzzy.compose(w, r, operator) == pytest.approx(expected)
    assert fuzzy.compose(w, r[0], operator) == pytest.approx(expected[0])
    assert fuzzy.compose(k, r[0], operator)[0] == pytest.approx(expected[0])
    both = fuzzy.compose(k, r, operator)
    assert both.shape == (len(r), 2, r.shape[2])
    assert both[:, 0] == pytest.approx(expected)


@given(problems())
def test_rows_that_sum_to_one_stay_so(problem: tuple[np.ndarray, np.ndarray]) -> None:
    w, r = problem[0] + 0.1, problem[1] + 0.1
    b = fuzzy.compose(w / w.sum(), r / r.sum(axis=2, keepdims=True))
    assert b.sum(axis=1) == pytest.approx(np.ones(len(r)))


def test_sums_are_not_checked() -> None:
    assert fuzzy.compose([2.0], [[3.0, 4.0]]) == pytest.approx([6.0, 8.0])


def test_a_factor_weighs_its_groups_weight_times_its_own() -> None:
    random = np.random.default_rng(0)
    r = random.dirichlet(np.ones(4), (7, 5))
    groups = [Group("a", 0.7, [0.6, 0.4], r[:, :2]), Group("b", 0.3, [0.2, 0.3, 0.5], r[:, 2:])]
    result = fuzzy.evaluate(groups)
    assert list(result.groups) == ["a", "b"]
    flat = fuzzy.compose([0.42, 0.28, 0.06, 0.09, 0.15], r)
    assert result.total == pytest.approx(flat)
    assert result.groups["b"] == pytest.approx(fuzzy.compose([0.2, 0.3, 0.5], r[:, 2:]))


@pytest.mark.parametrize("operator", fuzzy.OPERATORS)
def test_two_levels_use_the_operator_twice(operator: str) -> None:
    r = np.array([[0.5, 0.3, 0.2], [0.1, 0.7, 0.2], [0.0, 0.2, 0.8]])
    result = fuzzy.evaluate([Group("a", 0.6, [0.7, 0.3], r[:2]), Group("b", 0.4, [1.0], r[2:])], operator)
    first, second = (np.array(by_hand(w, x, operator)) for w, x in (([0.7, 0.3], r[:2]), ([1.0], r[2:])))
    assert result.total == pytest.approx(by_hand(np.array([0.6, 0.4]), np.stack([first, second]), operator))


def test_signs_name_the_same_operators() -> None:
    w, r = [0.4, 0.6], [[0.2, 0.8], [0.5, 0.5]]
    assert fuzzy.compose(w, r, "M(∧,∨)") == pytest.approx(fuzzy.compose(w, r, "M(min,max)"))
    assert fuzzy.compose(w, r, "M(·,+)") == pytest.approx(fuzzy.compose(w, r))


@pytest.mark.parametrize(
    ("w", "r", "operator", "key"),
    [
        ([1.0], [[1.0]], "M(max,max)", "fuzzy_operator"),
        ([0.5, 0.5], [[1.0]], "M(prod,sum)", "fuzzy_shape"),
        ([1.0], [1.0], "M(prod,sum)", "fuzzy_shape"),
    ],
)
def test_what_does_not_fit_is_refused(w: list[float], r: list[object], operator: str, key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        fuzzy.compose(w, r, operator)


def test_groups_need_names_and_members() -> None:
    with pytest.raises(RefusedError, match="fuzzy_no_groups"):
        fuzzy.evaluate([])
    with pytest.raises(RefusedError, match="fuzzy_group_names"):
        fuzzy.evaluate([Group("a", 0.5, [1.0], [[1.0]]), Group("a", 0.5, [1.0], [[1.0]])])
