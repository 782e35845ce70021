"""Typed functions over what loads brought: files, reconciliation, quarantine, and the checks."""

from __future__ import annotations

from pathlib import PurePosixPath

import pandas as pd
import pyarrow as pa

from data.ask.checks import statement
from data.ask.sql_files import Database, frame, stream, text_of
from data.scope import Scope

EVERY_ROW = 2**62


def load_files(db: Database) -> pd.DataFrame:
    """Files of the snapshot's loads, newest load first, with what became of their records and fen."""
    return frame(db, text_of("load_files"), {})


def load_notes(db: Database) -> pd.DataFrame:
    """The notes of the snapshot's loads: load_id, note (JSON)."""
    return frame(db, text_of("load_notes"), {})


def load_readings(db: Database) -> pd.DataFrame:
    """What was seen or mended in reading these files: lines by kind, cells by kind and column."""
    return frame(db, text_of("load_readings"), {})


SAMPLE_MARKER = ".sample.json"
"""Lists the files of a sample; a folder that has it may be replaced by a new sample."""


def holds_sample(db: Database) -> bool:
    """Whether a folder of a generated sample was loaded: what is loaded beside it is added to it."""
    return any(PurePosixPath(name).name == SAMPLE_MARKER for name in load_left_out(db)["file"])


def load_left_out(db: Database) -> pd.DataFrame:
    """Files and sheets of these loads that were not read, with the reason."""
    return frame(db, text_of("load_left_out"), {})


def quarantine_groups(
    db: Database, scope: Scope, table_name: str | None, reason: str | None, file: str | None
) -> pd.DataFrame:
    """How many records (and fen) of the scope's units are quarantined, one row per (table_name, column_name,
    reason): of the rest that a scope chooses by, a record may not be readable.
    """
    values = {**scope.only("orgs").parameters(), "table_name": table_name, "reason": reason, "file": file}
    return frame(db, text_of("quarantine_groups"), values)


def quarantine_rows(
    db: Database,
    scope: Scope,
    table_name: str | None,
    reason: str | None,
    file: str | None,
    limit: int = EVERY_ROW,
    offset: int = 0,
) -> pd.DataFrame:
    """Quarantined records in the order of the files; `record` is JSON of the text as it was read."""
    chosen = {"table_name": table_name, "reason": reason, "file": file, "limit": limit, "offset": offset}
    return frame(db, text_of("quarantine_rows"), {**scope.only("orgs").parameters(), **chosen})


def connected(db: Database) -> pd.DataFrame:
    """How many records find what they belong to, one row per link: link, records, found."""
    return frame(db, text_of("connected"), {})


def check_results(db: Database) -> pd.DataFrame:
    """What the checks counted when the snapshot was made, one row per check: name, severity, rows."""
    return frame(db, text_of("check_results"), {})


def rows_of_check(db: Database, name: str, limit: int) -> pd.DataFrame:
    """The first rows that a check finds; a KeyError names the checks that exist."""
    return frame(db, f"from ({statement(name)}) limit $limit::bigint", {"limit": limit})


def every_row_of_check(db: Database, name: str) -> pa.RecordBatchReader:
    """All rows that a check finds, batch by batch; a KeyError names the checks that exist."""
    return stream(db, statement(name), {})
