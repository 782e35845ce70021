"""Review: objections that wait, grades that a person overruled, and the forms that decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.frame.day_boxes import TYPED
from dashboard.page import Page
from dashboard.shared.state_store import state as opened
from dashboard.tables.table import table, titles
from dashboard.words.credit_terms import grade_name
from data.errors import InputError
from data.state import Objection, Override, State
from services.decided import grade_decisions as decisions
from services.publication import publication_facts as facts
from services.publication import publishing_grades as publishing

OBJECTED = ("number", "cons_no", "name", "org_name", "text", "raised_on", "who")
OVERRULED = (
    "number",
    "cons_no",
    "name",
    "org_name",
    "grade",
    "valid_from",
    "valid_to",
    "who",
    "why",
    "withdrawn_on",
)


def show(page: Page, kept: State | None) -> None:
    """Objections and overrides of the reader's customers, newest first."""
    t = page.t
    objections = [o for o in kept.objections() if o.review is None] if kept else []
    overrides = kept.overrides() if kept else []
    numbers = [*(o.cons_no for o in objections), *(o.cons_no for o in overrides)]
    with page.part(t("grades.objections")):
        named = facts.named(page.store.db, page.scope, numbers)
        _objections(page, [o for o in reversed(objections) if o.cons_no in named.index], named)
        if page.user.may("overrule"):
            with st.expander(t("grades.object"), icon=":material/feedback:"):
                _object(page)
    with page.part(t("grades.overrides"), t("grades.overrule_help")):
        named = facts.named(page.store.db, page.scope, numbers)
        _overrides(page, [o for o in reversed(overrides) if o.cons_no in named.index], named)
        if not page.user.may("overrule"):
            st.caption(t("grades.may_not_overrule"))
            return
        with st.expander(t("grades.overrule"), icon=":material/gavel:"):
            _overrule(page)


def _objections(page: Page, waiting: Sequence[Objection], named: pd.DataFrame) -> None:
    t = page.t
    if not waiting:
        page.empty(t("grades.no_objections"))
        return
    rows = [
        {
            "number": str(o.id),
            "cons_no": o.cons_no,
            **named.loc[o.cons_no, ["name", "org_name"]].to_dict(),
            "text": o.text,
            "raised_on": o.raised_on,
            "who": page.person(o.who),
        }
        for o in waiting
    ]
    _table(page, "objections", pd.DataFrame(rows), OBJECTED)
    if not page.user.may("review"):
        st.caption(t("grades.may_not_review"))
        return
    by_id = {o.id: o for o in waiting}

    def act(actor: User) -> str:
        number = acts.picked("review_which")
        if number not in by_id:
            raise InputError("objection_unknown", number=number)
        picked = by_id[number]
        outcome = acts.chosen("review_outcome")
        grade = acts.chosen("review_grade") if outcome == "changed" else None
        why, on = acts.text("review_why"), max(picked.raised_on, page.scope.as_of)
        decisions.review_objection(
            page.store.db, opened(), actor, page.policy, picked.id, outcome, grade, on, why
        )
        return t("grades.reviewed")

    with st.form("review_form"):
        st.selectbox(
            t("grades.review_of"),
            tuple(by_id),
            format_func=lambda number: _pick(number, by_id[number].cons_no, named),
            key="review_which",
        )
        st.radio(
            t("grades.review_outcome"),
            ("upheld", "changed"),
            format_func=lambda key: t(f"grades.outcome.{key}"),
            horizontal=True,
            key="review_outcome",
        )
        _grade(page, t("grades.new_grade"), "review_grade")
        st.text_input(t("grades.review_why"), key="review_why", max_chars=2000)
        st.form_submit_button(t("grades.review_button"), type="primary", on_click=acts.act, args=(page, act))


def _pick(number: int, cons_no: str, named: pd.DataFrame) -> str:
    return f"{number} · {cons_no} {named.at[cons_no, 'name']!s}"


def _overrides(page: Page, kept: Sequence[Override], named: pd.DataFrame) -> None:
    t = page.t
    if not kept:
        page.empty(t("grades.no_overrides"))
        return
    rows = [
        {
            "number": str(o.id),
            "cons_no": o.cons_no,
            **named.loc[o.cons_no, ["name", "org_name"]].to_dict(),
            "grade": grade_name(page.t, page.policy.credit, o.grade),
            "valid_from": o.valid_from,
            "valid_to": o.valid_to,
            "who": page.person(o.who),
            "why": o.why,
            "withdrawn_on": o.withdrawn_on,
        }
        for o in kept
    ]
    _table(page, "overrides", pd.DataFrame(rows), OVERRULED)
    open_ones = {o.id: o for o in kept if o.withdrawn_on is None}
    if not open_ones or not page.user.may("overrule"):
        return

    def act(actor: User) -> str:
        picked, why = acts.picked("withdraw_which"), acts.text("withdraw_why")
        decisions.withdraw_override(page.store.db, opened(), actor, picked, page.scope.as_of, why)
        return t("grades.withdrawn")

    with st.form("withdraw_form"):
        st.selectbox(
            t("grades.withdraw_pick"),
            tuple(open_ones),
            format_func=lambda number: _pick(number, open_ones[number].cons_no, named),
            key="withdraw_which",
        )
        st.text_input(t("grades.withdraw_why"), key="withdraw_why", max_chars=500)
        st.form_submit_button(t("grades.withdraw_button"), on_click=acts.act, args=(page, act))


def _table(page: Page, name: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Draw the rows; one that is picked opens its customer."""
    row = table(page, name, frame, titles(page, columns, "grading"), select=True)
    if row is not None:
        page.open_customer(str(frame["cons_no"].iloc[row]))


def _overrule(page: Page) -> None:
    t, start = page.t, page.scope.as_of
    end = publishing.months_later(start, page.policy.credit.valid_months) - timedelta(days=1)

    def act(actor: User) -> str:
        decisions.overrule(
            page.store.db,
            opened(),
            actor,
            page.policy,
            acts.text("overrule_cons_no").strip(),
            acts.chosen("overrule_to"),
            acts.day("overrule_first"),
            acts.day("overrule_last"),
            acts.text("overrule_why"),
        )
        return t("grades.overruled")

    with st.form("overrule_form", border=False):
        st.text_input(t("columns.cons_no"), key="overrule_cons_no", max_chars=32)
        _grade(page, t("grades.overrule_to"), "overrule_to")
        first, last = st.columns(2)
        first.date_input(t("grades.overrule_first"), start, format=TYPED, key="overrule_first")
        last.date_input(t("grades.overrule_last"), end, format=TYPED, key="overrule_last")
        st.text_input(t("grades.review_why"), key="overrule_why", max_chars=2000)
        st.form_submit_button(
            t("grades.overrule_button"), type="primary", on_click=acts.act, args=(page, act)
        )


def _object(page: Page) -> None:
    t = page.t

    def act(actor: User) -> str:
        number, text = acts.text("object_cons_no").strip(), acts.text("object_text")
        decisions.take_objection(page.store.db, opened(), actor, number, text, page.scope.as_of)
        return t("grades.objected")

    with st.form("object_form", border=False):
        st.text_input(t("columns.cons_no"), key="object_cons_no", max_chars=32)
        st.text_input(t("grades.object_text"), key="object_text", max_chars=2000)
        st.form_submit_button(t("grades.object_button"), type="primary", on_click=acts.act, args=(page, act))


def _grade(page: Page, label: str, key: str) -> None:
    st.selectbox(
        label,
        page.policy.credit.grade_keys,
        format_func=lambda grade: grade_name(page.t, page.policy.credit, grade),
        key=key,
    )
