"""Each change of the rules of collection changes what it says and nothing else; what cannot be is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import collection_edits as edits
from analytics.collection_check import check
from analytics.collection_policy import NO_RULES
from analytics.collection_rules import ACTIONS, CollectionRules, Condition, TableRow
from analytics.errors import RefusedError
from services.credit.policy_files import read_policy

POLICY = read_policy()
RULES = POLICY.collection.rules
GRADES = POLICY.credit.grade_keys
KEYS = [e.key for e in RULES.exceptions]
SMALL = CollectionRules((0, 10), (TableRow("A", ("none", "sms")), TableRow("-", ("none", "visit"))))


@given(st.sampled_from((*GRADES, "-")), st.integers(0, len(RULES.edges) - 1), st.sampled_from(ACTIONS))
def test_a_cell_is_changed_alone(grade: str, band: int, action: str) -> None:
    made = edits.with_cell(RULES, grade, band, action)
    for row, was in zip(made.table, RULES.table, strict=True):
        for place, (now, before) in enumerate(zip(row.actions, was.actions, strict=True)):
            assert now == (action if (row.grade, place) == (grade, band) else before)
    assert (made.edges, made.exceptions) == (RULES.edges, RULES.exceptions)


def test_bands_come_go_and_move() -> None:
    more = edits.with_band(SMALL)
    assert more.edges == (0, 10, 40) and [r.actions[2] for r in more.table] == ["sms", "visit"]
    assert edits.without_band(more, 2) == SMALL
    less = edits.without_band(more, 1)
    assert less.edges == (0, 40) and [r.actions for r in less.table] == [("none", "sms"), ("none", "visit")]
    assert edits.with_edge(SMALL, 1, 5).edges == (0, 5)
    wrong = (lambda: edits.with_edge(SMALL, 1, 0), lambda: edits.with_edge(SMALL, 0, 1))
    for make in (*wrong, lambda: edits.without_band(SMALL, 0)):
        with pytest.raises(RefusedError):
            make()
    with pytest.raises(RefusedError):
        made = SMALL
        for _ in range(20):
            made = edits.with_band(made)


def test_rows_are_made_for_grades_that_have_none() -> None:
    made = edits.with_rows(SMALL, ("A", "B", "C", "-"))
    assert [(r.grade, r.actions[1]) for r in made.table] == [
        ("A", "sms"),
        ("B", "visit"),
        ("C", "visit"),
        ("-", "visit"),
    ]
    assert edits.with_rows(RULES, (*GRADES, "-")) == RULES
    empty = edits.with_rows(NO_RULES, ("A", "-"))
    assert [r.actions for r in empty.table] == [("none",), ("none",)]
    assert check(empty, ("A",)) == []


@given(st.sampled_from(KEYS), st.integers(-12, 12))
def test_an_exception_moves_and_the_others_keep_their_order(key: str, by: int) -> None:
    order = [e.key for e in edits.moved(RULES, key, by).exceptions]
    assert order.index(key) == min(max(KEYS.index(key) + by, 0), len(KEYS) - 1)
    assert [k for k in order if k != key] == [k for k in KEYS if k != key]


def test_an_exception_goes_and_comes_back_or_is_replaced() -> None:
    small = edits.exempt_in(RULES, "small")
    less = edits.without(RULES, "small")
    assert small not in less.exceptions and len(less.exceptions) == len(KEYS) - 1
    assert edits.with_exempt(less, small).exceptions[-1] == small
    other = replace(small, when=(Condition("owed_now", "<", 50.0),))
    made = edits.with_exempt(RULES, other)
    assert [e.key for e in made.exceptions] == KEYS and edits.exempt_in(made, "small") == other
    for make in (lambda: edits.without(RULES, "gone"), lambda: edits.moved(RULES, "gone", 1)):
        with pytest.raises(RefusedError):
            make()


def test_a_row_may_be_allowed_to_grow_milder() -> None:
    falls = edits.with_cell(SMALL, "A", 0, "phone")
    assert [e.key for e in check(falls, ("A",))] == ["collection_row_milder"]
    assert check(edits.with_milder(falls, "A", milder=True), ("A",)) == []
    with pytest.raises(RefusedError):
        edits.with_cell(SMALL, "B", 0, "phone")
