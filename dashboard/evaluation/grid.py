"""A short table as text with its downloads: every column with the way its values are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.evaluation.desk import Desk
from dashboard.tables.cells import NO_KINDS, Own
from dashboard.tables.downloads import downloads
from dashboard.tables.table import literal_cells
from dashboard.words.widths import wide_enough

Writer = Callable[[Any], str]
Columns = dict[str, tuple[str, Writer]]
NARROW = 4


def grid(
    desk: Desk,
    name: str,
    frame: pd.DataFrame,
    columns: Columns,
    own: Own = NO_KINDS,
) -> None:
    """Draw a frame's columns as text, and offer the frame; `columns` are (heading, writer), in order."""
    page = desk.page
    shown = {head: [write(v) for v in frame[c]] for c, (head, write) in columns.items()}
    text_table(pd.DataFrame(shown), page.t(f"evaluation.tables.{name}"))
    downloads(
        page,
        name,
        frame.reset_index(drop=True),
        {c: head for c, (head, _) in columns.items()},
        own=own,
        title=page.t(f"evaluation.tables.{name}"),
        filters=desk.said(),
    )


def text_table(shown: pd.DataFrame, alt: str) -> None:
    """A table of words: narrow ones as text, wide ones with a first column that stays."""
    if len(shown.columns) <= NARROW:
        st.table(literal_cells(shown), hide_index=True, border="horizontal")
        return
    first = str(shown.columns[0])
    rest = {str(c): st.column_config.TextColumn(alignment="right") for c in shown.columns[1:]}
    config = {first: st.column_config.TextColumn(pinned=True), **rest}
    height = 38 + 35 * len(shown)
    st.dataframe(shown, hide_index=True, column_config=wide_enough(shown, config), height=height, alt=alt)
