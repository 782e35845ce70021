"""How debts of closed months run off until the assessment day: chain ladder, with a customer as the unit.

The development step of the triangle is from a day of the month to the assessment day; its rows are the
months before. Customers are in cells (closed account, lag of the oldest open bill month, class, size). The
chance that something is left is the cell's, shrunk to wider cells, moved on the log-odds scale by the season
(the same month of earlier years) and by the unit, each as far as its record goes beyond chance
(docs/decisions/0100).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, logit

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

CELL = ["is_closed", "lag_band", "class", "size_band"]
WIDER = (["is_closed"], ["is_closed", "lag_band"], ["is_closed", "lag_band", "class"], CELL)
LAG_EDGES = (1, 2, 3, 4, 6, 9, 13, 25)
"""Months between the oldest open bill month and the closed one, from which a band begins."""
SIZE_EDGES = (10_000, 30_000, 100_000, 500_000, 3_000_000, 20_000_000)
"""Fen that a customer holds, from which a band begins."""
FEWEST, MOST = 12, 36
"""Past months that a forecast needs (each season once), and that it looks at."""
SHARE = 0.8
"""Of the outcomes shall lie in the band."""
CREDIBLE = 20.0
"""Customers whose own rate weighs as much as that of the wider cell."""
UNTOLD = 1e3
"""The variance of a move from which nothing is told."""
COMMON, PRIOR, LEAST_COMMON = 0.12, 8.0, 0.05
"""What moves all debts of a month together (log-odds) before the record tells; its weight in months."""


@dataclass(frozen=True, eq=False)
class Past:
    """Past months: cells and units as codes; one row per (month, unit, cell), months in order."""

    cells: pd.MultiIndex
    units: pd.Index
    days: tuple[date, ...]
    deadlines: tuple[date, ...]
    month: Ints
    cell: Ints
    unit: Ints
    wider: tuple[Ints, ...]  # of each cell: its code among the wider cells, widest first
    amounts: dict[str, Floats]  # customers, kept_customers, open, kept, open_of_kept, squares


@dataclass(frozen=True, eq=False)
class RunOff:
    """What a day knows: log-odds that something is left by cell, and how sure that is."""

    cells: pd.MultiIndex
    units: pd.Index
    odds: Floats  # by cell, season included
    of_unit: Floats  # to be added, by unit
    part: Floats  # by cell: what is left of each yuan of those who leave anything
    spread: float  # of single debtors, as a multiple of independent ones
    common: float  # variance of what moves all together
    months: int  # past months behind it


def past(rows: pd.DataFrame, days: dict[date, date]) -> Past:
    """Code the rows of `queries.run_off` of everything; `days`: each day's deadline."""
    order = sorted(days)  # consecutive months
    rows = rows.assign(day=pd.to_datetime(rows["day"]).dt.date)
    cells = pd.MultiIndex.from_frame(rows[CELL].drop_duplicates().sort_values(CELL))
    units = pd.Index(np.sort(rows["org_no"].unique()))
    frame = cells.to_frame(index=False)
    wider = tuple(frame.groupby(keys, sort=False).ngroup().to_numpy() for keys in WIDER)
    numbers = ("customers", "kept_customers", "open", "kept", "open_of_kept", "squares")
    month = rows["day"].map({d: i for i, d in enumerate(order)}).to_numpy(np.int64)
    by_month = np.argsort(month, kind="stable")
    cell = cells.get_indexer(pd.MultiIndex.from_frame(rows[CELL]))
    return Past(
        cells=cells,
        units=units,
        days=tuple(order),
        deadlines=tuple(days[d] for d in order),
        month=month[by_month],
        cell=cell[by_month],
        unit=units.get_indexer(rows["org_no"])[by_month],
        wider=wider,
        amounts={n: rows[n].to_numpy(float)[by_month] for n in numbers},
    )


