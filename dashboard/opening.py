"""Rows that open: by a click on their number or name; by their box, or Shift and space, from the keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from dashboard.format import NOTHING
from dashboard.i18n import Translator

OPENS = ("cons_no", "masked_name", "key", "name")
"""The columns whose cells lead to what their row is about."""
MARK = " ›"
"""What a heading ends in whose cells lead somewhere."""


def rows_that_open(
    t: Translator,
    shown: Any,
    config: Mapping[str, Any],
    key: str,
    *,
    mode: Literal["single-row", "multi-row"] = "single-row",
    **given: Any,
) -> tuple[int | None, list[int]]:
    """Draw a table whose cells in `OPENS` lead to their rows: the row that was clicked, and those ticked.

    A click counts once; a row that is ticked stays so until its key is forgotten. `config` is by column.
    """
    links = [column for column in OPENS if column in config]
    led = {column: _link(t, config[column], f"{key}_{column}") for column in links}
    state: Any = st.dataframe(
        shown,
        column_config={**config, **led},
        hide_index=True,
        placeholder=NOTHING,
        key=key,
        on_select="rerun",
        selection_mode=mode,
        **given,
    )
    clicks = [st.session_state.get(f"{key}_{column}") for column in links]
    clicked = next((int(click["row"]) for click in clicks if click), None)
    return clicked, [int(row) for row in state["selection"]["rows"]] if state else []


def _link(t: Translator, config: Mapping[str, Any], key: str) -> Any:
    """A column as before, but its cells can be clicked."""
    return st.column_config.ButtonColumn(
        f"{config['label']}{MARK}",
        width=config.get("width"),
        help=config.get("help") or t("tables.open_hint"),
        pinned=config.get("pinned"),
        alignment="left",
        type="tertiary",
        key=key,
    )
