"""The full customer list: filtered, sorted and paged in the database."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.customers import choice as chosen
from dashboard.customers import columns
from dashboard.customers.measures import stand
from dashboard.customers.rows import show_rows
from dashboard.frame.link_notice import page_number
from dashboard.page import Page
from dashboard.parts import select_param
from dashboard.tables import paging
from dashboard.tables.downloads import BigList, download_big
from dashboard.tables.opening import Order
from services.customers import lists
from services.customers.customer_filters import SORTS, Choice

SEARCH = "list_search"
SEARCHED = "list_searched"
"""What the box held: Streamlit forgets a box that a run did not draw."""
STANDING = frozenset({"grade", "grade_from", "score", "light"})
"""Columns that come with the grades of the day."""


def show(page: Page) -> None:
    """Filters, totals, one page of rows, the pager and the files."""
    t, fmt = page.t, page.fmt
    search = _search(page)
    codes = {
        **page.load(lists.code_choices),
        **{key: list(columns.code_words(page, key)) for key in ("grade", "light")},
    }
    values = chosen.filter_boxes(page, codes)
    if strange := chosen.unknown_codes(page, values, codes):
        st.warning(strange, icon=":material/filter_alt:")
    order = (page.get(chosen.SORT), page.get(chosen.ORDER) == "desc")
    choice = Choice(values, search, *order, page.user.may("unmask"))
    hangs_on_grades = bool(STANDING & {*values, choice.sort})
    standing = stand(page, wait=hangs_on_grades)
    totals = page.load(lists.list_totals, choice=choice, standing=standing)
    overdue, balance = fmt.moneys(totals.overdue, totals.balance)
    st.markdown(
        t(
            "customers.list.found" if page.store.facts.has_bills else "customers.list.found_only",
            customers=fmt.count(totals.customers),
            overdue_customers=fmt.count(totals.overdue_customers),
            overdue=overdue,
            balance=balance,
        )
    )
    keys = _arrangement(page)
    if standing is None:
        keys = tuple(k for k in keys if k not in STANDING)
    else:
        _download(page, choice, totals.customers, keys, standing)
    if not totals.customers:
        page.empty()
        return
    size = int(page.get(chosen.SIZE))
    pages = -(-totals.customers // size)
    number = page_number(page, chosen.PAGE, pages)
    frame = page.load(lists.list_page, choice=choice, size=size, number=number, standing=standing)
    show_rows(page, frame, keys, f"list_{number}", _order(page))
    paging.pager(page, "list", number, pages, lambda turned: chosen.put(page, number=turned))


def _search(page: Page) -> str:
    """The search text: held in the session through a customer's file and back, never in the link."""
    st.session_state.setdefault(SEARCH, st.session_state.get(SEARCHED, ""))
    said = st.text_input(
        page.t("customers.list.search"),
        key=SEARCH,
        max_chars=60,
        placeholder=page.t("customers.list.search_hint"),
    )
    st.session_state[SEARCHED] = said or ""
    return said or ""


def _arrangement(page: Page) -> tuple[str, ...]:
    """Order, rows a page and columns; gives the columns."""
    t = page.t
    sort, order, size = st.columns([3, 2, 2])
    sorts, again = columns.filled(page, SORTS), lambda: page.put(chosen.PAGE, 1)
    with sort:
        word = t("customers.list.sort")
        select_param(page, chosen.SORT, sorts, word, lambda key: columns.title(t, key), again)
    with order:
        select_param(page, chosen.ORDER, ("desc", "asc"), t("customers.list.order"), "customers.list", again)
    with size:
        rows = lambda key: t("customers.list.rows_a_page", rows=key)  # noqa: E731
        select_param(page, chosen.SIZE, ("50", "100", "200"), t("customers.list.size"), rows, again)
    listed, usual = columns.filled(page, _LISTED), columns.filled(page, columns.SHOWN)
    now = [k for k in page.get(chosen.COLUMNS).split(",") if k in listed] or list(usual)
    with st.expander(t("customers.list.columns")):
        picked = st.multiselect(
            t("customers.list.columns"),
            listed,
            default=now,
            format_func=lambda key: columns.title(t, key),
            label_visibility="collapsed",
            select_all=False,
            placeholder="",
        )
    keys = tuple(dict.fromkeys(("cons_no", *(k for k in picked if k in listed))))
    if list(keys) != now and picked:
        page.put(chosen.COLUMNS, "" if keys == usual else ",".join(keys))
    return keys


_LISTED = tuple(k for k in columns.COLUMNS if k not in ("arrears", "periods", "thefts"))


def _order(page: Page) -> Order:
    """The order of the boxes; a click on a heading changes it, for all rows."""

    def choose(column: str, descending: bool) -> None:
        chosen.put(page, sort=column, order="desc" if descending else "asc")

    return Order(page.get(chosen.SORT), page.get(chosen.ORDER) == "desc", SORTS, choose)


def _download(page: Page, choice: Choice, rows: int, keys: tuple[str, ...], standing: Path) -> None:
    db, scope = page.store.db, page.scope
    biggest = BigList(
        columns.file_columns(page, keys),
        lambda: lists.whole_list(db, scope, choice, standing),
        rows,
        (repr(choice), ",".join(keys), standing.name),
    )
    words = chosen.words(page.plain, choice.values, choice.search)
    order = page.t("customers.list.sort") + page.t("common.colon") + columns.title(page.t, choice.sort)
    title = page.t("customers.list.title")
    download_big(page, "customers", biggest, title=title, filters=(*words, order))
