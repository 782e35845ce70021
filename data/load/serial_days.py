"""Columns in which a spreadsheet left its own numbers in the place of days: 46291 is 26 September 2026."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, FunctionExpression

DAYS = ("_DATE", "_TIME")
"""How the columns end that hold days."""
LOOKED_AT = 200


def serial_columns(con: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Of a raw file's `columns` (heading by column) those in which every day is such a number.

    One that holds any other day is not among them: its numbers are quarantined. `con` has the macros.
    """
    days = {column: heading for column, heading in columns.items() if column.endswith(DAYS)}
    rows = con.read_parquet(str(path))
    return tuple(sorted(_only_serials(rows, _only_serials(rows.limit(LOOKED_AT), days))))


def _only_serials(rows: duckdb.DuckDBPyRelation, days: Mapping[str, str]) -> dict[str, str]:
    if not days:
        return {}
    asked = [
        FunctionExpression("only_serials", ColumnExpression(heading)).alias(column)
        for column, heading in days.items()
    ]
    found = rows.select(*asked).aggregate(
        [FunctionExpression("bool_and", ColumnExpression(column)).alias(column) for column in days]
    )
    (said,) = found.fetchall()
    return {column: heading for (column, heading), is_so in zip(days.items(), said, strict=True) if is_so}
