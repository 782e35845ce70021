"""Months that a spreadsheet may have shortened: 2024.10 kept as a number is shown, and saved, as 2024.1."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from data.errors import InputError
from data.load.mapping import ColumnRule, TableRule
from data.load.raw_notes import RawFile
from data.load.value_words import ANY_END, Values

MONTH = "_YM"
FORM = "[0-9]{4}[.][0-9]{1,2}"
_ONE = re.compile(r"[0-9]{4}[.]1")
_OTHERS = ("2", "3", "4", "5", "6", "7", "8")
_LATER = ("9", "11", "12")


def refuse_doubtful_months(
    con: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    raw: RawFile,
    columns: Mapping[str, str],
    rule: TableRule,
) -> None:
    """InputError `month_in_doubt` where a month of a raw file may be January or October, unless the mapping
    says which it is. `columns` gives the heading of each column.
    """
    for column, doubtful in _short_months(con, path, raw, columns, rule):
        if doubtful:
            raise InputError("month_in_doubt", file=name, heading=columns[column], months=doubtful)


def januaries(
    con: duckdb.DuckDBPyConnection, path: Path, raw: RawFile, columns: Mapping[str, str], rule: TableRule
) -> tuple[str, ...]:
    """The columns of a raw file in which 2024.1 is January.

    Asked whenever a file is read: one that was loaded or held by a program of before was never refused.
    """
    found = _short_months(con, path, raw, columns, rule)
    return tuple(column for column, doubtful in found if not doubtful)


def _short_months(
    con: duckdb.DuckDBPyConnection, path: Path, raw: RawFile, columns: Mapping[str, str], rule: TableRule
) -> Iterator[tuple[str, list[str]]]:
    """The columns with a 2024.1, or where a mapping may make one, each with what is in doubt of it."""
    for column, heading in columns.items():
        if not column.endswith(MONTH) or raw.is_shaped(heading):
            continue
        said = rule.columns.get(column, ColumnRule()).values
        cell = FunctionExpression("trim", ColumnExpression(heading))
        is_so = FunctionExpression("regexp_full_match", cell, ConstantExpression(FORM))
        found = con.read_parquet(str(path)).filter(is_so).select(cell.alias("month")).distinct().fetchall()
        months = {month for (month,) in found}
        if said or any(_ONE.fullmatch(month) for month in months):
            doubtful = in_doubt(months, heading in raw.numbers)
            yield column, [m for m in doubtful if not _is_named(m, said)]


def _is_named(month: str, said: Values) -> bool:
    """Whether a mapping says what is meant by a text."""
    return any(month == w or (w.endswith(ANY_END) and month.startswith(w[:-1])) for w, _ in said)


def in_doubt(months: Collection[str], may_be_numbers: bool = False) -> list[str]:
    """Of the texts of a column those that may be January or October.

    Where one keeps the zero of its October, all do, unless they may be numbers: then that cell alone may be a
    text. Else 2024.1 is January only where its year has other months of one digit, and none from which
    October is not far (2024.9, 2024.11); not where January is written 2024.01, nor where it stands alone.
    """
    if not may_be_numbers and any(month.endswith(".10") for month in months):
        return []
    is_padded = any(month[5:].startswith("0") for month in months)

    def has(month: str, others: Collection[str]) -> bool:
        return any(f"{month[:5]}{other}" in months for other in others)

    return sorted(
        month
        for month in months
        if _ONE.fullmatch(month) and (is_padded or not has(month, _OTHERS) or has(month, _LATER))
    )
