"""The registry: what is declared, what unknown and never mean, and exact codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import indicators
from analytics.errors import RefusedError
from analytics.indicators import REGISTRY

every = pytest.mark.parametrize("key", list(REGISTRY))


def frame(**columns: float) -> pd.DataFrame:
    return pd.DataFrame({name: [value] for name, value in columns.items()})


def value(key: str, **columns: float) -> float:
    return float(REGISTRY[key].compute(frame(**columns))[0])


@every
def test_each_is_fully_declared(key: str) -> None:
    one = REGISTRY[key]
    assert one.key == key and one.group in indicators.GROUPS
    assert one.direction in ("benefit", "cost")
    assert one.zh and one.en and one.unit and one.window and one.sources
    assert one.low < one.high and 2 <= one.steps <= 60_000
    assert set(one.classes) <= set(indicators.ALL) and one.classes


@every
def test_the_grid_is_its_own_codes(key: str) -> None:
    one = REGISTRY[key]
    grid = one.grid()
    assert len(grid) == one.steps
    assert (one.codes(grid) == np.arange(one.steps)).all()
    assert (grid[0], grid[-1]) == (one.low, one.high)
    assert one.codes([np.nan, -np.inf, np.inf, one.high * 2]).tolist() == [one.steps, 0, *[one.steps - 1] * 2]


@every
def test_nothing_known_is_nan_never_a_guess(key: str) -> None:
    one = REGISTRY[key]
    empty = pd.DataFrame({c: [np.nan, 0.0] for c in one.formula.ingredients})
    found = one.compute(empty)
    assert np.isnan(found[0])
    if len(one.formula.ingredients) > 1:
        assert np.isnan(found[1])


@given(st.sampled_from(list(REGISTRY)), st.floats(-1e6, 1e6))
def test_codes_are_the_nearest_grid_value(key: str, x: float) -> None:
    one = REGISTRY[key]
    nearest = one.grid()[one.codes([x])[0]]
    clipped = min(max(x, one.low), one.high)
    assert abs(nearest - clipped) <= one.precision / 2 * (1 + 1e-9)
    assert one.codes(one.at_precision([x]))[0] == one.codes([x])[0]


def test_never_is_infinite_and_unknown_is_nan() -> None:
    known = {"days_since_arrear": np.nan, "arrears_all": 0.0, "overdue": 0.0}
    assert value("months_since_arrear", due_periods_all=12, **known) == np.inf
    assert np.isnan(value("months_since_arrear", due_periods_all=0, **known))
    assert (
        value("months_since_arrear", due_periods_all=3, days_since_arrear=69, arrears_all=1, overdue=0) == 2.3
    )
    assert (
        value("months_since_arrear", due_periods_all=3, days_since_arrear=69, arrears_all=1, overdue=1) == 0
    )
    theft = {"theft_count": 0.0, "theft_days": np.nan, "unknown_violations": 0.0}
    assert value("theft_years", violations_known=1, **theft) == np.inf
    assert np.isnan(value("theft_years", violations_known=0, **theft))


@pytest.mark.parametrize("kind", ["theft", "violation"])
def test_a_record_of_no_kind_leaves_never_unknown_and_what_is_known_known(kind: str) -> None:
    told = {"violations_known": 1.0, "unknown_violations": 1.0, "unknown_violations_36m": 1.0}
    none = {f"{kind}_count": 0.0, f"{kind}_days": np.nan, f"{kind}_count_36m": 0.0}
    assert np.isnan(value(f"{kind}_years", **told, **none))
    assert np.isnan(value(f"{kind}_count", **told, **none))
    some = {f"{kind}_count": 2.0, f"{kind}_days": 730.5, f"{kind}_count_36m": 1.0}
    assert (value(f"{kind}_years", **told, **some), value(f"{kind}_count", **told, **some)) == (2, 1)
    assert value(f"{kind}_count", **{**told, "unknown_violations_36m": 0.0}, **none) == 0


def test_arrears_scale_with_the_periods_billed() -> None:
    assert value("arrears_12m", arrears=3, due_periods=12, active_months=12) == 3
    assert value("arrears_12m", arrears=3, due_periods=6, active_months=12) == 6
    assert value("arrears_12m", arrears=1, due_periods=3, active_months=3) == 1


def test_overdue_money_in_mean_bills() -> None:
    seen = {"due_periods_all": 5.0}
    assert value("overdue_bills", overdue=15_000, billed_12m=120_000, billed_periods=12, **seen) == 1.5
    assert value("overdue_days", overdue_days=806, due_periods_all=3) == 806
    assert value("overdue_days", overdue_days=0, due_periods_all=3) == 0
    assert np.isnan(value("overdue_days", overdue_days=0, due_periods_all=0))
    assert value("overdue_bills", overdue=0, billed_12m=0, billed_periods=0, **seen) == 0
    assert value("overdue_bills", overdue=500, billed_12m=0, billed_periods=0, **seen) == np.inf


def test_shares_trends_and_use() -> None:
    assert value("on_time_share", on_time=33_333, due_amount=100_000) == 33.3
    bills = {"kwh_bills": 12.0, "kwh_before_bills": 12.0}
    assert value("consumption_trend", kwh_12m=900, kwh_before_12m=1000, **bills) == -10
    assert np.isnan(
        value("consumption_trend", kwh_12m=9, kwh_before_12m=10, kwh_bills=3, kwh_before_bills=12)
    )
    assert value("capacity_use", kwh_12m=73_000, active_months=10, capacity_kva=100) == 10
    assert value("volatility", kwh_12m=40, kwh_bills=4, kwh_squares=400) == 0
    assert value("volatility", kwh_12m=40, kwh_bills=4, kwh_squares=20**2 * 2) == 100


def test_a_missing_ingredient_and_an_unknown_indicator_are_named() -> None:
    with pytest.raises(RefusedError) as refused:
        REGISTRY["on_time_share"].compute(frame(on_time=1))
    assert refused.value.params == {"key": "on_time_share", "missing": "due_amount"}
    with pytest.raises(RefusedError, match="indicator_unknown"):
        indicators.compute(frame(a=1), ["height"])


def test_nullable_columns_are_read() -> None:
    table = pd.DataFrame({"on_time": pd.array([1, None], dtype="Int64"), "due_amount": [2, 2]})
    found = indicators.compute(table, ["on_time_share"])["on_time_share"]
    assert found[0] == 50 and np.isnan(found[1])


def test_codes_hold_every_step() -> None:
    """The highest code, unknown, is one above the last step; a narrower type would wrap."""
    for known in indicators.REGISTRY.values():
        assert known.codes([known.high, float("nan")]).tolist() == [known.steps - 1, known.steps], known.key
