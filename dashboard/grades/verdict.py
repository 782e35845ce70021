"""What a what-if comes to, in one sentence: who moves is counted, what it costs and brings is estimated."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.grades import guesses
from dashboard.page import Page
from dashboard.what_if import bench
from dashboard.words.credit_terms import grade_names
from services.credit import estimates, moves

MOST_MOVES = 3


def say(page: Page, old: bench.Side, new: bench.Side, models: Sequence[str], flows: pd.DataFrame) -> None:
    """Draw the sentence; nothing is said where nothing is tried."""
    if new.policy == old.policy:
        return
    said = facts(page, old, new, flows)
    if guess := guesses.ready(page, old, new, models):
        said = page.t.sentences((said, guessed(page, *guess)))
    st.markdown(f"**{said}**")


def facts(page: Page, old: bench.Side, new: bench.Side, flows: pd.DataFrame) -> str:
    """Who moves from which grade to which, the largest moves by name."""
    t, fmt = page.t, page.fmt
    changed = moves.moves(flows, old.keys, new.keys).changed
    if not changed:
        return t("grades.verdict.nobody")
    before, after = grade_names(page.t, old.credit), grade_names(page.t, new.credit)
    named = moves.largest(flows, MOST_MOVES)
    said = [
        t(
            "grades.verdict.move",
            households=fmt.count(n),
            old=a or before[a],
            new=b or after[b],
        )
        for a, b, n in named
    ]
    others = changed - sum(n for _, _, n in named)
    if others:
        said.append(t("grades.verdict.others", households=fmt.count(others)))
    return t("grades.verdict.facts", moves=t.listed(said))


def guessed(page: Page, before: estimates.Estimates, after: estimates.Estimates) -> str:
    """Cost and money more or less, and whom it bothers; what stays the same is said to."""
    parts = []
    for kind, change in estimates.differences(before, after).items():
        way = "same" if not change else "more" if change > 0 else "less"
        size = abs(change)
        value = page.fmt.count(size) if kind == "bothered" else page.fmt.money(size)
        parts.append(page.t(f"grades.verdict.{kind}_{way}", value=value))
    collected, cost, bothered = parts
    return page.t("grades.verdict.guess", cost=cost, collected=collected, bothered=bothered)
