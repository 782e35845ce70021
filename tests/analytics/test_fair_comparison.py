"""What an action brought: against plain Python, and where nothing can be said."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.fair_comparison import AGE_EDGES, AMOUNT_EDGES, compared

ROW = st.tuples(
    st.booleans(),
    st.integers(0, 3_000_000),
    st.integers(0, 100),
    st.integers(0, 400),
    st.sampled_from(["A", "E", None]),
)


def frame(rows: list[tuple[bool, int, int, int, str | None]]) -> pd.DataFrame:
    made = [(a, owed, owed * share // 100, days, g) for a, owed, share, days, g in rows]
    return pd.DataFrame(made, columns=["acted", "owed", "paid", "days_overdue", "grade"])


@settings(max_examples=100, deadline=None)
@given(st.lists(ROW, max_size=60))
def test_the_gain_is_that_of_cells_weighed_by_the_money_acted_upon(
    rows: list[tuple[bool, int, int, int, str | None]],
) -> None:
    made, cells = compared(frame(rows), least=2), defaultdict(lambda: ([0, 0, 0], [0, 0, 0]))
    for acted, owed, share, days, grade in rows:
        if owed:
            place = sum(owed >= e for e in AMOUNT_EDGES), sum(days >= e for e in AGE_EDGES), grade
            side = cells[place][0 if acted else 1]
            side[0], side[1], side[2] = side[0] + 1, side[1] + owed, side[2] + owed * share // 100
    both = [(mine, other) for mine, other in cells.values() if mine[0] >= 2 and other[0] >= 2]
    weight = sum(mine[1] for mine, _ in both)
    assert made.compared == sum(mine[0] for mine, _ in both) and made.compared_owed == weight
    if not both:
        assert math.isnan(made.gain) and not made.is_clear
        return
    gain = sum(
        Fraction(mine[1], weight) * (Fraction(mine[2], mine[1]) - Fraction(other[2], other[1]))
        for mine, other in both
    )
    assert made.gain == pytest.approx(float(gain), abs=1e-12)
    assert made.low <= made.gain <= made.high


def test_who_pays_more_by_themselves_is_not_credited_to_the_action() -> None:
    """The action goes to old large debts: paid less in all, and more than those alike."""
    old = [(True, 5_000_000, 30, 200, "E")] * 40 + [(False, 5_000_000, 20, 200, "E")] * 40
    new = [(False, 20_000, 90, 5, "A")] * 400
    made = compared(frame(old + new))
    assert made.acted == pytest.approx(0.3) and made.alike == pytest.approx(0.2)
    assert made.gain == pytest.approx(0.1) and made.is_clear
    assert made.gained == pytest.approx(0.1 * 40 * 5_000_000)
    assert (made.customers, made.compared, made.others) == (40, 40, 40)


def test_few_alike_say_nothing_and_wrong_money_is_refused() -> None:
    few = [(True, 20_000, 100, 5, "A")] * 9 + [(False, 20_000, 0, 5, "A")] * 4
    assert math.isnan(compared(frame(few)).gain)
    with pytest.raises(RefusedError, match="compared_columns"):
        compared(frame(few).drop(columns="paid"))
    with pytest.raises(RefusedError, match="compared_money"):
        compared(frame(few).assign(paid=20_001))


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 40), st.integers(0, 100), st.integers(0, 100))
def test_two_sides_that_pay_alike_differ_by_nothing(n: int, share: int, days: int) -> None:
    rows = [(acted, 50_000, share, days, "A") for acted in (True, False) for _ in range(n)]
    assert compared(frame(rows)).gain == 0
