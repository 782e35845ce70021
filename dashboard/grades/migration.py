"""Distribution and migration: from one day's grades to another's, their stability, and the months between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from analytics.calendar import at_one_point_of_the_month, is_month_end, month_before, month_of, year_before
from dashboard.charts import grade_history as charts
from dashboard.grades import choice as chosen
from dashboard.grades import classes, rest
from dashboard.links.filters import Param, choice
from dashboard.page import Page
from dashboard.parts import figure_grid, switch_param
from dashboard.tables.table import offer, titles
from dashboard.what_if import bench
from dashboard.words.credit_terms import grade_names
from services.credit import grade_history, ungraded

MEASURE = choice("measure", ("households", "balance"))
Counts = dict[date, npt.NDArray[np.int64]]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


FROM: Param[date] = Param("from", date.min, _day, date.isoformat)


def show(page: Page) -> None:
    """The matrix between two days, then the trend."""
    days = _days(page)
    if not days:
        page.empty(page.t("grades.one_day"))
        return
    model = classes.switch(page, page.policy.credit, "migration", all_first=True)
    _between(page, days, model)
    _trend(page, model)


def _days(page: Page) -> list[date]:
    """The month ends that the day of the page can be held against, and its own day last month and last year;
    newest first.
    """
    first, last = page.store.facts.first_issue, page.scope.as_of
    if first is None:
        return []
    like = (month_before(last), year_before(last))
    ends = grade_history.month_ends(last, first, 36)
    return [d for d in sorted({*ends, *like}, reverse=True) if first <= d < last]


def _between(page: Page, days: list[date], model: str) -> None:
    t, last = page.t, page.scope.as_of
    first = _first_day(page, days)
    between = {"first": page.fmt.date(first), "last": page.fmt.date(last)}
    with page.part(t("grades.migration_between", **between), t("grades.migration_help")):
        left, right = st.columns([1, 2], vertical_alignment="bottom")
        with left:
            _day_box(page, days, first)
        with right:
            measure = switch_param(page, MEASURE, ("households", "balance"), t("filters.by"), "columns")
        if not at_one_point_of_the_month(first, last):
            st.caption(t("grades.uneven_days", **between))
        if not bench.ask_first(page, page.policy, first, "first"):
            return
        if not bench.ask_first(page, page.policy, last, "last"):
            return
        old, new = (bench.side(page, page.policy, day) for day in (first, last))
        models = None if model == chosen.ALL_MODELS else [model]
        before, after = (grade_history.positions(s.given, s.grades, models) for s in (old, new))
        frame = grade_history.matrix(before, after, grade_history.balances(new.given), new.keys)
        if not frame["households"].sum():
            page.empty(t("grades.nobody"))
            return
        _figures(page, frame, grade_history.psi(before, after, len(new.keys)), new.keys)
        names = grade_names(page.t, page.policy.credit)
        shown = frame.assign(share=frame[f"{measure}_share"], amount=frame[measure])
        money = measure == "balance"
        figure = charts.migration(shown, page.look, names, new.keys, days=(first, last), money=money)
        page.chart(figure, "grade_migration", t("grades.migration_alt", **between))
        _offer(page, shown, names, between)
        both, others = ungraded.on_both(new.given, new.grades, before, models)
        rest.show(page, both, others, tied=models is None)


def _offer(page: Page, shown: pd.DataFrame, names: Mapping[str, str], between: Mapping[str, str]) -> None:
    """The matrix as a file, one row per pair of grades; its headings and its sheet name the two days."""
    t = page.t
    named = shown.assign(old=shown["old"].map(names), new=shown["new"].map(names))
    of_days = {
        "old": t("grades.on_day", day=between["first"]),
        "new": t("grades.on_day", day=between["last"]),
    }
    heads = of_days | titles(page, ("households", "balance", "share"))
    offer(page, "grade_migration", named, heads, (t("grades.migration_between", **between),))


def _first_day(page: Page, days: list[date]) -> date:
    """The earlier day: the month's end a year before where the data reach, else the oldest."""
    ends = [d for d in days if is_month_end(d)]
    year = [d for d in ends if month_of(d) == month_of(page.scope.as_of) - 100]
    return page.pick(FROM, days, (year or ends or days)[0 if year else -1])


