"""The SQL files as functions: read once, their static includes put in, their parameters known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from data.errors import InputError
from data.scope import FILTERS
from data.warehouse.damaged_blocks import damage_told
from data.warehouse.open_days import LASTING, TABLE, Database, cursor_on, cursor_on_lasting

__all__ = ["Database"]

BATCH = 65_536
"""Rows that a reader hands out at a time."""
FOLDER = Path(__file__).parents[1] / "sql" / "queries"
INCLUDE = re.compile(r"^ *-- include: (\w+)(?: as (\w+))?$", re.MULTILINE)
NAMELESS = re.compile(r"\bof_")


@lru_cache(maxsize=256)
def text_of(name: str, parts: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> str:
    """The text of `queries/<name>.sql`; a line `-- include: X` becomes the files `parts` names for X.

    What an include calls `of_...` (tables and parameters) is `now_...` after `-- include: X as now`.
    """
    named = dict(parts)

    def included(match: re.Match[str]) -> str:
        files = named.get(match[1], (match[1],))
        texts = ((FOLDER / "include" / f"{f}.sql").read_text(encoding="utf-8") for f in files)
        text = INCLUDE.sub(included, "\n".join(texts))
        return NAMELESS.sub(f"{match[2]}_", text) if match[2] else text

    return INCLUDE.sub(included, (FOLDER / f"{name}.sql").read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def parameters_of(sql: str) -> frozenset[str]:
    """The names of the $parameters that the text wants."""
    return frozenset(duckdb.extract_statements(sql)[0].named_parameters)


@lru_cache(maxsize=512)
def statements_of(text: str) -> tuple[duckdb.Statement, ...]:
    """The statements of the program's own text, parsed once: of a small load that is a tenth."""
    return tuple(duckdb.extract_statements(text))


def run_all(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Run the statements of such a text, which want nothing."""
    for statement in statements_of(text):
        con.execute(statement)


def given(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that the text wants.

    InputError `not_narrowed` where a filter is set that the text does not ask for: it would answer of all.
    """
    wanted = parameters_of(sql)
    if forgotten := [name for name in FILTERS if values.get(name) and name not in wanted]:
        raise InputError("not_narrowed", dimensions=[FILTERS[name] for name in forgotten])
    return {name: values[name] for name in wanted}


def frame(db: Database, sql: str, values: Mapping[str, Any]) -> pd.DataFrame:
    """Run one query on a cursor of its own, with those of `values` that it wants."""
    asked = given(sql, values)
    with damage_told(db), closing(_cursor(db, sql, values)) as cursor:
        return cursor.execute(sql, asked).df()


def stream(
    db: Database, sql: str, values: Mapping[str, Any], tables: Mapping[str, pa.Table] | None = None
) -> pa.RecordBatchReader:
    """Run one query on a cursor of its own and read it batch by batch; it may name `tables` handed to it.

    The cursor lives as long as the reader.
    """
    asked = given(sql, values)
    with damage_told(db):
        cursor = _cursor(db, sql, values)
        for name, table in (tables or {}).items():
            cursor.register(name, table)
        # As a relation asks, but one time: `cursor.sql` reads and binds a text twice more before it is run,
        # which takes as long as most answers (decision 0221).
        reader = cursor._submit(sql, asked, "stream", BATCH).arrow_reader()

    def batches() -> Any:
        try:
            with damage_told(db):
                yield from reader
        finally:
            reader.close()
            for name in tables or ():
                cursor.unregister(name)
            cursor.close()

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def _cursor(db: Database, sql: str, values: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    if LASTING in sql:
        return cursor_on_lasting(db)
    return cursor_on(db, values["as_of"]) if TABLE in sql else db.cursor()
