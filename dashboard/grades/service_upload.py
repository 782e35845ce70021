"""The list of services brought back filled in, and what was recorded many at once: taken back whole."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts, filled_in
from dashboard.acts.filled_in import Upload
from dashboard.page import Page
from dashboard.shared.state_store import existing_state, versions
from dashboard.shared.state_store import state as opened
from dashboard.tables.table import table, titles
from data.state import ServiceBatch, ServiceRecord
from services.entitlements import service_due, service_upload
from services.entitlements.service_upload import FORM

TOLD = {"cons_no": "cons_no", "service": "service", "given_due_on": "due_on", "given_done_on": "done_on"}
"""Columns of the rows that are refused, as text however they came, by the field of the list."""
BATCHES = ("number", "at", "who", "name", "services", "status")


def show(page: Page) -> None:
    """The file to bring, what it comes to, and what was recorded many at once."""
    t = page.t
    with page.part(t("services.upload_title"), t("services.upload_help")):
        filled_in.bring(page, _upload(page))
    with page.part(t("services.batches_title"), t("services.batches_help")):
        _batches(page)


def _upload(page: Page) -> Upload[ServiceRecord]:
    t, db = page.t, page.store.db

    def open_batches() -> tuple[object, ...]:
        known = versions(existing_state())
        return (*known, page.store.id, page.policy.version, page.scope.as_of, page.scope.allowed_orgs)

    def keep(actor: User, taken: tuple[ServiceRecord, ...], name: str, why: str) -> str:
        day = page.scope.as_of
        new = service_due.record_done(db, opened(), actor, page.policy, taken, day, batch=name)
        return t("services.recorded", count=page.fmt.count(new))

    return Upload(
        "services",
        FORM,
        open_batches,
        lambda rows: service_upload.check(db, page.policy, existing_state(), page.scope, rows),
        keep,
        {c: t(f"services.file.{field}") for c, field in {"line": "line", **TOLD, "reason": "reason"}.items()},
        lambda row: {c: row[field] for c, field in TOLD.items()},
    )


def _batches(page: Page) -> None:
    """What was recorded many at once, newest first: one's own, of those who see every unit all."""
    t, fmt, kept = page.t, page.fmt, existing_state()
    batches = kept.batches(page.user.name if page.user.orgs else None) if kept else []
    if not batches:
        page.empty(t("services.no_batches"))
        return
    rows = [
        {
            "number": str(b.id),
            "at": fmt.clock_of(b.at),
            "who": page.person(b.who),
            "name": b.name or t("services.ticked"),
            "services": b.services,
            "status": t("services.taken_back_by", who=page.person(b.withdrawn_by)) if b.withdrawn_by else "",
        }
        for b in batches
    ]
    table(page, "services_batches", pd.DataFrame(rows), titles(page, BATCHES, "batch"))
    open_batches = {b.id: b for b in batches if b.withdrawn_by is None}
    if open_batches:
        _take_back(page, open_batches)


def _take_back(page: Page, open_batches: dict[int, ServiceBatch]) -> None:
    t, fmt = page.t, page.fmt
    key = f"services_batch_{max(open_batches)}"  # the newest stands in the box until another is chosen

    def word(number: int) -> str:
        batch = open_batches[number]
        named = batch.name or t("services.ticked")
        return t("services.batch_word", number=number, name=named, count=fmt.count(batch.services))

    def act(actor: User) -> str:
        number = acts.picked(key)
        back = service_upload.take_back(page.store.db, opened(), actor, number)
        return t("services.taken_back", count=fmt.count(back))

    with st.form("services_take_back", border=False):
        st.selectbox(t("services.batch_pick"), tuple(open_batches), format_func=word, key=key)
        st.form_submit_button(
            t("services.take_back"), icon=":material/undo:", on_click=acts.act, args=(page, act)
        )
