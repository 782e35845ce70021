"""Messages of the issued orders: what is sent, the file for the sending system, its states brought back."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts, filled_in
from dashboard.acts.filled_in import Upload
from dashboard.page import Page
from dashboard.shared.state_store import collected, existing_state
from dashboard.shared.state_store import state as opened
from dashboard.tables.downloads import download_made
from dashboard.tables.table import table
from dashboard.words.collection_words import action_name
from dashboard.words.i18n import LANGUAGES, Translator
from data.environment import today
from data.state import CollectionRecord, State
from services.collection import message_states, messages, orders, records
from services.files.columns import title
from services.files.exports import Sheet, columns_of, to_bytes, write_csv

AT_ONCE = 5_000
"""Up to so many texts are filled while the page is drawn; more only in the file."""
SENT = ("order_no", "cons_no", "phone_text", "message", "parts")
LEFT = ("order_no", "cons_no", "action_name", "reason")
TOLD = {"order_no": "order_no", "cons_no": "cons_no", "sent_state": "state", "given_sent_at": "at"}
"""Columns of the rows that are refused, by the field of the file."""


def show(page: Page) -> None:
    """What issued orders send, then what came of it."""
    t, kept = page.t, existing_state()
    acts.say()
    with page.part(t("messages.title"), t("messages.help")):
        if kept is None or (rows := _rows(page, kept)).empty:
            page.empty(t("messages.nothing"))
        else:
            _out(page, rows)
    with page.part(t("messages.back"), t("messages.back_help")):
        if kept is None:
            page.empty(t("messages.nothing"))
        elif not page.user.may("collect"):
            st.caption(t("load_back.may_not"))
        else:
            _late(page, kept)
            filled_in.bring(page, _upload(page))


def _rows(page: Page, kept: State) -> pd.DataFrame:
    found = orders.open_orders(kept, page.scope.allowed_orgs)
    return messages.to_write(page.store.db, found, page.scope.as_of)


def _out(page: Page, rows: pd.DataFrame) -> None:
    """Texts, parts and cost, who gets none; the file, whole for who may see names and phones."""
    t, fmt, policy = page.t, page.fmt, page.policy.collection
    language = st.selectbox(
        t("messages.language"),
        LANGUAGES,
        format_func=lambda code: t.plain(f"filters.language_{code}"),
        key="messages_language",
        placeholder="",
    )
    words = Translator(language)
    if len(rows) > AT_ONCE:
        st.markdown(t("messages.many", count=fmt.count(len(rows))))
    else:
        made = messages.preview(page.store.db, policy, rows, page.scope.as_of, words, language)
        counts = {"count": fmt.count(len(made.ready)), "parts": fmt.count(made.parts)}
        st.markdown(t("messages.ready", **counts, cost=fmt.money(made.fen)))
        _left(page, made.left)
    if not page.user.may("unmask") or not page.user.may("collect"):
        st.caption(t("messages.may_not"))
        return
    download_made(
        page,
        "messages",
        "csv",
        (page.policy.version, language, str(len(rows)), str(collected(existing_state()))),
        partial(_file, page, rows, language),
        label=t("messages.take"),
        help=t("messages.take_help"),
    )


def _left(page: Page, left: pd.DataFrame) -> None:
    if left.empty:
        return
    t = page.t.plain

    def reason(row: Any) -> str:
        lacks = t.listed(t(f"collection_rules.put_{name}") for name in row.lacks.split(", ") if name)
        return t(f"messages.why_{row.why}", lacks=lacks)

    shown = left.assign(
        action_name=[action_name(t, a) for a in left["action"]],
        reason=[reason(row) for row in left.itertuples()],
    )
    st.caption(page.t("messages.left", count=page.fmt.count(len(left))))
    table(page, "messages_left", shown, {c: title(t, c) for c in LEFT})


def _file(page: Page, rows: pd.DataFrame, language: str) -> bytes:
    """The texts in full: that names and phones are looked at is recorded first."""
    actor, words = page.actor(), Translator(language)
    made = messages.to_send(
        page.store.db,
        opened(),
        actor,
        page.policy.collection,
        rows,
        page.scope.as_of,
        words,
        language,
        page.t.plain("messages.take"),
    )
    signature = page.policy.collection.signature
    texts = signature + made.ready["text"].str.split().str.join(" ")
    sent = made.ready.assign(phone_text=made.ready["phone"], message=texts)
    heads = {c: title(page.t.plain, c) for c in SENT}
    sheet = Sheet(page.t.plain("messages.title"), columns_of(page.t.plain, "messages", heads), sent)
    return to_bytes(lambda out: write_csv(out, sheet))


def _late(page: Page, kept: State) -> None:
    """What the sending system has had in hand for too long: a button that records it as failed."""
    t, policy, now = page.t, page.policy.collection, _now()
    late = message_states.too_long_in_hand(kept, policy, now)
    if not late:
        return

    def act(actor: User) -> str:
        done = message_states.fail_too_long(page.store.db, opened(), actor, policy, now)
        return t("messages.failed", count=page.fmt.count(done.new))

    said = {"count": page.fmt.count(len(late)), "hours": policy.in_hand_hours}
    st.warning(t("messages.in_hand", **said), icon=":material/hourglass_empty:")
    st.button(
        t("messages.fail"),
        icon=":material/report:",
        key="messages_fail",
        on_click=acts.act,
        args=(page, act),
    )


def _upload(page: Page) -> Upload[CollectionRecord]:
    t, db, policy = page.t, page.store.db, page.policy.collection

    def standing() -> tuple[object, ...]:
        return (collected(existing_state()), page.store.id, page.scope.allowed_orgs)

    def keep(actor: User, taken: tuple[CollectionRecord, ...], name: str, why: str) -> str:
        done = records.record(db, opened(), actor, taken)
        counts = {"count": page.fmt.count(done.new), "already": page.fmt.count(done.already)}
        return t("load_back.recorded", **counts)

    return Upload(
        "messages",
        message_states.FORM,
        standing,
        lambda rows: message_states.check(db, opened(), page.actor().orgs, policy, rows, _now()),
        keep,
        {c: title(t, c) for c in ("line", *TOLD, "reason")},
        lambda row: {c: row[field] for c, field in TOLD.items()},
    )


def _now() -> datetime:
    """The time of the day that the page takes for today."""
    return datetime.combine(today(), datetime.now().time())
