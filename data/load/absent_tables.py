"""Tables of which no file came: empty, of the columns and kinds that one with files has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from data.ask.sql_files import statements_of
from data.load.extract_tables import TABLES, ExtractTable

ABSENT = Path(__file__).parents[1] / "sql" / "staging" / "steps" / "absent.sql"
"""A statement for each table, in their order; `python -m tools.absent_tables` writes it."""


def make_absent(con: duckdb.DuckDBPyConnection, tables: Iterable[ExtractTable]) -> None:
    """Create what is kept of these tables, without rows, in the catalogue where a table with files has it."""
    made = dict(zip(TABLES, statements_of(ABSENT.read_text(encoding="utf-8")), strict=True))
    for table in tables:
        con.execute(made[table.name])
