"""The limit of action: from the due day, anew from each demand while it runs."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.limit_of_action import limit_on

DUE = date(2025, 12, 17)


@pytest.mark.parametrize(
    ("demands", "limit"),
    [
        ([], date(2028, 12, 17)),
        ([date(2025, 10, 16)], date(2028, 12, 17)),
        ([DUE], date(2028, 12, 17)),
        ([date(2025, 12, 18)], date(2028, 12, 18)),
        ([date(2027, 5, 1), date(2026, 3, 1)], date(2030, 5, 1)),
        ([date(2028, 12, 17)], date(2031, 12, 17)),
        ([date(2028, 12, 18)], date(2028, 12, 17)),
        ([date(2028, 1, 1), date(2030, 12, 31), date(2034, 1, 1)], date(2033, 12, 31)),
    ],
)
def test_only_a_demand_while_it_runs_begins_it_anew(demands: list[date], limit: date) -> None:
    assert limit_on(DUE, demands, 3) == limit


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    assert limit_on(date(2024, 2, 29), [], 3) == date(2027, 2, 28)
