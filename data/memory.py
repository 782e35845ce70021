"""Answers of an open snapshot, which never changes: kept while it is open; those asked ahead, beside it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from data.kept_files import keep
from data.sql_files import Database, frame, parameters_of, stream, text_of
from data.warehouse import Snapshot

MOST_ANSWERS = 512
MOST_ROWS = 20_000

_lock = Lock()
_answers: WeakKeyDictionary[Snapshot, OrderedDict[str, pd.DataFrame]] = WeakKeyDictionary()
_asking_ahead: WeakSet[Snapshot] = WeakSet()


@contextmanager
def asking_ahead(db: Snapshot) -> Iterator[None]:
    """Keep what is asked meanwhile in files beside the snapshot, for every process that opens it later.

    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    _asking_ahead.add(db)
    try:
        yield
    finally:
        _asking_ahead.discard(db)


def remembered(db: Database, sql: str, values: dict[str, Any]) -> pd.DataFrame:
    """The query's rows; small answers of a snapshot are kept, and given out as copies that share their
    columns.
    """
    if not isinstance(db, Snapshot):
        return frame(db, sql, values)
    question = f"{sql}\x1f{sorted((k, values[k]) for k in parameters_of(sql))!r}"
    with _lock:
        kept = _answers.setdefault(db, OrderedDict())
        found = kept.get(question)
        if found is not None:
            kept.move_to_end(question)
            return found.copy(deep=False)
    rows = _answer(db, question, sql, values)
    if len(rows) <= MOST_ROWS:
        with _lock:
            kept[question] = rows
            while len(kept) > MOST_ANSWERS:
                kept.popitem(last=False)
    return rows.copy(deep=False)


def answer_path(db: Snapshot, question: str) -> Path:
    """Where the answer lies once it was asked ahead; other words of a query are another question."""
    name = hashlib.sha256(question.encode()).hexdigest()[:24]
    return db.path.parent.parent / "graded" / db.id / "answers" / f"{name}.parquet"


def _answer(db: Snapshot, question: str, sql: str, values: dict[str, Any]) -> pd.DataFrame:
    path = answer_path(db, question)
    if db in _asking_ahead:
        keep(path, lambda part: pq.write_table(stream(db, sql, values).read_all(), part))
    if path.exists():
        try:
            return frame(db, text_of("answer"), {"path": str(path)})
        except duckdb.Error:  # a file that somebody spoilt is no answer
            path.unlink(missing_ok=True)
    return frame(db, sql, values)
