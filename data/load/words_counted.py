"""Count words for an empty cell in a file that was kept before such words were counted in these columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

import duckdb

from data.load.extract_files import ExtractFile
from data.load.quoted_csv import as_utf8, count_nothing
from data.load.raw_notes import RawFile
from data.load.slow_csv import Record, parsed_lines, sheet_lines
from data.read.empty_words import WORDS


def words_counted(
    con: duckdb.DuckDBPyConnection,
    file: ExtractFile,
    raw: RawFile,
    kept: Path,
    headings: Collection[str],
    scratch: Path,
) -> dict[str, int]:
    """How many of the cells under each heading hold such a word, by the brought file; `kept` is its Parquet.

    In a Parquet file they are kept as they are, and none is counted here.
    """
    found: Counter[str] = Counter()
    if file.piece.kind != "parquet" and (file.text is None or file.text.is_worded):
        fast = _fast(con, file, raw, kept, headings, scratch)
        found = _slowly(file, headings) if fast is None else fast
    return {heading: found[heading] for heading in headings}


def _fast(
    con: duckdb.DuckDBPyConnection,
    file: ExtractFile,
    raw: RawFile,
    kept: Path,
    headings: Collection[str],
    scratch: Path,
) -> Counter[str] | None:
    """None where the file is read line by line."""
    if file.text is None or raw.has_lines:
        return None
    try:
        with con.cursor() as own, as_utf8(file, scratch) as source:
            return count_nothing(own, source, file, kept, headings)
    except (duckdb.InvalidInputException, duckdb.ConversionException, UnicodeDecodeError):
        return None


def _slowly(file: ExtractFile, headings: Collection[str]) -> Counter[str]:
    places = {place: heading for place, heading in enumerate(file.headings) if heading in headings}
    found: Counter[str] = Counter()
    for line in sheet_lines(file) if file.text is None else parsed_lines(file):
        if isinstance(line, Record):
            found.update(heading for place, heading in places.items() if line.cells[place] in WORDS)
    return found
