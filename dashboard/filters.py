"""Filters as one frozen value, and its form in the URL: codes only, opaque ones
for owners. The only reader of `st.query_params`.

The URL is the state: widgets are set from it at every run and write it when they change. What it holds and
the data does not know is dropped. Names, phones and search text are never written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Generic, Literal, TypeVar, cast

import streamlit as st

from analytics.two_days import WAYS, Against
from dashboard.i18n import LANGUAGES
from dashboard.link_codes import hidden, revealed
from data.scope import Basis, Scope

T = TypeVar("T")
Query = Mapping[str, Sequence[str]]

BASES: tuple[Basis, ...] = ("assessment", "point")
MAX_CODES = 200
MAX_LENGTH = 64
MAX_HIDDEN = 160
SEEN = "link_of_the_last_run"
LISTS = {
    "orgs": "org",
    "classes": "class",
    "elec_types": "elec",
    "volts": "volt",
    "industries": "trade",
    "pay_modes": "pay",
    "areas": "area",
    "collectors": "collector",
    "owners": "owner",
}
"""Filter fields that hold codes, and their names in the URL."""
HIDDEN = frozenset(["owners"])
"""Fields whose codes say who somebody is: opaque in the URL."""
KEPT = ("edges", "f", "try")
"""Parameters of pages that the menu carries through every page: ageing edges, a list's filters, a what-if."""
MAX_KEPT = 2**15


@dataclass(frozen=True)
class Filters:
    """What the reader chose. `as_of` None means the newest day; `lang` None the browser's language;
    `against` what figures are compared with.
    """

    as_of: date | None = None
    against: Against = "year"
    basis: Basis = "assessment"
    lang: Literal["zh", "en"] | None = None
    orgs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    elec_types: tuple[str, ...] = ()
    volts: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    pay_modes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    collectors: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

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

    @staticmethod
    def from_query(query: Query, reveal: Callable[[str], str | None] = revealed) -> Filters:
        """Read the URL's parameters; whatever has not the right form is dropped."""
        lists = {
            name: _revealed(query.get(short, ()), reveal) if name in HIDDEN else _codes(query.get(short, ()))
            for name, short in LISTS.items()
        }
        lang, basis = _one(query, "lang"), _one(query, "basis")
        return Filters(
            as_of=day_of(_one(query, "asof")),
            against=_against(_one(query, "vs")),
            basis="point" if basis == "point" else "assessment",
            lang=cast(Any, lang) if lang in LANGUAGES else None,
            **lists,
        )

    def within(self, known: Known) -> Filters:
        """The same filters without the codes that the data does not have and days it cannot answer."""
        kept: dict[str, Any] = {
            name: tuple(c for c in getattr(self, name) if known.has(name, c)) for name in LISTS
        }
        as_of = self.as_of if self.as_of and known.first_day <= self.as_of <= known.last_day else None
        against: Against = self.against
        if isinstance(against, date) and not known.first_day <= against <= known.last_day:
            against = "year"
        return replace(self, as_of=as_of, against=against, **kept)

    def scope(self, newest: date, allowed_orgs: tuple[str, ...]) -> Scope:
        """The queries' scope; the reader's own units come from the session."""
        lists = {name: getattr(self, name) for name in LISTS}
        return Scope(as_of=self.as_of or newest, basis=self.basis, allowed_orgs=allowed_orgs, **lists)

    @property
    def chosen(self) -> int:
        """How many filter fields are in use."""
        return sum(1 for name in LISTS if getattr(self, name))


@dataclass(frozen=True)
class Known:
    """What the data has: the days it can answer for, and for each filter its codes (absent: not checked)."""

    first_day: date
    last_day: date
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, name: str, code: str) -> bool:
        """Whether the data knows `code` of filter `name`."""
        return name not in self.codes or code in self.codes[name]


@dataclass(frozen=True)
class Param(Generic[T]):
    """A page's own URL parameter. `read` gives None for what it does not understand: then the default holds.

    `longest`: a longer text is not read. Those of `KEPT` travel on the menu's links.
    """

    name: str
    default: T
    read: Callable[[str], T | None]
    write: Callable[[T], str] = str
    longest: int = MAX_LENGTH * 4


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
    """Have the address bar follow a link to the page one is on: Streamlit runs it, and leaves the address."""
    now = _query()
    if st.session_state.get(SEEN, now) != now:
        st.query_params.from_dict(now)
    st.session_state[SEEN] = now


def read_filters() -> Filters:
    """The filters of the link in the reader's browser."""
    return Filters.from_query(_query())


def kept() -> dict[str, list[str]]:
    """The parameters of `KEPT` as the link has them, whichever page reads them."""
    query = _query()
    return {n: [text] for n in KEPT if (text := _one(query, n)) and len(text) <= MAX_KEPT}


def write_filters(filters: Filters) -> None:
    """Put filters into the link, leaving the page's own parameters as they are."""
    names = {"asof", "vs", "basis", "lang", *LISTS.values()}
    rest = {k: v for k, v in _query().items() if k not in names}
    st.query_params.from_dict({**filters.to_query(), **rest})


def read_param(param: Param[T]) -> T:
    """A page's own parameter from the link."""
    text = _one(_query(), param.name)
    value = None if text is None or len(text) > param.longest else param.read(text)
    return param.default if value is None else value


def write_param(param: Param[T], value: T) -> None:
    """Put a page's own parameter into the link; its default takes it out."""
    if value == param.default:
        if param.name in st.query_params:
            del st.query_params[param.name]
    else:
        st.query_params[param.name] = param.write(value)


def widget_key(name: str) -> str:
    """The session key of a filter's widget."""
    return f"filter_{name}"


def on_widget(name: str) -> None:
    """A widget of the filter bar changed: the link follows."""
    if name not in {f.name for f in fields(Filters)}:
        raise KeyError(name)
    value: Any = st.session_state.get(widget_key(name))
    changed: dict[str, Any] = {name: tuple(value or ()) if name in LISTS else value}
    write_filters(replace(read_filters(), **changed))


def _query() -> dict[str, list[str]]:
    return {k: st.query_params.get_all(k) for k in st.query_params}


def _one(query: Query, name: str) -> str | None:
    values = query.get(name) or ()
    return values[0] if values else None


def _against(text: str | None) -> Against:
    """What to compare with: a way, or a day; for anything else the same day last year."""
    ways: dict[str | None, Against] = {way: way for way in WAYS}
    return ways.get(text) or day_of(text) or "year"


def _codes(values: Sequence[str]) -> tuple[str, ...]:
    good = (v for v in values if 0 < len(v) <= MAX_LENGTH and v.isprintable() and v == v.strip())
    return tuple(dict.fromkeys(good))[:MAX_CODES]


def _revealed(values: Sequence[str], reveal: Callable[[str], str | None]) -> tuple[str, ...]:
    """The numbers behind opaque codes, as good as plain ones."""
    short = (v for v in values[:MAX_CODES] if len(v) <= MAX_HIDDEN)
    return _codes([number for v in short if (number := reveal(v))])


def day_of(text: str | None) -> date | None:
    """A day written as 2026-10-31; None for anything else."""
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None
