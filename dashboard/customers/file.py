"""One customer: who, what is owed and since when, bills, receipts, ageing, events.

Masked until asked with a reason.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.acts import acts
from dashboard.charts.customer import open_over_time
from dashboard.charts.spread import bucket_bars
from dashboard.customers import collection, columns, credit, dossier
from dashboard.customers.choice import CUSTOMER
from dashboard.customers.credit_view import view_of
from dashboard.customers.late_fee import show as show_late_fee
from dashboard.page import Page
from dashboard.shared.state_store import state
from dashboard.tables import cells
from dashboard.tables.downloads import downloads
from dashboard.tables.table import offer, titles
from dashboard.words.format import NOTHING
from dashboard.words.literal import literal
from dashboard.words.widths import wide_enough
from data.errors import DengtaError
from services.checks import unmasking
from services.customers import lists
from services.customers.lists import CustomerFile

BILLS = (
    *("rcvbl_ym", "issued_on", "due_on", "kwh", "amount", "collected", "open", "days_overdue", "excess"),
    *("written_off_on", "recovered_after", "last_receipt_on", "amt_type", "bill_no"),
)
RECEIPTS = (
    *("received_on", "rcvbl_ym", "amount", "collected", "excess", "recovered_after", "is_set_off", "bill_no"),
)
EVENTS = ("kind", "event_on", "ended_on", "amount", "kwh")
FACTS = (
    *(
        "org_name",
        "class",
        "elec_type",
        "volt",
        "industry",
        "pay_mode",
        "tg_name",
        "collector_name",
        "reader_name",
    ),
    *("owner", "capacity", "built_on", "masked_address", "masked_mobile", "last_payment_on", "theft_count"),
)


def show(page: Page, cons_no: str) -> None:
    """The file of one customer, and the way back to the list."""
    t = page.t
    if st.button(t("customers.file.back"), icon=":material/arrow_back:"):
        page.put(CUSTOMER, "")
        st.rerun()
    try:
        customer: CustomerFile = page.load(lists.customer_file, cons_no=cons_no)
    except DengtaError as refusal:
        st.warning(t.error(refusal))
        return
    whole = _unmasked(page, str(customer.facts["cons_no"]))
    name = _who(page, customer, whole)
    credit.show(page, customer, name)
    view = view_of(page, customer) if page.policy.credit.models else None
    dossier.offer(page, customer, view, name, whole)
    with page.part(t("customers.file.timeline")):
        page.chart(
            open_over_time(customer.timeline, page.look),
            "customer_timeline",
            t("customers.file.timeline_alt"),
        )
        headings = {"day": t("columns.event_on")} | titles(page, ("open", "overdue"))
        offer(page, "customer_timeline", customer.timeline, headings)
    with page.part(t("customers.file.ageing")):
        _ageing(page, customer)
    with page.part(t("customers.file.bills")):
        _table(page, customer.bills, BILLS, "customer_bills")
    with page.part(t("collection.on_file")):
        collection.show(page, cons_no)
    with page.part(t("customers.file.late_fee")):
        show_late_fee(page, customer)
    with page.part(t("customers.file.receipts")):
        _table(page, customer.receipts, RECEIPTS, "customer_receipts")
    with page.part(t("customers.file.events")):
        _table(page, customer.events, EVENTS, "customer_events")


def _who(page: Page, customer: CustomerFile, whole: dict[str, str]) -> str:
    """Draw who the customer is and what is owed, then the facts; the name as this reader may see it."""
    t, facts = page.t, customer.facts
    name = whole.get("name") or facts.get("masked_name") or t("customers.file.no_name")
    st.subheader(f"{literal(str(facts['cons_no']))} · {literal(str(name))}", anchor=False)
    shown = {**facts, **{f"masked_{k}": v for k, v in whole.items() if v}}
    if not facts["exists_in_extract"]:
        st.caption(t("customers.file.only_on_bills"))
    if facts["is_closed"]:
        st.caption(t("columns.is_closed"))
    _figures(page, facts)
    words = columns.labels(page, FACTS)
    with st.expander(t("customers.file.facts"), expanded=True):
        boxes = st.columns(4)
        for place, key in enumerate(FACTS):
            value = cells.write(page.fmt, key, shown.get(key) or None, labels=words)
            boxes[place % 4].markdown(f"**{columns.title(t, key)}**  \n{literal(value)}")
    if not whole:
        _ask_to_unmask(page, str(facts["cons_no"]))
    return str(name)


def _figures(page: Page, facts: dict[str, Any]) -> None:
    t, fmt = page.t, page.fmt
    on_time = int(facts["on_time_12m"]) / int(facts["due_12m"]) if int(facts["due_12m"]) > 0 else None
    figures = (
        ("overdue", fmt.money(facts["overdue"])),
        ("balance", fmt.money(facts["balance"])),
        ("days_overdue", fmt.days(facts["days_overdue"])),
        ("arrears_12m", fmt.count(facts["arrears_12m"])),
        ("on_time", fmt.rate(on_time)),
        ("billed_12m", fmt.money(facts["billed_12m"])),
        ("prepaid", fmt.money(facts["prepaid"])),
        ("in_transit", fmt.money(facts["in_transit"])),
    )
    grid = st.grid(4, min_column_width=150, gap="xsmall")
    for key, value in figures:
        with grid.cell():
            st.metric(columns.filter_title(t, key), value)


def _ageing(page: Page, customer: CustomerFile) -> None:
    edges = page.policy.recovery.ageing_edges
    held = lists.ageing_of(customer.bills, edges)
    if not held["amount"].sum():
        page.empty(page.t("customers.file.nothing_open"))
        return
    names = [page.fmt.bucket(edges, i) for i in range(len(held))]
    title = page.t("columns.balance")
    page.chart(
        bucket_bars(held, page.look, names, title=title),
        "customer_ageing",
        page.t("customers.file.ageing_alt"),
    )
    columns_shown = titles(page, ("bucket", "amount", "share", "bills"))
    offer(page, "customer_ageing", held.assign(bucket=names), columns_shown)


def _table(page: Page, frame: pd.DataFrame, keys: tuple[str, ...], name: str) -> None:
    t = page.t
    if frame.empty:
        page.empty(t(f"customers.file.no_{name}"))
        return
    heads = titles(page, keys)
    if "kind" in keys:
        frame = frame.assign(kind=[t.or_code(f"customers.event.{v}", str(v)) for v in frame["kind"]])
    shown, config = cells.written(page.fmt, frame, heads, exact=True)
    alt = t(f"customers.file.alt_{name}")
    st.dataframe(
        shown, column_config=wide_enough(shown, config), hide_index=True, placeholder=NOTHING, alt=alt
    )
    downloads(page, name, frame, heads, title=alt)


def _unmasked(page: Page, cons_no: str) -> dict[str, str]:
    """Full name, address and phone where this reader has asked for them in this session."""
    if not page.user.may("unmask") or cons_no not in st.session_state.get("unmasked", ()):
        return {}
    return unmasking.whole_name(page.store.db, page.user, page.scope, cons_no)


def _ask_to_unmask(page: Page, cons_no: str) -> None:
    t = page.t
    if not page.user.may("unmask"):
        st.caption(t("customers.file.masked"))
        return
    with st.popover(t("customers.file.unmask"), icon=":material/visibility:"):
        st.caption(t("customers.file.unmask_what"))
        why = st.text_input(t("customers.file.unmask_why"), key=f"why_{cons_no}", max_chars=200)
        if st.button(t("customers.file.unmask_do"), disabled=not str(why or "").strip()):
            try:
                unmasking.unmask(page.store.db, state(), page.actor(), cons_no, acts.sound(why, str))
            except DengtaError as refusal:
                st.warning(t.error(refusal))
                return
            st.session_state["unmasked"] = {*st.session_state.get("unmasked", ()), cons_no}
            st.rerun()
