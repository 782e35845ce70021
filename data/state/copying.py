"""Copies of a store: consistent while others read and write, from any database into a file and back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Table, func, insert, select, text, tuple_
from sqlalchemy.types import LargeBinary

from data.errors import InputError
from data.state import State, chain, tables
from data.state.damage import reading
from data.state.engine import WAIT_SECONDS, connected, file_of, make_tables, of_file

PAGE, PAGE_OF_BLOBS = 5_000, 8
COPIED = (*tables.CHAINED, tables.chain)


def copy_to_file(store: State, target: Path) -> chain.Link:
    """Write a store into a new file, without the keys of former programs; the newest link of the copy."""
    path = file_of(store.engine.url)
    if path is not None:
        _copy_file(path, target)
    else:
        with store.engine.execution_options(isolation_level="REPEATABLE READ").connect() as c:
            _into(c, of_file(target))
    copy = State(of_file(target))
    copy.close()
    return copy.reached


def copy_to_database(source: Path, url: URL) -> None:
    """Fill a store at an address from a file; refused where anything was decided there."""
    with connected(of_file(source)).connect() as c:
        _into(c, url)


def _copy_file(path: Path, target: Path) -> None:
    read = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", timeout=WAIT_SECONDS, uri=True, isolation_level=None
    )
    written = sqlite3.connect(target)
    try:
        with reading(str(path)):
            read.execute("begin")  # else whoever commits in between has the copy begun again, for ever
            read.execute("select count(*) from sqlite_master").fetchone()
            read.backup(written)
        written.execute("delete from secret")
        written.commit()
        written.execute("vacuum")
    finally:
        read.close()
        written.close()


def _into(source: Connection, url: URL) -> None:
    engine = connected(url)
    try:
        with engine.execution_options(write=True).begin() as c:
            make_tables(c)
            if chain.head(c).number:
                raise InputError("restore_state_not_empty")
            for table in COPIED:
                _copy_table(source, c, table)
                _go_on_after(c, table)
    finally:
        engine.dispose()


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    key = tuple(table.primary_key.columns)
    size = PAGE_OF_BLOBS if any(isinstance(c.type, LargeBinary) for c in table.columns) else PAGE
    asked = first = select(table).order_by(*key).limit(size)
    while page := source.execute(asked).mappings().all():
        target.execute(insert(table), [dict(row) for row in page])
        asked = first.where(tuple_(*key) > tuple_(*(page[-1][column.name] for column in key)))


def _go_on_after(c: Connection, table: Table) -> None:
    """Have PostgreSQL number what comes next after what was copied; SQLite does so by itself."""
    column = table.primary_key.columns[0]
    if c.dialect.name != "postgresql" or column.autoincrement is not True:
        return
    newest = c.scalar(select(func.max(column)))
    if newest is not None:
        named = {"table": table.name, "column": column.name, "newest": newest}
        c.execute(text("select setval(pg_get_serial_sequence(:table, :column), :newest)"), named)
