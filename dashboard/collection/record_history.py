"""What was recorded of a customer, and taking an entry back by another."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.shared.state_store import state as opened
from dashboard.tables.table import table, titles
from data.state import CollectionRecord
from services.collection import records

COLUMNS = (
    *(
        "happened_on",
        "time_of_day",
        "record_kind",
        "outcome",
        "until",
        "amount",
        "order_no",
        "receiver",
        "proven",
    ),
    *("remark", "who", "at", "status"),
)
MOST_WHY = 300


def show(page: Page, cons_no: str) -> None:
    """The records, newest first; who may takes one back with a reason."""
    t, kept = page.t, existing_state()
    found = records.of_customer(kept, cons_no)[::-1] if kept is not None else []
    if not found:
        page.empty(t("collection.no_records"))
        return
    rows = pd.DataFrame([row_of(page, one) for one in found])
    table(page, "collection_records", rows, titles(page, COLUMNS, "collection"))
    standing = {r.id: r for r in found if r.withdrawn_by is None}
    if standing and page.user.may("collect"):
        _take_back(page, standing)


def row_of(page: Page, r: CollectionRecord, digits: int = 12) -> dict[str, object]:
    """A record by COLUMNS, in the reader's words; one that was taken back says by whom and why.

    Of the hash of its proof so many `digits`.
    """
    t, fmt = page.t.plain, page.fmt
    proof = ""
    if r.kind == "delivery":
        whole = all(getattr(r, name) for name in records.EVIDENCE)
        method = t.or_code(f"collection.methods.{r.method}", r.method) if r.method else ""
        proof = (
            f"{method} {r.reference} {r.evidence[:digits]}".strip()
            if whole
            else t("collection.proof_lacking")
        )
    taken = (
        t("collection.taken_back_by", who=page.person(r.withdrawn_by), why=r.withdrawn_why)
        if r.withdrawn_by
        else ""
    )
    return {
        "happened_on": pd.Timestamp(r.on_day),
        "time_of_day": r.at_time,
        "record_kind": t(f"collection_rules.record_{r.kind}"),
        "outcome": t.or_code(f"collection.outcomes.{r.outcome}", r.outcome) if r.outcome else "",
        "until": pd.Timestamp(r.until) if r.until else pd.NaT,
        "amount": r.amount,
        "order_no": r.order_no,
        "receiver": r.receiver,
        "proven": proof,
        "remark": r.note,
        "who": page.person(r.who),
        "at": fmt.clock_of(r.at) if r.at else None,
        "status": taken,
    }


def _take_back(page: Page, standing: dict[int, CollectionRecord]) -> None:
    t, fmt = page.t, page.fmt
    key = f"collection_reverse_{max(standing)}"

    def word(number: int) -> str:
        one = standing[number]
        kind = t.plain(f"collection_rules.record_{one.kind}")
        return t.plain("collection.record_word", number=number, kind=kind, day=fmt.date(one.on_day))

    def act(actor: User) -> str:
        number = acts.picked(key)
        records.reverse(page.store.db, opened(), actor, number, acts.text(f"{key}_why"))
        return t("collection.reversed", number=number)

    with st.form("collection_reverse", border=True, enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(t("collection.which_record"), tuple(standing), format_func=word, key=key, width=360)
            st.text_input(t("collection.why"), key=f"{key}_why", max_chars=MOST_WHY)
        st.form_submit_button(
            t("collection.reverse"), icon=":material/undo:", on_click=acts.act, args=(page, act)
        )
