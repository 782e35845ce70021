"""The side of every page: menu, language, day, basis, filters; and the line that says which data this is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analytics.calendar import closed_month
from dashboard import nav
from dashboard.access import signin
from dashboard.access.auth import User
from dashboard.frame import unit_picker
from dashboard.frame.day_boxes import day_boxes
from dashboard.frame.policy_label import policy_said
from dashboard.frame.unit_picker import UnitTree
from dashboard.links import filters as bar
from dashboard.links.filters import Filters, kept, widget_key
from dashboard.links.link_reading import Known
from dashboard.shared import store
from dashboard.words.format import coded
from dashboard.words.i18n import LANGUAGES, Translator, wordless
from data.dimensions import DECLARED
from data.environment import today
from services.customers.masking import masked_name
from services.recovery import figures

if TYPE_CHECKING:
    from dashboard.page import Page

MOST_OFFERED = 2000
"""A longer list is cut to those with most customers: the browser has to carry it. The rest is typed."""


def word_of(t: Translator, name: str) -> str:
    """What a filter is called."""
    return t(f"filters.dimension.{DECLARED[name].key}")


def name_of(t: Translator, dimension: str, key: str, name: str | None) -> str:
    """What a code is called: the extract's word in Chinese, the built-in one, if any, in English."""
    named = name if name and name != key else ""
    if dimension == "owner":
        return masked_name(named) or key or t("filters.unknown")
    if t.language == "zh" and named:
        return named
    return t.or_code(f"codes.{dimension}.{key}", named or key or t("filters.unknown"))


def known(opened: store.Store, user: User, asked: Filters) -> Known:
    """What a link may hold on this data: days between the first bill and the extract, and existing codes.

    Codes are looked up of the filters that the link uses: at a million customers there are as many owners.
    """
    first, last = days_known(opened)
    return Known(
        first_day=first,
        last_day=last,
        codes={n: _codes(opened.id, user.orgs, n, opened) for n in DECLARED if getattr(asked, n)},
    )


def days_known(opened: store.Store) -> tuple[date, date]:
    """The first and the last day that this data can answer for."""
    facts = opened.facts
    last = facts.extract_on or facts.last_receipt or facts.last_issue or today()
    return min(facts.first_issue or facts.first_receipt or last, last), last


@st.cache_resource(max_entries=64, show_spinner=False)
@wordless
def _codes(snapshot: str, orgs: tuple[str, ...], name: str, _opened: store.Store) -> frozenset[str]:
    return figures.codes(_opened.db, DECLARED[name].key, orgs)


def offers(page: Page, name: str) -> dict[str, str]:
    """The codes that a filter offers, with their words; a unit's name is followed by those above it."""
    return dict(units(page).with_path if name == "orgs" else _offered(page, name).names)


def _offered(page: Page, name: str) -> UnitTree:
    return _offers(page.store, page.user.orgs, page.t.language, name)


def units(page: Page) -> UnitTree:
    """The tree of the units that the reader may see."""
    return _offered(page, "orgs")


def areas_of(page: Page, station: str) -> UnitTree:
    """The transformer areas of one of the reader's stations."""
    return _offers(page.store, (station,), page.t.language, "areas")


def _offers(opened: store.Store, orgs: tuple[str, ...], language: str, name: str) -> UnitTree:
    """Kept by the store, which is several times as quick as Streamlit's cache: a page asks often."""
    tree: UnitTree = opened.kept.get((orgs, language, name), lambda: _tree(opened, orgs, language, name))
    return tree


@wordless
def _tree(opened: store.Store, orgs: tuple[str, ...], language: str, name: str) -> UnitTree:
    t = Translator(language)
    dimension = DECLARED[name].key
    rows = figures.choices(opened.db, dimension, orgs, MOST_OFFERED)
    keys = [str(key) for key in rows["key"]]
    names = [name_of(t, dimension, key, named) for key, named in zip(keys, rows["name"], strict=True)]
    parents = dict(zip(keys, rows["parent"], strict=True))
    return UnitTree(dict(zip(keys, names, strict=True)), parents, int(rows["listed"].max()) if keys else 0)


def bare(t: Translator) -> None:
    """The side before there is any data: product, and language."""
    with st.sidebar:
        _brand(t)
        _language(t)


def stopped(page: Page) -> None:
    """The side of a page that shows nothing yet: the menu asks for what was asked, and widens nothing."""
    names = {*bar.LISTS.values(), *bar.URL_NAMES.values()}
    with st.sidebar:
        _brand(page.t)
        _menu(page, {**{k: v for k, v in bar.query().items() if k in names}, **kept()})
        _language(page.t)
        _who(page)


