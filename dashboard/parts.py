"""Pieces that several pages are put together from: figure cards, switches, breadcrumb, drill."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast

import pandas as pd
import streamlit as st

from analytics.rest import Rest
from dashboard.frame.sidebar import areas_of, units
from dashboard.links.filters import Param, choice
from dashboard.page import Page
from dashboard.words.literal import literal
from data.dimensions import FIELD_OF
from services.customers.masking import masked_name
from services.recovery import figures

MOST_LEVELS = 4
MOST_ABREAST = 4


class NotCompared(str):
    """What stands in the place of a difference that makes no sense."""


Card = tuple[str, str, str | None, str | None]


def people(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    """A list of customers as everybody may see it: names masked, classes and collectors in words."""
    codes = {d: _codes(frame[d]) for d in ("class", "collector") if d in frame}
    classes = codes.get("class", [""] * len(frame))
    made = {"name": [masked_name(n, c) for n, c in zip(frame["name"], classes, strict=True)]}
    for dimension, of in codes.items():
        words = {code: page.name(dimension, code) if code else "" for code in set(of)}
        made[dimension] = [words[code] for code in of]
    return frame.assign(**made)


def _codes(values: pd.Series[Any]) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in values]


def parent_of(page: Page, by: str) -> str | None:
    """The unit whose children are compared: below a trunk of single units, the first that branches."""
    parent: str | None = None
    if by != "org":
        return parent
    for _ in range(MOST_LEVELS):
        rows = page.load(figures.comparison, by=by, parent=parent)
        if len(rows) != 1 or not bool(rows["has_children"].iloc[0]) or rows["key"].iloc[0] == parent:
            break
        parent = str(rows["key"].iloc[0])
    return parent


def has_bills(page: Page) -> bool:
    """Whether there is a bill to speak of; says so where the source has none."""
    if page.store.facts.has_bills:
        return True
    page.empty(page.t("shell.not_in_source", what=page.t("shell.bills")))
    return False


def figure_grid(
    page: Page,
    cards: Sequence[Card],
    better: Literal["more", "less"] = "more",
    below_of: Mapping[str, Callable[[], None]] | None = None,
    beside: str | None = None,
) -> None:
    """Cards of label, figure, difference (`beside` says on what) and a line below; they wrap on a narrow
    screen.

    `below_of` draws something more below the card of a label.
    """
    columns = len(cards)
    if columns > MOST_ABREAST:
        columns = min((MOST_ABREAST - 1, MOST_ABREAST), key=lambda n: -len(cards) % n)
    width = 160 if len(cards) == MOST_ABREAST - 1 else 200
    grid = st.grid(columns, min_column_width=width, gap="xsmall", border=True)
    for label, figure, difference, below in cards:
        with grid.cell():
            metric(label, figure, difference, better, beside)
            if below:
                st.caption(below)
            if below_of and label in below_of:
                below_of[label]()


def metric(
    label: str,
    figure: str,
    difference: str | None,
    better: Literal["more", "less"] = "more",
    beside: str | None = None,
    help: str | None = None,
) -> None:
    """One figure and its difference, green or red by what is better; a difference of 0 is neither."""
    figure = literal(figure)
    if isinstance(difference, NotCompared) or (difference and not re.search(r"[1-9]", difference)):
        st.metric(label, figure, str(difference), delta_color="off", delta_arrow="off", help=help)
        return
    colour: Literal["normal", "inverse"] = "normal" if better == "more" else "inverse"
    delta = beside if difference else None
    st.metric(label, figure, difference, delta_color=colour, delta_description=delta, help=help)


def changed(page: Page, now: int, then: int) -> tuple[str, str]:
    """An amount of a card and its difference to another day, in one unit."""
    unit = page.fmt.shared(now, then)
    return page.fmt.money(now, unit), page.fmt.money_between(now, then)


def counted(page: Page, holding: figures.Holding) -> str:
    """How many customers and bills hold an amount."""
    fmt = page.fmt
    return page.t(
        "overview.customers_bills", customers=fmt.count(holding.customers), bills=fmt.count(holding.bills)
    )


def say_rest(page: Page, rest: Rest, what: str, of: str = "rows") -> None:
    """How many of how many rows (or `of` customers) are shown, and how much of `what` the others come to."""
    fmt = page.fmt
    if not rest.others:
        st.caption(page.t(f"charts.all_shown.{of}", whole=fmt.count(rest.whole)))
        return
    said = {"shown": fmt.count(rest.shown), "whole": fmt.count(rest.whole), "others": fmt.count(rest.others)}
    st.caption(page.t(f"charts.left_out.{of}", **said, what=what, amount=fmt.money(rest.amount)))


def switch(
    page: Page, name: str, options: Sequence[str], label: str, words: str, *, shown: bool = False
) -> str:
    """A choice that lives in the link: a segmented control whose options are `words.<option>`."""
    return switch_param(page, choice(name, options), options, label, words, shown=shown)


def switch_param(
    page: Page,
    param: Param[str],
    options: Sequence[str],
    label: str,
    words: str,
    *,
    shown: bool = False,
    help: str | None = None,
) -> str:
    """The same for a parameter that other links name."""
    key = f"switch_{page.key}_{param.name}"
    st.session_state[key] = page.get(param)
    st.segmented_control(
        label,
        options,
        required=True,
        format_func=lambda option: page.t(f"{words}.{option}"),
        key=key,
        on_change=lambda: page.put(param, st.session_state[key]),
        label_visibility="visible" if shown else "collapsed",
        help=help,
    )
    return page.get(param)


def select_param(
    page: Page,
    param: Param[str],
    options: Sequence[str],
    label: str,
    words: str | Callable[[str], str],
    changed: Callable[[], None] = lambda: None,
) -> str:
    """The same as a select box, for many options; the first one, and a word, where the link names none."""
    key = f"select_{page.key}_{param.name}"
    st.session_state[key] = page.pick(param, options, options[0])

    def put() -> None:
        page.put(param, st.session_state[key])
        changed()

    st.selectbox(
        label,
        options,
        format_func=words if callable(words) else lambda option: page.t(f"{words}.{option}"),
        key=key,
        on_change=put,
        placeholder="",
    )
    return str(st.session_state[key])


def optional_param(
    page: Page,
    param: Param[str],
    options: Sequence[str],
    label: str,
    words: Callable[[str], str],
    placeholder: str,
    changed: Callable[[], None] = lambda: None,
) -> str | None:
    """The same where nothing may be chosen: None then, and, with a word, where the link names no option."""
    key = f"select_{page.key}_{param.name}"
    st.session_state[key] = page.pick(param, options, None)

    def put() -> None:
        page.put(param, st.session_state[key] or "")
        changed()

    got = st.selectbox(
        label, options, index=None, format_func=words, key=key, on_change=put, placeholder=placeholder
    )
    return None if got is None else str(got)


def breadcrumb(page: Page) -> str | None:
    """Where in the tree of units the reader is, each step a link up; the unit's code, None above the top.

    A step up leaves the transformer area behind, and the page as it was set.
    """
    orgs, areas = page.filters.orgs, page.filters.areas
    if len(orgs) != 1:
        return None
    steps = page.load(figures.org_path, org_no=orgs[0])
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="breadcrumb"):
        _step(page, page.t("filters.all_units"), (), icon=":material/account_tree:")
        for step in steps.to_dict("records"):
            name = page.name("org", step["key"], step["name"])
            _step(page, f"› {literal(name)}", (step["key"],))
        if len(areas) == 1:
            area = areas_of(page, orgs[0]).names.get(areas[0], areas[0])
            _step(page, f"› {literal(area)}", orgs, areas)
    return orgs[0]


def _step(page: Page, label: str, orgs: tuple[str, ...], areas: tuple[str, ...] = (), icon: str = "") -> None:
    own = {p.name: p.write(page.get(p)) for p in page.params if page.get(p) != p.default}
    page.link(page.key, label, {"orgs": orgs, "areas": areas}, icon=icon, **own)


def level_below(page: Page, by: figures.Dimension) -> figures.Dimension:
    """What is compared: below a station there are no units but transformer areas."""
    orgs = page.filters.orgs
    return "area" if by == "org" and len(orgs) == 1 and units(page).is_station(orgs[0]) else by


def dimension_box(
    page: Page, param: Param[str], dimensions: Sequence[figures.Dimension]
) -> figures.Dimension:
    """The box for what is compared; at a station it offers its transformer areas in the place of units."""
    if level_below(page, "org") == "area":
        dimensions = ("area", *(d for d in dimensions if d not in ("org", "area")))
    asked = select_param(page, param, dimensions, page.t("filters.by"), "filters.dimension")
    return cast(figures.Dimension, asked)


def drill(page: Page, by: figures.Dimension, key: str) -> None:
    """Go one level down: the filter of this dimension becomes the row that was chosen."""
    field = FIELD_OF[by]
    if getattr(page.filters, field) != (key,):
        page.go_on({field: (key,)})


def widget_key(page: Page, name: str) -> str:
    """A widget key that forgets its selection when the scope changes: a chosen row must not drill twice.

    On another day alone it stays the same where nothing is selected: with a new key the browser would build
    the whole table anew instead of writing other figures into it.
    """
    place = f"{name}_{abs(hash(page.scope.at(date.min)))}"
    day, turn = st.session_state.get(f"turn_{place}", (page.scope.as_of, 0))
    if day != page.scope.as_of and _holds_selection(st.session_state.get(f"{place}_{turn}")):
        turn += 1
    st.session_state[f"turn_{place}"] = (page.scope.as_of, turn)
    return f"{place}_{turn}"


def _holds_selection(state: Any) -> bool:
    """Whether a table has a row, or a box an entry, that was chosen."""
    if isinstance(state, Mapping) and "selection" in state:
        return any(state["selection"].values())
    return state is not None
