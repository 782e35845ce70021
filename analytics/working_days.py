"""Working days of China: the days that the state announced until now, and a company's own table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from chinese_calendar.constants import holidays, workdays

from analytics.errors import RefusedError

SATURDAY = 5
ONE_DAY = timedelta(days=1)
ANNOUNCED = range(min(holidays).year, max(holidays).year + 1)
"""The years that the library knows."""
FIXED = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that fall so in every year (全国年节及纪念日放假办法 2)."""


@dataclass(frozen=True)
class CompanyDays:
    """What a company knows beyond the library, or otherwise: it wins on each of its days.

    `off` are holidays, `worked` working days, `announces` the years whose holidays are all here. RefusedError
    for a day that is both.
    """

    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    announces: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if both := sorted(set(self.off) & set(self.worked)):
            raise RefusedError("day_off_and_worked", days=[str(day) for day in both])


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked. Of a year that is not announced only weekends and fixed holidays are known."""

    table: CompanyDays = CompanyDays()

    @cached_property
    def _off(self) -> frozenset[date]:
        return frozenset(self.table.off)

    @cached_property
    def _worked(self) -> frozenset[date]:
        return frozenset(self.table.worked)

    def is_announced(self, year: int) -> bool:
        """Whether a year's holidays are known; if not, what is counted in it is provisional."""
        return year in ANNOUNCED or year in self.table.announces

    def is_holiday(self, day: date) -> bool:
        """Whether a day belongs to a holiday as announced, weekend days in it too; no plain weekend does."""
        if day in self._off or day in self._worked:
            return day in self._off
        if day.year in ANNOUNCED:
            return day in holidays
        return (day.month, day.day) in FIXED

    def is_working(self, day: date) -> bool:
        """Whether a day is worked: no holiday, and no weekend but those that make up for a holiday."""
        if day in self._worked:
            return True
        return not self.is_holiday(day) and (day.weekday() < SATURDAY or day in workdays)

    def is_weekend(self, day: date) -> bool:
        """Whether a day is a plain weekend: neither worked nor a holiday."""
        return not self.is_working(day) and not self.is_holiday(day)

    def is_eve(self, day: date) -> bool:
        """Whether a holiday begins on the day after."""
        return not self.is_holiday(day) and self.is_holiday(day + ONE_DAY)

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first one after it that is."""
        return self.first(day, self.is_working)

    def after_holiday(self, day: date) -> date:
        """The day itself if it is no holiday, else the day after the holiday that it belongs to."""
        return self.first(day, lambda d: not self.is_holiday(d))

    @staticmethod
    def first(day: date, fits: Callable[[date], bool]) -> date:
        """The first day, from `day` on, that fits."""
        while not fits(day):
            day += ONE_DAY
        return day
