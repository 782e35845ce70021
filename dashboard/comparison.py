"""What the figures of a page are compared with: the reader's choice, the two days by name, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from analytics.two_days import CUMULATIVE, WAYS, Against, TwoDays, other_day
from dashboard.frame.day_boxes import day_boxes
from dashboard.frame.sidebar import days_known
from dashboard.links import filters as bar
from dashboard.page import Page
from dashboard.parts import Card, NotCompared, changed, counted, figure_grid
from services.recovery import figures

ARREARS = ("balance", "past_months", "overdue")
KEY, ANY_DAY = "against", "day"
_LATE = (("former", "old_debt"), ("year", "current_year"))
"""What the data may begin too late for, and a figure that tells."""


def two_days(page: Page) -> TwoDays:
    """The page's day and the one that the reader compares it with."""
    return figures.two_days(page.store.db, page.scope, page.policy.recovery, page.filters.against)


def choose(page: Page) -> TwoDays:
    """The box for the other day, the two days by name, and what cannot be compared across them."""
    days, against = two_days(page), page.filters.against
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="comparison"):
        _way(page, against, days.then.as_of)
        if isinstance(against, date):
            day_boxes(
                page,
                ("against_month", "against_day"),
                (page.t("comparison.other_day"), page.t("filters.day")),
                against,
                days_known(page.store),
                _put,
            )
    st.caption(page.t.sentences(_said(page, days)))
    return days


def named(page: Page, days: TwoDays) -> str:
    """The two days in one phrase."""
    return page.t("comparison.days", now=page.fmt.date(days.now.as_of), then=page.fmt.date(days.then.as_of))


def beside(page: Page, days: TwoDays) -> str:
    """What stands beside a difference on a card."""
    return page.t("comparison.beside", then=page.fmt.date(days.then.as_of))


def rate_card(
    page: Page,
    label: str,
    rates: tuple[float, float],
    figure: str,
    days: TwoDays,
    below: str,
    target: float | None = None,
) -> Card:
    """A card of a rate now and then: its difference in points, or why there is none."""
    now, then = rates
    beside = page.fmt.rate_beside(now, target)
    reason = "no_data" if pd.isna(now) or pd.isna(then) else days.reason(figure)
    if reason:
        return label, beside, NotCompared(page.t(f"comparison.not.{reason}")), below
    return label, beside, page.fmt.points_between(now, then), below


def why_links(page: Page, figure_of: Mapping[str, str]) -> dict[str, Callable[[], None]]:
    """Below the cards of these labels: the link that explains the change of their figure."""

    def link(figure: str) -> None:
        page.link("recovery", page.t("why.link"), icon="", view="why", what=figure)

    return {label: partial(link, figure) for label, figure in figure_of.items()}


def arrears_cards(page: Page, days: TwoDays) -> list[Card]:
    """The cards of the three definitions of arrears, with the differences."""
    day = days.then
    now = page.load(figures.arrears, closed_month=days.now.closed_month)
    then = page.load(figures.arrears, scope=page.scope.at(day.as_of), closed_month=day.closed_month)
    began = page.store.facts.first_issue
    is_known = began is not None and began <= day.as_of
    cards: list[Card] = []
    for name in ARREARS:
        amount, below = getattr(now, name).amount, counted(page, getattr(now, name))
        figures_of: tuple[str, str | NotCompared] = (
            changed(page, amount, getattr(then, name).amount)
            if is_known
            else (page.fmt.money(amount), NotCompared(page.t("comparison.not.no_data")))
        )
        cards.append((page.t(f"columns.{name}"), *figures_of, below))
    return cards


def arrears_grid(page: Page, days: TwoDays) -> None:
    """Those cards, each with the link that explains its change."""
    links = why_links(page, {page.t(f"columns.{name}"): name for name in ARREARS})
    cards = arrears_cards(page, days)
    figure_grid(page, cards, better="less", beside=beside(page, days), below_of=links)


def _way(page: Page, against: Against, then: date) -> None:
    named = {way: page.fmt.date(other_day(page.scope.as_of, way)) for way in WAYS}

    def chosen() -> None:
        way = st.session_state[KEY]
        first, last = days_known(page.store)
        _put(min(max(then, first), last) if way == ANY_DAY else way)

    st.session_state[KEY] = ANY_DAY if isinstance(against, date) else against
    st.selectbox(
        page.t("comparison.label"),
        (*WAYS, ANY_DAY),
        format_func=lambda way: page.t(f"comparison.way.{way}", day=named.get(way, "")),
        key=KEY,
        on_change=chosen,
        help=page.t("comparison.help"),
        placeholder="",
        width=300,
    )


def began_late(page: Page, kind: str) -> str:
    """That the data begin too late for figures of former years (`former`), or of the year (`year`)."""
    return page.t(f"comparison.began_late.{kind}", first=page.fmt.month(page.store.facts.first_month))


def _put(against: Against) -> None:
    bar.change_filters(against=against)


def _said(page: Page, days: TwoDays) -> list[str]:
    """The two days, and one sentence for each kind of figure that they do not compare."""
    t, fmt = page.t, page.fmt
    said = {"now": fmt.date(days.now.as_of), "then": fmt.date(days.then.as_of)}
    sentences = [t("comparison.days_are", **said)]
    if any(days.reason(figure) == "other_year" for figure in CUMULATIVE):
        years = {"year": days.now.year, "other": days.then.year}
        sentences.append(t("comparison.why.other_year", **years))
    sentences += [began_late(page, kind) for kind, figure in _LATE if days.reason(figure) == "began_late"]
    if days.reason("month"):
        months = {"month": fmt.month(days.now.month), "other": fmt.month(days.then.month)}
        sentences.append(t("comparison.why.other_age", **months))
    if not days.at_one_point_of_the_month:
        sentences.append(t("comparison.why.uneven"))
    return sentences