def _day_box(page: Page, days: list[date], first: date) -> None:
    key = "migration_from"
    st.session_state[key] = first
    st.selectbox(
        page.t("grades.from_day"),
        days,
        format_func=page.fmt.date,
        key=key,
        on_change=lambda: page.put(FROM, st.session_state[key]),
        placeholder="",
    )


def _figures(page: Page, frame: pd.DataFrame, psi: float, keys: tuple[str, ...]) -> None:
    t, fmt = page.t, page.fmt
    place = {key: i for i, key in enumerate(keys)}
    step = frame["new"].map(place) - frame["old"].map(place)
    total = int(frame["households"].sum())

    def counted(which: pd.Series) -> tuple[str, str]:
        n = int(frame.loc[which, "households"].sum())
        return fmt.count(n), fmt.rate(n / total)

    reading = "stable" if psi < grade_history.STABLE else "some" if psi < grade_history.SHIFTED else "shifted"
    up, down, same = counted(step < 0), counted(step > 0), counted(step == 0)
    figure_grid(
        page,
        [
            (t("evaluation.up"), up[0], None, up[1]),
            (t("grades.same_grade"), same[0], None, same[1]),
            (t("evaluation.down"), down[0], None, down[1]),
            (t("grades.psi"), fmt.number(psi, 3), None, t(f"grades.psi_reading.{reading}")),
        ],
    )


def _trend(page: Page, model: str) -> None:
    t, credit = page.t, page.policy.credit
    with page.part(t("grades.trend"), t("grades.trend_help")):
        first = page.store.facts.first_issue
        days = grade_history.month_ends(page.scope.as_of, first or date.max)
        ready = [d for d in days if bench.is_kept(page, page.policy, d)]
        if len(ready) < len(days):
            ready = _make(page, days, ready)
        if not ready:
            return
        models = None if model == chosen.ALL_MODELS else [model]
        counts: Counts = {d: bench.counts(page, page.policy, d, models) for d in ready}
        frame = grade_history.trend({d: held[:-1] for d, held in counts.items()}, credit.grade_keys)
        if not frame["households"].sum():
            page.empty(t("grades.nobody"))
            return
        names = grade_names(page.t, credit)
        figure = charts.share_trend(frame, page.look, names, credit.grade_keys)
        page.chart(figure, "grade_trend", t("grades.trend_alt"))
        left = [{"as_of": d, "grade": t("grades.ungraded"), "households": int(counts[d][-1])} for d in ready]
        newest = left[-1]
        day, many = page.fmt.date(newest["as_of"]), page.fmt.count(newest["households"])
        st.caption(t("grades.trend_rest", day=day, customers=many))
        named = pd.concat([frame.assign(grade=frame["grade"].map(names)), pd.DataFrame(left)])
        named = named.sort_values("as_of", kind="stable", ignore_index=True)
        offer(page, "grade_trend", named, titles(page, ("as_of", "grade", "households", "share")))


def _make(page: Page, days: list[date], ready: list[date]) -> list[date]:
    """Grade the months that are missing, with how far it is; where it takes minutes, on a button."""
    t, fmt = page.t, page.fmt
    missing = [d for d in days if d not in ready]
    if not bench.is_small(page):
        st.caption(t("grades.months_missing", missing=len(missing), all=len(days)))
        words = t("grades.compute_months", count=len(missing))
        if not st.button(words, key="compute_months", icon=":material/calculate:"):
            return ready
    bar = st.progress(0.0)
    for i, day in enumerate(missing):
        bar.progress(i / len(missing), t("grades.computing", day=fmt.date(day)))
        bench.keep(page, page.policy, day)
    bar.empty()
    return days
