"""Whom each rule of collection decides about on the page's day, for the scope's customers with open bills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics.collection_policy import NO_RULES
from analytics.errors import RefusedError
from analytics.policy import Policy
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.what_if import bench
from dashboard.words.format import MoneyUnit
from dashboard.words.i18n import wordless
from data.scope import Scope
from services.collection import decides, facts

_ASKED = "collection_counts_asked"


@dataclass(frozen=True)
class Counts:
    """Customers and money (fen) by rule that is tried, and by action as adopted and as tried."""

    by_rule: pd.DataFrame
    adopted: pd.DataFrame
    tried: pd.DataFrame
    unit: MoneyUnit

    def words(self, page: Page, rule: str) -> str:
        """How many customers a rule decides about, and what they owe."""
        if rule not in self.by_rule.index:
            return ""
        customers, owed = (self.by_rule[name][rule] for name in ("customers", "owed_now"))
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
    read = _read(page)
    try:
        by_rule = decides.by_rule(tried.collection.rules, read)
        now, then = (decides.by_action(p.collection, read) for p in (page.policy, tried))
    except RefusedError as refusal:
        st.caption(page.t("collection_rules.not_counted", why=page.t.error(refusal)))
        return None
    owed = [frame["owed_now"] for frame in (by_rule, now, then)]
    return Counts(by_rule, now, then, page.fmt.shared(*pd.concat(owed)))


def _read(page: Page) -> pd.DataFrame:
    """What the rules read of the scope's customers: nothing of the table itself is in it."""
    policy = replace(page.policy, collection=replace(page.policy.collection, rules=NO_RULES))
    key = repr((page.store.id, policy.version, page.scope, page.state_version))
    with st.spinner(page.t("collection_rules.counting")):
        return _kept(key, page.scope.as_of, page.store.db, policy, page.scope)


@st.cache_resource(max_entries=3, show_spinner=False)
@wordless
def _kept(key: str, day: date, _db: Any, _policy: Policy, _scope: Scope) -> pd.DataFrame:
    return decides.deciding(facts.facts_of(_db, _policy, existing_state(), _scope))
