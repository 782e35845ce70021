"""What a change is made of: contributions sum to it, sizes alone add nothing, one is left out."""

from __future__ import annotations

from fractions import Fraction
from math import fsum, isclose, isnan

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.change import SUMS, apportioned, of_amount, of_rate, rate_weights

MOST = 10**13
WHOLE = st.integers(0, MOST)


@st.composite
def keys(draw: st.DrawFn) -> pd.DataFrame:
    """Up to a dozen keys with what was billed and collected on two days; some on one day alone."""
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        wholes = draw(WHOLE), draw(WHOLE)
        parts = (draw(st.integers(-whole // 10, whole)) for whole in wholes)
        a0, a1 = parts
        rows.append((a0, wholes[0], a1, wholes[1]))
    frame = pd.DataFrame(rows, columns=list(SUMS), dtype="int64")
    assume(frame["whole_then"].sum() > 0 and frame["whole_now"].sum() > 0)
    return frame


def rate(part: int, whole: int) -> Fraction:
    return Fraction(int(part), int(whole))


@given(keys())
def test_contributions_sum_to_the_change_and_are_rate_and_weight(rows: pd.DataFrame) -> None:
    found = of_rate(rows)
    a0, p0, a1, p1 = (int(rows[name].sum()) for name in SUMS)
    change = rate(a1, p1) - rate(a0, p0)
    assert isclose(fsum(found["change"]), float(change), rel_tol=1e-9, abs_tol=1e-14)
    for row in found.to_dict("records"):
        assert isclose(row["rate_effect"] + row["weight_effect"], row["change"], rel_tol=1e-9, abs_tol=1e-13)
    weights = rate_weights((a0, p0), (a1, p1))
    linear = sum(rows[name] * weights[name] for name in SUMS)
    assert all(
        isclose(x, y, rel_tol=1e-6, abs_tol=1e-12) for x, y in zip(linear, found["change"], strict=True)
    )


@given(keys())
def test_one_left_out_is_the_rate_of_the_others(rows: pd.DataFrame) -> None:
    found = of_rate(rows)
    for i in range(len(rows)):
        others = rows.drop(index=i)
        for day, column in (("then", "without_then"), ("now", "without")):
            part, whole = int(others[f"part_{day}"].sum()), int(others[f"whole_{day}"].sum())
            said = found[column].iloc[i]
            assert isclose(said, rate(part, whole), rel_tol=1e-9) if whole else isnan(said)


def test_a_key_that_only_grows_adds_nothing_and_one_that_is_better_lifts_by_its_weight() -> None:
    """All at 90 %: one doubles. Then of kept rates, 80 and 100 %, the better one's share goes from ½ to ¾."""
    even = pd.DataFrame({"part_then": [90, 90], "whole_then": [100, 100], "part_now": [180, 90]})
    assert of_rate(even.assign(whole_now=[200, 100]))["change"].tolist() == [0.0, 0.0]
    mixed = pd.DataFrame({"part_then": [80, 100], "whole_then": [100, 100], "part_now": [80, 300]})
    found = of_rate(mixed.assign(whole_now=[100, 300]))
    assert found["rate_effect"].tolist() == [0.0, 0.0]
    # R = 0.90 and 0.95, R* = 0.925; c = (−¼)(0.80 − 0.925) and (+¼)(1.00 − 0.925)
    assert found["change"].tolist() == pytest.approx([0.03125, 0.01875])
    assert found["without"].tolist() == [1.0, 0.8]


@given(keys())
def test_amounts_sum_to_the_change_to_the_cent(rows: pd.DataFrame) -> None:
    found = of_amount(rows)
    assert int(found["change"].sum()) == int(rows["part_now"].sum()) - int(rows["part_then"].sum())
    assert (found["without"] + rows["part_now"] == int(rows["part_now"].sum())).all()


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=20), st.integers(0, 3), st.sampled_from((-0.4, 0, 0.4))
)
def test_rounded_figures_add_up_to_what_is_written(values: list[float], decimals: int, off: float) -> None:
    step = 10.0**-decimals
    total = round(fsum(values) / step + off) * step
    shown = apportioned(pd.Series(values), decimals, total)
    assert isclose(fsum(shown), total, abs_tol=step * 1e-6 + 1e-9)
    assert all(abs(x - y) < step * (1 + 1e-6) for x, y in zip(shown, values, strict=True))
