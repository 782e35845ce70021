"""A table that a user brings, as text: CSV in UTF-8 or GBK, tabs or commas, or the first sheet of an xlsx."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator

from data.errors import InputError
from data.extract_files import xlsx_rows

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 30 * MOST_BYTES


def table_rows(content: bytes, name: str, formulas: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, blank lines left out; a formula as its last result, with `formulas` as typed.

    InputError `table_too_big` or `table_unreadable`, also while it is read.
    """
    if len(content) > MOST_BYTES:
        raise InputError("table_too_big", name=name)
    return _xlsx(content, name, formulas) if content[:2] == b"PK" else _text(content, name)


def _text(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        delimiter = "\t" if text.count("\t") > text.count(",") else ","
        return _lines(text, delimiter, name)
    raise InputError("table_unreadable", name=name)


def _lines(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in read:
            if any(cell.strip() for cell in cells):
                yield read.line_num, cells
    except csv.Error as e:
        raise InputError("table_unreadable", name=name) from e


def _xlsx(content: bytes, name: str, formulas: bool) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except zipfile.BadZipFile as e:
        raise InputError("table_unreadable", name=name) from e
    if unpacked > MOST_UNPACKED:
        raise InputError("table_too_big", name=name)
    try:
        yield from xlsx_rows(io.BytesIO(content), name, formulas)
    except InputError as e:
        raise InputError("table_unreadable", name=name) from e
