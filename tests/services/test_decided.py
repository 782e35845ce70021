"""What grading reads of the state: facts by hand without look-ahead, and the year's grades before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from analytics import indicators
from analytics.credit_policy import Rule
from analytics.grade_count import with_grade_count
from data.errors import InputError
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit import customer_credit, grading
from services.credit.backtest import back_test
from services.credit.backtest_files import _plain, path_of
from services.credit.policy_files import read_policy
from services.decided import facts_by_hand, inputs
from tests.actors import by
from tests.data.test_state_grades import grades, publish
from tests.figures.world import World

POLICY = read_policy()
DAY = date(2024, 12, 31)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


def enter(state: State, cons_no: str, value: float, on: date, fact: str = "reviewer_rating") -> int:
    return state.record_fact(cons_no, fact, value, "report", on, "sun", "li").id


def test_nothing_decided_is_nothing(state: State) -> None:
    assert inputs.decided(None, DAY) is inputs.NOTHING
    assert inputs.decided(state, DAY) is inputs.NOTHING and inputs.NOTHING.key == ""


def test_facts_by_hand_reach_the_indicators_from_their_day_on(state: State) -> None:
    world = World()
    for number in ("1", "2"):
        world.customer(number)
    con = world.built()
    enter(state, "1", 40, date(2024, 3, 1))
    enter(state, "1", 90, date(2024, 9, 1))
    enter(state, "1", 10, date(2025, 1, 1))
    enter(state, "2", 3, date(2024, 5, 1), "court_notices")
    enter(state, "77", 50, date(2024, 1, 1))

    def value(key: str, on: date) -> list[float]:
        facts = inputs.decided(state, on).facts
        measured = grading.measure(con, on, POLICY.credit, facts=facts)
        known = indicators.known(key).codes(measured.values[key])
        assert np.array_equal(known, measured.codes[key]), "values and codes agree"
        return [float(v) for v in measured.values[key]]

    assert value("reviewer_rating", DAY)[0] == 90
    assert value("reviewer_rating", date(2024, 8, 31))[0] == 40
    assert np.isnan(value("reviewer_rating", date(2024, 2, 28))).all()
    assert np.isnan(value("reviewer_rating", DAY)[1])
    assert value("court_notices", DAY)[1] == 3
    withdrawn = state.facts("1")[1]
    before = inputs.decided(state, DAY).key
    state.withdraw_fact(withdrawn.id, "li", "wrong")
    assert value("reviewer_rating", DAY)[0] == 40
    assert inputs.decided(state, DAY).key != before


def test_promises_by_hand_are_the_share_of_those_broken_in_twelve_months(state: State) -> None:
    """Each entry is one promise; an old one, a later one and one taken back count for nothing."""
    world = World()
    world.customer("1")
    world.customer("2")
    con = world.built()

    def share(on: date) -> list[float]:
        facts = inputs.decided(state, on).facts
        return [
            float(v) for v in grading.measure(con, on, POLICY.credit, facts=facts).values["promises_broken"]
        ]

    enter(state, "1", 100, date(2023, 12, 31), "promises_broken")
    assert np.isnan(share(DAY)).all() and share(date(2024, 12, 30))[0] == 100
    for value, day in ((100, 10), (0, 10), (100, 11), (0, 12)):
        enter(state, "1", value, date(2024, day, 20), "promises_broken")
    assert share(DAY)[0] == 50 and np.isnan(share(DAY)[1])
    assert share(date(2024, 11, 30))[0] == pytest.approx(75), "of four, three were broken by then"
    state.withdraw_fact(state.facts("1")[2].id, "li", "paid by transfer")
    assert share(DAY)[0] == pytest.approx(67), "of the three of 2024 that stand, two were broken"


@pytest.mark.slow
def test_a_back_test_reads_what_was_decided_by_its_own_day(state: State, sample_warehouse: Path) -> None:
    broken = Rule("promise", "失信", "Broken", "at_most", "E", "promises_broken", ">", 50)
    policy = replace(POLICY, credit=replace(POLICY.credit, rules=(*POLICY.credit.rules, broken)))
    with open_snapshot(sample_warehouse) as db:
        as_of = db.meta.extract_on - timedelta(days=120)
        people = grading.measure(db, as_of, POLICY.credit).people
        firms = people.loc[people["class"] == "02", "cons_no"]
        none = back_test(db, policy, as_of)
        for number in firms:
            enter(state, number, 100, as_of + timedelta(days=1), "promises_broken")
        later = back_test(db, policy, as_of, state=state)
        assert repr(_plain(later)) == repr(_plain(none)), "a fact of the day after is not known"
        for number in firms:
            enter(state, number, 100, as_of, "promises_broken")
        known = back_test(db, policy, as_of, state=state)
        scope = Scope(as_of)
        assert path_of(db, policy, as_of, scope, state) != path_of(db, policy, as_of, scope)
    old, new = (r.by_model["lv_nonresident"].grades["customers"].to_list() for r in (none, known))
    assert new == [0, 0, 0, 0, sum(old)] and sum(old[:4]) > 0


@pytest.mark.parametrize(
    ("fact", "value"), [("arrears_12m", 1.0), ("nothing", 1.0), ("reviewer_rating", 101.0)]
)
def test_what_bills_tell_cannot_be_entered(state: State, fact: str, value: float) -> None:
    world = World()
    world.customer("1")
    db = world.built()
    with pytest.raises(InputError, match=r"fact_not_enterable|fact_out_of_range"):
        facts_by_hand.record_fact(db, state, by("li"), "1", fact, value, "report", DAY, "sun")
    assert state.facts() == []


def test_the_year_before_is_that_of_twelve_months_ago(state: State) -> None:
    first = publish(state, grades(["1"]), (date(2024, 1, 1), date(2024, 12, 31)))
    second = publish(state, grades(["1"]), (date(2025, 1, 1), date(2025, 12, 31)))
    assert (first.as_of, second.as_of) == (date(2023, 12, 31), date(2024, 12, 31))

    def found(on: date) -> int | None:
        before = inputs.year_before(state, on)
        return before.id if before else None

    assert found(date(2024, 6, 30)) is None, "a grade of the same year is not last year's"
    assert found(date(2024, 12, 31)) == first.id
    assert found(date(2025, 6, 30)) == first.id
    assert found(date(2025, 12, 31)) == found(date(2025, 12, 1)) == second.id
    assert found(date(2026, 12, 31)) == second.id
    assert found(date(2027, 1, 1)) is None, "too long ago"
    assert found(date(2023, 12, 31)) is None


@pytest.mark.parametrize(
    ("held", "count", "best"),
    [
        *(("E", 3, "B"), ("B", 3, "A"), ("C", 7, "B")),
        *(
            pytest.param(*same, marks=pytest.mark.full)
            for same in (("D", 3, "B"), ("E", 2, "A"), ("E", 7, "D"), ("E", 5, "D"))
        ),
    ],
)
def test_a_grade_that_is_no_more_still_limits_the_rise(
    state: State, held: str, count: int, best: str
) -> None:
    """With fewer grades than last year the lowest of then stands at the lowest of now."""
    policy = replace(POLICY, credit=with_grade_count(POLICY.credit, count))
    told = grades(["1"], held)
    told = told.set_column(told.schema.get_field_index("computed"), "computed", told["grade"])
    publish(state, told, (date(2024, 1, 1), date(2024, 12, 31)), policy=POLICY.to_toml())
    world = World()
    world.customer("1", built_on=date(2015, 1, 1))
    for month in range(1, 13):
        bill = world.bill("1", 202400 + month, 9_000, date(2024, month, 5), date(2024, month, 20), kwh=90.0)
        world.receipt(bill, 9_000, date(2024, month, 10))
    con = world.built()
    known = inputs.decided(state, DAY)
    [row] = grading.grade_table(con, policy, DAY, known.held_before(policy.credit.grade_keys))[0].to_pylist()
    assert row["grade"] == best and ("one_up" in row["rules"]) == (best != "A")
    decided_for = customer_credit.decided_for(state, "1", [DAY])
    [(key,)] = con.execute("select cons_key from dim_customer").fetchall()
    [alone] = customer_credit.credit_on(con, policy, key, decided_for)
    assert alone.grade == best


def test_last_years_grade_is_read_as_people_left_it(state: State) -> None:
    publish(state, grades(["1", "2", "3"]), (date(2024, 1, 1), date(2024, 12, 31)))
    state.overrule("2", "A", date(2024, 6, 1), date(2025, 6, 30), "li", "evidence")
    objection = state.object_to(1, "3", "I paid", date(2024, 8, 1), "li")
    assert inputs.decided(state, DAY).previous == {"1": "C", "2": "A", "3": "C"}
    before = inputs.decided(state, DAY).key
    state.review(objection.id, "changed", "B", date(2024, 9, 1), "wang", "checked")
    assert inputs.decided(state, DAY).previous == {"1": "C", "2": "A", "3": "B"}
    assert inputs.decided(state, DAY).key not in ("", before)
