"""One customer's credit equals the grading of all, reads nothing later, adds up, and rises as it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.policy import Policy
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit.customer_credit import Credit, DecidedFor, credit_on, month_ends, raising, raising_on
from services.credit.grading import grade_table
from services.credit.policy_files import DEFAULT, read_policy
from tests.attack.sizes import OF_A_GRADE, how_many

MONTH_END = date(2026, 8, 31)


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Snapshot:
    return open_snapshot(sample_warehouse)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT)


@pytest.fixture(scope="module")
def whole(db: Snapshot, policy: Policy) -> pd.DataFrame:
    return grade_table(db, policy, MONTH_END)[0].to_pandas().set_index("cons_no")


def picked(db: Snapshot, whole: pd.DataFrame) -> list[tuple[str, int]]:
    """A customer of every model and grade, two by the full run, with their keys."""
    told = db.cursor().execute("select cons_no, cons_key from dim_customer").fetchall()
    keys = {str(n): int(k) for n, k in told}
    chosen = whole.groupby(["model", "grade"]).head(how_many(OF_A_GRADE)).index
    return [(str(n), keys[str(n)]) for n in chosen]


@pytest.fixture(scope="module")
def each(db: Snapshot, policy: Policy, whole: pd.DataFrame) -> dict[str, Credit]:
    """What the own file of each of them says at the month end, asked of two days at once."""
    days = [DecidedFor(date(2026, 5, 31)), DecidedFor(MONTH_END)]
    return {no: credit_on(db, policy, key, days)[-1] for no, key in picked(db, whole)}


def test_one_customer_is_graded_as_among_all(
    each: dict[str, Credit], policy: Policy, whole: pd.DataFrame
) -> None:
    seen = set()
    for cons_no, now in each.items():
        row = whole.loc[cons_no]
        assert (now.model, now.grade, list(now.rules)) == (row["model"], row["grade"], list(row["rules"]))
        assert now.score == pytest.approx(row["score"], abs=1e-9)
        for f in now.factors:
            assert f.value == pytest.approx(row[f"ind_{f.indicator}"], nan_ok=True), f.indicator
        assert sum(f.gained for f in now.factors if not np.isnan(f.gained)) == pytest.approx(now.score)
        losses = [f.lost for f in now.factors if not np.isnan(f.lost)]
        assert losses == sorted(losses, reverse=True)
        assert now.score + sum(losses) == pytest.approx(policy.credit.scores[0])
        seen.add(now.model)
    assert {"resident", "lv_nonresident"} <= seen


def test_the_way_up_leads_up_and_nothing_smaller_does(each: dict[str, Credit], policy: Policy) -> None:
    """Every value between the customer's own and the target is tried through the grading itself."""
    from analytics import indicators
    from analytics.evaluation import evaluate
    from analytics.grading import grade

    tried = 0
    for now in each.values():
        found = raising(policy, now, None)
        if found is None or now.grade == policy.credit.grade_keys[0]:
            continue
        model = next(m for m in policy.credit.models if m.key == now.model)
        wanted = policy.credit.grade_keys.index(str(now.grade)) - 1

        def position(changed: dict[str, float], now=now, model=model) -> int:  # type: ignore[no-untyped-def]
            values = {k: np.array([v]) for k, v in {**(now.cleared or now.values), **changed}.items()}
            codes = {k: indicators.known(k).codes(values[k]) for k in model.indicator_keys}
            evaluated = evaluate(policy.credit, model, codes)
            return int(grade(policy.credit, model, evaluated, values).grade[0])

        if found.cheapest:
            ways = {c.indicator: c.target for c in found.cheapest if c != found.pay}
            assert position(ways) <= wanted
        for change in found.single:
            tried += 1
            known = indicators.known(change.indicator)
            assert known.changeable and position({change.indicator: change.target}) <= wanted
            low, high = sorted((change.value, change.target))
            between = [v for v in known.grid() if low < v < high]
            assert all(
                position({change.indicator: float(v)}) > wanted
                for v in between[:: -(-len(between) // 40) or 1]
            )
    assert tried >= 5


def test_what_raises_starts_from_the_grade_held_before(each: dict[str, Credit], policy: Policy) -> None:
    """That of the publication of the year before, in its scale; a customer without one starts from none."""
    keys, moved = policy.credit.grade_keys, 0
    for now in each.values():
        found = raising_on(policy, now, DecidedFor(now.day, keys[-1], keys))
        assert found == raising(policy, now, keys[-1])
        moved += found != raising_on(policy, now, DecidedFor(now.day))
    assert moved, "the grade of before is read"


def test_nothing_later_is_read(db: Snapshot, policy: Policy, whole: pd.DataFrame) -> None:
    """A day's credit is the same alone and among later days."""
    _, key = picked(db, whole)[-1]
    days = month_ends(date(2026, 11, 20), date(2025, 6, 1))
    together = credit_on(db, policy, key, [DecidedFor(d) for d in days])
    alone = credit_on(db, policy, key, [DecidedFor(days[3])])[0]
    assert together[3].score == pytest.approx(alone.score, rel=1e-14), "sums of many days end otherwise"
    assert repr(replace(together[3], score=0.0)) == repr(replace(alone, score=0.0))


def test_month_ends_are_the_last_up_to_the_day() -> None:
    ends = month_ends(date(2026, 3, 31), date(2025, 12, 15))
    assert ends == (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
    assert len(month_ends(date(2026, 3, 30), date(2000, 1, 1))) == 24
