"""Targets from a table that somebody filled in: read, and checked row by row; nothing is kept here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from analytics.targets import AMOUNTS, MEASURES, WHOLE, Book
from data.errors import InputError
from data.sql_files import Database
from data.state import TargetFigure
from services.targets import Setter, allow, changed, is_month, is_value, units
from services.uploaded_table import table_rows

FIELDS = ("org_no", "org_name", "from_month", *MEASURES)
NEEDED = ("org_no", "from_month")
MOST_ROWS = 50_000
HEADING_WITHIN = 20
TAKEN_AWAY = frozenset("-—–")
"""What a cell says that takes a target away; an empty one leaves it as it is."""
_MONTH = re.compile(
    r"(\d{4})(?:[-/.\u5e74](\d{1,2})(?:\u6708)?(?:[-/.]0?1)?|(\d\d))(?:[ T]0{1,2}:00(?::00)?)?"
)


@dataclass(frozen=True)
class Row:
    """One line of the file: unit, month and the cells by measure, as text."""

    line: int
    org_no: str
    month: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Refused:
    """A row that is not taken: `reason` is a key of the locales' `targets.refused`; `told` its detail."""

    row: Row
    reason: str
    told: str = ""


@dataclass(frozen=True)
class Checked:
    """What a file comes to: targets that change something, rows refused, rows that change nothing."""

    taken: tuple[TargetFigure, ...]
    refused: tuple[Refused, ...]
    unchanged: int


def read(content: bytes, name: str, headings: Mapping[str, Collection[str]]) -> list[Row]:
    """The rows below the headings. `headings` are the names that a field may have.

    InputError: `table_*`, `targets_no_heading`, `targets_too_many_rows`.
    """
    rows: list[Row] = []
    places: dict[str, int] | None = None
    for count, (line, cells) in enumerate(table_rows(content, name, formulas=True)):
        if places is None:
            places = _places(cells, headings)
            if places is None and count + 1 >= HEADING_WITHIN:
                break
            continue
        if len(rows) >= MOST_ROWS:
            raise InputError("targets_too_many_rows", name=name, most=MOST_ROWS)
        found = {f: cells[i].strip() if i < len(cells) else "" for f, i in places.items()}
        told: dict[str, str] = {m: found[m] for m in MEASURES if found.get(m)}
        rows.append(Row(line, found["org_no"], found["from_month"], told))
    if places is None:
        raise InputError("targets_no_heading", name=name, wanted=[sorted(headings[f])[-1] for f in NEEDED])
    return rows


def check(db: Database, by: Setter, held: Book, rows: list[Row]) -> Checked:
    """Each row against the units that somebody may set targets for; what stands already changes nothing."""
    allow(by)
    everywhere, mine = set(units(db, ())["org_no"]), set(units(db, by.orgs)["org_no"])
    taken: dict[tuple[str, int], tuple[int, list[TargetFigure]]] = {}
    refused: list[Refused] = []
    unchanged = 0
    for row in rows:
        found = _figures(row, everywhere, mine)
        if isinstance(found, Refused):
            refused.append(found)
        elif not (new := changed(held, found)):
            unchanged += 1
        elif (place := (found[0].org_no, found[0].month)) in taken:
            refused.append(Refused(row, "twice", str(taken[place][0])))
        else:
            taken[place] = (row.line, new)
    return Checked(tuple(f for _, new in taken.values() for f in new), tuple(refused), unchanged)


def month_of(text: str) -> int | None:
    """A month as people write it: 202610, 2026-10, 2026/10/1, with the Chinese characters; else None."""
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    month = int(found[1]) * 100 + int(found[2] or found[3])
    return month if is_month(month) else None


def value_of(text: str, measure: str) -> int | None:
    """A cell as a target: a rate in per cent (99.5, 99.5%) or as a spreadsheet keeps it (0.995), an amount in
    yuan.

    Up to 1 without the sign is a fraction. None for what is neither, or finer than can be kept.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    in_percent = plain.endswith("%")
    try:
        number = Decimal(plain.removesuffix("%"))
    except InvalidOperation:
        return None
    if not number.is_finite() or (in_percent and measure in AMOUNTS):
        return None
    if measure in AMOUNTS:
        fen = number * 100
        return int(fen) if fen == fen.to_integral_value() else None
    share = number / 100 if in_percent or number > 1 else number
    return round(share * WHOLE)


def _figures(row: Row, everywhere: set[str], mine: set[str]) -> list[TargetFigure] | Refused:
    if any(text.startswith(("=", "＝")) for text in (row.org_no, row.month, *row.cells.values())):
        return Refused(row, "formula")
    if row.org_no not in mine:
        return Refused(row, "elsewhere" if row.org_no in everywhere else "unit")
    month = month_of(row.month)
    if month is None:
        return Refused(row, "month")
    made = []
    for measure, text in row.cells.items():
        gone = text in TAKEN_AWAY
        figure = TargetFigure(row.org_no, month, measure, None if gone else value_of(text, measure))
        if not gone and (figure.value is None or not is_value(figure)):
            return Refused(row, "amount" if measure in AMOUNTS else "rate", text)
        made.append(figure)
    return made


def _places(cells: list[str], headings: Mapping[str, Collection[str]]) -> dict[str, int] | None:
    """Where the fields stand, by their headings; None where a needed one is missing."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = _plain(cell)
        field = next((f for f, names in headings.items() if text in {_plain(n) for n in names}), None)
        if field is not None:
            found.setdefault(field, place)
    return found if all(f in found for f in NEEDED) else None


def _plain(heading: str) -> str:
    """A heading without case, width and the unit in brackets."""
    text = unicodedata.normalize("NFKC", heading).strip().lower()
    return re.sub(r"\s*\([^()]*\)$", "", text)
