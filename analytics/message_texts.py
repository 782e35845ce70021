"""Texts of SMS and letters: templates with placeholders, what stands in their place, and what an SMS costs.

Who is written to, and what values are told how, is not decided here: values come as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.errors import RefusedError

PLACEHOLDERS = (
    "name",
    "cons_no",
    "address",
    "unit",
    "month",
    "bills",
    "amount",
    "late_fee",
    "total",
    "due_on",
    "days",
    "pay_by",
    "stop_on",
    "person",
    "phone",
)
"""What a template may ask for: the customer, its unit, the oldest open bill month, the number of bills,
yuan (principal, fee, both), the due day, days overdue, the day to pay by, that of the stop, whom to call."""

ONE_PART = 70
LONG_PART = 67
"""UTF-16 units of an SMS, and of each part of a longer one: three go to the head that joins the parts."""

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}\uff5b\uff5d]")
_REFUSED = {
    "{{": "text_brace_twice",
    "}}": "text_brace_twice",
    "{": "text_brace_open",
    "}": "text_brace_close",
}


@dataclass(frozen=True)
class MessageText:
    """One template: the text for an action (a key of the collection rules), of a grade or of all ("").

    RefusedError `text_empty` without words, `text_placeholder` for one that is not known, `text_brace_…` for
    a brace that is not closed, not opened, doubled or of full width, each with its position, from 1.
    """

    key: str
    action: str
    grade: str
    language: str
    text: str

    def __post_init__(self) -> None:
        """Refuse what would go out to customers as it stands."""
        if not self.text.strip():
            raise RefusedError("text_empty", text=self.key)
        for piece in _PIECE.finditer(self.text):
            position, name = piece.start() + 1, piece["name"]
            if name is None:
                wrong = _REFUSED.get(piece[0], "text_brace_wide")
                raise RefusedError(wrong, text=self.key, position=position)
            if name not in PLACEHOLDERS:
                raise RefusedError(
                    "text_placeholder",
                    text=self.key,
                    position=position,
                    placeholder=name,
                    placeholders=PLACEHOLDERS,
                )

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What the text asks for, in order, each once."""
        return tuple(dict.fromkeys(piece["name"] for piece in _PIECE.finditer(self.text)))


def fill(template: MessageText, values: Mapping[str, str]) -> str:
    """The text with each placeholder's value as it is: braces in a value stay what they are.

    RefusedError `text_value_missing` where a value is not there or blank: nobody is sent a text with a gap.
    """
    missing = [name for name in template.placeholders if not values.get(name, "").strip()]
    if missing:
        raise RefusedError("text_value_missing", text=template.key, names=", ".join(missing))
    return _PIECE.sub(lambda piece: values[piece["name"]], template.text)


def longest(template: MessageText, values: Mapping[str, Iterable[str]]) -> str:
    """The text with the longest of each placeholder's values: no combination of them is longer.

    RefusedError as `fill`, where a placeholder has no values.
    """
    most = {name: max(values.get(name, ()), key=units, default="") for name in template.placeholders}
    return fill(template, most)


def units(text: str) -> int:
    """UTF-16 units, in which an SMS is counted: one a character, two beyond the basic plane (𠮷, emoji)."""
    return len(text) + sum(c > "\uffff" for c in text)


def parts(text: str, signature: str = "") -> int:
    """How many SMS a filled text with its signature is paid as: 70 units are one, of a longer one 67 each.

    0 where there is nothing to send.
    """
    size = units(text) + units(signature)
    return -(-size // (ONE_PART if size <= ONE_PART else LONG_PART))


def check(texts: Sequence[MessageText]) -> None:
    """RefusedError `text_twice` where two texts have one key, or are for the same case."""
    keys: set[str] = set()
    cases: dict[tuple[str, str, str], str] = {}
    for text in texts:
        case = (text.action, text.grade, text.language)
        if text.key in keys or case in cases:
            raise RefusedError("text_twice", one=cases.get(case, text.key), other=text.key)
        keys.add(text.key)
        cases[case] = text.key


def text_for(texts: Iterable[MessageText], action: str, grade: str, language: str) -> MessageText | None:
    """The grade's own text for an action, else the one of all grades; None where there is neither."""
    found = {t.grade: t for t in texts if t.action == action and t.language == language}
    return found.get(grade, found.get(""))
