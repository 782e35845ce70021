"""What tie-out asks of a snapshot: sums by unit and flags that every reading of a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pandas as pd

from data.scope import Scope
from data.sql_files import Database, frame, text_of

FLAGS = ("instalment", "kind_05", "invisible", "refund", "late", "written_off")
LINE_FLAGS = ("by_asof", "by_day", "by_month", "since_a", "since_p", "reversal", "setoff")
Part = Literal["bills", "receipts", "households"]


def cells(db: Database, scope: Scope, name: Part, closed_month: int, official_day: date) -> pd.DataFrame:
    """The cells `tieout_<name>` (bills, receipts, households) as of the scope's day; fen."""
    return _asked(db, scope, name, closed_month, official_day, each=False, kinds=(), org="")


def moved(
    db: Database,
    scope: Scope,
    name: Part,
    closed_month: int,
    official_day: date,
    kinds: Sequence[int],
    org_no: str,
) -> pd.DataFrame:
    """The same one by one: bills, lines by bill, or household months of a unit that are of the `kinds`."""
    return _asked(db, scope, name, closed_month, official_day, each=True, kinds=kinds, org=org_no)


def _asked(
    db: Database,
    scope: Scope,
    name: Part,
    closed_month: int,
    official_day: date,
    *,
    each: bool,
    kinds: Sequence[int],
    org: str,
) -> pd.DataFrame:
    values = {
        **scope.parameters(),
        "closed_month": closed_month,
        "year_a": closed_month // 100,
        "year_p": scope.as_of.year,
        "official_day": official_day,
        "each": each,
        "kinds": [int(k) for k in kinds],
        "org": org,
    }
    texts = {
        "bills": text_of("tieout_bills"),
        "receipts": text_of("tieout_receipts"),
        "households": text_of("tieout_households"),
    }
    found = frame(db, texts[name], values)
    flags = [f for f in (*FLAGS, *LINE_FLAGS) if f in found]
    return found.astype(dict.fromkeys(flags, bool))


def listed(db: Database, bill_keys: Sequence[int]) -> pd.DataFrame:
    """The bills named, one row per bill_key."""
    return frame(db, text_of("tieout_list"), {"bill_keys": [int(k) for k in bill_keys]})


def household_months(db: Database, as_of: date, months: pd.DataFrame) -> pd.DataFrame:
    """The household months named by cons_key and rcvbl_ym, one row each."""
    named = {"cons_keys": months["cons_key"].astype("int64"), "months": months["rcvbl_ym"].astype("int64")}
    values = {name: column.tolist() for name, column in named.items()}
    return frame(db, text_of("tieout_household_list"), {"as_of": as_of, **values})


def units(db: Database) -> pd.DataFrame:
    """Units: org_no, org_name."""
    return frame(db, text_of("tieout_units"), {})
