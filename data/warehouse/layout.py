"""The layout of a snapshot: its number, and the tables and columns that pages may rely on."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data.errors import EnvironmentRefusedError

LAYOUT = 3
"""Grows when a table or column is another one than before, or means something else."""
COLUMNS = "5fada91ccfc14ba7e8867c7393ecaa88"
"""The fingerprint of the tables and columns of this layout."""
STAGED = ("stg_customer", "stg_prepaid_control")
"""The staging tables that pages rely on; the others serve the load, and are not part of the fingerprint."""
SAYS_OF_ITSELF = ("meta_snapshot", "meta_load")
"""What the program asks of a snapshot of any layout; not part of the fingerprint."""


_right: set[tuple[str, int, int, int]] = set()
"""Files that were found to have this layout: looking takes longer than anything else in opening one."""


def fingerprint(connection: duckdb.DuckDBPyConnection) -> str:
    """32 digits that stand for the names of all tables, views and columns."""
    row = connection.execute(
        "select md5(string_agg(table_name || '.' || column_name, ' ' order by table_name, column_name))"
        " from duckdb_columns() where database_name = current_database() and schema_name = 'main'"
        " and not internal and table_name not in (select unnest($apart::varchar[]))"
        " and (not starts_with(table_name, 'stg_') or table_name in (select unnest($staged::varchar[])))",
        {"apart": list(SAYS_OF_ITSELF), "staged": list(STAGED)},
    ).fetchone()
    return str(row[0]) if row else ""


def refuse_other_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let an older snapshot pass that has all that is needed; any other is refused with what to do.

    EnvironmentRefusedError `snapshot_newer`, `snapshot_older`, `snapshot_not_readable`.
    """
    snapshots = connection.execute("select * from meta_snapshot")
    names = [column[0] for column in snapshots.description or ()]
    row = snapshots.fetchone()
    if row is None:
        raise EnvironmentRefusedError("snapshot_not_readable", path=str(path))
    layout = dict(zip(names, row, strict=True)).get("layout") or 0
    if layout > LAYOUT:
        raise EnvironmentRefusedError("snapshot_newer", found=layout, known=LAYOUT, path=str(path))
    about = path.stat()
    as_it_lies = (str(path.absolute()), about.st_ino, about.st_size, about.st_mtime_ns)
    if as_it_lies in _right:
        return
    if fingerprint(connection) != COLUMNS:
        key = "snapshot_older" if layout < LAYOUT else "snapshot_not_readable"
        raise EnvironmentRefusedError(key, found=layout, known=LAYOUT, path=str(path))
    _right.add(as_it_lies)
