"""Words from outside as each medium shows them: one function per medium, the only ways to make text literal.

Names of an extract, words of a link, of a file or of a colleague may hold what a medium takes for its own:
links, pictures and formulas in Markdown, tags in Plotly, control characters on a terminal. Ordinary text
comes out as it was, and what is literal already stays so.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

JOINER = "\u2060"
"""A sign without width: it parts what Streamlit finds in finished text, where no backslash helps."""

_MARK = re.compile(r"(\\*)([`*~\[\]<$]|(?<!\w)_|_(?!\w)|&(?=#?\w+;))")
_BEFORE_END = re.compile(r"(?<!\\)((?:\\\\)*\\)$")
_BLOCK = re.compile(r"^( {0,3})(#{1,6}(?=\s|$)|>|[-+](?=[\s-]|$)|=+(?=\s*$))")
_NUMBERED = re.compile(r"^( {0,3}\d{1,9})([.)])(?=\s|$)")
_SEEN_AS_MORE = re.compile(r":(?=[A-Za-z_+/:-]|100:|1234:)|(?<=www)(?=\.)|(?<=@)(?=[-\w])", re.IGNORECASE)
_BREAK = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs without a look of their own that turn the direction of what follows."""


class Said(str):
    """A sentence in Markdown: its own marks count, and what was put into it is literal."""


@lru_cache(maxsize=8192)
def literal(text: str) -> str:
    """Text as Markdown shows it, in one line: nothing in it is markup. Pages draw the same names and figures
    again and again.
    """
    text = visible(_BREAK.sub(" ", text))
    text = _MARK.sub(lambda m: m[0] if len(m[1]) % 2 else f"{m[1]}\\{m[2]}", text)
    text = _NUMBERED.sub(r"\1\\\2", _BLOCK.sub(r"\1\\\2", text))
    text = _SEEN_AS_MORE.sub(lambda m: m[0] + JOINER, text)
    return _BEFORE_END.sub(r"\1\\", text)


def in_figure(text: object) -> str:
    """Text as Plotly shows it: it reads its texts as a kind of HTML."""
    return html.escape(html.unescape(visible(str(text))), quote=False)


def in_terminal(text: str) -> str:
    """A line as a terminal shows it: it writes, and moves nothing."""
    return visible(text)


def visible(text: str) -> str:
    """Text with its control characters, and signs that turn its direction, as something to be seen."""
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(sign: str) -> str:
    if sign < " ":
        return chr(0x2400 + ord(sign))
    if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _TURNS:
        return f"\\u{ord(sign):04x}"
    return sign
