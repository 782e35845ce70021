"""How likely a customer's coming month is paid late: points for a few facts, fitted on past months only.

A logistic regression on classes of facts, as scorecards are made (Anderson 2007, The Credit Scoring Toolkit,
ch. 16): each class of each fact has its points of log odds, so that a forecast is read off a table. At the
maximum of the likelihood the forecasts of a class add up to what came of it (but for the ridge).

Late: open at the end of the day after the due day. Month k back from a day is the bit 2**k: from the day k
months before, not counted, to that k - 1 months before; 0 is the coming one. Standing before month k, only
what is older is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.indicators import ALL as CLASSES

Bits = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]

FEATURES: dict[str, tuple[str, ...]] = {
    "lately": ("0", "1", "00", "01", "10", "11", "000", "001", "010", "011", "100", "101", "110", "111"),
    "late_12m": ("0", "1", "2", "3-4", "5-8", "9-12"),
    "long_12m": ("0", "1", "2-12"),
    "year_ago": ("none", "paid", "late"),
    "billed_12m": ("1-3", "4-8", "9-12"),
    "class": (*CLASSES, ""),
}
"""The facts and their classes. lately: of the last months with something due, the newest first, 1 late;
late_12m, long_12m, billed_12m: months of twelve that were late, open for 28 days more, that had something
due; year_ago: what came in the month that is twelve before; class: of the customer.
"""
WINDOWS = 12
"""Months that a forecast is fitted on, each as it was seen when it came."""
LEAST = 50
"""Late months, and months in time, that a fit wants: with fewer there is no forecast."""
_RIDGE = 1.0
_YEAR = np.int64(0xFFF)
_SIZES = tuple(len(values) for values in FEATURES.values())


@dataclass(frozen=True)
class Histories:
    """Customers, a row each: bits of the months with something due, late, open 28 days more; their class."""

    billed: Bits
    late: Bits
    long: Bits
    classes: npt.NDArray[np.int64]

    @staticmethod
    def of(frame: pd.DataFrame) -> Histories:
        """Of columns `billed, late, long` and `class`; one that is unknown is the last."""
        places = {name: place for place, name in enumerate(FEATURES["class"])}
        codes, names = pd.factorize(frame["class"])
        last = len(places) - 1
        of = np.array([*(places.get(str(name), last) for name in names), last], dtype=np.int64)
        billed, late, long = (frame[name].to_numpy(dtype=np.int64) for name in ("billed", "late", "long"))
        return Histories(billed, late, long, of[codes])


@dataclass(frozen=True)
class Points:
    """A fitted forecast: log odds of the first classes of all facts, and what each other class adds to it.

    `table`: fact, value, months (fitted on), late, points. `rate`: late of all months fitted on.
    """

    start: float
    points: dict[str, Array]
    table: pd.DataFrame
    rate: float


def known(histories: Histories, back: int) -> npt.NDArray[np.bool_]:
    """Who had something due in the twelve months before month `back`: of others nothing is forecast."""
    found: npt.NDArray[np.bool_] = (histories.billed >> (back + 1)) & _YEAR != 0
    return found


def facts(histories: Histories, back: int) -> dict[str, npt.NDArray[np.int64]]:
    """The class of each of FEATURES by its place, standing before month `back`; any where none is known."""
    billed, late = (bits >> (back + 1) & _YEAR for bits in (histories.billed, histories.late))
    long = histories.long >> (back + 2) & _YEAR
    lately, rest = np.zeros(len(billed), dtype=np.int64), billed
    for taken in range(3):
        newest = rest & -rest
        rest = rest ^ newest
        is_late = (late & newest != 0).astype(np.int64)
        more = (lately - (2**taken - 2)) * 2 + is_late + 2 ** (taken + 1) - 2 if taken else is_late
        lately = np.where(newest != 0, more, lately)
    count = [np.bitwise_count(bits).astype(np.int64) for bits in (late & billed, long, billed)]
    ago = np.int64(1) << 11
    return {
        "lately": lately,
        "late_12m": np.searchsorted([1, 2, 3, 5, 9], count[0], side="right"),
        "long_12m": np.minimum(count[1], 2),
        "year_ago": np.where(billed & ago == 0, 0, np.where(late & ago == 0, 1, 2)),
        "billed_12m": np.searchsorted([4, 9], count[2], side="right"),
        "class": histories.classes,
    }


Seen = dict[int, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]
"""By month back: customers by all their facts together, and how many of these were late."""


def fit(histories: Histories, windows: Sequence[int], seen: Seen | None = None) -> Points | None:
    """Points of the months `windows` back, whose outcomes are known; None where LEAST are not there.

    A month that is older than the data, or that has too little before it, says nothing and is left out.
    `seen` keeps what was counted of each month, for the next fit of the same histories.
    """
    seen = {} if seen is None else seen
    for back in windows:
        if back not in seen:
            seen[back] = _seen(histories, back)
    months = np.sum([seen[back][0] for back in windows], axis=0)
    lates = np.sum([seen[back][1] for back in windows], axis=0)
    cells = np.flatnonzero(months)
    n, y = months[cells].astype(np.float64), lates[cells].astype(np.float64)
    if min(y.sum(), n.sum() - y.sum()) < LEAST:
        return None
    classes = np.unravel_index(cells, _SIZES)
    design = np.column_stack(
        [
            np.ones(len(cells)),
            *(c == v for c, size in zip(classes, _SIZES, strict=True) for v in range(1, size)),
        ]
    ).astype(np.float64)
    beta = _maximum(design, n, y)
    points, told, place = {}, [], 1
    for (name, values), of in zip(FEATURES.items(), classes, strict=True):
        points[name] = np.concatenate([[0.0], beta[place : place + len(values) - 1]])
        place += len(values) - 1
        counts = (np.bincount(of, weights, len(values)).astype(np.int64) for weights in (n, y))
        told.append(
            pd.DataFrame(
                {
                    "fact": name,
                    "value": values,
                    **dict(zip(("months", "late"), counts, strict=True)),
                    "points": points[name],
                }
            )
        )
    return Points(float(beta[0]), points, pd.concat(told, ignore_index=True), float(y.sum() / n.sum()))


def forecast(points: Points, histories: Histories, back: int) -> Array:
    """P(late) of month `back`: that of what is due something is open after it; NaN where not `known`."""
    total = np.full(len(histories.billed), points.start)
    for name, of in facts(histories, back).items():
        total += points.points[name][of]
    return np.where(known(histories, back), 1 / (1 + np.exp(-total)), np.nan)


def reasons(points: Points, histories: Histories, back: int) -> npt.NDArray[np.int16]:
    """The two facts that raise a forecast most above the mean of the months fitted on, the greater first.

    Rows of `points.table`, a pair a customer; -1 where no further fact raises it, or nothing is forecast.
    """
    above, rows, start = [], [], 0
    for name, of in facts(histories, back).items():
        told = points.table[points.table["fact"] == name]
        mean = float(np.average(points.points[name], weights=told["months"].to_numpy(dtype=np.float64)))
        above.append(points.points[name][of] - mean)
        rows.append((start + of).astype(np.int16))
        start += len(FEATURES[name])
    adds, places = np.column_stack(above), np.column_stack(rows)
    order = np.argsort(-adds, axis=1, kind="stable")[:, :2]
    raised = (np.take_along_axis(adds, order, axis=1) > 0) & known(histories, back)[:, None]
    return np.where(raised, np.take_along_axis(places, order, axis=1), np.int16(-1)).astype(np.int16)


def as_last_month(histories: Histories, back: int) -> Array:
    """1 where the last month with something due was late, else 0: what last month's list says."""
    lately = facts(histories, back)["lately"]
    newest = np.array([float(value[0]) for value in FEATURES["lately"]])
    return np.where(known(histories, back), newest[lately], np.nan)


