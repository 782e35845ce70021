"""Two gradings beside a plain loop: facts, moves, other classes, cut-offs solved and lowered."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.credit_policy import CreditRules
from analytics.cutoffs import Range
from analytics.errors import RefusedError
from analytics.grade_count import with_grade_count
from analytics.policy import Policy
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import demand, estimates, graded, grading, moves, slim
from services.credit.graded import Graded
from services.credit.policy_files import SHIPPED, read_policy
from tests.attack.sizes import CUTOFFS, how_many

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


def by_model(credit: CreditRules, scores: slim.Slim) -> dict[str, np.ndarray]:
    return dict(graded.graded(credit, scores).grades)


def test_grades_are_those_of_the_grading_itself(snapshot: Snapshot, scores: slim.Slim) -> None:
    measured = grading.measure(snapshot, DAY, POLICY.credit)
    found = by_model(POLICY.credit, scores)
    for model, part in zip(grading.grade_all(POLICY.credit, measured), scores.parts, strict=True):
        assert np.array_equal(model.rows, part.rows)
        assert np.array_equal(model.graded.grade, found[part.model])
    again = slim.slim(snapshot, POLICY.credit, DAY)
    assert [p.score.tobytes() for p in again.parts] == [p.score.tobytes() for p in scores.parts]


def plainly(old: Graded, new: Graded) -> tuple[Counter, Counter, set[int]]:
    """Households and overdue money (fen) by model, old and new grade, and who moves, customer by customer."""
    stands: list[dict[int, tuple[str, str, int]]] = []
    for side in (old, new):
        names = [*side.keys, ""]
        stands.append(
            {
                int(key): (part.model, names[place], int(fen))
                for part in side.given.parts
                for key, place, fen in zip(part.rows, side.grades[part.model], part.overdue, strict=True)
            }
        )
    before, after = stands
    households, money, movers = Counter(), Counter(), set()
    for key in before.keys() | after.keys():
        model, _, fen = after.get(key) or before[key]
        cell = (model, before.get(key, ("", "", 0))[1], after.get(key, ("", "", 0))[1])
        households[cell] += 1
        money[cell] += fen
        if cell[1] != cell[2]:
            movers.add(key)
    return households, money, movers


def held_to_a_plain_loop(old: Graded, new: Graded) -> None:
    households, money, who = plainly(old, new)
    found = moves.flows(old, new)
    cells = found.set_index(["model", "old", "new"])
    assert cells["households"].to_dict() == dict(households)
    assert cells["overdue"].to_dict() == {cell: money[cell] for cell in households}
    for side, one in (("old", old), ("new", new)):
        assert moves.by_grade(found, side, one.keys)["households"].sum() == households.total()
    rows = moves.movers(old, new).to_pylist()
    assert {r["cons_key"] for r in rows} == who
    assert [r["overdue"] for r in rows] == sorted((r["overdue"] for r in rows), reverse=True)
    assert moves.movers(old, new, most=3).to_pylist() == rows[:3]
    for model in {m for m, _, _ in households}:
        alone = moves.flows(old, new, [model])
        assert alone["households"].sum() == sum(n for (m, _, _), n in households.items() if m == model)


@settings(max_examples=how_many(CUTOFFS))  # the loop is slow
@given(cuts=CUTS)
def test_facts_equal_a_plain_loop_and_add_up(scores: slim.Slim, cuts: tuple[float, ...]) -> None:
    old, new = graded.graded(POLICY.credit, scores), graded.graded(with_cuts(cuts), scores)
    held_to_a_plain_loop(old, new)
    found = moves.over_models(moves.flows(old, new))
    moved = moves.moves(found, KEYS, KEYS)
    assert moved.up is not None and moved.down is not None
    assert moved.up + moved.down <= moved.changed == len(plainly(old, new)[2])


@pytest.mark.parametrize("other", ["wuhan", "fewer customers", "turned about", "a model less", "no models"])
def test_rules_for_other_customers_are_compared_alike(
    snapshot: Snapshot, scores: slim.Slim, other: str
) -> None:
    """Whom a side's models do not grade has no grade there; nobody is lost and nobody counted twice."""
    models = POLICY.credit.models
    credit = {
        "wuhan": read_policy(SHIPPED["wuhan_2005"]).credit,
        "fewer customers": replace(
            POLICY.credit, models=tuple(replace(m, min_monthly_kwh=m.min_monthly_kwh + 150.0) for m in models)
        ),
        "turned about": replace(POLICY.credit, models=models[::-1]),
        "a model less": replace(POLICY.credit, models=models[1:]),
        "no models": replace(POLICY.credit, models=()),
    }[other]
    old, new = (
        graded.graded(POLICY.credit, scores),
        graded.graded(credit, slim.slim(snapshot, credit, DAY)),
    )
    held_to_a_plain_loop(old, new)
    held_to_a_plain_loop(new, old)
    both = moves.beside(
        *(moves.by_grade(moves.flows(old, new), s, x.keys) for s, x in (("old", old), ("new", new)))
    )
    assert both["old_households"].sum() == both["new_households"].sum()
    assert both["grade"].tolist()[-1] == "" and both["grade"].is_unique


