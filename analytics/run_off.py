"""How debts of closed months run off until the assessment day: chain ladder, with a customer as the unit.

The development step of the triangle is from a day of the month to the assessment day; its rows are the
months before. Customers are in cells (closed account, lag of the oldest open bill month, anything overdue,
their own record, class, size). The chance that something is left is the cell's, shrunk to wider cells, moved
on the log-odds scale by the season (the same month of earlier years) and by the unit, each as far as its
record goes beyond chance (docs/decisions/0100).
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, logit

from analytics.calendar import month_of, months_between
from analytics.outcomes import SHARE, Debts, drawn
from analytics.run_off_cells import CELL, Coded, Past, RunOff

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

WIDER = tuple(CELL[:n] for n in range(1, len(CELL) + 1))
LIKE_PARTS = 1
"""Which of WIDER tells what is left of each yuan of those who leave anything."""
LAG_EDGES = (1, 2, 3, 4, 6, 9, 13, 25)
"""Months between the oldest open bill month and the closed one, from which a band begins."""
SLOW_EDGES = (1, 2, 4, 7)
"""Months of the last twelve in which a bill of theirs came to be 20 days overdue, where a band begins."""
SIZE_EDGES = (10_000, 30_000, 100_000, 500_000, 3_000_000, 20_000_000)
"""Fen that a customer holds, from which a band begins."""
FEWEST, MOST = 12, 36
"""Past months that a forecast needs (each season once), and that it looks at."""
CREDIBLE = 20.0
"""Customers whose own rate weighs as much as that of the wider cell."""
MOST_BEYOND = 9.0
"""How much more than its variance the square of one month's miss may tell."""
MOST_UNSURE = 0.5
"""The variance of a cell's log-odds of which next to nothing is known: chances near 0 and 1 are such."""
UNTOLD = 1e3
"""The variance of a move from which nothing is told."""
COMMON, PRIOR, LEAST_COMMON = 0.12, 8.0, 0.05
"""What moves all debts of a month together (log-odds) before the record tells; its weight in months."""


def past(rows: pd.DataFrame, days: dict[date, date]) -> Past:
    """Code the rows of `queries.run_off` of everything; `days`: each day's deadline."""
    order = sorted(days)  # consecutive months; the last may stand apart
    cells, cell = _coded(rows[CELL])
    unit, units = pd.factorize(rows["org_no"], sort=True)
    stamps = pd.to_datetime(pd.Series(order, dtype=object)).to_numpy("datetime64[D]")
    month = np.searchsorted(stamps, pd.to_datetime(rows["day"]).to_numpy("datetime64[D]"))
    frame = cells.to_frame(index=False)
    numbers = ("customers", "kept_customers", "open", "kept", "open_of_kept", "squares")
    by_month = np.argsort(month, kind="stable")
    return Past(
        coded=Coded(cells, pd.Index(units)),
        days=tuple(order),
        deadlines=tuple(days[d] for d in order),
        month=month[by_month],
        cell=cell[by_month],
        unit=unit[by_month],
        wider=tuple(frame.groupby(keys, sort=False).ngroup().to_numpy() for keys in WIDER),
        amounts={n: rows[n].to_numpy(float)[by_month] for n in numbers},
    )


def _coded(frame: pd.DataFrame) -> tuple[pd.MultiIndex, Ints]:
    """The different rows, and which of them each row is."""
    code = np.zeros(len(frame), np.int64)
    for name in frame:
        own, values = pd.factorize(frame[name], sort=True)
        code = code * max(len(values), 1) + own
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    return pd.MultiIndex.from_frame(frame.iloc[first]), which


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
        _table(month, cell, amounts[n], (known - first, len(past.coded.cells)))
        for n in ("customers", "kept_customers")
    )
    chances = _chances(past.wider, count.sum(axis=0), kept.sum(axis=0))
    odds = logit(chances)
    unsure = 1 / ((count.sum(axis=0) + CREDIBLE) * chances * (1 - chances) + 1 / MOST_UNSURE)
    offsets, doubts = _offsets(odds, count, kept)
    part = _parts(past.wider[LIKE_PARTS], cell, amounts)
    apart = odds[cell] + offsets[month]
    of_unit = _of_units(apart, unit, amounts, len(past.coded.units))
    spread, common = _noise(apart + of_unit[unit], part[cell], month, unit, amounts)
    season, doubt = _season(offsets, doubts, months_between(month_of(past.days[first]), month_of(day)) % 12)
    moved = common + doubt
    return RunOff(past.coded, odds + season, unsure, of_unit, part, spread, moved, months)


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
    with_pairs = by_pair[1] > 0
    times = np.minimum(by_pair[0][with_pairs] ** 2 / by_pair[1][with_pairs], 25)
    spread = max(float((times.sum() + PRIOR) / (len(times) + PRIOR)), 1.0)
    beyond, single, moved = (_sums(month, x) for x in (beyond, single, moved))
    return spread, max(_common(beyond, spread * single, moved), LEAST_COMMON**2)


def _common(beyond: Floats, single: Floats, moved: Floats) -> float:
    """The variance of what moves all of a month: squares of misses beyond those of single debtors, by moved².

    Each month weighs by how well it tells, and no single one tells much: a large debtor's is no common move.
    """
    usual = np.maximum(single + COMMON**2 * moved**2, 1e-9)
    squares = np.minimum(beyond**2, MOST_BEYOND * usual)
    variance = ((squares - single) * moved**2 / usual**2).sum() + PRIOR / COMMON**2
    return float(variance / (((moved**2 / usual) ** 2).sum() + PRIOR / COMMON**4))


