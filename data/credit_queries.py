"""Typed functions over the queries that credit grading reads."""

from __future__ import annotations

from datetime import date

import pandas as pd

from data.sql_files import Database, frame, text_of

COUNTER_MODES = ("01", "0101", "010101", "010201", "0201", "020101", "0301", "030101")
"""PAY_MODE at a counter, on a round or with an agent: what is not an electronic channel."""

HALF_LIFE_DAYS = 182.625
"""After this time an arrear weighs half in the recent ones."""


def indicator_ingredients(db: Database, as_of: date) -> pd.DataFrame:
    """What the indicators are computed from, one row per customer number, by cons_key."""
    values = {"as_of": as_of, "counter_modes": list(COUNTER_MODES), "decay_per_day": 1 / HALF_LIFE_DAYS}
    return frame(db, text_of("indicator_ingredients"), values)


def arrears_after(db: Database, as_of: date, until: date) -> pd.DataFrame:
    """Who had a bill fall due in (as_of, until], and how many of those periods were unpaid a day later.

    An arrear is dated the day after the due date, so due dates from the as-of date on count.
    """
    return frame(db, text_of("arrears_after"), {"as_of": as_of, "until": until})
