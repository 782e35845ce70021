"""How long the customer table shows customer numbers to be: spreadsheets take the zeros before them away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from data.load.text_views import RawPart

COLUMN, TABLE = "CONS_NO", "C_CONS"


@dataclass(frozen=True)
class Width:
    """How long every customer number is, and the files of C_CONS."""

    length: int
    listed: tuple[RawPart, ...] = ()


def number_width(con: duckdb.DuckDBPyConnection, parts: Iterable[RawPart]) -> Width | None:
    """The length of every customer number, told by the files of C_CONS that agree with themselves.

    None where no file does, where two say different lengths, or where a number holds something but digits.
    """
    widths: set[int] = set()
    listed = tuple(part for part in parts if part.rule.table == TABLE and COLUMN in part.columns)
    for part in listed:
        shortest, longest = (_end(con, part, name) for name in ("min", "max"))
        if shortest is not None and shortest == longest:
            widths |= {shortest} if _are_digits(con, part) else {0}
    length = widths.pop() if len(widths) == 1 else 0
    return Width(length, listed) if length else None


def with_widths(
    con: duckdb.DuckDBPyConnection, parts: Sequence[RawPart], width: Width | None
) -> list[RawPart]:
    """The parts; those whose customer numbers lost their zeros say how long these have to be."""
    if width is None:
        return list(parts)
    return [replace(p, number_width=width.length) if _lost_zeros(con, p, width) else p for p in parts]


def _lost_zeros(con: duckdb.DuckDBPyConnection, part: RawPart, width: Width) -> bool:
    """Whether what wrote the file takes zeros away: it kept numbers as numbers, or none begins with a zero
    and most are short, or most of the short ones are customers with zeros and none without. Other short ones
    of a text are numbers of their own.
    """
    if COLUMN not in part.columns or (_end(con, part, "min") or width.length) >= width.length:
        return False
    if part.columns[COLUMN] in part.raw.numbers:
        return True
    cell = FunctionExpression("trim", ColumnExpression(part.columns[COLUMN]))
    asked = (
        FunctionExpression("lacks_zeros", cell, ConstantExpression(width.length)),
        FunctionExpression("regexp_full_match", cell, ConstantExpression("[0-9]+")),
        FunctionExpression("starts_with", cell, ConstantExpression("0")),
    )
    counts = [FunctionExpression("count_if", one) for one in asked]
    ((short, digits, zeros),) = con.read_parquet(str(part.path)).aggregate(counts).fetchall()
    return bool(short and not zeros and (2 * short > digits or _joins_with_zeros(con, part, width)))


def _joins_with_zeros(con: duckdb.DuckDBPyConnection, part: RawPart, width: Width) -> bool:
    """Whether most of a file's short numbers are customers once they have zeros, and none is one without."""
    raw = ColumnExpression(part.columns[COLUMN])
    length = ConstantExpression(width.length)
    short = con.read_parquet(str(part.path)).filter(FunctionExpression("lacks_zeros", raw, length))
    bare = short.project(FunctionExpression("trim", raw).alias("number")).distinct()
    padded = FunctionExpression("with_zeros", ColumnExpression("number"), length).alias("number")
    others = [
        con.read_parquet(str(p.path)).project(
            FunctionExpression("trim", ColumnExpression(p.columns[COLUMN])).alias("number")
        )
        for p in width.listed
        if p.path != part.path
    ]
    if not others:
        return False
    known = reduce(lambda one, other: one.union(other), others)
    joined = len(bare.project(padded).intersect(known))
    return 2 * joined > len(bare) and not len(bare.intersect(known))


def _cell(part: RawPart) -> Expression:
    """A customer number; none where a program wrote a word for nothing."""
    return FunctionExpression("said_text", ColumnExpression(part.columns[COLUMN]))


def _end(con: duckdb.DuckDBPyConnection, part: RawPart, name: str) -> int | None:
    """The least or the greatest length of a file's customer numbers."""
    if part.raw.is_shaped(part.columns[COLUMN]):  # digits alone, as many as bytes
        length_of = FunctionExpression("strlen", ColumnExpression(part.columns[COLUMN]))
    else:
        cell = FunctionExpression("nullif", _cell(part), ConstantExpression(""))
        length_of = FunctionExpression("length", cell)
    found = FunctionExpression(name, length_of)
    ((length,),) = con.read_parquet(str(part.path)).aggregate([found]).fetchall()
    return None if length is None else int(length)


def _are_digits(con: duckdb.DuckDBPyConnection, part: RawPart) -> bool:
    cell = _cell(part)
    digits = FunctionExpression("regexp_full_match", cell, ConstantExpression("[0-9]+"))
    ((said,),) = (
        con.read_parquet(str(part.path)).aggregate([FunctionExpression("bool_and", digits)]).fetchall()
    )
    return bool(said)
