"""What people decided about a customer's grade: overrides, objections, reviews, and the forms for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.customers import credit_words as words
from dashboard.customers.credit_view import CreditView
from dashboard.frame.day_boxes import TYPED
from dashboard.shared.state_store import existing_state, state
from dashboard.words.literal import literal
from data.errors import DengtaError
from data.state import Objection, Override
from services.customers.lists import CustomerFile
from services.decided import grade_decisions as decisions
from services.publication import publishing_grades as publishing


def show(view: CreditView, _: CustomerFile) -> None:
    """The records, newest first, and what this reader may add."""
    page, t, kept = view.page, view.page.t, existing_state()
    overrides = kept.overrides(view.cons_no) if kept else []
    objections = kept.objections(view.cons_no) if kept else []
    if not overrides and not objections:
        page.empty(t("credit.decisions.none"))
    for o in reversed(overrides):
        _override(view, o)
    for objection in reversed(objections):
        _objection(view, objection)
    if not page.user.may("overrule") and not page.user.may("review"):
        st.caption(t("credit.decisions.may_not"))
        return
    with st.container(horizontal=True):
        if page.user.may("overrule"):
            _new_override(view)
            _new_objection(view)
        waiting = [o for o in objections if o.review is None]
        if waiting and page.user.may("review"):
            _new_review(view, waiting[0])


def _override(view: CreditView, o: Override) -> None:
    t, fmt = view.page.t, view.page.fmt
    state_word = t("credit.decisions.holding" if o.holds(view.page.scope.as_of) else "credit.decisions.over")
    line = t(
        "credit.decisions.override_line",
        grade=words.named_grade(view, o.grade),
        first=fmt.date(o.valid_from),
        last=fmt.date(o.valid_to),
        who=o.who,
        why=o.why,
    )
    if o.withdrawn_on is not None:
        line += t(
            "credit.decisions.withdrawn_line",
            day=fmt.date(o.withdrawn_on),
            who=o.withdrawn_by,
            why=o.withdrawn_why,
        )
    with st.container(border=True):
        st.markdown(f"**{state_word}** · {literal(line)}")
        if view.published is None:
            st.caption(t("credit.decisions.before_publication"))
        if o.withdrawn_on is None and view.page.user.may("overrule"):
            _withdraw(view, o)


def _withdraw(view: CreditView, o: Override) -> None:
    t = view.page.t
    with st.popover(t("credit.decisions.withdraw")), st.form(f"withdraw_{o.id}", border=False):
        why = st.text_input(t("credit.decisions.withdraw_why"), max_chars=500)
        if st.form_submit_button(t("credit.decisions.withdraw")):
            _kept(
                view,
                lambda actor: decisions.withdraw_override(
                    view.page.store.db, state(), actor, o.id, view.page.scope.as_of, acts.sound(why, str)
                ),
            )


def _objection(view: CreditView, o: Objection) -> None:
    t, fmt = view.page.t, view.page.fmt
    line = t("credit.decisions.objection_line", day=fmt.date(o.raised_on), who=o.who, text=o.text)
    with st.container(border=True):
        if o.review is None:
            st.markdown(f"**{t('credit.decisions.open')}** · {literal(line)}")
            return
        st.markdown(literal(line))
        r = o.review
        said = t(
            f"credit.decisions.{r.outcome}_line",
            day=fmt.date(r.decided_on),
            who=r.who,
            why=r.why,
            grade=words.named_grade(view, r.grade),
        )
        st.markdown(literal(said))


def _new_override(view: CreditView) -> None:
    t, page = view.page.t, view.page
    start = page.scope.as_of
    end = publishing.months_later(start, view.credit.valid_months) - timedelta(days=1)
    with (
        st.popover(t("credit.decisions.new_override"), icon=":material/gavel:"),
        st.form("override", border=False),
    ):
        grade = _grade(view)
        first = st.date_input(t("credit.decisions.from"), start, format=TYPED)
        last = st.date_input(t("credit.decisions.to"), end, format=TYPED)
        why = st.text_area(t("credit.decisions.why"), max_chars=2000)
        if st.form_submit_button(t("credit.decisions.save")):
            _kept(
                view,
                lambda actor: decisions.overrule(
                    page.store.db,
                    state(),
                    actor,
                    page.policy,
                    view.cons_no,
                    acts.sound(grade, str),
                    acts.sound(first, date),
                    acts.sound(last, date),
                    acts.sound(why, str),
                ),
            )


def _new_objection(view: CreditView) -> None:
    t, page = view.page.t, view.page
    with st.popover(t("credit.decisions.new_objection"), icon=":material/feedback:"):
        if view.published is None:
            st.caption(t("credit.decisions.no_published"))
            return
        with st.form("objection", border=False):
            text = st.text_area(t("credit.decisions.objection_text"), max_chars=2000)
            if st.form_submit_button(t("credit.decisions.save")):
                db, day = page.store.db, page.scope.as_of
                _kept(
                    view,
                    lambda actor: decisions.take_objection(
                        db, state(), actor, view.cons_no, acts.sound(text, str), day
                    ),
                )


def _new_review(view: CreditView, objection: Objection) -> None:
    t, page = view.page.t, view.page
    with (
        st.popover(t("grades.review_of"), icon=":material/rule:"),
        st.form("review", border=False),
    ):
        outcome = st.radio(
            t("grades.review_outcome"),
            ("upheld", "changed"),
            format_func=lambda key: t(f"credit.decisions.{key}"),
            horizontal=True,
        )
        grade = _grade(view)
        first: date = max(objection.raised_on, page.scope.as_of)
        decided = st.date_input(
            t("credit.decisions.decided"), first, min_value=objection.raised_on, format=TYPED
        )
        why = st.text_area(t("credit.decisions.why"), max_chars=2000)
        if st.form_submit_button(t("credit.decisions.save")):
            given = grade if outcome == "changed" else None
            _kept(
                view,
                lambda actor: decisions.review_objection(
                    page.store.db,
                    state(),
                    actor,
                    page.policy,
                    objection.id,
                    acts.sound(outcome, str),
                    given,
                    acts.sound(decided, date),
                    acts.sound(why, str),
                ),
            )


def _grade(view: CreditView) -> str:
    keys = view.credit.grade_keys
    place = keys.index(view.grade) if view.grade in keys else 0
    return st.selectbox(
        view.page.t("credit.decisions.grade"),
        keys,
        index=place,
        format_func=lambda key: words.named_grade(view, key),
    )


def _kept(view: CreditView, act: Callable[[User], object]) -> None:
    """Do what was asked, as who the reader is by now; a refusal is a sentence, and nothing is kept."""
    try:
        act(view.page.actor())
    except DengtaError as refusal:
        st.warning(view.page.t.error(refusal))
        return
    st.toast(view.page.t("credit.decisions.saved"))
    st.rerun()
