"""Inspect the tables of an extract: encoding, delimiter, where the heading stands, content key."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pyarrow.parquet as pq
import xxhash

from data.errors import EnvironmentRefusedError, InputError
from data.load.arrivals import Piece
from data.read.decoration import ASKED, bare_heading, heading_key, heading_line, what_is
from data.read.empty_words import LONGEST, says_nothing
from data.read.kinds import HEAD_BYTES
from data.read.sheets import MOST_COLUMNS
from data.read.text_encoding import Encoding, EncodingVote
from data.read.unpacking import CHUNK

DELIMITERS = (",", "\t", ";", "|", "\x01")
ALIKE = 0.8
"""Of the cells of a sheet's first row that must look like those above for it to go on without a heading."""


@dataclass(frozen=True)
class TextFacts:
    """What one pass over a delimited file tells; `lines` leaves out the `blank_end` blank ones at the end."""

    encoding: Encoding
    delimiter: str
    lines: int
    ends_with_newline: bool
    plain: bool
    """UTF-8 without byte-order mark, NUL or lone CR: the database may read it as it lies."""
    has_nul: bool = False
    is_decorated: bool = False
    """Lines above the heading, or something else than records at its end."""
    blank_end: int = 0
    is_unquoted: bool = False
    """Without quote, NUL or lone CR: each line is cut at its delimiters, and nothing else."""
    is_worded: bool = False
    """A word for an empty cell may stand in it (`empty_words`)."""


@dataclass(frozen=True)
class ExtractFile:
    """One table of an extract as it was found.

    `above` are the records, or rows of a grid, before the first one below the heading: titles, the heading
    as the last of them. Of these `early`, from 0, look like what stands below: a table that was sorted has
    its heading between its records, and a sheet that `continues` the one before it a record in its place.
    Where nothing in it can be added up (`has_totals`), what looks like a total is a record of that name.
    """

    piece: Piece
    content_key: str
    size: int
    headings: tuple[str, ...]
    above: int = 1
    early: tuple[int, ...] = ()
    continues: bool = False
    text: TextFacts | None = None
    has_totals: bool = True
    totals_are_records: bool = False

    @property
    def name(self) -> str:
        """How a reader finds it again."""
        return self.piece.name


def inspect(pieces: Sequence[Piece], known: Collection[str]) -> list[ExtractFile]:
    """The pieces of one file, each read once for its key, encoding and headings; `known` are heading keys.

    InputError where one is not what it seems to be; `table_too_wide` for more columns than any extract has.
    """
    files: list[ExtractFile] = []
    for piece in pieces:
        file = _inspected(piece, known, files[-1] if files else None)
        if len(file.headings) > MOST_COLUMNS:
            raise InputError("table_too_wide", name=file.name, most=MOST_COLUMNS)
        files.append(file)
    return files


def without_heading(file: ExtractFile) -> ExtractFile:
    """The file read so that its first line is a record too: columns are called by their places."""
    key = xxhash.xxh3_128(f"{file.content_key} bare".encode()).hexdigest()
    width = file.piece.grid.width if file.piece.grid else len(file.headings)
    headings = tuple(bare_heading(place) for place in range(1, width + 1))
    text = replace(file.text, is_decorated=False) if file.text else None
    return replace(file, content_key=key, headings=headings, above=0, early=(), text=text)


def with_records_called_totals(file: ExtractFile) -> ExtractFile:
    """The file read so that lines that look like totals are records."""
    key = xxhash.xxh3_128(f"{file.content_key} totals".encode()).hexdigest()
    return replace(file, content_key=key, totals_are_records=True)


def _inspected(piece: Piece, known: Collection[str], before: ExtractFile | None) -> ExtractFile:
    try:
        size = piece.path.stat().st_size
        if piece.kind == "parquet":
            return ExtractFile(piece, _key(piece, b"parquet"), size, _parquet_headings(piece))
        if piece.kind == "grid":
            return _inspect_grid(piece, size, known, before)
        return _inspect_text(piece, size, known)
    except PermissionError as e:
        raise EnvironmentRefusedError("file_not_readable", file=piece.name) from e


