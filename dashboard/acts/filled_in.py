"""A table that a reader brings back filled in: what it comes to, what is refused and why, confirming it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.page import Page
from dashboard.tables.table import table
from dashboard.words.i18n import LANGUAGES, Translator
from data.errors import InputError
from services.files import filled_in
from services.files.filled_in import Checked, Form, Refused, Row
from services.files.uploaded_table import MOST_BYTES

T = TypeVar("T")

KINDS = ["xlsx", "csv", "txt"]


@dataclass(frozen=True)
class Upload(Generic[T]):
    """One kind of table: `room` names its words, its widgets and its table of refused rows.

    `standing` is what a check follows from beside the file: another one, and the check is made again.
    `keep` puts what was taken in force, by who acts, the file's name and the reason, and says so.
    `columns` and `told` are the table of refused rows, `line` and `reason` first and last.
    """

    room: str
    form: Form
    standing: Callable[[], tuple[object, ...]]
    check: Callable[[list[Row]], Checked[T]]
    keep: Callable[[User, tuple[T, ...], str, str], str]
    columns: Mapping[str, str]
    told: Callable[[Row], Mapping[str, str]]
    asks_why: bool = False


def bring(page: Page, upload: Upload[Any]) -> None:
    """The file to bring, what it comes to, and confirming it; nothing is kept before."""
    t, room = page.t, upload.room
    given = st.file_uploader(
        t(f"{room}.upload"),
        type=KINDS,
        key=f"{room}_upload_{st.session_state.get(f'{room}_upload_round', 0)}",
        max_upload_size=MOST_BYTES // 1024**2,
    )
    if given is not None:
        seen = upload.standing()
        checked = _checked(page, upload, (given.file_id, seen), given)
        _report(page, upload, checked)
        _confirm(page, upload, checked, seen, given.name)


def _checked(page: Page, upload: Upload[T], key: tuple[object, ...], given: Any) -> Checked[T]:
    """The file against what stands, once."""
    place = f"{upload.room}_upload_checked"
    held: tuple[tuple[object, ...], Checked[T]] | None = st.session_state.get(place)
    if held is not None and held[0] == key:
        return held[1]
    with st.spinner(page.t("downloads.checking")):
        headings = _headings(upload.room, upload.form.fields)
        rows = filled_in.rows_of(given.getvalue(), given.name, upload.form, headings)
        made = upload.check(rows)
    st.session_state[place] = (key, made)
    return made


@cache
def _headings(room: str, fields: tuple[str, ...]) -> dict[str, set[str]]:
    """What a field may be called: its key, and its heading in every language."""
    spoken = [Translator(language) for language in LANGUAGES]
    named = {f: {t.or_code(f"{room}.file.{f}", t.or_code(f"columns.{f}", f)) for t in spoken} for f in fields}
    return {f: {f, *names} for f, names in named.items()}


def _report(page: Page, upload: Upload[Any], checked: Checked[Any]) -> None:
    t, fmt = page.t, page.fmt
    counts = {
        "taken": len(checked.taken),
        "refused": len(checked.refused),
        "rest": checked.rest,
        "already": checked.already,
    }
    st.markdown(t(f"{upload.room}.checked", **{k: fmt.count(n) for k, n in counts.items()}))
    if checked.refused:
        rows = pd.DataFrame([_refused(page, upload, r) for r in checked.refused])
        table(page, f"{upload.room}_refused", rows, upload.columns)


def _refused(page: Page, upload: Upload[Any], refused: Refused) -> dict[str, object]:
    reason = page.t(f"{upload.room}.refused.{refused.reason}", told=refused.told)
    return {**upload.told(refused.row), "line": refused.row.line, "reason": reason}


def _confirm(
    page: Page, upload: Upload[Any], checked: Checked[Any], seen: tuple[object, ...], name: str
) -> None:
    t, room = page.t, upload.room

    def act(actor: User) -> str:
        if seen != upload.standing():
            raise InputError("rows_changed_meanwhile")
        why = acts.text(f"{room}_file_why") if upload.asks_why else ""
        said = upload.keep(actor, checked.taken, name, why)
        st.session_state[f"{room}_upload_round"] = st.session_state.get(f"{room}_upload_round", 0) + 1
        return said

    with st.form(f"{room}_file", border=False, enter_to_submit=False):
        if upload.asks_why:
            st.text_input(t(f"{room}.why"), key=f"{room}_file_why", max_chars=300)
        st.form_submit_button(
            t(f"{room}.confirm", count=page.fmt.count(len(checked.taken))),
            type="primary",
            icon=":material/done_all:",
            disabled=not checked.taken,
            on_click=acts.act,
            args=(page, act),
        )
