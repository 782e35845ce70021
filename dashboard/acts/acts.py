"""What a reader decides on a page: done before the page is drawn again, and said once after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import streamlit as st

from analytics.errors import RefusedError
from dashboard.access.auth import User
from dashboard.page import Page
from data.errors import DengtaError, InputError

T = TypeVar("T")

_SAID, _WRONG = "grades_done", "grades_refused"


def say() -> None:
    """What became of the last act, once, in a place that is always there.

    Were it to come between, all below it would be drawn anew, and what is being typed there be lost.
    """
    with st.container():
        if said := st.session_state.pop(_SAID, None):
            st.success(said, icon=":material/check_circle:")
        if wrong := st.session_state.pop(_WRONG, None):
            st.warning(wrong, icon=":material/block:")


def note(said: str | None = None, wrong: str | None = None) -> None:
    """Leave a sentence for the next run."""
    st.session_state[_SAID], st.session_state[_WRONG] = said, wrong


def sound(value: object, kind: type[T]) -> T:
    """What a browser sent for a control, where it is of the kind that the control holds; else refused."""
    if type(value) is not kind:
        raise InputError("not_offered")
    return value


def text(key: str) -> str:
    """What was typed into a box."""
    return sound(_held(key) or "", str)


def chosen(key: str) -> str:
    """The code chosen in a box; whether it is one, the service asks."""
    return sound(_held(key), str)


def picked(key: str) -> int:
    """The number chosen in a box: whose it is, the service asks."""
    return sound(_held(key), int)


def is_ticked(key: str) -> bool:
    """Whether a box is ticked."""
    return sound(_held(key), bool)


def day(key: str) -> date:
    """The day in a box of days."""
    return sound(_held(key), date)


def day_or_none(key: str) -> date | None:
    """The day in a box of days that may be left empty."""
    return None if (held := _held(key)) is None else sound(held, date)


def _held(key: str) -> object:
    """What a control holds as the browser sent it: nothing is sent for one that is not on the page any
    more, and what is sent need not be what it holds."""
    try:
        held: object = st.session_state[key]
    except Exception as e:  # what Streamlit raises of a value it cannot read is of many kinds
        raise InputError("not_offered") from e
    return held


def act(page: Page, do: Callable[[User], str]) -> None:
    """Do it with what this reader had seen, as who they are by now; refused, it is a sentence, and nothing
    is kept."""
    try:
        note(said=do(page.actor()))
    except (DengtaError, RefusedError) as refusal:
        note(wrong=page.t.error(refusal))
