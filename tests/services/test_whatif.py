"""The what-if beside a plain loop: facts, moves, solved cut-offs, and that a lower cut-off worsens nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.credit_policy import CreditRules
from analytics.cutoffs import Range
from analytics.errors import RefusedError
from analytics.grade_count import with_grade_count
from analytics.policy import Policy
from data.warehouse import Snapshot, open_snapshot
from services.credit import estimates, grading, slim, whatif
from services.credit.policy_files import read_policy

DAY = date(2026, 10, 31)
POLICY = read_policy()
KEYS = POLICY.credit.grade_keys
CUTS = st.lists(st.integers(0, 200), min_size=4, max_size=4, unique=True).map(
    lambda halves: tuple(sorted((h / 2 for h in halves), reverse=True))
)


@pytest.fixture(scope="module")
def snapshot(sample_warehouse: Path) -> Snapshot:
    return open_snapshot(sample_warehouse)


@pytest.fixture(scope="module")
def scores(snapshot: Snapshot) -> slim.Slim:
    return slim.slim(snapshot, POLICY.credit, DAY)


def with_cuts(cuts: tuple[float, ...]) -> CreditRules:
    return replace(POLICY.credit, models=tuple(replace(m, cutoffs=cuts) for m in POLICY.credit.models))


def graded(credit: CreditRules, scores: slim.Slim) -> dict[str, np.ndarray]:
    return slim.graded(credit, scores, slim.limits(credit, scores))


def test_grades_are_those_of_the_grading_itself(snapshot: Snapshot, scores: slim.Slim) -> None:
    measured = grading.measure(snapshot, DAY, POLICY.credit)
    found = graded(POLICY.credit, scores)
    for model, part in zip(grading.grade_all(POLICY.credit, measured), scores.parts, strict=True):
        assert np.array_equal(model.rows, part.rows)
        assert np.array_equal(model.graded.grade, found[part.model])
    again = slim.slim(snapshot, POLICY.credit, DAY)
    assert [p.score.tobytes() for p in again.parts] == [p.score.tobytes() for p in scores.parts]


@given(cuts=CUTS)
def test_facts_equal_a_plain_loop_and_add_up(scores: slim.Slim, cuts: tuple[float, ...]) -> None:
    old, new = graded(POLICY.credit, scores), graded(with_cuts(cuts), scores)
    for part in scores.parts:
        told = Counter()
        money = Counter()
        for a, b, fen in zip(old[part.model], new[part.model], part.overdue.tolist(), strict=True):
            cell = ([*KEYS, ""][a], [*KEYS, ""][b])
            told[cell] += 1
            money[cell] += fen
        frame = whatif.flows(part, old[part.model], new[part.model], KEYS, KEYS)
        assert {(r.old, r.new): r.households for r in frame.itertuples()} == dict(told)
        assert {(r.old, r.new): r.overdue for r in frame.itertuples()} == {k: money[k] for k in told}
        for side in ("old", "new"):
            assert whatif.by_grade(frame, side, KEYS)["households"].sum() == len(part.rows)
        moved = whatif.moves(frame, KEYS, KEYS)
        assert moved.up is not None and moved.down is not None
        assert moved.up + moved.down == moved.changed == int((old[part.model] != new[part.model]).sum())


@given(cuts=CUTS, which=st.integers(0, 3), by=st.floats(0.01, 50))
def test_lowering_a_cut_off_worsens_nobody(
    scores: slim.Slim, cuts: tuple[float, ...], which: int, by: float
) -> None:
    low = list(cuts)
    low[which] -= by
    for i in range(which + 1, 4):
        low[i] = min(low[i], low[i - 1] - 0.001)
    before, after = graded(with_cuts(cuts), scores), graded(with_cuts(tuple(low)), scores)
    for part in scores.parts:
        assert (after[part.model] <= before[part.model]).all()


def test_movers_are_those_who_move(scores: slim.Slim) -> None:
    old, new = graded(POLICY.credit, scores), graded(with_cuts((99.0, 90.0, 80.0, 70.0)), scores)
    rows = whatif.movers(scores, old, new, KEYS, KEYS).to_pylist()
    wanted = {
        int(k)
        for p in scores.parts
        for k, a, b in zip(p.rows, old[p.model], new[p.model], strict=True)
        if a != b
    }
    assert rows and {r["cons_key"] for r in rows} == wanted
    overdue = [r["overdue"] for r in rows]
    assert overdue == sorted(overdue, reverse=True)
    assert whatif.movers(scores, old, new, KEYS, KEYS, most=3).to_pylist() == rows[:3]


def test_solved_cut_offs_hold_what_was_asked_and_an_impossible_demand_is_refused(scores: slim.Slim) -> None:
    part, limits = scores.parts[0], slim.limits(POLICY.credit, scores)[0]
    held = whatif.households(part, graded(POLICY.credit, scores)[part.model], 5)
    found = whatif.solved(part, [Range(n, n, "number") for n in held], limits)
    credit = with_cuts(found.cutoffs)
    assert whatif.households(part, graded(credit, scores)[part.model], 5) == held
    with pytest.raises(RefusedError) as refused:
        whatif.solved(part, [Range(0, 1, "number")] * 5, limits)
    assert refused.value.key == "cutoffs_sum"


@pytest.mark.parametrize("count", [2, 3, 4, 6, 9, 12])
def test_another_number_of_grades_is_a_policy_that_grades(snapshot: Snapshot, count: int) -> None:
    credit = with_grade_count(POLICY.credit, count)
    assert len(credit.grades) == count and all(len(m.cutoffs) == count - 1 for m in credit.models)
    policy = replace(POLICY, credit=credit)
    assert Policy.from_toml(policy.to_toml()) == policy
    found = slim.slim(snapshot, credit, DAY)
    assert all(g.max(initial=-1) < count for g in graded(credit, found).values())


def test_estimates_stay_within_what_there_is(snapshot: Snapshot, scores: slim.Slim) -> None:
    past = slim.slim(snapshot, POLICY.credit, estimates.window(DAY))
    became = estimates.outcomes(snapshot, past, DAY)
    now, then = graded(POLICY.credit, scores), graded(POLICY.credit, past)
    for part, outcome in zip(scores.parts, became, strict=True):
        assert (outcome.collected <= outcome.overdue).all() and (outcome.collected >= 0).all()
        frame = whatif.flows(part, now[part.model], now[part.model], KEYS, KEYS)
        held = whatif.by_grade(frame, "new", KEYS)
        rates = estimates.rates(outcome, then[part.model], len(KEYS))
        made = estimates.estimate(POLICY.credit.collection, KEYS, held, rates)
        for guess in (made.collected, made.cost, made.bothered):
            assert guess.low <= guess.value + 1e-6 and guess.value <= guess.high + 1e-6
        assert made.collected.high <= held["overdue"].sum()
        assert made.bothered.high <= held["households"].sum()
