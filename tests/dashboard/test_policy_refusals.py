"""Policies are refused in words: no path and no key of a file stands in a sentence, but in quotes."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import tomli_w

from analytics.errors import RefusedError
from analytics.policy import Policy, read_plain
from dashboard.words import policy_words
from dashboard.words.i18n import LANGUAGES, Translator

DEFAULT = tomllib.loads((Path(__file__).parents[2] / "policies/default.toml").read_text(encoding="utf-8"))
HOSTILE = (-1, float("nan"), "x_y", [], [3, 3], {"odd_name": 1})
KEYS = re.compile(r"policy\.|credit\.|\[|\b[A-Za-z]+_\w+|__init__|⟦|\{")


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every table, and of every list the first entry."""
    entries = value.items() if isinstance(value, dict) else enumerate(value[:1])
    for name, inner in entries:
        yield (*path, name)
        if isinstance(inner, (dict, list)):
            yield from _places(inner, (*path, name))


def _spoilt(path: tuple[Any, ...], value: Any) -> Any:
    """The default with one value in its place or none; what is not on the way to it is not copied."""
    made = copy.copy(DEFAULT)
    at: Any = made
    for step in path[:-1]:
        at[step] = copy.copy(at[step])
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return made


def test_no_refusal_of_a_policy_shows_a_path_or_a_key() -> None:
    seen: dict[tuple[str, str, bool], RefusedError] = {}
    for path in _places(DEFAULT):
        for value in (*HOSTILE, None):
            try:
                read_plain(_spoilt(path, value))
            except RefusedError as e:
                seen.setdefault((e.key, re.sub(r"\d+", "", str(path)), value is None), e)
    assert len({key for key, *_ in seen}) > 25, "the walk meets most refusals"
    bare: set[str] = set()
    for language in LANGUAGES:
        for refusal in seen.values():
            said = Translator(language).error(refusal)
            bare.update({said} if KEYS.search(re.sub("“[^”]*”", "", said)) else ())
    assert not bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_a_policy_has_a_word(language: str) -> None:
    t, met = Translator(language), {Policy}
    waiting: list[Any] = [Policy]
    while waiting:
        for name, hint in get_type_hints(waiting.pop()).items():
            assert not policy_words.word(t, name, {}).startswith("“"), name
            inner = {h for h in (hint, *get_args(hint)) if isinstance(h, type) and is_dataclass(h)}
            waiting.extend(inner - met)
            met |= inner


def test_a_refusal_names_model_group_and_factor_as_the_policy_calls_them() -> None:
    text = tomli_w.dumps(DEFAULT).replace("低压居民", "城乡居民").replace("LV resident", "Households")
    spoilt = tomllib.loads(text)
    spoilt["credit"]["models"][0]["groups"][0]["factors"][0]["points"] = [50, 85, 70, 95, 100]
    with pytest.raises(RefusedError) as refused:
        Policy.from_toml(tomli_w.dumps(spoilt))
    assert "城乡居民 · 行为特征 · 近12个月按期缴费率" in Translator("zh").error(refused.value)
    assert "Households" in Translator("en").error(refused.value)
