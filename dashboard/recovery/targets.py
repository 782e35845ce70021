"""Targets of units: what the scope is held to, setting them for a month, who set what, taking it back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.calendar import add_months
from analytics.targets import AMOUNTS, MEASURES, Book
from dashboard import targets as shown
from dashboard.filters import Param
from dashboard.format import NOTHING
from dashboard.grades import acts
from dashboard.recovery import target_upload
from dashboard.shell import Page
from dashboard.state_store import existing_state
from dashboard.state_store import state as opened
from dashboard.tables import table, text_table
from data.errors import DengtaError
from data.state import TargetEntry, TargetFigure
from services import figures, targets

MONTHS_AHEAD = 14
ENTRIES = ("number", "at", "who", "why", "name", "targets", "status")
FIGURES = ("target", "value", "gap", "missing")
SCALE = {"amount": 100, "rate": 10_000}
"""What one unit of a box (a yuan, a per cent) is as it is kept: fen, millionths."""


def _month(text: str) -> int | None:
    good = len(text) == 6 and text.isascii() and text.isdigit()
    return int(text) if good and targets.is_month(int(text)) else None


MONTH: Param[int] = Param("target_month", 0, _month)


def show(page: Page) -> None:
    """The whole view."""
    acts.say()
    held = shown.book(page)
    _standing(page)
    by = shown.setter(page)
    with page.part(page.t("targets.set"), page.t("targets.set_help")):
        if by.may:
            _editor(page, held)
        else:
            st.caption(page.t("targets.may_not"))
    if by.may:
        target_upload.show(page, _chosen(page))
    _history(page)


def _standing(page: Page) -> None:
    """What the scope is held to, of whom, and what is missing."""
    t, fmt = page.t, page.fmt
    with page.part(t("targets.standing"), t("targets.standing_help")):
        month = targets.month_of_targets(page.scope, page.policy.recovery)
        st.caption(t("targets.of_month", month=fmt.month(month)))
        found = page.load(figures.headline)
        rows = []
        for s in shown.standings(page, found.recovery, found.arrears.overdue.amount).values():
            aim = s.target
            gap = fmt.points(s.value - aim.rate) if aim and s.value is not None else NOTHING
            rows.append(
                {
                    "measure": t(f"targets.measure.{s.measure}"),
                    "whose": shown.whose(page, aim) if aim else t("targets.none"),
                    "target": shown.written(page, s.measure, aim) if aim else NOTHING,
                    "value": fmt.money(s.reached) if s.value is None else fmt.rate(s.value),
                    "gap": gap,
                    "missing": shown.missing(page, s),
                }
            )
        named = {c: t(f"targets.columns.{c}") for c in rows[0]}
        text_table(pd.DataFrame(rows).rename(columns=named), len(FIGURES))


def _chosen(page: Page) -> int:
    """The month that targets are set from: that of the link, else the one the scope is held to."""
    return page.get(MONTH) or targets.month_of_targets(page.scope, page.policy.recovery)


def _editor(page: Page, held: Book) -> None:
    """A grid of units and measures for one month; what was changed is kept as one entry, with a reason."""
    t, month = page.t, _month_box(page)
    units = targets.units(page.store.db, page.user.orgs)
    if page.scope.orgs:
        units = units[[str(o).startswith(page.scope.orgs) for o in units["org_no"]]]
    before = units.merge(targets.own_of(held, units["org_no"], month), on="org_no")
    config: dict[str, Any] = {
        "org_no": st.column_config.TextColumn(t("columns.org_no"), disabled=True, pinned=True),
        "org_name": st.column_config.TextColumn(t("columns.org_name"), disabled=True, pinned=True),
        **{m: _column(page, m) for m in MEASURES},
    }
    version = existing_state().targets_version() if existing_state() else 0  # type: ignore[union-attr]
    with st.form("targets_form"):
        edited = st.data_editor(
            in_boxes(before)[["org_no", "org_name", *MEASURES]],
            column_config=config,
            hide_index=True,
            num_rows="fixed",
            placeholder=NOTHING,
            key=f"targets_editor_{month}_{version}_{abs(hash(page.scope.orgs))}",
        )
        why = st.text_input(t("targets.why"), key="targets_why", max_chars=300)
        if st.form_submit_button(t("targets.save"), type="primary", icon=":material/flag:"):
            figures_now = targets.changed(held, from_boxes(pd.DataFrame(edited), month))
            keep(page, figures_now, why, version, "")


def keep(page: Page, given: list[TargetFigure], why: str, version: int, name: str) -> None:
    """Keep targets and draw the page anew; a refusal is a sentence."""
    try:
        count = targets.record(page.store.db, opened(), shown.setter(page), given, why, version, name)
    except DengtaError as refusal:
        st.warning(page.t.error(refusal), icon=":material/block:")
        return
    acts.note(said=page.t("targets.kept", count=page.fmt.count(count)))
    st.rerun()


def in_boxes(frame: pd.DataFrame) -> pd.DataFrame:
    """Targets as the boxes show them: per cent, and yuan."""
    made = frame.copy()
    for measure in MEASURES:
        made[measure] = frame[measure].astype("Float64") / _scale(measure)
    return made


def from_boxes(frame: pd.DataFrame, month: int) -> list[TargetFigure]:
    """What the boxes hold, as targets of a month; an empty one takes a target away."""
    made = []
    for row in frame.to_dict("records"):
        for measure in MEASURES:
            value = None if pd.isna(row[measure]) else round(float(row[measure]) * _scale(measure))
            made.append(TargetFigure(str(row["org_no"]), month, measure, value))
    return made


def _scale(measure: str) -> int:
    return SCALE["amount" if measure in AMOUNTS else "rate"]


def _column(page: Page, measure: str) -> Any:
    amount = measure in AMOUNTS
    return st.column_config.NumberColumn(
        page.t(f"targets.file.{measure}"),
        min_value=0.0,
        max_value=None if amount else 100.0,
        step=0.01,
        format="%,.2f",
    )


def _month_box(page: Page) -> int:
    chosen = _chosen(page)
    newest = targets.month_of_targets(page.scope, page.policy.recovery)
    first = newest // 100 * 100 + 1
    months = [add_months(first, ahead) for ahead in range(newest % 100 - 1 + MONTHS_AHEAD)]
    months = months if chosen in months else [chosen, *months]
    st.session_state["target_month"] = chosen
    st.selectbox(
        page.t("targets.from_month"),
        months,
        format_func=page.fmt.month,
        key="target_month",
        on_change=lambda: page.put(MONTH, int(st.session_state["target_month"])),
        width=220,
        placeholder="",
    )
    return chosen


def _history(page: Page) -> None:
    t, fmt, kept = page.t, page.fmt, existing_state()
    with page.part(t("targets.history"), t("targets.history_help")):
        found = targets.history(kept, shown.setter(page))
        if not found:
            page.empty(t("targets.no_history"))
            return
        rows = [
            {
                "number": str(e.id),
                "at": fmt.moment(e.at),
                "who": page.person(e.who),
                "why": e.why,
                "name": e.name or t("targets.on_page"),
                "targets": e.targets,
                "status": _status(page, e),
            }
            for e in found
        ]
        table(page, "targets_history", pd.DataFrame(rows), {c: t(f"targets.entry.{c}") for c in ENTRIES})
        standing = [e for e in found if e.undoes is None and e.undone_by is None]
        if standing and shown.setter(page).may:
            _take_back(page, standing)


def _status(page: Page, entry: TargetEntry) -> str:
    if entry.undoes is not None:
        return page.t("targets.takes_back", number=entry.undoes)
    return page.t("targets.taken_back_by", who=page.person(entry.undone_by)) if entry.undone_by else ""


def _take_back(page: Page, standing: list[TargetEntry]) -> None:
    t = page.t
    words = {e.id: t("targets.entry_word", number=e.id, count=e.targets, why=e.why) for e in standing}

    def act() -> None:
        number, why = int(st.session_state["targets_entry"]), str(st.session_state["targets_back_why"] or "")
        try:
            targets.take_back(opened(), shown.setter(page), number, why)
        except DengtaError as refusal:
            acts.note(wrong=t.error(refusal))
        else:
            acts.note(said=t("targets.taken_back", number=number))

    with st.form("targets_take_back", border=False):
        st.selectbox(t("targets.entry_pick"), list(words), format_func=words.__getitem__, key="targets_entry")
        st.text_input(t("targets.back_why"), key="targets_back_why", max_chars=300)
        st.form_submit_button(t("targets.take_back"), icon=":material/undo:", on_click=act)
