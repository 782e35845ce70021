"""Typed functions over what loads brought: files, reconciliation, quarantine, and the checks."""

from __future__ import annotations

import pandas as pd

from data.checks import CHECKS, check_rows
from data.scope import Scope
from data.sql_files import Database, frame, text_of

EVERY_ROW = 2**62


def load_files(db: Database) -> pd.DataFrame:
    """Files of the snapshot's loads, newest load first, with what became of their records and fen."""
    return frame(db, text_of("load_files"), {})


def quarantine_groups(
    db: Database, scope: Scope, table_name: str | None, reason: str | None, file: str | None
) -> pd.DataFrame:
    """How many records (and fen) are quarantined, one row per (table_name, column_name, reason)."""
    values = {**scope.parameters(), "table_name": table_name, "reason": reason, "file": file}
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
    return frame(db, text_of("quarantine_rows"), {**scope.parameters(), **chosen})


def check_results(db: Database) -> pd.DataFrame:
    """What the checks counted when the snapshot was made, one row per check: name, severity, rows."""
    return frame(db, text_of("check_results"), {})


def rows_of_check(db: Database, name: str, limit: int) -> pd.DataFrame:
    """The first rows that a check finds; a KeyError names the checks that exist."""
    known = [check.name for check in CHECKS]
    if name not in known:
        raise KeyError(f"{name} is no check; checks are {', '.join(known)}")
    cursor = db.cursor()
    try:
        return check_rows(cursor, name, limit)
    finally:
        cursor.close()
