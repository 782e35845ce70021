"""The words of Streamlit's own that are put into the reader's language are really those it says."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit

from dashboard.frame.builtin_words import SCRIPT, _element, words
from dashboard.nav import ROOT

HOLE = re.compile(r"\{\w+\}")


def test_each_sentence_stands_in_the_installed_streamlit() -> None:
    """A new version that says something else is noticed here, not by a reader."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    said = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.js"))
    gone = []
    for sentence in words("zh"):
        longest = max(HOLE.split(sentence), key=len).strip(" .:+")
        beginning = " ".join(longest.split()[:2]).removesuffix(" available")
        if beginning not in said:
            gone.append(sentence)
    assert len(words("zh")) > 80
    assert not gone


def test_english_is_left_as_it_is() -> None:
    assert all(said == own for said, own in words("en").items())


def test_the_script_is_served_where_the_page_asks_for_it() -> None:
    assert (ROOT / SCRIPT).is_file()
    assert 'src="/app/static/builtin_words.js"' in _element("zh", "")
    assert 'src="/company/dengta/app/static/builtin_words.js"' in _element("zh", "company/dengta")
