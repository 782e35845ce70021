"""What lists read of every customer on the page's day: made with the work shown, once for all readers."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.shell import Page
from dashboard.state_store import existing_state
from services import customers, standing


def measure(page: Page) -> None:
    """See that the measures of the page's day are there; quick where they are."""
    db, day = page.store.db, page.scope.as_of
    if customers.is_measured(db, day):
        return
    everyone = page.store.facts.customers
    words = page.t("customers.measuring", count=page.fmt.count(everyone), day=page.fmt.date(day))
    bar = st.progress(0.0, words)

    def progress(done: int) -> None:
        bar.progress(min(1.0, done / max(1, everyone)), words)

    customers.measures(db, day, progress)
    bar.empty()


def stand(page: Page) -> Path:
    """The file of every customer's grade and light on the page's day."""
    with st.spinner(page.t("customers.grading", day=page.fmt.date(page.scope.as_of)), show_time=True):
        return standing.ensure_standing(page.store.db, page.policy, page.scope.as_of, existing_state())
