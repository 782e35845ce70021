"""Sliders and boxes that show a value of the link, and are moved faster than pages run (decision 0165)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def showing(name: str, value: Any, change: Callable[[Any], None]) -> dict[str, Any]:
    """`key` and `on_change` of a slider or box that shows a value; `change` gets what its reader gives it.

    Where the value is not what the reader gave, it is another widget: one that is written into takes back
    what was moved or typed since, and comes again, as if given, from a browser that has not heard of it.
    """
    turn = f"turn_{name}"
    key = f"{name}_{st.session_state.setdefault(turn, 0)}"
    if st.session_state.get(key, value) != value:
        st.session_state[turn] += 1
        key = f"{name}_{st.session_state[turn]}"
    if key not in st.session_state:
        st.session_state[key] = value

    def given() -> None:
        if st.session_state[key] != value:
            change(st.session_state[key])

    return {"key": key, "on_change": given}
