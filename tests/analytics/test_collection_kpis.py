"""Collection figures against the published values and plain counting."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.collection_kpis import cei, concentration, count_back, dso, gini, roll_rates


@pytest.mark.parametrize(
    ("parts", "golden"),
    [((6_200, 10_890, 3, 6_340, 3_590), 55.9), ((100_000, 1_000_000, 1, 120_000, 100_000), 98.0)],
)
def test_published_cei(parts: tuple[int, int, int, int, int], golden: float) -> None:
    assert round(cei(*parts).value, 1) == golden


def test_cei_where_nothing_could_be_collected_is_nan() -> None:
    assert math.isnan(cei(0, 0, 0, 0, 0).value)


def test_published_roll_rate() -> None:
    """Of 100 that were 31–60 days late, 20 are 61–90 days late a month on."""
    moves = pd.DataFrame(
        {"from_bucket": ["31-60", "31-60"], "to_bucket": ["settled", "61-90"], "amount": [80, 20]}
    )
    rolled = roll_rates(moves, ["not_due", "1-30", "31-60", "61-90"])
    assert rolled["to_bucket"].tolist() == ["61-90", "settled"]
    assert rolled["rate"].tolist() == [0.2, 0.8]


def test_count_back_takes_newest_months_first() -> None:
    assert count_back(150, [(100, 31), (100, 30)]) == 31 + 15
    assert count_back(0, [(100, 31)]) == 0
    assert math.isnan(count_back(500, [(100, 31), (100, 30)]))
    assert math.isnan(count_back(10, []))


def test_plain_and_best_dso() -> None:
    found = dso(300, 100, [(100, 30), (200, 60)])
    assert (found.plain, found.best_possible, found.days) == (90.0, 30.0, 90)
    assert math.isnan(dso(1, 1, []).plain)


def test_gini_of_equals_is_zero_and_of_one_holder_nearly_one() -> None:
    assert math.isclose(gini([5, 5, 5, 5]), 0, abs_tol=1e-12)
    assert math.isclose(gini([0, 0, 0, 8]), 0.75)
    assert math.isnan(gini([]))


def test_nobody_holds_anything() -> None:
    found = concentration([], (0.01, 0.1))
    assert (found.customers, found.amount) == (0, 0)
    assert math.isnan(found.gini) and found.top["amount"].tolist() == [0, 0]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=200))
def test_the_top_share_is_what_sorting_finds(amounts: list[int]) -> None:
    found = concentration(amounts, (0.1, 1.0))
    size = max(1, math.ceil(0.1 * len(amounts)))
    assert found.top["amount"].tolist() == [sum(sorted(amounts)[-size:]), sum(amounts)]
    n, total = len(amounts), sum(amounts)
    pairs = sum(abs(a - b) for a in amounts for b in amounts)
    assert math.isclose(found.gini, pairs / (2 * n * total), rel_tol=1e-9, abs_tol=1e-12)
    assert found.curve["amount_share"].is_monotonic_increasing
