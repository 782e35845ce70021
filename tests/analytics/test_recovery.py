"""Rates from flows, and what a date means: golden values, edges, properties."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics import calendar
from analytics.ageing import bucket_of, buckets
from analytics.recovery import MEASURES, Households, Rate, rates, recovery

POINT_2024 = calendar.period(date(2024, 12, 31), "point", 5)


def flows(*rows: dict[str, object]) -> pd.DataFrame:
    names = ["key", "rcvbl_ym", "bill_year", "event_ym", *MEASURES]
    return pd.DataFrame([{**dict.fromkeys(names, 0), "key": "", **row} for row in rows], columns=names)


def test_golden_rates_of_the_published_year() -> None:
    """Receivable 1,250,500 of which 500,000 carried over, received 980,000 of which 340,000 old."""
    found = recovery(
        flows(
            {"rcvbl_ym": 202306, "bill_year": 2023, "event_ym": 202306, "billed": 50_000_000},
            {"rcvbl_ym": 202306, "bill_year": 2023, "event_ym": 202402, "collected": 34_000_000},
            {"rcvbl_ym": 202401, "bill_year": 2024, "event_ym": 202401, "billed": 75_050_000},
            {"rcvbl_ym": 202401, "bill_year": 2024, "event_ym": 202402, "collected": 64_000_000},
        ),
        POINT_2024,
    )
    assert round(found.combined.rate * 100, 1) == 78.4
    assert round(found.current_year.rate * 100, 1) == 85.3
    assert round(found.old_debt.rate * 100, 1) == 68.0


def test_empty_flows_have_no_rate() -> None:
    found = recovery(flows(), POINT_2024)
    assert math.isnan(found.current_year.rate) and math.isnan(found.household_months.rate)
    assert rates(flows(), POINT_2024).empty


def test_written_off_before_the_year_is_no_old_debt() -> None:
    found = recovery(
        flows(
            {"rcvbl_ym": 202306, "bill_year": 2023, "event_ym": 202306, "billed": 100},
            {"rcvbl_ym": 202306, "bill_year": 2023, "event_ym": 202312, "written_off": 100},
        ),
        POINT_2024,
    )
    assert found.old_debt == Rate(0, 0)


def test_written_off_within_the_year_stays_in_the_frozen_base() -> None:
    found = recovery(
        flows(
            {"rcvbl_ym": 202306, "bill_year": 2023, "event_ym": 202306, "billed": 100},
            {"rcvbl_ym": 202306, "bill_year": 2023, "event_ym": 202401, "written_off": 100},
        ),
        POINT_2024,
    )
    assert found.old_debt == Rate(100, 0)


def test_keys_are_summed_apart_and_add_up() -> None:
    made = flows(
        *(
            {
                "key": k,
                "rcvbl_ym": 202401,
                "bill_year": 2024,
                "event_ym": 202401,
                "billed": n,
                "collected": n // 2,
            }
            for k, n in (("a", 100), ("a", 50), ("b", 30))
        )
    )
    by_key = rates(made, POINT_2024)
    assert list(by_key["key"]) == ["a", "b"]
    assert by_key["cy_billed"].tolist() == [150, 30]
    assert recovery(made, POINT_2024).current_year.billed == int(by_key["cy_billed"].sum())


def test_assessment_day_five_is_before_and_six_after() -> None:
    assert calendar.closed_month(date(2024, 3, 5), 5) == 202401
    assert calendar.closed_month(date(2024, 3, 6), 5) == 202402
    assert calendar.closed_month(date(2024, 1, 6), 5) == 202312
    assert calendar.closed_month(date(2024, 1, 5), 5) == 202311
    assert calendar.deadline(date(2024, 3, 5), 5) == date(2024, 3, 5)
    assert calendar.deadline(date(2024, 12, 6), 5) == date(2025, 1, 5)


def test_january_still_belongs_to_last_year_on_the_assessment_basis() -> None:
    assert calendar.period(date(2025, 1, 20), "assessment", 5).year == 2024
    assert calendar.period(date(2025, 1, 20), "point", 5).year == 2025


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)))
def test_same_day_last_year_keeps_month_ends(day: date) -> None:
    before = calendar.year_before(day)
    assert (before.year, before.month) == (day.year - 1, day.month)
    assert calendar.is_month_end(before) or not calendar.is_month_end(day)


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)), st.integers(0, 28))
def test_closed_month_changes_only_after_its_deadline(day: date, assessment_day: int) -> None:
    if assessment_day == 0:
        return
    until = calendar.deadline(day, assessment_day)
    assert until >= day
    closed = calendar.closed_month(day, assessment_day)
    assert calendar.closed_month(until, assessment_day) == closed
    assert calendar.closed_month(until + timedelta(days=1), assessment_day) != closed


@given(st.integers(-400, 4000))
def test_each_day_is_in_one_bucket(days: int) -> None:
    edges = (0, 30, 60, 90, 180, 365, 730, 1095)
    inside = [
        b.key
        for b in buckets(edges)
        if (b.low is None or days >= b.low) and (b.high is None or days <= b.high)
    ]
    assert inside == [bucket_of(days, edges)]


def test_bucket_keys_are_stable() -> None:
    keys = [b.key for b in buckets((0, 30, 60, 90, 180, 365, 730, 1095))]
    assert keys == "not_due 1-30 31-60 61-90 91-180 181-365 366-730 731-1095 >1095".split()  # noqa: SIM905


def test_households_without_any_have_no_rate() -> None:
    assert math.isnan(Households(0, 0).rate)
    assert np.isclose(Households(4, 3).rate, 0.75)
