"""Whom the table decides about: who has an open bill once each, money to the fen, texts by codes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.collection_action import recommend
from analytics.collection_rules import ACTIONS, FACTS
from services.collection.decides import decide, deciding
from services.collection.facts import facts_in_yuan
from services.credit.policy_files import read_policy

POLICY = read_policy().collection
KINDS: dict[str, Any] = {"number": 0, "whole": 0, "text": None, "texts": "", "day": pd.NaT, "flag": False}


def facts(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Facts as the run reads them, money in fen; what a row does not say is nothing."""
    plain = {fact: KINDS[kind] for fact, kind in FACTS.items()} | {"has_phone": True, "open": 1}
    return pd.DataFrame([{**plain, **row} for row in rows], columns=list(plain))


PEOPLE = [
    {"grade": "D", "days_overdue": 31, "owed_now": 10_001, "class": "01"},
    {"grade": "D", "days_overdue": 40, "owed_now": 2_000, "class": "03"},
    {"grade": "D", "days_overdue": 31, "owed_now": 999, "class": "03"},
    {"grade": None, "days_overdue": 3, "owed_now": 5_000, "class": "03", "has_phone": False},
    {"grade": "A", "days_overdue": 0, "owed_now": 0, "class": "03", "open": 0},
]


def test_cells_and_exceptions_have_customers_and_fen() -> None:
    made = decide(POLICY, deciding(facts(PEOPLE))).by_rule
    some = made[made["customers"] > 0]
    assert {r: tuple(row) for r, row in zip(some.index, some.to_numpy().tolist(), strict=True)} == {
        "cell:D:31": (2, 12_001),
        "cell:-:1": (1, 5_000),
        "small": (1, 999),
    }
    cells = [f"cell:{r.grade}:{edge}" for r in POLICY.rules.table for edge in POLICY.rules.edges]
    assert list(made.index) == [*cells, *(e.key for e in POLICY.rules.exceptions)]


def test_actions_have_minutes_and_stand_in_their_order() -> None:
    made = decide(POLICY, deciding(facts(PEOPLE))).by_action
    assert list(made.index) == [*ACTIONS, "check_contact"]
    assert made.loc["stop_notice"].tolist() == [2, 12_001, 80]
    assert made.loc["check_contact"].tolist() == [1, 5_000, 5]
    assert made.loc["none"].tolist() == [1, 999, 0]
    assert made["customers"].sum() == 4


def test_nobody_is_nothing_anywhere() -> None:
    made = decide(POLICY, deciding(facts(PEOPLE[-1:])))
    assert not made.by_rule.to_numpy().any() and not made.by_action.to_numpy().any()


people = st.fixed_dictionaries(
    {
        "grade": st.sampled_from(("A", "E", "-new", None)),
        "class": st.sampled_from(("01", "03", "99", None)),
        "days_overdue": st.integers(0, 200),
        "owed_now": st.integers(0, 300_000),
        "open": st.integers(0, 2),
        "weak": st.booleans(),
        "has_phone": st.booleans(),
        "light": st.sampled_from(("none", "red", None)),
    }
)


@settings(max_examples=40)
@given(st.lists(people, min_size=1, max_size=12))
def test_kept_small_the_facts_decide_as_they_are(rows: list[dict[str, Any]]) -> None:
    whole = facts(rows)
    read = deciding(whole)
    plain = facts_in_yuan(whole[whole["open"] > 0])
    if len(plain):
        want = recommend(POLICY.rules, plain)
        got = recommend(POLICY.rules, read)
        assert got.astype(str).to_numpy().tolist() == want.astype(str).to_numpy().tolist()
    sums = decide(POLICY, read).by_rule
    assert sums["customers"].sum() == len(plain)
    assert sums["owed_now"].sum() == whole.loc[whole["open"] > 0, "owed_now"].sum()
