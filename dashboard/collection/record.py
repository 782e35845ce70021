"""One customer of collection: what stands, what was done, and recording what came of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.acts import acts
from dashboard.collection import choice as chosen
from dashboard.collection import detail, listing, made, record_form, record_history
from dashboard.links.link_codes import hidden, revealed
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import table, titles
from dashboard.words.collection_words import action_name
from services.collection import orders, records
from services.collection.collect import day_of
from services.customers import lists

ORDERS = ("order_no", "as_of", "action_name", "owed_now", "person_name", "state_name", "state_why")
_ENTRY = "collection_record_no"


def show(page: Page) -> None:
    """The customer of the link; else the box for one."""
    t = page.t
    acts.say()
    with page.part(t("collection.record_title"), t("collection.record_help")):
        cons_no = _customer(page)
        if cons_no is None:
            page.empty(t("collection.record_none"))
            return
        if not lists.in_reach(page.store.db, page.scope, cons_no):
            st.warning(t("collection.record_unknown", cons_no=cons_no))
            return
        _standing(page, cons_no)
    with page.part(t("collection.orders_title")):
        open_numbers = orders_of(page, cons_no)
    if page.user.may("collect"):
        with page.part(t("collection.new_record"), t("collection.new_record_help")):
            record_form.show(page, cons_no, open_numbers)
    else:
        st.caption(t("collection.may_not_collect"))
    with page.part(t("collection.history_title"), t("collection.history_help")):
        record_history.show(page, cons_no)


def _customer(page: Page) -> str | None:
    """The number in the link, and the box to enter another: it goes into the link as a code."""
    t, code = page.t, page.get(chosen.CUSTOMER)
    known = revealed(code) if code else None
    if code and known is None:
        st.warning(t("collection.record_bad_code"))

    def enter() -> None:
        number = acts.text(_ENTRY).strip()
        page.put(chosen.CUSTOMER, hidden(number) if number else "")

    st.session_state[_ENTRY] = known or ""
    st.text_input(t("columns.cons_no"), key=_ENTRY, max_chars=64, on_change=enter, width=320)
    return known


def suspended(page: Page, cons_no: str) -> None:
    """Until when nothing is done about the customer, and why."""
    t, fmt, kept = page.t, page.fmt, existing_state()
    if kept is None:
        return
    held = records.suspensions(kept, max(page.scope.as_of, day_of(page.store.db)))
    for one in held[held["cons_no"].eq(cons_no)].to_dict("records"):
        why = t(f"collection_rules.why_{one['why']}")
        day = fmt.date(pd.Timestamp(one["until"]).date())
        st.info(t("collection.suspended_until", why=why, day=day), icon=":material/pause_circle:")


def _standing(page: Page, cons_no: str) -> None:
    """Until when nothing is done and why, and what the proposal says of the customer."""
    t = page.t
    suspended(page, cons_no)
    if not page.policy.collection.rules.table:
        st.caption(t("collection.no_rules"))
        return
    row = made.of_customer(page, cons_no)
    if row is None:
        st.caption(t("collection.not_on_list"))
    else:
        detail.show(page, row, can_record=False)


def orders_of(page: Page, cons_no: str) -> tuple[str, ...]:
    """The orders for the customer, newest first; the numbers of those that are open."""
    t, kept = page.t, existing_state()
    rows = orders.of_customer(kept, cons_no) if kept is not None else pd.DataFrame()
    if rows.empty:
        page.empty(t("collection.no_orders"))
        return ()
    rows = rows.iloc[::-1].reset_index(drop=True)
    shown = rows.assign(
        action_name=[action_name(t.plain, str(a)) for a in rows["action"]],
        person_name=[listing.person_name(page, str(p)) for p in rows["person"]],
        state_name=[t.plain(f"collection_rules.order_{s}") for s in rows["state"]],
    )
    table(page, "collection_customer_orders", shown, titles(page, ORDERS, "collection"))
    return tuple(str(n) for n in rows["order_no"][rows["state"].isin(("issued", "failed"))])
