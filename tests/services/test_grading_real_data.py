"""The default policy on real data that nobody tuned it to, as far as the data go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analytics import validation
from data.warehouse.snapshots import open_snapshot
from services.credit.backtest import back_test
from services.credit.grading import grade_all, measure
from services.credit.policy_files import read_policy
from services.warehouse.loading import load

POLICY = read_policy()
MAPPINGS = Path(__file__).resolve().parents[2] / "data" / "mappings" / "examples"
Once = Callable[[str, Callable[[Path], object]], Path]


def warehouse(name: str, shared_data: Path, once_per_run: Once) -> Path:
    """A warehouse that holds one real folder, loaded by its shipped mapping."""
    return once_per_run(
        f"graded_{name}", lambda to: load(shared_data / name, to, mapping=MAPPINGS / f"{name}.toml")
    )


@pytest.mark.slow
def test_enterprises_with_outside_facts_alone(shared_data: Path, once_per_run: Once) -> None:
    """A hundred high-voltage customers without bills: too little for a grade, yet the score tells."""
    with open_snapshot(warehouse("sgcc_hv_recovery_risk", shared_data, once_per_run)) as db:
        as_of = db.meta.extract_on
        ungraded = grade_all(POLICY.credit, measure(db, as_of, POLICY.credit))
        assert sum(int((m.graded.grade >= 0).sum()) for m in ungraded) == 0
        tried = replace(POLICY.credit, min_coverage=0.0)
        measured = measure(db, as_of, tried)
        hv = next(m for m in grade_all(tried, measured) if m.model.key == "hv")
        overdue = db.cursor().execute(
            "select cons_no, value from fct_customer_fact inner join dim_customer using (cons_key)"
            " where fact = 'overdue_count'"
        )
        counts = dict(overdue.fetchall())
    assert len(hv.rows) == len(counts) == 100
    assert hv.evaluated.coverage.max() < POLICY.credit.min_coverage
    late = np.array([counts[c] for c in measured.people["cons_no"].iloc[hv.rows]])
    assert validation.auc(-hv.evaluated.score, late > 0) > 0.7
    assert validation.auc(-hv.evaluated.score, late >= 3) > 0.75


@pytest.mark.slow
def test_invoices_of_customers_of_no_known_class(shared_data: Path, once_per_run: Once) -> None:
    """Nine in ten of these pay late, so little tells them apart; the score still beats chance."""
    found, good = [], 0
    with open_snapshot(warehouse("dated_invoices", shared_data, once_per_run)) as db:
        for as_of in (date(2015, 6, 30), date(2016, 6, 30), date(2016, 12, 31)):
            result = back_test(db, POLICY, as_of)
            assert set(result.by_model) == {"unclassified"}
            found.append(result.everyone.rankings["score"].auc)
            good += result.everyone.customers - result.everyone.bad
    assert good > 40
    assert float(np.mean(found)) > 0.6
