"""What was published: every record, and any two side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.frame.policy_label import policy_label
from dashboard.grades import publish_flow
from dashboard.page import Page
from dashboard.tables.table import table, titles
from dashboard.words.credit_terms import grade_name
from data.state import Publication, State
from services.publication import publication_facts as facts

RECORD = ("number", "status", "as_of", "valid_from", "valid_to", "customers", "version", "who", "why", "at")
MOVES = ("old", "new", "customers")


def show(page: Page, kept: State | None) -> None:
    """Every publication, newest first, and any two side by side."""
    t, fmt = page.t, page.fmt
    publications = list(reversed(kept.publications())) if kept else []
    if kept is None or not publications:
        page.empty(t("grades.no_publications"))
        return
    replaced = {p.replaces: p.id for p in publications if p.status == "published"}
    rows = [
        {
            "number": str(p.id),
            "as_of": p.as_of,
            "valid_from": p.valid_from,
            "valid_to": p.valid_to,
            "customers": p.customers,
            "version": policy_label(page, p.policy_version),
            "who": page.person(p.who),
            "why": p.why,
            "at": fmt.clock_of(p.at),
            "status": publish_flow.status(page, p, replaced),
        }
        for p in publications
    ]
    table(page.of_company, "publications", pd.DataFrame(rows), titles(page, RECORD, "grading"))
    publish_flow.withdraw(page, publications)
    if len(publications) > 1:
        with st.expander(t("grades.compare_publications")):
            _compare(page, kept, publications)


def _compare(page: Page, kept: State, publications: list[Publication]) -> None:
    t = page.t
    numbers = {p.id: p for p in publications}

    def word(number: int) -> str:
        p = numbers[number]
        return t("grades.publication_word", number=number, first=page.fmt.date(p.valid_from))

    left, right = st.columns(2)
    first = left.selectbox(t("grades.earlier"), list(numbers), index=1, format_func=word, key="compare_first")
    second = right.selectbox(t("grades.later"), list(numbers), format_func=word, key="compare_second")
    if st.button(t("grades.compare_button"), key="compare_publications"):
        pair = (numbers[first], numbers[second])
        with st.spinner(t("grades.drafting")):
            flows = facts.between(kept, page.store.db, page.scope, *pair)
        moves(page, flows, "publications_compared")
        days = [(p, p.valid_from) for p in pair]
        publish_flow.ungraded_beside(page, kept, days, "ungraded_pair", at_once=True)


def moves(page: Page, flows: pd.DataFrame, name: str) -> None:
    """Who changes grade, the most first; how many stay is said."""
    t = page.t
    moved = flows[flows["old"] != flows["new"]].sort_values("customers", ascending=False, kind="stable")
    whole, stay = int(flows["customers"].sum()), int(flows["customers"].sum() - moved["customers"].sum())
    st.caption(t("grades.stays", households=page.fmt.count(whole), stay=page.fmt.count(stay)))
    if not moved.empty:
        shown = moved.assign(**{c: [_name(page, key) for key in moved[c]] for c in ("old", "new")})
        table(page, name, shown, titles(page, MOVES, "grading"))


def _name(page: Page, key: str) -> str:
    return grade_name(page.t, page.policy.credit, key) if key else page.t("grades.ungraded")
