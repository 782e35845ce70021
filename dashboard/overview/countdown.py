"""结零倒计时: what is still open by 所, 台区 and 户, against last year, and whether it will make it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.calendar import year_before
from dashboard.links.filters import choice
from dashboard.overview import who_decides
from dashboard.overview.record import LEAST_CHANCE, record
from dashboard.page import Page
from dashboard.parts import (
    NotCompared,
    changed,
    counted,
    drill,
    figure_grid,
    level_below,
    parent_of,
    people,
    switch_param,
    widget_key,
)
from dashboard.tables.table import table, titles
from dashboard.words.format import NOTHING
from services.recovery import figures

BY = choice("left", ("org", "station", "area", "customer"))
UNIT_COLUMNS = (
    *("open", "customers", "last_year_open", "last_year_customers"),
    *("expected_open", "low_open", "high_open", "old_open"),
)
CUSTOMER_COLUMNS = (
    *("cons_no", "name", "open", "last_year_open", "days_overdue", "expected_open"),
    *("low_open", "high_open", "old_open", "org_name", "tg_no", "collector"),
)
FEW, MANY = 8, 50


def countdown(page: Page) -> None:
    """The verdict, the amounts beside last year's on the same day, and who is still open."""
    t, fmt = page.t, page.fmt
    with page.part(t("overview.countdown"), t("overview.countdown_help")):
        c = page.load(figures.cleared)
        days = (c.deadline - page.scope.as_of).days
        one = page.load(figures.deciding)
        st.markdown(_verdict(page, c, days, one))
        if one is not None:
            who_decides.link(page, one)
        month = (t("overview.month_open", month=fmt.month(c.closed_month)), c.month_open)
        cards = [
            (label, *_same_day(page, now.amount, before), counted(page, now))
            for label, now, before in (
                (*month, c.last_year_month_open),
                (t("columns.old_open"), c.old_open, c.last_year_old_open),
            )
        ]
        last_year = page.t("comparison.beside", then=fmt.date(year_before(page.scope.as_of)))
        figure_grid(page, [*cards, _estimate(page, c, one)], better="less", beside=last_year)
        record(page)
        by = switch_param(page, BY, ("org", "station", "area", "customer"), t("filters.by"), "overview.left")
        if by == "customer":
            _customers(page)
        else:
            _units(page, by)
        page.link("recovery", t("overview.all_units"), view="cleared")


def _estimate(page: Page, c: figures.Cleared, one: figures.Deciding | None) -> tuple[str, str, None, str]:
    """What is expected on the assessment day, and its band, or on whom it depends."""
    t, fmt = page.t, page.fmt
    label = t("overview.expected_open", day=fmt.date(c.deadline))
    if c.expected is None:
        return label, NOTHING, None, t("overview.too_short")
    if one is not None:
        return label, fmt.money(c.expected), None, who_decides.below(page, one)
    expected, low, high = fmt.moneys(c.expected, c.low, c.high)
    return label, expected, None, t("overview.band", low=low, high=high)


def _verdict(page: Page, c: figures.Cleared, days: int, one: figures.Deciding | None = None) -> str:
    t, fmt = page.t, page.fmt
    head = t("overview.days_left", days=fmt.count(days), deadline=fmt.date(c.deadline))
    if c.month_cleared:
        return f"{head}{t('overview.is_cleared')}"
    if not days:
        return f"{head}{t('overview.on_the_day', open=fmt.money(c.month_open.amount))}"
    if c.verdict is None or c.chance is None:
        return f"{head}{t('overview.untold')}"
    if one is not None:
        return f"{head}{who_decides.verdict(page, one, _about(page, c.chance))}"
    expected, low, high = fmt.moneys(c.expected, c.low, c.high)
    said = {"expected": expected, "low": low, "high": high}
    return f"{head}{t(f'overview.{c.verdict}', chance=_about(page, c.chance), **said)}"


def _about(page: Page, chance: float) -> str:
    """No chance of something to come is 0 or 1."""
    return page.fmt.rate(min(max(chance, LEAST_CHANCE), 1 - LEAST_CHANCE), 0)


def _same_day(page: Page, now: int, before: figures.Holding | None) -> tuple[str, str | None]:
    """What is open, and the difference to last year, or why there is none."""
    if before is None:
        return page.fmt.money(now), NotCompared(page.t("comparison.not.began_late"))
    return changed(page, now, before.amount)


def _units(page: Page, by: str) -> None:
    """Units below this one, every station, or every transformer area; a row leads down."""
    dimension: figures.Dimension = "area" if by == "area" else "org"
    if by == "org":
        dimension = level_below(page, dimension)
    parent = figures.EVERY_STATION if by == "station" else parent_of(page, dimension)
    frame = page.load(figures.cleared_by, by=dimension, parent=parent)
    frame = frame[(frame["open"] > 0) | (frame["old_open"] > 0)].reset_index(drop=True)
    if frame.empty:
        return page.empty(page.t("overview.is_cleared"))
    names = [page.name(dimension, k, n) for k, n in zip(frame["key"], frame["name"], strict=True)]
    columns = titles(
        page, ("name", *UNIT_COLUMNS), name=page.t(f"overview.left.{'area' if dimension == 'area' else by}")
    )
    row = _table(page, by, frame.assign(name=names), columns)
    say_medians(page, frame)
    return None if row is None else drill(page, dimension, str(frame["key"].iloc[row]))


def say_medians(page: Page, units: pd.DataFrame) -> None:
    """Why what is expected of the units does not come to what is expected of all."""
    apart = figures.medians_apart(page.load(figures.cleared), units)
    if apart is not None:
        together, expected = page.fmt.moneys(*apart)
        st.caption(page.t("overview.medians", together=together, expected=expected))


def _customers(page: Page) -> None:
    frame = people(page, page.load(figures.cleared_customers, limit=MANY))
    if frame.empty:
        return page.empty(page.t("overview.is_cleared"))
    customers, _ = page.load(figures.not_cleared_total)
    if customers > len(frame):
        count = page.fmt.count
        st.caption(page.t("overview.left_few", few=count(len(frame)), customers=count(customers)))
    row = _table(page, "customer", frame, titles(page, CUSTOMER_COLUMNS), is_whole=customers <= len(frame))
    return None if row is None else page.open_customer(str(frame["cons_no"].iloc[row]))


def _table(
    page: Page, by: str, frame: pd.DataFrame, columns: dict[str, str], is_whole: bool = True
) -> int | None:
    height = None if len(frame) <= FEW else 320
    key = widget_key(page, f"table_left_{by}")
    return table(
        page, "overview_cleared", frame, columns, height=height, select=True, key=key, is_whole=is_whole
    )
