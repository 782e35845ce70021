"""The form that records what came of an order: a contact, a promise, a delivery with its evidence."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from decimal import Decimal

import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.collection import choice as chosen
from dashboard.frame.day_boxes import TYPED
from dashboard.page import Page
from dashboard.parts import select_param
from dashboard.shared.state_store import state as opened
from data.environment import today
from data.errors import InputError
from data.state import CollectionRecord
from services.collection import records
from services.collection.collect import day_of

UNTIL_DAYS = {"promise": 7, "dispute": 15, "deferral": 30, "plan": 180}
"""How many days ahead the box for the last day stands at first, by what is recorded."""
AMOUNTS = ("promise", "plan", "paid", "dispute")
METHODS = ("in_person", "left", "posted", "registered", "message", "call", "other")
MOST_MB = 20
_YUAN = re.compile(r"\d{1,13}(\.\d{1,2})?")
_KEY = "collection_record"


def show(page: Page, cons_no: str, open_numbers: tuple[str, ...]) -> None:
    """What is recorded, then its boxes; `open_numbers` are the orders that it may be about."""
    t = page.t
    kind = select_param(
        page,
        chosen.KIND,
        chosen.KINDS,
        t("collection.kind"),
        lambda key: t.plain(f"collection_rules.record_{key}"),
    )
    key = f"{_KEY}_{kind}_{cons_no}"
    first = day_of(page.store.db)
    proof = _proof(page, key) if kind == "delivery" else ""
    with st.form(f"{key}_form", enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.date_input(
                t("columns.happened_on"), first, max_value=max(today(), first), format=TYPED, key=f"{key}_day"
            )
            st.text_input(
                t("collection.at_time"), key=f"{key}_time", max_chars=5, placeholder="09:30", width=120
            )
            _order(page, key, open_numbers)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _own(page, kind, key, first)
        if kind == "delivery":
            _evidence(page, key)
        st.text_input(t("collection.note"), key=f"{key}_note", max_chars=records.MOST_NOTE)
        st.form_submit_button(
            t("collection.record"),
            type="primary",
            icon=":material/edit_note:",
            on_click=acts.act,
            args=(page, lambda actor: _keep(page, actor, cons_no, kind, key, proof)),
        )


def _order(page: Page, key: str, open_numbers: tuple[str, ...]) -> None:
    t = page.t.plain
    st.selectbox(
        t("columns.order_no"),
        (*open_numbers, ""),
        format_func=lambda number: number or t("collection.no_order"),
        key=f"{key}_order",
        width=260,
    )


def _own(page: Page, kind: str, key: str, first: date) -> None:
    """What only some kinds have: an outcome, a last day, an amount."""
    t = page.t
    outcomes = records.OUTCOMES[kind]
    if len(outcomes) > 1:
        said = [o for o in outcomes if o and o != "in_hand"]
        st.selectbox(
            t("columns.outcome"),
            said,
            format_func=lambda o: t.plain(f"collection.outcomes.{o}"),
            key=f"{key}_outcome",
            width=260,
        )
    if kind in UNTIL_DAYS:
        last = first + timedelta(days=UNTIL_DAYS[kind])
        st.date_input(t("collection.until"), last, format=TYPED, key=f"{key}_until")
    if kind in AMOUNTS:
        st.text_input(t("collection.amount"), key=f"{key}_amount", max_chars=18, width=200)


def _proof(page: Page, key: str) -> str:
    """The SHA-256 of the photo or recording that is brought; nothing of it is kept but this."""
    t = page.t
    given = st.file_uploader(t("collection.evidence"), key=f"{key}_file", max_upload_size=MOST_MB)
    if given is None:
        return ""
    made = hashlib.sha256(given.getvalue()).hexdigest()
    st.caption(t("collection.checksum", checksum=made))
    return made


def _evidence(page: Page, key: str) -> None:
    """Without all of it a delivery is kept, and does not count as delivered."""
    t = page.t
    st.caption(t("collection.evidence_help"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("collection.method"),
            METHODS,
            format_func=lambda m: t.plain(f"collection.methods.{m}"),
            key=f"{key}_method",
            width=220,
        )
        st.text_input(t("collection.receiver"), key=f"{key}_receiver", max_chars=200, width=220)
        st.text_input(t("collection.reference"), key=f"{key}_reference", max_chars=200, width=220)


def _keep(page: Page, actor: User, cons_no: str, kind: str, key: str, proof: str) -> str:
    """Record what the boxes hold; `proof` is the checksum of the evidence."""
    outcomes = records.OUTCOMES[kind]
    is_delivery = kind == "delivery"
    made = CollectionRecord(
        cons_no=cons_no,
        kind=kind,
        on_day=acts.day(f"{key}_day"),
        at_time=acts.text(f"{key}_time").strip(),
        order_no=acts.text(f"{key}_order"),
        outcome=acts.chosen(f"{key}_outcome") if len(outcomes) > 1 else "",
        until=acts.day(f"{key}_until") if kind in UNTIL_DAYS else None,
        amount=_fen(acts.text(f"{key}_amount")) if kind in AMOUNTS else None,
        method=acts.chosen(f"{key}_method") if is_delivery else "",
        receiver=acts.text(f"{key}_receiver").strip() if is_delivery else "",
        reference=acts.text(f"{key}_reference").strip() if is_delivery else "",
        evidence=proof,
        note=acts.text(f"{key}_note").strip(),
    )
    kept = records.record(page.store.db, opened(), actor, [made])
    said = page.t("collection.recorded" if kept.new else "collection.recorded_before")
    hour = made.at_time.partition(":")[0]
    if kept.new and kind in ("contact", "visit") and hour and page.policy.collection.is_quiet(int(hour)):
        said += page.t("collection.in_quiet_hours")
    if kept.new and is_delivery and not all(getattr(made, name) for name in records.EVIDENCE):
        said += page.t("collection.not_proven")
    return said


def _fen(text: str) -> int | None:
    """Yuan as typed, in fen; None where the box was left empty."""
    written = text.strip().replace(",", "")
    if not written:
        return None
    if not _YUAN.fullmatch(written):
        raise InputError("collection_record_amount")
    return int(Decimal(written) * 100)
