"""Tell what was seen or mended in reading each file: lines that are no records, days that are none, zeros."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from data.load.customer_numbers import COLUMN as NUMBER
from data.load.extract_tables import ExtractTable
from data.load.no_values import may_hold
from data.load.serial_days import DAYS
from data.load.text_views import RawPart
from data.load.value_words import skipped
from data.load.whole_numbers import fractions

PASSED = "passed"
"""Records that the mapping leaves out."""
INSERT = """
insert into reading
select load_id, file, table_name, $kind, $column, $lines, file_no from meta_file where file_no = $file_no
"""


PASSED_OVER = """
select sum(lines) from reading
where load_id = $load and file = $file and table_name = $table and kind = $kind
"""


def tell_readings(con: duckdb.DuckDBPyConnection, table: ExtractTable, parts: Sequence[RawPart]) -> None:
    """Add to `reading` what was seen in these files of one table. `con` has the macros."""
    for part in parts:
        for kind, lines in part.raw.named:
            _add(con, part, kind, None, lines)
        if part.unit and table.amount in part.columns:
            _add(con, part, "scaled", table.amount, part.raw.records)
        for (kind, column), lines in _counted(con, table, part).items():
            if lines:
                _add(con, part, kind, column, lines)


def passed_over(con: duckdb.DuckDBPyConnection, load_id: str, file: str, table: str) -> dict[str, int]:
    """How many records of a file the mapping left out, by the kind of reading; empty where none."""
    row = con.execute(PASSED_OVER, {"load": load_id, "file": file, "table": table, "kind": PASSED}).fetchone()
    return {PASSED: int(row[0])} if row and row[0] else {}


def _add(con: duckdb.DuckDBPyConnection, part: RawPart, kind: str, column: str | None, lines: int) -> None:
    con.execute(INSERT, {"kind": kind, "column": column, "lines": lines, "file_no": part.file_no})


def _counted(
    con: duckdb.DuckDBPyConnection, table: ExtractTable, part: RawPart
) -> dict[tuple[str, str | None], int]:
    """How many cells of a file are so, by kind and column."""
    asked: dict[tuple[str, str | None], Expression] = {}
    left_out = skipped(part.rule.skip, part.raw.headings)
    if left_out is not None:
        asked[PASSED, None] = left_out
    for column in fractions(part.raw, part.columns):
        asked["fraction", column] = FunctionExpression("is_fraction", ColumnExpression(part.columns[column]))
    for column in may_hold(part.path, part.raw, part.columns):
        asked["no_value", column] = FunctionExpression("is_nothing", ColumnExpression(part.columns[column]))
    for column in (c for c in table.columns if c in part.columns):
        cell = ColumnExpression(part.columns[column])
        if column.endswith(DAYS):
            asked["no_day", column] = FunctionExpression("is_no_day", cell)
        if column in part.serials:
            asked["serial", column] = FunctionExpression("is_serial", cell)
        if column == NUMBER and part.number_width:
            width = ConstantExpression(part.number_width)
            asked["zeros", column] = FunctionExpression("lacks_zeros", cell, width)
    if not asked:
        return {}
    counts = [FunctionExpression("count_if", said) for said in asked.values()]
    (found,) = con.read_parquet(str(part.path)).aggregate(counts).fetchall()
    empty = dict(part.raw.nothing)  # NULL is kept as an empty cell: of a day it is a word that says none
    written: dict[tuple[str, str | None], int] = {
        ("no_day", c): empty.get(h, 0) for c, h in part.columns.items() if c.endswith(DAYS)
    }
    return {key: int(lines or 0) + written.get(key, 0) for key, lines in zip(asked, found, strict=True)}
