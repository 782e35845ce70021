"""The state store as pages share it: opened once per server process."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from dashboard.i18n import wordless
from data.environment import warehouse_path
from data.state import State


def state() -> State:
    """The open store of this warehouse (or of `DENGTA_STATE`)."""
    return _state(str(warehouse_path()), os.environ.get("DENGTA_STATE", ""))


def existing_state() -> State | None:
    """The open store where there is one; asks for no file to be made."""
    return state() if State.exists(warehouse_path()) else None


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _state(warehouse: str, url: str) -> State:
    return State.open(Path(warehouse))
