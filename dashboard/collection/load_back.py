"""The work lists that collectors bring back: what a file comes to, and recording it."""

from __future__ import annotations

from functools import cache

import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import filled_in
from dashboard.acts.filled_in import Upload
from dashboard.page import Page
from dashboard.shared.state_store import collected, existing_state
from dashboard.shared.state_store import state as opened
from dashboard.words.i18n import LANGUAGES, Translator
from data.state import CollectionRecord
from services.collection import load_back
from services.collection.load_back import FORM
from services.collection.workbooks import RESULTS
from services.files.columns import title

TOLD = {"order_no": "order_no", "cons_no": "cons_no", "result": "result", "given_result_on": "result_on"}
"""Columns of the rows that are refused, as text however they came, by the field of the list."""


def show(page: Page) -> None:
    """The file to bring and what it comes to; who may not record is told so."""
    t = page.t
    with page.part(t("load_back.title"), t("load_back.help")):
        if not page.user.may("collect"):
            st.caption(t("load_back.may_not"))
            return
        if existing_state() is None:
            page.empty(t("collection_files.no_batch"))
            return
        filled_in.bring(page, _upload(page))


def _upload(page: Page) -> Upload[CollectionRecord]:
    t, db = page.t, page.store.db

    def standing() -> tuple[object, ...]:
        return (collected(existing_state()), page.store.id, page.scope.allowed_orgs)

    def keep(actor: User, taken: tuple[CollectionRecord, ...], name: str, why: str) -> str:
        kept = load_back.keep(db, opened(), actor, taken)
        counts = {"count": page.fmt.count(kept.new), "already": page.fmt.count(kept.already)}
        return t("load_back.recorded", **counts)

    return Upload(
        "load_back",
        FORM,
        standing,
        lambda rows: load_back.check(db, opened(), page.actor(), rows, _results()),
        keep,
        {c: title(t, field) for c, field in {"line": "line", **TOLD, "reason": "reason"}.items()},
        lambda row: {c: row[field] for c, field in TOLD.items()},
    )


@cache
def _results() -> dict[str, str]:
    """The words of results in every language, to their keys."""
    words = {x: {r: Translator(x)(f"collection_rules.record_{r}") for r in RESULTS} for x in LANGUAGES}
    return load_back.results_of(words)
