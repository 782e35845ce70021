"""What a page says of a link that it did not understand: one notice, the corrected address, or a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from analytics.policy import Policy
from dashboard.links import filters as bar
from dashboard.links.filters import LISTS, Param, Query
from dashboard.links.link_codes import hidden, revealed
from dashboard.links.link_reading import (
    Known,
    Problem,
    Reading,
    corrected,
    read_filters,
    read_page,
    shortened,
    within,
)
from dashboard.words.literal import literal

if TYPE_CHECKING:
    from dashboard.page import Page

SAID = "link_not_understood"
FIELDS = {short: name for name, short in LISTS.items()}
MENDED = frozenset({"outside", "no_day", "too_many", "repeated", "beyond", "refused"})
"""Reasons that say themselves what is done instead."""


@dataclass
class Notice:
    """The problems of the page's link, and the place where they are told once it is drawn.

    `fresh`: the link came from outside; else a click on the page made it, and there is nothing to tell.
    """

    page_key: str
    problems: list[Problem] = field(default_factory=list)
    fresh: bool = True
    tell: Callable[[], None] | None = None

    def add(self, problem: Problem) -> None:
        """Tell of one more problem, found while the page was made; the address is right by now."""
        if problem not in self.problems:
            self.problems.append(problem)
        self.remember()
        if self.tell:
            self.tell()

    def remember(self) -> None:
        """Keep the notice up as long as the address stays what it is now."""
        if self.problems:
            st.session_state[SAID] = (self.page_key, bar.query(), tuple(self.problems))


def asked_filters() -> Reading:
    """The filters of the link as far as their form goes."""
    return read_filters(bar.query(), revealed)


def read(asked: Reading, known: Known, params: tuple[Param[Any], ...], policy: Policy) -> Reading:
    """All of a link, held to the data, to the page's own parameters and to the policy in force."""
    query = bar.query()
    filters, own = within(asked, known, query, hidden), read_page(query, params, policy)
    return Reading(filters.filters, filters.problems + own.problems, filters.lost | own.lost)


def settle(key: str, reading: Reading, params: tuple[Param[Any], ...]) -> Notice:
    """Correct the address, and give what is to be told of it: also after reruns that leave it as it is.

    Where the page will stop, the address stays as it was asked.
    """
    problems, fresh = list(reading.problems), not bar.is_own()
    if problems and not reading.lost:
        bar.write_query(right_link(reading, params))
    notice = Notice(key, problems, fresh)
    said = st.session_state.get(SAID)
    if said and not problems and said[:2] == (key, bar.query()):
        notice.problems = list(said[2])
    else:
        st.session_state.pop(SAID, None)
        if not reading.lost:
            notice.remember()
    return notice


def right_link(reading: Reading, params: tuple[Param[Any], ...]) -> dict[str, list[str]]:
    """The link of what is understood."""
    right: dict[str, list[str]] = reading.filters.to_query()
    refused = {problem.name for problem in reading.problems if problem.why == "refused"}
    for param in params:
        value = param.default if param.name in refused else bar.read_param(param)
        right[param.name] = [param.write(value)] if value != param.default else []
    made = corrected(bar.query(), right, reading.problems)
    return {name: values for name, values in made.items() if values}


def draw(page: Page, known: Known) -> None:
    """The notice under the title, also of what is found out later."""
    place = st.empty()

    def tell() -> None:
        if said := page.notice.problems:
            lines = [page.t("links.heading"), *(f"- {sentence(page, p, known)}" for p in said)]
            place.warning("\n".join(lines), icon=":material/link_off:")

    page.notice.tell = tell
    tell()


def stop(page: Page, known: Known, reading: Reading, place: str) -> None:
    """Nothing is shown until the reader chooses: `place` says what the page would show without the filter."""
    t, params = page.t, page.params
    with st.container(key="link_stop"):
        said = (f"- {sentence(page, p, known, stopped=True)}" for p in reading.problems)
        st.warning("\n".join([t("links.stopped"), *said]), icon=":material/link_off:")
        go: Query = right_link(reading, params)
        st.button(t("links.show_instead", what=literal(place)), on_click=bar.write_query, args=(go,))
    st.stop()


def sentence(page: Page, problem: Problem, known: Known, stopped: bool = False) -> str:
    """What was not understood, why, and what is shown in its place."""
    t = page.t
    quoted = [t("links.quoted", text=literal(text)) for text in problem.texts]
    texts = t.listed(quoted)
    if problem.count > len(quoted):
        texts = t("links.and_more", texts=texts, count=problem.count)
    values = {
        "what": _what(page, problem.name),
        "texts": texts,
        "first": page.fmt.date(known.first_day),
        "last": page.fmt.date(known.last_day),
        "day": page.fmt.date(page.scope.as_of),
        "because": literal(t.error(problem.because)) if problem.because else "",
    }
    said = t(f"links.why.{problem.why}", **values)
    if problem.why in MENDED or stopped or problem.why == "no_parameter":
        return said
    return t("links.both", why=said, instead=_instead(page, problem.name))


def _what(page: Page, name: str) -> str:
    from dashboard.frame.sidebar import word_of

    if name in FIELDS:
        return word_of(page.t, FIELDS[name])
    if name in ("asof", "basis", "lang"):
        return page.t({"asof": "filters.as_of", "basis": "filters.basis", "lang": "filters.language"}[name])
    key = f"links.parameters.{name}"
    return page.t(key) if page.t.has(key) else page.t("links.parameter", name=literal(name))


def _instead(page: Page, name: str) -> str:
    if name in FIELDS and (codes := getattr(page.filters, FIELDS[name])):
        from dashboard.frame.scope_words import named

        return page.t(
            "links.instead.codes", codes=page.t.listed(map(literal, named(page, FIELDS[name], codes)))
        )
    if name == "basis":
        return page.t("links.instead.value", value=page.t(f"common.basis.{page.scope.basis}"))
    if name == "lang":
        return page.t("links.instead.value", value=page.t(f"filters.language_{page.t.language}"))
    return page.t("links.instead.default")


def misread(page: Page, param: Param[Any], text: str) -> None:
    """A parameter had the right form, and names what is not there: say so, and take it out of the address."""
    bar.write_param(param, param.default)
    if page.notice.fresh:
        page.notice.add(Problem(param.name, (shortened(text),), "unknown"))


def page_number(page: Page, param: Param[int], pages: int) -> int:
    """The page of a list that the link asks for; where there are fewer the last one, and a word."""
    asked = page.get(param)
    if asked <= pages:
        return asked
    bar.write_param(param, pages)
    if page.notice.fresh:
        page.notice.add(Problem(param.name, (str(asked),), "beyond"))
    return pages
