"""Whom each rule of collection decides about on the page's day, for the scope's customers with open bills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics.collection_policy import NO_RULES, CollectionPolicy
from analytics.errors import RefusedError
from analytics.policy import Policy
from dashboard.page import Page
from dashboard.shared.state_store import collected, existing_state
from dashboard.what_if import bench
from dashboard.words.format import MoneyUnit
from dashboard.words.i18n import wordless
from data.scope import Scope
from services.collection import facts
from services.collection.decides import Decided, decide, deciding

_ASKED = "collection_counts_asked"


@dataclass(frozen=True)
class Counts:
    """What the table in force and the one that is tried decide, and the unit of all amounts."""

    adopted: Decided
    tried: Decided
    unit: MoneyUnit

    def words(self, page: Page, rule: str) -> str:
        """How many customers a rule that is tried decides about, and what they owe."""
        made = self.tried.by_rule
        if rule not in made.index:
            return ""
        customers, owed = (made[name][rule] for name in ("customers", "owed_now"))
        if not customers:
            return page.t("collection_rules.decides_none")
        said = {"customers": page.fmt.count(customers), "owed": page.fmt.money(owed, self.unit)}
        return page.t("collection_rules.decides", **said)


def counts(page: Page, tried: Policy) -> Counts | None:
    """None before they are asked for where customers are many, and where the grades tried are others."""
    if not bench.is_small(page) and not st.session_state.get(_ASKED):
        st.button(
            page.t("collection_rules.count"),
            icon=":material/calculate:",
            key="collection_count",
            on_click=lambda: st.session_state.update({_ASKED: True}),
        )
        return None
    # Nothing of the table itself is in what it reads: a cell that is changed reads nothing anew.
    policy = replace(page.policy, collection=replace(page.policy.collection, rules=NO_RULES))
    kept = existing_state()
    key = repr((page.store.id, policy.version, page.scope, page.state_version, collected(kept)))
    with st.spinner(page.t("collection_rules.counting")):
        read = _kept(key, page.scope.as_of, page.store.db, policy, page.scope)
        try:
            sides = [_decided(key, p.version, p.collection, read) for p in (page.policy, tried)]
        except RefusedError as refusal:
            st.caption(page.t("collection_rules.not_counted", why=page.t.error(refusal)))
            return None
    owed = pd.concat([one["owed_now"] for side in sides for one in (side.by_rule, side.by_action)])
    return Counts(sides[0], sides[1], page.fmt.shared(*owed))


@st.cache_resource(max_entries=3, show_spinner=False)
@wordless
def _kept(key: str, day: date, _db: Any, _policy: Policy, _scope: Scope) -> pd.DataFrame:
    return deciding(facts.facts_of(_db, _policy, existing_state(), _scope))


@st.cache_resource(max_entries=64, show_spinner=False)
@wordless
def _decided(key: str, version: str, _policy: CollectionPolicy, _read: pd.DataFrame) -> Decided:
    return decide(_policy, _read)
