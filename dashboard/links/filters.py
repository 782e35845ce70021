"""Filters as one frozen value, and its form in the URL: codes only, opaque ones
for owners. The only reader of `st.query_params`.

The URL is the state: widgets are set from it at every run and write it when they change. How it is read,
and what becomes of what nobody understands, is in `link_reading`. Names, phones and search text are never
written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Generic, Literal, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.two_days import Against
from dashboard.links.link_codes import hidden
from data.dimensions import DECLARED, Narrowing
from data.scope import Basis, Scope

T = TypeVar("T")
Query = Mapping[str, Sequence[str]]

BASES: tuple[Basis, ...] = ("assessment", "point")
MAX_CODES = 200
MAX_LENGTH, MAX_HIDDEN = 256, 1600
"""Characters of a code, and of one that is hidden: of 256 characters of three bytes."""
SEEN = "link_of_the_last_run"
OWED = "link_that_the_browser_has_not_heard_of"
PASSED = "links_that_ours_replaced"
MOST_PASSED = 50
WRITTEN = "link_of_our_own"
LISTS = {field: declared.link for field, declared in DECLARED.items()}
"""Filter fields that hold codes, and their names in the URL."""
URL_NAMES = {"as_of": "asof", "against": "vs", "basis": "basis", "lang": "lang"}
"""The other fields, and their names in the URL."""
HIDDEN = frozenset(field for field, declared in DECLARED.items() if declared.is_hidden)
"""Fields whose codes say who somebody is: opaque in the URL."""
KEPT = ("edges", "f", "try")
"""Parameters of pages that the menu carries through every page: ageing edges, a list's filters, a what-if."""
MAX_KEPT = 2**15


@dataclass(frozen=True)
class Filters(Narrowing):
    """What the reader chose. `as_of` None means the newest day; `lang` None the browser's language;
    `against` what figures are compared with.
    """

    as_of: date | None = None
    against: Against = "year"
    basis: Basis = "assessment"
    lang: Literal["zh", "en"] | None = None

    def to_query(self, hide: Callable[[str], str] = hidden) -> dict[str, list[str]]:
        """The URL's parameters; what is at its default is left out, owners are opaque codes."""
        query: dict[str, list[str]] = {}
        if self.as_of:
            query["asof"] = [self.as_of.isoformat()]
        if self.against != "year":
            query["vs"] = [str(self.against)]
        if self.basis != "assessment":
            query["basis"] = [self.basis]
        if self.lang:
            query["lang"] = [self.lang]
        for name, short in LISTS.items():
            if codes := getattr(self, name):
                query[short] = [hide(c) for c in codes] if name in HIDDEN else list(codes)
        return query

    def scope(self, newest: date, allowed_orgs: tuple[str, ...]) -> Scope:
        """The queries' scope; the reader's own units come from the session."""
        lists = {name: getattr(self, name) for name in LISTS}
        return Scope(as_of=self.as_of or newest, basis=self.basis, allowed_orgs=allowed_orgs, **lists)

    @property
    def chosen(self) -> int:
        """How many filter fields are in use."""
        return sum(1 for name in LISTS if getattr(self, name))


@dataclass(frozen=True)
class Param(Generic[T]):
    """A page's own URL parameter. `read` gives None for what it does not understand: then the default holds.

    `longest`: a longer text is not read. `unread` gives the pieces of a text that `read` had to leave out.
    `narrows`: without it more would be shown, so that a page stops where it is not understood. `chips` says
    what it narrows to: for each piece its words, and what is left without it. Those of `KEPT` travel on the
    menu's links. `refuse` is asked of a text that was read: why it cannot be followed under the policy in
    force.
    """

    name: str
    default: T
    read: Callable[[str], T | None]
    write: Callable[[T], str] = str
    longest: int = MAX_LENGTH
    unread: Callable[[str], Sequence[str]] = lambda _: ()
    narrows: bool = False
    chips: Callable[[Any, T], Sequence[tuple[str, T]]] = lambda _page, _value: ()
    refuse: Callable[[T, Policy], RefusedError | None] = lambda _value, _policy: None


