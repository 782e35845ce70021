"""Columns in which programs may have written a word for nothing: nan, None, #N/A, a stroke, 无."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from data.load.serial_days import DAYS

TEXTS = ("_NAME", "_ADDR", *DAYS)
"""How the columns end that hold words, in which 无 may be one; and days, which have words of their own."""
_NUMBER = re.compile("-?[0-9]")


def may_hold(paths: Iterable[Path], columns: Mapping[str, str]) -> frozenset[str]:
    """Of equal raw files' `columns` (heading by column) those in which not every text is like a number.

    Told by the notes of the files, the least and the greatest of their texts: words stand before or behind
    what begins with a digit.
    """
    asked = {heading: column for column, heading in columns.items() if not column.endswith(TEXTS)}
    return frozenset(asked[heading] for path in paths for heading in _worded(path, asked))


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
    return not (_NUMBER.match(str(notes.min)) and _NUMBER.match(str(notes.max)))
