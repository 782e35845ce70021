"""Grades from scores, the rules outside the arithmetic, and cut-offs solved from household ranges."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import cutoffs, grading
from analytics.credit_policy import CreditRules, Rule
from analytics.cutoffs import Range
from analytics.errors import RefusedError
from analytics.evaluation import Evaluated, evaluate
from analytics.grading import UNGRADED, Bounds
from tests.analytics.credit_worlds import codes_of, default_policy, random_values

CREDIT = default_policy().credit
RESIDENT = CREDIT.models[0]
CLEAN = {"customer_years": 5.0, "arrears_12m": 0.0, "months_since_arrear": np.inf, "overdue_bills": 0.0}
CLEAN |= {"theft_years": np.inf, "overdue_days": 0.0}


def graded(
    score: float, previous: int = UNGRADED, credit: CreditRules = CREDIT, **values: float
) -> tuple[str, list[str]]:
    """The grade and the rules of one customer with a given score."""
    one = {k: np.array([v]) for k, v in {**CLEAN, **values}.items()}
    evaluated = Evaluated({}, np.full((1, 5), 0.2), np.array([score]), np.ones(1))
    result = grading.grade(credit, RESIDENT, evaluated, one, np.array([previous]))
    return result.names(credit.grade_keys)[0], result.rules()[0]


def test_cutoffs_are_reached_from_above_and_ties_of_rounding_count_as_reached() -> None:
    found = grading.by_cutoffs([100, 90, 90 - 1e-12, 89.9, 10, np.nan], (90, 75, 60))
    assert found.tolist() == [0, 0, 0, 1, 3, UNGRADED]


def test_largest_membership_with_its_tie() -> None:
    position, tied = grading.max_membership([[0.2, 0.5, 0.3], [0.4, 0.4, 0.2], [np.nan] * 3])
    assert position.tolist() == [1, 0, UNGRADED]
    assert tied.tolist() == [False, True, False]


def test_a_clean_customer_is_graded_by_the_score_alone() -> None:
    assert graded(95) == ("A", [])
    assert graded(76) == ("B", [])


@pytest.mark.parametrize(
    ("score", "facts", "expected", "rules"),
    [
        (95, {"theft_years": 2.9}, "E", ["theft"]),
        (20, {"theft_years": 0.5, "months_since_arrear": 1, "arrears_12m": 2}, "E", ["theft"]),
        (95, {"theft_years": 3.0}, "A", []),
        (95, {"overdue_bills": 0.01}, "B", ["uncleared"]),
        (95, {"overdue_bills": 0.01, "overdue_days": 14.0}, "B", ["uncleared"]),
        (95, {"overdue_bills": 0.01, "overdue_days": 15.0}, "C", ["due_debt", "uncleared"]),
        (95, {"overdue_bills": 0.01, "overdue_days": 90.0}, "C", ["due_debt", "uncleared"]),
        (95, {"overdue_bills": 0.01, "overdue_days": 91.0}, "D", ["due_debt", "long_debt", "uncleared"]),
        (
            95,
            {"overdue_bills": 0.01, "overdue_days": 366.0},
            "E",
            ["due_debt", "long_debt", "uncleared", "year_debt"],
        ),
        (95, {"arrears_12m": 5.1, "months_since_arrear": 1}, "D", ["many_arrears"]),
        (95, {"arrears_12m": 5.0, "months_since_arrear": 1}, "A", []),
        (95, {"customer_years": 0.2}, "C", ["new_customer"]),
        (50, {"customer_years": 0.2}, "C", ["new_customer"]),
        (95, {"customer_years": 0.2, "theft_years": 1}, "E", ["new_customer", "theft"]),
        (30, {"months_since_arrear": 6.0}, "C", ["repair"]),
        (30, {"months_since_arrear": 5.9}, "E", []),
        (30, {"months_since_arrear": 7, "arrears_12m": 6.0}, "C", ["many_arrears", "repair"]),
        (95, {"theft_years": np.nan, "overdue_bills": np.nan}, "A", []),
    ],
)
def test_rules_stand_outside_the_arithmetic(
    score: float, facts: dict[str, float], expected: str, rules: list[str]
) -> None:
    grade, fired = graded(score, **facts)
    assert (grade, sorted(fired)) == (expected, sorted(rules))


def test_at_most_one_grade_up_in_a_year() -> None:
    assert graded(95, previous=3) == ("C", ["one_up"])
    assert graded(95, previous=1) == ("A", [])
    assert graded(50, previous=0) == ("C", ["repair"])
    assert graded(95, previous=UNGRADED) == ("A", [])


def test_a_rule_can_be_switched_off_and_is_for_its_classes() -> None:
    off = replace(CREDIT, rules=tuple(replace(r, on=r.key != "theft") for r in CREDIT.rules))
    assert graded(95, credit=off, theft_years=1) == ("A", [])
    others = replace(CREDIT, rules=tuple(replace(r, classes=("01",)) for r in CREDIT.rules))
    assert graded(95, credit=others, theft_years=1) == ("A", [])


def test_the_rules_hold_for_customers_of_no_known_class() -> None:
    one = {k: np.array([v]) for k, v in {**CLEAN, "theft_years": 1.0}.items()}
    evaluated = Evaluated({}, np.full((1, 5), 0.2), np.array([95.0]), np.ones(1))
    unclassified = next(m for m in CREDIT.models if m.key == "unclassified")
    assert grading.grade(CREDIT, unclassified, evaluated, one).grade.tolist() == [4]


def test_unknown_customers_get_no_grade_whatever_the_rules_say() -> None:
    one = {k: np.array([v, v]) for k, v in {**CLEAN, "theft_years": 1.0}.items()}
    evaluated = Evaluated({}, np.full((2, 5), np.nan), np.array([np.nan, 95]), np.array([0, 0.1]))
    result = grading.grade(CREDIT, RESIDENT, evaluated, one)
    assert result.names(CREDIT.grade_keys).tolist() == [None, None]
    assert result.rules() == [[], []]


def test_better_facts_never_lower_the_grade() -> None:
    no_start = replace(CREDIT, rules=tuple(r for r in CREDIT.rules if r.effect != "start"))
    values = random_values(no_start, 600, 3)
    better = {**values}
    random = np.random.default_rng(0)
    for key in ("arrears_12m", "overdue_bills"):
        better[key] = values[key] - random.uniform(0, 4, 600)
    for key in ("months_since_arrear", "theft_years"):
        better[key] = values[key] + random.uniform(0, 4, 600)
    before, after = (
        grading.grade(no_start, RESIDENT, evaluate(no_start, RESIDENT, codes_of(v)), v)
        for v in (values, better)
    )
    assert (after.grade <= before.grade).all()
    assert (after.grade < before.grade).any()


def test_models_by_class_and_size() -> None:
    sized = replace(CREDIT.models[2], key="large", min_monthly_kwh=500_000.0)
    credit = replace(CREDIT, models=(sized, *CREDIT.models))
    found = grading.model_of(credit, ["01", "01", "03", "05", None], [600_000, np.nan, 1, 1, 1])
    assert found.tolist() == ["large", "hv", "resident", None, "unclassified"]


def by_brute_force(score: np.ndarray, ranges: list[Range], limits: Bounds | None) -> bool:
    """Whether any cuts between distinct scores meet the ranges."""
    levels = np.unique(score)[::-1]
    edges = np.concatenate([[levels[0] + 1], levels])
    wanted = [r.households(len(score)) for r in ranges]
    for cut in itertools.combinations_with_replacement(range(len(edges)), len(ranges) - 1):
        raw = np.zeros(len(score), dtype=np.int16)
        for c in cut:
            raw += score < edges[c]
        final = raw if limits is None else grading.within(raw, limits)
        sizes = [int((final == j).sum()) for j in range(len(ranges))]
        if all(low <= s <= high for s, (low, high) in zip(sizes, wanted, strict=True)):
            return True
    return False


@given(st.data())
def test_solved_cutoffs_hold_what_was_asked_and_refusals_are_right(data: st.DataObject) -> None:
    n, g = data.draw(st.integers(1, 9)), data.draw(st.integers(2, 4))
    score = np.array(data.draw(st.lists(st.integers(0, 6), min_size=n, max_size=n)), dtype=float)
    ranges = []
    for _ in range(g):
        low, more = data.draw(st.integers(0, n)), data.draw(st.integers(0, 3))
        ranges.append(Range(low, low + more, "number"))
    limits = None
    if data.draw(st.booleans()):
        best = np.array(data.draw(st.lists(st.integers(0, g - 1), min_size=n, max_size=n)), dtype=np.int16)
        more_ = np.array(data.draw(st.lists(st.integers(0, g - 1), min_size=n, max_size=n)), dtype=np.int16)
        limits = Bounds(best, np.minimum(best + more_, g - 1).astype(np.int16))
    possible = by_brute_force(score, ranges, limits)
    try:
        solved = cutoffs.solve(score, ranges, limits)
    except RefusedError:
        assert not possible
        return
    assert possible
    assert all(a > b for a, b in itertools.pairwise(solved.cutoffs))
    raw = grading.by_cutoffs(score, solved.cutoffs)
    final = raw if limits is None else grading.within(raw, limits)
    sizes = tuple(int((final == j).sum()) for j in range(g))
    assert sizes == solved.households
    for size, asked in zip(sizes, ranges, strict=True):
        low, high = asked.households(n)
        assert low <= size <= high


@pytest.mark.parametrize(
    ("score", "sizes", "cut"),
    [
        ([90.0, 80.0, 70.0], [1, 1, 1], (85.0, 75.0)),
        ([90.0, 89.93, 89.91], [1, 1, 1], (89.95, 89.92)),
        ([100.0, 99.99995, 0.0], [1, 1, 1], (99.99998, 50.0)),
        ([90.0, 80.0], [1, 0, 1], (86.5, 83.5)),
        ([90.0, 89.9999], [1, 0, 1], (89.99997, 89.99993)),
        ([3.000002, 3.000001], [1, 1], (3.0000015,)),
    ],
)
def test_solved_cutoffs_are_as_round_as_the_gap_allows(
    score: list[float], sizes: list[int], cut: tuple[float, ...]
) -> None:
    solved = cutoffs.solve(np.array(score), [Range(n, n, "number") for n in sizes])
    assert solved.cutoffs == pytest.approx(cut, abs=1e-9)
    found = grading.by_cutoffs(np.array(score), solved.cutoffs)
    assert [int((found == j).sum()) for j in range(len(sizes))] == sizes


@given(st.integers(-(10**8), 10**8), st.integers(1, 10**7), st.integers(1, 5))
def test_round_numbers_lie_inside_their_gap(low: int, gap: int, count: int) -> None:
    bottom, top = low / 1e6, (low + gap) / 1e6
    found = cutoffs.rounded(bottom, top, count)
    assert len(found) == count
    assert all(a > b for a, b in itertools.pairwise((top, *found, bottom)))


def test_shares_of_many_households() -> None:
    random = np.random.default_rng(0)
    score = random.normal(70, 15, 100_000)
    score[:50] = np.nan
    shares = [Range(0.1, 0.2), Range(0.3, 0.4), Range(0.0, 1.0), Range(0.05, 0.05), Range(0.02, 0.03)]
    solved = cutoffs.solve(score, shares)
    held = np.array(solved.households) / 99_950
    assert sum(solved.households) == 99_950
    for share, asked in zip(held, shares, strict=True):
        assert asked.low - 1e-4 <= share <= asked.high + 1e-4


def test_an_impossible_demand_says_what_is_possible() -> None:
    score = np.array([90.0] * 7 + [50.0] * 3)
    with pytest.raises(RefusedError) as refused:
        cutoffs.solve(score, [Range(4, 5, "number"), Range(5, 6, "number")])
    assert refused.value.key == "cutoffs_impossible"
    assert refused.value.params["position"] == 1
    assert refused.value.params["possible"] == "0, 7"


def test_vetoes_take_their_places_first() -> None:
    score = np.arange(10.0)
    vetoed = np.where(np.arange(10) >= 7, 2, 0).astype(np.int16)
    limits = Bounds(vetoed, np.full(10, 2, dtype=np.int16))
    with pytest.raises(RefusedError) as refused:
        cutoffs.solve(score, [Range(8, 8, "number"), Range(0, 9, "number"), Range(0, 9, "number")], limits)
    assert refused.value.params["possible"] == "7"
    solved = cutoffs.solve(
        score, [Range(2, 2, "number"), Range(3, 3, "number"), Range(5, 5, "number")], limits
    )
    assert solved.households == (2, 3, 5)


@pytest.mark.parametrize(
    ("ranges", "key"),
    [
        ([Range(0, 1, "number"), Range(0, 1, "number")], "cutoffs_sum"),
        ([Range(2, 3, "number"), Range(2, 3, "number")], "cutoffs_sum"),
        ([Range(0, 1)], "cutoffs_nothing"),
    ],
)
def test_demands_that_cannot_add_up(ranges: list[Range], key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        cutoffs.solve([1.0, 2.0, 3.0], ranges)


@pytest.mark.parametrize(
    "bad", [(0.5, 0.2, "share"), (0.0, 1.5, "share"), (-1, 2, "number"), (0, 1, "dozen")]
)
def test_ranges_are_ranges(bad: tuple[float, float, str]) -> None:
    with pytest.raises(RefusedError, match="cutoffs_range"):
        Range(*bad)


def test_a_rule_needs_a_direction_it_cannot_break() -> None:
    with pytest.raises(RefusedError, match="policy_rule_direction"):
        Rule("r", "规", "R", "at_least", "A", "arrears_12m", ">", 3.0)
