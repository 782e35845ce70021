"""Targets by a file: the template with the units in it, and what a file comes to."""

from __future__ import annotations

import streamlit as st

from analytics.targets import AMOUNTS, MEASURES, WHOLE
from dashboard import targets as shown
from dashboard.access.auth import User
from dashboard.acts import filled_in
from dashboard.acts.filled_in import Upload
from dashboard.page import Page
from dashboard.shared.state_store import state as opened
from dashboard.tables.table import offer, titles
from data.state import TargetFigure
from services.files.filled_in import Row
from services.recovery import target_upload, targets
from services.recovery.target_upload import FORM

REFUSED = ("line", "org_no", "given_from_month", "told", "reason")


def show(page: Page, month: int) -> None:
    """The template to take, the file to bring and what it comes to."""
    t = page.t
    with page.part(t("targets.upload_title"), t("targets.upload_help")):
        st.caption(t("targets.template_hint"))
        _template(page, month)
        filled_in.bring(page, _upload(page))


def _template(page: Page, month: int) -> None:
    """The reader's units of the scope with the targets that they have of the month."""
    units = shown.own_units(page)
    own = targets.own_of(shown.book(page), units["org_no"], month)
    frame = units.drop(columns="depth").merge(own, on="org_no").assign(from_month=month)
    for measure in MEASURES:
        if measure not in AMOUNTS:
            frame[measure] = frame[measure].astype(float) / WHOLE
    columns = {f: f"target_{f}" if f in MEASURES else f for f in FORM.fields}
    heads = {column: page.t(f"targets.file.{field}") for field, column in columns.items()}
    offer(page, "targets_template", frame.rename(columns=columns), heads)


def _upload(page: Page) -> Upload[TargetFigure]:
    t = page.t

    def standing() -> tuple[object, ...]:
        return (page.store.id, shown.version(), page.user.key)

    def keep(actor: User, taken: tuple[TargetFigure, ...], name: str, why: str) -> str:
        seen = shown.version()
        count = targets.record(page.store.db, opened(), actor, taken, why, seen, name)
        return t("targets.kept", count=page.fmt.count(count))

    def told(row: Row) -> dict[str, str]:
        cells = t.listed(f"{t(f'targets.file.{m}')} {row[m]}" for m in MEASURES if row[m])
        return {"org_no": row["org_no"], "given_from_month": row["from_month"], "told": cells}

    return Upload(
        "targets",
        FORM,
        standing,
        lambda rows: target_upload.check(page.store.db, page.actor(), shown.book_now(page), rows),
        keep,
        titles(page, REFUSED, "refusal"),
        told,
        asks_why=True,
    )