def run_off(past: Past, day: date) -> RunOff | None:
    """What `day`, one of the past's, knows of months with a deadline by then; None with fewer than FEWEST."""
    known = sum(deadline <= day for deadline in past.deadlines)
    first = max(known - MOST, 0)
    at = slice(*np.searchsorted(past.month, [first, known]))
    month, cell, unit = past.month[at] - first, past.cell[at], past.unit[at]
    amounts = {name: values[at] for name, values in past.amounts.items()}
    months = len(np.unique(month))
    if months < FEWEST:
        return None
    count, kept = (
        _table(month, cell, amounts[n], (known - first, len(past.cells)))
        for n in ("customers", "kept_customers")
    )
    odds = logit(_chances(past.wider, count.sum(axis=0), kept.sum(axis=0)))
    offsets, doubts = _offsets(odds, count, kept)
    part = _parts(past.wider[1], cell, amounts)
    apart = odds[cell] + offsets[month]
    of_unit = _of_units(apart, unit, amounts, len(past.units))
    spread, common = _noise(apart + of_unit[unit], part[cell], month, unit, amounts)
    season, doubt = _season(offsets, doubts, (past.days.index(day) - first) % 12)
    return RunOff(past.cells, past.units, odds + season, of_unit, part, spread, common + doubt, months)


