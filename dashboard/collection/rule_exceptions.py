"""The exceptions of the table: in their order, what each does, whom it decides about; off, back, another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from analytics import collection_edits as edits
from analytics.collection_rules import ACTIONS, EFFECTS, Exempt
from analytics.policy import Policy
from dashboard.collection import new_exception
from dashboard.collection.deciding import Counts
from dashboard.collection.tried import change
from dashboard.page import Page
from dashboard.words import collection_words as words
from dashboard.words.literal import literal
from services.credit.policy_files import read_policy


def show(page: Page, tried: Policy, names: Mapping[str, str], counted: Counts | None) -> None:
    """Each exception in a box of its own, then those that are off, then a form for another."""
    t, rules = page.t, tried.collection.rules
    if not rules.exceptions:
        page.empty(t("collection_rules.no_exceptions"))
    for place, exempt in enumerate(rules.exceptions):
        with st.container(border=True, gap="xsmall"):
            _one(page, exempt, place, len(rules.exceptions), names, counted)
    _off(page, tried, names)
    new_exception.show(page, tried, names)


def _one(
    page: Page, exempt: Exempt, place: int, many: int, names: Mapping[str, str], counted: Counts | None
) -> None:
    t, key = page.t, exempt.key
    left, right = st.columns([3, 2], gap="small", vertical_alignment="center")
    with left:
        said = words.when_words(t.plain, exempt, names)
        name = words.exempt_name(t.plain, exempt)
        st.markdown(t("collection_rules.exception_head", n=place + 1, name=name, when=said))
        if counted is not None:
            st.caption(counted.words(page, key))
        if exempt.milder:
            st.caption(t("collection_rules.milder"))
    with right:
        _effect(page, exempt)
        with st.container(horizontal=True, gap="xsmall"):
            for by, word, icon, stays in (
                (-1, "up", ":material/arrow_upward:", place == 0),
                (1, "down", ":material/arrow_downward:", place == many - 1),
            ):
                st.button(
                    t(f"collection_rules.{word}"),
                    icon=icon,
                    key=f"rule_{word}_{key}",
                    disabled=stays,
                    on_click=_moved,
                    args=(page, key, by),
                )
            st.button(
                t("collection_rules.off"),
                icon=":material/visibility_off:",
                key=f"rule_off_{key}",
                on_click=_gone,
                args=(page, key),
            )


def _effect(page: Page, exempt: Exempt) -> None:
    """What it does: at most, at least, exactly an action, or nothing for now."""
    t, key = page.t, exempt.key
    does, action = f"rule_does_{key}", f"rule_action_{key}"
    st.session_state[does] = exempt.effect
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        st.selectbox(
            t("collection_rules.effect"),
            EFFECTS,
            format_func=lambda effect: t.plain(f"collection_rules.does_{effect}"),
            key=does,
            on_change=_does,
            args=(page, key, does),
            placeholder="",
        )
        if exempt.effect == "none":
            return
        st.session_state[action] = exempt.action
        st.selectbox(
            t("collection_rules.action"),
            ACTIONS,
            format_func=lambda name: words.action_name(t.plain, name),
            key=action,
            on_change=_acts,
            args=(page, key, action),
            placeholder="",
        )


def _off(page: Page, tried: Policy, names: Mapping[str, str]) -> None:
    """Exceptions of the rules in force and of the project's own that are not tried: each can come back."""
    t, now = page.t, {e.key for e in tried.collection.rules.exceptions}
    known = {e.key: e for p in (read_policy(), page.policy) for e in p.collection.rules.exceptions}
    away = [e for key, e in known.items() if key not in now]
    if not away:
        return
    with st.expander(t("collection_rules.away", count=len(away)), icon=":material/visibility_off:"):
        for exempt in away:
            st.markdown(literal(words.exempt_sentence(t.plain, exempt, names)))
            st.button(
                t("collection_rules.back"),
                icon=":material/undo:",
                key=f"rule_back_{exempt.key}",
                on_click=_come,
                args=(page, exempt),
            )


def _moved(page: Page, key: str, by: int) -> None:
    change(page, lambda rules: edits.moved(rules, key, by))


def _gone(page: Page, key: str) -> None:
    change(page, lambda rules: edits.without(rules, key))


def _come(page: Page, exempt: Exempt) -> None:
    change(page, lambda rules: edits.with_exempt(rules, exempt))


def _does(page: Page, key: str, widget: str) -> None:
    effect = str(st.session_state[widget])

    def made(exempt: Exempt) -> Exempt:
        action = "" if effect == "none" else exempt.action or "visit"
        return replace(exempt, effect=effect, action=action)

    change(page, lambda rules: edits.with_exempt(rules, made(edits.exempt_in(rules, key))))


def _acts(page: Page, key: str, widget: str) -> None:
    action = str(st.session_state[widget])
    change(
        page,
        lambda rules: edits.with_exempt(rules, replace(edits.exempt_in(rules, key), action=action)),
    )