@given(cuts=CUTS, which=st.integers(0, 3), by=st.floats(0.01, 50))
def test_lowering_a_cut_off_worsens_nobody(
    scores: slim.Slim, cuts: tuple[float, ...], which: int, by: float
) -> None:
    low = list(cuts)
    low[which] -= by
    for i in range(which + 1, 4):
        low[i] = min(low[i], low[i - 1] - 0.001)
    before, after = by_model(with_cuts(cuts), scores), by_model(with_cuts(tuple(low)), scores)
    for part in scores.parts:
        assert (after[part.model] <= before[part.model]).all()


def test_solved_cut_offs_hold_what_was_asked_and_an_impossible_demand_is_refused(scores: slim.Slim) -> None:
    part, limits = scores.parts[0], slim.limits(POLICY.credit, scores)[0]
    held = demand.households(by_model(POLICY.credit, scores)[part.model], 5)
    found = demand.solved(part, [Range(n, n, "number") for n in held], limits)
    credit = with_cuts(found.cutoffs)
    assert demand.households(by_model(credit, scores)[part.model], 5) == held
    with pytest.raises(RefusedError) as refused:
        demand.solved(part, [Range(0, 1, "number")] * 5, limits)
    assert refused.value.key == "cutoffs_sum"


@pytest.mark.parametrize("count", [2, 3, 4, 6, 9, 12])
def test_another_number_of_grades_is_a_policy_that_grades(snapshot: Snapshot, count: int) -> None:
    credit = with_grade_count(POLICY.credit, count)
    assert len(credit.grades) == count and all(len(m.cutoffs) == count - 1 for m in credit.models)
    policy = replace(POLICY, credit=credit)
    assert Policy.from_toml(policy.to_toml()) == policy
    found = slim.slim(snapshot, credit, DAY)
    assert all(g.max(initial=-1) < count for g in by_model(credit, found).values())


def test_estimates_stay_within_what_there_is(snapshot: Snapshot, scores: slim.Slim) -> None:
    past = slim.slim(snapshot, POLICY.credit, estimates.window(DAY))
    became = estimates.outcomes(snapshot, past, DAY)
    now, then = graded.graded(POLICY.credit, scores), by_model(POLICY.credit, past)
    for part, outcome in zip(scores.parts, became, strict=True):
        assert (outcome.collected <= outcome.overdue).all() and (outcome.collected >= 0).all()
        frame = moves.flows(now, now, [part.model])
        held = moves.by_grade(frame, "new", KEYS)
        rates = estimates.rates(outcome, then[part.model], len(KEYS))
        made = estimates.estimate(POLICY.collection, KEYS, held, rates)
        for guess in (made.collected, made.cost, made.bothered):
            assert guess.low <= guess.value + 1e-6 and guess.value <= guess.high + 1e-6
        assert made.collected.high <= held["overdue"].sum()
        assert made.bothered.high <= held["households"].sum()
