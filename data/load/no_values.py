"""Columns in which programs may have written a word for nothing: nan, None, #N/A, a stroke, 无."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from data.load.raw_notes import RawFile
from data.load.serial_days import DAYS

TEXTS = ("_NAME", "_ADDR", *DAYS)
"""How the columns end that hold words, in which 无 may be one; and days, which have words of their own."""


def may_hold(path: Path, raw: RawFile, columns: Mapping[str, str]) -> frozenset[str]:
    """Of a raw file's `columns` (heading by column) those in which such a word may stand.

    Told by its notes, what all texts look like or the least and the greatest of them: words stand before or
    behind what begins with a digit. They may stand between a minus and a digit.
    """
    asked = {h: c for c, h in columns.items() if not (c.endswith(TEXTS) or raw.is_shaped(h))}
    return frozenset(asked[heading] for heading in _worded(path, asked)) if asked else frozenset()


def _worded(path: Path, headings: Iterable[str]) -> Iterable[str]:
    about = pq.read_metadata(path)
    places = {about.schema.column(place).name: place for place in range(about.num_columns)}
    for heading in headings:
        if heading in places:
            groups = (about.row_group(n).column(places[heading]) for n in range(about.num_row_groups))
            if any(_may_be_words(group) for group in groups):
                yield heading


def _may_be_words(group: pq.ColumnChunkMetaData) -> bool:
    notes = group.statistics
    if notes is None or not notes.has_min_max:
        return notes is None or notes.null_count != group.num_values
    return not (_begins_with_digit(str(notes.min)) and _begins_with_digit(str(notes.max)))


def _begins_with_digit(text: str) -> bool:
    return "0" <= text[:1] <= "9"