def draw(page: Page, known_here: Known) -> None:
    """Menu, language, day, basis, filters, who is looking."""
    t = page.t
    with st.sidebar:
        _brand(t)
        _menu(page, {**page.filters.to_query(), **kept()})
        _language(t)
        _day(page, known_here)
        _basis(page)
        for name in (name for name, declared in DECLARED.items() if declared.of == "core"):
            _codes_widget(page, name)
            if name == "orgs":
                unit_picker.draw(page, units(page), partial(areas_of, page))
        _more(page)
        if page.filters.chosen:
            st.button(t("filters.clear"), on_click=_clear, icon=":material/filter_alt_off:")
        _who(page)


def data_line(page: Page) -> str:
    """Which data a page shows: day, basis, closed month, extract date, data version, rules."""
    t, fmt, scope = page.t, page.fmt, page.scope
    return t(
        "shell.data_line",
        as_of=fmt.date(scope.as_of),
        basis=t(f"common.basis.{scope.basis}"),
        month=fmt.month(closed_month(scope.as_of, page.policy.recovery.assessment_day)),
        extract=fmt.date(page.store.facts.extract_on),
        snapshot=page.store.id,
        policy=policy_said(page, page.policy.version),
    )


def _brand(t: Translator) -> None:
    st.markdown(f"### {t('shell.product')}\n{t('shell.subtitle')}", anchors=False)


def _menu(page: Page, query: Mapping[str, Sequence[str]]) -> None:
    for entry in nav.menu():
        if entry.permission is None or page.user.may(entry.permission):
            label = page.t(f"nav.{entry.key}")
            st.page_link(target(entry.path), label=label, icon=entry.icon, query_params=query)


@cache
def target(path: str) -> StreamlitPage:
    """A page of the menu as Streamlit knows it: a path would be followed on the disk for each link to it."""
    return st.Page(path, default=path == nav.PAGES[0].path)


def _language(t: Translator) -> None:
    key = widget_key("lang")
    st.session_state[key] = t.language
    st.segmented_control(
        t("filters.language"),
        LANGUAGES,
        required=True,
        format_func=lambda code: t(f"filters.language_{code}"),
        key=key,
        on_change=bar.on_widget,
        args=("lang",),
        label_visibility="collapsed",
        width="stretch",
    )


def _basis(page: Page) -> None:
    key = widget_key("basis")
    st.session_state[key] = page.filters.basis
    st.segmented_control(
        page.t("filters.basis"),
        bar.BASES,
        required=True,
        format_func=lambda code: page.t(f"filters.basis_short.{code}"),
        key=key,
        on_change=bar.on_widget,
        args=("basis",),
        help=page.t("filters.basis_help"),
        width="stretch",
    )


def _day(page: Page, known_here: Known) -> None:
    t, (first, last) = page.t, (known_here.first_day, known_here.last_day)

    def put(day: date) -> None:
        bar.change_filters(as_of=None if day == last else day)

    day_boxes(
        page,
        (widget_key("month"), widget_key("day")),
        (t("filters.as_of"), t("filters.day")),
        page.scope.as_of,
        (first, last),
        put,
        help=t("filters.as_of_help"),
    )


def _codes_widget(page: Page, name: str) -> None:
    words, offered = offers(page, name), _offered(page, name)
    chosen = getattr(page.filters, name)
    if not words and not chosen:
        return
    for code in chosen:
        words.setdefault(code, page.name(DECLARED[name].key, code))
    st.session_state[widget_key(name)] = list(chosen)
    st.multiselect(
        word_of(page.t, name),
        list(words),
        format_func=lambda code: coded(words[code], code),
        key=widget_key(name),
        on_change=bar.on_widget,
        args=(name,),
        placeholder=page.t("filters.all"),
        select_all=False,
        accept_new_options=offered.is_cut,
    )
    unit_picker.say_cut(page, offered)


def _more(page: Page) -> None:
    rest = [name for name, declared in DECLARED.items() if declared.of != "core"]
    used = sum(1 for n in rest if getattr(page.filters, n))
    label = page.t("filters.more_used", count=used) if used else page.t("filters.more")
    box = st.expander(label, expanded=bool(used), on_change="rerun", key="filters_more")
    if box.open:
        with box:
            for name in rest:
                _codes_widget(page, name)


def _clear() -> None:
    bar.change_filters(**dict.fromkeys(bar.LISTS, ()))


def _who(page: Page) -> None:
    t, user = page.t, page.user
    signin.choose_stand_in(t, user)
    if user.seen_as:
        st.info(t("shell.seen_as", who=user.seen_as, name=user.name))
    if user.signed_in or user.seen_as:
        names = units(page).names
        own = t.listed((names.get(code) or code).strip() for code in user.orgs)
        st.caption(t("shell.signed_in_as", name=user.name, units=own or t("filters.all")))
        st.button(t("shell.sign_out"), on_click=signin.leave)
    st.caption(t("shell.version", version=store.version()))
