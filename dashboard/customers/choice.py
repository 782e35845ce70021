"""A list's filters between the reader, the link and the services. Search text never goes into the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard.access import framing
from dashboard.customers.columns import COLUMNS as LISTED
from dashboard.customers.columns import code_words, filled, filter_title
from dashboard.customers.list_link import (
    BY_KEY,
    EARLIEST,
    LATEST,
    ends,
    in_unit,
    read_values,
    shown,
    unread_values,
    write_values,
)
from dashboard.frame.day_boxes import TYPED
from dashboard.links.filters import MAX_HIDDEN, MAX_LENGTH, Param, choice, number
from dashboard.links.link_codes import revealed
from dashboard.page import Page
from dashboard.words.format import coded
from services.customers import lists
from services.customers.customer_filters import FILTERS, SORTS, Bound, ListFilter, Value

LONGEST = 4096
"""Characters of a link's filters or columns that are read."""
OWN_WORDS = ("grade", "light")
"""Filters whose codes are this project's own: nobody types them."""
BOXES = "list_filters_in_boxes"


def _code(text: str) -> str | None:
    return text if revealed(text) else None


def _chip(page: Page, code: str) -> list[tuple[str, str]]:
    """The customer's number, for who may see the customer: a link alone gives no number away."""
    cons_no = revealed(code) if code else None
    if not cons_no:
        return []
    if not page.load(lists.in_reach, cons_no=cons_no):
        return [(page.t.plain("chips.customer_elsewhere"), "")]
    return [(page.t.plain("chips.customer", cons_no=cons_no), "")]


def _chips(page: Page, values: dict[str, Value]) -> list[tuple[str, dict[str, Value]]]:
    if page.get(CUSTOMER) or page.get(VIEW) != "list":
        return []
    return [
        (said(page.plain, BY_KEY[key], value), {k: v for k, v in values.items() if k != key})
        for key, value in values.items()
    ]


CUSTOMER: Param[str] = Param("c", "", _code, longest=MAX_HIDDEN, narrows=True, chips=_chip)
CARD: Param[str] = Param(framing.CARD, "", lambda text: "1" if text == "1" else None)
"""The view that may be framed: one customer without menu and filters."""
ENTRY: Param[str] = Param("cons_no", "", lambda text: text.strip()[:MAX_LENGTH] or None)
DEBT_MONEY = {"closed": "open", "in_transit": "amount", "limit": "open"}
"""Views that list debts, and the column of money that each is ordered by."""
DEBT_COLUMNS = {
    "closed": (
        *("cons_no", "name", "org_name", "class", "open", "overdue", "days_overdue", "closed_on"),
        *("collector", "bills", "oldest_due", "tg_no"),
    ),
    "in_transit": (
        *("cons_no", "name", "org_name", "class", "amount", "days_waiting", "checked_on", "overdue"),
        *("collector", "rcvbl_ym", "bill_no", "tg_no"),
    ),
    "limit": (
        *(
            "cons_no",
            "name",
            "org_name",
            "class",
            "open",
            "in_transit",
            "days_left",
            "limit_on",
            "days_overdue",
        ),
        *("last_demand", "collector", "due_on", "rcvbl_ym", "bill_no"),
    ),
}
LISTS = tuple(DEBT_COLUMNS)
VIEWS = ("mission", "list", *LISTS)
VIEW = choice("view", VIEWS)
VALUES: Param[dict[str, Value]] = Param(
    "f", {}, read_values, write_values, LONGEST, unread_values, narrows=True, chips=_chips
)
SORT = choice("sort", SORTS, "overdue")
ORDER = choice("order", ("desc", "asc"))
SIZE = choice("size", ("50", "100", "200"), "100")
PAGE = number("p", 1, 1, 100_000_000)
LIST_PAGES = {view: number(f"{view}_p", 1, 1, 100_000_000) for view in LISTS}
"""Which page of a list of debts, each its own."""
LIST_BY = {view: choice(f"{view}_by", DEBT_COLUMNS[view], DEBT_MONEY[view]) for view in LISTS}
LIST_ORDERS = {view: choice(f"{view}_order", ("desc", "asc")) for view in LISTS}
"""By which of its columns a list of debts is sorted, and which way; by its money where none is said."""
COLUMNS: Param[str] = Param(
    "cols",
    "",
    lambda text: ",".join(key for key in text.split(",") if key in LISTED),
    longest=LONGEST,
    unread=lambda text: [key for key in text.split(",") if key and key not in LISTED],
)
MANY = number("n", 0, 1, 24)
"""0, never in a link: the policy's own number."""
WINDOW = choice("window", ("12m", "year"))
PART = choice("part", ("arrears", "theft", "both", "unknown"))
PARAMS: tuple[Param[Any], ...] = (
    *(CARD, CUSTOMER, ENTRY, VIEW, VALUES, SORT, ORDER, SIZE, PAGE, COLUMNS, MANY, WINDOW, PART),
    *LIST_PAGES.values(),
    *LIST_BY.values(),
    *LIST_ORDERS.values(),
)


