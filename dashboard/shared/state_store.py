"""The state store as pages share it: opened once per server process."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from dashboard.words.i18n import wordless
from data.environment import warehouse_path
from data.errors import EnvironmentRefusedError
from data.state import State
from data.state.engine import address, file_of


def state() -> State:
    """The open store of this warehouse (or of `DENGTA_STATE`), verified as far as it grew."""
    house = warehouse_path()
    State.exists(house)
    opened = _opened(house)
    try:
        opened.refresh()
    except EnvironmentRefusedError:  # a backup may have been put in its place, or the damage been accepted
        _state.clear()
        return _opened(house)
    return opened


def existing_state() -> State | None:
    """The open store where there is one; asks for no file to be made."""
    return state() if State.exists(warehouse_path()) else None


def versions(kept: State | None) -> tuple[int, int]:
    """What tells decisions and services in cache keys; a store that is not there yet is an empty one."""
    return (kept.version(), kept.services_version()) if kept else (0, 0)


def collected(kept: State | None) -> int:
    """What tells orders and records of collection in cache keys."""
    return kept.collection_version() if kept else 0


def _opened(house: Path) -> State:
    return _state(str(house), os.environ.get("DENGTA_STATE", ""), _file(house))


def _file(house: Path) -> int:
    """Which file it is: one that was put in its place is opened anew."""
    path = file_of(address(house)[0])
    return path.stat().st_ino if path and path.exists() else 0


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _state(warehouse: str, url: str, file: int) -> State:
    return State.open(Path(warehouse))
