"""The rows of a list of collection: filtered, sorted by a heading, in words, with their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from analytics.collection_rules import ACTIONS, CHECK_CONTACT
from dashboard.collection import choice as chosen
from dashboard.page import Page
from dashboard.parts import select_param
from dashboard.tables.cells import written
from dashboard.tables.downloads import BigList, download_big
from dashboard.tables.opening import Order, rows_that_open
from dashboard.tables.table import fitted, titles
from dashboard.words.collection_words import action_name, rule_name
from dashboard.words.credit_terms import grade_name, grade_names
from services.credit.moves import UNGRADED_KEY
from services.files.exports import columns_of

SHOWN_ROWS = 500
HEIGHT = 460
CALLED = {"expected_yuan": "expected_in", "expected": "expected_in", "effort_minutes": "minutes"}
"""What the columns of proposals and batches are called on the page."""
CODES = {
    "action_name": "action",
    "rule_name": "rule",
    "refused_name": "refused_action",
    "person_name": "person",
    "state_name": "state",
}
"""Columns of words, and the codes that they say; lists are sorted by the codes."""
_TURN = "collection_list_turn"


@dataclass(frozen=True)
class Chosen:
    """Whose orders, which action, which customers of a proposal (`choice.SHOWN`), which state of orders."""

    person: str = chosen.ALL
    action: str = chosen.ALL
    shown: str = "orders"
    status: str = chosen.ALL


def boxes(page: Page, persons: Mapping[str, int]) -> tuple[str, str]:
    """Whose orders, and which action; `persons` have so many."""
    t = page.t
    people = (chosen.ALL, *sorted(persons, key=lambda p: -persons[p]))

    def named(person: str) -> str:
        if person == chosen.ALL:
            return t.plain("collection.everybody")
        return t.plain("collection.person_count", name=person_name(page, person), count=persons[person])

    actions = (chosen.ALL, *ACTIONS[1:], CHECK_CONTACT)
    person = select_param(page, chosen.PERSON, people, t("columns.person_name"), named, forget)
    action = select_param(
        page,
        chosen.ACTION,
        actions,
        t("columns.action_name"),
        lambda key: t.plain("collection.any_action") if key == chosen.ALL else action_name(t.plain, key),
        forget,
    )
    return person, action


def forget() -> None:
    """What is chosen in the table goes: its rows are others."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def person_name(page: Page, person: str) -> str:
    """Who is in charge, with the employee number; nobody where none is known."""
    if person in ("", chosen.NOBODY):
        return page.t.plain("collection.nobody_in_charge")
    for dimension in ("collector", "reader"):
        if name := page.store.codes.get(dimension, {}).get(person):
            return f"{name} · {person}"
    return person


def picked(rows: pd.DataFrame, which: Chosen) -> pd.DataFrame:
    """The rows that were chosen."""
    acts = rows["action"].ne("none")
    of = {
        "orders": acts,
        "refused": rows["refused_action"].ne("") if "refused_action" in rows else ~acts,
        "suspended": rows["suspended_why"].ne("") if "suspended_why" in rows else ~acts,
        "everyone": pd.Series(True, index=rows.index),
    }
    keep = of.get(which.shown)
    keep = rows["state"].eq(which.shown) if keep is None else keep
    if which.status != chosen.ALL:
        keep &= rows["state"].eq(which.status)
    if which.person != chosen.ALL:
        keep &= rows["person"].eq("" if which.person == chosen.NOBODY else which.person)
    if which.action != chosen.ALL:
        keep &= rows["action"].eq(which.action)
    return rows[keep]


@dataclass(frozen=True)
class Answer:
    """All rows that were chosen, in their order; those that are ticked; the one that is opened."""

    found: pd.DataFrame
    ticked: pd.DataFrame
    row: pd.Series[Any] | None


