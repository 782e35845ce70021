"""A note of what a customer is owed, once, without a window; services are ticked off where they stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.customers import credit_words as words
from dashboard.customers.credit_view import CreditView
from dashboard.frame.day_boxes import TYPED
from dashboard.shared.state_store import state
from dashboard.tables.table import literal_cells
from dashboard.words.literal import literal
from dashboard.words.service_words import service_name, service_words
from data.errors import InputError
from data.state import ServiceRecord
from services.customers.lists import CustomerFile
from services.entitlements import service_due

SEEN, _OPEN = "standards_seen", "standards_open"
NOTED = 3
STATUS_ICON = {
    "in_time": ":material/check_circle:",
    "late": ":material/history:",
    "missed": ":material/error:",
    "open": ":material/schedule:",
    "earlier": ":material/history_toggle_off:",
}


def note(view: CreditView) -> None:
    """What the grade is owed and what waits, over nothing else, once per customer and session."""
    seen: set[str] = st.session_state.setdefault(SEEN, set())
    if view.cons_no not in seen:
        seen.add(view.cons_no)
        st.session_state[_OPEN] = view.cons_no
    owed = service_due.standard(view.page.policy, view.grade)
    if st.session_state.get(_OPEN) != view.cons_no or not owed:
        return
    t = view.page.t
    waiting = [r for r in _due(view).to_dict("records") if r["status"] in ("missed", "open")]
    said = t(
        "services.note",
        grade=words.named_grade(view, view.grade),
        what=t.listed(service_words(t, s)["what"] for s in owed),
    )
    lines = [literal(said), *(f"- {line_of(view, row)}" for row in waiting[:NOTED])]
    if len(waiting) > NOTED:
        lines.append(f"- {t('services.note_more', count=len(waiting) - NOTED)}")
    with st.container(border=True, key="services_note", horizontal=True, vertical_alignment="center"):
        st.markdown("\n".join(lines))
        st.button(t("services.close"), type="tertiary", icon=":material/close:", on_click=left)


def left() -> None:
    """The note is not shown again: it was put away, or the customer's file was left."""
    st.session_state.pop(_OPEN, None)


def show(view: CreditView, _: CustomerFile) -> None:
    """The standard, the services due and done, and a form to record them."""
    page, t = view.page, view.page.t
    acts.say()
    if view.grade is None:
        page.empty(words.missing(view))
        return
    st.markdown(f"**{t('services.standard', grade=words.named_grade(view, view.grade))}**")
    _standards(view)
    st.markdown(f"**{t('services.list')}**")
    frame = _due(view)
    if frame.empty:
        page.empty(t("services.none"))
        return
    if page.user.may("services"):
        _tick(view, frame)
    else:
        st.markdown("\n".join(f"- {line_of(view, r)}" for r in frame.to_dict("records")))
        st.caption(t("services.may_not"))


def _standards(view: CreditView) -> None:
    t = view.page.t
    owed = service_due.standard(view.page.policy, view.grade)
    if not owed:
        st.markdown(t("services.no_standard"))
        return
    rows = [service_words(view.page.t, s) for s in owed]
    frame = pd.DataFrame(rows).rename(columns={k: t(f"services.{k}") for k in ("what", "when", "how")})
    st.table(literal_cells(frame), hide_index=True, border="horizontal", alt=t("services.standard_alt"))
    if any(not s.is_listed for s in owed):
        named = t.listed(service_words(view.page.t, s)["what"] for s in owed if not s.is_listed)
        st.caption(t("services.on_request", names=named))


def _due(view: CreditView) -> pd.DataFrame:
    of = {"cons_key": view.cons_key, "cons_no": view.cons_no, "grade": view.grade}
    return view.page.load(service_due.of_customer, **of)


def line_of(view: CreditView, row: dict[Any, Any]) -> str:
    """A service due in one line to draw: what, until when, done when."""
    name, said = words_of(view, row)
    return f"{STATUS_ICON[row['status']]} {literal(name)} · {said}"


def words_of(view: CreditView, row: dict[Any, Any]) -> tuple[str, str]:
    """What a service due is called, and until when it is due or when it was done."""
    t, fmt = view.page.t, view.page.fmt
    said = t(
        f"services.status.{row['status']}",
        due=fmt.date(row["due_on"]),
        done=fmt.date(row["done_on"]),
    )
    return service_name(t, view.credit, row["service"], row["grade"]), said


def _tick(view: CreditView, frame: pd.DataFrame) -> None:
    """The list with a box and a day each: who did a service ticks it; only what was changed is kept."""
    page, t, day = view.page, view.page.t, view.page.scope.as_of
    rows = frame.to_dict("records")
    name = f"services_{view.cons_no}_{state().services_version()}"

    def act(actor: User) -> str:
        now = [(row, _now(name, i, row, day)) for i, row in enumerate(rows)]
        changed = [(row, done_on) for row, done_on in now if done_on != _before(row)]
        if not changed:
            raise InputError("services_nothing_changed")
        back = [_record(view, row, was) for row, _ in changed if (was := _before(row)) is not None]
        done = [_record(view, row, done_on) for row, done_on in changed if done_on is not None]
        service_due.record_done(page.store.db, state(), actor, page.policy, done, day, back=back)
        return t("services.recorded", count=len(done))

    with st.form("services_tick", border=False, enter_to_submit=False):
        for i, row in enumerate(rows):
            with st.container(horizontal=True, vertical_alignment="center"):
                said = line_of(view, row)
                st.checkbox(said, _before(row) is not None, key=f"{name}_{i}", width="stretch")
                label = f"{t('services.done_on')} {said}"
                st.date_input(
                    label,
                    _before(row),
                    key=f"{name}_{i}_on",
                    max_value=day,
                    format=TYPED,
                    label_visibility="collapsed",
                    width=150,
                )
        st.caption(t("services.tick_hint", day=page.fmt.date(day)))
        st.form_submit_button(
            t("services.record"), icon=":material/done_all:", on_click=acts.act, args=(page, act)
        )


def _before(row: dict[Any, Any]) -> date | None:
    """The day a service was done by the records."""
    return None if pd.isna(row["done_on"]) else pd.Timestamp(row["done_on"]).date()


def _now(name: str, place: int, row: dict[Any, Any], day: date) -> date | None:
    """The day a service was done by the form: ticked without a day it was `day`; a day alone is enough."""
    typed = acts.day_or_none(f"{name}_{place}_on")
    if acts.is_ticked(f"{name}_{place}"):
        return typed or day
    return typed if _before(row) is None else None


def _record(view: CreditView, row: dict[Any, Any], done_on: date | None) -> ServiceRecord:
    due = pd.Timestamp(row["due_on"]).date()
    return ServiceRecord(view.cons_no, row["service"], due, done_on, "", row["grade"])