def _season(offsets: Floats, doubts: Floats, step: int) -> tuple[float, float]:
    """The move of the same month in earlier years, shrunk as far as months differ by chance; the variance of
    this month's about it.

    Shrunk by no more than its own doubt: most months are alike, and a December that is not stays one.
    """
    sure = doubts < UNTOLD
    beyond = float(offsets[sure].var() - doubts[sure].mean()) if sure.any() else 0.0
    differ, again = max(beyond, 1e-4), _again(offsets, doubts)
    same = np.arange(step, len(offsets), 12)
    weights = 1 / (doubts[same] + again)
    total = float(weights.sum())
    if not total:
        return 0.0, differ + again
    own = float((weights * offsets[same]).sum() / total)
    shrunk, doubt = own * total / (total + 1 / differ), total**-0.5
    if abs(own - shrunk) <= doubt:
        return shrunk, 1 / (total + 1 / differ) + again
    return own - math.copysign(doubt, own), 1 / total + again


def _again(offsets: Floats, doubts: Floats) -> float:
    """The variance of one year's month about the same month of other years, beyond chance."""
    both = (doubts[12:] < UNTOLD) & (doubts[:-12] < UNTOLD)
    squares = ((offsets[12:] - offsets[:-12]) ** 2 - doubts[12:] - doubts[:-12])[both] / 2
    variance = (squares.sum() + PRIOR * COMMON**2) / (len(squares) + PRIOR)
    return max(float(variance), LEAST_COMMON**2)


def rows_on(past: Past, day: date, orgs: tuple[str, ...], classes: tuple[str, ...]) -> pd.DataFrame:
    """What `past` was coded from of one day, units (prefixes) and classes, as one key: '' (none: all)."""
    mine = at_on(past, day, orgs, classes)
    cells = {name: values.take(past.cell[mine]) for name, values in past.coded.of_cells.items()}
    numbers = {n: past.amounts[n][mine] for n in ("customers", "open", "kept", "squares")}
    named = {"key": "", "day": day, "org_no": past.coded.units[past.unit[mine]]}
    return pd.DataFrame({**cells, **named, **numbers}, index=range(len(mine)))


def at_on(past: Past, day: date, orgs: tuple[str, ...], classes: tuple[str, ...]) -> Ints:
    """Where in `past` the rows of one day, units (prefixes) and classes are."""
    units = past.coded.units
    here = units.str.startswith(orgs) if orgs else np.ones(len(units), bool)
    own = past.coded.cells.get_level_values("class")
    such = own.isin(classes) if classes else np.ones(len(own), bool)
    at = slice(*np.searchsorted(past.month, past.days.index(day) + np.array([0, 1])))
    return np.asarray(np.flatnonzero(here[past.unit[at]] & such[past.cell[at]]) + at.start)


def debts(known: RunOff, rows: pd.DataFrame) -> Debts:
    """The rows of `queries.run_off`, one day, with what the day knows of them."""
    key, keys = pd.factorize(rows["key"], sort=True)
    amounts = {name: rows[name].to_numpy(float) for name in ("open", "squares")}
    return _debts(known, (pd.Index(keys), key), known.coded.places(rows), amounts)


def debts_at(known: RunOff, past: Past, mine: Ints) -> Debts:
    """The same of rows of `past`, where they are told by their places, as one key: ''."""
    amounts = {name: past.amounts[name][mine] for name in ("open", "squares")}
    keys = (pd.Index([""]), np.zeros(len(mine), np.int64))
    return _debts(known, keys, (past.cell[mine], past.unit[mine]), amounts)


def _debts(
    known: RunOff, keys: tuple[pd.Index, Ints], places: tuple[Ints, Ints], amounts: dict[str, Floats]
) -> Debts:
    (cell, unit), (of_cells, of_units) = places, known.coded.names
    return Debts(
        keys=keys[0],
        key=keys[1],
        open=amounts["open"],
        squares=amounts["squares"],
        odds=known.odds[cell] + known.of_unit[unit],
        part=known.part[cell],
        cell=of_cells[cell],
        doubt=known.doubt[cell],
        name=of_units[unit] << np.uint64(32) | of_cells[cell],
        spread=known.spread,
        common=known.common,
    )


def forecast(known: RunOff, rows: pd.DataFrame) -> pd.DataFrame:
    """What will be left per key of `rows` (of `queries.run_off`, one day): key, open, expected, low, high.

    Fen. As often more as less than expected: of all forecasts the one that errs least. Those of several keys
    do not add up to that of all together.
    """
    return drawn(debts(known, rows))


def band(whole: Floats, mean: Floats, variance: Floats) -> tuple[Ints, Ints]:
    """The middle SHARE of a part of `whole` that is beta distributed with this mean and variance; fen."""
    share = np.clip(mean / np.maximum(whole, 1), 1e-9, 1 - 1e-9)
    weight = np.maximum(share * (1 - share) * whole**2 / np.maximum(variance, 1e-9) - 1, 1e-3)
    low, high = (betaincinv(share * weight, (1 - share) * weight, (1 + side * SHARE) / 2) for side in (-1, 1))
    return np.floor(low * whole).astype("int64"), np.ceil(high * whole).astype("int64")
