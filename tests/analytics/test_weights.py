"""Entropy, combination and fitted weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analytics import weights
from analytics.errors import RefusedError

tables = hnp.arrays(
    np.float64, st.tuples(st.integers(2, 20), st.integers(1, 5)), elements=st.floats(0, 100, width=32)
)


def test_all_constant_weighs_equally_and_one_row_tells_nothing() -> None:
    assert weights.entropy(np.full((5, 4), 3.0), "++--") == pytest.approx([0.25] * 4)
    assert weights.entropy([[1, 2, 3]], "+++") == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("directions", ["+++", "+-+", "-+-"])
def test_a_constant_column_weighs_nothing(directions: str) -> None:
    x = np.column_stack([np.arange(6.0), np.full(6, 7.0), np.array([1, 1, 5, 2, 2, 9.0])])
    found = weights.entropy(x, directions)
    assert found[1] == 0
    assert found.sum() == pytest.approx(1)


@given(tables, st.data())
def test_weights_are_a_distribution(x: np.ndarray, data: st.DataObject) -> None:
    directions = data.draw(st.lists(st.sampled_from("+-"), min_size=x.shape[1], max_size=x.shape[1]))
    found = weights.entropy(x, directions)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_a_cost_is_its_mirrored_benefit() -> None:
    x = np.array([[1.0, 5], [4, 2], [2, 9], [8, 7]])
    mirrored = np.column_stack([x[:, 0], -x[:, 1]])
    assert weights.entropy(x, ["+", "-"]) == pytest.approx(weights.entropy(mirrored, [1, 1]))
    assert weights.entropy(x, ["benefit", "cost"]) == pytest.approx(weights.entropy(x, [1, -1]))


def test_zeros_and_missing_values_do_no_harm() -> None:
    x = np.array([[0.0, 1], [0, 2], [5, np.nan], [1, 4]])
    found = weights.entropy(x, "++")
    assert np.isfinite(found).all() and found[0] > found[1]


def test_directions_must_fit() -> None:
    with pytest.raises(RefusedError, match="weights_shape"):
        weights.entropy([[1, 2]], "+")
    with pytest.raises(RefusedError, match="weights_direction"):
        weights.entropy([[1, 2]], ["+", "sideways"])


def test_combinations_by_hand() -> None:
    s, o = [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]
    assert weights.combine(s, o, "linear", 0.25) == pytest.approx([0.275, 0.225, 0.5])
    assert weights.combine(s, o, "multiplicative") == pytest.approx(np.array([0.10, 0.06, 0.12]) / 0.28)
    assert weights.combine(s, o, "geometric", 1.0) == pytest.approx(s)


@pytest.mark.parametrize(
    ("s", "o", "method", "alpha", "key"),
    [
        ([1], [1, 2], "linear", 0.5, "weights_shape"),
        ([1], [1], "linear", 1.5, "weights_alpha"),
        ([1], [1], "linear", float("nan"), "weights_alpha"),
        ([0, 1], [1, 0], "multiplicative", 0.5, "weights_sum_zero"),
        ([-1, 2], [1, 0], "linear", 0.5, "weights_negative"),
        ([float("nan"), 2], [1, 0], "linear", 0.5, "weights_negative"),
        ([1], [1], "harmonic", 0.5, "weights_combination"),
    ],
)
def test_impossible_combinations_are_refused(
    s: list[float], o: list[float], method: str, alpha: float, key: str
) -> None:
    with pytest.raises(RefusedError, match=key):
        weights.combine(s, o, method, alpha)


def test_fitting_finds_the_factors_that_matter_and_none_that_mislead() -> None:
    random = np.random.default_rng(3)

    def world(n: int) -> tuple[np.ndarray, np.ndarray]:
        x = random.uniform(0, 100, (n, 4))
        risk = 1 - (0.06 * x[:, 0] + 0.03 * x[:, 1] - 0.02 * x[:, 3])
        return x, random.uniform(size=n) < 1 / (1 + np.exp(-risk))

    fitted = weights.fit(*world(8000), *world(8000))
    assert fitted.weights[3] == 0
    assert fitted.weights[:2] == pytest.approx([2 / 3, 1 / 3], abs=0.03)
    assert fitted.weights[2] < 0.03
    assert abs(fitted.auc_inside - fitted.auc_outside) < 0.03
    assert fitted.auc_outside > 0.75


def test_nothing_to_fit_is_said() -> None:
    x = np.tile([50.0, 20.0], (100, 1))
    with pytest.raises(RefusedError, match="weights_nothing_to_fit"):
        weights.fit(x, np.arange(100) % 2, x, np.arange(100) % 2)
