"""A page that cannot be shown: its title and one clear sentence in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from analytics.errors import RefusedError
from dashboard.frame import sidebar
from dashboard.words.i18n import Translator
from data.errors import DengtaError


@contextmanager
def refused_in_its_place(t: Translator, key: str, has_side: bool = False) -> Iterator[None]:
    """What is needed before a page can be drawn, or its side (`has_side`: begun already)."""
    try:
        yield
    except (DengtaError, RefusedError) as refusal:
        if not has_side:
            sidebar.bare(t)
        st.title(t(f"nav.{key}"), anchor=False)
        st.error(t.error(refusal))
        st.stop()
