"""A short table as text with its downloads: every column with the way its values are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.downloads import downloads
from dashboard.shell import Page

Writer = Callable[[Any], str]
Columns = dict[str, tuple[str, Writer]]


def grid(
    page: Page,
    name: str,
    frame: pd.DataFrame,
    columns: Columns,
    *,
    money: tuple[str, ...] = (),
    rates: tuple[str, ...] = (),
    filters: tuple[str, ...] = (),
) -> None:
    """Draw a frame's columns as text, and offer the frame; `columns` are (heading, writer), in order."""
    shown = {head: [write(v) for v in frame[c]] for c, (head, write) in columns.items()}
    st.table(pd.DataFrame(shown), hide_index=True, border="horizontal")
    downloads(
        page,
        name,
        frame.reset_index(drop=True),
        {c: head for c, (head, _) in columns.items()},
        money=money,
        rates=rates,
        title=page.t(f"evaluation.tables.{name}"),
        filters=filters,
    )
