"""Months on an axis: a line breaks where its year ends, a last month that has not ended is marked as such."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analytics.calendar import is_month_end, month_of, year_before
from dashboard.charts.look import Look

HATCH = "/"


def runs(frame: pd.DataFrame, year: str | None) -> list[pd.DataFrame]:
    """The rows of each year by themselves: what adds up through a year is no line into the next."""
    if year is None or frame.empty:
        return [frame]
    number = (frame[year] != frame[year].shift()).cumsum()
    return [rows for _, rows in frame.groupby(number, sort=False)]


def part_of_month(frame: pd.DataFrame) -> date | None:
    """The last row's day (column `as_of`) where it does not end its month."""
    if "as_of" not in frame or frame.empty:
        return None
    day: date = frame["as_of"].iloc[-1]
    return None if is_month_end(day) else day


def month_name(look: Look, month: Any, part: date | None) -> str:
    """A month; of the one that has not ended, up to which day."""
    name = look.fmt.month(month)
    if part is None or int(month) != month_of(part):
        return name
    return look.t("charts.part_of_month", month=name, day=part.day)


def last_year_days(frame: pd.DataFrame) -> list[date | None]:
    """The day that each row's value of last year stands for: `last_year_on`, else a year before `as_of`."""
    if "last_year_on" in frame:
        return list(frame["last_year_on"])
    return [year_before(day) for day in frame["as_of"]] if "as_of" in frame else [None] * len(frame)


def last_year_names(look: Look, frame: pd.DataFrame) -> tuple[str, list[str]]:
    """What the legend calls last year's line, with the day it goes to; and each point with its own day."""
    t, days = look.t, last_year_days(frame)
    if not days or days[-1] is None:
        return t("charts.last_year"), [t("charts.last_year")] * len(days)
    each = [t("charts.last_year_on", day=look.fmt.date(day)) for day in days]
    return t("charts.last_year_to", day=look.fmt.date(days[-1])), each


def points(months: list[int], part: date | None, size: int) -> dict[str, Any]:
    """The marks of a line's points: larger and hollow where the month has not ended."""
    if part is None or month_of(part) not in months:
        return {"size": size}
    is_part = [m == month_of(part) for m in months]
    symbols = ["circle-open" if p else "circle" for p in is_part]
    return {"size": [size + 4 if p else size for p in is_part], "symbol": symbols}


def hatches(keys: list[str], part: date | None) -> list[str]:
    """The patterns of bars by month (as text): hatched where the month has not ended."""
    return [HATCH if part and key == str(month_of(part)) else "" for key in keys]