def put(page: Page, **values: Any) -> None:
    """Write several of this page's parameters by their constants' names.

    The list goes back to its first page.
    """
    named: dict[str, Param[Any]] = {
        "customer": CUSTOMER,
        "view": VIEW,
        "values": VALUES,
        "sort": SORT,
        "order": ORDER,
        "size": SIZE,
        "columns": COLUMNS,
        "number": PAGE,
    }
    if "number" not in values and "customer" not in values:
        values["number"] = 1
    for name, value in values.items():
        page.put(named[name], value)


def words(page: Page, values: Mapping[str, Value], search: str) -> tuple[str, ...]:
    """The list's filters in words, for the file that says what it holds; a search text is not repeated."""
    t = page.t
    made = [said(page, f, values[f.key]) for f in FILTERS if f.key in values]
    return (*made, t("customers.list.searched")) if search else tuple(made)


def said(page: Page, one: ListFilter, value: Value) -> str:
    """One filter of the list with what it asks for."""
    return filter_title(page.t, one.key) + page.t("common.colon") + _said(page, one, value)


def _said(page: Page, one: ListFilter, value: Value) -> str:
    t = page.t
    if isinstance(value, bool):
        return t("common.yes") if value else t("common.no")
    if not one.is_range:
        words = code_words(page, one.key)
        return t.listed(words.get(str(code), str(code)) for code in value)
    unit = {"money": t("common.unit.yuan").strip(), "share": "%"}.get(one.kind, "")
    low, high = ends(one, value, none="…", form=",.12g")
    return t("customers.list.between", low=low, high=high, unit=unit)


def filter_boxes(page: Page, codes: Mapping[str, list[str]]) -> dict[str, Value]:
    """The boxes of the filters in use; what they hold now. A changed box changes the link."""
    t = page.t
    held = page.get(VALUES)
    values = dict(held)
    picked_key = "list_filters"
    if st.session_state.get(BOXES, held) != held:  # a chip or a link changed them, not the boxes
        _forget(lambda _: True)
        st.session_state[picked_key] = []
    asked = st.session_state.get(picked_key, [])
    st.session_state[picked_key] = list(dict.fromkeys([*values, *(k for k in asked if k in BY_KEY)]))
    can_hold = filled(page, [f.key for f in FILTERS])
    offered = [key for key in can_hold if BY_KEY[key].kind != "codes" or codes.get(key)]
    picked = st.multiselect(
        t("customers.list.filters"),
        list(dict.fromkeys([*offered, *values])),
        format_func=lambda key: filter_title(t, key),
        key=picked_key,
        placeholder=t("customers.list.add_filter"),
        on_change=_dropped,
        args=(page, picked_key),
        select_all=False,
    )
    made: dict[str, Value] = {}
    boxes = st.columns(2) if picked else []
    for place, key in enumerate(picked):
        with boxes[place % 2]:
            value = _box(page, BY_KEY[key], values.get(key), codes.get(key, []))
        if value is not None:
            made[key] = value
    st.session_state[BOXES] = made
    if made != values:
        put(page, values=made)
        st.rerun()  # the chips above the boxes say what they hold
    return made


