"""One customer as the marketing system shows them inside a page of its own: no menu and no filters."""

from __future__ import annotations

import streamlit as st

from dashboard.customers import credit, credit_services
from dashboard.customers.columns import filter_title
from dashboard.customers.credit_view import view_of
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.words.collection_words import action_name, rule_name
from dashboard.words.credit_terms import grade_names
from dashboard.words.literal import literal
from data.errors import DengtaError
from services.collection.recommended import Recommended, recommended
from services.customers import lists
from services.customers.lists import CustomerFile


def show(page: Page, cons_no: str) -> None:
    """Grade, light, what is owed and recommended, the service standard and what is due of it."""
    t = page.t
    try:
        customer: CustomerFile = page.load(lists.customer_file, cons_no=cons_no)
    except DengtaError as refusal:
        st.warning(t.error(refusal))
        return
    facts = customer.facts
    name = facts.get("masked_name") or t("customers.file.no_name")
    st.subheader(f"{literal(str(facts['cons_no']))} · {literal(str(name))}", anchor=False)
    st.caption(t("card.as_of", day=page.fmt.date(page.scope.as_of)))
    told: Recommended | None = page.load(recommended, cons_no=cons_no)
    if told is None:
        figure_grid(page, [(filter_title(t, "overdue"), page.fmt.money(facts["overdue"]), None, "")])
        st.caption(t("errors.collection_no_rules"))
    else:
        _owes(page, told)
    if not page.policy.credit.models:
        page.empty(t("credit.no_policy"))
        return
    view = view_of(page, customer)
    credit.at_a_glance(view)
    with st.container(border=True):
        st.markdown(f"**{t('credit.tabs.services')}**")
        credit_services.show(view, customer)


def _owes(page: Page, told: Recommended) -> None:
    t, fmt = page.t, page.fmt
    rule = rule_name(t, page.policy.collection.rules, grade_names(t, page.policy.credit), told.rule)
    days = t("card.days", count=fmt.count(told.days_overdue)) if told.days_overdue else ""
    figure_grid(
        page,
        [
            (t("columns.owed_now"), fmt.money(told.owed_now), None, days),
            (t("columns.action_name"), action_name(t, told.action), None, literal(rule)),
        ],
    )
    if told.refused_action:
        reason, _, article = told.refused_why.partition(": ")
        why = t.or_code(f"collection_rules.refused_{reason}", reason)
        st.info(
            t("card.refused", action=action_name(t, told.refused_action), why=why, article=article),
            icon=":material/gavel:",
        )
    if told.suspended_until:
        why = t.or_code(f"collection_rules.why_{told.suspended_why}", told.suspended_why)
        st.info(t("card.suspended", why=why, day=fmt.date(told.suspended_until)), icon=":material/pause:")
    lawful = [
        (t(f"columns.lawful_{name}"), fmt.date(day))
        for name, day in (("stop", told.lawful_stop), ("cut", told.lawful_cut))
        if day
    ]
    if lawful:
        st.caption(" · ".join(f"{what} {day}" for what, day in lawful))
