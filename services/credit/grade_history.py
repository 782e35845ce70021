"""How grades move between two days and over the month ends, by one policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import validation
from analytics.grading import UNGRADED
from services.credit.slim import Slim

Index = npt.NDArray[np.int16]

MONTHS = 24
STABLE, SHIFTED = 0.1, 0.25
"""PSI below the first is stable, above the second a shift to be explained."""


def positions(given: Slim, grades: Mapping[str, Index], models: Sequence[str] | None = None) -> Index:
    """The grade's position by customer key, of some classes or all; −1 for those who have none."""
    whole = np.full(given.customers, UNGRADED, dtype=np.int16)
    for part in given.parts:
        if models is None or part.model in models:
            whole[part.rows] = grades[part.model]
    return whole


def balances(given: Slim) -> npt.NDArray[np.int64]:
    """The open money by customer key (fen); 0 for those of no class."""
    whole = np.zeros(given.customers, dtype=np.int64)
    for part in given.parts:
        whole[part.rows] = part.balance
    return whole


def matrix(first: Index, second: Index, money: npt.NDArray[np.int64], keys: Sequence[str]) -> pd.DataFrame:
    """`old, new, households, balance` and of each old grade the shares that went to each new one.

    Who has no grade on one of the days is left out; `money` is each customer's on the later day (fen).
    """
    both = (first != UNGRADED) & (second != UNGRADED)
    width = len(keys)
    cell = first[both].astype(np.int64) * width + second[both]
    frame = pd.DataFrame(
        {
            "old": np.repeat(np.array(keys, dtype=object), width),
            "new": np.tile(np.array(keys, dtype=object), width),
            "households": np.bincount(cell, minlength=width**2),
            "balance": np.rint(np.bincount(cell, weights=money[both], minlength=width**2)).astype(np.int64),
        }
    )
    for measure in ("households", "balance"):
        total = frame.groupby("old", sort=False)[measure].transform("sum")
        frame[f"{measure}_share"] = frame[measure] / total.where(total > 0)
    return frame


def counts(graded: Index, grades: int) -> npt.NDArray[np.int64]:
    """Households in each grade, best first."""
    return np.bincount(graded[graded != UNGRADED], minlength=grades).astype(np.int64)


def psi(first: Index, second: Index, grades: int) -> float:
    """The stability of the distribution, everybody counted who has a grade on the day."""
    return validation.psi(counts(first, grades), counts(second, grades))


def month_ends(last: date, first: date, most: int = MONTHS) -> list[date]:
    """The newest month ends up to `last`, none before `first`, oldest first."""
    days: list[date] = []
    day = (last + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    while day >= first and len(days) < most:
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days[::-1]


def trend(by_day: Mapping[date, npt.NDArray[np.int64]], keys: Sequence[str]) -> pd.DataFrame:
    """`ym, as_of, grade, households, share` of each day's households, oldest day first."""
    rows = []
    for day in sorted(by_day):
        held = by_day[day]
        total = int(held.sum())
        for key, n in zip(keys, held.tolist(), strict=True):
            share = n / total if total else float("nan")
            rows.append((day.year * 100 + day.month, day, key, n, share))
    return pd.DataFrame(rows, columns=["ym", "as_of", "grade", "households", "share"])
