"""The earliest day of a change of the last twelve months, against going through the days one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from analytics.counterfactual import Change
from analytics.waiting import earliest

DAY = date(2026, 11, 20)
DUE = [date(2025 + (m > 12), (m - 1) % 12 + 1, 15) for m in range(10, 23)]
LATE = {date(2026, 2, 15): 100, date(2026, 5, 15): 40, date(2026, 8, 15): 100}
"""By due day, of 100, what was not paid in time."""


def bills() -> pd.DataFrame:
    """A bill of 100 a month, three of them late; the first is out of the window, the last not due yet."""
    rows = [
        {
            "due_on": d,
            "rcvbl_ym": d.year * 100 + d.month,
            "is_billed": True,
            "billed": 100,
            "collected_by_due": 100 - LATE.get(d, 0),
            "open_after_due": LATE.get(d, 0),
        }
        for d in [*DUE, DAY + timedelta(days=5)]
    ]
    return pd.DataFrame(rows)


def late_on(day: date) -> list[int]:
    """What of the late ones still counts on a day, oldest first."""
    since = day.replace(year=day.year - 1)
    return [late for due, late in LATE.items() if due + timedelta(days=1) > since]


def first_day(enough: object) -> date:
    """The first day from DAY on with few enough late ones."""
    days = (DAY + timedelta(days=n) for n in range(400))
    return next(d for d in days if enough(late_on(d)))  # type: ignore[operator]


VALUE = 100 - 100 * sum(LATE.values()) / 1200


@pytest.mark.parametrize(
    ("change", "enough"),
    [
        (Change("on_time_share", VALUE, 100.0, 1), lambda late: not late),
        (Change("on_time_share", VALUE, 90.0, 1), lambda late: sum(late) <= 120),
        (Change("on_time_share", VALUE, 85.0, 1), lambda late: sum(late) <= 180),
        (Change("arrears_12m", 3.0, 0.0, 1), lambda late: not late),
        (Change("arrears_12m", 3.0, 2.0, 1), lambda late: len(late) <= 2),
        (Change("part_payments", 1.0, 0.0, 1), lambda late: 40 not in late),
    ],
)
def test_the_earliest_day_is_the_first_of_all(change: Change, enough: object) -> None:
    assert earliest(change, bills(), DAY) == first_day(enough)


def test_no_day_is_claimed_where_bills_do_not_tell() -> None:
    assert earliest(Change("late_days_max", 40.0, 5.0, 1), bills(), DAY) is None
    assert earliest(Change("arrears_12m", 3.0, 1.0, 1), bills().iloc[:0], DAY) is None
