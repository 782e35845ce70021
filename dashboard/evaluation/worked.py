"""One customer's evaluation step by step: R, weights, result, score, grade: to be followed by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from analytics.fuzzy import OPERATORS, known_operator
from dashboard.evaluation.choice import CUSTOMER, EXAMPLE, OPERATOR
from dashboard.evaluation.desk import Desk
from dashboard.evaluation.grid import text_table
from dashboard.links.link_codes import hidden, revealed
from dashboard.parts import select_param
from dashboard.tables.cells import Own
from dashboard.tables.downloads import downloads
from dashboard.words.credit_terms import operator_words, value_words
from dashboard.words.format import NOTHING
from services.credit import worked_example
from services.credit.worked_example import KINDS, GroupStep, Worked


def show(desk: Desk) -> None:
    """Choose an example and an operator; see every step."""
    page, t = desk.page, desk.page.t
    with page.part(t("evaluation.worked"), t("evaluation.worked_help")):
        first, second, third = st.columns(3, vertical_alignment="bottom")
        with first:
            kind = select_param(page, EXAMPLE, KINDS, t("evaluation.example"), "evaluation.examples")
        with second:
            operator = _operator(desk)
        with third:
            _number(desk)
        row, said = _row(desk, kind, operator)
        if row is None:
            return page.empty(said)
        credit = replace(desk.tried.credit, operator=operator)
        example = worked_example.worked(credit, desk.model, desk.measured, row)
        cons_no = str(desk.measured.people["cons_no"].iloc[row])
        st.caption(t("evaluation.worked_who", cons_no=cons_no))
        _groups(desk, example, operator)
        _total(desk, example, operator)
    return None


def _operator(desk: Desk) -> str:

    page, key = desk.page, "evaluation_worked_operator"
    st.session_state[key] = page.get(OPERATOR)
    st.selectbox(
        page.t("evaluation.operator_word"),
        OPERATORS,
        format_func=lambda name: operator_words(page.t, name),
        key=key,
        on_change=lambda: page.put(OPERATOR, str(st.session_state[key])),
        placeholder="",
    )
    return page.get(OPERATOR)


def _number(desk: Desk) -> None:
    """A customer number; the link keeps an opaque code, and the box is emptied."""
    page, key = desk.page, "evaluation_number"

    def changed() -> None:
        number = str(st.session_state[key]).strip()[:64]
        page.put(CUSTOMER, hidden(number) if number else "")

    if page.get(CUSTOMER):
        st.button(
            page.t("evaluation.example_again"),
            on_click=lambda: page.put(CUSTOMER, ""),
            key="evaluation_example_again",
            icon=":material/undo:",
        )
    else:
        st.text_input(
            page.t("evaluation.number"),
            key=key,
            on_change=changed,
            max_chars=64,
            help=page.t("evaluation.number_help"),
        )


def _row(desk: Desk, kind: str, operator: str) -> tuple[int | None, str]:
    """The place of the customer asked for, or of the example; with the sentence where there is none."""
    t, code = desk.page.t, desk.page.get(CUSTOMER)
    if not code:
        picked = desk.ask(_picked, kind, operator)
        return picked, t(f"evaluation.no_example.{'tie' if kind == 'tie' else 'other'}")
    number = revealed(code)
    numbers = desk.measured.people["cons_no"]
    places = (
        np.flatnonzero(numbers.to_numpy(dtype=object) == number) if number else np.zeros(0, dtype=np.int64)
    )
    if not len(places) or places[0] not in desk.keys:
        return None, t("errors.customer_unknown")
    if places[0] not in desk.rows:
        return None, t("evaluation.other_model")
    return int(places[0]), ""


def _picked(desk: Desk, kind: str, operator: str) -> int | None:
    credit = replace(desk.tried.credit, operator=operator)
    return worked_example.pick(credit, desk.model, desk.measured, desk.rows, kind)


def _groups(desk: Desk, example: Worked, operator: str) -> None:
    page, t = desk.page, desk.page.t
    grades = list(desk.tried.credit.grade_keys)
    rows = []
    for number, group in enumerate(example.groups, 1):
        st.markdown(f"**{t('evaluation.step_group', number=number, group=desk.words(group.key))}**")
        table = _matrix(desk, group, grades)
        text_table(table, t("evaluation.step_group", number=number, group=desk.words(group.key)))
        st.markdown(
            _products(desk, [(s.weight, s.memberships) for s in group.factors], group.result, operator)
        )
        rows += [
            {
                "group": desk.words(group.key),
                "weight": s.weight,
                "indicator_value": value_words(desk.page.t, s.indicator, s.value),
                "indicator": desk.words(s.indicator),
            }
            | {f"mu_{g}": v for g, v in zip(grades, s.memberships, strict=True)}
            for s in group.factors
        ]
    frame = pd.DataFrame(rows)
    heads = {
        "group": "group_word",
        "indicator": "indicator",
        "indicator_value": "value",
        "weight": "weight_word",
    }
    titles = {c: t(f"evaluation.{k}") for c, k in heads.items()} | {f"mu_{g}": g for g in grades}
    own: Own = dict.fromkeys((f"mu_{g}" for g in grades), "number")
    downloads(page, "worked", frame, titles, own=own, title=t("evaluation.worked"), filters=desk.said())


def _matrix(desk: Desk, group: GroupStep, grades: list[str]) -> pd.DataFrame:
    t = desk.page.t
    return pd.DataFrame(
        [
            {
                t("evaluation.indicator"): desk.words(s.indicator),
                t("evaluation.value"): value_words(desk.page.t, s.indicator, s.value),
                t("evaluation.weight_word"): f"{s.weight:.4f}",
                **{g: f"{v:.3f}" for g, v in zip(grades, s.memberships, strict=True)},
            }
            for s in group.factors
        ]
    )


def _products(
    desk: Desk, factors: list[tuple[float, tuple[float, ...]]], result: tuple[float, ...], operator: str
) -> str:
    """One line per grade: the pairs, joined as the operator joins them, and what they make."""
    pair, joined = known_operator(operator)
    lines = []
    for j, key in enumerate(desk.tried.credit.grade_keys):
        said = [
            f"{w:.4f}×{row[j]:.3f}" if pair == "prod" else f"{w:.4f}∧{row[j]:.3f}"
            for w, row in factors
            if w > 0 and row[j] > 0
        ]
        text = (" ∨ " if joined == "max" else " + ").join(said) or "0"
        limited = f"min(1, {text})" if joined == "bsum" and said else text
        lines.append(f"- b({key}) = {limited} = **{_four(result[j])}**")
    return "\n".join(lines)


def _four(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:.4f}"


def _total(desk: Desk, example: Worked, operator: str) -> None:
    """The groups together, the score, the cut-offs, the rules."""
    t, credit = desk.page.t, desk.tried.credit
    known = [g for g in example.groups if g.weight > 0]
    step = len(example.groups) + 1
    if len(example.groups) > 1:
        st.markdown(f"**{t('evaluation.step_total', number=step)}**")
        step += 1
        weights = t("common.colon").join(
            ("W", " · ".join(f"{desk.words(g.key)} {g.weight:.4f}" for g in known))
        )
        st.caption(weights)
        st.markdown(_products(desk, [(g.weight, g.result) for g in known], example.total, operator))
    st.markdown(f"**{t('evaluation.step_score', number=step)}**")
    if not known:
        st.markdown(t("evaluation.nothing_known"))
        return
    terms = " + ".join(f"{s:g}×{b:.4f}" for s, b in zip(credit.scores, example.total, strict=True) if b > 0)
    whole = sum(example.total)
    divided = f"({terms}) ÷ {whole:.4f}" if abs(whole - 1) > 5e-5 else terms
    st.markdown(t("evaluation.score_is", sum=divided, score=f"{example.score:.2f}"))
    cutoffs = ", ".join(f"{g} ≥ {c:g}" for g, c in zip(credit.grade_keys, desk.model.cutoffs, strict=False))
    st.markdown(
        t(
            "evaluation.grade_is",
            cutoffs=cutoffs,
            raw=desk.grade_words(desk.tried, example.raw),
            coverage=desk.page.fmt.rate(example.coverage, 0),
        )
    )
    st.markdown(_rules(desk, example))


def _rules(desk: Desk, example: Worked) -> str:
    t = desk.page.t
    if not example.rules:
        return t("evaluation.no_rule", grade=desk.grade_words(desk.tried, example.grade))
    named = {r.key: r.name(t.language) for r in desk.tried.credit.rules}
    said = t.listed([named[k] for k in example.rules])
    return t("evaluation.rules_applied", rules=said, grade=desk.grade_words(desk.tried, example.grade))
