"""What a page is about, in words: chips under its title, headings of its parts, the sheet of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.frame import sidebar
from dashboard.links import filters as bar
from dashboard.links.filters import LISTS
from dashboard.words.literal import literal
from data.dimensions import DECLARED

if TYPE_CHECKING:
    from dashboard.page import Page

MOST_CHIPS = 4
"""Codes of one filter that have a chip each; more share one."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Chip:
    """One thing that narrows what is shown: `text` with what it is, `short` without; the link without it.

    `param` is its parameter in the link.
    """

    key: str
    text: str
    short: str
    without: Mapping[str, Sequence[str]]
    param: str = ""


def chips(page: Page) -> tuple[Chip, ...]:
    """Everything of the link that narrows the page: units, filters, the page's own, day and basis."""
    query, made = bar.query(), []
    for name, short in LISTS.items():
        made += _of_codes(page, name, short, query)
    for param in page.params:
        for i, (text, rest) in enumerate(param.chips(page, page.get(param))):
            left = {param.name: [param.write(rest)]} if rest != param.default else {}
            made.append(
                Chip(f"{param.name}_{i}", text, text, {**_without(query, param.name), **left}, param.name)
            )
    day = page.fmt.date(page.scope.as_of)
    if page.filters.as_of:
        made.append(Chip("asof", page.t.plain("chips.as_of", day=day), day, _without(query, "asof")))
    if page.filters.basis != "assessment":
        basis = page.t.plain(f"common.basis.{page.scope.basis}")
        made.append(Chip("basis", basis, basis, _without(query, "basis")))
    return tuple(made)


def place(page: Page) -> str:
    """What narrows the page, in a few words; empty where it shows the whole company on its newest day."""
    own = [c.short for c in page.chips]
    if page.is_company:
        own.insert(0, page.t.plain("chips.company"))
    elif not page.filters.orgs and page.user.orgs:
        own.insert(0, _several(page, named(page, "orgs", page.user.orgs)))
    return " · ".join(own)


def whole(page: Page) -> str:
    """What an unfiltered page is about: the company, or the reader's units."""
    if page.user.orgs:
        return _several(page, named(page, "orgs", page.user.orgs))
    return page.t.plain("chips.company")


def named(page: Page, name: str, codes: Sequence[str]) -> list[str]:
    """What the codes of a filter are called."""
    words = sidebar.units(page).names if name == "orgs" else sidebar.offers(page, name)
    return [(words.get(code) or page.name(DECLARED[name].key, code)).strip() for code in codes]


def draw(page: Page) -> None:
    """The chips: buttons that take their filter out of the link. Without any, what the page is about."""
    with st.container(horizontal=True, gap="xsmall", key="chips"):
        if not page.filters.orgs:
            with st.container(key="chip_whole", width="content"):
                st.markdown(literal(whole(page)), width="content")
        for chip in page.chips:
            st.button(
                literal(chip.text),
                key=f"chip_{chip.key}",
                icon=":material/close:",
                icon_position="right",
                help=page.t("chips.remove", what=chip.text),
                on_click=bar.write_query,
                args=(chip.without,),
            )


def _of_codes(page: Page, name: str, short: str, query: Mapping[str, Sequence[str]]) -> list[Chip]:
    codes = getattr(page.filters, name)
    words, what = (
        named(page, name, codes) if codes else [],
        sidebar.word_of(page.t.plain, name) + page.t.plain("common.colon"),
    )
    if len(codes) > MOST_CHIPS:
        every = _several(page, words)
        return [Chip(name, what + every, every, _without(query, short))]
    made = []
    for code, word in zip(codes, words, strict=True):
        rest: dict[str, Any] = {name: tuple(c for c in codes if c != code)}
        left = bar.Filters(**rest).to_query()
        made.append(Chip(f"{name}_{code}", what + word, word, {**_without(query, short), **left}))
    return made


def _several(page: Page, words: Sequence[str]) -> str:
    if len(words) <= MOST_CHIPS:
        return page.t.plain.listed(words)
    return page.t.plain("chips.several", names=page.t.plain.listed(words[:MOST_NAMED]), count=len(words))


def _without(query: Mapping[str, Sequence[str]], name: str) -> dict[str, Sequence[str]]:
    return {k: v for k, v in query.items() if k != name}
