"""One ranking of all stations, counties, areas or collectors below the place the reader stands at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analytics.targets import AMOUNTS
from analytics.two_days import TwoDays
from dashboard import comparison, targets
from dashboard.frame.link_notice import misread
from dashboard.links.filters import Param, choice, number
from dashboard.page import Page
from dashboard.parts import drill, select_param, widget_key
from dashboard.tables import paging
from dashboard.tables.opening import Order
from dashboard.tables.table import offer, table, titles
from dashboard.words.literal import literal
from services.customers import debts
from services.recovery import ranking
from services.recovery.ranking import ORDERS, RANKED, Ranked

_LEVEL = re.compile("station|area|collector|unit[0-9]")
LEVEL: Param[str] = Param(
    "rank_level", ranking.STATION, lambda text: text if _LEVEL.fullmatch(text) else None
)
MEASURE = choice("rank_by", RANKED)
ORDER = choice("rank_order", ORDERS)
PAGE = number("rank_p", 1, 1, 100_000)
BY: Param[str] = Param("rank_col", "", lambda text: text if re.fullmatch("[a-z_]{1,32}", text) else None)
"""The column that a heading sorts all rows by, in the place of `ORDER`; `WAY` is how."""
WAY = choice("rank_way", ("desc", "asc"))
PARAMS: tuple[Param[Any], ...] = (LEVEL, MEASURE, ORDER, PAGE, BY, WAY)
A_PAGE, FEW_NAMED, ENDS, MOST_SHARED = 50, 20, 3, 10


def show(page: Page) -> None:
    """Level, measure, order and search; what is said of all; one page of rows, and the file of all."""
    t = page.t
    with page.part(t("ranking.title"), t("ranking.help")):
        levels = ranking.levels(page.store.db, page.scope)
        boxes = st.columns([2, 2, 2, 3], vertical_alignment="bottom")
        with boxes[0]:
            level = _select(page, LEVEL, levels, "level", lambda code: _level_word(page, code))
        with boxes[1]:
            measure = _select(page, MEASURE, RANKED, "measure", "targets.measure")
        with boxes[2]:
            order = _select(page, ORDER, ORDERS, "order", "ranking.orders")
        with boxes[3]:
            search = paging.search(page, "ranking_search", t("ranking.search_hint"), PAGE)
        days = comparison.two_days(page)
        ranked = _ranked(page, days, level, measure)
        if ranked.rows.empty:
            _left_out(page, ranked, level)
            page.empty(t("ranking.nothing"))
            return
        rows = _aimed(page, ranked, level, measure, days)
        _said(page, rows, measure)
        _left_out(page, ranked, level)
        columns = _columns(page, level, measure, days)
        _rows(page, ranking.listed(rows, search, order), level, measure, columns)
        offer(page, f"ranking_{'overdue' if measure in AMOUNTS else 'rate'}", rows, columns)


def _select(
    page: Page, param: Param[str], options: Sequence[str], name: str, words: str | Callable[[str], str]
) -> str:
    """A box that goes back to the first page when it is changed."""
    label = page.t(f"ranking.{name}")

    def changed() -> None:
        page.put(PAGE, 1)
        page.put(BY, "")

    return select_param(page, param, options, label, words, changed)


def _order(page: Page, columns: Mapping[str, str]) -> Order:
    """All rows as a click on a heading has asked; without one the box decides."""

    def choose(column: str, descending: bool) -> None:
        page.put(BY, column)
        page.put(WAY, "desc" if descending else "asc")
        page.put(PAGE, 1)

    asked = page.get(BY)
    if asked and asked not in columns:
        misread(page, BY, asked)
        asked = ""
    return Order(asked, page.get(WAY) == "desc", list(columns), choose)


def _level_word(page: Page, code: str) -> str:
    """A level of the tree by what its units are called."""
    return page.t.or_code(f"ranking.levels.{code}", page.t("ranking.levels.other", depth=code[4:]))


def _ranked(page: Page, days: TwoDays, level: str, measure: str) -> Ranked:
    with st.spinner(page.t("ranking.counting")):
        now = page.load(ranking.level_figures, level=level)
        then = page.load(ranking.level_figures, scope=page.scope.at(days.then.as_of), level=level)
    return ranking.ranking(page.store.db, page.scope, level, measure, now, then)


def _aimed(page: Page, ranked: Ranked, level: str, measure: str, days: TwoDays) -> pd.DataFrame:
    """The rows with their targets, in words and columns as the table has them."""
    db, scope, rules = page.store.db, page.scope, page.policy.recovery
    rows = ranking.aimed(db, scope, rules, targets.book(page), ranked, level, measure)
    by = ranking.dimension(level)
    names = [page.name(by, str(k), n) for k, n in zip(rows["key"], rows["name"], strict=True)]
    rows = rows.assign(name=names, target_gap=rows["gap"])
    if days.reason(measure):
        rows = rows.assign(rise=pd.array([pd.NA] * len(rows), dtype="Int64"))
    if measure in AMOUNTS:
        then = rows["then_value"].fillna(0).astype("int64")
        return rows.assign(overdue_then=then, target_amount=rows["target"].astype("Int64"))
    if measure == "household_months":
        return rows.rename(columns={"whole": "hh_billed", "part": "hh_settled", "missing": "missing_pairs"})
    return rows.rename(columns={"whole": "billed", "part": "collected"})


def _said(page: Page, rows: pd.DataFrame, measure: str) -> None:
    """The first and the last, how many are below their target and what they miss together."""
    t, fmt = page.t, page.fmt
    first, last = (_end(page, rows, place) for place in (rows["rank"].min(), rows["rank"].max()))
    ends = rows.iloc[[0, -1]]
    if measure in AMOUNTS:
        best, worst = fmt.moneys(*ends["value"])
    else:
        best, worst = map(fmt.rate_beside, ends["value"], ends["target"])
    said = {"count": fmt.count(len(rows)), "first": first, "best": best, "last": last, "worst": worst}
    is_one = rows["rank"].nunique() == 1 < len(rows)
    sentences = [t("ranking.all_equal" if is_one else "ranking.ends", **said)]
    pairs = measure == "household_months"
    missing = rows["missing_pairs" if pairs else "missing"]
    if (missing > 0).any():
        short = int(missing.sum())
        amount = t("targets.households", count=fmt.count(short)) if pairs else fmt.money(short)
        sentences.append(t("ranking.short", count=fmt.count((missing > 0).sum()), missing=amount))
    st.markdown(t.sentences(sentences))


def _end(page: Page, rows: pd.DataFrame, place: int) -> str:
    """Who has a place, and with how many others it is shared."""
    there = rows[rows["rank"] == place]
    name, others = literal(there["name"].iloc[0]), len(there) - 1
    if not others:
        return name
    return page.t("ranking.shared", name=name, others=page.fmt.count(others))


def _left_out(page: Page, ranked: Ranked, level: str) -> None:
    """Who is not ranked, and why."""
    t = page.t
    for kind, units in (("left_out", ranked.left_out), ("elsewhere", ranked.elsewhere)):
        if units:
            names = [name or t(f"ranking.no_{level}") for _, name in units[:FEW_NAMED]]
            more = t("ranking.and_more") if len(units) > FEW_NAMED else ""
            listed = t.listed(literal(name) for name in names) + more
            st.caption(t(f"ranking.{kind}", count=page.fmt.count(len(units)), names=listed))


def _rows(page: Page, rows: pd.DataFrame, level: str, measure: str, columns: Mapping[str, str]) -> None:
    """One page of rows; a row goes down to its unit."""
    if rows.empty:
        page.empty(page.t("debt_lists.not_found"))
        return
    order = _order(page, columns)
    if order.column:
        rows = debts.ordered(rows, order.column, order.descending)
    shown, turned, pages = paging.rows_of(page, PAGE, rows, A_PAGE)
    by = ranking.dimension(level)
    picked = table(
        page,
        "ranking_overdue" if measure in AMOUNTS else "ranking_rate",
        shown,
        columns,
        select=True,
        key=widget_key(page, f"ranking_{level}_{measure}_{turned}"),
        height=min(38 + 35 * len(shown), 900),
        files=False,
        shades=_shades(shown, int(rows["rank"].max())),
        order=order,
        seen=len(columns) - 1,
    )
    paging.pager(page, "ranking", turned, pages, lambda number: page.put(PAGE, number))
    if picked is not None:
        page.put(PAGE, 1)
        drill(page, by, str(shown.iloc[picked]["key"]))


def _shades(shown: pd.DataFrame, last: int) -> list[str]:
    """The first and the last of the whole ranking stand out, where they are not one another."""
    if last <= 2 * ENDS or (shown["rank"] <= ENDS).sum() > MOST_SHARED:
        return ["bad" if last > 2 * ENDS and r > last - ENDS else "" for r in shown["rank"]]
    return ["good" if r <= ENDS else "bad" if r > last - ENDS else "" for r in shown["rank"]]


def _columns(page: Page, level: str, measure: str, days: TwoDays) -> dict[str, str]:
    """The headings, the other day named."""
    t, then = page.t, page.fmt.date(days.then.as_of)
    if measure in AMOUNTS:
        wide = "rank rise name overdue overdue_then target_amount missing open customers key"
    elif measure == "household_months":
        wide = (
            "rank rise name value target target_gap missing_pairs then_value hh_billed hh_settled overdue key"
        )
    elif measure == "on_time":
        wide = "rank rise name value then_value billed collected overdue customers key"
    else:
        wide = "rank rise name value target target_gap missing then_value billed collected overdue key"
    special = {
        "name": _level_word(page, level),
        "value": t(f"targets.measure.{measure}"),
        "then_value": t("ranking.on_day", day=then),
        "overdue_then": t("ranking.on_day", day=then),
    }
    return titles(page, wide.split(), **special)
