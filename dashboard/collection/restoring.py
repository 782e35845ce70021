"""Who has paid and is still cut, with the clock that runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard.collection import detail, listing
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import table, titles
from dashboard.words.i18n import wordless
from data.state import State
from services.collection import restores

COLUMNS = ("cons_no", "person_name", "cut_on", "seen_at", "company_due_at", "due_at", "clock_word", "org_no")


def show(page: Page) -> None:
    """The restore orders; a row opens its customer's record, where the restoring is recorded."""
    t, fmt, rules = page.t, page.fmt, page.policy.collection
    hours, minutes = fmt.count(rules.restore_hours), fmt.count(rules.restore_minutes)
    with page.part(t("collection.restore_title"), t("collection.restore_help", hours=hours, minutes=minutes)):
        if page.scope.as_of != page.store.db.meta.extract_on:
            page.empty(t("collection.restore_newest"))
            return
        kept = existing_state()
        now = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
        version = (kept.name, kept.collection_version()) if kept else ()
        follows = (version, page.store.id, page.policy.version, page.scope)
        rows = _restores(now, follows, page, kept)
        if rows.empty:
            page.empty(t("collection.none_to_restore"))
            return
        late = int(rows["clock"].eq("late").sum())
        st.markdown(t("collection.to_restore", count=fmt.count(len(rows)), late=fmt.count(late)))
        shown = rows.assign(
            person_name=[listing.person_name(page, str(p)) for p in rows["person"]],
            clock_word=[t.plain(f"collection.clocks.{c}") for c in rows["clock"]],
            **{
                name: [fmt.clock_of(at.to_pydatetime()) for at in rows[name]]
                for name in ("seen_at", "company_due_at", "due_at")
            },
        )
        heads = titles(page, COLUMNS, "collection")
        row = table(page, "collection_restores", pd.DataFrame(shown), heads, select=True)
        if row is not None:
            detail.lead(page, str(rows["cons_no"].iloc[row]), "restore")
            st.rerun()


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _restores(now: datetime, follows: tuple[object, ...], _page: Page, _kept: State | None) -> pd.DataFrame:
    return restores.restores(_page.store.db, _page.policy, _kept, _page.scope, now)
