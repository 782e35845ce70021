"""The three definitions of arrears, what is shown apart, and who holds the balance."""

from __future__ import annotations

import streamlit as st

from analytics.rest import Rest, rest_of
from dashboard import comparison
from dashboard.charts.ranks import ranking
from dashboard.customers.choice import LISTS
from dashboard.page import Page
from dashboard.parts import (
    drill,
    level_below,
    parent_of,
    people,
    say_rest,
    widget_key,
)
from dashboard.tables.table import offer, table, titles
from services.recovery import figures

FEW = 8
BESIDE = 620
"""Less than so many pixels wide, the chart and the list stand below one another."""


def arrears(page: Page) -> None:
    """The three definitions, what stands apart from them, and the holders."""
    t = page.t
    with page.part(t("overview.arrears"), t("overview.arrears_help")):
        now = page.load(figures.headline)
        comparison.arrears_grid(page, comparison.two_days(page))
        st.caption(_apart(page, now))
        _holders(page)
        page.link("ageing", t("overview.to_ageing"))
        for view in LISTS:
            page.link("customers", t("overview.to_list", what=t(f"customers.views.{view}")), view=view)


def _apart(page: Page, now: figures.Headline) -> str:
    t, fmt = page.t, page.fmt
    prepaid = fmt.money(now.prepaid.amount) if now.prepaid else "—"
    clean = {"clean": fmt.count(now.clean_customers), "billed": fmt.count(now.billed_customers)}
    return t(
        "overview.apart",
        prepaid=prepaid,
        credit=fmt.money(now.credit),
        in_transit=fmt.money(now.in_transit.amount),
        written_off=fmt.money(now.written_off.amount),
        recovered_after=fmt.money(now.recovered_after),
        **clean,
    )


def _holders(page: Page) -> None:
    t = page.t
    grid = st.grid(2, min_column_width=BESIDE, gap="medium")
    with grid.cell():
        by = level_below(page, "org")
        units = page.load(figures.comparison, by=by, parent=parent_of(page, by))
        holding = units[units["open"] > 0]
        units = holding.nlargest(FEW, "open")
        if units.empty:
            return page.empty()
        figure = ranking(units, page.look, "open", title=t("columns.balance"), money=True)
        for point in page.chart(figure, "overview_holders", page.t("overview.holders_alt"), select=True):
            if point.get("customdata"):
                drill(page, by, str(point["customdata"][0]))
        say_rest(page, rest_of(holding, units, "open"), t("columns.balance"))
        columns = titles(page, ("key", "name", "open", "customers"))
        offer(page, "overview_holders", units, columns)
    with grid.cell():
        debtors = people(page, page.load(figures.top_debtors, limit=FEW))
        columns = titles(page, ("cons_no", "name", "amount", "days_overdue", "org_name"))
        key = widget_key(page, "table_debtors")
        held = page.load(figures.headline).arrears.balance
        whole = held.customers <= len(debtors)
        row = table(page, "overview_debtors", debtors, columns, select=True, key=key, is_whole=whole)
        others = Rest(len(debtors), held.customers, held.amount - int(debtors["amount"].sum()))
        say_rest(page, others, t("columns.balance"), of="customers")
    return None if row is None else page.open_customer(str(debtors["cons_no"].iloc[row]))
