"""The state store as pages share it: opened once per server process."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from data.environment import warehouse_path
from data.state import State


def state() -> State:
    """The open store of this warehouse (or of `DENGTA_STATE`)."""
    return _state(str(warehouse_path()), os.environ.get("DENGTA_STATE", ""))


@st.cache_resource(max_entries=4, show_spinner=False)
def _state(warehouse: str, url: str) -> State:
    return State.open(Path(warehouse))
