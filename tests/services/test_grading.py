"""Grades of a snapshot: hand-written worlds, no look-ahead, the files, and the back-test on the sample."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analytics import indicators
from analytics.credit_policy import IndustryRisk
from analytics.policy import Policy
from data.ask.credit_queries import arrears_after, indicator_ingredients
from data.errors import InputError
from data.warehouse.snapshots import open_snapshot
from services.credit import backtest, grading, measuring
from services.credit.policy_files import read_policy
from services.report import monthly_run
from tests.figures.world import World

YEAR_END = date(2024, 12, 31)
POLICY = read_policy()


def facts(con: duckdb.DuckDBPyConnection, cons_no: str, as_of: date = YEAR_END) -> pd.Series:
    """The ingredients of one customer."""
    return indicator_ingredients(con, as_of).set_index("cons_no").loc[cons_no]


def value(con: duckdb.DuckDBPyConnection, key: str, cons_no: str = "1", as_of: date = YEAR_END) -> float:
    """One indicator of one customer."""
    measured = grading.measure(con, as_of, POLICY.credit)
    row = list(measured.people["cons_no"]).index(cons_no)
    return float(measured.values[key][row])


def monthly(world: World, cons_no: str, paid_on_day: dict[int, int | None], amount: int = 10_000) -> None:
    """A year of bills issued on the 5th and due on the 20th, paid on a day of their month (None: never)."""
    for month in range(1, 13):
        issued = date(2024, month, 5)
        bill = world.bill(cons_no, 202400 + month, amount, issued, date(2024, month, 20), kwh=100.0)
        day = paid_on_day.get(month, 10)
        if day is not None:
            world.receipt(bill, amount, date(2024, month, day))


def test_no_customers_no_rows() -> None:
    table, counts, _ = grading.grade_table(World().built(), POLICY, YEAR_END)
    assert table.num_rows == 0
    assert [(c.customers, c.balance) for c in counts] == [(0, 0)] * 5


def test_one_who_always_paid_and_one_who_never_did() -> None:
    world = World()
    for number in ("1", "2"):
        world.customer(number, built_on=date(2015, 1, 1))
    monthly(world, "1", {})
    monthly(world, "2", dict.fromkeys(range(1, 13)))
    con = world.built()
    table, counts, _ = grading.grade_table(con, POLICY, YEAR_END)
    rows = table.to_pandas().set_index("cons_no")
    assert rows.loc["1", "grade"] == "A" and rows.loc["1", "score"] == pytest.approx(100)
    assert list(rows.loc["1", "reasons"]) == [] and list(rows.loc["1", "rules"]) == []
    assert rows.loc["2", "grade"] == "D" or rows.loc["2", "grade"] == "E"
    assert {"many_arrears", "uncleared"} <= set(rows.loc["2", "rules"])
    points = [r["points"] for r in rows.loc["2", "reasons"]]
    assert points == sorted(points, reverse=True)
    assert rows.loc["2", "score"] + sum(points) == pytest.approx(100)
    assert {c.grade: c.balance for c in counts}[rows.loc["2", "grade"]] == 120_000


def test_arrears_days_and_shares_by_hand() -> None:
    world = World()
    world.customer("1", built_on=date(2020, 1, 1))
    monthly(world, "1", {3: 21, 6: 22, 9: 30})
    con = world.built()
    found = facts(con, "1")
    assert found["due_periods"] == 12
    assert found["arrears"] == 2, "a receipt on the day after the due date is in time"
    assert value(con, "arrears_12m") == 2
    assert value(con, "late_days_max") == 10
    assert value(con, "late_days_mean") == pytest.approx(round((1 + 2 + 10) / 12, 1))
    assert value(con, "on_time_share") == 75
    assert found["days_since_arrear"] == (YEAR_END - date(2024, 9, 21)).days
    assert value(con, "overdue_bills") == 0
    recent = sum(0.5 ** ((YEAR_END - d).days / 182.625) for d in (date(2024, 6, 21), date(2024, 9, 21)))
    assert found["arrears_recent"] == pytest.approx(recent)


def test_two_bills_of_a_period_are_one_arrear_and_bimonthly_arrears_scale() -> None:
    world = World()
    world.customer("1")
    for month in range(1, 13, 2):
        for _ in range(2):
            bill = world.bill("1", 202400 + month, 5_000, date(2024, month, 5), date(2024, month, 20))
            world.receipt(bill, 5_000, date(2024, month, 28 if month == 5 else 10))
    earlier = world.bill("1", 202311, 5_000, date(2023, 11, 5), date(2023, 11, 20))
    world.receipt(earlier, 5_000, date(2023, 11, 10))
    con = world.built()
    assert facts(con, "1")["arrears"] == 1
    assert facts(con, "1")["due_periods"] == 6
    assert value(con, "arrears_12m") == 2


def test_part_payments_reversals_and_what_is_open() -> None:
    world = World()
    world.customer("1")
    bill = world.bill("1", 202410, 10_000, date(2024, 10, 5), date(2024, 10, 20))
    world.receipt(bill, 4_000, date(2024, 10, 10))
    world.receipt(bill, 6_000, date(2024, 11, 10))
    world.receipt(bill, -6_000, date(2024, 11, 12))
    con = world.built()
    found = facts(con, "1")
    assert (found["part_paid"], found["reversals"], found["overdue"], found["balance"]) == (
        1,
        1,
        6_000,
        6_000,
    )
    assert value(con, "overdue_bills") == 0.6
    assert facts(con, "1", date(2024, 11, 10))["reversals"] == 0
    assert facts(con, "1", date(2024, 11, 10))["overdue"] == 0


def test_theft_violation_and_the_unknown_kind() -> None:
    world = World()
    for number in ("1", "2", "3"):
        world.customer(number, built_on=date(2015, 1, 1))
        monthly(world, number, {})
    world.add(
        "stg_violation",
        violation_key=1,
        cons_no="1",
        occurred_on=date(2023, 6, 1),
        amount=90_000,
        kind="theft",
    )
    world.add("stg_violation", violation_key=2, cons_no="2", occurred_on=date(2023, 6, 1), amount=90_000)
    world.add(
        "stg_violation", violation_key=3, cons_no="3", occurred_on=date(2025, 6, 1), amount=1, kind="theft"
    )
    con = world.built()
    assert value(con, "theft_years") == 1.6
    for key in ("theft_years", "theft_count", "theft_amount", "violation_years", "violation_count"):
        assert np.isnan(value(con, key, "2")), "it may have been one or the other"
    assert value(con, "theft_years", "3") == np.inf, "what happens later is not known yet"
    rows = grading.grade_table(con, POLICY, YEAR_END)[0].to_pandas().set_index("cons_no")
    assert rows.loc["1", "grade"] == "E" and list(rows.loc["1", "rules"]) == ["theft"]
    assert rows.loc["2", "grade"] == "A" and rows.loc["3", "grade"] == "A"
    assert grading.measure(con, YEAR_END, POLICY.credit).people["unknown_violations"].tolist() == [0, 1, 0]


def test_without_a_violations_table_nobody_is_known_to_be_honest() -> None:
    world = World()
    world.customer("1")
    monthly(world, "1", {})
    assert np.isnan(value(world.built(), "theft_years"))


def test_never_is_not_unknown() -> None:
    world = World()
    for number in ("1", "2"):
        world.customer(number, built_on=date(2015, 1, 1))
    monthly(world, "1", {})
    con = world.built()
    assert value(con, "months_since_arrear", "1") == np.inf
    assert np.isnan(value(con, "months_since_arrear", "2"))
    rows = grading.grade_table(con, POLICY, YEAR_END)[0].to_pandas().set_index("cons_no")
    assert rows.loc["2", "grade"] is None or pd.isna(rows.loc["2", "grade"])
    assert rows.loc["2", "model"] == "resident" and rows.loc["2", "coverage"] == 0


def test_closed_and_future_customers_are_listed_without_a_grade() -> None:
    world = World()
    world.customer("1", cancelled_on=date(2024, 6, 30))
    world.customer("2", built_on=date(2025, 2, 1))
    world.customer("3")
    for number in ("1", "3"):
        monthly(world, number, {})
    rows = grading.grade_table(world.built(), POLICY, YEAR_END)[0].to_pandas().set_index("cons_no")
    assert rows["grade"].notna().to_dict() == {"1": False, "2": False, "3": True}


def test_facts_instalments_prepayment_and_surroundings() -> None:
    world = World()
    world.customer(
        "1", cons_sort="01", trade_code="7010", volt="AC00101", run_cap=100.0, built_on=date(2022, 12, 31)
    )
    world.customer("2", cons_sort="01", trade_code="7020", volt="AC00101")
    monthly(world, "1", {}, 100_000)
    monthly(world, "2", dict.fromkeys(range(1, 13)), 100_000)
    for fact, amount, day in (
        ("COURT_CASE", 2.0, date(2024, 5, 1)),
        ("court_notices", 5.0, date(2025, 5, 1)),
        ("equity_pledged", 3e6, date(2024, 5, 1)),
    ):
        world.add("stg_customer_fact", cons_no="1", fact=fact, value=amount, fact_on=day)
    world.add("stg_instalment", cons_no="2", rcvbl_ym=202403, amount=50_000, due_on=date(2024, 3, 12), line=1)
    world.add("stg_prepay_flow", prepay_key=1, cons_no="1", prepay_ym=202406, amount=600_000)
    world.add("stg_prepay_flow", prepay_key=2, cons_no="1", prepay_ym=202501, amount=600_000)
    con = world.built()
    assert value(con, "court_notices") == 2
    assert value(con, "pledged_amount") == 3e6 and value(con, "freezes") == 0
    assert np.isnan(value(con, "court_notices", "2"))
    assert value(con, "promises_broken", "2") == 100 and np.isnan(value(con, "promises_broken"))
    assert value(con, "prepaid_share") == 50
    assert value(con, "industry_recovery") == 50 and value(con, "industry_risk") == 5
    assert value(con, "voltage") == 10 and value(con, "capacity") == 100 and value(con, "customer_years") == 2
    assert value(con, "capacity_use") == pytest.approx(100 * 1200 / (12 * 730 * 100), abs=0.05)


def test_of_an_industry_the_longest_prefix_listed_tells_the_risk() -> None:
    listed = (IndustryRisk("7010", 5), IndustryRisk("70", 1), IndustryRisk("3", 4))
    credit = replace(POLICY.credit, industry_risk=listed)
    codes = pd.Series(["7020", "7010", None, "", "3110", "9910", "70", "7010"])
    found = measuring._industry_risk(codes, credit)
    assert np.array_equal(found, [1, 5, np.nan, np.nan, 4, 2, 1, 5], equal_nan=True)
    assert len(measuring._industry_risk(codes.head(0), credit)) == 0


def random_world(seed: int, until: date) -> World:
    """Customers with random bills, receipts and thefts; what happens after `until` depends on `until` too."""
    random = np.random.default_rng(seed)
    later = np.random.default_rng((seed, until.toordinal()))
    world = World()
    for number in range(16):
        world.customer(
            f"{number:02}", cons_sort=str(random.choice(["01", "02", "03"])), built_on=date(2020, 1, 1)
        )
    for number in range(16):
        for step in range(18):
            issued = date(2023, 1, 5) + timedelta(days=30 * step)
            amount, delay = int(random.integers(-500, 50_000)), int(random.integers(-3, 70))
            part, again = float(random.uniform()), bool(random.uniform() < 0.2)
            chosen = issued + timedelta(days=max(delay, 0))
            if issued > until:
                amount = int(later.integers(0, 90_000))
            ym = issued.year * 100 + issued.month
            bill = world.bill(
                f"{number:02}", ym, amount, issued, issued + timedelta(days=15), kwh=float(abs(amount))
            )
            if chosen > until:
                if later.uniform() < 0.5:
                    continue
                chosen, part = chosen + timedelta(days=int(later.integers(0, 40))), float(later.uniform())
            world.receipt(bill, int(amount * part) if again else amount, chosen)
            second = chosen + timedelta(days=20)
            if again and (second <= until or later.uniform() < 0.5):
                world.receipt(bill, amount - int(amount * part), second)
        if random.uniform() < 0.2:
            happened = date(2023, 1, 1) + timedelta(days=int(random.integers(0, 700)))
            if happened <= until or later.uniform() < 0.5:
                world.add("stg_violation", violation_key=number, cons_no=f"{number:02}", occurred_on=happened,
                          amount=1, kind="theft")  # fmt: skip
    world.add(
        "stg_violation", violation_key=999, cons_no="00", occurred_on=date(2020, 1, 1), amount=1, kind="theft"
    )
    return world


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.full)])
def test_nothing_later_is_read(seed: int) -> None:
    """Two histories that agree up to a day give that day the same indicators, whatever follows."""
    as_of = date(2024, 3, 31)
    ours, theirs = random_world(seed, as_of), random_world(seed, as_of)
    open_ = [k for (k,) in theirs.con.execute("select bill_key from stg_bill").fetchall()]
    for key in open_[:: seed + 2]:
        theirs.receipt(key, 1_000 + key, as_of + timedelta(days=1 + key % 200))
        theirs.add("stg_bad_debt", bill_key=key, cancelled_on=as_of + timedelta(days=3))
    theirs.add(
        "stg_violation", violation_key=1000, cons_no="01", occurred_on=as_of + timedelta(days=1), kind="theft"
    )
    first, second = (indicator_ingredients(w.built(), as_of) for w in (ours, theirs))
    pd.testing.assert_frame_equal(first, second)
    assert first["arrears"].sum() > 10 and first["overdue"].sum() > 0


def test_the_outcome_is_what_falls_due_after() -> None:
    world = World()
    world.customer("1")
    monthly(world, "1", {10: 28, 12: 28})
    con = world.built()
    found = arrears_after(con, date(2024, 10, 20), date(2024, 12, 20))
    assert found[["periods", "arrears"]].to_numpy().tolist() == [[2, 1]], "October's arrear is dated the 21st"
    found = arrears_after(con, date(2024, 10, 21), date(2024, 12, 21))
    assert found[["periods", "arrears"]].to_numpy().tolist() == [[2, 1]], "December's is dated the 21st"


def test_last_years_grade_limits_this_years() -> None:
    world = World()
    world.customer("1", built_on=date(2015, 1, 1))
    monthly(world, "1", {})
    table, *_ = grading.grade_table(world.built(), POLICY, YEAR_END, previous={"1": "D"})
    row = table.to_pylist()[0]
    assert (row["grade"], row["rules"]) == ("C", ["one_up"])


@pytest.mark.slow
def test_the_graded_file_is_made_once_and_agrees_with_the_report(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    with open_snapshot(sample_warehouse) as db:
        as_of = (db.meta.extract_on.replace(day=1)) - timedelta(days=1)
        path = grading.ensure_graded(db, POLICY, as_of)
        assert path.parts[-3:] == (db.id, POLICY.version, f"{as_of}.{grading.FORMAT}.parquet")
        made = path.stat().st_mtime_ns
        assert grading.ensure_graded(db, POLICY, as_of).stat().st_mtime_ns == made
    written = monthly_run.write_report(sample_warehouse, as_of, tmp_path, POLICY)
    table, kept = pq.read_table(written.customers), pq.read_table(path)
    assert table.equals(kept)
    said = json.loads(written.summary.read_text(encoding="utf-8"))
    counted = table.to_pandas()["grade"].value_counts()
    assert {g["grade"]: g["customers"] for g in said["grades"]} == {
        key: int(counted.get(key, 0)) for key in POLICY.credit.grade_keys
    }
    assert said["customers"] == table.num_rows and sum(counted) > 0.8 * table.num_rows
    names = table.schema.names
    assert names[:3] == ["cons_no", "org_no", "model"] and names[-6:] == [
        *("score", "coverage", "grade", "rules", "reasons", "ungraded")
    ]
    assert {f"ind_{k}" for k in POLICY.credit.indicator_keys()} <= set(names)
    assert {"mu_behaviour_A", "mu_surface_E", "mu_C"} <= set(names)


@pytest.mark.slow
def test_the_report_without_credit_rules_has_no_grades(sample_warehouse: Path, tmp_path: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        as_of = db.meta.extract_on
    written = monthly_run.write_report(sample_warehouse, as_of, tmp_path, Policy())
    assert json.loads(written.summary.read_text(encoding="utf-8"))["grades"] == []
    assert pq.read_table(written.customers)["grade"].null_count == pq.read_table(written.customers).num_rows


@pytest.mark.slow
def test_memberships_scores_and_reasons_of_the_sample_hold_together(sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        as_of = (db.meta.extract_on.replace(day=1)) - timedelta(days=1)
        frame = grading.grade_table(db, POLICY, as_of)[0].to_pandas()
    graded = frame[frame["grade"].notna()]
    mu = graded[[f"mu_{g}" for g in POLICY.credit.grade_keys]].to_numpy()
    assert mu.sum(axis=1) == pytest.approx(np.ones(len(mu)))
    assert mu @ POLICY.credit.scores == pytest.approx(graded["score"].to_numpy())
    lost = graded["reasons"].map(lambda reasons: sum(r["points"] for r in reasons)).to_numpy(dtype=float)
    assert graded["score"].to_numpy() + lost == pytest.approx(np.full(len(graded), 100.0))
    for key in POLICY.credit.indicator_keys():
        found = frame[f"ind_{key}"].to_numpy(dtype=float)
        kept = indicators.known(key).at_precision(found)
        assert np.array_equal(found, kept, equal_nan=True)


@pytest.mark.slow
@pytest.mark.parametrize("months_back", [0, 3, 6, 9])
def test_the_default_policy_tells_risk_as_well_as_a_regression(
    sample_warehouse: Path, months_back: int
) -> None:
    with open_snapshot(sample_warehouse) as db:
        as_of = (db.meta.extract_on - timedelta(days=92)).replace(day=1) - timedelta(days=1)
        for _ in range(months_back):
            as_of = as_of.replace(day=1) - timedelta(days=1)
        result = backtest.back_test(db, POLICY, as_of)
    for part in (result.everyone, result.without_arrears):
        told = {name: found.auc for name, found in part.rankings.items()}
        assert told["score"] >= told["logistic"] - 0.03 and told["score"] > 0.7
        assert told["score"] > max(told["plain_rules"], told["last_period"])
    found = result.everyone.rankings
    assert found["score"].gini == pytest.approx(2 * found["score"].auc - 1)
    assert result.everyone.grades["customers"].sum() == result.everyone.customers
    assert result.everyone.customers > result.without_arrears.customers > 0
    assert set(result.by_model) <= {"resident", "lv_nonresident", "hv"}
    assert 0 <= result.psi < 0.25


@pytest.mark.slow
def test_a_back_test_needs_what_came_after(sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as db, pytest.raises(InputError, match="backtest_not_over"):
        backtest.back_test(db, POLICY, db.meta.extract_on - timedelta(days=30))
