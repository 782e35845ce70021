"""Discrimination and stability figures against plain counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import validation
from analytics.errors import RefusedError

samples = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=40)


def split(sample: list[tuple[int, bool]]) -> tuple[list[float], list[bool]]:
    return [float(s) for s, _ in sample], [b for _, b in sample]


@given(samples)
def test_auc_is_the_share_of_pairs_in_order(sample: list[tuple[int, bool]]) -> None:
    s, bad = split(sample)
    pairs = [(x, y) for x, b in zip(s, bad, strict=True) for y, c in zip(s, bad, strict=True) if b and not c]
    found = validation.auc(s, bad)
    if not pairs:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(sum((x > y) + 0.5 * (x == y) for x, y in pairs) / len(pairs))
        assert validation.gini(s, bad) == pytest.approx(2 * found - 1)


@given(samples)
def test_ks_is_the_widest_gap_of_the_two_distributions(sample: list[tuple[int, bool]]) -> None:
    s, bad = split(sample)
    ill = [x for x, b in zip(s, bad, strict=True) if b]
    well = [x for x, b in zip(s, bad, strict=True) if not b]
    found = validation.ks(s, bad)
    if not ill or not well:
        assert math.isnan(found)
    else:
        gaps = [
            abs(sum(x <= c for x in ill) / len(ill) - sum(x <= c for x in well) / len(well))
            for c in range(10)
        ]
        assert found == pytest.approx(max(gaps))


def test_large_scores_do_not_flip_the_sign() -> None:
    s, bad = [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]
    assert validation.auc(s, bad) == pytest.approx(0.75)
    assert validation.auc(np.array(s) * 1000, bad) == pytest.approx(0.75)
    assert validation.auc(-np.array(s), bad) == pytest.approx(0.25)


def test_psi_of_equal_shares_is_nothing_and_empty_bins_stay_finite() -> None:
    assert validation.psi([10, 20, 70], [100, 200, 700]) == pytest.approx(0)
    a, e = np.array([0.3, 0.7]), np.array([0.5, 0.5])
    assert validation.psi([50, 50], [30, 70]) == pytest.approx(float(((a - e) * np.log(a / e)).sum()))
    assert 0 < validation.psi([100, 0], [50, 50]) < 10
    assert validation.psi([50, 50, 0], [30, 70, 0]) == pytest.approx(validation.psi([50, 50], [30, 70]))
    assert math.isnan(validation.psi([0, 0], [1, 2]))
    with pytest.raises(RefusedError, match="validation_bins"):
        validation.psi([1, 2], [1, 2, 3])


def test_migration_rows_sum_to_one_by_customers_and_by_money() -> None:
    before, after = ["A", "A", "B", "A", None], ["A", "B", "B", "B", "A"]
    table = validation.migration(before, after, ["A", "B", "C"])
    assert table.loc["A"].tolist() == pytest.approx([1 / 3, 2 / 3, 0])
    assert table.loc["B"].tolist() == [0, 1, 0]
    assert table.loc["C"].isna().all()
    money = validation.migration(before, after, ["A", "B"], weights=[90, 5, 1, 5, 7])
    assert money.loc["A"].tolist() == pytest.approx([0.9, 0.1])


def test_lift_counts_ties_in_part() -> None:
    assert validation.lift([9, 8, 1, 1], [1, 0, 0, 0], 0.25) == pytest.approx(4.0)
    assert validation.lift([1, 1, 1, 1], [1, 0, 0, 0], 0.25) == pytest.approx(1.0)
    assert math.isnan(validation.lift([1, 2], [0, 0]))


def test_wilson_solves_its_own_equation() -> None:
    z = 1.959963984540054
    low, high = validation.wilson([3, 0, 10], [10, 10, 10])
    for k, bounds in zip([0.3, 0.0, 1.0], zip(low, high, strict=True), strict=True):
        for p in bounds:
            assert abs(k - p) == pytest.approx(z * math.sqrt(p * (1 - p) / 10), abs=1e-7)
    assert np.isnan(validation.wilson([0], [0])[0]).all()


def test_rates_by_grade_and_monotony() -> None:
    table = validation.by_grade(["A"] * 10 + ["B"] * 10, [0] * 9 + [1] + [0] * 5 + [1] * 5, ["A", "B", "C"])
    assert table["rate"].tolist()[:2] == [0.1, 0.5]
    assert table.loc["C", "customers"] == 0 and math.isnan(table.loc["C", "rate"])
    assert validation.is_monotone(table["rate"])
    assert not validation.is_monotone([0.3, float("nan"), 0.2])


def test_logistic_regression_finds_the_coefficients_and_a_maximum() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(40_000, 3)) * [1, 10, 0.1] + [0, 5, 1]
    true = np.array([-1.0, 0.8, -0.1, 3.0])
    y = random.uniform(size=len(x)) < validation.logistic_risk(true, x)
    beta = validation.logistic_regression(x, y, ridge=0.0)
    assert beta[1:] == pytest.approx(true[1:], rel=0.12)
    residual = y - validation.logistic_risk(beta, x)
    assert np.abs(np.column_stack([np.ones(len(x)), x]).T @ residual).max() < 1e-3


def test_one_kind_only_is_nan_and_a_constant_column_is_harmless() -> None:
    assert math.isnan(validation.ks([1.0, 2.0], [1, 1]))
    beta = validation.logistic_regression(np.ones((50, 1)), np.arange(50) % 2)
    assert np.isfinite(beta).all()


forecasts = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=25)


def test_brier_of_four() -> None:
    assert validation.brier([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]) == pytest.approx(0.0375)


def test_brier_of_nobody_is_undefined() -> None:
    assert math.isnan(validation.brier([], []))
    assert math.isnan(validation.brier([1], [math.nan]))
    assert math.isnan(validation.brier_parts([], [], []).reliability)
    assert math.isnan(validation.brier_parts([0.5], [0], [0]).brier)
    assert math.isnan(validation.brier_decomposed([], []).within)
    assert validation.reliability_curve([], []).empty


def test_the_parts_of_a_brier_over_bins() -> None:
    found = validation.brier_parts([0.1, 0.3, 0.8], [10, 10, 10], [1, 4, 7])
    assert found.brier == pytest.approx(0.186667, abs=1e-6)
    assert found.reliability == pytest.approx(0.006667, abs=1e-6)
    assert found.resolution == pytest.approx(0.06)
    assert found.uncertainty == pytest.approx(0.24)
    assert found.within == 0


def test_who_has_no_forecast_is_left_out() -> None:
    assert validation.brier([0, 1], [math.nan, 0.8]) == pytest.approx(0.04)
    assert validation.reliability_curve([0, 1], [math.nan, 0.8])["n"].tolist() == [1]


@settings(max_examples=40)
@given(forecasts, st.one_of(st.integers(1, 12), st.just([0.2, 0.5]), st.just([0.0, 0.5, 1.0])))
def test_the_parts_add_up_to_the_brier(sample: list[tuple[int, bool]], bins: int | list[float]) -> None:
    y, p = [int(b) for _, b in sample], [k / 20 for k, _ in sample]
    found = validation.brier_decomposed(y, p, bins)
    assert found.brier == pytest.approx(sum((b - a) ** 2 for a, b in zip(y, p, strict=True)) / len(y))
    assert found.brier == pytest.approx(
        found.reliability - found.resolution + found.uncertainty + found.within
    )
    single = validation.brier_decomposed(y, p, [k / 20 for k in range(21)])
    assert single.within == pytest.approx(0, abs=1e-12)


@settings(max_examples=40)
@given(forecasts, st.integers(1, 12))
def test_made_bins_hold_each_once_and_equal_forecasts_together(
    sample: list[tuple[int, bool]], bins: int
) -> None:
    y, p = [int(b) for _, b in sample], [k / 20 for k, _ in sample]
    curve = validation.reliability_curve(y, p, bins)
    assert 1 <= len(curve) <= bins
    pairs = sorted(zip(p, y, strict=True))
    for n, late, mean in zip(curve["n"], curve["late"], curve["p"], strict=True):
        inside, pairs = pairs[:n], pairs[n:]
        assert late == sum(came for _, came in inside)
        assert mean == pytest.approx(sum(forecast for forecast, _ in inside) / n)
        assert not pairs or pairs[0][0] > inside[-1][0]
    assert not pairs


def test_given_edges_belong_to_the_bin_under_them() -> None:
    curve = validation.reliability_curve([0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.5, 0.9], [0.2, 0.5, 0.7, 0.8])
    assert curve["n"].tolist() == [2, 2, 1]
    assert curve["late"].tolist() == [1, 1, 1]
    assert curve["rate"].tolist() == [0.5, 0.5, 1]
    assert curve["p"].tolist() == pytest.approx([0.15, 0.4, 0.9])
    low, high = validation.wilson([1, 1, 1], [2, 2, 1])
    assert curve["low"].tolist() == pytest.approx(low.tolist())
    assert curve["high"].tolist() == pytest.approx(high.tolist())


def test_most_of_one_forecast_leaves_the_others_apart() -> None:
    curve = validation.reliability_curve([0] * 90 + [1] * 10, [0.0] * 90 + [0.5] * 10)
    assert curve["n"].tolist() == [90, 10]


def test_what_is_no_probability_outcome_or_bin_is_refused() -> None:
    for y, p, key in [
        ([0], [1.1], "validation_probability"),
        ([0], [-0.1], "validation_probability"),
        ([2], [0.5], "validation_outcomes"),
        ([math.nan], [0.5], "validation_outcomes"),
        ([0, 1], [0.5], "validation_lengths"),
    ]:
        with pytest.raises(RefusedError, match=key):
            validation.brier(y, p)
    for bins in (0, [0.5, 0.5], [0.5, 0.2], [math.nan]):
        with pytest.raises(RefusedError, match="validation_edges"):
            validation.reliability_curve([0], [0.5], bins)
    for parts, key in [
        (([0.5], [1], [2]), "validation_bin_counts"),
        (([0.5], [-1], [0]), "validation_bin_counts"),
        (([0.5], [math.nan], [0]), "validation_bin_counts"),
        (([1.5], [1], [1]), "validation_probability"),
        (([0.5], [1, 2], [1, 2]), "validation_bins"),
    ]:
        with pytest.raises(RefusedError, match=key):
            validation.brier_parts(*parts)


def test_made_bins_are_of_about_equal_size() -> None:
    curve = validation.reliability_curve([0] * 10, [k**3 / 1000 for k in range(10)], 3)
    assert curve["n"].tolist() == [4, 3, 3]
