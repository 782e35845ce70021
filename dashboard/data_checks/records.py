"""A list of records that may be long: its first rows in a table, all of them in the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.page import Page
from dashboard.tables.cells import written
from dashboard.tables.downloads import BigList, download_big
from dashboard.tables.opening import UNSORTED
from dashboard.tables.table import titles
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from services.files.exports import Rows, columns_of


def show_records(
    page: Page,
    name: str,
    first: pd.DataFrame,
    keys: Sequence[str],
    *,
    rows: int,
    read: Callable[[], Rows],
    parts: Sequence[str],
    title: str,
    filters: Sequence[str] = (),
) -> None:
    """Draw the first rows and offer all `rows`; `keys` are the columns.

    `parts` tell the list from any other of its `name`.
    """
    t = page.t
    heads = titles(page, keys)
    shown, config = written(page.fmt, first, heads, exact=True)
    fewer = rows > len(first)
    words = t(
        "data_checks.first_of" if fewer else "data_checks.all_of",
        shown=page.fmt.count(len(first)),
        rows=page.fmt.count(rows),
    )
    st.caption(words)
    cut: Mapping[str, Any] = UNSORTED if fewer else {}
    st.dataframe(
        shown,
        column_config=wide_enough(shown, config),
        hide_index=True,
        placeholder=NOTHING,
        alt=title,
        **cut,
    )
    columns = columns_of(t.plain, name, heads)
    download_big(page, name, BigList(columns, read, rows, tuple(parts)), title=title, filters=filters)
