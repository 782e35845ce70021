"""Until when a debt can be sued for: the limit of action, which each delivered demand begins anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd


def limit_on(due_on: date, demands: Iterable[date], years: int) -> date:
    """`years` from the due day, anew from each demand after it that came while it still ran.

    Civil Code 188 and 195. A demand up to the due day was for another debt; one after the limit revives
    nothing.
    """
    limit = _later(due_on, years)
    for day in sorted(demands):
        if due_on < day <= limit:
            limit = _later(day, years)
    return limit


def _later(day: date, years: int) -> date:
    """The same day so many years on; 28 February for the 29th where that year has none."""
    return (pd.Timestamp(day) + pd.DateOffset(years=years)).date()
