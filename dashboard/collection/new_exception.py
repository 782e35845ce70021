"""A form for another exception: its name, one or two conditions, and what it does."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analytics import collection_edits as edits
from analytics.collection_rules import ACTIONS, EFFECTS, FACTS, TESTS, CollectionRules, Condition, Exempt
from analytics.errors import RefusedError
from analytics.indicators import ALL as CLASSES
from analytics.policy import Policy
from analytics.risk_light import LIGHTS, REASONS
from dashboard.acts import acts
from dashboard.collection.tried import change
from dashboard.page import Page
from dashboard.words import collection_words as words
from data.errors import InputError

_LONGEST = 60
_MOST = 1e9


def show(page: Page, tried: Policy, names: Mapping[str, str]) -> None:
    """Folded; what it adds comes last in the order."""
    t = page.t
    with st.expander(t("collection_rules.new"), icon=":material/add:"):
        st.text_input(t("collection_rules.new_name"), key="rule_new_name", max_chars=_LONGEST)
        when = [_condition(page, tried, 0)]
        if st.checkbox(t("collection_rules.new_second"), key="rule_new_second"):
            when.append(_condition(page, tried, 1))
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            effect = st.selectbox(
                t("collection_rules.effect"),
                EFFECTS,
                index=EFFECTS.index("none"),
                format_func=lambda e: t.plain(f"collection_rules.does_{e}"),
                key="rule_new_does",
                placeholder="",
            )
            action = "" if effect == "none" else _action(page)
        st.button(
            t("collection_rules.new_add"),
            icon=":material/add:",
            key="rule_new_add",
            on_click=_added,
            args=(page, when, effect, action),
        )


def _action(page: Page) -> str:
    return st.selectbox(
        page.t("collection_rules.action"),
        ACTIONS,
        index=ACTIONS.index("visit"),
        format_func=lambda name: words.action_name(page.t.plain, name),
        key="rule_new_action",
        placeholder="",
    )


def _condition(page: Page, tried: Policy, n: int) -> tuple[str, str, object]:
    """What is read, how it is compared and with what."""
    t = page.t.plain
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        fact = st.selectbox(
            t("collection_rules.new_fact"),
            list(FACTS),
            index=list(FACTS).index("owed_now"),
            format_func=lambda key: t(f"collection_rules.fact_{key}"),
            key=f"rule_new_fact_{n}",
            placeholder="",
        )
        kind = FACTS[fact]
        test = TESTS[kind][0]
        if len(TESTS[kind]) > 1:
            test = st.selectbox(
                t("collection_rules.new_test"),
                TESTS[kind],
                format_func=lambda sign: t(f"collection_rules.sign_{words.TESTS[sign]}"),
                key=f"rule_new_test_{n}_{kind}",
                placeholder="",
            )
        return fact, test, _value(page, tried, n, fact)


def _value(page: Page, tried: Policy, n: int, fact: str) -> object:
    t, kind, key = page.t.plain, FACTS[fact], f"rule_new_value_{n}_{fact}"
    label = t("collection_rules.new_value")
    if kind in ("flag", "day"):
        said = {True: "collection_rules.yes", False: "collection_rules.no"}
        return st.selectbox(label, [True, False], format_func=lambda v: t(said[v]), key=key, placeholder="")
    if kind in ("number", "whole"):
        return float(st.number_input(label, 0.0, _MOST, 0.0, 1.0, format="%g", key=key))
    known = {
        "class": CLASSES,
        "light": LIGHTS,
        "light_reasons": REASONS,
        "grade": (*tried.credit.grade_keys, "-"),
    }.get(fact)
    if known:
        return st.selectbox(
            label, known, format_func=lambda v: words.value_name(t, fact, str(v), {}), key=key, placeholder=""
        )
    return st.text_input(label, key=key, max_chars=_LONGEST)


def _added(page: Page, when: list[tuple[str, str, object]], effect: str, action: str) -> None:
    """Put it last; a name that is missing and what no rule can be are said."""
    try:
        name = acts.text("rule_new_name").strip()
        if not name:
            raise InputError("exception_without_name")
        conditions = tuple(Condition(fact, test, _sound(value)) for fact, test, value in when)
        exempt = (name, conditions, effect, action)
    except (RefusedError, InputError) as refusal:
        acts.note(wrong=page.t.error(refusal))
        return
    change(page, lambda rules: edits.with_exempt(rules, _made(rules, *exempt)))


def _sound(value: object) -> float | str | bool:
    if isinstance(value, str | bool | float):
        return value
    raise InputError("not_offered")


def _made(rules: CollectionRules, name: str, when: tuple[Condition, ...], effect: str, action: str) -> Exempt:
    """The exception by the first free key."""
    taken = {e.key for e in rules.exceptions}
    key = next(k for n in range(len(taken) + 1) if (k := f"own_{n + 1}") not in taken)
    return Exempt(key, name, name, effect, when, action)
