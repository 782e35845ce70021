"""What every page works with: who reads, what is asked about, and how it speaks, counts and draws."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, cast

import plotly.graph_objects as go
import streamlit as st

from analytics.errors import RefusedError
from analytics.policy import Policy
from dashboard import nav
from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER, User
from dashboard.charts.drawn import is_empty, needs_room
from dashboard.charts.look import Look
from dashboard.frame import link_notice, scope_words, sidebar
from dashboard.frame.link_notice import Notice
from dashboard.links import filters as filter_bar
from dashboard.links.filters import LISTS, Filters, Param
from dashboard.links.link_codes import hidden
from dashboard.shared import store
from dashboard.shared.state_store import existing_state
from dashboard.theme import Theme
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from dashboard.words.literal import literal
from data.errors import DengtaError
from data.scope import Scope

T = TypeVar("T")
D = TypeVar("D")
_log = logging.getLogger(__name__)

WIDE_MAP = "wide_map"
CHART_CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": "reset", "scrollZoom": False}


@dataclass(frozen=True)
class Page:
    """What a page works with. `load` asks (cached), `t` speaks, `fmt` writes numbers, `look` draws."""

    key: str
    user: User
    scope: Scope
    policy: Policy
    t: Translator
    load: store.Loader
    filters: Filters
    store: store.Store
    fmt: Format
    theme: Theme
    notice: Notice
    session: signin.Session
    params: tuple[Param[Any], ...] = ()
    is_company: bool = False
    """Whether its words are those of the whole company, whatever the filters and the reader's units."""
    _once: dict[Callable[[Page], Any], Any] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def name(self, dimension: str, key: str, name: str | None = None) -> str:
        """What a code is called in the reader's language."""
        named = name or self.store.codes.get(dimension, {}).get(key)
        return sidebar.name_of(self.t.plain, dimension, key, named)

    def once(self, make: Callable[[Page], T]) -> T:
        """What a module's function makes of this page alone, for all of its parts that ask."""
        if make not in self._once:
            self._once[make] = make(self)
        return cast(T, self._once[make])

    @property
    def plain(self) -> Page:
        """The same page for what reads no markup: files and what they say of themselves."""
        return replace(self, t=self.t.plain)

    def actor(self) -> User:
        """The reader as they are at this moment: who acts, whatever the page was drawn for."""
        return self.session.again()

    def person(self, name: str) -> str:
        """Who decided, as a reader calls them."""
        return self.t.plain("downloads.local_user") if name == LOCAL_USER.name else name

    @cached_property
    def state_version(self) -> str:
        """The version of what people decided, as this run of the page knows it, for keys and manifests."""
        kept = existing_state()
        return str(kept.version() if kept else 0)

    @cached_property
    def look(self) -> Look:
        """How charts speak and look; each says what it is about."""
        return Look(self.t.plain, self.fmt, self.theme, self.place)

    @property
    def of_company(self) -> Page:
        """The same page for a part that no filter and no unit narrows: headings and files say so.

        What is asked stays as it was: it is the words alone that differ.
        """
        if not self.filters.chosen and not self.user.orgs:
            return self
        unfiltered: dict[str, Any] = dict.fromkeys(LISTS, ())
        return replace(self, filters=replace(self.filters, **unfiltered), is_company=True)

    def narrowed_by(self, *names: str) -> Page:
        """The same page for a part that some filters alone narrow: its questions, headings and files."""
        others: dict[str, Any] = dict.fromkeys(LISTS.keys() - set(names), ())
        left = replace(self.filters, **others)
        is_company = bool(self.filters.chosen) and not left.chosen and not self.user.orgs
        return replace(self, filters=left, scope=self.scope.only(*names), is_company=is_company)

    @cached_property
    def chips(self) -> tuple[scope_words.Chip, ...]:
        """Everything that narrows what the page shows."""
        return scope_words.chips(self)

    @cached_property
    def place(self) -> str:
        """The same in a few words; empty for the whole company on its newest day."""
        return scope_words.place(self)

    def get(self, param: Param[T]) -> T:
        """This page's own URL parameter: one of `params`, else nobody could say of a link what is wrong."""
        if all(own.name != param.name for own in self.params):
            raise LookupError(f"page {self.key} has not declared its parameter {param.name}")
        return filter_bar.read_param(param)

    def put(self, param: Param[T], value: T) -> None:
        """Write this page's own URL parameter (its default takes it out of the link)."""
        filter_bar.write_param(param, value)

    def pick(self, param: Param[T], options: Collection[T], default: D) -> T | D:
        """A parameter that has to be one of `options`; else `default`, and the page says so."""
        asked = self.get(param)
        if asked in options:
            return asked
        if asked != param.default:
            link_notice.misread(self, param, param.write(asked))
        return default

    def query(self, change: Mapping[str, Any] | None = None, **params: str) -> dict[str, list[str]]:
        """The parameters of a link elsewhere: these filters, some changed, and page parameters by name."""
        query = replace(self.filters, **(change or {})).to_query()
        return {**query, **{name: [value] for name, value in params.items()}}

    def link(
        self,
        key: str,
        label: str | None = None,
        change: Mapping[str, Any] | None = None,
        icon: str | None = None,
        **params: str,
    ) -> None:
        """Draw a link to a page of the menu that carries the filters; nothing where the page is not there."""
        _page_link(key, label or self.t(f"nav.{key}"), self.query(change, **params), icon)

    def link_to(
        self, key: str, label: str, query: Mapping[str, str | Sequence[str]], icon: str | None = None
    ) -> None:
        """Draw a link to a page of the menu: these filters, and over them the URL parameters given."""
        _page_link(key, label, {**self.filters.to_query(), **query}, icon)

    def open_customer(self, cons_no: str) -> None:
        """Leave for the file of one customer, with these filters."""
        target = nav.entry("customers")
        st.switch_page(target.path, query_params={**self.filters.to_query(), "c": hidden(cons_no)})

    def go_on(self, change: Mapping[str, Any]) -> None:
        """Change filters in the link and run the page again."""
        filter_bar.change_filters(**change)
        st.rerun()

    def chart(self, figure: go.Figure, name: str, alt: str, select: bool = False) -> list[dict[str, Any]]:
        """Draw a figure under a stable name, `alt` for those who do not see it; the points clicked.

        A figure that would be axes alone is a sentence.
        """
        if is_empty(figure):
            self.empty(self.t("charts.nothing_to_draw"))
            return []
        if needs_room(figure):
            with st.container(key=f"{WIDE_MAP}_{name}"):
                return self._drawn(figure, name, alt, select)
        return self._drawn(figure, name, alt, select)

    def _drawn(self, figure: go.Figure, name: str, alt: str, select: bool) -> list[dict[str, Any]]:
        about = f"{alt}{self.t('common.colon')}{self.place}" if self.place else alt
        given: dict[str, Any] = {"theme": None, "config": CHART_CONFIG, "alt": about}
        if not select:
            st.plotly_chart(figure, key=f"chart_{name}", **given)
            return []
        # A click must not count again once it has changed the scope: then the chart is another one.
        key = f"chart_{name}_{abs(hash(self.scope))}"
        state = st.plotly_chart(figure, key=key, on_select="rerun", selection_mode=("points",), **given)
        return list(state["selection"]["points"]) if state else []

    def heading(self, title: str, note: str | None = None) -> None:
        """The heading of a part, with what it is about where that is not the whole company of today."""
        about = f" :small[:gray[{literal(self.place)}]]" if self.place else ""
        st.subheader(title + about, anchor=False, help=note)

    @contextmanager
    def part(self, title: str | None = None, note: str | None = None) -> Iterator[None]:
        """One part of a page: its heading, and one clear sentence in its place if it cannot be shown."""
        if title:
            self.heading(title, note)
        try:
            yield
        except (DengtaError, RefusedError) as refusal:
            st.warning(self.t.error(refusal))
        except Exception as unforeseen:
            _log.exception("page %s, part %s", self.key, title)
            st.error(self.t("shell.part_failed", kind=type(unforeseen).__name__))

    def empty(self, sentence: str | None = None) -> None:
        """The designed state of a part that has nothing to show."""
        st.info(sentence or self.t("shell.nothing_here"), icon=":material/inbox:")


def _page_link(key: str, label: str, query: Mapping[str, str | Sequence[str]], icon: str | None) -> None:
    entry = nav.entry(key)
    if entry in nav.menu():
        shown = entry.icon if icon is None else icon
        st.page_link(sidebar.target(entry.path), label=label, icon=shown, query_params=query)
