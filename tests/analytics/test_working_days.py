"""Working days of China: 2026 as announced, each day that the library knows, and what a company adds."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from analytics.errors import RefusedError
from analytics.working_days import CompanyDays, WorkingDays

DAYS = WorkingDays()
OF_2027 = WorkingDays(
    CompanyDays(off=(date(2027, 2, 8), date(2027, 2, 20)), worked=(date(2027, 2, 6),), announces=(2027,))
)


def each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_year_2026_as_it_was_announced() -> None:
    year = each_day(date(2026, 1, 1), date(2026, 12, 31))
    worked = [f"{d:%m-%d}" for d in year if d.weekday() > 4 and DAYS.is_working(d)]
    assert worked == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    spring = [d for d in each_day(date(2026, 2, 1), date(2026, 3, 1)) if DAYS.is_holiday(d)]
    assert (spring[0], spring[-1], len(spring)) == (date(2026, 2, 15), date(2026, 2, 23), 9)
    eves = [f"{d:%m-%d}" for d in year if DAYS.is_eve(d)]
    assert eves == ["02-14", "04-03", "04-30", "06-18", "09-24", "09-30", "12-31"]
    assert DAYS.next_working(date(2026, 10, 5)) == date(2026, 10, 8) == DAYS.after_holiday(date(2026, 10, 1))
    assert DAYS.is_weekend(date(2026, 10, 11)) and not DAYS.is_holiday(date(2026, 10, 11))
    assert not DAYS.is_weekend(date(2026, 10, 3))


def test_every_known_day_is_worked_as_the_library_says() -> None:
    differ = [
        day
        for day in each_day(date(2004, 1, 1), date(2026, 12, 31))
        if DAYS.is_working(day) != chinese_calendar.is_workday(day)
    ]
    assert not differ


def test_the_fixed_holidays_are_holidays_of_every_year_that_is_known() -> None:
    fixed = [date(y, m, d) for y in range(2004, 2027) for m, d in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))]
    assert all(chinese_calendar.constants.holidays.get(day) for day in fixed)


def test_a_year_that_is_not_announced_has_weekends_and_fixed_holidays_alone() -> None:
    assert [DAYS.is_announced(y) for y in (2003, 2004, 2026, 2027)] == [False, True, True, False]
    off = [d for d in each_day(date(2027, 1, 1), date(2027, 12, 31)) if not DAYS.is_working(d)]
    assert {d for d in off if d.weekday() < 5} == {date(2027, 1, 1), date(2027, 10, 1)}
    assert len([d for d in off if d.weekday() > 4]) == 104


def test_a_companys_table_wins_and_announces_a_year() -> None:
    assert OF_2027.is_announced(2027) and not OF_2027.is_announced(2028)
    assert OF_2027.is_holiday(date(2027, 2, 8)) and not OF_2027.is_working(date(2027, 2, 8))
    assert OF_2027.is_holiday(date(2027, 2, 20)) and not OF_2027.is_weekend(date(2027, 2, 20))
    assert OF_2027.is_working(date(2027, 2, 6))
    own = WorkingDays(CompanyDays(off=(date(2026, 4, 20),), worked=(date(2026, 10, 7),)))
    assert own.is_holiday(date(2026, 4, 20)) and own.is_eve(date(2026, 4, 19))
    assert own.is_working(date(2026, 10, 7)) and not own.is_holiday(date(2026, 10, 7))


def test_a_day_both_off_and_worked_is_refused() -> None:
    with pytest.raises(RefusedError, match="day_off_and_worked"):
        CompanyDays(off=(date(2027, 2, 8),), worked=(date(2027, 2, 8),))
