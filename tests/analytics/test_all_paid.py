"""The chance that nothing is left, against outcomes drawn one by one; and what is said of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.all_paid import chances, verdict
from analytics.run_off_cells import CELL, Coded, RunOff

ALIKE = dict.fromkeys(CELL, 0)
CELLS = pd.MultiIndex.from_frame(pd.DataFrame([{**ALIKE, "lag_band": band} for band in (0, 5)]))
ODDS = np.array([-3.0, 1.0])


def known(common: float) -> RunOff:
    """Two cells and two units; the second pays slower."""
    units, moves, part = pd.Index(["01", "02"]), np.array([0.0, 0.5]), np.full(2, 0.5)
    return RunOff(Coded(CELLS, units), ODDS, np.zeros(2), moves, part, 1.0, common, 24)


def rows(*of: tuple[str, str, int, int]) -> pd.DataFrame:
    """(key, unit, lag band, customers)."""
    frame = pd.DataFrame(of, columns=["key", "org_no", "lag_band", "customers"])
    return frame.assign(**{name: value for name, value in ALIKE.items() if name != "lag_band"})


def test_the_chance_is_how_often_drawn_customers_all_pay() -> None:
    frame = rows(("a", "01", 0, 12), ("a", "02", 0, 3), ("b", "02", 5, 1), ("c", "01", 0, 1))
    drawn, found = np.random.default_rng(1), chances(known(0.09), frame)
    for key, own in frame.groupby("key"):
        moved = drawn.normal(0, 0.3, 40_000)
        paid = np.ones(40_000, bool)
        for row in own.to_dict("records"):
            odds = ODDS[row["lag_band"] // 5] + 0.5 * (row["org_no"] == "02") + moved
            paid &= (drawn.random((row["customers"], 40_000)) > 1 / (1 + np.exp(-odds))).all(axis=0)
        assert found[key] == pytest.approx(paid.mean(), abs=0.01)
    assert found["b"] < found["a"] < found["c"]


@pytest.mark.parametrize(
    ("chance", "said"),
    [(1.0, "in_time"), (0.8, "in_time"), (0.79, "uncertain"), (0.21, "uncertain"), (0.2, "not_in_time")],
)
def test_it_will_it_will_not_or_nobody_can_tell(chance: float, said: str) -> None:
    assert verdict(chance) == said
