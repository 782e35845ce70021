"""The models of a policy that the side's filter of classes leaves a page, and in words why no others."""

from __future__ import annotations

import streamlit as st

from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.grading import models_within
from dashboard.page import Page
from dashboard.words.credit_terms import in_language


def offered(page: Page, credit: CreditRules) -> dict[str, CreditModel]:
    """The models by key; all where the policy has none for the classes of the filter."""
    return {m.key: m for m in models_within(credit, page.filters.classes) or credit.models}


def say_why(page: Page, credit: CreditRules, asked: str) -> None:
    """What the side's filter does to the choice, and to the model that the link names; else nothing."""
    if not page.filters.classes:
        return
    t, within = page.t, {m.key for m in models_within(credit, page.filters.classes)}
    classes = t.listed([page.name("class", code) for code in page.filters.classes])
    named = {m.key: in_language(t, m) for m in credit.models}
    if not within:
        st.caption(t("offered_models.none", classes=classes))
    elif asked in named and asked not in within:
        st.caption(t("offered_models.left", classes=classes, asked=named[asked]))
    else:
        st.caption(t("offered_models.within", classes=classes))
