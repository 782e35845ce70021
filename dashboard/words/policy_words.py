"""What a policy is refused for, in the reader's words: places, names and choices instead of a file's keys.

What must be typed into a file as it stands stands in quotation marks “…” after its words. No Streamlit here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from analytics import indicators, toml_values

if TYPE_CHECKING:
    from analytics.policy import Policy

Called = Mapping[str, tuple[str, str]]

_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
_CELL = re.compile(r"\[(\d+)\]\[(\d+)\]$")
_UNSAID = frozenset(("policy", "credit", "models", "groups", "factors"))
_CODES = frozenset(
    (
        *("name", "model", "indicator", "rule", "service", "key", "kind", "operator", "method", "missing"),
        *("fact", "earlier"),
    )
)
_CHOICES = frozenset(("names", "known", "effects", "tests", "unknown"))
_TABLES = ("group", "places", "methods", "weight", "kinds", "grading", "operator", "ri_table", "types")
_COLLECTION = ("action", "fact", "does")
"""What the rules of collection name, each a table of words."""
_CELL_RULE = re.compile(r"cell:(.+):(\d+)")
_UNGRADED = "-"
_OPERATOR = re.compile(r"M\((\w+),(\w+)\)")
_LONGEST = 60


class Words(Protocol):
    """The words of one language: a translator, which itself puts refusals into these words."""

    @property
    def language(self) -> str:
        """Whose words these are."""
        ...

    def __call__(self, key: str, /, **params: object) -> str:
        """The sentence of a key."""
        ...

    def has(self, key: str) -> bool:
        """Whether there are words for a key."""
        ...

    def or_code(self, key: str, code: str) -> str:
        """The words of a key, or the code itself."""
        ...


def place(t: Words, path: str, called: Called) -> str:
    """`policy.credit.models[hv].groups[behaviour].weighting` as a reader says it; entries of lists may stand
    between dots too, and a matrix's cell at the end counts from 0.
    """
    cell = _CELL.search(path)
    steps = [(name, entry) for name, entry in _STEP.findall(_CELL.sub("", path)) if name not in _UNSAID]
    said = [
        word(t, name, called)
        if name
        else t("evaluation.nth", n=int(entry) + 1)
        if entry.isdigit()
        else word(t, entry, called)
        for name, entry in steps
    ]
    if cell:
        said.append(t("evaluation.cell", row=int(cell[1]) + 1, column=int(cell[2]) + 1))
    return " · ".join(said) or t(
        "evaluation.places.credit" if "credit" in path else "evaluation.places.policy"
    )


def difference(t: Words, path: str, *policies: Policy) -> str:
    """A place in which policies differ."""
    names: dict[str, tuple[str, str]] = {}
    for policy in policies:
        names |= toml_values.called(toml_values.to_plain(policy))
        names |= {r.key: (r.name("zh"), r.name("en")) for r in policy.credit.rules}
    return place(t, path, names)


def word(t: Words, key: str, called: Called) -> str:
    """What a key of a policy is called; the key itself in quotation marks where nothing says so."""
    own = [_own(t, part, called) or f"“{part}”" for part in key.split("+")]
    return " ".join(own)


def filled(t: Words, params: Mapping[str, object], called: Called) -> dict[str, object]:
    """The values of a refusal's sentence, codes in words."""
    return {name: _value(t, name, value, called) for name, value in params.items()}


def _value(t: Words, name: str, value: object, called: Called) -> object:
    if name == "placeholders" and isinstance(value, tuple):
        return [t.or_code(f"collection_rules.put_{v}", "") + f"“{v}”" for v in value]
    if name in _CHOICES:
        listed = value.split(", ") if isinstance(value, str) else value
        return [_choice(t, str(v), called) for v in listed] if isinstance(listed, (list, tuple)) else value
    if not isinstance(value, str):
        return value
    if cell := _CELL_RULE.fullmatch(value):
        grade = _own(t, cell[1], called) or cell[1]
        return t("collection_rules.cell_from", grade=grade, first=int(cell[2]))
    if name in _CODES:
        return place(t, value, called)
    if name == "grade" and value == _UNGRADED:
        return t("collection_rules.ungraded")
    if name == "wanted":
        return t.or_code(f"evaluation.types.{value}", value)
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"


def _choice(t: Words, key: str, called: Called) -> str:
    own = _own(t, key, called)
    return f"{own}“{key}”" if own else f"“{key}”"


def _own(t: Words, key: str, called: Called) -> str | None:
    chinese = t.language == "zh"
    if key in called:
        zh, en = called[key]
        return (zh if chinese else en).replace("{value}", "…")
    if known := indicators.REGISTRY.get(key):
        return known.zh if chinese else known.en
    if key == _UNGRADED:
        return t("collection_rules.ungraded")
    plain = _OPERATOR.sub(r"\1_\2", key)
    tables = [f"evaluation.{table}.{plain}" for table in _TABLES]
    tables += [f"collection_rules.{table}_{plain}" for table in _COLLECTION]
    return next((t(name) for name in tables if t.has(name)), None)
