"""Texts of messages and letters: tried, their placeholders checked, parts counted, seen on real customers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import ACTIONS
from analytics.message_texts import PLACEHOLDERS, MessageText
from analytics.policy import Policy
from dashboard.collection import made
from dashboard.collection.tried import change_collection
from dashboard.page import Page
from dashboard.what_if.moved import showing
from dashboard.words.collection_words import action_name, row_name
from dashboard.words.credit_terms import grade_names
from dashboard.words.i18n import LANGUAGES, Translator
from dashboard.words.literal import literal
from services.collection import messages

MOST_SEEN = 3
COUNTED = 50
"""So many customers' texts are filled to say how many parts they are."""
_PICKED, _NEW = "rule_text_picked", "rule_text_new"
_LONGEST = 2_000


def show(page: Page, tried: Policy) -> None:
    """A text by its action, grade and language: edited, counted, shown as customers would get it."""
    t, texts = page.t, tried.collection.texts
    st.text_input(
        t("evaluation.places.signature"),
        max_chars=40,
        **showing("rule_signature", tried.collection.signature, partial(_signed, page)),
    )
    if texts:
        names = {text.key: _name(page, tried, text) for text in texts}
        key = st.selectbox(
            t("collection_rules.text_which"),
            list(names),
            format_func=lambda k: names[k],
            key=_PICKED,
            placeholder="",
        )
        text = next(x for x in texts if x.key == key)
        _edit(page, text)
        _seen(page, tried, text)
    else:
        page.empty(t("collection_rules.no_texts"))
    _another(page, tried)


def _edit(page: Page, text: MessageText) -> None:
    t = page.t
    st.text_area(
        t("collection_rules.text"),
        max_chars=_LONGEST,
        height=140,
        **showing(f"rule_text_{text.key}", text.text, partial(_written, page, text.key)),
    )
    known = t.plain.listed(f"{{{name}}} {t.plain(f'collection_rules.put_{name}')}" for name in PLACEHOLDERS)
    st.caption(t("collection_rules.text_holes", known=known))
    st.button(
        t("collection_rules.text_off"),
        icon=":material/delete:",
        key=f"rule_text_off_{text.key}",
        on_click=_gone,
        args=(page, text.key),
    )


def _seen(page: Page, tried: Policy, text: MessageText) -> None:
    """The text with the values of customers of the day's proposal, masked; how long it becomes."""
    t = page.t
    found = made.proposal(page)
    if found is None:
        return
    rows = found.rows
    fits = rows["action"].eq(text.action)
    mine = rows[fits] if not text.grade else rows[fits & rows["grade"].eq(text.grade)]
    if mine.empty:
        st.caption(t("collection_rules.text_nobody"))
        return
    policy = replace(tried.collection, texts=(text,))
    few = mine.iloc[: min(COUNTED, len(mine))]
    words = Translator(text.language)
    filled = messages.preview(page.store.db, policy, few, page.scope.as_of, words, text.language)
    ready = filled.ready
    if len(ready) and text.action in messages.BY_PHONE:
        said = {"least": int(ready["parts"].min()), "most": int(ready["parts"].max())}
        st.caption(t("collection_rules.text_parts", **said, count=len(ready), of=len(mine)))
    lacking = filled.left["lacks"].value_counts()
    for names, count in lacking.items():
        lacks = t.plain.listed(t.plain(f"collection_rules.put_{n}") for n in str(names).split(", ") if n)
        st.caption(t("collection_rules.text_lacks", count=page.fmt.count(count), lacks=lacks))
    if ready.empty:
        return
    st.caption(t("collection_rules.text_seen", shown=min(MOST_SEEN, len(ready)), count=len(ready)))
    for said in ready["text"].iloc[:MOST_SEEN]:
        with st.container(border=True):
            st.markdown(literal(f"{tried.collection.signature}{said}").replace("\n", "  \n"))


def _another(page: Page, tried: Policy) -> None:
    """A text for an action, a grade and a language that has none of its own yet."""
    t = page.t
    with st.expander(t("collection_rules.text_new"), icon=":material/add:"):
        names = grade_names(t.plain, tried.credit) | {"": t.plain("collection_rules.text_all")}
        grades = ["", *tried.credit.grade_keys, "-"]
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            action = st.selectbox(
                t("collection_rules.action"),
                ACTIONS[1:],
                format_func=lambda a: action_name(t.plain, a),
                key=f"{_NEW}_action",
                placeholder="",
            )
            grade = st.selectbox(
                t("evaluation.places.grade"),
                grades,
                format_func=lambda g: (
                    row_name(t.plain, g, names) if g else t.plain("collection_rules.text_all")
                ),
                key=f"{_NEW}_grade",
                placeholder="",
            )
            language = st.selectbox(
                t("evaluation.places.language"),
                LANGUAGES,
                format_func=lambda code: t.plain(f"filters.language_{code}"),
                key=f"{_NEW}_language",
                placeholder="",
            )
            st.button(
                t("collection_rules.text_add"),
                icon=":material/add:",
                key=f"{_NEW}_add",
                on_click=_added,
                args=(page, action, grade, language),
            )


def _name(page: Page, tried: Policy, text: MessageText) -> str:
    t = page.t.plain
    grade = row_name(t, text.grade, grade_names(t, tried.credit)) if text.grade else ""
    return " · ".join(
        part for part in (action_name(t, text.action), grade, t(f"filters.language_{text.language}")) if part
    )


def _signed(page: Page, signature: str) -> None:
    change_collection(page, lambda policy: replace(policy, signature=signature.strip()))


def _written(page: Page, key: str, typed: str) -> None:
    def made_of(policy: CollectionPolicy) -> CollectionPolicy:
        return replace(
            policy, texts=tuple(replace(x, text=typed) if x.key == key else x for x in policy.texts)
        )

    change_collection(page, made_of)


def _gone(page: Page, key: str) -> None:
    change_collection(
        page, lambda policy: replace(policy, texts=tuple(x for x in policy.texts if x.key != key))
    )


def _added(page: Page, action: str, grade: str, language: str) -> None:
    """It begins as the one of all grades, else with the customer number and the amount."""

    def made_of(policy: CollectionPolicy) -> CollectionPolicy:
        like = [x.text for x in policy.texts if (x.action, x.language) == (action, language)]
        text = (like or ["{cons_no} {amount}"])[0]
        key = "_".join(part for part in (action, grade.replace("-", "none"), language) if part)
        return replace(policy, texts=(*policy.texts, MessageText(key, action, grade, language, text)))

    change_collection(page, made_of)
