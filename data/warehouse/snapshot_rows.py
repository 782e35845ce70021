"""How many rows the tables of a snapshot have."""

from __future__ import annotations

import duckdb


def row_counts(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows by table, from the catalogue's own estimate (exact for a finished snapshot)."""
    counts = cursor.execute(
        "select table_name, estimated_size from duckdb_tables()"
        " where not temporary and database_name = current_database() order by table_name"
    ).fetchall()
    return {str(name): int(size) for name, size in counts}
