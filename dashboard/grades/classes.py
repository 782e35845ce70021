"""The class of customers that a view is about, among those that the side's filter leaves."""

from __future__ import annotations

import streamlit as st

from analytics.credit_policy import CreditRules
from dashboard.grades import choice as chosen
from dashboard.page import Page
from dashboard.what_if.offered_models import offered, say_why
from dashboard.words.credit_terms import model_name
from dashboard.words.literal import literal


def switch(page: Page, credit: CreditRules, name: str, *, all_first: bool = False) -> str:
    """The model that the link names within the side's filter, else the first; ALL_MODELS for all of them."""
    keys = list(offered(page, credit))
    whole = [chosen.ALL_MODELS] if len(keys) != 1 else []
    options = [*whole, *keys] if all_first else [*keys, *whole]
    everything = [*(m.key for m in credit.models), chosen.ALL_MODELS]
    asked = page.pick(chosen.MODEL, everything, options[0])
    key = f"{name}_model"
    st.session_state[key] = asked if asked in options else options[0]
    st.segmented_control(
        page.t("grades.model"),
        options,
        required=True,
        format_func=lambda k: literal(model_name(page.t, credit, k)),
        key=key,
        on_change=lambda: page.put(chosen.MODEL, st.session_state[key]),
    )
    say_why(page, credit, asked)
    return str(st.session_state[key])
