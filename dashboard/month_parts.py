"""A month that has not ended, said below a chart and in a column of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from analytics.calendar import is_month_end, month_of
from dashboard.charts.spans import part_of_month

if TYPE_CHECKING:
    from dashboard.page import Page


def say_part(page: Page, frame: pd.DataFrame) -> None:
    """Up to which day the last month of a frame (column `as_of`) goes, where it has not ended."""
    day = part_of_month(frame)
    if day is not None:
        fmt = page.fmt
        st.caption(page.t("charts.part_said", month=fmt.month(month_of(day)), day=fmt.date(day)))


def with_parts(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `month_part` for its file, beside its `as_of`: a whole month, or a part of one."""
    whole, part = page.t("charts.whole_month"), page.t("charts.part_month")
    return frame.assign(month_part=[whole if is_month_end(d) else part for d in frame["as_of"]])
