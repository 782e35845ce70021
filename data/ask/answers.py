"""Answers of an open snapshot, which never changes: kept while it is open; those asked ahead, beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from inspect import signature
from pathlib import Path
from threading import Lock
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary, WeakSet

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from data.ask.sql_files import Database, frame, given, stream, text_of
from data.errors import EnvironmentRefusedError
from data.kept.kept_files import is_kept, keep
from data.kept.kept_values import Kept, name_in_keys
from data.warehouse.snapshots import Snapshot

P = ParamSpec("P")
T = TypeVar("T")
MOST_ANSWERS = 1000
MOST_ROWS = 20_000

_lock = Lock()
_answers: WeakKeyDictionary[Snapshot, Kept[str, Any]] = WeakKeyDictionary()
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
    question = f"{sql}\x1f{sorted(given(sql, values).items())!r}"
    rows: pd.DataFrame = _of(db).get(question, lambda: _answer(db, question, sql, values))
    return rows.copy(deep=False)


def asked_once(ask: Callable[P, T]) -> Callable[P, T]:
    """Keep what a service works out of an open snapshot, its `db`, by the `repr` of its other arguments.

    For what several parts of a page need; a frame is given out as a copy that shares its columns.
    """
    return _asked(ask, _of)


def asked_lately(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `asked_once`, for what is large: the last `most` answers of each that is marked so."""

    def marked(ask: Callable[P, T]) -> Callable[P, T]:
        answers: WeakKeyDictionary[Snapshot, Kept[str, Any]] = WeakKeyDictionary()

        def kept(db: Snapshot) -> Kept[str, Any]:
            with _lock:
                return answers.setdefault(db, Kept(most))

        return _asked(ask, kept)

    return marked


def _asked(ask: Callable[P, T], kept: Callable[[Snapshot], Kept[str, Any]]) -> Callable[P, T]:
    form, name = signature(ask), name_in_keys(ask)

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        given = dict(form.bind(*args, **kwargs).arguments)
        db = given.pop("db")
        if not isinstance(db, Snapshot):
            return ask(*args, **kwargs)
        question = f"{name}\x1f{given!r}"
        answer: T = kept(db).get(question, lambda: ask(*args, **kwargs))
        return cast(T, answer.copy(deep=False)) if isinstance(answer, pd.DataFrame) else answer

    return asked


def _of(db: Snapshot) -> Kept[str, Any]:
    with _lock:
        return _answers.setdefault(db, Kept(MOST_ANSWERS, _is_small))


def _is_small(answer: object) -> bool:
    return not isinstance(answer, pd.DataFrame) or len(answer) <= MOST_ROWS


def answers_folder(db: Snapshot) -> Path:
    """Where the answers lie that were asked ahead."""
    return db.path.parent.parent / "graded" / db.id / "answers"


def answer_path(db: Snapshot, question: str) -> Path:
    """Where the answer lies once it was asked ahead; other words of a query are another question."""
    name = hashlib.sha256(question.encode()).hexdigest()[:24]
    return answers_folder(db) / f"{name}.parquet"


def _answer(db: Snapshot, question: str, sql: str, values: dict[str, Any]) -> pd.DataFrame:
    path = answer_path(db, question)

    def write(part: Path) -> None:
        pq.write_table(stream(db, sql, values).read_all(), part)

    if db in _asking_ahead:
        keep(path, write)
    elif path.exists() and not is_kept(path):
        with suppress(EnvironmentRefusedError):  # where nothing can be written, the database answers
            keep(path, write)
    if is_kept(path):
        with suppress(duckdb.IOException):  # the folder was cleared meanwhile; whoever is stopped, stops
            return frame(db, text_of("answer"), {"path": str(path)})
    return frame(db, sql, values)
