"""A table that somebody filled in: its rows by field, and what a check of them comes to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from data.errors import InputError
from data.read.workbooks import SHEET_STEP
from services.files.uploaded_table import table_rows

T = TypeVar("T")

HEADING_WITHIN = 20
_MIDNIGHT = r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
_DAY = re.compile(r"(\d{4})(?:[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?|(\d\d)(\d\d))" + _MIDNIGHT)
_MONTH = re.compile(r"(\d{4})(?:[-/.\u5e74](\d{1,2})\u6708?(?:[-/.]0?1)?|(\d\d))" + _MIDNIGHT)


@dataclass(frozen=True)
class Form:
    """What a table holds: its fields, those that it must have, and how many rows are read at most.

    With `every_sheet` of a workbook all sheets that have the needed headings are read.
    """

    fields: tuple[str, ...]
    needed: tuple[str, ...]
    most_rows: int
    every_sheet: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the file (of the sheet with that place, from 0): the text of each field, empty where there
    is none.
    """

    line: int
    cells: Mapping[str, str]
    sheet: int = 0

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")

    @property
    def has_formula(self) -> bool:
        """Whether a cell holds a formula where a value is wanted."""
        return any(text.startswith(("=", "＝")) for text in self.cells.values())


@dataclass(frozen=True)
class Refused:
    """A row that is not taken: `reason` is a key of its room's words `refused`, `told` detail."""

    row: Row
    reason: str
    told: str = ""


@dataclass(frozen=True)
class Checked(Generic[T]):
    """What a table comes to: what is to be kept, rows refused, and how many rows ask for nothing, or for what
    is there `already`.
    """

    taken: tuple[T, ...]
    refused: tuple[Refused, ...]
    rest: int
    already: int = 0


def rows_of(content: bytes, name: str, form: Form, headings: Mapping[str, Collection[str]]) -> list[Row]:
    """The rows below the headings. `headings` are the names that a field may have.

    InputError: `table_*`, `rows_no_heading`, `rows_too_many`.
    """
    rows: list[Row] = []
    places: dict[str, int] | None = None
    found, at, before = False, 0, 0
    most = form.most_rows + HEADING_WITHIN + 1
    read = table_rows(content, name, formulas=True, most_rows=most, every_sheet=form.every_sheet)
    for line, cells in read:
        sheet, line = divmod(line, SHEET_STEP) if form.every_sheet else (0, line)
        if sheet != at:
            places, at, before = None, sheet, 0
        if places is None:
            before += 1
            if before <= HEADING_WITHIN:
                places = _places(cells, form, headings)
                found = found or places is not None
            elif not form.every_sheet:
                break
            continue
        if len(rows) >= form.most_rows:
            raise InputError("rows_too_many", name=name, most=form.most_rows)
        texts = {f: cells[i].strip() if i < len(cells) else "" for f, i in places.items()}
        rows.append(Row(line, texts, sheet))
    if not found:
        wanted = [sorted(headings[f])[-1] for f in form.needed]
        raise InputError("rows_no_heading", name=name, wanted=wanted)
    return rows


def day_of(text: str) -> date | None:
    """A day as people write it: 2026-8-3, 2026/08/03, 20260803, with the Chinese characters; else None."""
    digits = _DAY.fullmatch(_narrow(text))
    if digits is None:
        return None
    year, *rest = digits.groups()
    month, day = (int(part) for part in rest if part is not None)
    try:
        return date(int(year), month, day)
    except ValueError:
        return None


def month_of(text: str) -> int | None:
    """A month as people write it: 202610, 2026-10, 2026/10/1, with the Chinese characters; else None."""
    digits = _MONTH.fullmatch(_narrow(text))
    if digits is None:
        return None
    month = int(digits[2] or digits[3])
    return int(digits[1]) * 100 + month if 1 <= month <= 12 else None


def _places(cells: list[str], form: Form, headings: Mapping[str, Collection[str]]) -> dict[str, int] | None:
    """Where the fields stand, by their headings; None where a needed one is missing."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = _plain(cell)
        field = next((f for f, names in headings.items() if text in {_plain(n) for n in names}), None)
        if field is not None:
            places.setdefault(field, place)
    return places if all(f in places for f in form.needed) else None


def _plain(heading: str) -> str:
    """A heading without case, width and the unit in brackets."""
    return re.sub(r"\s*\([^()]*\)$", "", _narrow(heading).lower())


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
