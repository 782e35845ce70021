"""Read a delimited file line by line where the fast reader cannot: each becomes a record or a reject."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from data.errors import InputError
from data.extract_files import ExtractFile

# A quoted field may hold line breaks (an address): longer ones are an unterminated quote.
MAX_LINES_OF_RECORD = 20
KEPT_TEXT = 2000


@dataclass(frozen=True)
class Reject:
    """A line that is no record of this file: `reason` is a key of the locales' `quarantine` table."""

    line: int
    reason: str
    text: str


def parsed_lines(file: ExtractFile) -> Iterator[tuple[int, list[str]] | Reject]:
    """Line number and cells of each record after the heading; InputError when the file was cut off.

    A line of blanks only is no record.
    """
    assert file.text is not None  # noqa: S101 - only delimited files come here
    width, text = len(file.headings), file.text
    last: tuple[int, list[str]] | Reject | None = None
    with file.path.open(encoding=text.encoding, errors="replace", newline=None) as source:
        for item in islice(_records(source, text.delimiter), 1, None):
            if last is not None:
                yield _checked(last, width)
            last = item
    if last is None:
        return
    checked = _checked(last, width)
    cut = isinstance(checked, Reject) and checked.reason in ("too_few_columns", "unterminated_quote")
    if cut and not text.ends_with_newline:
        raise InputError(
            "file_cut_off", file=file.name, line=last.line if isinstance(last, Reject) else last[0]
        )
    yield checked


def _checked(item: tuple[int, list[str]] | Reject, width: int) -> tuple[int, list[str]] | Reject:
    if isinstance(item, Reject):
        return item
    line, cells = item
    joined = "\t".join(cells)
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        reason = "too_few_columns" if len(cells) < width else "too_many_columns"
        return Reject(line, reason, joined[:KEPT_TEXT])
    if "\ufffd" in joined or "\0" in joined:
        return Reject(line, "undecodable", joined.replace("\0", "\ufffd")[:KEPT_TEXT])
    return line, cells


def _records(source: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]] | Reject]:
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
        first, taken = line, 0
        while True:
            try:
                cells = next(csv.reader([first], delimiter=delimiter, strict=True))
                yield number, [c.rstrip("\n") if i == len(cells) - 1 else c for i, c in enumerate(cells)]
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
