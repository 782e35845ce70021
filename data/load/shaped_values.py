"""The short way from text to value, where all texts of a column are known to look alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from data.load.extract_tables import ExtractTable
from data.load.mapping import UNITS, ColumnRule
from data.load.text_shapes import (
    BARE,
    CENTS,
    DASHED_DAY,
    DAY,
    DIGITS,
    INSTANT,
    KEY,
    MONTH,
    SHAPES,
)
from data.load.text_views import RawPart

SHORT = {
    "bare": {BARE: "shaped_text"},
    "day_of": {DAY: "shaped_day", DASHED_DAY: "shaped_dashed_day"},
    "instant_of": {INSTANT: "shaped_instant"},
    "month_of": {MONTH: "shaped_month"},
    "fen_of": {CENTS: "shaped_fen"},
    "key_of": {KEY: "shaped_key"},
    "check_of": {KEY: "shaped_check"},
    "is_scientific": {DIGITS: "shaped_scientific"},
    "id_of": {KEY: "shaped_text"},
    "is_worded": {DIGITS: "shaped_worded"},
}
"""Macros of `steps/macros.sql`, and those that give the same for texts of a shape."""
_CALL = re.compile(rf"\b({'|'.join(SHORT)})\((\w+)((?:, unit)?)\)")


def shortened(text: str, table: ExtractTable, parts: Sequence[RawPart]) -> str:
    """A statement of a table's texts with the short macro for each column of which all files allow it."""
    shapes = {name: _shapes(parts, name) for name in table.columns}
    called = {name.lower(): frozenset(found) for name, found in shapes.items()}
    called["amount_text"] = called[table.amount.lower()] if table.amount else frozenset(SHAPES)  # no text
    return _short(text, tuple(sorted(called.items())))


@cache
def _short(text: str, shapes: tuple[tuple[str, frozenset[str]], ...]) -> str:
    by_column: Mapping[str, frozenset[str]] = dict(shapes)

    def chosen(call: re.Match[str]) -> str:
        macro, column, unit = call.groups()
        held = by_column.get(column, frozenset())
        short = next((name for shape, name in SHORT[macro].items() if shape in held), None)
        return f"{short}({column})" if short else f"{macro}({column}{unit})"

    return _CALL.sub(chosen, text)


def _shapes(parts: Sequence[RawPart], name: str) -> set[str]:
    """What the texts of a column look like in all files, as the text view shows them."""
    found = set(SHAPES)
    for part in parts:
        found &= _of_part(part, name)
    return found


def _of_part(part: RawPart, name: str) -> set[str]:
    rule, heading = part.rule.columns.get(name, ColumnRule()), part.columns.get(name)
    if replace(rule, headings=()) != ColumnRule() or name in part.serials:
        return set()
    if heading is None or not part.raw.records:
        return set(SHAPES)
    held = set(dict(part.raw.shapes).get(heading, ()))
    if name == "CONS_NO" and part.number_width:
        held &= {BARE, DIGITS}
    return held if (part.unit or UNITS[part.rule.unit]) == 100 else held - {CENTS}
