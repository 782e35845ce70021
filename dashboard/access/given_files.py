"""Which file was made for whom: its number or its address gives another reader nothing (decision 0177)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from streamlit.runtime.memory_media_file_storage import _calculate_file_id

from dashboard.access import sign_ins
from dashboard.access.signin import Session
from data.errors import InputError

KEPT_SECONDS = 3600


ASKING: ContextVar[str | None] = ContextVar("asking", default=None)
"""The number of the session whose socket asked for what is done now, in the thread that makes a file too."""


@dataclass(frozen=True)
class Named:
    """A file's name, its type (which tells it from any other), and the name of a copy that is kept."""

    name: str
    mime: str
    key: str


@dataclass(frozen=True)
class _Given:
    sign_in: str
    session: Session
    at: float


_given: dict[str, list[_Given]] = {}
_lock = Lock()


def made_for(session: Session, file: Named, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """A file for the session whose page offers it, made only while they may still see all that is in it."""

    def made() -> bytes:
        user = session.unchanged()
        if user.signed_in and ASKING.get() != session.number:
            raise InputError("file_of_another")
        data = make()
        if user.signed_in:
            _note(_calculate_file_id(data, file.mime, file.name), session)
        return data

    return made


def may_take(file: str, sign_in: str) -> bool:
    """Whether a sign-in was given the file that Streamlit keeps under this number, and may still see it."""
    with _lock:
        given = [one for one in _given.get(file, ()) if one.sign_in == sign_in and _is_fresh(one)]
    return any(_holds(one.session) for one in given)


def _note(file: str, session: Session) -> None:
    with _lock:
        for name in list(_given):
            if not (kept := [one for one in _given[name] if _is_fresh(one)]):
                del _given[name]
            else:
                _given[name] = kept
        _given.setdefault(file, []).append(_Given(sign_ins.mark(session.claims), session, time.time()))


def _is_fresh(one: _Given) -> bool:
    return time.time() - one.at < KEPT_SECONDS


def _holds(session: Session) -> bool:
    try:
        session.unchanged()
    except InputError:
        return False
    return True
