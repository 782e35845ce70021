"""A table of customers: a row that is clicked opens the customer's file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.customers import columns
from dashboard.customers.choice import CUSTOMER, ENTRY
from dashboard.format import NOTHING
from dashboard.link_codes import hidden, revealed
from dashboard.shell import Page

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


def show_rows(page: Page, frame: pd.DataFrame, keys: Sequence[str], name: str) -> None:
    """Draw the rows; the names are masked already."""
    t = page.t
    st.caption(t("customers.list.open_hint"))
    chosen = st.dataframe(
        columns.table(page, frame, keys),
        column_config=columns.config(t, keys),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows_{name}",
        placeholder=NOTHING,
        height=min(38 + 35 * len(frame), HEIGHT),
        alt=t("customers.list.table_alt", rows=len(frame)),
    )
    picked = chosen["selection"]["rows"] if chosen else []
    if picked and picked[0] < len(frame):
        del st.session_state[f"rows_{name}"]
        open_customer(page, str(frame["cons_no"].iloc[picked[0]]))
