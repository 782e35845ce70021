"""The rest of every distribution of grades: who has none, by reason, tied to the overview."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.page import Page
from dashboard.tables.table import offer, small_table, titles
from data.scope import Scope
from services.credit import ungraded
from services.credit.ungraded import MEASURES, Tie

COLUMNS = ("reason", "households", "overdue_households", "balance", "overdue")
_SHOWN = {"customers": "households", "late": "overdue_households"}


def show(
    page: Page,
    graded: pd.DataFrame,
    left: pd.DataFrame,
    *,
    tied: bool = True,
    of: Scope | None = None,
    name: str = "ungraded",
) -> None:
    """The graded in one line, the ungraded by reason, and both together beside the overview (`tied`).

    `graded` has the measures of `services.credit.ungraded`; `tied` where the frames hold all classes
    of the scope, which is the page's unless they are `of` another. `name` is the file's.
    """
    t, fmt = page.t, page.fmt
    if not left["customers"].sum() and not tied:
        return
    many = fmt.count(int(left["customers"].sum()))
    label = t("grades.rest.title", customers=many, overdue=fmt.money(int(left["overdue"].sum())))
    st.markdown(f"**{label}**", help=t("grades.rest.help"))
    if tied:
        st.caption(_said(page, ungraded.tie(page.store.db, of or page.scope, graded, left)))
    rows, heads = table_of(page, graded, left)
    small_table(page, rows, heads, name)
    offer(page, name, rows.iloc[:-1], heads)


def table_of(page: Page, graded: pd.DataFrame, left: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The lines and the headings of their columns."""
    return lines(page, graded, left), titles(page, COLUMNS, "grading")


def lines(page: Page, graded: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS in words: the graded, each reason, and all."""
    t = page.t
    sums = [frame[list(MEASURES)].sum().to_frame().T for frame in (graded, left)]
    named = left.assign(reason=[t(f"grades.reason.{key}") for key in left["reason"]])
    whole = pd.concat(
        [
            sums[0].assign(reason=t("grades.rest.graded")),
            named,
            (sums[0] + sums[1]).assign(reason=t("grades.rest.all")),
        ]
    )
    return whole.rename(columns=_SHOWN)[list(COLUMNS)].reset_index(drop=True)


def _said(page: Page, tie: Tie) -> str:
    """The sum in a sentence; what is missing where it does not come to the overview's figure."""
    t, fmt = page.t, page.fmt
    sums = {"graded": tie.graded_overdue, "rest": tie.rest_overdue, "overdue": tie.overdue}
    if not tie.holds:
        sums["gap"] = tie.gap_overdue
    words = dict(zip(sums, fmt.moneys(*sums.values()), strict=True))
    key = "grades.rest.ties" if tie.holds else "grades.rest.differs"
    return t(key, customers=fmt.count(tie.late), **words)
