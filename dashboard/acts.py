"""What a reader decides on a page: done before the page is drawn again, and said once after."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analytics.errors import RefusedError
from dashboard.auth import User
from dashboard.shell import Page
from data.errors import DengtaError, InputError

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


def picked(key: str) -> int:
    """The number chosen in a box, as the browser sent it: whose it is, the service asks."""
    try:
        return int(st.session_state[key])
    except (KeyError, TypeError, ValueError) as e:
        raise InputError("not_offered") from e


def act(page: Page, do: Callable[[User], str]) -> None:
    """Do it with what this reader had seen, as who they are by now; refused, it is a sentence, and nothing
    is kept."""
    try:
        note(said=do(page.actor()))
    except (DengtaError, RefusedError) as refusal:
        note(wrong=page.t.error(refusal))
