"""How wide a column of a workbook is: what stands in it decides, its heading goes on in a second line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.files.export_cells import Column, number_of, place, text_of
from services.files.kinds import Kind

MOST_TEXT, LEAST, MOST_HEADING = 48, 8, 14
LOOKED_AT = 2_000
"""Rows that are read for it."""
_OF_KIND: Mapping[Kind, int] = {
    "month": 10,
    "date": 12,
    "time": 19,
    "rate": 10,
    "points": 10,
    "count": 10,
    "places": 10,
    "days": 10,
    "year": 10,
}


def widths(columns: Sequence[Column], first: pa.RecordBatch | None) -> list[int]:
    """The columns' widths in characters by the first rows; a Chinese character takes two."""
    batch = first.slice(0, LOOKED_AT) if first is not None and first.num_rows else None
    return [_width(c, None if batch is None else batch.column(place(batch, c))) for c in columns]


def heading_points(columns: Sequence[Column], sizes: Sequence[int]) -> int:
    """How high the row of headings is, in points: as many lines as the longest of them takes."""
    lines = (-(-(_places(c.title) + 2) // size) for c, size in zip(columns, sizes, strict=True))
    return 17 * max(lines, default=1) + 2


def _places(text: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _width(column: Column, values: Any) -> int:
    heading = min(_places(column.title) + 4, MOST_HEADING)
    return max(heading, LEAST, _inside(column, values))


def _inside(column: Column, values: Any) -> int:
    if column.is_text:
        return min(_longest(text_of(values, column)) + 2, MOST_TEXT) if values is not None else 0
    if column.kind == "money":
        numbers = pc.abs(number_of(values, column)) if values is not None else None
        largest = pc.max(numbers).as_py() if numbers is not None else None
        return max(len(f"{largest or 0:,.2f}") + 4, 12)
    return _OF_KIND.get(column.kind, 12)


def _longest(text: Any) -> int:
    """The widest of some texts: a byte a Latin character, three bytes and two places a Chinese one."""
    letters, room = pc.utf8_length(text), pc.binary_length(text)
    return int(pc.max(pc.divide(pc.add(letters, room), 2)).as_py() or 0)
