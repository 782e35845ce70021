"""Tie-out: where the figures of the official monthly report are typed or uploaded, and kept."""

from __future__ import annotations

import streamlit as st

from analytics.calendar import closed_month
from analytics.errors import RefusedError
from dashboard.access.auth import User
from dashboard.acts import acts, boxes
from dashboard.acts.boxes import Box
from dashboard.data_checks.choice import ENTRY
from dashboard.page import Page
from dashboard.parts import select_param
from dashboard.shared.state_store import state
from data.errors import DengtaError, InputError
from services.files.uploaded_table import MOST_BYTES
from services.tieout import differences, tieout_pages
from services.tieout.official_report import figure_of
from services.tieout.tieout_pages import Row

COUNTED = ("households",)
FORMS = ("csv", "txt", "xlsx")


def measure_word(page: Page, measure: str) -> str:
    """A measure in words."""
    return page.t(f"data_checks.measure.{measure}")


def entered(page: Page) -> tuple[Row, ...]:
    """The official figures as they are kept, with a way to change them for whoever may."""
    t = page.t
    acts.say()
    if not page.user.may("tie_out"):
        st.caption(t("data_checks.tie.read_only"))
        return tieout_pages.kept(state(), page.scope, page.policy.recovery)
    before = tieout_pages.kept(state(), page.scope, page.policy.recovery)
    with st.expander(t("data_checks.tie.enter"), expanded=not before or bool(page.get(ENTRY))):
        label, note = t("data_checks.tie.upload"), t("data_checks.tie.upload_help")
        uploaded = st.file_uploader(label, FORMS, max_upload_size=MOST_BYTES // 2**20, help=note)
        if uploaded is not None and st.session_state.get("tie_read") != uploaded.file_id:
            try:
                read = differences.parse_official(page.store.db, uploaded.getvalue(), uploaded.name)
                inside = [str(o).startswith(page.scope.allowed_orgs or ("",)) for o in read["org_no"]]
                report = tieout_pages.rows_of(read[inside])
                reported = {org for org, _ in report}
                rows = (row for row in tieout_pages.joined(before, report) if row[0] in reported)
                _keep(page, page.actor(), tuple(rows))
            except (DengtaError, RefusedError) as refusal:
                st.warning(t.error(refusal))
            else:
                st.session_state["tie_read"] = uploaded.file_id
                before = tieout_pages.kept(state(), page.scope, page.policy.recovery)
        _boxes(page, before)
    return before


def _keep(page: Page, actor: User, rows: tuple[Row, ...]) -> None:
    tieout_pages.keep(state(), actor, page.scope, page.policy.recovery, rows)


def _boxes(page: Page, rows: tuple[Row, ...]) -> None:
    """The figures of one unit, to be typed."""
    t, listed = page.t, page.load(tieout_pages.units_of)
    units = dict(zip(listed["org_no"], listed["org_name"], strict=True))
    org = select_param(page, ENTRY, list(units), t("data_checks.tie.org_name"), lambda o: f"{units[o]} {o}")
    known = dict(zip(differences.MEASURES, dict(rows).get(org, ()), strict=False))
    month = closed_month(page.scope.as_of, page.policy.recovery.assessment_day)
    name = f"tie_{month}_{state().version()}_{org}"

    def act(actor: User) -> str:
        figures = tuple(_figure(page, m, text) for m, text in boxes.typed(name, differences.MEASURES).items())
        _keep(page, actor, ((org, figures),))
        return t("data_checks.tie.kept", unit=units[org])

    with st.form("tie_form", border=False, enter_to_submit=False):
        given = {m: _shown(page, m, known.get(m)) for m in differences.MEASURES}
        boxes.draw(name, [Box(m, measure_heading(page, m), text) for m, text in given.items()])
        st.form_submit_button(
            t("data_checks.tie.save"), icon=":material/balance:", on_click=acts.act, args=(page, act)
        )


def _figure(page: Page, measure: str, text: str) -> int | None:
    try:
        return figure_of(text, measure)
    except ValueError as e:
        raise InputError("official_box", what=measure_word(page, measure), value=text) from e


def measure_heading(page: Page, measure: str) -> str:
    """A measure with the unit of its figures."""
    word = measure_word(page, measure)
    return word if measure in COUNTED else page.fmt.in_yuan(word)


def _shown(page: Page, measure: str, value: int | None) -> str:
    if value is None:
        return ""
    return page.fmt.count(value) if measure in COUNTED else page.fmt.yuan(value)
