"""Streamlit's own words in the reader's language: it has no setting for them, so a script puts them in."""

from __future__ import annotations

import html
import json
from functools import cache

import streamlit as st

from dashboard.i18n import Translator, catalogue

ROOM = "builtin."
SCRIPT = "static/builtin_words.js"
TAKES_NO_ROOM = "[data-testid=stElementContainer]:has(> .stHtml > script) { display: none }"


def speak(t: Translator) -> None:
    """Have the browser show Streamlit's own words, and the page's `lang`, in the reader's language."""
    st.html(
        _element(t.language, str(st.get_option("server.baseUrlPath") or "")), unsafe_allow_javascript=True
    )


def words(language: str) -> dict[str, str]:
    """Each sentence as Streamlit says it, and as the reader does."""
    own = catalogue(language)
    return {said: own[key] for key, said in catalogue("en").items() if key.startswith(ROOM)}


@cache
def _element(language: str, base: str) -> str:
    held = html.escape(json.dumps(words(language), ensure_ascii=False), quote=True)
    source = "/".join(("", *base.strip("/").split("/"), "app", SCRIPT)).replace("//", "/")
    return (
        f"<style>{TAKES_NO_ROOM}</style>"
        f'<script src="{html.escape(source)}" data-lang="{language}" data-words="{held}"></script>'
    )