def unknown_codes(page: Page, values: Mapping[str, Value], codes: Mapping[str, list[str]]) -> str:
    """Codes of the filters that no customer of the reader bears, in a sentence; empty where there is none."""
    strange = [
        filter_title(page.t, key) + page.t("common.colon") + page.t("links.quoted", text=code)
        for key, value in values.items()
        if BY_KEY[key].kind == "codes" and isinstance(value, tuple)
        for code in map(str, value)
        if code not in codes.get(key, ())
    ]
    return page.t("customers.list.unknown_codes", codes=page.t.listed(strange)) if strange else ""


def _dropped(page: Page, picked_key: str) -> None:
    kept = set(st.session_state[picked_key])
    _forget(lambda key: key not in kept)
    st.session_state[BOXES] = {k: v for k, v in page.get(VALUES).items() if k in kept}
    put(page, values=st.session_state[BOXES])


def _forget(which: Callable[[str], bool]) -> None:
    """What the boxes of some filters hold is forgotten: they are filled from the link again."""
    for name in list(st.session_state):
        if isinstance(name, str) and name.startswith("box_") and which(name.split(":")[0][4:]):
            del st.session_state[name]


def _box(page: Page, one: ListFilter, value: Value | None, codes: list[str]) -> Value | None:
    t = page.t
    label = filter_title(t, one.key)
    if one.kind == "flag":
        options = {"": t("customers.list.any"), "1": t("common.yes"), "0": t("common.no")}
        now = "" if value is None else ("1" if value else "0")
        got = st.segmented_control(
            label, list(options), format_func=options.__getitem__, default=now, key=f"box_{one.key}:flag"
        )
        return {"1": True, "0": False}.get(got or "")
    if one.kind == "codes":
        named = [str(v) for v in value] if isinstance(value, tuple) else []
        got_codes = st.multiselect(
            label,
            list(dict.fromkeys([*codes, *named])),
            default=named,
            key=f"box_{one.key}:codes",
            placeholder=t("filters.all"),
            format_func=_labels(page, one.key),
            select_all=False,
        )
        return tuple(got_codes) or None
    low, high = value if isinstance(value, tuple) and len(value) == 2 else (None, None)
    unit = {"money": t("common.unit.yuan").strip(), "share": "%"}.get(one.kind, "")
    suffix = f"（{unit}）" if unit and t.language == "zh" else (f" ({unit})" if unit else "")
    left, right = st.columns(2, gap="small", wrap=False)
    ask, ends = (_date, ("since", "until")) if one.kind == "date" else (_number, ("from", "to"))
    bounds = [
        ask(box, one, f"{label} {t(f'customers.list.{word}')}{suffix}", end, bound)
        for box, end, word, bound in ((left, "from", ends[0], low), (right, "to", ends[1], high))
    ]
    return None if bounds == [None, None] else (bounds[0], bounds[1])


def _labels(page: Page, key: str) -> Callable[[str], str]:
    """How a box of codes offers each: its word and, where it is one of the extract's, the code."""
    words = code_words(page, key)
    if key in OWN_WORDS:
        return lambda code: words.get(code, code)
    return lambda code: coded(words.get(code, code), code)


def _date(box: Any, one: ListFilter, label: str, end: str, bound: Any) -> Bound:
    got: Bound = box.date_input(
        label,
        value=bound if isinstance(bound, date) else None,
        min_value=EARLIEST,
        max_value=LATEST,
        format=TYPED,
        key=f"box_{one.key}:{end}",
    )
    return got


def _number(box: Any, one: ListFilter, label: str, end: str, bound: Any) -> Bound:
    start = shown(one, bound) if isinstance(bound, (int, float)) else None
    if one.kind == "count" and start is not None:
        start = int(start)
    got = box.number_input(
        label,
        value=start,
        step=1 if one.kind == "count" else None,
        key=f"box_{one.key}:{end}",
        placeholder="…",
    )
    return in_unit(one, None if got is None else float(got))