def _key(piece: Piece, salt: bytes) -> str:
    digest = xxhash.xxh3_128(salt)
    with piece.path.open("rb") as f:
        while chunk := f.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _inspect_grid(piece: Piece, size: int, known: Collection[str], before: ExtractFile | None) -> ExtractFile:
    rows = list(islice(grid_rows(piece), ASKED))
    place = heading_line([cells for _, cells in rows], known) or 0
    key = _key(piece, b"grid")
    cells = rows[place][1]
    if before and not {heading_key(c) for c in cells} & set(known) and _goes_on(before, cells):
        return ExtractFile(piece, key, size, before.headings, place + 1, (place,), continues=True)
    early = _early([cells for _, cells in rows], place)
    return ExtractFile(piece, key, size, unique_headings(cells), place + 1, early)


def grid_rows(piece: Piece) -> Iterable[tuple[int, list[str]]]:
    """Line number and cells of a sheet's rows that hold something."""
    for batch in pq.ParquetFile(piece.path).iter_batches():
        columns = [column.to_pylist() for column in batch.columns]
        for line, *cells in zip(*columns, strict=True):
            yield line, ["" if cell is None else cell for cell in cells]


def _goes_on(before: ExtractFile, cells: Sequence[str]) -> bool:
    """Whether a sheet's first row looks like the last record of the sheet before it."""
    if before.piece.kind != "grid" or len(cells) > len(before.headings):
        return False
    return any(_alike(last, cells) for last in _last_records(before)[:1])


def _last_records(file: ExtractFile) -> list[list[str]]:
    """The rows at the end of a sheet that are no total, note or heading, the last one first."""
    rows = deque(enumerate(grid_rows(file.piece)), maxlen=ASKED)
    below = [cells for place, (_, cells) in reversed(rows) if place >= file.above or place in file.early]
    return [cells for cells in below if what_is(cells, file.headings) is None]


def looks_like_more_of(file: ExtractFile, loaded: ExtractFile) -> bool:
    """Whether most rows of a sheet that is read as no table are like another one's: of its width, kind by
    kind. Words alone are like all others; what lacks a cell that all of the other's have is a summary.
    """
    records = _last_records(loaded)
    rows = [cells for _, cells in islice(grid_rows(file.piece), ASKED)]
    below = [row for row in rows[file.above :] or rows if what_is(row, loaded.headings) is None]
    if not records or not below:
        return False
    needed = set.intersection(*map(_filled, records))
    alike = sum(
        len(_filled(row)) <= len(loaded.headings)
        and needed <= _filled(row)
        and _alike(records[0], row)
        and _look_says(records[0], row)
        for row in below
    )
    return 2 * alike > len(below)


def _filled(cells: Sequence[str]) -> set[int]:
    return {place for place, cell in enumerate(cells) if cell}


