"""What tie-out asks of a snapshot: sums by unit and flags that every reading of a report is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

from data.ask.sql_files import Database, frame, stream, text_of
from data.scope import Scope

PARTS = ("part_a", "part_p", "part_a_ym", "part_p_ym")
FLAGS = ("instalment", "kind_05", "invisible", "refund", "late", "written_off", "month")
LINE_FLAGS = ("by_asof", "by_day", "by_month", "since_a", "since_p", "reversal", "setoff")
"""What a `kind` is a number for, in the order of its digits: a line's flags, then parts, then flags."""
CellKind = Literal["bills", "receipts", "households"]
AMOUNTS: Mapping[CellKind, tuple[str, ...]] = {
    "bills": ("amount", "open", "base_a", "base_p"),
    "receipts": ("applied", "excess", "recovered"),
    "households": ("pairs",),
}
"""What the cells of a part sum."""
SUMS = {"bills": "tieout_bills", "receipts": "tieout_receipts", "households": "tieout_households"}
EACH = {
    "bills": "tieout_bills_each",
    "receipts": "tieout_receipts_each",
    "households": "tieout_households_each",
}


def cells(db: Database, scope: Scope, name: CellKind, closed_month: int, official_day: date) -> pd.DataFrame:
    """The cells of a part as of the scope's day; fen."""
    return _told(name, frame(db, text_of(SUMS[name]), _values(scope, closed_month, official_day)))


def moved(
    db: Database,
    scope: Scope,
    name: CellKind,
    closed_month: int,
    official_day: date,
    kinds: Mapping[str, Sequence[int]],
    org_no: str,
) -> Iterator[pd.DataFrame]:
    """The same one by one: bills, lines, or household months by kind, of a unit, batch by batch.

    `kinds` names for each amount of the cells the kinds for which it counts; rows without such an amount are
    left out. The first batch is empty.
    """
    values = {**_values(scope, closed_month, official_day), "org": org_no}
    values |= {amount: kinds.get(amount, ()) for amount in AMOUNTS[name]}
    reader = stream(db, text_of(EACH[name]), values)
    yield _told(name, reader.schema.empty_table().to_pandas())
    for batch in reader:
        yield _told(name, batch.to_pandas())


def listed(db: Database, picked: pa.Table) -> pa.RecordBatchReader:
    """The bills of a table (bill_key, effect), one row per bill, most moved first."""
    return stream(db, text_of("tieout_list"), {}, {"picked": picked})


def household_months(db: Database, as_of: date, picked: pa.Table) -> pa.RecordBatchReader:
    """The household months of a table (cons_key, rcvbl_ym, effect), one row each, largest amount first."""
    return stream(db, text_of("tieout_household_list"), {"as_of": as_of}, {"picked": picked})


def units(db: Database) -> pd.DataFrame:
    """Units: org_no, org_name."""
    return frame(db, text_of("tieout_units"), {})


def _values(scope: Scope, closed_month: int, official_day: date) -> dict[str, Any]:
    return {
        **scope.parameters(),
        "closed_month": closed_month,
        "year_a": closed_month // 100,
        "year_p": scope.as_of.year,
        "official_day": official_day,
    }


def _told(name: CellKind, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with what their kind is a number for."""
    kind, own = rows["kind"], LINE_FLAGS if name == "receipts" else ()
    lines = {flag: (kind // 2**place % 2).astype(bool) for place, flag in enumerate(own)}
    kind = kind // 2 ** len(own)
    parts = {part: kind // 3**place % 3 for place, part in enumerate(PARTS)}
    kind = kind // 3 ** len(PARTS)
    flags = {flag: (kind // 2**place % 2).astype(bool) for place, flag in enumerate(FLAGS)}
    return rows.assign(**parts, **flags, **lines)
