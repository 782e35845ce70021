"""Typed functions over the queries of services due; what the state store tells is given as Arrow tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from data.scope import Scope
from data.sql_files import Database, parameters_of, text_of

TOLERANCE_DAYS = 7
"""A record counts for the due day that lies so near: a changed schedule does not undo what was done."""
HOLDERS = pa.schema(
    [("cons_no", pa.string()), ("grade", pa.string()), ("from_on", pa.date32()), ("to_on", pa.date32())]
)
RULES = pa.schema(
    [
        *(("grade", pa.string()), ("service", pa.string()), ("start", pa.string())),
        *(("days", pa.int32()), ("every_months", pa.int32())),
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


def services_due(
    db: Database,
    scope: Scope,
    tables: ServiceTables,
    first: date,
    last: date,
    longest: int,
    cons_key: int | None = None,
) -> pd.DataFrame:
    """Services due in [first, last], one row per customer, service and due day: with the day they were done.

    `longest` is the most days after its issue that a service may have. Only what was so on the scope's day.
    """
    return _asked(db, "services_due", scope, tables, first, last, longest, cons_key)


def services_fulfilled(
    db: Database, scope: Scope, tables: ServiceTables, first: date, last: date, longest: int
) -> pd.DataFrame:
    """How many services were due, done, and done by their day, one row per unit and service."""
    return _asked(db, "services_fulfilled", scope, tables, first, last, longest, None)


def _asked(
    db: Database,
    name: str,
    scope: Scope,
    tables: ServiceTables,
    first: date,
    last: date,
    longest: int,
    cons_key: int | None,
) -> pd.DataFrame:
    sql = text_of(name)
    values: Mapping[str, Any] = {
        **scope.parameters(),
        "first": first,
        "last": last,
        "longest": longest,
        "cons_key": cons_key,
        "tolerance": TOLERANCE_DAYS,
    }
    cursor = db.cursor()
    try:
        cursor.register("service_holders", tables.holders)
        cursor.register("service_rules", tables.rules)
        cursor.register("service_periods", tables.periods)
        cursor.register("service_records", tables.records)
        return cursor.execute(sql, {k: values[k] for k in parameters_of(sql)}).df()
    finally:
        cursor.close()
