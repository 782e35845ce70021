"""A day as two select boxes in the reader's language: Streamlit's calendar speaks English only."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from dashboard.page import Page

Put = Callable[[date], None]
TYPED = "YYYY-MM-DD"
"""How a day is typed into a box: `st.date_input` knows no 年, 月, 日."""


def day_boxes(
    page: Page,
    keys: tuple[str, str],
    labels: tuple[str, str],
    day: date,
    bounds: tuple[date, date],
    put: Put,
    help: str | None = None,
) -> None:
    """Month and day between two bounds; `put` is given the day chosen: another month is taken at its end."""
    t, (first, last) = page.t, bounds
    low, high = _days(day.year * 100 + day.month, first, last)
    months, days = _months(first, last), range(low, high + 1)
    st.session_state[keys[0]] = day.year * 100 + day.month
    st.session_state[keys[1]] = day.day

    def chosen(to_month_end: bool) -> None:
        month, wanted = st.session_state[keys[0]], st.session_state[keys[1]]
        if month not in months or not isinstance(wanted, int):  # no browser that drew them sends that
            return
        low, high = _days(month, first, last)
        wanted = high if to_month_end else wanted
        put(date(month // 100, month % 100, min(max(wanted, low), high)))

    row = st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="bottom")
    given: dict[str, Any] = {"on_change": chosen, "placeholder": ""}
    row.container(width=132).selectbox(
        labels[0], months, format_func=page.fmt.month, key=keys[0], args=(True,), help=help, **given
    )
    row.container(width=88).selectbox(
        labels[1],
        days,
        format_func=lambda d: t("filters.day_of_month", day=d),
        key=keys[1],
        args=(False,),
        **given,
    )


def _months(first: date, last: date) -> list[int]:
    """The months between two days, newest first."""
    counts = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [n // 12 * 100 + n % 12 + 1 for n in counts][::-1]


def _days(month: int, first: date, last: date) -> tuple[int, int]:
    """The first and the last day of a month that lie between the bounds."""
    year, number = divmod(month, 100)
    low = first.day if (first.year, first.month) == (year, number) else 1
    high = last.day if (last.year, last.month) == (year, number) else calendar.monthrange(year, number)[1]
    return low, high
