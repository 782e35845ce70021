"""Facts that no extract tells, entered by hand: evidence, day, reviewer; taken back with a reason."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from analytics import indicators
from dashboard.acts import acts
from dashboard.evaluation.desk import REFUSED, Desk
from dashboard.shared.state_store import existing_state, state
from dashboard.tables.downloads import downloads
from dashboard.words.credit_terms import indicator_name, value_words
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from data.environment import today
from data.errors import DengtaError, InputError
from data.state.facts import ReviewedFact
from services.decided import facts_by_hand, inputs

HEADS = ("id", "cons_no", "indicator", "fact_value", "fact_on", "evidence", "reviewer", "who", "at", "stands")
SHOWN = 500


def show(desk: Desk) -> None:
    """The facts of customers in scope, and boxes to enter and to take back."""
    page, t = desk.page, desk.page.t
    with page.part(t("evaluation.facts"), t("evaluation.facts_help")):
        known = _seen(desk)
        if not known:
            page.empty(t("evaluation.no_facts"))
        else:
            _table(desk, known)
        if page.user.may("overrule"):
            _enter(desk)
            _take_back(desk, known)
        else:
            st.caption(t("evaluation.facts_read_only"))


def _seen(desk: Desk) -> list[ReviewedFact]:
    """The facts of customers that the reader's units and filters leave, newest first."""
    kept = existing_state()
    if kept is None:
        return []
    numbers = desk.measured.people["cons_no"]
    mine = set(numbers.iloc[desk.keys])
    return [f for f in reversed(kept.facts()) if f.cons_no in mine]


def _table(desk: Desk, known: list[ReviewedFact]) -> None:
    page, t = desk.page, desk.page.t
    frame = pd.DataFrame(
        [
            {
                "id": f.id,
                "cons_no": f.cons_no,
                "indicator": indicator_name(page.t, f.fact) if f.fact in indicators.REGISTRY else f.fact,
                "fact_value": value_words(page.t, f.fact, f.value)
                if f.fact in indicators.REGISTRY
                else str(f.value),
                "fact_on": f.fact_on,
                "evidence": f.evidence,
                "reviewer": f.reviewer,
                "who": f.who,
                "at": page.fmt.clock_of(f.at),
                "stands": NOTHING
                if f.withdrawn_by is None
                else t("evaluation.taken_back", who=f.withdrawn_by),
            }
            for f in known
        ]
    )
    titles = {c: t(f"evaluation.fact.{c}") for c in HEADS}
    shown = frame.assign(**{c: [page.fmt.date(d) for d in frame[c]] for c in ("fact_on", "at")})
    titled = shown.rename(columns=titles).head(SHOWN)
    if len(frame) > SHOWN:
        st.caption(t("evaluation.first_facts", shown=SHOWN, rows=page.fmt.count(len(frame))))
    st.dataframe(titled, hide_index=True, column_config=wide_enough(titled), alt=t("evaluation.facts"))
    title = t("evaluation.facts")
    downloads(page, "facts", frame, titles, title=title)


def _enter(desk: Desk) -> None:
    page, t = desk.page, desk.page.t
    with (
        st.expander(t("evaluation.enter_fact"), icon=":material/edit_note:"),
        st.form("evaluation_fact", border=False, clear_on_submit=False),
    ):
        left, right = st.columns(2)
        with left:
            number = st.text_input(t("evaluation.fact.cons_no"), max_chars=64, key="evaluation_fact_number")
            fact = st.selectbox(
                t("evaluation.fact.indicator"),
                inputs.enterable(),
                format_func=lambda k: _with_unit(desk, k),
                key="evaluation_fact_key",
                placeholder="",
            )
            value = st.number_input(
                t("evaluation.fact.fact_value"), value=0.0, format="%g", key="evaluation_fact_value"
            )
        with right:
            day = st.text_input(
                t("evaluation.fact.fact_on"),
                value=page.scope.as_of.isoformat(),
                max_chars=10,
                key="evaluation_fact_day",
                help=t("evaluation.fact_day_help"),
            )
            reviewer = st.text_input(
                t("evaluation.fact.reviewer"), max_chars=64, key="evaluation_fact_reviewer"
            )
            evidence = st.text_input(
                t("evaluation.fact.evidence"), max_chars=500, key="evaluation_fact_evidence"
            )
        if st.form_submit_button(t("evaluation.keep_fact"), icon=":material/save:"):
            _keep(desk, float(value), (number, fact, day, evidence, reviewer))


def _keep(desk: Desk, value: float, asked: tuple[object, ...]) -> None:
    """Record one fact of a customer that the reader may see."""
    page, t = desk.page, desk.page.t
    try:
        number, fact, day, evidence, reviewer = (acts.sound(text, str).strip() for text in asked)
        facts_by_hand.record_fact(
            page.store.db, state(), page.actor(), number, fact, value, evidence, _day(day), reviewer
        )
    except DengtaError as refusal:
        st.warning(t.error(refusal), icon=":material/block:")
        return
    st.session_state.pop(REFUSED, None)
    st.rerun()


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as e:
        raise InputError("fact_day", value=text) from e
    if day > today():
        raise InputError("fact_day", value=text)
    return day


def _take_back(desk: Desk, known: list[ReviewedFact]) -> None:
    t = desk.page.t
    standing = {f.id: f for f in known if f.withdrawn_by is None}
    if not standing:
        return
    with (
        st.expander(t("evaluation.take_back"), icon=":material/undo:"),
        st.form("evaluation_fact_back", border=False),
    ):
        number = st.selectbox(
            t("evaluation.fact.id"),
            list(standing),
            format_func=lambda n: (
                f"{n} · {standing[n].cons_no} · {indicator_name(desk.page.t, standing[n].fact)}"
            ),
            key="evaluation_fact_id",
            placeholder="",
        )
        why = st.text_input(t("columns.reason"), max_chars=500, key="evaluation_fact_why")
        if (
            st.form_submit_button(t("evaluation.take_back_now"), icon=":material/undo:")
            and number is not None
        ):
            try:
                values = acts.sound(number, int), acts.sound(why, str)
                facts_by_hand.withdraw_fact(desk.page.store.db, state(), desk.page.actor(), *values)
            except DengtaError as refusal:
                st.warning(t.error(refusal), icon=":material/block:")
            else:
                st.rerun()


def _with_unit(desk: Desk, key: str) -> str:
    unit = desk.page.t(f"evaluation.unit.{indicators.known(key).unit}")
    return desk.page.t("charts.unit_axis", what=indicator_name(desk.page.t, key), unit=unit)
