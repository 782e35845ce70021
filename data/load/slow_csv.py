"""Read a table line by line where the fast reader cannot: each becomes a record, a reject, or has a name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TextIO

from data.errors import InputError
from data.load.extract_files import ExtractFile, grid_rows
from data.read.decoration import Named, what_is

# A quoted field may hold line breaks (an address): longer ones are an unterminated quote.
MAX_LINES_OF_RECORD = 20
KEPT_TEXT = 2000
# In characters: a longer one is no record (a file without line breaks, or zeros of a disk that failed).
LONGEST_LINE = 1 << 22
# What stands for a byte of no encoding, and NUL.
_SPOILT = re.compile("[\0\udc80-\udcff]")


@dataclass(frozen=True)
class Record:
    """A line, or several, as cells of full width; the cell at `spoilt` holds what cannot be decoded."""

    line: int
    cells: list[str]
    spoilt: int | None = None


@dataclass(frozen=True)
class Reject:
    """A line that is no record of this file: `reason` is a key of the locales' `quarantine` table."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class NamedLine:
    """A line that is no record, and what it is instead."""

    line: int
    what: Named | Literal["title"]
    text: str


Line = Record | Reject | NamedLine


def parsed_lines(file: ExtractFile) -> Iterator[Line]:
    """Each line but the heading; InputError when the file was cut off."""
    assert file.text is not None  # noqa: S101 - only delimited files come here
    text = file.text
    last: Record | Reject | None = None
    with file.piece.path.open(encoding=text.encoding, errors="surrogateescape", newline=None) as source:
        for item in _below(_records(_lines(source), text.delimiter), file):
            if last is not None:
                yield _checked(last, file)
                last = None
            if isinstance(item, NamedLine):
                yield item
            else:
                last = item
    if last is None:
        return
    checked = _checked(last, file)
    cut = isinstance(checked, Reject) and checked.reason in ("too_few_columns", "unterminated_quote")
    if cut and not text.ends_with_newline:
        raise InputError("file_cut_off", file=file.name, line=last.line)
    yield checked


def sheet_lines(file: ExtractFile) -> Iterator[Line]:
    """Each row of a sheet but the heading; those between that hold nothing are blank."""
    for item in _below(_rows(file), file):
        yield _checked(item, file) if isinstance(item, Record) else item


def _rows(file: ExtractFile) -> Iterator[Line]:
    before = 0
    for line, cells in grid_rows(file.piece):
        yield from (NamedLine(blank, "blank", "") for blank in range(before + 1, line))
        before = line
        yield Record(line, cells)


def _below(items: Iterable[Line], file: ExtractFile) -> Iterator[Line]:
    """The lines without the heading; those above it that are no records are titles."""
    seen = 0
    for item in items:
        seen += not isinstance(item, NamedLine)
        if isinstance(item, NamedLine) or seen > file.above or seen - 1 in file.early:
            yield item
        elif seen < file.above:
            yield NamedLine(item.line, "title", _text_of(item))


def _text_of(item: Record | Reject) -> str:
    text = item.text if isinstance(item, Reject) else "\t".join(item.cells).rstrip("\t")
    return readable(text[:KEPT_TEXT])


def _checked(item: Record | Reject, file: ExtractFile) -> Line:
    if isinstance(item, Reject):
        return Reject(item.line, item.reason, readable(item.text))
    cells, width = item.cells, len(file.headings)
    if (what := what_is(cells, file.headings, not file.totals_are_records)) is not None:
        return NamedLine(item.line, what, _text_of(item))
    joined = "\t".join(cells)
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        reason = "too_few_columns" if len(cells) < width else "too_many_columns"
        return Reject(item.line, reason, readable(joined[:KEPT_TEXT]))
    if _SPOILT.search(joined):
        spoilt = next((i for i, c in enumerate(cells) if _SPOILT.search(c)), None)
        return Record(item.line, [readable(c) for c in cells], spoilt)
    return Record(item.line, cells)


def readable(text: str) -> str:
    """The text with a replacement mark for each byte that cannot be decoded."""
    return _SPOILT.sub("\ufffd", text)


def _lines(source: TextIO) -> Iterator[str]:
    """The lines; of one that is too long its beginning, which is one character too long."""
    while line := source.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith("\n"):
            line = source.readline(LONGEST_LINE + 1)


def _records(source: Iterator[str], delimiter: str) -> Iterator[Line]:
    """Every line, joined with the following ones while a quote is open; NUL that fills a cell is nothing."""
    waiting: list[str] = []
    number = 0
    while True:
        line = waiting.pop(0) if waiting else next(source, None)
        if line is None:
            return
        number += 1
        if not line.strip("\n\0\ufeff"):
            yield NamedLine(number, "blank", "")
            continue
        if len(line) > LONGEST_LINE:
            yield Reject(number, "line_too_long", line[:KEPT_TEXT])
            continue
        first, taken = line, 0
        while True:
            try:
                cells = next(csv.reader([first], delimiter=delimiter, strict=True))
                cells[-1] = cells[-1].rstrip("\n")
                yield Record(number, [cell.rstrip("\0") for cell in cells] if "\0" in first else cells)
                number += taken
                del waiting[:taken]
                break
            except csv.Error as e:
                open_quote = "unexpected end of data" in str(e)
                if open_quote and taken < MAX_LINES_OF_RECORD:
                    if len(waiting) <= taken:
                        more = next(source, None)
                        if more is not None:
                            waiting.append(more)
                    if len(waiting) > taken:
                        first += waiting[taken]
                        taken += 1
                        continue
                yield Reject(
                    number,
                    "unterminated_quote" if open_quote else "stray_quote",
                    line.rstrip("\n")[:KEPT_TEXT],
                )
                break
