"""Whether nothing at all will be left on the assessment day: a question of its own, beside how much.

A band of what is left never ends at 0 while one fen is open; that everybody pays has a chance.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from analytics.outcomes import Debts
from analytics.run_off_cells import Floats, RunOff

Verdict = Literal["in_time", "uncertain", "not_in_time"]
LIKELY, HARDLY = 0.8, 0.2
"""The chance from which it will clear, and up to which it will not; between them nothing is certain."""
_TOGETHER = ndtri((np.arange(20) + 0.5) / 20)
"""How far all may be moved, in standard deviations; equally likely."""


def chances(known: RunOff, rows: pd.DataFrame) -> pd.Series:
    """Per key of `rows` (of `queries.run_off`, one day), the chance that nothing will be left.

    The product over customers of 1 - the chance that they leave something, averaged over what moves all of
    them together.
    """
    cell, unit = known.coded.places(rows)
    odds, customers = known.odds[cell] + known.of_unit[unit], rows["customers"].to_numpy(float)
    return _chances(odds, known.common, customers, rows["key"].to_numpy())


def chance_at(debts: Debts, customers: Floats) -> float:
    """The same of rows that are one key, by their debts and how many customers each row is."""
    return float(_chances(debts.odds, debts.common, customers, debts.key).iloc[0])


def _chances(odds: Floats, common: float, customers: Floats, key: NDArray[Any]) -> pd.Series:
    moved = odds[:, None] + _TOGETHER * np.sqrt(common)
    logs = -np.logaddexp(0, moved) * customers[:, None]
    by_key = pd.DataFrame(logs).groupby(key, sort=True).sum()
    return pd.Series(np.exp(by_key.to_numpy()).mean(axis=1), index=by_key.index)


def verdict(chance: float) -> Verdict:
    """能够, 不能确定 or 不能 clear in time."""
    return "in_time" if chance >= LIKELY else "not_in_time" if chance <= HARDLY else "uncertain"
