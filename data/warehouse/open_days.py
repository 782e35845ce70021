"""What is open on a day, found once for every question about that day: held in memory beside the snapshot.
So are the few spells that last past their bill month, for questions about many days at once.

A page asks a dozen questions about the same three days, and every unit that a reader goes down to asks them
again.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Protocol

import duckdb

FOLDER = Path(__file__).parents[1] / "sql" / "held"
TABLE = "held.alive"
LASTING = "held.lasting"
MOST_DAYS = 16
"""So many days are held; the next one lets go of all: the memory of single days would not be given back."""

_filling = Lock()


class Database(Protocol):
    """An open snapshot, or a connection: a cursor per query."""

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one query."""
        ...


def attach(con: duckdb.DuckDBPyConnection) -> None:
    """Put the tables that hold days beside those of the database; once per database that is open."""
    con.execute("attach if not exists ':memory:' as held (read_write)")
    con.execute(_text("make"))


def cursor_on(db: Database, as_of: date) -> duckdb.DuckDBPyConnection:
    """A cursor in a transaction that sees what is open on the day; it ends when the cursor is closed."""
    while True:
        cursor = db.cursor()
        cursor.begin()
        if _has(cursor, as_of)[0]:
            return cursor
        cursor.close()
        _hold(db, as_of)


def cursor_on_lasting(db: Database) -> duckdb.DuckDBPyConnection:
    """A cursor that sees the spells that last past their bill month and who holds them, found once."""
    cursor = db.cursor()
    with _filling:
        if not _lasts(cursor):
            cursor.begin()
            cursor.execute(_text("lasting"))
            cursor.commit()
    return cursor


def _lasts(cursor: duckdb.DuckDBPyConnection) -> bool:
    ((has,),) = cursor.execute(_text("has_lasting")).fetchall()
    return bool(has)


def _hold(db: Database, as_of: date) -> None:
    with _filling:
        cursor = db.cursor()
        try:
            has, days = _has(cursor, as_of)
            if has:
                return
            cursor.begin()
            if days >= MOST_DAYS:
                cursor.execute(_text("forget"))
            for statement in cursor.extract_statements(_text("fill")):
                cursor.execute(statement, {"as_of": as_of})
            cursor.commit()
        finally:
            cursor.close()


def _has(cursor: duckdb.DuckDBPyConnection, as_of: date) -> tuple[bool, int]:
    (row,) = cursor.execute(_text("has"), {"as_of": as_of}).fetchall()  # to its end: another may follow
    return bool(row[0]), int(row[1])


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
