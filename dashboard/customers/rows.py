"""A table of customers: a row that is clicked opens the customer's file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.customers import columns
from dashboard.customers.choice import CUSTOMER, ENTRY
from dashboard.links.link_codes import hidden, revealed
from dashboard.page import Page
from dashboard.tables.opening import Order, rows_that_open

HEIGHT = 600


def open_customer(page: Page, cons_no: str) -> None:
    """Put the customer's opaque code into the link and run the page again."""
    page.put(CUSTOMER, hidden(cons_no))
    st.rerun()


def enter(page: Page, cons_no: str) -> None:
    """The same for a number that the link came with; what else is told of the link stays told."""
    page.put(ENTRY, "")
    page.put(CUSTOMER, hidden(cons_no))
    page.notice.remember()
    st.rerun()


def customer_in_link(page: Page) -> str | None:
    """The customer number behind the link's code; None where there is none."""
    code = page.get(CUSTOMER)
    return revealed(code) if code else None


def show_rows(
    page: Page,
    frame: pd.DataFrame,
    keys: Sequence[str],
    name: str,
    order: Order | None = None,
    is_whole: bool = True,
) -> None:
    """Draw the rows, or those of one page of a list in its `order`; the names are masked already."""
    t, key = page.t, f"rows_{name}"
    shown, config = columns.drawn(page, frame, keys)
    st.caption(t("tables.open_hint"))
    row = rows_that_open(
        t,
        shown,
        config,
        key,
        order=order,
        is_whole=is_whole,
        height=min(38 + 35 * len(frame), HEIGHT),
        alt=t("customers.list.table_alt", rows=len(frame)),
    ).row
    if row is not None and row < len(frame):
        st.session_state.pop(order.key(key) if order else key, None)
        open_customer(page, str(frame["cons_no"].iloc[row]))
