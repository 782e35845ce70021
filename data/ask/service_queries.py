"""Typed functions over the queries of services due; what the state store tells is given as Arrow tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from data.ask.sql_files import Database, given, stream, text_of
from data.scope import Scope
from data.warehouse.damaged_blocks import damage_told

TOLERANCE_DAYS = 7
"""A record counts for the due day that lies so near: a changed schedule does not undo what was done."""
SORTS = {
    "cons_no": "wanted.cons_no",
    "org_name": "org_name",
    "what": "wanted.what",
    "grade": "wanted.grade",
    "due_on": "wanted.due_on",
}
"""What a list of services can be ordered by; `what` is the place of a service among the rules."""
HOLDERS = pa.schema(
    [("cons_no", pa.string()), ("grade", pa.string()), ("from_on", pa.date32()), ("to_on", pa.date32())]
)
RULES = pa.schema(
    [
        *(("grade", pa.string()), ("service", pa.string()), ("start", pa.string())),
        *(("days", pa.int32()), ("every_months", pa.int32()), ("place", pa.int32())),
    ]
)
PERIODS = pa.schema([("every_months", pa.int32()), ("from_on", pa.date32()), ("to_on", pa.date32())])
RECORDS = pa.schema(
    [("cons_no", pa.string()), ("service", pa.string()), ("due_on", pa.date32()), ("done_on", pa.date32())]
)


@dataclass(frozen=True)
class ServiceTables:
    """What the queries read beside the snapshot: holders of grades, rules, periods, what was done."""

    holders: pa.Table
    rules: pa.Table
    periods: pa.Table
    records: pa.Table


@dataclass(frozen=True)
class Listed:
    """Which services due are listed, and how: in [first, last], by a registered column, at most `limit`.

    Those before `start` that nobody did are *earlier*; `longest` is the most days after its issue that a
    service may have.
    """

    first: date
    last: date
    longest: int
    start: date
    open_only: bool = False
    with_earlier: bool = True
    service: str | None = None
    sort: str = "due_on"
    descending: bool = False
    limit: int = 2**62
    cons_key: int | None = None


def services_due(db: Database, scope: Scope, tables: ServiceTables, listed: Listed) -> pd.DataFrame:
    """Services due, one row per customer, service and due day: with the day they were done.

    Only what was so on the scope's day. `listed` is how many there are, whatever the limit.
    """
    return _asked(db, _list_sql(listed), tables, _values(scope, listed))


def services_stream(
    db: Database, scope: Scope, tables: ServiceTables, listed: Listed
) -> pa.RecordBatchReader:
    """The same, batch by batch."""
    return stream(db, _list_sql(listed), _values(scope, listed), _registered(tables))


def services_fulfilled(db: Database, scope: Scope, tables: ServiceTables, listed: Listed) -> pd.DataFrame:
    """How many services were due, done, and done by their day, one row per unit and service."""
    return _asked(db, text_of("services_fulfilled"), tables, _values(scope, listed))


def _list_sql(listed: Listed) -> str:
    """The list's text in its order; the column is one of ours, never what a reader typed."""
    column = SORTS[listed.sort]
    return text_of("services_due").replace(
        "sort_column asc", f"{column} {'desc' if listed.descending else 'asc'}"
    )


def _values(scope: Scope, listed: Listed) -> dict[str, Any]:
    return {
        **scope.parameters(),
        "first": listed.first,
        "last": listed.last,
        "longest": listed.longest,
        "start": listed.start,
        "open_only": listed.open_only,
        "with_earlier": listed.with_earlier,
        "service": listed.service,
        "limit": listed.limit,
        "cons_key": listed.cons_key,
        "tolerance": TOLERANCE_DAYS,
    }


def _registered(tables: ServiceTables) -> dict[str, pa.Table]:
    return {f"service_{name}": getattr(tables, name) for name in ("holders", "rules", "periods", "records")}


def _asked(db: Database, sql: str, tables: ServiceTables, values: Mapping[str, Any]) -> pd.DataFrame:
    asked = given(sql, values)
    with damage_told(db), closing(db.cursor()) as cursor:
        for name, table in _registered(tables).items():
            cursor.register(name, table)
        return cursor.execute(sql, asked).df()
