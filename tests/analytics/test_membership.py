"""Memberships from knots: shapes, shoulders, missing values and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import membership
from analytics.errors import RefusedError
from analytics.membership import Knots, memberships


@st.composite
def families(draw: st.DrawFn) -> Knots:
    kind = draw(st.sampled_from(membership.KINDS))
    g = draw(st.integers(2, 8))
    wanted = {"trapezoid": 2 * g - 2, "sigmoid": g - 1}.get(kind, g)
    steps = draw(st.lists(st.floats(0.1, 10), min_size=wanted, max_size=wanted))
    points = np.cumsum(steps) - 20
    gap = max(np.diff(points), default=1.0)
    spread = draw(st.floats(0.05, 2)) * gap if kind in ("gaussian", "sigmoid") else 0.0
    return Knots(kind, tuple(points.tolist()), spread)


@given(families())
def test_rows_sum_to_one_everywhere(knots: Knots) -> None:
    x = np.concatenate([np.linspace(-60, 100, 401), knots.points, [-np.inf, np.inf, 1e12]])
    rows = memberships(x, knots)
    assert rows.shape == (len(x), knots.size)
    assert rows.sum(axis=1) == pytest.approx(np.ones(len(x)))
    assert (rows >= -1e-12).all() and (rows <= 1 + 1e-12).all()


@given(families())
def test_a_larger_value_never_moves_towards_lower_curves(knots: Knots) -> None:
    rows = memberships(np.linspace(-60, 100, 801), knots)
    at_or_below = np.cumsum(rows, axis=1)
    assert (np.diff(at_or_below, axis=0) <= 1e-9).all()


@given(families())
def test_unknown_is_unknown_and_the_ends_are_shoulders(knots: Knots) -> None:
    rows = memberships([np.nan, -np.inf, knots.points[0] - 1e6, np.inf], knots)
    assert np.isnan(rows[0]).all()
    assert rows[1] == pytest.approx(rows[2])
    assert rows[1].argmax() == 0 and rows[3].argmax() == knots.size - 1


def test_triangles_by_hand() -> None:
    rows = memberships([0, 1.5, 2, 9], Knots("triangle", (1, 2, 4)))
    assert rows.tolist() == [[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]]


def test_trapezoids_by_hand() -> None:
    rows = memberships([0, 1.5, 3, 4.5, 9], Knots("trapezoid", (1, 2, 4, 5)))
    assert rows.tolist() == [[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [0, 0.5, 0.5], [0, 0, 1]]


def test_no_values_no_rows() -> None:
    assert memberships([], Knots("gaussian", (1, 2), 1.0)).shape == (0, 2)


@pytest.mark.parametrize(
    ("kind", "points", "spread", "key"),
    [
        ("square", (1, 2), 0, "membership_kind"),
        ("triangle", (), 0, "membership_points"),
        ("triangle", (1,), 0, "membership_points"),
        ("triangle", (2, 1), 0, "membership_order"),
        ("triangle", (1, 1), 0, "membership_order"),
        ("triangle", (1, float("nan")), 0, "membership_points"),
        ("triangle", (1, float("inf")), 0, "membership_points"),
        ("trapezoid", (1, 2, 3), 0, "membership_points"),
        ("trapezoid", (1, 2, 1.5, 3), 0, "membership_order"),
        ("gaussian", (1, 2), 0, "membership_spread"),
        ("gaussian", (0, 100), 0.1, "membership_spread"),
        ("sigmoid", (1, 2), -1, "membership_spread"),
        ("sigmoid", (1, 2), float("nan"), "membership_spread"),
    ],
)
def test_bad_knots_are_refused(kind: str, points: tuple[float, ...], spread: float, key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        Knots(kind, points, spread)


@pytest.mark.parametrize("name", sorted(membership.CURVES))
def test_single_curves_keep_unknown_values_unknown(name: str) -> None:
    params = {2: [1, 2], 3: [1, 2, 3], 4: [1, 2, 3, 4]}[membership.CURVES[name][0]]
    mu = membership.curve(name, [np.nan, 2.5], params)
    assert np.isnan(mu[0]) and 0 <= mu[1] <= 1


@pytest.mark.parametrize(
    ("name", "params"),
    [("trimf", [3, 2, 1]), ("gaussmf", [1, 0]), ("gbellmf", [0, 1, 1]), ("gauss2mf", [4, 1, 3, 1])],
)
def test_bad_parameters_are_refused_even_where_scikit_fuzzy_asserts(name: str, params: list[float]) -> None:
    with pytest.raises(RefusedError, match="membership_order"):
        membership.curve(name, [1.0], params)


def test_another_number_of_grades_keeps_the_range() -> None:
    five = Knots("triangle", (0, 1, 2, 4, 6))
    three = membership.resample(five, 3)
    assert three.points == (0, 2, 6)
    assert membership.resample(three, 5).size == 5
    assert membership.resample(Knots("sigmoid", (1, 2, 3), 0.5), 2).size == 2


def test_intervals_must_be_intervals() -> None:
    assert np.isnan(membership.interval_frequency([np.nan], [[1, 2]])[0])
    with pytest.raises(RefusedError, match="membership_intervals"):
        membership.interval_frequency([1], [[2, 1]])
