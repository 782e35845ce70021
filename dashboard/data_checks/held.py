"""Loads that are held, and what was decided about those that were."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import held_loads
from dashboard.page import Page
from dashboard.shared.state_store import existing_state

MOST = 20


def show(page: Page) -> None:
    """What waits for a decision; below it the last decisions."""
    if not page.user.may("load") or page.user.orgs:
        return
    held_loads.show(page.t, page.session)
    kept = existing_state()
    decisions = kept.load_decisions() if kept else []
    if not decisions:
        return
    t = page.t
    with st.expander(t("held.decisions")):
        for one in decisions[:MOST]:
            what, who = t(f"held.kind.{one.kind}"), page.person(one.who)
            at = page.fmt.moment(one.at)
            st.markdown("- " + t("held.decision", at=at, who=who, what=what, load=one.held, why=one.why))
        if len(decisions) > MOST:
            st.caption(t("held.decisions_rest", count=page.fmt.count(len(decisions) - MOST)))
