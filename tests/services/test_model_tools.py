"""Operators compared, one customer worked by hand, what other rules change, fitted proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from analytics import indicators, weights
from analytics.evaluation import evaluate
from analytics.fuzzy import OPERATORS
from analytics.grading import by_cutoffs, max_membership
from analytics.policy_edits import model_in, weighting_in, with_factor, with_judgement, with_weighting
from data.ask.credit_queries import customer_keys
from data.errors import InputError
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import (
    fitting,
    graded,
    grading,
    model_facts,
    moved_judgements,
    operators,
    slim,
    worked_example,
)
from services.credit.policy_files import read_policy

POLICY = read_policy()
CREDIT = POLICY.credit


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Iterator[Snapshot]:
    with open_snapshot(sample_warehouse) as opened:
        yield opened


@pytest.fixture(scope="module")
def measured(db: Snapshot) -> grading.Measured:
    return grading.measure(db, db.meta.extract_on, CREDIT)


def test_scope_is_the_units_and_classes_of_the_newest_bill(db: Snapshot, measured: grading.Measured) -> None:
    unit = str(db.cursor().execute("select left(max(org_no), 7) from dim_segment").df().iloc[0, 0])
    scope = Scope(db.meta.extract_on, orgs=(unit,), classes=("03",), allowed_orgs=(unit[:5],))
    expected = db.cursor().execute(
        "select cons_no from dim_customer join dim_segment using (segment_key)"
        " where starts_with(dim_segment.org_no, ?) and class = '03'",
        [unit],
    )
    found = measured.people["cons_no"].iloc[customer_keys(db, scope)]
    assert set(found) == {row[0] for row in expected.fetchall()} and len(found) > 3
    outside = replace(scope, allowed_orgs=("99",))
    assert not len(customer_keys(db, outside))
    assert len(customer_keys(db, Scope(db.meta.extract_on))) == len(measured.people)


@pytest.mark.parametrize("key", ["on_time_share", "months_since_arrear", "promises_broken", "capacity"])
def test_a_spread_is_what_the_values_say(measured: grading.Measured, key: str) -> None:
    rows = np.arange(len(measured.people))
    known = indicators.known(key)
    values = measured.values[key][~np.isnan(measured.values[key])].clip(known.low, known.high)
    found = model_facts.spread(measured, key, rows)
    assert (found.known, found.customers) == (len(values), len(rows))
    if len(values):
        expected = np.quantile(values, model_facts.QUANTILES, method="inverted_cdf")
        assert found.quantiles() == pytest.approx(expected, abs=known.precision * 1.01)
        edges, shares = found.bins(known.low, known.high)
        assert shares.sum() == pytest.approx(1) and len(edges) == len(shares) + 1
    else:
        assert np.isnan(found.quantiles()).all()


def test_entropy_weights_are_those_of_the_values(measured: grading.Measured) -> None:
    model = model_in(CREDIT, "resident")
    rows = model_facts.rows_of(CREDIT, measured, "resident")
    group = model.groups[0]
    table, directions = [], []
    for f in group.factors:
        known = indicators.known(f.indicator)
        table.append(measured.values[f.indicator][rows].clip(known.low, known.high))
        directions.append(known.direction)
    expected = weights.entropy(np.column_stack(table), directions, "minmax")
    assert model_facts.entropy_of_factors(measured, group, rows) == pytest.approx(expected, abs=6e-5)
    nobody = model_facts.entropy_of_groups(CREDIT, measured, model_in(CREDIT, "hv"), rows[:0])
    assert nobody == pytest.approx((1 / 3,) * 3, abs=1e-4)


@pytest.mark.parametrize("key", ["resident", "lv_nonresident", "hv"])
def test_operators_agree_with_one_evaluation_each(measured: grading.Measured, key: str) -> None:
    model = model_in(CREDIT, key)
    rows = model_facts.rows_of(CREDIT, measured, key)
    found = operators.compare_operators(CREDIT, measured, model, rows)
    codes = {k: measured.codes[k][rows] for k in model.indicator_keys}
    positions = {}
    for name in OPERATORS:
        done = evaluate(replace(CREDIT, operator=name), model, codes)
        ungraded = ~(done.coverage >= CREDIT.min_coverage) | ~(done.coverage > 0)
        cut = np.where(ungraded, -1, by_cutoffs(done.score, model.cutoffs))
        positions[name] = cut
        line = found.distribution[
            (found.distribution["operator"] == name) & (found.distribution["method"] == "weighted_average")
        ].iloc[0]
        assert [line[j] for j in range(5)] == [(cut == j).sum() for j in range(5)]
        tied = max_membership(done.total)[1] & ~ungraded
        assert found.ties.set_index("operator").loc[name, "tied"] == pytest.approx(tied.mean())
    for a in OPERATORS:
        for b in OPERATORS:
            assert found.agreement.loc[a, b] == pytest.approx((positions[a] == positions[b]).mean())
    part = operators.compare_operators(CREDIT, measured, model, rows, most=10)
    assert part.compared <= 10 and part.customers == len(rows)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("key", ["resident", "hv"])
def test_the_worked_example_ends_where_the_evaluation_does(
    measured: grading.Measured, key: str, operator: str
) -> None:
    credit = replace(CREDIT, operator=operator)
    model = model_in(credit, key)
    rows = model_facts.rows_of(credit, measured, key)
    graded = {m.model.key: m for m in grading.grade_all(credit, measured, with_parts=False)}[key]
    place = {int(r): i for i, r in enumerate(graded.rows)}
    for kind in worked_example.KINDS:
        row = worked_example.pick(credit, model, measured, rows, kind)
        if row is None:
            assert kind == "tie"
            continue
        found = worked_example.worked(credit, model, measured, row)
        i = place[row]
        assert found.score == pytest.approx(graded.evaluated.score[i], abs=1e-9)
        assert found.total == pytest.approx(tuple(graded.evaluated.total[i]), abs=1e-9)
        assert found.grade == graded.graded.names(credit.grade_keys)[i]
        assert list(found.rules) == graded.graded.rules()[i]
        if kind == "tie":
            assert found.tied
        for group in found.groups:
            if group.weight > 0:
                assert sum(s.weight for s in group.factors) == pytest.approx(1)


def test_an_unknown_customer_has_no_grade_however_worked(measured: grading.Measured) -> None:
    model = model_in(CREDIT, "resident")
    blank = replace(
        measured,
        values={k: np.full(1, np.nan) for k in measured.values},
        codes={k: np.array([indicators.known(k).steps]) for k in measured.codes},
    )
    found = worked_example.worked(CREDIT, model, blank, 0)
    assert np.isnan(found.score) and found.grade is None and found.coverage == 0
    assert worked_example.pick(CREDIT, model, blank, np.array([0]), "median") is None


def test_tried_weights_are_graded_as_the_grading_itself(measured: grading.Measured) -> None:
    """Of customers laid out once, by rules that leave them where they are."""
    weighting = weighting_in(model_in(CREDIT, "resident"), "behaviour")
    tried = with_weighting(POLICY, "resident", "behaviour", with_judgement(weighting, 0, 1, 9.0))
    factor = replace(model_in(CREDIT, "hv").groups[0].factors[0], points=(80.0, 85.0, 90.0, 99.0, 100.0))
    credit = with_factor(tried, "hv", factor).credit
    assert slim.whose(credit) == slim.whose(CREDIT)
    given = slim.scored(credit, measured, slim.laid_out(CREDIT, measured))
    assert given.key == slim.slim_of(credit, measured).key != slim.slim_of(CREDIT, measured).key
    found = graded.graded(credit, given)
    for m in grading.grade_all(credit, measured, with_parts=False):
        assert np.array_equal(found.grades[m.model.key], m.graded.grade)
        assert np.array_equal(graded.part_of(found, m.model.key).rows, m.rows)


def test_moved_judgements_change_no_grade_where_nothing_moves(measured: grading.Measured) -> None:
    rows = model_facts.rows_of(CREDIT, measured, "resident")
    weighting = weighting_in(model_in(CREDIT, "resident"), "behaviour")
    now = weighting.weights(8, CREDIT.random_index)
    turned = now[::-1]
    others = [
        with_weighting(POLICY, "resident", "behaviour", moved_judgements.drawn_weighting(weighting, w)).credit
        for w in (now, turned)
    ]
    same, changed = moved_judgements.grade_changes(CREDIT, others, "resident", measured, rows)
    assert same == 0 and changed > 0
    assert moved_judgements.grade_changes(CREDIT, others, "resident", measured, rows[:0]) == []


@pytest.mark.slow
def test_a_proposal_is_judged_where_it_did_not_learn(db: Snapshot) -> None:
    scope = Scope(db.meta.extract_on)
    found = fitting.propose(db, CREDIT, "resident", scope)
    assert found.learnt_at < found.judged_at
    assert found.judged_at + timedelta(days=found.days) <= scope.as_of
    assert sum(found.fitted.values()) == pytest.approx(1) and min(found.fitted.values()) >= 0
    assert set(found.fitted) == set(found.now) == set(found.factor_auc)
    assert 0.5 < found.auc_fitted[1] <= 1 and 0.5 < found.auc_now[1] <= 1
    with pytest.raises(InputError, match="backtest_nothing"):
        fitting.propose(db, CREDIT, "resident", replace(scope, allowed_orgs=("99",)))
