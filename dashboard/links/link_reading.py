"""Reading a link: what was understood of it, and what was not, one `Problem` for each.

Nothing is dropped without a word, and nothing is widened: a filter of which no code was understood is named
in `Reading.lost`, and a page shows nothing until its reader chooses (decision 0120).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, cast

from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.two_days import WAYS, Against
from dashboard.links.filters import (
    BASES,
    HIDDEN,
    KEPT,
    LISTS,
    MAX_CODES,
    MAX_HIDDEN,
    MAX_KEPT,
    MAX_LENGTH,
    URL_NAMES,
    Filters,
    Param,
    Query,
    day_of,
)
from dashboard.words.i18n import LANGUAGES

Why = Literal[
    "unknown",
    "no_day",
    "outside",
    "no_data",
    "form",
    "too_long",
    "too_many",
    "repeated",
    "no_parameter",
    "beyond",
    "refused",
]
FOREIGN = ("embed", "embed_options", "fbclid", "gclid", "msclkid", "spm")
"""Parameters that Streamlit and trackers put into links: nobody asked for anything by them."""
FOREIGN_START = "utm_"
MOST_SAID, LONGEST_SAID = 5, 40


@dataclass(frozen=True)
class Problem:
    """One thing that a link says and nobody understands: the parameter, the texts, and why not.

    `texts` are shortened and printable, at most `MOST_SAID` of `count`. `because`: what refuses them.
    """

    name: str
    texts: tuple[str, ...]
    why: Why
    count: int = 1
    because: RefusedError | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Reading:
    """What a link asks for. `lost` are parameters that would narrow and of which nothing was understood."""

    filters: Filters
    problems: tuple[Problem, ...] = ()
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """What the data has: the days it can answer for, and for each filter its codes (absent: not checked)."""

    first_day: date
    last_day: date
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, name: str, code: str) -> bool:
        """Whether the data knows `code` of filter `name`."""
        return name not in self.codes or code in self.codes[name]

    def nearest(self, day: date) -> date:
        """The day nearest to one that was asked for."""
        return min(max(day, self.first_day), self.last_day)


def read_filters(query: Query, reveal: Callable[[str], str | None]) -> Reading:
    """The filters of a link as far as their form goes; codes of `HIDDEN` fields are revealed."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, short in LISTS.items():
        values[name], wrong = _codes(short, query.get(short, ()), reveal if name in HIDDEN else str)
        problems += wrong
    values["as_of"], basis, lang = day_of(one(query, "asof")), one(query, "basis"), one(query, "lang")
    problems += _singles(query, values["as_of"])
    filters = Filters(
        against=_against(one(query, "vs")) or "year",
        basis="point" if basis == "point" else "assessment",
        lang=cast(Any, lang) if lang in LANGUAGES else None,
        **values,
    )
    return Reading(filters, tuple(problems), _lost(query, filters))


def within(reading: Reading, known: Known, query: Query, hide: Callable[[str], str]) -> Reading:
    """The same without codes that the data does not have; the nearest day for one it cannot answer."""
    asked, problems = reading.filters, list(reading.problems)
    change: dict[str, Any] = {}
    for name, short in LISTS.items():
        codes = getattr(asked, name)
        strange = [c for c in codes if not known.has(name, c)]
        if strange:
            change[name] = tuple(c for c in codes if known.has(name, c))
            problems.append(_problem(short, map(hide, strange) if name in HIDDEN else strange, "unknown"))
    if asked.as_of and known.nearest(asked.as_of) != asked.as_of:
        day = known.nearest(asked.as_of)
        change["as_of"] = None if day == known.last_day else day
        problems.append(_problem("asof", [asked.as_of.isoformat()], "outside"))
    if isinstance(asked.against, date) and known.nearest(asked.against) != asked.against:
        change["against"] = "year"
        problems.append(_problem("vs", [asked.against.isoformat()], "no_data"))
    filters = replace(asked, **change)
    return Reading(filters, tuple(problems), _lost(query, filters))


