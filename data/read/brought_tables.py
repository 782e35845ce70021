"""A table that a user brings, as rows of text: CSV in UTF-8, GBK or UTF-16, or the first sheet of an xlsx."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from data.errors import InputError
from data.read.workbooks import BROUGHT, refuse_bombs, xlsx_rows

Rows = Iterator[tuple[int, list[str]]]
_MARKED = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def brought_rows(content: bytes, formulas: bool = False, every_sheet: bool = False) -> Rows:
    """Line number and cells, blank lines left out; of a workbook the first sheet, or every one.

    InputError `table_unreadable`, `table_too_wide`, `table_unpacks_too_much`, also while it is read.
    """
    return _sheet(content, formulas, every_sheet) if content[:2] == b"PK" else _text(content)


def _sheet(content: bytes, formulas: bool, every_sheet: bool) -> Rows:
    try:
        refuse_bombs(io.BytesIO(content), "", BROUGHT)
        yield from xlsx_rows(io.BytesIO(content), "", BROUGHT, formulas, every_sheet)
    except InputError as e:
        raise InputError("table_unreadable", name="") if e.key == "not_a_workbook" else e from e


def _text(content: bytes) -> Rows:
    for encoding in ("utf-16",) if content.startswith(_MARKED) else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        delimiter = "\t" if text.count("\t") > text.count(",") else ","
        return _lines(text, delimiter)
    raise InputError("table_unreadable", name="")


def _lines(text: str, delimiter: str) -> Rows:
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in read:
            if any(cells[BROUGHT.columns :]):
                raise InputError("table_too_wide", name="", most=BROUGHT.columns)
            if any(cell.strip() for cell in cells):
                yield read.line_num, cells[: BROUGHT.columns]
    except csv.Error as e:
        raise InputError("table_unreadable", name="") from e
