"""What was read of each file, text as it came, kept as immutable Parquet by content key."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import InputError
from data.load.extract_files import ExtractFile, with_records_called_totals
from data.load.money_units import said_units
from data.load.named_rows import holds_named_rows
from data.load.plain_csv import Shaped, write_plain
from data.load.quoted_csv import as_utf8, count_nothing, write_quoted
from data.load.raw_notes import (
    NAMED,
    REJECTS,
    SPOILT,
    WHOLE,
    Checked,
    RawFile,
    check,
    note_path,
    part_path,
    write_note,
)
from data.load.slow_csv import Line, NamedLine, Record, Reject, parsed_lines, sheet_lines
from data.load.words_counted import words_counted
from data.read.empty_words import NOTHING, WORDS

LINE = "__line"
BATCH = 20_000
MOST_TEXT, MOST_TIMES = 4 << 30, 1000
"""Bytes of text that a Parquet file may hold whatever its size, and times its size beyond that."""
_log = logging.getLogger(__name__)


@dataclass
class _Beside:
    """What a file holds besides its records."""

    rejects: list[Reject] = field(default_factory=list)
    spoilt: list[dict[str, object]] = field(default_factory=list)
    named: list[NamedLine] = field(default_factory=list)
    nothing: Counter[str] = field(default_factory=Counter)
    """Words for an empty cell, by heading."""


class RawStore:
    """The folder of raw files; a file of equal content is kept once.

    `kept_anew` are the keys of the files that were read here, `counted_anew` of ones of before of
    which more was counted; `adopted` ones of before got their checksums.
    """

    def __init__(self, folder: Path, scratch: Path, con: duckdb.DuckDBPyConnection) -> None:
        self._folder, self._scratch, self._con = folder, scratch, con
        self._checked: dict[str, Checked] = {}
        self.kept_anew: set[str] = set()
        self.counted_anew: set[str] = set()
        self.adopted = 0

    def path(self, key: str) -> Path:
        """The Parquet file of a key."""
        return part_path(self._folder, key, WHOLE)

    def rejects_path(self, key: str) -> Path:
        """The lines that could not be split into columns: line, reason, text."""
        return part_path(self._folder, key, REJECTS)

    def spoilt_path(self, key: str) -> Path:
        """The cells that could not be decoded, one a record: line, heading, text."""
        return part_path(self._folder, key, SPOILT)

    def named_path(self, key: str) -> Path:
        """The lines that are no records: line, what, text."""
        return part_path(self._folder, key, NAMED)

    def check(self, key: str) -> Checked:
        """Whether a raw file is as it was written; read in full the first time it is asked about.

        One of before gets its checksums now.
        """
        if key not in self._checked:
            fault = check(self._folder, key)
            if fault.raw and not fault.faults and not fault.has_sums:
                write_note(self._folder, fault.raw)
                self.adopted += 1
            self._checked[key] = fault
        return self._checked[key]

    def keep(self, file: ExtractFile, days: Collection[str] = ()) -> RawFile:
        """Read a file into the store, or find it there; one that is missing or damaged there is kept anew.
        Words for an empty cell are counted in the columns taken for `days`, where that was not done before.

        What looks like a total is a record where the file has none; a first reading that took it for one is
        kept only where it was there before.
        """
        other = file if file.has_totals else with_records_called_totals(file)
        if other is not file and self.check(other.content_key).raw:
            return self._kept(other, days)
        was_there = note_path(self._folder, file.content_key).exists()
        raw = self._kept(file, days)
        if other is file or not any(what == "total" for what, _ in raw.named):
            return raw
        if not was_there:
            self._drop(raw)
        return self._kept(other, days)

    def _drop(self, raw: RawFile) -> None:
        """Remove what was read here and nobody names; the note goes last, it says what lies there."""
        for part in raw.parts:
            part_path(self._folder, raw.key, part).unlink()
        note_path(self._folder, raw.key).unlink()
        self._checked.pop(raw.key)
        self.kept_anew.discard(raw.key)

    def _kept(self, file: ExtractFile, days: Collection[str]) -> RawFile:
        held = self.check(file.content_key)
        if held.raw and not held.faults:
            unseen = set(days).difference(heading for heading, _ in held.raw.nothing)
            return self._counted(file, held.raw, unseen) if unseen else held.raw
        began = time.monotonic()
        raw = self._read(file, days)
        write_note(self._folder, raw)
        self._checked[raw.key] = Checked(raw)
        self.kept_anew.add(raw.key)
        _log.info("%s: %d records in %.1f s", file.name, raw.records, time.monotonic() - began)
        return raw

    def _counted(self, file: ExtractFile, raw: RawFile, unseen: Collection[str]) -> RawFile:
        """What is kept as it is, with the words counted in columns in which that was not done."""
        more = words_counted(self._con, file, raw, self.path(raw.key), unseen, self._scratch)
        raw = replace(raw, nothing=tuple(sorted({**dict(raw.nothing), **more}.items())))
        write_note(self._folder, raw)
        self._checked[raw.key] = Checked(raw)
        self.counted_anew.add(raw.key)
        return raw

    def _read(self, file: ExtractFile, days: Collection[str]) -> RawFile:
        key, draft = file.content_key, self._scratch / f"{file.content_key}.parquet"
        beside, first, has_lines = _Beside(), 1, False
        shapes: Shaped = ()
        if file.piece.kind == "parquet":
            records = self._copy_parquet(file, draft)
        elif file.text is not None and (fast := self._read_fast(file, draft, days)) is not None:
            (records, shapes, beside.nothing), first = fast, 2 if file.above else 1
            beside.named += [NamedLine(0, "blank", "")] * file.text.blank_end
        else:
            lines = sheet_lines(file) if file.text is None else parsed_lines(file)
            records, has_lines = self._write_rows(file, draft, lines, beside), True
        self._keep_beside(self.rejects_path(key), [asdict(r) for r in beside.rejects])
        self._keep_beside(self.spoilt_path(key), beside.spoilt)
        self._keep_beside(self.named_path(key), [asdict(n) for n in beside.named if n.text])
        _publish(draft, self.path(key))
        named = tuple(sorted(Counter(n.what for n in beside.named).items()))
        units = {unit for n in beside.named if n.what != "heading" for unit in said_units(n.text)}
        spoilt, said = len(beside.spoilt), tuple(sorted(units))
        return RawFile(
            *(key, file.headings, records, len(beside.rejects), first, has_lines, spoilt, named, said),
            numbers=_kept_as_numbers(file),
            shapes=shapes,
            nothing=tuple((day, beside.nothing[day]) for day in sorted(days)),
        )

    def _keep_beside(self, target: Path, rows: list[dict[str, object]]) -> None:
        if rows:
            draft = self._scratch / target.name
            pq.write_table(pa.Table.from_pylist(rows), draft)
            _publish(draft, target)

    def _read_fast(
        self, file: ExtractFile, draft: Path, days: Collection[str]
    ) -> tuple[int, Shaped, Counter[str]] | None:
        """How many records, their shapes and words for nothing; None where a line does not come out as one of
        full width.
        """
        assert file.text is not None  # noqa: S101 - holds for every delimited file
        text = file.text
        if text.has_nul or text.is_decorated or (text.encoding == "utf-8" and not text.plain):
            return None
        try:
            with self._con.cursor() as con, as_utf8(file, self._scratch) as source:  # read side by side
                if text.is_unquoted:
                    written = write_plain(
                        source, file.headings, text.delimiter, file.above, sorted(NOTHING), draft
                    )
                else:
                    written = write_quoted(con, source, file, draft), ()
                if written is None or written[0] != text.lines - file.above:
                    return None
                if holds_named_rows(con, draft, file.headings):
                    return None
                asked = days if text.is_worded else ()
                return *written, count_nothing(con, source, file, draft, asked)
        except (duckdb.InvalidInputException, duckdb.ConversionException, UnicodeDecodeError):
            return None

    def _copy_parquet(self, file: ExtractFile, draft: Path) -> int:
        try:
            with self._con.cursor() as con:
                rows = con.read_parquet(str(file.piece.path))
                _refuse_bomb(rows, file)
                texts = [
                    _text_of(c, kind).alias(h)
                    for c, kind, h in zip(rows.columns, rows.types, file.headings, strict=True)
                ]
                rows.select(*texts).write_parquet(str(draft), compression="snappy")
        except (duckdb.InvalidInputException, duckdb.SerializationException, duckdb.IOException) as e:
            if "space" in str(e).lower():
                raise
            raise InputError("file_damaged", file=file.name) from e
        return int(pq.read_metadata(draft).num_rows)

    def _write_rows(self, file: ExtractFile, draft: Path, lines: Iterable[Line], beside: _Beside) -> int:
        schema = pa.schema([(h, pa.string()) for h in file.headings] + [(LINE, pa.int64())])
        records = 0
        with pq.ParquetWriter(draft, schema, compression="snappy") as writer:
            for batch in _batches(lines, beside):
                for r in batch:
                    if r.spoilt is not None:
                        cell = {"heading": file.headings[r.spoilt], "text": r.cells[r.spoilt]}
                        beside.spoilt.append({"line": r.line, **cell})
                columns = [[_said(r.cells[i]) for r in batch] for i in range(len(file.headings))]
                if file.text is None or file.text.is_worded:
                    beside.nothing += _words(file.headings, columns, batch)
                columns.append([r.line for r in batch])  # type: ignore[misc]
                arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                records += len(batch)
        return records


def _kept_as_numbers(file: ExtractFile) -> tuple[str, ...]:
    """The columns that hold numbers, or may: all of a sheet's, those of a Parquet file that are no texts."""
    if file.piece.kind != "parquet":
        return file.headings if file.piece.kind == "grid" else ()
    kinds = pq.read_schema(file.piece.path).types
    return tuple(h for h, kind in zip(file.headings, kinds, strict=True) if pa.types.is_primitive(kind))


