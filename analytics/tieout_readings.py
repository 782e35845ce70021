"""Readings: what one bill or receipt line counts for in each measure, under any reading of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import RefusedError

MEASURES = (
    *("billed_month", "collected_month", "billed", "collected", "arrears", "old_debt"),
    "households",
)
"""应收 and 实收 of the closed month's bills and of the year to date, 欠费 (all owed), 陈欠 (still open): fen.

户数 in household-months.
"""

MONEY = MEASURES[:6]

READINGS = (
    "point_basis",
    "late_issued",
    "cross_year",
    "instalments",
    "kind_05_unbilled",
    "kind_05_owed",
    "invisible",
    "refunds",
    "written_off_unbilled",
    "written_off_owed",
    "with_old_debt",
    "without_old_debt",
    "old_debt_frozen",
    "receipts_by_day",
    "receipts_by_month",
    "prepaid_setoff",
    "reversals",
    "credit",
    "recovered_after",
)
"""What an official report may do otherwise, in the order in which the bridge applies them."""

EXCLUSIVE = (("receipts_by_day", "receipts_by_month"), ("with_old_debt", "without_old_debt"))

Readings = frozenset[str]
Values = npt.NDArray[Any]
Columns = Mapping[str, Values]
"""A frame of `Cells` column by column: what is asked of it a thousand times needs no index."""


@dataclass(frozen=True)
class Cells:
    """The sums that every reading is made of; amounts in fen.

    `bills`: org_no, part_a, part_p, part_a_ym, part_p_ym (0 out, 1 current year, 2 earlier; by basis and by
    whose year), instalment, kind_05, invisible, refund, late, written_off, month (the closed one's); bills,
    amount, open, base_a, base_p. `receipts`: the same flags of the bill; by_asof, by_day, by_month, since_a,
    since_p, reversal, setoff; lines, applied, excess, recovered. `households`: the flags; pair (missing:
    pairs of one cell), amount, pairs. `kind` is a number for a row's flags.
    """

    bills: pd.DataFrame
    receipts: pd.DataFrame
    households: pd.DataFrame


def columns_of(rows: pd.DataFrame) -> Columns:
    """The columns of a frame of `Cells`; a pair is a number from 0 on, -1 where it is missing."""
    columns = {str(name): rows[name].to_numpy() for name in rows.columns if name != "pair"}
    return columns | ({"pair": pd.factorize(rows["pair"])[0]} if "pair" in rows else {})


def check_readings(readings: Iterable[str]) -> tuple[str, ...]:
    """The readings in bridge order; refuses unknown names and two that exclude each other."""
    chosen = set(readings)
    unknown = chosen - set(READINGS)
    if unknown:
        raise RefusedError("tieout_unknown_reading", names=sorted(unknown), known=list(READINGS))
    for one, other in EXCLUSIVE:
        if one in chosen and other in chosen:
            raise RefusedError("tieout_exclusive_readings", one=one, other=other)
    return tuple(r for r in READINGS if r in chosen)


def bill_worth(bills: Columns, on: Readings) -> Columns:
    """What each row of bills adds to the measures in money."""
    part = _year_part(bills, on)
    billed, owed = _billed(bills, on), _owed(bills, on)
    base = bills["base_p" if "point_basis" in on else "base_a"]
    receivable = np.where(billed & (part == 1), bills["amount"], 0)
    if "with_old_debt" in on:
        receivable = receivable + np.where(billed & (part == 2), base, 0)
    old = np.where(owed & (part == 2), bills["open"], 0)
    arrears = np.where(owed & (part == 1), bills["open"], 0)
    if "without_old_debt" not in on:
        arrears = arrears + old
    if "old_debt_frozen" in on:
        old = np.where(_counted(bills, on) & (part == 2), base, 0)
    refunded = np.where(bills["refund"] & billed, bills["amount"], 0)
    return {
        "billed_month": np.where(billed & bills["month"], bills["amount"], 0),
        "collected_month": np.where(bills["month"], refunded, 0),
        "billed": receivable,
        "collected": np.where(part == 1, refunded, 0),
        "arrears": arrears,
        "old_debt": old,
    }


def line_worth(lines: Columns, on: Readings) -> Columns:
    """What each row of receipt lines adds to the measures in money; open money is without it already."""
    part, taken = _year_part(lines, on), _line_taken(lines, on)
    since = lines["since_p" if "point_basis" in on else "since_a"]
    mine = part == 1
    if "with_old_debt" in on:
        mine = mine | (since & (part == 2))
    worth = lines["applied"]
    for reading, column in (("credit", "excess"), ("recovered_after", "recovered")):
        if reading in on:
            worth = worth + lines[column]
    worth = np.where(_billed(lines, on) & taken, worth, 0)
    moved = lines["applied"] * (lines["by_asof"].astype("int64") - taken.astype("int64"))
    moved = np.where(_owed(lines, on), moved, 0)
    old, nothing = np.where(part == 2, moved, 0), np.zeros_like(moved)
    arrears = np.where(part == 1, moved, 0) + (0 if "without_old_debt" in on else old)
    return {
        "billed_month": nothing,
        "collected_month": np.where(lines["month"], worth, 0),
        "billed": nothing,
        "collected": np.where(mine, worth, 0),
        "arrears": arrears,
        "old_debt": nothing if "old_debt_frozen" in on else old,
    }


def household_worth(households: Columns, on: Readings) -> Values:
    """What each row adds to the household-months: pairs of customer and bill month billed more than 0."""
    taken, pair = _billed(households, on) & (_year_part(households, on) == 1), households["pair"]
    worth = np.where(taken & (pair < 0), households["pairs"], 0)
    (mixed,) = np.nonzero(taken & (pair >= 0))
    sums = np.zeros(pair.max(initial=-1) + 1, dtype="int64")
    np.add.at(sums, pair[mixed], households["amount"][mixed])
    pairs, first = np.unique(pair[mixed], return_index=True)
    worth[mixed[first]] = sums[pairs] > 0
    return worth


def _year_part(rows: Columns, on: Readings) -> Values:
    name = "part_p" if "point_basis" in on else "part_a"
    return rows[name + "_ym" if "cross_year" in on else name]


def _counted(rows: Columns, on: Readings) -> Values:
    """Which bills are there at all under the readings."""
    counted = np.ones(len(rows["refund"]), dtype=bool)
    if "instalments" not in on:
        counted &= ~rows["instalment"]
    if "invisible" not in on:
        counted &= ~rows["invisible"]
    for reading, flag in (("refunds", "refund"), ("late_issued", "late")):
        if reading in on:
            counted &= ~rows[flag]
    return counted


def _billed(rows: Columns, on: Readings) -> Values:
    billed = _counted(rows, on)
    for reading, flag in (("kind_05_unbilled", "kind_05"), ("written_off_unbilled", "written_off")):
        if reading in on:
            billed &= ~rows[flag]
    return billed


def _owed(rows: Columns, on: Readings) -> Values:
    owed = _counted(rows, on)
    for reading, flag in (("kind_05_owed", "kind_05"), ("written_off_owed", "written_off")):
        if reading not in on:
            owed &= ~rows[flag]
    return owed


def _line_taken(lines: Columns, on: Readings) -> Values:
    """Which receipt lines count under the readings' dates and kinds."""
    rules = {"receipts_by_day": "by_day", "receipts_by_month": "by_month"}
    taken = lines[next((rules[r] for r in rules if r in on), "by_asof")].copy()
    for reading, flag in (("prepaid_setoff", "setoff"), ("reversals", "reversal")):
        if reading in on:
            taken &= ~lines[flag]
    return taken