def show(
    page: Page,
    rows: pd.DataFrame,
    which: Chosen,
    columns: Sequence[str] = chosen.COLUMNS,
    *,
    name: str = "collection_list",
    many: bool = False,
) -> Answer:
    """The list with its files; several rows can be ticked where `many`."""
    t, fmt, order = page.t, page.fmt, _order(page)
    found = picked(rows.rename(columns=CALLED), which)
    if found.empty:
        page.empty(t("collection.none_of_these"))
        return Answer(found, found, None)
    found = found.sort_values(
        [CODES.get(order.column, order.column), "cons_no"],
        ascending=[not order.descending, True],
        kind="stable",
        ignore_index=True,
    )
    heads = titles(page, [c for c in columns if CODES.get(c, c) in found], "collection")
    first = found.head(SHOWN_ROWS)
    drawn, config = written(fmt, worded(page, first), heads)
    with st.container(horizontal=True, vertical_alignment="center"):
        owed = int(found["owed_now"].sum())
        st.markdown(
            t("collection.found", count=fmt.count(len(found)), owed=fmt.money(owed)),
            help=t("tables.open_hint"),
        )
        offer(page, name, found, heads, (repr(which), order.key("")))
    key = f"{name}_{st.session_state.get(_TURN, 0)}_{abs(hash((which, page.scope)))}"
    height = min(38 + 35 * len(first), HEIGHT)
    answer = rows_that_open(
        t,
        drawn,
        fitted(config, 12, heads),
        key,
        many=many,
        order=order,
        height=height,
        alt=t(f"tables.{name}"),
    )
    if len(found) > SHOWN_ROWS:
        st.caption(t("collection.first_rows", shown=fmt.count(SHOWN_ROWS), rows=fmt.count(len(found))))
    ticked = first.iloc[[r for r in answer.ticked if r < len(first)]]
    at = answer.row if not many or answer.clicked is not None or len(ticked) == 1 else None
    return Answer(found, ticked, first.iloc[at] if at is not None and at < len(first) else None)


def offer(
    page: Page, name: str, found: pd.DataFrame, heads: Mapping[str, str], parts: tuple[str, ...]
) -> None:
    """All rows as a file, in words, made when it is asked for."""
    t = page.t.plain
    biggest = BigList(
        columns_of(t, name, heads),
        lambda: worded(page, found.reset_index(drop=True))[[*heads]],
        len(found),
        (*parts, page.store.id, page.state_version, repr(page.scope), page.policy.version, t.language),
    )
    download_big(page, name, biggest, title=t(f"tables.{name}"))


def worded(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with codes in the reader's words."""
    t, policy = page.t.plain, page.policy
    words: dict[str, Any] = {
        "action_name": lambda key: action_name(t, key),
        "rule_name": lambda key: rule_words(page, key),
        "grade": lambda key: grade_name(t, policy.credit, key or UNGRADED_KEY),
        "person_name": lambda key: person_name(page, key),
        "state_name": lambda key: t.or_code(f"collection_rules.order_{key}", key),
        "refused_name": lambda key: action_name(t, key) if key else "",
    }
    made = rows
    for column, word in words.items():
        if (of := CODES.get(column, column)) in made:
            codes = made[of].astype(object).where(made[of].notna(), "")
            named = {code: word(str(code)) for code in codes.unique()}
            made = made.assign(**{column: codes.map(named)})
    return made


def rule_words(page: Page, rule: str) -> str:
    """Why an action is recommended: a cell, an exception, or what keeps everybody from being called."""
    t, policy = page.t.plain, page.policy
    if rule.startswith("state:"):
        key = rule.removeprefix("state:")
        return t("collection.clear") if key == "clear" else t(f"collection_rules.state_{key}")
    if rule in ("gap", "tries"):
        days = policy.collection.contact_gap_days if rule == "gap" else policy.collection.tries_a_day
        return t(f"collection.rule_{rule}", count=days)
    return rule_name(t, policy.collection.rules, grade_names(t, policy.credit), rule)


def _order(page: Page) -> Order:
    """By rank, or as a click on a heading has asked."""

    def choose(column: str, descending: bool) -> None:
        page.put(chosen.BY, column)
        page.put(chosen.ORDER, "desc" if descending else "asc")

    return Order(page.get(chosen.BY), page.get(chosen.ORDER) == "desc", chosen.SORTS, choose)
