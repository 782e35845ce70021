"""Whether what is open will be cleared by a day, at the recent pace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Pace:
    """What will be open at the deadline, and when nothing will be (None: never at this pace)."""

    expected_open: int
    cleared_on: date | None
    in_time: bool


def projected(open_now: int, open_then: int, days: int, as_of: date, deadline: date) -> Pace:
    """Straight on from the last `days` days: pace = (open then - open now) / days, never below 0.

    The pace of bills that are few and old is slower than that: it is the earliest day to hope for.
    """
    if open_now <= 0:
        return Pace(0, as_of, True)
    gained = max(open_then - open_now, 0)
    left = max((deadline - as_of).days, 0)
    expected = max(open_now - gained * left // days, 0)
    needed = math.ceil(open_now * days / gained) if gained else None
    if needed is None or needed > 3660:
        return Pace(expected, None, False)
    cleared_on = as_of + timedelta(days=needed)
    return Pace(expected, cleared_on, cleared_on <= deadline)
