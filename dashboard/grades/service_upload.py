"""The list of services brought back filled in: what is taken, what is refused and why, taking back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.grades import acts
from dashboard.i18n import LANGUAGES, Translator
from dashboard.shell import Page
from dashboard.state_store import existing_state
from dashboard.state_store import state as opened
from dashboard.tables import table
from data.errors import InputError
from data.state import ServiceBatch
from services import service_due, service_upload
from services.service_upload import FIELDS, Checked, Refused
from services.uploaded_table import MOST_BYTES

REFUSED = ("line", "cons_no", "service", "due_on", "done_on", "reason")
BATCHES = ("number", "at", "who", "name", "services", "status")
_ROUND, _CHECKED = "services_upload_round", "services_upload_checked"
HEADINGS = {
    field: {field, *(Translator(language)(f"services.file.{field}") for language in LANGUAGES)}
    for field in FIELDS
}


def show(page: Page) -> None:
    """The file to bring, what it comes to, and what was recorded many at once."""
    t = page.t
    with page.part(t("services.upload_title"), t("services.upload_help")):
        _bring(page)
    with page.part(t("services.batches_title"), t("services.batches_help")):
        _batches(page)


def _bring(page: Page) -> None:
    t = page.t
    given = st.file_uploader(
        t("services.upload"),
        type=["xlsx", "csv", "txt"],
        key=f"services_upload_{st.session_state.get(_ROUND, 0)}",
        max_upload_size=MOST_BYTES // 1024**2,
    )
    if given is not None:
        key = (given.file_id, *_standing(page))
        checked = _checked(page, key, given)
        _report(page, checked)
        _confirm(page, checked, key, given.name)


def _standing(page: Page) -> tuple[object, ...]:
    """What a check follows from beside the file: what changes it makes the check another one."""
    kept = existing_state()
    versions = (kept.version(), kept.services_version()) if kept else ()
    return (*versions, page.store.id, page.policy.version, page.scope.as_of, page.scope.allowed_orgs)


def _checked(page: Page, key: tuple[object, ...], given: Any) -> Checked:
    """The file against the list, once; nothing of it is kept."""
    held: tuple[tuple[object, ...], Checked] | None = st.session_state.get(_CHECKED)
    if held is not None and held[0] == key:
        return held[1]
    with st.spinner(page.t("services.checking")):
        rows, left_open = service_upload.read(given.getvalue(), given.name, HEADINGS)
        made = service_upload.check(page.store.db, page.policy, existing_state(), page.scope, rows, left_open)
    st.session_state[_CHECKED] = (key, made)
    return made


def _report(page: Page, checked: Checked) -> None:
    t, fmt = page.t, page.fmt
    counts = {
        "taken": fmt.count(len(checked.taken)),
        "refused": fmt.count(len(checked.refused)),
        "left_open": fmt.count(checked.left_open),
    }
    st.markdown(t("services.checked", **counts))
    if checked.refused:
        rows = [_refused(page, r) for r in checked.refused]
        titles = {c: t(f"services.file.{c}") for c in REFUSED}
        table(page, "services_refused", pd.DataFrame(rows), titles)


def _refused(page: Page, refused: Refused) -> dict[str, str]:
    row = refused.row
    told = {f: getattr(row, f) for f in ("cons_no", "service", "due_on", "done_on")}
    reason = page.t(f"services.refused.{refused.reason}", told=refused.told)
    return {"line": str(row.line), **told, "reason": reason}


def _confirm(page: Page, checked: Checked, key: tuple[object, ...], name: str) -> None:
    t = page.t

    def act() -> str:
        if key[1:] != _standing(page):
            raise InputError("services_changed_meanwhile")
        day, who = page.scope.as_of, page.user.name
        new = service_due.record_done(opened(), page.policy, checked.taken, day, who, batch=name)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        return t("services.recorded", count=page.fmt.count(new))

    st.button(
        t("services.confirm", count=page.fmt.count(len(checked.taken))),
        type="primary",
        icon=":material/done_all:",
        key="services_confirm",
        disabled=not checked.taken,
        on_click=acts.act,
        args=(page, act),
    )


def _batches(page: Page) -> None:
    """What was recorded many at once, newest first: one's own, of those who see every unit all."""
    t, fmt, kept = page.t, page.fmt, existing_state()
    found = kept.batches(page.user.name if page.user.orgs else None) if kept else []
    if not found:
        page.empty(t("services.no_batches"))
        return
    rows = [
        {
            "number": str(b.id),
            "at": fmt.moment(b.at),
            "who": page.person(b.who),
            "name": b.name or t("services.ticked"),
            "services": b.services,
            "status": t("services.taken_back_by", who=page.person(b.withdrawn_by)) if b.withdrawn_by else "",
        }
        for b in found
    ]
    table(page, "services_batches", pd.DataFrame(rows), {c: t(f"services.batch.{c}") for c in BATCHES})
    standing = {b.id: b for b in found if b.withdrawn_by is None}
    if standing:
        _take_back(page, standing)


def _take_back(page: Page, standing: dict[int, ServiceBatch]) -> None:
    t, fmt = page.t, page.fmt
    key = f"services_batch_{max(standing)}"  # the newest stands in the box until another is chosen

    def word(number: int) -> str:
        batch = standing[number]
        named = batch.name or t("services.ticked")
        return t("services.batch_word", number=number, name=named, count=fmt.count(batch.services))

    def act() -> str:
        number = int(st.session_state[key])
        back = service_upload.take_back(page.store.db, opened(), page.scope, number, page.user.name)
        return t("services.taken_back", count=fmt.count(back))

    with st.form("services_take_back", border=False):
        st.selectbox(t("services.batch_pick"), tuple(standing), format_func=word, key=key)
        st.form_submit_button(
            t("services.take_back"), icon=":material/undo:", on_click=acts.act, args=(page, act)
        )
