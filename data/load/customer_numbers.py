"""How long the customer table shows customer numbers to be: spreadsheets take the zeros before them away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from data.load.text_views import RawPart

COLUMN, TABLE = "CONS_NO", "C_CONS"


def number_width(con: duckdb.DuckDBPyConnection, parts: Iterable[RawPart]) -> int | None:
    """The length of every customer number, told by the files of C_CONS that agree with themselves.

    None where no file does, where two say different lengths, or where a number holds something but digits.
    """
    widths: set[int] = set()
    for part in parts:
        if part.rule.table == TABLE and COLUMN in part.columns:
            shortest, longest = (_end(con, part, name) for name in ("min", "max"))
            if shortest is not None and shortest == longest:
                widths |= {shortest} if _are_digits(con, part) else {0}
    return widths.pop() or None if len(widths) == 1 else None


def with_widths(con: duckdb.DuckDBPyConnection, parts: Sequence[RawPart], width: int | None) -> list[RawPart]:
    """The parts; those whose customer numbers lost their zeros say how long these have to be."""
    return [replace(p, number_width=width) if width and _lost_zeros(con, p, width) else p for p in parts]


def _lost_zeros(con: duckdb.DuckDBPyConnection, part: RawPart, width: int) -> bool:
    """Whether what wrote the file takes zeros away: it kept numbers as numbers, or most of them are short
    and none begins with a zero. A few short ones of a text are numbers of their own.
    """
    if COLUMN not in part.columns or (_end(con, part, "min") or width) >= width:
        return False
    if part.columns[COLUMN] in part.raw.numbers:
        return True
    cell = FunctionExpression("trim", ColumnExpression(part.columns[COLUMN]))
    asked = (
        FunctionExpression("lacks_zeros", cell, ConstantExpression(width)),
        FunctionExpression("regexp_full_match", cell, ConstantExpression("[0-9]+")),
        FunctionExpression("starts_with", cell, ConstantExpression("0")),
    )
    counts = [FunctionExpression("count_if", one) for one in asked]
    ((short, digits, zeros),) = con.read_parquet(str(part.path)).aggregate(counts).fetchall()
    return bool(2 * short > digits and not zeros)


def _cell(part: RawPart) -> Expression:
    """A customer number; none where a program wrote a word for nothing."""
    return FunctionExpression("said_text", ColumnExpression(part.columns[COLUMN]))


def _end(con: duckdb.DuckDBPyConnection, part: RawPart, name: str) -> int | None:
    """The least or the greatest length of a file's customer numbers."""
    cell = FunctionExpression("nullif", _cell(part), ConstantExpression(""))
    found = FunctionExpression(name, FunctionExpression("length", cell))
    ((length,),) = con.read_parquet(str(part.path)).aggregate([found]).fetchall()
    return None if length is None else int(length)


def _are_digits(con: duckdb.DuckDBPyConnection, part: RawPart) -> bool:
    cell = _cell(part)
    digits = FunctionExpression("regexp_full_match", cell, ConstantExpression("[0-9]+"))
    ((said,),) = (
        con.read_parquet(str(part.path)).aggregate([FunctionExpression("bool_and", digits)]).fetchall()
    )
    return bool(said)
