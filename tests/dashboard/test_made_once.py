"""What is made of equal values is told apart by all of its content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.made_once import MOST_BYTES, made_once
from dashboard.words.format import Format
from dashboard.words.i18n import KeptWordsError, Translator, speaking_only, wordless


def counted() -> tuple[Callable[..., Any], list[object]]:
    """A function that is made once, and what it was called with."""
    calls: list[object] = []

    @made_once
    def total(values: Any, how: object = None) -> object:
        calls.append(values)
        return object()

    return total, calls


def test_equal_content_gives_the_same_value_and_any_difference_another() -> None:
    total, _ = counted()
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    first = total(frame)
    assert total(frame.copy()) is first
    for other in (
        frame.assign(a=[1, 3]),
        frame.assign(a=[1.0, 2.0]),
        frame.rename(columns={"a": "c"}),
        frame.iloc[::-1],
        frame.assign(b=["x", "None"]),
    ):
        assert total(other) is not first
    assert total(frame, Format(Translator("zh"))) is not total(frame, Format(Translator("en")))


def test_one_cell_in_the_middle_of_a_long_frame_is_seen() -> None:
    total, calls = counted()
    frame = pd.DataFrame({"a": np.arange(MOST_BYTES // 16)})
    other = frame.copy()
    other.loc[len(frame) // 2, "a"] += 1
    assert total(frame) is total(frame)
    assert total(other) is not total(frame)
    assert len(calls) == 2


def test_what_holds_code_or_much_is_made_each_time() -> None:
    total, calls = counted()
    for value in (lambda: 1, pd.DataFrame({"a": np.arange(MOST_BYTES)})):
        calls.clear()
        assert total(value) is not total(value)
        assert len(calls) == 2


@wordless
def kept_for_all(_t: Translator) -> str:
    """Kept by a key that names no language."""
    return _t("nav.overview")


@wordless
def kept_by_language(language: str, _t: Translator) -> str:
    """Kept by a key that names the language."""
    return _t("nav.overview")


@made_once
def title(t: Translator) -> str:
    """Kept by all that it is given."""
    return t("nav.overview")


def test_what_readers_share_is_refused_words_that_its_key_does_not_name() -> None:
    zh, en = Translator("zh"), Translator("en")
    assert kept_by_language("en", en) == title(en) == "Overview"
    refused: list[Callable[[], object]] = [
        lambda: kept_for_all(zh),
        lambda: kept_by_language("en", zh),
        lambda: wordless(lambda: zh.language)(),
        lambda: wordless(lambda: zh.has("nav.overview"))(),
        lambda: wordless(lambda: zh.listed(["a", "b"]))(),
        lambda: wordless(lambda: title(en))(),
        lambda: wordless(lambda: kept_by_language("en", en))(),
    ]
    for ask in refused:
        with pytest.raises(KeptWordsError):
            ask()
    with speaking_only("zh"):
        assert title(zh) == zh("nav.overview")
    assert title(en) == "Overview", "the guard ends with what it guards"
