"""Workbooks that others made: bounded before they are read, then the rows of their first sheet as text."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from data.errors import InputError

_NO_WORKBOOK = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, RuntimeError, OverflowError),
)
"""What the reader of workbooks raises on files that are none, are damaged or locked by a password."""
MIB = 1 << 20
MOST_PARTS = 2_000
MOST_TOGETHER, LONGEST_STRETCH = 200_000, 32 * MIB
"""Elements and bytes from one row, or one shared text, to the next: a row of 16,384 cells takes 49,152."""
LONGEST_TAG = 4 * MIB
"""Bytes of one tag with its attributes, or one comment: the parser begins each anew with every chunk."""
CHUNK = 1 << 18
LAST_ROW = 1_048_576
SHEET_STEP = 1 << 21
"""What a row number of a sheet is beyond that of the one before it, where all are read."""


@dataclass(frozen=True)
class Bounds:
    """How much a workbook may hold: `unpacked` bytes, those of them in shared `texts`, columns, cells."""

    unpacked: int
    texts: int
    columns: int
    cells: int


EXTRACT = Bounds(unpacked=2048 * MIB, texts=512 * MIB, columns=2_000, cells=200_000_000)
"""A whole sheet of a million rows and a hundred columns, read by the one who loads."""
BROUGHT = Bounds(unpacked=200 * MIB, texts=64 * MIB, columns=1_000, cells=3_000_000)
"""What a reader of the pages may bring."""


def refuse_bombs(source: Path | BinaryIO, name: str, bounds: Bounds = EXTRACT) -> None:
    """Look through every part in a stream before anything is built of it.

    InputError `table_unpacks_too_much` for what is small on the disk and huge in memory, `not_a_workbook`.
    """
    try:
        with zipfile.ZipFile(source) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > bounds.unpacked:
                raise InputError("table_unpacks_too_much", name=name)
            for part in parts:
                _look_through(package, part, name, bounds)
    except _NO_WORKBOOK as e:
        raise InputError("not_a_workbook", file=name) from e


def _look_through(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, bounds: Bounds) -> None:
    """Refuse a part with a document type (entities live there) or with too much between two rows."""
    parser, fed, together, began, cells = expat.ParserCreate(), 0, 0, 0, 0

    def refuse(*_: object) -> None:
        raise InputError("table_unpacks_too_much", name=name)

    def start(tag: str, _: object) -> None:
        nonlocal together, began, cells
        if tag.endswith(("row", "si")):
            if tag.endswith("si") and part.file_size > bounds.texts:
                refuse()
            together, began = 0, parser.CurrentByteIndex
        together += 1
        cells += tag.endswith("c")
        if together > MOST_TOGETHER or cells > bounds.cells:
            refuse()

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    try:
        with package.open(part) as stream:
            while chunk := stream.read(CHUNK):
                fed += len(chunk)
                parser.Parse(chunk)
                if fed - began > LONGEST_STRETCH or fed - parser.CurrentByteIndex > LONGEST_TAG:
                    refuse()
            parser.Parse(b"", True)
    except expat.ExpatError:  # a picture, or a part that its reader will complain of
        return


def xlsx_rows(
    source: Path | BinaryIO,
    name: str,
    bounds: Bounds = EXTRACT,
    formulas: bool = False,
    every_sheet: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells as text of the first sheet, blank rows left out; whole numbers without a point.

    With `every_sheet`, of all that hold cells: the number is `SHEET_STEP` × the sheet's place + the row's.

    The first row is as wide as the sheet says it is, others end at their last cell. A formula is read as its
    last result, with `formulas` as it was typed. InputError `not_a_workbook`, `table_too_wide`,
    `table_unpacks_too_much`; ask `refuse_bombs` first.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=not formulas)
        if not book.worksheets:
            raise InputError("not_a_workbook", file=name)
        looked_at = 0
        for place, sheet in enumerate(book.worksheets if every_sheet else book.worksheets[:1]):
            width = sheet.max_column or 0
            sheet.reset_dimensions()  # what a sheet says of its size is often wrong, and may be a lie
            width = width if width <= bounds.columns else 0
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                looked_at += len(row)
                if number > LAST_ROW or looked_at > bounds.cells:
                    raise InputError("table_unpacks_too_much", name=name)
                cells = [cell_text(getattr(value, "text", value)) for value in row]
                if any(cells):
                    yield place * SHEET_STEP + number, _fitted(cells, width, bounds.columns, name)
                    width = 0
    except _NO_WORKBOOK as e:
        raise InputError("not_a_workbook", file=name) from e


def _fitted(cells: list[str], width: int, most: int, name: str) -> list[str]:
    """The cells, at least `width` of them; blank ones that stand out beyond `most` are no columns."""
    if len(cells) > most:
        if any(cells[most:]):
            raise InputError("table_too_wide", name=name, most=most)
        del cells[most:]
    return cells + [""] * (width - len(cells))


def cell_text(value: object) -> str:
    """A workbook's cell as text: whole numbers without a point, days without a time of midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).removesuffix(" 00:00:00").strip() if not isinstance(value, str) else value
