"""Months, years and what an as-of date means on a basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

EVERY_MONTH = 999912


def month_of(day: date) -> int:
    """yyyymm."""
    return day.year * 100 + day.month


def add_months(ym: int, months: int) -> int:
    """The month so many months later (or earlier, negative)."""
    count = ym // 100 * 12 + ym % 100 - 1 + months
    return count // 12 * 100 + count % 12 + 1


def months_between(first: int, last: int) -> int:
    """How many months `last` is after `first`."""
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100


def first_day(ym: int) -> date:
    """The month's first day."""
    return date(ym // 100, ym % 100, 1)


def last_day(ym: int) -> date:
    """The month's last day."""
    return first_day(add_months(ym, 1)) - timedelta(days=1)


def holds_year(begins: int | None, year: int) -> bool:
    """Whether data that begin with a bill month (None: no bound is known) hold every month of a year."""
    return begins is None or begins <= year * 100 + 1


def is_month_end(day: date) -> bool:
    """Whether the next day begins a month."""
    return (day + timedelta(days=1)).day == 1


def at_one_point_of_the_month(now: date, then: date) -> bool:
    """Whether both days are a month's end, or both one day of their months; 30 March has 28 February."""
    if is_month_end(now):
        return is_month_end(then)
    shorter = min(last_day(month_of(day)).day for day in (now, then))
    return min(now.day, shorter) == min(then.day, shorter)


def same_day(day: date, ym: int) -> date:
    """The same day of another month, its last where it is shorter; a month's end stays a month's end."""
    end = last_day(ym)
    return end if is_month_end(day) else end.replace(day=min(day.day, end.day))


def year_before(day: date) -> date:
    """The same day last year; a month's end stays a month's end."""
    return same_day(day, month_of(day) - 100)


def month_before(day: date) -> date:
    """The same day last month; a month's end stays a month's end."""
    end = last_day(add_months(month_of(day), -1))
    return end if is_month_end(day) else end.replace(day=min(day.day, end.day))


def last_month_end(day: date) -> date:
    """The last day of the month before."""
    return last_day(add_months(month_of(day), -1))


def closed_month(as_of: date, assessment_day: int) -> int:
    """The month before the as-of date's if its day is after the assessment day, else the one before that."""
    return add_months(month_of(as_of), -1 if as_of.day > assessment_day else -2)


def deadline(as_of: date, assessment_day: int) -> date:
    """The last day on which the closed month is still the closed one."""
    ym = month_of(as_of) if as_of.day <= assessment_day else add_months(month_of(as_of), 1)
    return first_day(ym) + timedelta(days=assessment_day - 1)


@dataclass(frozen=True)
class Period:
    """What an as-of date means on a basis: closed month, year, 当月, and the latest bill month."""

    as_of: date
    basis: str
    closed_month: int
    year: int
    month: int
    last_month: int  # EVERY_MONTH on the point basis: every bill issued

    @property
    def old_debt_month(self) -> int:
        """The month at whose end the old debt was frozen."""
        return (self.year - 1) * 100 + 12


def period(as_of: date, basis: str, assessment_day: int) -> Period:
    """The period of an as-of date on the 'assessment' or the 'point' basis."""
    closed = closed_month(as_of, assessment_day)
    if basis == "assessment":
        return Period(as_of, basis, closed, closed // 100, closed, closed)
    return Period(as_of, basis, closed, as_of.year, month_of(as_of), EVERY_MONTH)
