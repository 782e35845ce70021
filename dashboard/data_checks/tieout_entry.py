"""Tie-out: where the figures of the official monthly report are typed or uploaded, and kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.errors import RefusedError
from dashboard.format import NOTHING
from dashboard.shell import Page
from dashboard.state_store import state
from data.errors import DengtaError
from services import tieout, tieout_pages
from services.tieout_pages import Row
from services.uploaded_table import MOST_BYTES

COUNTED = ("households",)
FORMS = ("csv", "txt", "xlsx")
MOST_UNITS = 60


def measure_word(page: Page, measure: str) -> str:
    """A measure in words."""
    return page.t(f"data_checks.measure.{measure}")


def entered(page: Page) -> tuple[Row, ...]:
    """The official figures as they are kept, with a way to change them for whoever may."""
    t = page.t
    if not page.user.may("tie_out"):
        st.caption(t("data_checks.tie.read_only"))
        return tieout_pages.kept(state(), page.scope, page.policy.recovery)
    before = tieout_pages.kept(state(), page.scope, page.policy.recovery)
    with st.expander(t("data_checks.tie.enter"), expanded=not before):
        label, note = t("data_checks.tie.upload"), t("data_checks.tie.upload_help")
        uploaded = st.file_uploader(label, FORMS, max_upload_size=MOST_BYTES // 2**20, help=note)
        if uploaded is not None and st.session_state.get("tie_read") != uploaded.file_id:
            try:
                read = tieout.parse_official(page.store.db, uploaded.getvalue(), uploaded.name)
            except (DengtaError, RefusedError) as refusal:
                st.warning(t.error(refusal))
            else:
                inside = [str(o).startswith(page.scope.allowed_orgs or ("",)) for o in read["org_no"]]
                _keep(page, tieout_pages.joined(before, tieout_pages.rows_of(read[inside])))
                st.session_state["tie_read"] = uploaded.file_id
                before = tieout_pages.kept(state(), page.scope, page.policy.recovery)
        edited = _editor(page, before)
        if st.button(t("data_checks.tie.save"), icon=":material/balance:"):
            _keep(page, edited)
            return edited
    return before


def _keep(page: Page, rows: tuple[Row, ...]) -> None:
    tieout_pages.keep(state(), page.scope, page.policy.recovery, rows, page.user.name)


def _editor(page: Page, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """A grid of units and figures in yuan; what stands in it."""
    t = page.t
    units = page.load(tieout_pages.units_of)
    given = dict(rows)
    shown = units[units["org_no"].isin(given) | (units.index < MOST_UNITS)]
    frame = pd.DataFrame({"org_no": shown["org_no"], "org_name": shown["org_name"]})
    for place, measure in enumerate(tieout.MEASURES):
        values = [given[o][place] if o in given else None for o in shown["org_no"]]
        frame[measure] = [_shown(measure, v) for v in values]
        frame[measure] = frame[measure].astype("Float64")
    config: dict[str, Any] = {
        "org_no": st.column_config.TextColumn(t("data_checks.tie.org_no"), disabled=True, pinned=True),
        "org_name": st.column_config.TextColumn(t("data_checks.tie.org_name"), disabled=True),
    }
    for measure in tieout.MEASURES:
        counted = measure in COUNTED
        config[measure] = st.column_config.NumberColumn(
            measure_heading(page, measure),
            step=1 if counted else 0.01,
            format="%,d" if counted else "%,.2f",
        )
    key = f"tie_editor_{page.scope.as_of:%Y%m%d}_{state().version()}"
    edited = st.data_editor(
        frame, column_config=config, hide_index=True, key=key, num_rows="fixed", placeholder=NOTHING
    )
    made = pd.DataFrame(edited)
    for measure in tieout.MEASURES:
        scale = 1 if measure in COUNTED else 100
        made[measure] = (made[measure].astype("Float64") * scale).round().astype("Int64")
    return tieout_pages.rows_of(made)


def measure_heading(page: Page, measure: str) -> str:
    """A measure with the unit of its figures."""
    word = measure_word(page, measure)
    return word if measure in COUNTED else page.fmt.in_yuan(word)


def _shown(measure: str, value: int | None) -> float | None:
    return None if value is None else value / (1 if measure in COUNTED else 100)
