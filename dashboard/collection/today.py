"""Today's list: whom to call, by which lawful action, under which rule, and whom not and why."""

from __future__ import annotations

import streamlit as st

from dashboard.acts import acts
from dashboard.collection import batch, batches, draft, load_back, retracted
from dashboard.page import Page


def show(page: Page) -> None:
    """The list that stands, else the proposal of the day; and what the last load took back."""
    acts.say()
    known = batches.all_of(page)
    looked_at = batches.pick(page, known) if known else None
    of_units = page.narrowed_by("orgs")
    shown = page if looked_at is None else of_units
    with shown.part(page.t("collection.today_title"), page.t("collection.today_help")):
        if looked_at is not None:
            batch.show(of_units, looked_at)
        elif not page.policy.collection.rules.table:
            st.info(page.t("collection.no_rules"), icon=":material/rule:")
        else:
            draft.show(page)
    if any(b.status == "issued" for b in known):
        load_back.show(page)
    if known:
        with of_units.part(page.t("collection.retracted_title"), page.t("collection.retracted_help")):
            retracted.show(of_units)
