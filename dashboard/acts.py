"""What a reader decides on a page: done before the page is drawn again, and said once after."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analytics.errors import RefusedError
from dashboard.shell import Page
from data.errors import DengtaError

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


def act(page: Page, do: Callable[[], str]) -> None:
    """Do it with what this reader had seen; a refusal is a sentence, and nothing is kept."""
    try:
        note(said=do())
    except (DengtaError, RefusedError) as refusal:
        note(wrong=page.t.error(refusal))
