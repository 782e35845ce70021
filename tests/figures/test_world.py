"""The tables that tests write by hand are those that a load makes."""

from __future__ import annotations

import duckdb

from data.staging import build_staging
from tests.figures.world import STAGING, World


def columns(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = con.execute("select column_name, data_type from duckdb_columns() where table_name = ?", [table])
    return dict(rows.fetchall())


def test_staging_tables_have_the_columns_of_a_load() -> None:
    loaded, written = duckdb.connect(), World().con
    for catalogue in ("snap", "staging"):
        loaded.execute(f"attach ':memory:' as {catalogue}")
    loaded.execute("use snap")
    build_staging(loaded, [])
    for table in STAGING:
        assert columns(written, table) == columns(loaded, table) != {}, table
