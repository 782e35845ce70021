"""Tables of which no file came: empty, of the columns and kinds that one with files has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import duckdb
from duckdb import ConstantExpression, Expression
from duckdb.sqltypes import BIGINT, DATE, INTEGER, VARCHAR, DuckDBPyType

from data.load.extract_tables import TABLES, ExtractTable
from data.load.text_views import facts_kind, make_macros

TYPED = Path(__file__).parents[1] / "sql" / "staging" / "typed"
TEXT = {"file_no": INTEGER, "line": BIGINT, "unit": BIGINT, "extract_on": DATE, "amount_text": VARCHAR}
"""What every text view has beside its table's own columns."""


def make_absent(con: duckdb.DuckDBPyConnection, tables: Iterable[ExtractTable]) -> None:
    """Create what is kept of these tables, without rows, in the catalogue where a table with files has it."""
    for table in tables:
        where = "snap" if table.kept == "snapshot" else "staging"
        _nothing(con, _kinds()[table.name]).create(f"{where}.{table.kept_table}")


@cache
def _kinds() -> Mapping[str, Mapping[str, DuckDBPyType]]:
    """The kept columns of each table with their kinds, in their order: as its own file types no text at all.

    Found once in a process; typing twenty tables of no rows is most of the time of a small load.
    """
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as staging")
        make_macros(con)
        con.execute("use staging")
        for table in TABLES.values():
            own = (*table.columns, "FACTS") if table.name == "C_FACT" else table.columns
            text = TEXT | {c: facts_kind() if c == "FACTS" else VARCHAR for c in own}
            _nothing(con, text).create_view(table.view)
            con.execute((TYPED / f"{table.name}.sql").read_text(encoding="utf-8"))
        typed = {t.name: con.table(f"staging.{t.typed_table}") for t in TABLES.values()}
        return {name: _of_kept(TABLES[name], relation) for name, relation in typed.items()}


def _of_kept(table: ExtractTable, typed: duckdb.DuckDBPyRelation) -> dict[str, DuckDBPyType]:
    kinds = dict(zip(typed.columns, typed.types, strict=True))
    return {table.called.get(c, c): kinds[c] for c in table.kept_columns(typed.columns)}


def _nothing(con: duckdb.DuckDBPyConnection, kinds: Mapping[str, DuckDBPyType]) -> duckdb.DuckDBPyRelation:
    columns: list[Expression] = [ConstantExpression(None).cast(k).alias(c) for c, k in kinds.items()]
    return con.table_function("range", [0]).select(*columns)
