"""Streamlit's own words in the reader's language: it has no setting for them, so a script puts them in."""

from __future__ import annotations

import json
from functools import cache

from dashboard.frame import static_files
from dashboard.words.i18n import Translator, catalogue

ROOM = "builtin."
SCRIPT = "static/builtin_words.js"


def speak(t: Translator) -> None:
    """Have the browser show Streamlit's own words, and the page's `lang`, in the reader's language."""
    static_files.run(_element(t.language, static_files.base()))


def words(language: str) -> dict[str, str]:
    """Each sentence as Streamlit says it, and as the reader does."""
    own = catalogue(language)
    return {said: own[key] for key, said in catalogue("en").items() if key.startswith(ROOM)}


@cache
def _element(language: str, base: str) -> str:
    held = json.dumps(words(language), ensure_ascii=False)
    return static_files.script(SCRIPT, base, lang=language, words=held)
