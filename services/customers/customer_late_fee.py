"""The late fee on one customer's bills: a calculation by each reading of the rule, never a book entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.latefee import READINGS, late_fee

RESIDENT_CLASS = "03"


def late_fees(bills: pd.DataFrame, receipts: pd.DataFrame, class_: str | None, as_of: date) -> pd.DataFrame:
    """Late owed bills, newest first: rcvbl_ym, due_on, late_amount, days, and a column per reading (fen).

    What came after the due date bears a fee to the day it came, what is open to `as_of`; a reversal
    takes back the fee up to its day, so that the money counts as open from then on.
    """
    resident = class_ == RESIDENT_CLASS
    late = receipts[receipts["effective_on"] > receipts["due_on"]] if len(receipts) else receipts
    rows = []
    for bill in bills[bills["is_owed"] & (bills["amount"] > 0)].to_dict("records"):
        due_on = bill["due_on"].date()
        own = late[late["bill_key"] == bill["bill_key"]]
        pieces = [(int(r["collected"]), r["effective_on"].date()) for r in own.to_dict("records")]
        if bill["open"] > 0 and due_on < as_of:
            pieces.append((int(bill["open"]), as_of))
        pieces = [(amount, day) for amount, day in pieces if amount]
        if pieces:
            rows.append(_row(bill, pieces, due_on, resident))
    columns = ["rcvbl_ym", "due_on", "late_amount", "days", *READINGS]
    return pd.DataFrame(rows, columns=columns)


def _row(
    bill: Mapping[Any, Any], pieces: list[tuple[int, date]], due_on: date, resident: bool
) -> dict[str, Any]:
    fees: dict[str, int] = {
        reading: sum(_fee(amount, due_on, day, resident, reading) for amount, day in pieces)
        for reading in READINGS
    }
    return {
        "rcvbl_ym": int(bill["rcvbl_ym"]),
        "due_on": bill["due_on"],
        "late_amount": sum(amount for amount, _ in pieces),
        "days": max((day - due_on).days for _, day in pieces),
        **fees,
    }


def _fee(amount: int, due_on: date, paid_on: date, resident: bool, reading: str) -> int:
    sign = -1 if amount < 0 else 1
    fee = late_fee(Decimal(abs(amount)) / 100, due_on, paid_on, resident, reading).fee
    return sign * int(fee * 100)
