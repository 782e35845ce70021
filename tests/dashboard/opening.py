"""A page of the application by its key, as AppTest runs it with URL parameters."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from typing import TypeVar

from streamlit.testing.v1 import AppTest

from dashboard.nav import PAGES, ROOT
from dashboard.words.i18n import LANGUAGES

ENTRY = "streamlit_app.py"
T = TypeVar("T")


def in_turn(values: Iterable[T]) -> list[tuple[T, str]]:
    """Each value with one of the languages, in their turn.

    For what does the same in each: that each view has its words in both is held by
    test_words_across_readers.py (of every other view by the full run), that both have the same sentences with
    the same holes by tests/architecture/test_words.py.
    """
    return list(zip(values, cycle(LANGUAGES), strict=False))


def page_of(key: str, *, patience_s: float = 60, **query: str | list[str]) -> AppTest:
    """The page, not yet run."""
    app = AppTest.from_file(str(ROOT / ENTRY), default_timeout=patience_s)
    if (path := next(p.path for p in PAGES if p.key == key)) != ENTRY:
        app.switch_page(path)
    for name, value in query.items():
        app.query_params[name] = value
    return app