def caught(order_by: npt.ArrayLike, money: npt.ArrayLike, calls: Sequence[int]) -> list[float]:
    """Share of the late money that the first n customers have, the greatest of `order_by` first."""
    by, late = np.asarray(order_by, dtype=np.float64), np.asarray(money, dtype=np.float64)
    order = np.argsort(-np.nan_to_num(by, nan=-np.inf), kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(late[order])])
    return [float(sums[min(n, len(late))] / sums[-1]) if sums[-1] > 0 else float("nan") for n in calls]


def _seen(histories: Histories, back: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    due = known(histories, back) & (histories.billed >> back & 1 == 1)
    codes = np.ravel_multi_index(tuple(facts(histories, back).values()), _SIZES)[due]
    late = codes[histories.late[due] >> back & 1 == 1]
    many = int(np.prod(_SIZES))
    return np.bincount(codes, minlength=many), np.bincount(late, minlength=many)


def _maximum(design: Array, n: Array, y: Array) -> Array:
    """The coefficients of the greatest likelihood by Newton's steps, all but the first slightly ridged."""
    penalty = np.diag([0.0] + [_RIDGE] * (design.shape[1] - 1))
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(y.sum() / (n.sum() - y.sum()))
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (y - n * p) - penalty @ beta
        step = np.linalg.solve(design.T @ (design * (n * p * (1 - p))[:, None]) + penalty, gradient)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(beta)
