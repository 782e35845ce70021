"""Two days of one scope side by side: which the other day is, and which figures may be compared across them.

A cumulative figure grows through its year and begins anew with the next: beside that of another year it says
something only where both stand at the same day of their years (docs/decisions/0110).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from analytics.calendar import (
    Period,
    at_one_point_of_the_month,
    holds_year,
    last_month_end,
    month_before,
    year_before,
)

Way = Literal["year", "month", "month_end"]
Against = Way | date
"""The other day: the same day last year or last month, the last month end, or a day by itself."""
WAYS: tuple[Way, ...] = get_args(Way)

CUMULATIVE = frozenset(
    ("current_year", "combined", "old_debt", "household_months", "on_time", "billed", "collected")
)
"""Figures that grow through the year of a period."""
OF_FORMER_YEARS = frozenset(("old_debt", "combined"))
"""Figures with bills of the years before in them: known where the data hold the whole year before."""
OF_CALENDAR_YEAR = frozenset(("cash", "written_off"))
"""Figures that grow from the 1 January before a day."""
OF_ONE_MONTH = frozenset(["month"])

Reason = Literal["other_year", "other_age", "began_late", "no_data"]
"""Why there is no difference: another year's cumulative figure; bills of two months that had unequal time to
be paid; data that begin within a year that has to be whole; nothing known on one of the days."""


def other_day(as_of: date, against: Against) -> date:
    """The day that a day is compared with; a month's end stays one."""
    if isinstance(against, date):
        return against
    steps = {"year": year_before, "month": month_before, "month_end": last_month_end}
    return steps[against](as_of)


@dataclass(frozen=True)
class TwoDays:
    """The periods of a day and of the one it is compared with (mostly an earlier one).

    `begins`: the first bill month of the data; None where no bound is known.
    """

    now: Period
    then: Period
    begins: int | None = None

    @property
    def years_apart(self) -> int:
        """How many years later the year of `now` is."""
        return self.now.year - self.then.year

    @property
    def at_one_point_of_the_month(self) -> bool:
        """Whether both days are a month's end, or both one day of their months; 30 March has 28 February."""
        return at_one_point_of_the_month(self.now.as_of, self.then.as_of)

    @property
    def at_one_point_of_the_year(self) -> bool:
        """Whether both are the same day of their years."""
        return self.now.as_of.month == self.then.as_of.month and self.at_one_point_of_the_month

    def reason(self, figure: str) -> Reason | None:
        """Why a figure's two values are not set against each other; None where they are."""
        is_apart = not self.at_one_point_of_the_year
        if is_apart and figure in CUMULATIVE and self.years_apart:
            return "other_year"
        if is_apart and figure in OF_CALENDAR_YEAR and self.now.as_of.year != self.then.as_of.year:
            return "other_year"
        other_month = self.now.month != self.then.month
        if figure in OF_ONE_MONTH and other_month and not self.at_one_point_of_the_month:
            return "other_age"
        return None if self._is_whole(figure) else "began_late"

    def _is_whole(self, figure: str) -> bool:
        """Whether the data hold every year that the two values have to be made of."""
        if figure in OF_FORMER_YEARS:
            return all(holds_year(self.begins, day.year - 1) for day in (self.now, self.then))
        if figure in OF_CALENDAR_YEAR:
            years = {self.now.as_of.year, self.then.as_of.year}
        else:
            years = {self.now.year, self.then.year} if figure in CUMULATIVE else set()
        return len(years) < 2 or holds_year(self.begins, min(years))