def _table(month: Ints, cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    return _sums(month * shape[1] + cell, values, shape[0] * shape[1]).reshape(shape)


def _sums(codes: Ints, values: Floats, least: int = 0) -> Floats:
    return np.asarray(np.bincount(codes, values, least), float)


def _chances(wider: tuple[Ints, ...], count: Floats, kept: Floats) -> Floats:
    """By cell, the chance that something is left: (kept + CREDIBLE x wider) / (count + CREDIBLE)."""
    chance = np.full(len(count), (kept.sum() + 0.5) / (count.sum() + 1))
    for codes in wider:
        n, k = _sums(codes, count)[codes], _sums(codes, kept)[codes]
        chance = (k + CREDIBLE * chance) / (n + CREDIBLE)
    return np.asarray(np.clip(chance, 1e-4, 1 - 1e-4), float)


def _offsets(odds: Floats, count: Floats, kept: Floats) -> tuple[Floats, Floats]:
    """Each month's own move on the log-odds scale so that as many keep something as did, and its variance."""
    total, offset = kept.sum(axis=1), np.zeros(len(count))
    for _ in range(12):
        chance = expit(odds + offset[:, None])
        slope = np.maximum((count * chance * (1 - chance)).sum(axis=1), 1e-9)
        offset = np.clip(offset + (total - (count * chance).sum(axis=1)) / slope, -3, 3)
    chance = expit(odds + offset[:, None])
    return offset, 1 / np.maximum((count * chance * (1 - chance)).sum(axis=1), 1e-9)


def _parts(codes: Ints, cell: Ints, amounts: dict[str, Floats]) -> Floats:
    """By cell, what is left of each yuan of those who leave anything, alike for equal account and lag."""
    held, kept = (_sums(codes[cell], amounts[n], codes.max() + 1) for n in ("open_of_kept", "kept"))
    usual = CREDIBLE * held.sum() / max(amounts["kept_customers"].sum(), 1)
    overall = kept.sum() / max(held.sum(), 1)
    part = np.clip((kept + usual * overall) / np.maximum(held + usual, 1), 0, 1)
    return np.asarray(part[codes], float)


def _of_units(odds: Floats, unit: Ints, amounts: dict[str, Floats], units: int) -> Floats:
    """By unit, its move: kept beyond expectation, shrunk by how much units differ beyond chance."""
    chance = expit(odds)
    beyond = _sums(unit, amounts["kept_customers"] - amounts["customers"] * chance, units)
    slope = _sums(unit, amounts["customers"] * chance * (1 - chance), units)
    differ = max(float((beyond**2 - slope).sum() / max((slope**2).sum(), 1e-9)), 0.0)
    return beyond * differ / (slope * differ + 1)


def _noise(
    odds: Floats, part: Floats, month: Ints, unit: Ints, amounts: dict[str, Floats]
) -> tuple[float, float]:
    """How far fen kept lay from expected: as a multiple of independent debtors, and of all together.

    The latter is a variance on the log-odds scale.
    """
    chance = expit(odds)
    single = amounts["squares"] * chance * (1 - chance) * part**2
    moved = amounts["open"] * chance * (1 - chance) * part
    beyond = amounts["kept"] - amounts["open"] * chance * part
    pair = month * (unit.max() + 1) + unit
    by_pair = [_sums(pair, x) for x in (beyond, single)]
    told = by_pair[1] > 0
    times = np.minimum(by_pair[0][told] ** 2 / by_pair[1][told], 25)
    spread = float((times.sum() + PRIOR) / (len(times) + PRIOR))
    beyond, single, moved = (_sums(month, x) for x in (beyond, single, moved))
    weight = PRIOR * moved.mean() ** 2
    common = ((beyond**2 - spread * single).sum() + weight * COMMON**2) / max((moved**2).sum() + weight, 1e-9)
    return spread, max(float(common), LEAST_COMMON**2)


def _season(offsets: Floats, doubts: Floats, step: int) -> tuple[float, float]:
    """The move of the same month in earlier years, shrunk as far as months differ by chance; its variance."""
    told = doubts < UNTOLD
    beyond = float(offsets[told].var() - doubts[told].mean()) if told.any() else 0.0
    differ = max(beyond, 1e-4)
    same = np.arange(step, len(offsets), 12)
    weights = 1 / (doubts[same] + COMMON**2)
    total = weights.sum() + 1 / differ
    return float((weights * offsets[same]).sum() / total), float(1 / total)


def forecast(known: RunOff, rows: pd.DataFrame) -> pd.DataFrame:
    """What will be left per key of `rows` (of `queries.run_off`, one day): key, open, expected, low, high.

    Fen. The expected fen of all keys add up to the rounded whole.
    """
    sums = moments(known, rows)
    sums["expected"] = _whole(sums["mean"].to_numpy())
    low, high = band(*(sums[n].to_numpy(float) for n in ("open", "mean", "variance")))
    sums["low"] = np.minimum(low, sums["expected"])
    sums["high"] = np.maximum(high, sums["expected"])
    return sums[["key", "open", "expected", "low", "high"]]


def moments(known: RunOff, rows: pd.DataFrame) -> pd.DataFrame:
    """Per key of `rows`: key, open, and the mean and the variance of what will be left; fen."""
    cell = known.cells.get_indexer(pd.MultiIndex.from_frame(rows[CELL]))
    unit = known.units.get_indexer(pd.Index(rows["org_no"]))
    chance, part = expit(known.odds[cell] + known.of_unit[unit]), known.part[cell]
    open_, squares = (rows[n].to_numpy(float) for n in ("open", "squares"))
    sums = (
        pd.DataFrame(
            {
                "key": rows["key"].to_numpy(),
                "open": rows["open"].to_numpy("int64"),
                "mean": open_ * chance * part,
                "single": squares * chance * (1 - chance) * part**2,
                "moved": open_ * chance * (1 - chance) * part,
            }
        )
        .groupby("key", sort=True)
        .sum()
        .reset_index()
    )
    variance = known.spread * sums["single"] + known.common * sums["moved"] ** 2
    return sums[["key", "open", "mean"]].assign(variance=variance)


def _whole(amounts: Floats) -> Ints:
    """Rounded so that the sum is the rounded sum: the largest remainders are rounded up."""
    floor = np.floor(amounts)
    up = round(float(amounts.sum())) - int(floor.sum())
    floor[np.argsort(floor - amounts, kind="stable")[:up]] += 1
    return floor.astype("int64")


def band(whole: Floats, mean: Floats, variance: Floats) -> tuple[Ints, Ints]:
    """The middle SHARE of a part of `whole` that is beta distributed with this mean and variance; fen."""
    share = np.clip(mean / np.maximum(whole, 1), 1e-9, 1 - 1e-9)
    weight = np.maximum(share * (1 - share) * whole**2 / np.maximum(variance, 1e-9) - 1, 1e-3)
    low, high = (betaincinv(share * weight, (1 - share) * weight, (1 + side * SHARE) / 2) for side in (-1, 1))
    return np.floor(low * whole).astype("int64"), np.ceil(high * whole).astype("int64")
