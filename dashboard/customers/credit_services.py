"""A note of what a customer is owed, once, without a window; services are ticked off where they stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.customers import credit_words as words
from dashboard.customers.credit_view import CreditView
from dashboard.format import NOTHING, literal
from dashboard.service_words import service_name, service_words
from dashboard.state_store import existing_state, state
from data.state import ServiceRecord
from services import service_due
from services.customers import CustomerFile

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
    found = service_due.standard(view.page.policy, view.grade)
    if st.session_state.get(_OPEN) != view.cons_no or not found:
        return
    t = view.page.t
    waiting = [r for r in _due(view).to_dict("records") if r["status"] in ("missed", "open")]
    said = t(
        "services.note",
        grade=words.named_grade(view, view.grade),
        what=t.listed(service_words(t, s)["what"] for s in found),
    )
    lines = [literal(said), *(f"- {_line(view, row)}" for row in waiting[:NOTED])]
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
        st.markdown("\n".join(f"- {_line(view, r)}" for r in frame.to_dict("records")))
        st.caption(t("services.may_not"))


def _standards(view: CreditView) -> None:
    t = view.page.t
    found = service_due.standard(view.page.policy, view.grade)
    if not found:
        st.markdown(t("services.no_standard"))
        return
    rows = [service_words(view.page.t, s) for s in found]
    frame = pd.DataFrame(rows).rename(columns={k: t(f"services.{k}") for k in ("what", "when", "how")})
    st.table(frame, hide_index=True, border="horizontal", alt=t("services.standard_alt"))
    if any(not s.is_listed for s in found):
        named = t.listed(service_words(view.page.t, s)["what"] for s in found if not s.is_listed)
        st.caption(t("services.on_request", names=named))


def _due(view: CreditView) -> pd.DataFrame:
    page, kept = view.page, existing_state()
    version = kept.services_version() if kept else 0

    def ask(cons_no: str, grade: str, recorded: int) -> pd.DataFrame:
        return service_due.of_customer(
            page.store.db, page.policy, kept, page.scope, view.cons_key, cons_no, grade
        )

    scope, policy = repr(page.scope), page.policy.version
    return page.load(ask, cons_no=view.cons_no, grade=view.grade, recorded=(version, scope, policy))


def _line(view: CreditView, row: dict[Any, Any]) -> str:
    t, fmt = view.page.t, view.page.fmt
    said = t(f"services.status.{row['status']}", due=fmt.date(row["due_on"]), done=fmt.date(row["done_on"]))
    name = service_name(t, view.credit, row["service"], row["grade"])
    return f"{STATUS_ICON[row['status']]} {literal(name)} · {said}"


def _tick(view: CreditView, frame: pd.DataFrame) -> None:
    """The list as a table: who did a service ticks it, with the day it was done."""
    page, t, day = view.page, view.page.t, view.page.scope.as_of
    shown = pd.DataFrame(
        {
            "done": frame["done_on"].notna(),
            "service": [
                service_name(t, view.credit, r["service"], r["grade"]) for r in frame.to_dict("records")
            ],
            "due": pd.to_datetime(frame["due_on"]),
            "done_on": pd.to_datetime(frame["done_on"]),
            "status": [t(f"services.short.{s}") for s in frame["status"]],
        }
    )
    config = {
        "done": st.column_config.CheckboxColumn(t("services.done"), width="small"),
        "service": st.column_config.TextColumn(t("services.what"), disabled=True),
        "due": st.column_config.DateColumn(t("services.due_on"), format="YYYY-MM-DD", disabled=True),
        "done_on": st.column_config.DateColumn(t("services.done_on"), format="YYYY-MM-DD", max_value=day),
        "status": st.column_config.TextColumn(t("services.state"), disabled=True),
    }
    version = state().services_version()
    edited = st.data_editor(
        shown,
        column_config=config,
        hide_index=True,
        key=f"services_{view.cons_no}_{version}",
        alt=t("services.list"),
        placeholder=NOTHING,
    )
    st.caption(t("services.tick_hint", day=page.fmt.date(day)))
    if st.button(t("services.record"), icon=":material/done_all:", disabled=edited.equals(shown)):
        _record(view, frame, shown, edited, day)


def _record(
    view: CreditView, frame: pd.DataFrame, shown: pd.DataFrame, edited: pd.DataFrame, day: date
) -> None:
    """Keep what was ticked, take back what was unticked; only what the reader changed."""
    done, back = [], []
    for i, row in enumerate(frame.to_dict("records")):
        if edited.iloc[i].equals(shown.iloc[i]):
            continue
        told = edited["done_on"].iloc[i]
        given = None if pd.isna(told) else pd.Timestamp(told).date()
        ticked = bool(edited["done"].iloc[i]) or (given is not None and not shown["done"].iloc[i])
        due = pd.Timestamp(row["due_on"]).date()
        old = None if pd.isna(row["done_on"]) else pd.Timestamp(row["done_on"]).date()
        if old is not None:
            back.append(ServiceRecord(view.cons_no, row["service"], due, old, "", row["grade"]))
        if ticked:
            done.append(ServiceRecord(view.cons_no, row["service"], due, given or day, "", row["grade"]))
    with view.page.part():
        for record in back:
            service_due.take_back(state(), record, view.page.user.name)
        service_due.record_done(state(), view.page.policy, done, day, view.page.user.name)
        st.toast(view.page.t("services.recorded", count=len(done)))
        st.rerun()
