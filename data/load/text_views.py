"""Raw Parquet files of one table as one view of text columns, named as the table's official columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression
from duckdb.sqltypes import BIGINT, DATE, INTEGER, VARCHAR

from data.ask.sql_files import run_all
from data.load.doubtful_months import januaries
from data.load.extract_tables import ExtractTable
from data.load.mapping import UNITS, ColumnRule, TableRule
from data.load.no_values import TEXTS, may_hold
from data.load.raw_notes import RawFile
from data.load.raw_store import LINE
from data.load.value_words import meant_by, skipped
from data.load.whole_numbers import fractions
from data.read.decoration import heading_key

MACROS = Path(__file__).parents[1] / "sql" / "staging" / "steps" / "macros.sql"
# What the reader calls the place of a row's file among those it was given.
FILE = "file_index"


@dataclass(frozen=True)
class RawPart:
    """One raw file as it is read for one table; `columns` gives the heading of each column found.

    In the columns `serials` days are a spreadsheet's numbers; shorter customer numbers lack zeros where there
    is a `number_width`. `unit` is fen of one amount, where the file says another than its rule. In the
    columns `januaries` 2024.1 is January.
    """

    file_no: int
    extract_on: date
    path: Path
    raw: RawFile
    rule: TableRule
    columns: dict[str, str]
    serials: tuple[str, ...] = ()
    number_width: int | None = None
    unit: int | None = None
    januaries: tuple[str, ...] = ()


def make_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection know how text becomes a value: what text views and staging are made with."""
    run_all(con, MACROS.read_text(encoding="utf-8"))


def make_text_view(
    con: duckdb.DuckDBPyConnection,
    table: ExtractTable,
    parts: Sequence[RawPart],
    only: Sequence[str] | None = None,
) -> None:
    """Create the view `text_<table>` over all parts, at least one; `only` of some columns."""
    names = table.columns if only is None else only
    parts = [_told(con, part, names) for part in parts]
    relation = _united([_parts(con, table, list(alike), names) for _, alike in groupby(parts, key=_reading)])
    relation.create_view(table.view, replace=True)


def _told(con: duckdb.DuckDBPyConnection, part: RawPart, names: Sequence[str]) -> RawPart:
    """A part that says in which of these columns short months are January."""
    asked = {n: h for n, h in part.columns.items() if n in names}
    return replace(part, januaries=januaries(con, part.path, part.raw, asked, part.rule))


def _united(relations: list[duckdb.DuckDBPyRelation]) -> duckdb.DuckDBPyRelation:
    """All rows, joined two by two so that the plan stays shallow."""
    while len(relations) > 1:
        pairs = [relations[i : i + 2] for i in range(0, len(relations), 2)]
        relations = [p[0].union(p[1]) if len(p) == 2 else p[0] for p in pairs]
    return relations[0]


def _reading(part: RawPart) -> str:
    """Equal for neighbours that are read in one go: a scan of many files keeps every core busy."""
    alone = any(rule.transform == "row_number" for rule in part.rule.columns.values())
    alone = alone or any(heading.lower() == FILE for heading in part.raw.headings)
    raw = part.raw
    how = (
        raw.headings,
        raw.has_lines,
        raw.first_line,
        part.extract_on,
        part.rule,
        sorted(part.columns.items()),
        part.serials,
        part.number_width,
        part.unit,
        part.januaries,
    )
    return repr((part.file_no if alone else None, how))


def _parts(
    con: duckdb.DuckDBPyConnection, table: ExtractTable, parts: Sequence[RawPart], names: Sequence[str]
) -> duckdb.DuckDBPyRelation:
    part, raw = parts[0], parts[0].raw
    source = con.read_parquet([str(p.path) for p in parts], file_row_number=not raw.has_lines)
    left_out = skipped(part.rule.skip, raw.headings)
    if left_out is not None:
        source = source.filter(FunctionExpression("not_so", left_out))
    if raw.has_lines:
        line: Expression = ColumnExpression(LINE)
    else:
        line = ColumnExpression("file_row_number") + ConstantExpression(raw.first_line)
    line = line.cast(BIGINT)
    # For the sake of one file its neighbours are looked at too, which changes nothing that they hold.
    found = {n: h for n, h in part.columns.items() if n in names}
    whole = frozenset().union(*(fractions(p.raw, found) for p in parts))
    worded = frozenset(n for n in found if _rule(part, n).values and not n.endswith(TEXTS))
    worded = worded.union(*(may_hold(p.path, p.raw, found) for p in parts))
    columns = {name: _column(part, name, line, name in whole, name in worded) for name in names}
    amount = columns.get(table.amount or "", _null(VARCHAR))
    chosen = [
        _file_no(parts).cast(INTEGER).alias("file_no"),
        line.alias("line"),
        ConstantExpression(part.unit or UNITS[part.rule.unit]).cast(BIGINT).alias("unit"),
        ConstantExpression(part.extract_on.isoformat()).cast(DATE).alias("extract_on"),
        amount.alias("amount_text"),
        *(expression.alias(name) for name, expression in columns.items()),
    ]
    if table.name == "C_FACT":
        chosen.append(_facts(part).alias("FACTS"))
    return source.select(*chosen)


