"""Orders that the last load took back: who is not to be called or stopped any more, the stop orders first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.collection import batches, listing
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import table, titles
from dashboard.words.collection_words import action_name
from services.collection import retraction

COLUMNS = (
    *("order_no", "cons_no", "person_name", "action_name", "owed_then", "owed_now", "retracted_why"),
    "state_name",
)


def show(page: Page) -> None:
    """The list of the snapshot that is shown, with its files."""
    t, kept = page.t, existing_state()
    if kept is None:
        return
    others = any(b.open and b.snapshot != page.store.id for b in kept.order_batches())
    if others and retraction.is_due(page.store.db, kept):
        st.warning(t("collection.retraction_due"), icon=":material/sync_problem:")
    rows = retraction.retractions(kept, source=page.store.id, orgs=batches.units(page))
    if rows.empty:
        page.empty(t("collection.none_retracted"))
        return
    stops = int(rows["action"].isin(retraction.STOPS).sum())
    fmt = page.fmt
    st.markdown(t("collection.retracted", count=fmt.count(len(rows)), stops=fmt.count(stops)))
    shown = rows.assign(
        person_name=[listing.person_name(page, str(p)) for p in rows["person"]],
        action_name=[action_name(t.plain, str(a)) for a in rows["action"]],
        retracted_why=[t.plain(f"collection.retracted_why.{w}") for w in rows["why"]],
        state_name=[t.plain(f"collection_rules.order_{s}") for s in rows["state"]],
    )
    table(page, "collection_retracted", pd.DataFrame(shown), titles(page, COLUMNS, "collection"))