def _text_of(column: str, kind: duckdb.sqltypes.DuckDBPyType) -> duckdb.Expression:
    """A column as text: a number or month that was kept as a fraction (202401.0) as it was before."""
    text = duckdb.ColumnExpression(column).cast(duckdb.sqltypes.VARCHAR)
    if kind not in (duckdb.sqltypes.DOUBLE, duckdb.sqltypes.FLOAT):
        return text
    end, nothing = duckdb.ConstantExpression("[.]0$"), duckdb.ConstantExpression("")
    return duckdb.FunctionExpression("regexp_replace", text, end, nothing)


def _refuse_bomb(rows: duckdb.DuckDBPyRelation, file: ExtractFile) -> None:
    """A text that stands in a dictionary once may be in every row: a few KB would fill the disk."""
    texts = [duckdb.ColumnExpression(c).cast(duckdb.sqltypes.VARCHAR) for c in rows.columns]
    lengths = [duckdb.FunctionExpression("sum", duckdb.FunctionExpression("strlen", t)) for t in texts]
    (longest,) = rows.aggregate(lengths).fetchall()
    together = sum(int(length or 0) for length in longest)
    if together > max(MOST_TEXT, MOST_TIMES * file.size):
        raise InputError("table_unpacks_too_much", name=file.name)


def _said(cell: str) -> str | None:
    return None if cell in NOTHING else cell


def _words(
    headings: Sequence[str], columns: Sequence[Sequence[str | None]], batch: Sequence[Record]
) -> Counter[str]:
    """Words for an empty cell by heading; what was taken for one is None in `columns`."""
    empty = [place for place, column in enumerate(columns) if None in column]
    return Counter({headings[place]: sum(r.cells[place] in WORDS for r in batch) for place in empty})


def _batches(lines: Iterable[Line], beside: _Beside) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for line in lines:
        if isinstance(line, Reject):
            beside.rejects.append(line)
        elif isinstance(line, NamedLine):
            beside.named.append(line)
        else:
            batch.append(line)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _publish(draft: Path, target: Path) -> None:
    with draft.open("rb+") as f:
        os.fsync(f.fileno())
    draft.replace(target)
