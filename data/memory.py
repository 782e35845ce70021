"""Answers of an open snapshot, kept while it is open: it never changes, and pages ask the same of it."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd

from data.sql_files import Database, frame, parameters_of
from data.warehouse import Snapshot

MOST_ANSWERS = 256
MOST_ROWS = 20_000

_lock = Lock()
_answers: WeakKeyDictionary[Snapshot, OrderedDict[str, pd.DataFrame]] = WeakKeyDictionary()


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
    rows = frame(db, sql, values)
    if len(rows) <= MOST_ROWS:
        with _lock:
            kept[question] = rows
            while len(kept) > MOST_ANSWERS:
                kept.popitem(last=False)
    return rows.copy(deep=False)