def _look_says(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(_look(a) == _look(b) not in ("", "words") for a, b in zip(one, other, strict=False))


def _early(rows: Sequence[Sequence[str]], place: int) -> tuple[int, ...]:
    """Which rows before the heading are records, by the first one after it."""
    below = rows[place + 1 : place + 2]
    return tuple(number for number, row in enumerate(rows[:place]) for one in below if _alike(one, row))


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    pairs = [(_look(a), _look(b)) for a, b in zip(one, other, strict=False) if a or b]
    return len(pairs) > 1 and sum(a == b for a, b in pairs) >= ALIKE * len(pairs)


def _look(cell: str) -> str:
    """Digits, a number, a day, or words; what is blank looks like nothing."""
    bare = cell.strip()
    if bare.isdecimal():
        return f"digits{len(bare)}" if len(bare) >= 6 else "number"
    return "number" if bare.replace(".", "", 1).lstrip("-").isdecimal() else "words" if bare else ""


def _inspect_text(piece: Piece, size: int, known: Collection[str]) -> ExtractFile:
    digest, vote = xxhash.xxh3_128(b"text"), EncodingVote()
    newlines, carriage, nul, quoted, worded, tail = 0, 0, False, False, False, b""
    with piece.path.open("rb") as f:
        while chunk := f.read(CHUNK):
            digest.update(chunk)
            newlines += _newlines(chunk)
            carriage += chunk.count(b"\r") if b"\r" in chunk else 0
            nul = nul or b"\0" in chunk
            quoted = quoted or b'"' in chunk
            worded = worded or says_nothing(chunk) or says_nothing(tail[-LONGEST:] + chunk[:LONGEST])
            tail = (tail + chunk[-HEAD_BYTES:])[-HEAD_BYTES:]
            vote.feed(chunk)
    is_utf8, encoding = vote.finish(), vote.encoding()
    rows, place, delimiter, bom = _text_top(piece, encoding, known)
    headings = unique_headings(rows[place])
    blank_end = len(tail) - len(tail.rstrip(b"\r\n"))
    trailing = tail[len(tail) - blank_end :].count(b"\n")
    lines = newlines - max(trailing - 1, 0) + (0 if trailing else 1)
    even = not nul and carriage in (0, newlines)
    plain = is_utf8 and not bom and even
    below = min(lines - 1, ASKED)
    decorated = place > 0 or (len(rows) > 1 and what_is(rows[1], headings) is not None)
    decorated = decorated or (below > 0 and _ends_otherwise(tail, encoding, delimiter, headings, below))
    blank = max(trailing - 1, 0)
    unquoted = even and not quoted
    seen = (plain, nul, decorated, blank, unquoted, worded)
    facts = TextFacts(encoding, delimiter, lines, trailing > 0, *seen)
    early = _early(rows, place)
    return ExtractFile(piece, digest.hexdigest(), size, headings, place + 1, early, text=facts)


def _newlines(chunk: bytes) -> int:
    """Counted many at a time: as frequent as in a table, they take `bytes.count` seven times as long."""
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))


def _text_top(
    piece: Piece, encoding: Encoding, known: Collection[str]
) -> tuple[list[list[str]], int, str, bool]:
    """The first records, which of them is the heading, by which delimiter, and whether there is a mark."""
    with piece.path.open("rb") as f:
        raw = f.read(HEAD_BYTES)
    bom = raw.startswith(codecs.BOM_UTF8)
    text = raw.removeprefix(codecs.BOM_UTF8).decode(encoding, errors="replace")
    lines = [line for line in text.replace("\0", "").splitlines() if line.strip()][:ASKED]
    best: tuple[tuple[int, int], list[list[str]], int, str] | None = None
    for delimiter in DELIMITERS:
        rows = [next(csv.reader([line], delimiter=delimiter), [""]) for line in lines]
        place = heading_line(rows, known)
        if place is None:
            continue
        score = (len({heading_key(c) for c in rows[place]} & set(known)), len(rows[place]))
        if best is None or score > best[0]:
            best = score, rows, place, delimiter
    if best is None:
        raise InputError("not_a_text_file", file=piece.name)
    _, rows, place, delimiter = best
    if lines[place].count('"') % 2:
        raise InputError("heading_quote_open", file=piece.name)
    if any(ord(c) < 32 and c not in "\t\x01" for c in lines[place]):
        raise InputError("not_a_text_file", file=piece.name)
    return rows, place, delimiter, bom


def _ends_otherwise(
    tail: bytes, encoding: Encoding, delimiter: str, headings: Sequence[str], last: int
) -> bool:
    """Whether one of the last lines is no record."""
    lines = tail.decode(encoding, errors="replace").rstrip("\r\n").splitlines()[-last:]
    rows = csv.reader([line for line in lines if '"' not in line and line.strip()], delimiter=delimiter)
    return any(what_is(row, headings) for row in rows)


def unique_headings(cells: list[str]) -> tuple[str, ...]:
    """Headings without blanks around; an empty one is named by its place, a repeated one gets `#2`."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff") or bare_heading(place)
        seen[name.upper()] = seen.get(name.upper(), 0) + 1
        names.append(name if seen[name.upper()] == 1 else f"{name}#{seen[name.upper()]}")
    return tuple(names)


def _parquet_headings(piece: Piece) -> tuple[str, ...]:
    from pyarrow import ArrowException

    try:
        return tuple(pq.read_schema(piece.path).names)
    except (ArrowException, OSError) as e:
        raise InputError("file_damaged", file=piece.name) from e
