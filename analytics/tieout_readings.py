"""Readings: what one bill or receipt line counts for in each measure, under any reading of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


def bill_worth(bills: pd.DataFrame, on: Readings) -> pd.DataFrame:
    """What each row of bills adds to the measures in money."""
    part = _year_part(bills, on)
    billed, owed = _billed(bills, on), _owed(bills, on)
    base = bills["base_p" if "point_basis" in on else "base_a"]
    receivable = bills["amount"].where(billed & (part == 1), 0)
    if "with_old_debt" in on:
        receivable = receivable + base.where(billed & (part == 2), 0)
    old = bills["open"].where(owed & (part == 2), 0)
    arrears = bills["open"].where(owed & (part == 1), 0)
    if "without_old_debt" not in on:
        arrears = arrears + old
    if "old_debt_frozen" in on:
        old = base.where(_counted(bills, on) & (part == 2), 0)
    refunded = bills["amount"].where(bills["refund"] & billed, 0)
    return pd.DataFrame(
        {
            "billed_month": bills["amount"].where(billed & bills["month"], 0),
            "collected_month": refunded.where(bills["month"], 0),
            "billed": receivable,
            "collected": refunded.where(part == 1, 0),
            "arrears": arrears,
            "old_debt": old,
        }
    )


def line_worth(lines: pd.DataFrame, on: Readings) -> pd.DataFrame:
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
    worth = worth.where(_billed(lines, on) & taken, 0)
    of_month = {"billed_month": 0, "collected_month": worth.where(lines["month"], 0)}
    collected = worth.where(mine, 0)
    moved = lines["applied"] * (lines["by_asof"].astype("int64") - taken.astype("int64"))
    moved = moved.where(_owed(lines, on), 0)
    old = moved.where(part == 2, 0)
    arrears = moved.where(part == 1, 0) + (0 if "without_old_debt" in on else old)
    if "old_debt_frozen" in on:
        old = old * 0
    of_year = {"billed": 0, "collected": collected, "arrears": arrears, "old_debt": old}
    return pd.DataFrame(of_month | of_year)


def household_worth(households: pd.DataFrame, on: Readings) -> pd.Series[int]:
    """What each row adds to the household-months: pairs of customer and bill month billed more than 0."""
    taken = _billed(households, on) & (_year_part(households, on) == 1)
    alike = households["pairs"].where(taken & households["pair"].isna(), 0)
    mixed = households[taken & households["pair"].notna()]
    sums = mixed.groupby("pair")["amount"].transform("sum")
    counted = (sums > 0) & ~mixed["pair"].duplicated()
    return alike + counted.astype("int64").reindex(households.index, fill_value=0)


def _year_part(frame: pd.DataFrame, on: Readings) -> pd.Series[int]:
    name = "part_p" if "point_basis" in on else "part_a"
    return frame[name + "_ym" if "cross_year" in on else name]


def _counted(frame: pd.DataFrame, on: Readings) -> pd.Series[bool]:
    """Which bills are there at all under the readings."""
    counted = pd.Series(True, index=frame.index)
    if "instalments" not in on:
        counted &= ~frame["instalment"]
    if "invisible" not in on:
        counted &= ~frame["invisible"]
    for reading, flag in (("refunds", "refund"), ("late_issued", "late")):
        if reading in on:
            counted &= ~frame[flag]
    return counted


def _billed(frame: pd.DataFrame, on: Readings) -> pd.Series[bool]:
    billed = _counted(frame, on)
    for reading, flag in (("kind_05_unbilled", "kind_05"), ("written_off_unbilled", "written_off")):
        if reading in on:
            billed &= ~frame[flag]
    return billed


def _owed(frame: pd.DataFrame, on: Readings) -> pd.Series[bool]:
    owed = _counted(frame, on)
    for reading, flag in (("kind_05_owed", "kind_05"), ("written_off_owed", "written_off")):
        if reading not in on:
            owed &= ~frame[flag]
    return owed


def _line_taken(lines: pd.DataFrame, on: Readings) -> pd.Series[bool]:
    """Which receipt lines count under the readings' dates and kinds."""
    rules = {"receipts_by_day": "by_day", "receipts_by_month": "by_month"}
    taken = lines[next((rules[r] for r in rules if r in on), "by_asof")].copy()
    for reading, flag in (("prepaid_setoff", "setoff"), ("reversals", "reversal")):
        if reading in on:
            taken &= ~lines[flag]
    return taken
