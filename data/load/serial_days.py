"""Columns in which a spreadsheet left its own numbers in the place of days: 46291 is 26 September 2026."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, FunctionExpression

from data.load.raw_notes import RawFile
from data.load.text_shapes import DASHED_DAY, DAY, INSTANT

DAYS = ("_DATE", "_TIME")
"""How the columns end that hold days."""
PLAIN = frozenset((DAY, DASHED_DAY, INSTANT))
"""What a column's texts look like that need not be asked: days as they are."""
LOOKED_AT = 200


def serial_columns(
    con: duckdb.DuckDBPyConnection, path: Path, raw: RawFile, columns: Mapping[str, str]
) -> tuple[str, ...]:
    """Of a raw file's `columns` (heading by column) those in which every day is such a number.

    One that holds any other day is not among them: its numbers are quarantined. `con` has the macros.
    """
    plain = {heading for heading, shapes in raw.shapes if PLAIN.intersection(shapes)}
    days = {c: heading for c, heading in columns.items() if c.endswith(DAYS) and heading not in plain}
    if not days:
        return ()
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
