"""Keys, months and codes that a program kept as fractions: 334010101.0, where one of a column is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

KEYS = ("_ID", "_NO", "_YM", "_FLAG", "_TYPE", "_CODE", "_MODE")
"""How the columns end in which a number is never a fraction."""
END = ".0"


def fractions(path: Path, columns: Mapping[str, str]) -> frozenset[str]:
    """Of a raw file's `columns` (heading by column) the keys, months and codes with such numbers.

    Told by its own notes, the least and the greatest of its texts: nothing is read, and a column in which
    few are so may not be found.
    """
    keys = {heading: column for column, heading in columns.items() if column.endswith(KEYS)}
    if not keys:
        return frozenset()
    about = pq.read_metadata(path)
    places = {about.schema.column(place).name: place for place in range(about.num_columns)}
    found = {
        column
        for heading, column in keys.items()
        if heading in places
        for group in range(about.num_row_groups)
        if _ends_so(about.row_group(group).column(places[heading]).statistics)
    }
    return frozenset(found)


def of_any(paths: Iterable[Path], columns: Mapping[str, str]) -> frozenset[str]:
    """The same of several files with equal columns."""
    return frozenset().union(*(fractions(path, columns) for path in paths))


def _ends_so(notes: pq.Statistics | None) -> bool:
    if notes is None or not notes.has_min_max:
        return False
    return str(notes.max).endswith(END) or str(notes.min).endswith(END)
