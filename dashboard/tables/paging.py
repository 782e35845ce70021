"""A long table a page at a time: the rows of one, the pager below it, and a search kept out of the link."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.frame.link_notice import page_number
from dashboard.links.filters import Param

if TYPE_CHECKING:
    from dashboard.page import Page


def rows_of(page: Page, param: Param[int], rows: pd.DataFrame, size: int) -> tuple[pd.DataFrame, int, int]:
    """The rows of the page that the link names, or of the last; its number, and how many there are."""
    pages = max(1, -(-len(rows) // size))
    number = page_number(page, param, pages)
    return rows.iloc[(number - 1) * size : number * size].reset_index(drop=True), number, pages


def pager(page: Page, name: str, number: int, pages: int, turn: Callable[[int], None]) -> None:
    """Where there are several pages: which this is, and the way to the others."""
    if pages < 2:
        return
    key = f"{name}_pager_{number}"
    st.pagination(pages, default=number, key=key, on_change=lambda: turn(int(st.session_state[key])))
    st.caption(page.t("paging.page_of", number=page.fmt.count(number), pages=page.fmt.count(pages)))


def search(page: Page, name: str, hint: str, param: Param[int]) -> str:
    """The text, kept in the session while the reader looks at something else; never in the link."""
    key, kept = name, f"{name}_kept"
    st.session_state.setdefault(key, st.session_state.get(kept, ""))
    given = st.text_input(
        page.t("paging.search"),
        key=key,
        max_chars=60,
        placeholder=hint,
        on_change=lambda: page.put(param, 1),
    )
    st.session_state[kept] = given
    return str(given or "")