def _file_no(parts: Sequence[RawPart]) -> Expression:
    if len(parts) == 1:
        return ConstantExpression(parts[0].file_no)
    place = ColumnExpression(FILE).cast(BIGINT) + ConstantExpression(1)
    return FunctionExpression("list_extract", ConstantExpression([p.file_no for p in parts]), place)


def _column(part: RawPart, name: str, line: Expression, is_whole: bool, is_worded: bool) -> Expression:
    rule = _rule(part, name)
    if rule.transform == "row_number":
        return FunctionExpression("row_id", ConstantExpression(part.raw.key), line)
    heading = part.columns.get(name)
    if heading is None:
        return _null(VARCHAR) if rule.constant is None else ConstantExpression(rule.constant).cast(VARCHAR)
    cell: Expression = ColumnExpression(heading)
    if is_worded and not rule.values:
        cell = FunctionExpression("said_text", cell)
    if is_whole:
        cell = FunctionExpression("whole_text", cell)
    if name in part.serials:
        cell = FunctionExpression("serial_text", cell)
    if name == "CONS_NO" and part.number_width:
        cell = FunctionExpression("with_zeros", cell, ConstantExpression(part.number_width))
    meant = meant_by(_transformed(cell, rule, part), rule.values)
    if name in part.januaries:
        meant = FunctionExpression("january_text", meant)
    return FunctionExpression("said_text", meant) if is_worded and rule.values else meant


def _rule(part: RawPart, name: str) -> ColumnRule:
    return part.rule.columns.get(name, ColumnRule())


def _transformed(cell: Expression, rule: ColumnRule, part: RawPart) -> Expression:
    heading = _heading(part, rule.plus_days) if rule.plus_days else None
    if heading is not None:
        days = ColumnExpression(heading)
        form = ConstantExpression(rule.date or "%Y-%m-%d")
        cell = FunctionExpression("day_text_after", cell, days, form)
    elif rule.add_days:
        form, days = ConstantExpression(rule.date or "%Y%m%d"), ConstantExpression(str(rule.add_days))
        cell = FunctionExpression("day_text_after", cell, days, form)
    elif rule.date:
        cell = FunctionExpression("day_text", cell, ConstantExpression(rule.date))
    if rule.transform == "number_of_name":
        return FunctionExpression("number_of_name", cell)
    if rule.transform == "trim":
        return FunctionExpression("trim", cell)
    if rule.transform == "month_of_date":
        return FunctionExpression("month_text", cell)
    if rule.transform == "unsigned":
        return FunctionExpression("unsigned_text", cell)
    return cell


def _facts(part: RawPart) -> Expression:
    if not part.rule.facts:
        return _null(facts_kind())
    names = FunctionExpression("list_value", *(ConstantExpression(n).cast(VARCHAR) for n in part.rule.facts))
    headings = [_heading(part, h) for h in part.rule.facts.values()]
    cells = [_null(VARCHAR) if h is None else ColumnExpression(h) for h in headings]
    return FunctionExpression("map", names, FunctionExpression("list_value", *cells))


def _heading(part: RawPart, wanted: str) -> str | None:
    """How the file writes a heading; None where it has no such one."""
    return next((h for h in part.raw.headings if heading_key(h) == heading_key(wanted)), None)


def facts_kind() -> duckdb.sqltypes.DuckDBPyType:
    """What `FACTS` of C_FACT holds: values by the keys of the facts that a record brings."""
    return duckdb.map_type(VARCHAR, VARCHAR)


def _null(kind: duckdb.sqltypes.DuckDBPyType) -> Expression:
    return ConstantExpression(None).cast(kind)
