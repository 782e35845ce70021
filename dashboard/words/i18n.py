"""Every word a reader sees: `locales/{zh,en}/<room>.toml`, by `t("room.key")`. No Streamlit here."""

from __future__ import annotations

import logging
import os
import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache, wraps
from inspect import signature
from pathlib import Path
from typing import ParamSpec, TypeVar

from analytics.errors import RefusedError
from dashboard.words import policy_words
from dashboard.words.literal import Said, literal
from dashboard.words.of_one import of_one

LANGUAGES = ("zh", "en")
LOCALES = Path(__file__).parents[1] / "locales"
MISSING = "⟦{key}⟧"

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_may_speak: ContextVar[frozenset[str]] = ContextVar("_may_speak", default=frozenset(LANGUAGES))


class KeptWordsError(Exception):
    """What is kept for all readers was about to hold words of one of them."""


@contextmanager
def speaking_only(*languages: str) -> Iterator[None]:
    """While a value is made that readers share: words of no language but these, which its key names."""
    token = _may_speak.set(_may_speak.get() & frozenset(languages))
    try:
        yield
    finally:
        _may_speak.reset(token)


def wordless(make: Callable[P, T]) -> Callable[P, T]:
    """Of a function whose answers are kept: they hold no words, but those of its argument `language`."""
    named = signature(make)
    has_language = "language" in named.parameters

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        spoken = (str(named.bind(*args, **kwargs).arguments["language"]),) if has_language else ()
        with speaking_only(*spoken):
            return make(*args, **kwargs)

    return made


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of one language by key: file name, then table names, then the name, joined by dots.

    A table named as its file adds nothing to the key: `[errors]` in `errors.toml` gives `errors.<name>`.
    """
    sentences: dict[str, str] = {}
    for path in sorted((LOCALES / language).glob("*.toml")):
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        for key, sentence in _flat(tree, ()):
            parts = key[1:] if key[0] == path.stem and len(key) > 1 else key
            sentences[".".join((path.stem, *parts))] = sentence
    return sentences


def _flat(tree: Mapping[str, object], above: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], str]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*above, name))
        else:
            yield (*above, name), str(value)


def names_in(sentence: str) -> frozenset[str]:
    """The `{names}` that a sentence wants filled."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def language_of(locale: str | None) -> str:
    """The nearest language to a browser's locale such as `en-GB`; Chinese where it says nothing."""
    head = (locale or "").replace("_", "-").split("-")[0].lower()
    return "zh" if head in ("", "zh") else "en"


def reader_language() -> str:
    """`DENGTA_LANG`, else the machine's locale."""
    wanted = os.environ.get("DENGTA_LANG")
    if wanted:
        return language_of(wanted)
    locale = next((os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), None)
    return "en" if locale in ("C", "POSIX", "C.UTF-8") else language_of(locale)


@dataclass(frozen=True)
class Translator:
    """The words of one language: `t("recovery.title")`, `t("shell.as_of", day="...")`.

    `is_markdown`: its sentences go to Markdown, so every text that is put into one becomes literal.
    """

    of: str
    is_markdown: bool = False

    @property
    def plain(self) -> Translator:
        """The same words for what reads no markup: files, figures, cells of tables, choices of boxes."""
        return Translator(self.of)

    @property
    def language(self) -> str:
        """Whose words these are: the one way to them. KeptWordsError where they would be kept for others."""
        if self.of not in _may_speak.get():
            raise KeptWordsError(
                f"words of {self.of} in a value that is kept without its language in the key"
            )
        return self.of

    def __reduce__(self) -> tuple[type[Translator], tuple[str, bool]]:
        """What is made of a translator is made of its words."""
        return Translator, (self.language, self.is_markdown)

    def __call__(self, key: str, /, **params: object) -> str:
        """The sentence of `key` with its `{names}` filled; a key that is missing shows itself in ⟦⟧."""
        sentence = catalogue(self.language).get(key)
        if sentence is None:
            _log.error("no %s words for %s", self.language, key)
            return MISSING.format(key=key)
        return self._filled(sentence, params)

    def has(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return key in catalogue(self.language)

    def or_code(self, key: str, code: str) -> str:
        """The words of `key`, or the code itself where there are none (codes come from the data)."""
        return self(key) if self.has(key) else self._put(code)

    def error(self, refusal: Exception) -> str:
        """The sentence of a refusal (it has `key` and `params`), else the one for the unforeseen.

        What stands in an entry of a file's list is said to stand there.
        """
        key = getattr(refusal, "key", None)
        if not isinstance(key, str) or not self.has(f"errors.{key}"):
            return self("errors.unforeseen", kind=key or type(refusal).__name__)
        params = {k: self._day(v) for k, v in dict(getattr(refusal, "params", {})).items()}
        if isinstance(keys := params.get("dimensions"), list):
            params["dimensions"] = [self(f"filters.dimension.{key}") for key in keys]
        if key == "extract_unequal":
            params["total"] = self("load.rows" if params["total"] == "rows" else f"extract.{params['total']}")
        if not isinstance(refusal, RefusedError):
            return self(f"errors.{key}", **params)
        said = self(f"errors.{key}", **policy_words.filled(self, params, refusal.called))
        place = refusal.place or ""
        if "[" not in place:
            return said
        return self("errors.at", said=said, place=policy_words.place(self, place, refusal.called))

    def day(self, day: date) -> str:
        """A day: 2026年3月31日, 31 Mar 2026."""
        return self("common.date", year=day.year, month=self(f"common.months.m{day.month:02d}"), day=day.day)

    def _day(self, value: object) -> object:
        if isinstance(value, str) and _ISO.fullmatch(value):
            with suppress(ValueError):
                return self.day(date.fromisoformat(value))
        return self.day(value) if type(value) is date else value

    def listed(self, items: Iterable[object]) -> str:
        """Several things in one sentence."""
        return self._said(("、" if self.language == "zh" else ", ").join(str(self._put(i)) for i in items))

    def sentences(self, said: Iterable[str]) -> str:
        """Whole sentences one after the other: Chinese ones stand without a space between them."""
        return self._said(("" if self.language == "zh" else " ").join(said))

    def _filled(self, sentence: str, params: Mapping[str, object]) -> str:
        if not params:
            return self._said(sentence)
        given = {
            k: self.listed(v) if isinstance(v, (list, tuple, set, frozenset)) else self._put(v)
            for k, v in params.items()
        }
        said = sentence.format_map(_Gaps(given))
        return self._said(of_one(said) if self.language == "en" else said)

    def _put(self, value: T) -> T | str:
        """What is put into a sentence: a number as it is, a text, or what writes itself as one, literally."""
        if not self.is_markdown or isinstance(value, (int, float, Said)):
            return value
        return Said(literal(str(value)))

    def _said(self, sentence: str) -> str:
        return Said(sentence) if self.is_markdown else sentence


class _Gaps(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
