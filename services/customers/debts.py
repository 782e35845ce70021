"""Debts as lists ordered by yuan: closed accounts that owe, and money in transit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.ask import queries
from data.ask.queries import Database
from data.scope import Scope
from services.recovery.ageing import plain_days


@dataclass(frozen=True)
class ListSums:
    """What a list comes to: customers, rows, and fen; `overdue` of the customers, each counted once."""

    customers: int
    rows: int
    amount: int
    overdue: int


def closed_debtors(db: Database, scope: Scope) -> pd.DataFrame:
    """Closed accounts that hold something open, most first: cons_no, name, org_no, org_name, class, tg_no,
    collector, closed_on (missing: nobody says since when), open, overdue, bills, oldest_due, days_overdue,
    last_month.
    """
    return plain_days(queries.closed_debtors(db, scope))


def in_transit(db: Database, scope: Scope) -> pd.DataFrame:
    """Money in transit, most first, one row per item: cons_no, name, org_no, org_name, class, tg_no,
    collector, bill_no, rcvbl_ym, amount, checked_on, days_waiting, overdue (the customer's).
    """
    return plain_days(queries.in_transit(db, scope))


def sums(rows: pd.DataFrame, amount: str) -> ListSums:
    """What the rows come to; `amount` names their column of money."""
    once = rows.drop_duplicates("cons_no")
    overdue = int(once["overdue"].sum()) if "overdue" in rows else 0
    return ListSums(len(once), len(rows), int(rows[amount].sum()), overdue)


def ordered(rows: pd.DataFrame, column: str, descending: bool) -> pd.DataFrame:
    """All rows by one column; what is missing comes last, equals stay as they were."""
    return rows.sort_values(column, ascending=not descending, kind="stable", ignore_index=True)


def found(rows: pd.DataFrame, search: str) -> pd.DataFrame:
    """The rows in whose number, name, unit or collector, as it is shown, the text stands."""
    wanted = search.strip().casefold()
    if not wanted:
        return rows
    said = rows[[c for c in ("cons_no", "name", "org_name", "collector") if c in rows]]
    hit = [wanted in "\n".join(map(str, row)).casefold() for row in said.itertuples(index=False)]
    return rows[hit].reset_index(drop=True)
