"""Two days: which the other one is, and what may be subtracted across them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import is_month_end, period
from analytics.two_days import CUMULATIVE, WAYS, TwoDays, other_day

DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
BASES = st.sampled_from(["assessment", "point"])


def both(now: date, then: date, basis: str = "assessment", begins: int | None = None) -> TwoDays:
    return TwoDays(period(now, basis, 5), period(then, basis, 5), begins)


@pytest.mark.parametrize(
    ("day", "year", "month", "month_end"),
    [
        (date(2026, 2, 10), date(2025, 2, 10), date(2026, 1, 10), date(2026, 1, 31)),
        (date(2026, 2, 28), date(2025, 2, 28), date(2026, 1, 31), date(2026, 1, 31)),
        (date(2024, 3, 30), date(2023, 3, 30), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2023, 2, 28), date(2024, 1, 31), date(2024, 1, 31)),
    ],
)
def test_the_other_day(day: date, year: date, month: date, month_end: date) -> None:
    assert tuple(other_day(day, way) for way in ("year", "month", "month_end")) == (year, month, month_end)
    assert other_day(day, date(2020, 5, 5)) == date(2020, 5, 5)


@given(DAYS, st.sampled_from(WAYS))
def test_a_month_end_is_compared_with_a_month_end(day: date, way: str) -> None:
    then = other_day(day, way)  # type: ignore[arg-type]
    assert then < day
    assert is_month_end(then) or not is_month_end(day)


@given(DAYS, BASES)
def test_the_same_day_last_year_is_always_compared(day: date, basis: str) -> None:
    days = both(day, other_day(day, "year"), basis)
    assert {days.reason(figure) for figure in (*CUMULATIVE, "month", "cash", "balance")} == {None}


@given(DAYS, DAYS, BASES)
def test_no_other_years_cumulative_figure_is_subtracted_at_another_point_of_the_year(
    now: date, then: date, basis: str
) -> None:
    days = both(now, then, basis)
    same_year = days.now.year == days.then.year
    for figure in CUMULATIVE:
        assert (days.reason(figure) is None) == (same_year or days.at_one_point_of_the_year)
    assert days.reason("balance") is None


def test_in_february_last_months_end_is_another_year_on_the_assessment_basis() -> None:
    """On 31 January the closed month is December."""
    assert both(date(2026, 2, 10), date(2026, 1, 31)).reason("current_year") == "other_year"
    assert both(date(2026, 2, 10), date(2026, 1, 31), "point").reason("current_year") is None
    assert both(date(2026, 1, 31), date(2025, 12, 31)).reason("current_year") is None
    assert both(date(2026, 1, 31), date(2025, 12, 31)).reason("cash") == "other_year"
    assert both(date(2026, 11, 20), date(2026, 10, 31)).reason("month") == "other_age"
    assert both(date(2026, 11, 20), date(2026, 11, 6)).reason("month") is None, "one bill month"


@pytest.mark.parametrize(
    ("now", "begins", "former", "year"),
    [
        (date(2026, 1, 10), 202301, None, None),
        (date(2026, 1, 10), 202302, "began_late", None),
        (date(2026, 1, 10), 202401, "began_late", None),
        (date(2026, 1, 10), 202402, "began_late", "began_late"),
        (date(2026, 2, 10), 202402, "began_late", None),
        (date(2026, 2, 10), 202401, None, None),
    ],
)
def test_no_year_that_the_data_do_not_hold_whole_is_compared(
    now: date, begins: int, former: str | None, year: str | None
) -> None:
    """Old debt of a day of 2025 is what 2024 and the years before left open."""
    days = both(now, other_day(now, "year"), begins=begins)
    assert {days.reason(figure) for figure in ("old_debt", "combined")} == {former}
    assert {days.reason(figure) for figure in ("current_year", "on_time", "billed")} == {year}
    assert days.reason("balance") is None and days.reason("month") is None


def test_within_one_year_old_debt_alone_needs_the_year_before() -> None:
    days = both(date(2024, 11, 20), date(2024, 10, 31), begins=202401)
    assert days.reason("old_debt") == days.reason("combined") == "began_late"
    assert days.reason("current_year") is None and days.reason("cash") is None
