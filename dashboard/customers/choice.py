"""A list's filters between the reader, the link and the services. Search text never goes into the link."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard.customers.columns import code_words, told
from dashboard.filters import Param, choice, day_of, number
from dashboard.shell import Page
from services.customer_filters import FILTERS, SORTS, Bound, ListFilter, Value

SCALE = {"money": 100, "share": 0.01}
"""What one unit of a box is in the services' unit: a yuan is 100 fen, a per cent is 0.01."""
MOST = 1e12
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
LONGEST = 4096
"""Characters of a link's filters or columns that are read."""
_BY_KEY = {f.key: f for f in FILTERS}
_NUMBER = re.compile(r"-?\d{1,13}(\.\d{1,4})?")


def read_values(text: str) -> dict[str, Value] | None:
    """The filters of a link: `overdue:100~;is_closed:0;reader:E1,E2`; what is not understood is dropped."""
    values: dict[str, Value] = {}
    for part in text.split(";"):
        key, _, said = part.partition(":")
        one = _BY_KEY.get(key)
        value = _read(one, said) if one and said else None
        if value is not None:
            values[key] = value
    return values or None


def write_values(values: Mapping[str, Value]) -> str:
    """The filters as a link says them, in the order of the registry."""
    return ";".join(f"{f.key}:{_write(f, values[f.key])}" for f in FILTERS if f.key in values)


def _read(one: ListFilter, said: str) -> Value | None:
    if one.is_range:
        low, tilde, high = said.partition("~")
        if not tilde:
            return None
        bounds = (_bound(one, low), _bound(one, high))
        return None if bounds == (None, None) else bounds
    if one.kind == "flag":
        return {"1": True, "0": False}.get(said)
    codes = tuple(c for c in said.split(",") if 0 < len(c) <= 32 and c.isprintable())
    return codes[:50] or None


def _bound(one: ListFilter, text: str) -> Bound:
    if one.kind == "date":
        day = day_of(text)
        return day if day and EARLIEST <= day <= LATEST else None
    return in_unit(one, float(text)) if _NUMBER.fullmatch(text) else None


def _write(one: ListFilter, value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if one.is_range:
        return "~".join(_ends(one, value))
    return ",".join(str(v) for v in value)


def _ends(one: ListFilter, value: tuple[Any, ...], none: str = "", form: str = ".12g") -> list[str]:
    return [
        none if v is None else v.isoformat() if isinstance(v, date) else f"{shown(one, v):{form}}"
        for v in value
    ]


def in_unit(one: ListFilter, given: float | None) -> float | None:
    """What a reader typed, in the services' unit: whole fen, whole counts, fractions."""
    if given is None or not math.isfinite(given) or abs(given) > MOST:
        return None
    made = given * SCALE.get(one.kind, 1)
    return made if one.kind in ("share", "number") else round(made)


def shown(one: ListFilter, value: float | None) -> float | None:
    """A bound as its box shows it."""
    return None if value is None else value / SCALE.get(one.kind, 1)


CUSTOMER: Param[str] = Param("c", "", lambda text: text)
ENTRY: Param[str] = Param("cons_no", "", lambda text: text.strip()[:64] or None)
VIEWS = ("mission", "list")
VIEW = choice("view", VIEWS)
VALUES: Param[dict[str, Value]] = Param("f", {}, read_values, write_values, longest=LONGEST)
SORT = choice("sort", SORTS, "overdue")
ORDER = choice("order", ("desc", "asc"))
SIZE = choice("size", ("50", "100", "200"), "100")
PAGE = number("p", 1, 1, 100_000_000)
COLUMNS: Param[str] = Param("cols", "", lambda text: text, longest=LONGEST)
MANY = number("n", 0, 1, 24)
"""0, never in a link: the policy's own number."""
WINDOW = choice("window", ("12m", "year"))
PART = choice("part", ("arrears", "theft", "both", "unknown"))
PARAMS: tuple[Param[Any], ...] = (
    *(CUSTOMER, ENTRY, VIEW, VALUES, SORT, ORDER, SIZE, PAGE, COLUMNS, MANY, WINDOW, PART),
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
    made = [
        t(f"customers.filter.{f.key}") + t("common.colon") + _said(page, f, values[f.key])
        for f in FILTERS
        if f.key in values
    ]
    return (*made, t("customers.list.searched")) if search else tuple(made)


def _said(page: Page, one: ListFilter, value: Value) -> str:
    t = page.t
    if isinstance(value, bool):
        return t("common.yes") if value else t("common.no")
    if not one.is_range:
        words = code_words(page, one.key)
        return t.listed(words.get(str(code), str(code)) for code in value)
    unit = {"money": t("common.unit.yuan").strip(), "share": "%"}.get(one.kind, "")
    low, high = _ends(one, value, none="…", form=",.12g")
    return t("customers.list.between", low=low, high=high, unit=unit)


def filter_boxes(page: Page, codes: Mapping[str, list[str]]) -> dict[str, Value]:
    """The boxes of the filters in use; what they hold now. A changed box changes the link."""
    t = page.t
    held = page.get(VALUES)
    values = dict(held)
    picked_key = "list_filters"
    asked = st.session_state.get(picked_key, [])
    st.session_state[picked_key] = list(dict.fromkeys([*values, *(k for k in asked if k in _BY_KEY)]))
    filled = told(page, [f.key for f in FILTERS])
    offered = [key for key in filled if _BY_KEY[key].kind != "codes" or codes.get(key)]
    picked = st.multiselect(
        t("customers.list.filters"),
        list(dict.fromkeys([*offered, *values])),
        format_func=lambda key: t(f"customers.filter.{key}"),
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
            value = _box(page, _BY_KEY[key], values.get(key), codes.get(key, []))
        if value is not None:
            made[key] = value
    if made != values:
        put(page, values=made)
    return made


def _dropped(page: Page, picked_key: str) -> None:
    kept = set(st.session_state[picked_key])
    for name in list(st.session_state):
        if isinstance(name, str) and name.startswith("box_") and name.split(":")[0][4:] not in kept:
            del st.session_state[name]
    put(page, values={k: v for k, v in page.get(VALUES).items() if k in kept})


def _box(page: Page, one: ListFilter, value: Value | None, codes: list[str]) -> Value | None:
    t = page.t
    label = t(f"customers.filter.{one.key}")
    if one.kind == "flag":
        options = {"": t("customers.list.any"), "1": t("common.yes"), "0": t("common.no")}
        now = "" if value is None else ("1" if value else "0")
        got = st.segmented_control(
            label, list(options), format_func=options.__getitem__, default=now, key=f"box_{one.key}:flag"
        )
        return {"1": True, "0": False}.get(got or "")
    if one.kind == "codes":
        words = code_words(page, one.key)
        named = [str(v) for v in value] if isinstance(value, tuple) else []
        got_codes = st.multiselect(
            label,
            list(dict.fromkeys([*codes, *named])),
            default=named,
            key=f"box_{one.key}:codes",
            placeholder=t("filters.all"),
            format_func=lambda code: words.get(code, code),
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


def _date(box: Any, one: ListFilter, label: str, end: str, bound: Any) -> Bound:
    got: Bound = box.date_input(
        label,
        value=bound if isinstance(bound, date) else None,
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
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
