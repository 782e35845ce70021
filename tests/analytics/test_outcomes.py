"""Outcomes that are drawn: one debtor, many, all moved together, and the same whoever asks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from scipy.stats import binom

from analytics.outcomes import Debts, drawn


def debts(
    chances: list[float], sizes: list[float], keys: list[int], common: float = 0.0, doubt: float = 0.0
) -> Debts:
    """One debtor a row."""
    rows = len(sizes)
    return Debts(
        keys=pd.Index(sorted(set(keys))),
        key=np.searchsorted(sorted(set(keys)), keys),
        open=np.array(sizes),
        squares=np.array(sizes) ** 2,
        odds=logit(np.array(chances)),
        part=np.ones(rows),
        cell=np.zeros(rows, np.uint64),
        doubt=np.full(rows, doubt),
        name=np.arange(rows, dtype=np.uint64),
        spread=1.0,
        common=common,
    )


@pytest.mark.parametrize(("chance", "low", "expected", "high"), [
    (0.3, 0, 0, 1000), (0.7, 0, 1000, 1000), (0.04, 0, 0, 0), (0.96, 1000, 1000, 1000),
])  # fmt: skip
def test_one_debtor_pays_or_not(chance: float, low: int, expected: int, high: int) -> None:
    (row,) = drawn(debts([chance], [1000.0], [0])).to_dict("records")
    assert (row["open"], row["low"], row["expected"], row["high"]) == (1000, low, expected, high)


@pytest.mark.parametrize("debtors", [3, 12, 400])
def test_equal_debtors_are_binomial(debtors: int) -> None:
    (row,) = drawn(debts([0.6] * debtors, [1000.0] * debtors, [0] * debtors)).to_dict("records")
    steady = binom(debtors, 0.6)
    for name, level in (("low", 0.1), ("expected", 0.5), ("high", 0.9)):
        near = max(1.0, 0.15 * steady.std()) * 1000
        assert abs(row[name] - 1000 * steady.ppf(level)) <= near


def test_a_large_one_among_small_ones_is_not_averaged() -> None:
    (row,) = drawn(debts([0.97] + [0.9] * 50, [1e6] + [1000.0] * 50, [0] * 51)).to_dict("records")
    assert row["low"] > 1e6 and row["expected"] > 1_040_000


def test_what_moves_all_together_widens_the_band_of_many() -> None:
    many = [0.5] * 1000, [1000.0] * 1000, [0] * 1000
    for moves in ({"common": 0.25}, {"doubt": 0.25}):
        sure, moved = (drawn(debts(*many, **m)) for m in ({}, moves))
        assert (moved["high"] - moved["low"]).item() > 4 * (sure["high"] - sure["low"]).item()


def test_the_same_debtors_are_told_the_same_alone_and_beside_others() -> None:
    chances, sizes = [0.3, 0.6, 0.8, 0.5], [500.0, 800.0, 900.0, 300.0]
    beside = drawn(debts(chances, sizes, [0, 0, 1, 1])).iloc[0]
    alone = drawn(debts(chances[:2], sizes[:2], [0, 0])).iloc[0]
    assert beside.to_dict() == alone.to_dict()
    assert len(drawn(debts(chances * 200, sizes * 200, list(range(800))))) == 800
