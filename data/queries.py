"""Typed functions over `sql/queries`: one per file, parameters named as Scope's fields."""

from __future__ import annotations

from typing import Protocol

import duckdb


class Database(Protocol):
    """An open snapshot: a DuckDB connection or a handle around one. A cursor per query keeps threads apart."""

    def cursor(self) -> duckdb.DuckDBPyConnection: ...
