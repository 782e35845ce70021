"""Three lists by yuan: closed accounts that owe, money in transit, claims near their limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.recovery import Rate
from dashboard.customers.choice import DEBT_COLUMNS, DEBT_MONEY, LIST_BY, LIST_ORDERS, LIST_PAGES
from dashboard.customers.rows import open_customer
from dashboard.page import Page
from dashboard.parts import people, widget_key
from dashboard.tables import paging
from dashboard.tables.opening import Order
from dashboard.tables.table import offer, table, titles
from services.customers import debts
from services.customers.debts import ListSums
from services.recovery import figures

A_PAGE = 100
BOOKED_WITHIN = 30
"""Days after which money in transit is a matter of reconciling, no longer on its way."""


@dataclass(frozen=True)
class DebtList:
    """One list: how to read it, and what its totals say."""

    read: Callable[[Page], pd.DataFrame]
    says: Callable[[Page, pd.DataFrame, ListSums], dict[str, str]]
    name: str
    helps: tuple[str, ...] = ()
    """Columns whose heading has a sentence (`debt_lists.<column>_help`)."""


def show(page: Page, which: str) -> None:
    """What the list is, its totals, the search, one page of rows and the file of all."""
    t, listed, amount_of = page.t, LISTS[which], DEBT_MONEY[which]
    rules = page.policy.recovery
    with page.part(t(f"customers.views.{which}")):
        years, days = rules.limit_of_action_years, rules.limit_of_action_warn_days
        st.caption(t(f"debt_lists.{which}.help", years=years, days=days))
        rows = people(page, listed.read(page))
        if rows.empty:
            page.empty(t(f"debt_lists.{which}.nothing"))
            return
        sums = debts.sums(rows, amount_of)
        fmt = page.fmt
        amount, overdue = fmt.moneys(sums.amount, sums.overdue)
        counts = {
            "customers": fmt.count(sums.customers),
            "items": fmt.count(sums.rows),
            "amount": amount,
            "overdue": overdue,
        }
        st.markdown(t(f"debt_lists.{which}.total", **{**counts, **listed.says(page, rows, sums)}))
        hint = t("debt_lists.search_hint")
        search = paging.search(page, f"debts_{which}", hint, LIST_PAGES[which])
        hits = debts.found(rows, search)
        if search and len(hits):
            of_hits = fmt.money(debts.sums(hits, amount_of).amount)
            st.caption(t("debt_lists.found", count=fmt.count(len(hits)), amount=of_hits))
        order = _order(page, which)
        hits = debts.ordered(hits, order.column, order.descending)
        _rows(page, which, hits, order)
        searched = (t("customers.list.searched"),) if search else ()
        offer(page, listed.name, hits, titles(page, DEBT_COLUMNS[which], which), searched)


def _order(page: Page, which: str) -> Order:
    """Most yuan first, or as a click on a heading has asked; each list its own."""

    def choose(column: str, descending: bool) -> None:
        page.put(LIST_BY[which], column)
        page.put(LIST_ORDERS[which], "desc" if descending else "asc")
        page.put(LIST_PAGES[which], 1)

    falls = page.get(LIST_ORDERS[which]) == "desc"
    return Order(page.get(LIST_BY[which]), falls, DEBT_COLUMNS[which], choose)


def _rows(page: Page, which: str, rows: pd.DataFrame, order: Order) -> None:
    """One page; a row opens the customer."""
    t, listed = page.t, LISTS[which]
    if rows.empty:
        page.empty(t("debt_lists.not_found"))
        return
    param = LIST_PAGES[which]
    shown, number, pages = paging.rows_of(page, param, rows, A_PAGE)
    st.caption(t("tables.open_hint"))
    key = widget_key(page, f"debts_{which}_{number}")
    picked = table(
        page,
        listed.name,
        shown,
        titles(page, DEBT_COLUMNS[which], which),
        select=True,
        key=key,
        height=min(38 + 35 * len(shown), 600),
        files=False,
        order=order,
        helps={column: t(f"debt_lists.{column}_help") for column in listed.helps},
    )
    paging.pager(page, f"debts_{which}", number, pages, lambda chosen: page.put(param, chosen))
    if picked is not None:
        st.session_state.pop(order.key(key), None)
        open_customer(page, str(shown["cons_no"].iloc[picked]))


def _closed_says(page: Page, rows: pd.DataFrame, sums: ListSums) -> dict[str, str]:
    """Which part of the overview's balance and overdue arrears it is."""
    fmt, now = page.fmt, page.load(figures.arrears)
    amount, balance = fmt.moneys(sums.amount, now.balance.amount)
    overdue, all_overdue = fmt.moneys(sums.overdue, now.overdue.amount)
    return {
        "amount": amount,
        "share": fmt.rate(Rate(now.balance.amount, sums.amount).rate),
        "balance": balance,
        "overdue": overdue,
        "overdue_share": fmt.rate(Rate(now.overdue.amount, sums.overdue).rate),
        "all_overdue": all_overdue,
    }


def _transit_says(page: Page, rows: pd.DataFrame, sums: ListSums) -> dict[str, str]:
    """How many items have waited longer than money takes to be booked."""
    t, fmt = page.t, page.fmt
    late = rows[rows["days_waiting"] > BOOKED_WITHIN]
    within = fmt.count(BOOKED_WITHIN)
    if late.empty:
        return {"told": t("debt_lists.in_transit.none_late", booked_within=within)}
    amount = fmt.money(int(late["amount"].sum()))
    said = {"late": fmt.count(len(late)), "late_amount": amount, "booked_within": within}
    return {"told": t("debt_lists.in_transit.late", **said)}


def _claims_say(page: Page, rows: pd.DataFrame, sums: ListSums) -> dict[str, str]:
    """How many of the claims are past their limit already."""
    t, fmt = page.t, page.fmt
    past = rows[rows["days_left"] < 0]
    if past.empty:
        return {"told": t("debt_lists.limit.none_past")}
    amount, past_amount = fmt.moneys(sums.amount, int(past["open"].sum()))
    sentence = t("debt_lists.limit.past", past=fmt.count(len(past)), past_amount=past_amount)
    return {"amount": amount, "told": sentence}


LISTS = {
    "closed": DebtList(lambda page: page.load(debts.closed_debtors), _closed_says, "closed_debts"),
    "in_transit": DebtList(lambda page: page.load(debts.in_transit), _transit_says, "in_transit"),
    "limit": DebtList(
        lambda page: page.load(figures.claims_near_limit),
        _claims_say,
        "near_limit",
        ("in_transit", "last_demand"),
    ),
}
