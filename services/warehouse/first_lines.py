"""First lines of a stranger's table as everybody may see them: who is named in them is masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from services.customers.masking import masked_name, without_numbers

ADDRESSES = frozenset({"ELEC_ADDR", "MOBILE", "INST_ADDR"})
PEOPLE = frozenset({"CONS_NAME", "EMP_NAME"})
HIDDEN = "***"
LONGEST = 40
_WORDS = re.compile(r"[^\x00-\x7f]")
_DIGIT = re.compile(r"[0-9]")


def records(
    rows: Sequence[Sequence[str]], headings: Sequence[str], columns: Mapping[str, str]
) -> list[list[str]]:
    """Records below a heading, `columns` (heading by column) as they are read. What is read as no column
    may be a name: its words are masked as names are.
    """
    official = {heading: column for column, heading in columns.items()}
    read = [official.get(heading) for heading in headings]
    return [[_shown(cell, column) for cell, column in zip(row, read, strict=False)] for row in rows]


def lines(rows: Sequence[Sequence[str]], heading: int | None) -> list[list[str]]:
    """Lines that may be titles, headings or records: one with a figure in it is taken for a record, all but
    the one that is read as the heading.
    """
    return [
        [_cut(cell) if place == heading or not _has_figures(row) else _shown(cell, None) for cell in row]
        for place, row in enumerate(rows)
    ]


def _has_figures(row: Sequence[str]) -> bool:
    return any(_DIGIT.search(cell) for cell in row)


def _shown(cell: str, column: str | None) -> str:
    if column in ADDRESSES:
        return HIDDEN if cell.strip() else ""
    if column in PEOPLE or (column is None and _WORDS.search(cell)):
        return _cut(masked_name(without_numbers(cell.strip())))
    return _cut(without_numbers(cell))


def _cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…"