def read_page(query: Query, params: Sequence[Param[Any]], policy: Policy) -> Reading:
    """What a page's own parameters, those carried for other pages and those of nobody have against them."""
    problems: list[Problem] = []
    lost = set()
    for param in params:
        wrong = list(_unread(param, query.get(param.name, ()), policy))
        if wrong and param.narrows:
            lost.add(param.name)
        problems += wrong
    own = {p.name for p in params}
    for name in set(KEPT) - own:
        if len(one(query, name) or "") > MAX_KEPT:
            problems.append(_problem(name, [one(query, name) or ""], "too_long"))
    ours = own | set(KEPT) | set(LISTS.values()) | {*URL_NAMES.values(), *FOREIGN}
    if strange := [n for n in query if n not in ours and not n.startswith(FOREIGN_START)]:
        problems.append(_problem("", strange, "no_parameter"))
    return Reading(Filters(), tuple(problems), frozenset(lost))


def corrected(query: Query, right: Query, problems: Iterable[Problem]) -> dict[str, list[str]]:
    """The link that says what is shown: the parameters with a problem as in `right`, or not at all."""
    known = {p.name for p in problems if p.why != "no_parameter"}
    ours = {*LISTS.values(), *URL_NAMES.values(), *KEPT, *FOREIGN, *right}
    drop_strange = any(p.why == "no_parameter" for p in problems)
    made: dict[str, list[str]] = {}
    for name, values in query.items():
        if name in known:
            if name in right:
                made[name] = list(right[name])
        elif not drop_strange or name in ours or name.startswith(FOREIGN_START):
            made[name] = list(values)
    return made


def one(query: Query, name: str) -> str | None:
    """The value of a parameter that has one; of several the first."""
    values = query.get(name) or ()
    return values[0] if values else None


def shortened(text: str) -> str:
    """A text of a link as a notice can quote it."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:LONGEST_SAID])
    return plain + ("…" if len(text) > LONGEST_SAID else "")


def _problem(name: str, texts: Iterable[str], why: Why) -> Problem:
    every = list(texts)
    return Problem(name, tuple(shortened(text) for text in every[:MOST_SAID]), why, len(every))


def _against(text: str | None) -> Against | None:
    """What to compare with: a way, or a day; None for anything else."""
    ways: dict[str | None, Against] = {way: way for way in WAYS}
    return ways.get(text) or day_of(text)


def _singles(query: Query, day: date | None) -> list[Problem]:
    wrong = []
    for name in URL_NAMES.values():
        text = one(query, name)
        good = {
            "asof": day is not None,
            "vs": _against(text) is not None,
            "basis": text in BASES,
            "lang": text in LANGUAGES,
        }
        if text is not None and not good[name]:
            wrong.append(_problem(name, [text], "no_day" if name == "asof" else "form"))
        if len(query.get(name, ())) > 1:
            wrong.append(_problem(name, query[name][1:], "repeated"))
    return wrong


def _codes(
    short: str, values: Sequence[str], reveal: Callable[[str], str | None]
) -> tuple[tuple[str, ...], list[Problem]]:
    """The codes of a filter, each once, and those that are none."""
    longest = MAX_LENGTH if reveal is str else MAX_HIDDEN
    good: dict[str, None] = {}
    strange: list[str] = []
    too_long: list[str] = []
    for value in values:
        if len(value) > longest:
            too_long.append(value)
            continue
        code = reveal(value)
        if code and len(code) <= MAX_LENGTH and code.isprintable() and code == code.strip():
            good[code] = None
        else:
            strange.append(value)
    beyond = list(good)[MAX_CODES:]
    wrong: dict[Why, list[str]] = {
        "unknown": strange,
        "too_long": too_long,
        "too_many": [v for v in values if reveal(v) in beyond] if beyond else [],
    }
    return tuple(good)[:MAX_CODES], [_problem(short, texts, why) for why, texts in wrong.items() if texts]


def _lost(query: Query, filters: Filters) -> frozenset[str]:
    """The filters that the link has and of which nothing is left: without them more would be shown."""
    return frozenset(
        short for name, short in LISTS.items() if query.get(short) and not getattr(filters, name)
    )


def _unread(param: Param[Any], values: Sequence[str], policy: Policy) -> Iterable[Problem]:
    if not values:
        return
    text = values[0]
    if len(values) > 1:
        yield _problem(param.name, values[1:], "repeated")
    if len(text) > param.longest:
        yield _problem(param.name, [text], "too_long")
    elif text and param.read(text) is None:
        pieces = param.unread(text)
        yield _problem(param.name, pieces or [text], "unknown" if param.narrows and not pieces else "form")
    elif text and (pieces := param.unread(text)):
        yield _problem(param.name, pieces, "form")
    elif text and (refusal := param.refuse(param.read(text), policy)):
        yield replace(_problem(param.name, [text], "refused"), because=refusal)
