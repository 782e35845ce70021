"""No look-ahead: a report as of a day is the same whatever happens after, from the extract to the grade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.plausibility_rules import NO_LIMITS
from analytics.policy import Policy
from data.warehouse.snapshots import open_snapshot
from services.credit import backtest
from services.credit.customer_credit import month_ends
from services.credit.grading import measure
from services.credit.policy_files import DEFAULT, read_policy
from services.report import monthly_run
from services.warehouse.loading import load
from tests.conftest import Sample
from tests.services.rewritten import rewritten, with_other_todays


def for_smaller_firms(policy: Policy) -> Policy:
    """The rule for dedicated supply applied to firms of the size that a small sample has."""
    models = tuple(replace(m, min_monthly_kwh=min(m.min_monthly_kwh, 1000.0)) for m in policy.credit.models)
    return replace(policy, credit=replace(policy.credit, models=models))


POLICIES = [read_policy(DEFAULT), for_smaller_firms(read_policy(DEFAULT.with_name("wuhan_2005.toml")))]
SEEDS = range(4)

TODAYS = ("capacity", "capacity_use", "high_energy", "contact_present", "area_recovery")
"""Indicators of what an extract tells as of its own day alone: capacity, the high-energy list, contact data,
the transformer area. Class, industry, voltage and unit are today's too, but only of a customer without a bill
by the day; so is an outside fact that has no date."""


def day_of(seed: int, first: date, last: date) -> date:
    """A month end between, at random; with the last of the seeds a day within a month."""
    days = month_ends(last, first)
    picked = days[int(np.random.default_rng(seed).integers(len(days)))]
    return picked - timedelta(days=12) if seed == SEEDS[-1] else picked


def customers(warehouse: Path, policy: Policy, day: date, out: Path) -> pd.DataFrame:
    """`customers.parquet` of the report as of a day."""
    paths = monthly_run.write_report(warehouse, day, out, policy)
    return pd.read_parquet(paths.customers).set_index("cons_no").sort_index()


PAIRS = [(seed, number) for seed in SEEDS for number in range(len(POLICIES))]
USUAL = [(SEEDS[-1], 0)]
"""A day within a month, which has more to look ahead to than a month end."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "number"), [*USUAL, *(pytest.param(*p, marks=pytest.mark.full) for p in PAIRS if p not in USUAL)]
)
def test_whatever_follows_the_whole_grading_of_a_day_is_the_same(
    seed: int, number: int, sample: Sample, sample_warehouse: Path, tmp_path: Path
) -> None:
    with open_snapshot(sample_warehouse) as db:
        extract_on = db.meta.extract_on
    day = day_of(seed, extract_on - timedelta(days=420), extract_on - timedelta(days=95))
    policy = POLICIES[number]
    rewritten(sample.folder, tmp_path / "extract", day, seed)
    other = tmp_path / "warehouse"
    load(tmp_path / "extract", other, extract_date=extract_on, limits=NO_LIMITS)
    ours = customers(sample_warehouse, policy, day, tmp_path / "ours")
    theirs = customers(other, policy, day, tmp_path / "theirs")
    come = theirs.index.difference(ours.index)
    assert len(come) == 5 and theirs.loc[come, "grade"].isna().all()
    assert not ours.index.difference(theirs.index).size
    differing = different(ours, theirs.loc[ours.index])
    assert not differing, f"as of {day} these look ahead: {differing}"
    assert {m.key for m in policy.credit.models} - {"unclassified"} <= set(ours["model"].dropna())
    backtested(sample_warehouse, other, policy, day, ours["grade"])
    first, second = (indicators_on(w, day) for w in (sample_warehouse, other))
    assert not (differing := different(first, second.loc[first.index])), differing
    really_changed(sample_warehouse, other, day)


def indicators_on(warehouse: Path, day: date) -> pd.DataFrame:
    """Every registered indicator of a day, those that no model has too."""
    with open_snapshot(warehouse) as db:
        found = measure(db, day, POLICIES[0].credit)
    return pd.DataFrame(found.values, index=found.people["cons_no"])


def different(ours: pd.DataFrame, theirs: pd.DataFrame) -> dict[str, int]:
    """How many customers differ, by column; lists and structs by their content."""
    assert list(ours.columns) == list(theirs.columns)
    counts = {}
    for column in ours.columns:
        a, b = (f[column] for f in (ours, theirs))
        if a.dtype == object and a.map(lambda v: isinstance(v, np.ndarray)).any():
            a, b = (s.map(lambda v: repr(list(v)) if v is not None else "") for s in (a, b))
        unequal = ~((a == b) | (a.isna() & b.isna()))
        if unequal.any():
            counts[column] = int(unequal.sum())
    return counts


def backtested(ours: Path, theirs: Path, policy: Policy, day: date, grades: pd.Series) -> None:
    """The grades that a back-test judges at the day are the report's, in both histories."""
    for warehouse in (ours, theirs):
        with open_snapshot(warehouse) as db:
            window = backtest._window(db, policy, day, timedelta(days=backtest.HORIZON_DAYS))
        numbers = window.measured.people["cons_no"].to_numpy()
        told = {
            str(no): grade
            for m in window.models
            for no, grade in zip(numbers[m.rows], m.graded.names(policy.credit.grade_keys), strict=True)
            if grade is not None
        }
        wanted = grades.dropna().to_dict()
        assert {no: told.get(no) for no in wanted} == wanted
        assert set(told) == set(wanted)


def really_changed(ours: Path, theirs: Path, day: date) -> None:
    """The histories part after the day: three months on, most indicators of many customers differ."""
    after = day + timedelta(days=92)
    first, second = (indicators_on(w, after) for w in (ours, theirs))
    moved = set(different(first, second.loc[first.index]))
    assert {"arrears_12m", "on_time_share", "reversals", "theft_years", "court_notices", "mean_bill"} <= moved


@pytest.mark.slow
def test_only_what_is_named_here_is_read_as_of_today(
    sample: Sample, sample_warehouse: Path, tmp_path: Path
) -> None:
    """The exceptions, from the other side: other columns of today move these indicators and no others."""
    with open_snapshot(sample_warehouse) as db:
        extract_on = db.meta.extract_on
    with_other_todays(sample.folder, tmp_path / "extract")
    load(tmp_path / "extract", tmp_path / "warehouse", extract_date=extract_on)
    day = day_of(1, extract_on - timedelta(days=420), extract_on - timedelta(days=95))
    first, second = (indicators_on(w, day) for w in (sample_warehouse, tmp_path / "warehouse"))
    assert set(different(first, second.loc[first.index])) == set(TODAYS)