def choice(name: str, options: Sequence[str], default: str | None = None) -> Param[str]:
    """A parameter that holds one of a few codes."""
    return Param(name, default or options[0], lambda text: text if text in options else None)


def number(name: str, default: int, low: int, high: int) -> Param[int]:
    """A whole number between two bounds."""

    def read(text: str) -> int | None:
        value = int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None
        return value if value is not None and low <= value <= high else None

    return Param(name, default, read)


def keep_address() -> None:
    """Have the address bar follow what widgets wrote before this run, and a link to the page one is on:
    Streamlit runs it, and leaves the address.
    """
    now, owed = query(), st.session_state.get(OWED, False)
    is_elsewhere = not owed and st.session_state.get(SEEN, now) != now
    st.session_state[SEEN] = now
    if is_elsewhere:
        st.session_state[PASSED] = []
    if owed or is_elsewhere:
        _tell()


def query() -> dict[str, list[str]]:
    """The parameters of the link; an empty one says nothing.

    They are those of the reader's browser, unless it has not heard of newer ones: a widget that is moved soon
    after another sends the link that the first one's move replaced.
    """
    given = {k: [text for text in st.query_params.get_all(k) if text] for k in st.query_params}
    now = {name: texts for name, texts in given.items() if texts}
    state = st.session_state
    if state.get(OWED) or (_is_before_the_run() and now in state.get(PASSED, [])):
        return dict(state[SEEN])
    return now


def write_query(right: Query) -> None:
    """Put another link into the reader's address bar: at once, or as the run of a widget's move begins.

    What is sent before that can end the move's callback half-way, where the next move has come in.
    """
    before = query()
    now = {name: list(values) for name, values in right.items()}
    if now != before:
        st.session_state[PASSED] = [*st.session_state.get(PASSED, []), before][-MOST_PASSED:]
    st.session_state[WRITTEN] = st.session_state[SEEN] = now
    st.session_state[OWED] = True
    if not _is_before_the_run():
        _tell()


def _tell() -> None:
    """Send the link to the browser."""
    st.query_params.from_dict(st.session_state[SEEN])
    st.session_state[OWED] = False


def _is_before_the_run() -> bool:
    """Whether this is the callback of a widget: the page has not begun to run."""
    run = get_script_run_ctx()
    return run is not None and not run.has_script_started


def is_own() -> bool:
    """Whether the link is the one that this page, or a widget on it, wrote last."""
    return bool(st.session_state.get(WRITTEN) == query())


def kept() -> dict[str, list[str]]:
    """The parameters of `KEPT` as the link has them, whichever page reads them."""
    now = query()
    return {n: now[n][:1] for n in KEPT if now.get(n) and now[n][0] and len(now[n][0]) <= MAX_KEPT}


def change_filters(**change: Any) -> None:
    """Put filters, by their fields, into the link; all else in it stays as it is, understood or not."""
    unknown = set(change) - {f.name for f in fields(Filters)}
    if unknown:
        raise KeyError(*unknown)
    names = {LISTS.get(name) or URL_NAMES[name] for name in change}
    rest = {k: v for k, v in query().items() if k not in names}
    write_query({**Filters(**change).to_query(), **rest})


def read_param(param: Param[T]) -> T:
    """A page's own parameter from the link."""
    texts = query().get(param.name) or [""]
    value = None if not texts[0] or len(texts[0]) > param.longest else param.read(texts[0])
    return param.default if value is None else value


def write_param(param: Param[T], value: T) -> None:
    """Put a page's own parameter into the link; its default takes it out."""
    link = query()
    link[param.name] = [param.write(value)]
    if value == param.default:
        del link[param.name]
    write_query(link)


def widget_key(name: str) -> str:
    """The session key of a filter's widget."""
    return f"filter_{name}"


def on_widget(name: str) -> None:
    """A widget of the filter bar changed: the link follows."""
    value: Any = st.session_state.get(widget_key(name))
    change_filters(**{name: tuple(value or ()) if name in LISTS else value})


def day_of(text: str | None) -> date | None:
    """A day written as 2026-10-31; None for anything else."""
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None
