"""Today's list: whom to call, by which lawful action, under which rule, and whom not and why."""

from __future__ import annotations

import streamlit as st

from dashboard.acts import acts
from dashboard.collection import draft
from dashboard.page import Page


def show(page: Page) -> None:
    """The proposal of the day."""
    acts.say()
    with page.part(page.t("collection.today_title"), page.t("collection.today_help")):
        if not page.policy.collection.rules.table:
            st.info(page.t("collection.no_rules"), icon=":material/rule:")
            return
        draft.show(page)
