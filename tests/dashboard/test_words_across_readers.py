"""Two readers of one server, one in each language: neither meets the other's words, whoever comes first.

The oracle is the page itself as its reader finds it when nobody was there before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics import indicators
from dashboard.nav import PAGES, ROOT
from dashboard.words.i18n import catalogue
from tests.dashboard.opening import page_of
from tests.dashboard.test_pages import VIEWS, is_drawn_in_the_readers_words, unit_names

__all__ = ["unit_names"]

HOMES = ("choice", "state", "sections")
"""Where a page's folder may declare its `VIEWS`."""
SHOWN = ("label", "value", "body", "options", "help", "placeholder")
OF_A_RUN = re.compile(r"\d{2}:\d{2}(:\d{2})?|\d+\.\d+ (seconds|秒)")


def views_of(key: str) -> tuple[str | None, ...]:
    """The views that a page's own registry names; None where it has but one."""
    for home in HOMES:
        if (ROOT / "dashboard" / key / f"{home}.py").exists():
            declared = getattr(import_module(f"dashboard.{key}.{home}"), "VIEWS", None)
            if declared:
                return tuple(declared)
    return (None,)


KEYS = re.compile(r"(?<!\\)\[[^\]]*\]|\w+_\w+|\b[a-z]+\.[a-z]{2,}", re.ASCII)
"""What files call things: `[publishing]`, `second_person`, `credit.models`."""
MARKUP = re.compile(r":material/\w+:|\[[^\]]*\]\([^)]*\)|:\w+\[|\{\w+\}")
"""And `{name}`, which a reader types into a text for customers."""
TYPED = {catalogue(language)["data_checks.tie.upload_help"] for language in ("zh", "en")}
"""Sentences with what a reader types into a file."""
IN_BOTH = {known.zh for known in indicators.REGISTRY.values()}
"""The registry names every indicator in both languages."""
CHINESE = {word for key, word in catalogue("zh").items() if not key.startswith("codes.")} - {
    *catalogue("en").values(),
    *IN_BOTH,
}
EVERY = [(page.key, view) for page in PAGES for view in views_of(page.key)]


def read(key: str, view: str | None, language: str) -> AppTest:
    """A reader of that language opens the page in a session of his own."""
    shown = {"view": view} if view else {}
    app = page_of(key, patience_s=120, lang=language, **shown).run()
    assert not [e.message for e in app.exception] + [e.value for e in app.error]
    return app


def said(app: AppTest) -> list[str]:
    """Every text that the page shows: words, labels, options, headings, cells and what is in charts."""
    texts: list[str] = []
    for element in (*app.main, *app.sidebar):
        texts += _texts(element)
    return [OF_A_RUN.sub("", text) for text in texts]


def keys_shown(app: AppTest) -> set[str]:
    """Sentences, labels and choices of the page that hold a key of a file."""
    told = [
        e for e in (*app.main, *app.sidebar) if e.type not in ("dataframe", "table", "plotly_chart", "html")
    ]
    texts = set(_strings([getattr(e, name, None) for e in told for name in SHOWN if name != "value"]))
    return {text for text in texts - TYPED if KEYS.search(MARKUP.sub("", text))}


def _texts(element: Any) -> Iterator[str]:
    if element.type in ("dataframe", "table"):
        frame: pd.DataFrame = element.value
        yield from _strings([*frame.columns, *frame.to_numpy(dtype=object).ravel()])
        yield from _strings(json.loads(getattr(element.proto, "columns", "") or "{}"))
    elif element.type == "plotly_chart":
        yield from _strings(json.loads(element.proto.spec))
    else:
        yield from _strings([getattr(element, name, None) for name in SHOWN])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


@pytest.fixture
def forgotten(warehouse_env: Path) -> Iterator[None]:
    """Nobody has asked anything yet, and nothing is left behind."""
    forget()
    yield
    forget()


def forget() -> None:
    """Empty what readers share."""
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("first", "second", "turn"),
    [
        ("en", "zh", 0),
        ("en", "zh", 2),
        *(pytest.param("zh", "en", turn, marks=pytest.mark.full) for turn in (1, 3)),
    ],
)
def test_nobody_meets_the_words_of_who_came_before(
    forgotten: None, unit_names: re.Pattern[str], first: str, second: str, turn: int
) -> None:
    """Each view is opened in one order of languages, its neighbour in the other, and drawn well for both.

    All are opened by the first reader, then by the second, then by the second where no first was there: what
    pages share is met by both.
    """
    mine = EVERY[turn::4]
    alone = {first: {page: read(*page, first) for page in mine}}
    after = {page: said(read(*page, second)) for page in mine}
    forget()
    alone[second] = {page: read(*page, second) for page in mine}
    for language, pages in alone.items():
        for (key, view), shown in pages.items():
            told, where = said(shown), (key, view, language)
            assert not keys_shown(shown), where
            assert not [text for text in told if "⟦" in text], where
            is_drawn_in_the_readers_words(shown, unit_names, key, language)
            assert language == first or after[key, view] == told, f"{where} after {first}"
            assert language == "en" or len(told) > 10, where
            assert language == "zh" or not {text for text in told if text in CHINESE and len(text) > 1}, where


def test_every_page_with_a_switch_is_read_in_every_view() -> None:
    switched = {p.key for p in PAGES if "VIEWS" in (ROOT / p.path).read_text(encoding="utf-8")}
    assert switched and switched == {key for key, view in EVERY if view}
    assert set(EVERY) == set(VIEWS)


def test_the_check_of_keys_sees_one() -> None:
    for text in ("set under [publishing] in the file", "second_person is off", "policy.credit"):
        assert KEYS.search(MARKUP.sub("", text))
    for text in ("Compare :small[:gray[Station 1]]", ":material/link_off: 1.5 of 3", "[a](b)", "A \\[x\\]"):
        assert not KEYS.search(MARKUP.sub("", text))
