"""Targets by a file: the template with the units in it, what a file comes to, and confirming it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.targets import AMOUNTS, MEASURES
from dashboard import targets as shown
from dashboard.downloads import downloads
from dashboard.grades import acts
from dashboard.i18n import LANGUAGES, Translator
from dashboard.shell import Page
from dashboard.state_store import existing_state
from dashboard.state_store import state as opened
from dashboard.tables import table
from data.errors import DengtaError
from services import target_upload, targets
from services.target_upload import FIELDS, Checked, Refused
from services.uploaded_table import MOST_BYTES

REFUSED = ("line", "org_no", "from_month", "told", "reason")
_ROUND = "targets_upload_round"
HEADINGS = {
    field: {field, *(Translator(language)(f"targets.file.{field}") for language in LANGUAGES)}
    for field in FIELDS
}


def show(page: Page, month: int) -> None:
    """The template to take, the file to bring and what it comes to."""
    t = page.t
    with page.part(t("targets.upload_title"), t("targets.upload_help")):
        st.caption(t("targets.template_hint"))
        _template(page, month)
        given = st.file_uploader(
            t("targets.upload"),
            type=["xlsx", "csv", "txt"],
            key=f"targets_upload_{st.session_state.get(_ROUND, 0)}",
            max_upload_size=MOST_BYTES // 1024**2,
        )
        if given is not None:
            rows = target_upload.read(given.getvalue(), given.name, HEADINGS)
            checked = target_upload.check(page.store.db, shown.setter(page), shown.book(page), rows)
            _report(page, checked)
            _confirm(page, checked, given.name)


def _template(page: Page, month: int) -> None:
    """The reader's units of the scope with the targets that they have of the month."""
    units = targets.units(page.store.db, page.user.orgs)
    if page.scope.orgs:
        units = units[[str(o).startswith(page.scope.orgs) for o in units["org_no"]]]
    own = targets.own_of(shown.book(page), units["org_no"], month)
    frame = units.drop(columns="depth").merge(own, on="org_no").assign(from_month=month)
    rates = tuple(m for m in MEASURES if m not in AMOUNTS)
    for measure in rates:
        frame[measure] = (frame[measure].astype("Float64") / 1_000_000).astype(float)
    downloads(
        page,
        "targets_template",
        frame[list(FIELDS)],
        {f: page.t(f"targets.file.{f}") for f in FIELDS},
        money=tuple(AMOUNTS),
        rates=rates,
        months=("from_month",),
        texts=("org_no",),
        title=page.t("tables.targets_template"),
        unit=False,
    )


def _report(page: Page, checked: Checked) -> None:
    t, fmt = page.t, page.fmt
    counts = {
        "taken": fmt.count(len(checked.taken)),
        "refused": fmt.count(len(checked.refused)),
        "unchanged": fmt.count(checked.unchanged),
    }
    st.markdown(t("targets.checked", **counts))
    if checked.refused:
        rows = pd.DataFrame([_refused(page, r) for r in checked.refused])
        table(page, "targets_refused", rows, {c: t(f"targets.refusal.{c}") for c in REFUSED})


def _refused(page: Page, refused: Refused) -> dict[str, str]:
    row, t = refused.row, page.t
    told = t.listed(f"{t(f'targets.file.{m}')} {text}" for m, text in row.cells.items())
    reason = t(f"targets.refused.{refused.reason}", told=refused.told)
    return {
        "line": str(row.line),
        "org_no": row.org_no,
        "from_month": row.month,
        "told": told,
        "reason": reason,
    }


def _confirm(page: Page, checked: Checked, name: str) -> None:
    t, kept = page.t, existing_state()
    version = kept.targets_version() if kept else 0

    def act() -> None:
        why, by = str(st.session_state["targets_file_why"] or ""), shown.setter(page)
        try:
            count = targets.record(page.store.db, opened(), by, checked.taken, why, version, name)
        except DengtaError as refusal:
            acts.note(wrong=t.error(refusal))
            return
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        acts.note(said=t("targets.kept", count=page.fmt.count(count)))

    given: dict[str, Any] = {"type": "primary", "icon": ":material/done_all:"}
    with st.form("targets_file", border=False):
        st.text_input(t("targets.why"), key="targets_file_why", max_chars=300)
        words = t("targets.confirm", count=page.fmt.count(len(checked.taken)))
        st.form_submit_button(words, disabled=not checked.taken, on_click=act, **given)
