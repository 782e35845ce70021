"""A table that a user brings, as text: CSV in UTF-8, GBK or UTF-16, or the first sheet of an xlsx."""

from __future__ import annotations

from collections.abc import Iterator

from data.errors import InputError
from data.read.apart import read_apart

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000


def table_rows(
    content: bytes,
    name: str,
    formulas: bool = False,
    most_rows: int = MOST_ROWS,
    every_sheet: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, blank lines left out; a formula as its last result, with `formulas` as typed.

    With `every_sheet`, those of all sheets of a workbook (`data.read.workbooks.SHEET_STEP`). It is read in a
    process of its own, and no further than `most_rows`. InputError `table_*`, `reading_*`.
    """
    if len(content) > MOST_BYTES:
        raise InputError("table_too_big", name=name)
    options = {"formulas": formulas, "most_rows": most_rows, "every_sheet": every_sheet}
    for line, cells in read_apart("table", content, name, **options):
        yield int(line), cells
