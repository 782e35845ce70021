"""Read a delimited file line by line where the fast reader cannot: each becomes a record or a reject."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from data.errors import InputError
from data.load.extract_files import ExtractFile

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


def parsed_lines(file: ExtractFile) -> Iterator[Record | Reject]:
    """Each record after the heading; InputError when the file was cut off.

    A line of blanks only is no record.
    """
    assert file.text is not None  # noqa: S101 - only delimited files come here
    width, text = len(file.headings), file.text
    last: Record | Reject | None = None
    with file.path.open(encoding=text.encoding, errors="surrogateescape", newline=None) as source:
        for item in islice(_records(_lines(source), text.delimiter), 1, None):
            if last is not None:
                yield _checked(last, width)
            last = item
    if last is None:
        return
    checked = _checked(last, width)
    cut = isinstance(checked, Reject) and checked.reason in ("too_few_columns", "unterminated_quote")
    if cut and not text.ends_with_newline:
        raise InputError("file_cut_off", file=file.name, line=last.line)
    yield checked


def _checked(item: Record | Reject, width: int) -> Record | Reject:
    if isinstance(item, Reject):
        return Reject(item.line, item.reason, readable(item.text))
    cells = item.cells
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


def _records(source: Iterator[str], delimiter: str) -> Iterator[Record | Reject]:
    """Every non-blank line, joined with the following ones while a quote is open."""
    waiting: list[str] = []
    number = 0
    while True:
        line = waiting.pop(0) if waiting else next(source, None)
        if line is None:
            return
        number += 1
        if not line.strip("\n\ufeff"):
            continue
        if len(line) > LONGEST_LINE:
            yield Reject(number, "line_too_long", line[:KEPT_TEXT])
            continue
        first, taken = line, 0
        while True:
            try:
                cells = next(csv.reader([first], delimiter=delimiter, strict=True))
                yield Record(number, [*cells[:-1], cells[-1].rstrip("\n")])
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
