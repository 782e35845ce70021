"""算子: the five operators side by side, and one customer worked step by step."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analytics.fuzzy import OPERATORS
from dashboard.charts.evaluation import agreement, operator_bars
from dashboard.evaluation import worked
from dashboard.evaluation.desk import Desk
from dashboard.evaluation.frame import what_changes
from dashboard.evaluation.grid import Columns, grid
from dashboard.words.credit_terms import SIGNS, operator_words
from services.credit.operators import OperatorsCompared, compare_operators


def show(desk: Desk) -> None:
    """Distributions, agreement and ties on the scope; then the example."""
    page, t = desk.page, desk.page.t
    _choose(desk)
    with page.part(t("evaluation.operators"), t("evaluation.operators_help")):
        if not len(desk.rows):
            page.empty(t("evaluation.nobody"))
        else:
            with st.spinner(t("evaluation.comparing")):
                compared: OperatorsCompared = desk.ask(_compared)
            _distribution(desk, compared)
            _agreement(desk, compared)
    worked.show(desk)
    what_changes(desk)


def _choose(desk: Desk) -> None:
    """The operator and the method that the tried rules use; only the first ones can be adopted."""
    t, credit = desk.page.t, desk.tried.credit
    left, right = st.columns(2, vertical_alignment="bottom")
    key, method_key = "evaluation_operator", "evaluation_grading"
    st.session_state[key], st.session_state[method_key] = credit.operator, credit.method
    left.selectbox(
        t("evaluation.operator_in_use"),
        OPERATORS,
        format_func=lambda name: operator_words(desk.page.t, name),
        key=key,
        on_change=lambda: desk.change(
            lambda: replace(desk.tried, credit=replace(credit, operator=str(st.session_state[key])))
        ),
        help=t("evaluation.operator_help"),
        placeholder="",
    )
    right.segmented_control(
        t("evaluation.grading_method"),
        ("weighted_average", "max_membership"),
        required=True,
        format_func=lambda m: t(f"evaluation.grading.{m}"),
        key=method_key,
        on_change=lambda: desk.change(
            lambda: replace(desk.tried, credit=replace(credit, method=str(st.session_state[method_key])))
        ),
        help=t("evaluation.grading_help"),
    )


def _distribution(desk: Desk, compared: OperatorsCompared) -> None:
    page, t = desk.page, desk.page.t
    st.caption(
        t(
            "evaluation.compared_all"
            if compared.compared == compared.customers
            else "evaluation.compared_some",
            compared=page.fmt.count(compared.compared),
            customers=page.fmt.count(compared.customers),
        )
    )
    keys = desk.tried.credit.grade_keys
    grades = [desk.grade_words(desk.tried, k) for k in keys] + [t("evaluation.ungraded")]
    table = compared.distribution
    shares = table[[*range(len(keys)), "ungraded"]] / max(1, compared.compared)
    rows = [
        f"{SIGNS[o]} {t(f'evaluation.grading_short.{m}')}"
        for o, m in zip(table["operator"], table["method"], strict=True)
    ]
    page.chart(
        operator_bars(shares, page.look, rows, grades), "evaluation_operators", t("evaluation.operators_alt")
    )
    count = page.fmt.count
    named = table.rename(columns=dict(enumerate(keys))).assign(row=rows)
    columns: Columns = {
        "row": (t("evaluation.operator_and_method"), str),
        **{k: (g, count) for k, g in zip((*keys, "ungraded"), grades, strict=True)},
    }
    grid(desk, "operators", named, columns, dict.fromkeys(keys, "count"))


def _agreement(desk: Desk, compared: OperatorsCompared) -> None:
    page, t = desk.page, desk.page.t
    st.markdown(f"**{t('evaluation.agreement')}**")
    left, right = st.columns([3, 2])
    with left:
        names = [SIGNS[o] for o in compared.agreement.index]
        page.chart(
            agreement(compared.agreement, page.look, names),
            "evaluation_agreement",
            t("evaluation.agreement_alt"),
        )
    with right:
        ties = compared.ties.assign(row=[SIGNS[o] for o in compared.ties["operator"]])
        rate = page.fmt.rate
        columns: Columns = {
            "row": (t("evaluation.operator_word"), str),
            "tied": (t("evaluation.tied"), lambda v: rate(v, 1)),
            "differ": (t("evaluation.differ"), lambda v: rate(v, 1)),
        }
        grid(desk, "ties", ties, columns)
        st.caption(t("evaluation.ties_what"))


def _compared(desk: Desk) -> OperatorsCompared:
    return compare_operators(desk.tried.credit, desk.measured, desk.model, desk.rows)
