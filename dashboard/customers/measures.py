"""Every customer's measures on the page's day: made with their progress shown, once for all readers."""

from __future__ import annotations

import streamlit as st

from dashboard.shell import Page
from services import customers


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
