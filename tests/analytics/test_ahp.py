"""Judgement matrices: weights, consistency, completion, and the judgement that spoils it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import ahp
from analytics.errors import RefusedError

weight_lists = st.lists(st.floats(0.05, 1.0), min_size=3, max_size=9)
scale = st.sampled_from(ahp.SCALE)


def consistent(w: list[float]) -> np.ndarray:
    v = np.array(w)
    return v[:, None] / v[None, :]


@pytest.mark.parametrize("matrix", [[[1]], [[1, 7], [1 / 7, 1]]], ids=["one_item", "two_items"])
def test_one_and_two_items_cannot_contradict(matrix: list[list[float]]) -> None:
    result = ahp.weights(matrix)
    assert (result.cr, result.ci) == (0, 0)
    assert result.weights.sum() == pytest.approx(1)
    assert ahp.worst_judgement(matrix) is None


@given(weight_lists, st.sampled_from(ahp.METHODS))
def test_consistent_judgements_give_back_the_weights(w: list[float], method: str) -> None:
    result = ahp.weights(consistent(w), method)
    assert result.weights == pytest.approx(np.array(w) / sum(w), rel=1e-6)
    assert 0 <= result.cr < 1e-6


@given(st.lists(scale, min_size=6, max_size=6))
def test_the_eigenvector_is_that_of_repeated_squaring(judgements: list[float]) -> None:
    a = ahp.from_upper(judgements, 4)
    b = a.copy()
    for _ in range(12):
        b = b @ b
        b = b / b.sum()
    by_power = b.sum(axis=1) / b.sum()
    result = ahp.weights(a)
    assert result.weights == pytest.approx(by_power, abs=1e-8)
    assert result.lambda_max >= 4 - 1e-9


@pytest.mark.parametrize(
    ("matrix", "key", "cell"),
    [
        ([[1, 2], [2, 1]], "ahp_not_reciprocal", (1, 2)),
        ([[1, 2, 3], [0.5, 1, 2], [0.25, 0.5, 1]], "ahp_not_reciprocal", (1, 3)),
        ([[1, -2], [-0.5, 1]], "ahp_not_positive", (1, 2)),
        ([[1, 0], [1, 1]], "ahp_not_positive", (1, 2)),
        ([[1, float("nan")], [1, 1]], "ahp_not_positive", (1, 2)),
        ([[2, 1], [1, 1]], "ahp_not_reciprocal", (1, 1)),
    ],
)
def test_a_contradiction_is_refused_with_its_cell(
    matrix: list[list[float]], key: str, cell: tuple[int, int]
) -> None:
    with pytest.raises(RefusedError) as refused:
        ahp.weights(matrix)
    assert refused.value.key == key
    assert (refused.value.params["row"], refused.value.params["column"]) == cell


@pytest.mark.parametrize("matrix", [[], [[1, 2]], [1, 2], [[1, 2], [0.5, 1], [1, 1]]])
def test_what_is_not_square_is_refused(matrix: list[object]) -> None:
    with pytest.raises(RefusedError, match="ahp_not_square"):
        ahp.weights(matrix)


def test_the_check_can_be_off() -> None:
    assert ahp.weights([[1, 2], [2, 1]], check=False).weights == pytest.approx([0.5, 0.5])


def test_random_index_by_name_by_value_and_beyond_the_table() -> None:
    a = ahp.from_upper([2, 5, 4], 3)
    assert ahp.weights(a, random_index="saaty2005").ri == 0.52
    own = ahp.weights(a, random_index={3: 0.5})
    assert own.cr == pytest.approx(own.ci / 0.5)
    sixteen = ahp.weights(consistent([1.0] * 16))
    assert np.isnan(sixteen.cr)
    with pytest.raises(RefusedError, match="ahp_random_index"):
        ahp.weights(a, random_index="mine")


@given(weight_lists, st.data())
def test_missing_comparisons_of_a_consistent_matrix_are_found_again(
    w: list[float], data: st.DataObject
) -> None:
    a = consistent(w)
    holed = a.copy()
    n = len(w)
    for i in range(n):
        for j in range(i + 1, n):
            if j > i + 1 and data.draw(st.booleans()):
                holed[i, j] = holed[j, i] = np.nan
    assert ahp.complete(holed) == pytest.approx(a, rel=1e-6)


def test_a_completed_matrix_keeps_harkers_eigenvector() -> None:
    a = ahp.from_upper([2, 6, 9, 3, 2, 4], 4)
    a[0, 3] = a[3, 0] = np.nan
    full = ahp.complete(a)
    ahp.refuse_contradiction(full)
    w = ahp.weights(full).weights
    assert full[0, 3] == pytest.approx(w[0] / w[3])


def test_half_a_comparison_is_enough_and_islands_are_refused() -> None:
    a = np.array([[1, 3], [np.nan, 1]])
    assert ahp.complete(a)[1, 0] == pytest.approx(1 / 3)
    with pytest.raises(RefusedError, match="ahp_unconnected"):
        ahp.complete(np.array([[1, np.nan], [np.nan, 1]]))


@given(st.data())
def test_one_spoiled_judgement_is_named_and_mended(data: st.DataObject) -> None:
    w = [8.0, 4.0, 2.0, 1.0]
    a = consistent(w)
    i, j = data.draw(st.sampled_from([(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]))
    a[i, j], a[j, i] = a[j, i], a[i, j]
    worst = ahp.worst_judgement(a)
    assert worst is not None
    assert (worst.row, worst.column) == (i, j)
    assert worst.mended == pytest.approx(w[i] / w[j])
    assert worst.cr_mended < 1e-6 < worst.cr
