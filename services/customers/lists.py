"""The customer lists.

Who they are, what they owe, who is on the mission's plain list, and one customer's file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics import ageing
from data.ask import customer_queries as queries
from data.kept.kept_files import is_kept
from data.scope import Scope
from data.warehouse.snapshots import Snapshot
from services.customers.customer_filters import Choice

Window = Literal["12m", "year"]
MissionKind = Literal["arrears", "theft", "both", "either", "unknown"]
PARTS: tuple[MissionKind, ...] = ("arrears", "theft", "both")
EVERYTHING = 2**62
Progress = Callable[[int], None]


@dataclass(frozen=True)
class ListTotals:
    """How many customers a list has, and what they hold (fen)."""

    customers: int
    balance: int
    overdue: int
    overdue_customers: int


@dataclass(frozen=True)
class MissionTotals:
    """How many are on each part of the plain list, of how many customers; what they owe past due (fen)."""

    customers: int
    arrears: int
    theft: int
    both: int
    either: int
    unknown: int
    arrears_overdue: int
    theft_overdue: int
    both_overdue: int


@dataclass(frozen=True)
class CustomerFile:
    """One customer: facts and measures (masked), bills, receipts, events, and the open amount over time.

    Fen.
    """

    facts: dict[str, Any]
    bills: pd.DataFrame
    receipts: pd.DataFrame
    events: pd.DataFrame
    timeline: pd.DataFrame


def measures(db: Snapshot, as_of: date, progress: Progress | None = None) -> Path:
    """The file of every customer's measures on a day; made when it is not there yet."""
    return queries.ensure_measures(db, _graded(db), db.id, as_of, progress)


def measures_path(db: Snapshot, as_of: date) -> Path:
    """Where the measures of a day lie, or will."""
    return queries.measures_path(_graded(db), db.id, as_of)


def is_measured(db: Snapshot, as_of: date) -> bool:
    """Whether the measures of a day are there already."""
    return is_kept(measures_path(db, as_of))


def list_page(
    db: Snapshot, scope: Scope, choice: Choice, size: int, number: int, standing: Path | None = None
) -> pd.DataFrame:
    """Page `number` (from 1) of a list, one row per customer, names masked.

    Grades and lights are in it where `standing`, the file of services.credit.standing, is given.
    """
    return queries.rows(
        db,
        scope,
        choice.parameters(),
        measures=measures(db, scope.as_of),
        standing=standing,
        sort=choice.sort,
        descending=choice.descending,
        limit=size,
        offset=size * (number - 1),
    )


def list_totals(db: Snapshot, scope: Scope, choice: Choice, standing: Path | None = None) -> ListTotals:
    """What a list holds in all."""
    path = measures(db, scope.as_of)
    return ListTotals(**queries.totals(db, scope, choice.parameters(), measures=path, standing=standing))


def whole_list(
    db: Snapshot, scope: Scope, choice: Choice, standing: Path | None = None
) -> pa.RecordBatchReader:
    """The whole list, batch by batch, for a file."""
    return queries.all_rows(
        db,
        scope,
        choice.parameters(),
        measures=measures(db, scope.as_of),
        standing=standing,
        sort=choice.sort,
        descending=choice.descending,
    )


def mission(
    db: Snapshot, scope: Scope, many: int, window: Window, part: MissionKind, limit: int = EVERYTHING
) -> pa.RecordBatchReader:
    """Who is on one part of the mission's plain list, most arrears first.

    More than `many` arrears in a year of twelve bills: a customer with p bills in the window is on the
    list with more than `many` · p ÷ 12 arrears, and never with one alone. Theft is that of the window;
    a violation whose kind nobody recorded (`unknown`) is for a person to look at and puts nobody on the
    list.
    """
    return queries.mission(
        db,
        scope,
        Choice().parameters(),
        measures=measures(db, scope.as_of),
        window=window,
        many=many,
        kind=part,
        limit=limit,
    )


def mission_top(
    db: Snapshot, scope: Scope, many: int, window: Window, part: MissionKind, limit: int
) -> pd.DataFrame:
    """The first rows of one part of the plain list."""
    top: pd.DataFrame = mission(db, scope, many, window, part, limit).read_all().to_pandas()
    return top


def mission_totals(db: Snapshot, scope: Scope, many: int, window: Window) -> MissionTotals:
    """How many are on each part of the plain list."""
    sums = queries.mission_totals(
        db,
        scope,
        Choice().parameters(),
        measures=measures(db, scope.as_of),
        window=window,
        many=many,
    )
    return MissionTotals(**sums)


def code_choices(db: Snapshot, scope: Scope) -> dict[str, list[str]]:
    """The codes that occur in each field that a list can be filtered by."""
    choices = queries.choices(db, scope)
    return {str(key): [str(c) for c in part["code"]] for key, part in choices.groupby("key")}


def in_reach(db: Snapshot, scope: Scope, cons_no: str) -> bool:
    """Whether the number is a customer's of the units that the reader may see."""
    return queries.in_reach(db, scope, cons_no)


def customer_file(db: Snapshot, scope: Scope, cons_no: str) -> CustomerFile:
    """All about one customer on the scope's day, measured alone where not everybody is.

    InputError `customer_unknown` for one that is not in reach.
    """
    day = scope.as_of
    measured = queries.ensure_measures_of(db, _graded(db), db.id, day, cons_no)
    facts = queries.one(db, scope, cons_no, measures=measured)
    key = int(facts["cons_key"])
    return CustomerFile(
        facts,
        queries.bills(db, key, day),
        queries.receipts(db, key, day),
        queries.events(db, key, day),
        queries.timeline(db, key, day),
    )


def ageing_of(bills: pd.DataFrame, edges: Sequence[int]) -> pd.DataFrame:
    """One customer's open owed bills by days overdue.

    Every bucket in order, with `amount` (fen) and `bills`.
    """
    owed = bills[(bills["open"] > 0) & bills["is_owed"]]
    bucket = np.searchsorted(np.asarray(edges), owed["days_overdue"].to_numpy(), side="left")
    counted = pd.DataFrame({"bucket": bucket, "amount": owed["open"].to_numpy(), "bills": 1, "customers": 0})
    return ageing.complete(counted.groupby("bucket", as_index=False).sum(), edges)


def _graded(db: Snapshot) -> Path:
    return db.path.parent.parent / "graded"
