"""What the orders of a batch brought beside customers like theirs: an observation, told as one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.fair_comparison import Compared
from dashboard.collection import batches
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import table, titles
from dashboard.words.collection_words import action_name
from dashboard.words.i18n import wordless
from data.state import State
from services.collection import effects
from services.collection.effects import Effect

COLUMNS = (
    *("action_name", "customers", "compared", "others", "acted_rate", "alike_rate"),
    *("gain", "gain_low", "gain_high", "came_beyond"),
)


def show(page: Page) -> None:
    """For a batch that was issued: what came, against matched customers, after the first days."""
    t, fmt, kept = page.t, page.fmt, existing_state()
    with page.part(
        t("collection.effect_title"), t("collection.effect_help", days=page.policy.collection.fair_days)
    ):
        issued = {b.id: b for b in batches.all_of(page) if b.status == "issued"}
        if not issued or kept is None or page.user.orgs:
            page.empty(t("collection.effect_company" if page.user.orgs else "collection.no_effect"))
            return
        number = st.selectbox(
            t("collection.list"),
            tuple(issued),
            format_func=lambda n: batches.name_of(page, issued[n]),
            key="collection_effect",
        )
        if not st.button(t("collection.compare"), icon=":material/balance:", key="collection_compare"):
            return
        with st.spinner(t("collection.comparing")):
            follows = (page.store.id, page.policy.version, kept.collection_version())
            found = _of_batch(follows, number, page, kept)
        if found is None:
            page.empty(t("collection.no_days_yet"))
            return
        st.markdown(
            t(
                "collection.effect_told",
                issued=fmt.date(found.issued_on),
                first=fmt.date(found.from_on),
                last=fmt.date(found.until),
                others=fmt.count(found.others),
            )
        )
        parts = {"": found.total, **found.by_action}
        rows = pd.DataFrame([_row(page, action, of) for action, of in parts.items()])
        table(page, "collection_effects", rows, titles(page, COLUMNS, "collection"))
        st.caption(t("collection.observation"))


def _row(page: Page, action: str, of: Compared) -> dict[str, object]:
    t = page.t.plain
    gained = None if pd.isna(of.gained) else round(of.gained)
    return {
        "action_name": action_name(t, action) if action else t("collection.all_actions"),
        "customers": of.customers,
        "compared": of.compared,
        "others": of.others,
        "acted_rate": of.acted,
        "alike_rate": of.alike,
        "gain": of.gain,
        "gain_low": of.low,
        "gain_high": of.high,
        "came_beyond": gained,
    }


@st.cache_resource(max_entries=8, show_spinner=False)
@wordless
def _of_batch(follows: tuple[object, ...], number: int, _page: Page, _kept: State) -> Effect | None:
    return effects.of_batch(_page.store.db, _page.policy, _kept, number)
