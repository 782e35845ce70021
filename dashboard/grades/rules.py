"""Rules outside the arithmetic, the number of grades and their names."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from analytics.credit_parts import Grade
from analytics.credit_policy import CreditRules, Rule
from analytics.grade_count import LEAST_GRADES, with_grade_count
from analytics.indicators import known
from analytics.policy import Policy
from analytics.policy_edits import with_credit
from dashboard.grades import choice as chosen
from dashboard.page import Page
from dashboard.what_if.moved import showing
from dashboard.words.credit_terms import grade_name, in_language, rule_words

MOST_GRADES = 9


def show(page: Page, tried: Policy) -> None:
    """Two folded boxes: rules, grades."""
    t, credit = page.t, tried.credit
    on = sum(rule.on for rule in credit.rules)
    with st.expander(t("grades.rules", on=on, all=len(credit.rules)), icon=":material/gavel:"):
        st.caption(t("grades.rules_help"))
        for rule in credit.rules:
            _rule(page, credit, rule)
    with st.expander(t("grades.grades", count=len(credit.grades)), icon=":material/format_list_numbered:"):
        _count(page, credit)
        for grade in credit.grades:
            _name(page, grade.key, in_language(t, grade))


def _rule(page: Page, credit: CreditRules, rule: Rule) -> None:
    key = f"rule_on_{rule.key}"
    st.session_state[key] = rule.on
    st.toggle(rule_words(page.t, credit, rule), key=key, on_change=_switched, args=(page, rule.key, key))
    if not rule.indicator or not rule.on:
        return
    with st.container(horizontal=True):
        _limit(page, rule)
        if rule.grade:
            _grade(page, credit, rule)


def _limit(page: Page, rule: Rule) -> None:
    indicator = known(rule.indicator)
    limit = float(min(max(rule.value, indicator.low), indicator.high))
    st.number_input(
        page.t("grades.rule_value", unit=page.t(f"evaluation.unit.{indicator.unit}")),
        float(indicator.low),
        float(indicator.high),
        step=float(max(indicator.precision, 0.5 if indicator.precision < 1 else 1)),
        format="%g",
        **showing(f"rule_value_{rule.key}", limit, partial(_valued, page, rule.key)),
    )


def _grade(page: Page, credit: CreditRules, rule: Rule) -> None:
    key = f"rule_grade_{rule.key}"
    st.session_state[key] = rule.grade
    st.selectbox(
        page.t("columns.grade"),
        credit.grade_keys,
        format_func=lambda grade: grade_name(page.t, credit, grade),
        key=key,
        on_change=_aimed,
        args=(page, rule.key, key),
    )


def _switched(page: Page, rule: str, key: str) -> None:
    on = bool(st.session_state[key])
    chosen.change_credit(page, lambda credit: with_rule(credit, rule, on=on))


def _valued(page: Page, rule: str, value: float) -> None:
    chosen.change_credit(page, lambda credit: with_rule(credit, rule, value=value))


def _aimed(page: Page, rule: str, key: str) -> None:
    grade = str(st.session_state[key])
    chosen.change_credit(page, lambda credit: with_rule(credit, rule, grade=grade))


def with_rule(credit: CreditRules, key: str, **changes: bool | float | str) -> CreditRules:
    """The same rules with one switched or set: `on`, `value` or `grade`."""
    return replace(
        credit,
        rules=tuple(replace(r, **changes) if r.key == key else r for r in credit.rules),  # type: ignore[arg-type]
    )


def _count(page: Page, credit: CreditRules) -> None:
    most = max(MOST_GRADES, len(credit.grades))
    st.number_input(
        page.t("grades.count"),
        LEAST_GRADES,
        most,
        step=1,
        **showing("grade_count", len(credit.grades), partial(_counted, page)),
        help=page.t("grades.count_help"),
    )


def _counted(page: Page, count: int) -> None:
    adopted = page.policy

    def made(policy: Policy) -> Policy:
        drawn = with_grade_count(adopted.credit, count)
        for rule in policy.credit.rules:
            drawn = with_rule(drawn, rule.key, on=rule.on, value=rule.value)
        rules = with_credit(adopted, drawn).collection.rules
        return replace(policy, credit=drawn, collection=replace(policy.collection, rules=rules))

    chosen.change(page, made)


def _name(page: Page, grade: str, name: str) -> None:
    st.text_input(
        page.t("grades.name_of", grade=grade),
        max_chars=40,
        **showing(f"grade_name_{grade}_{page.t.language}", name, partial(_named, page, grade)),
    )


def _named(page: Page, grade: str, typed: str) -> None:
    name = typed.strip()
    if not name:
        return

    def renamed(given: Grade) -> Grade:
        if given.key != grade:
            return given
        return replace(given, zh=name) if page.t.language == "zh" else replace(given, en=name)

    def made(credit: CreditRules) -> CreditRules:
        return replace(credit, grades=tuple(renamed(g) for g in credit.grades))

    chosen.change_credit(page, made)
