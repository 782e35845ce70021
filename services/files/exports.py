"""Files that people download: workbooks, CSV and Parquet, each saying what it holds.

Customer numbers, codes and months are text, yuan has two decimals, days are real dates, and no cell can be
read as a formula. Rows come as a DataFrame, an Arrow table or a record-batch reader; a reader is never held
in memory whole.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.files.export_cells import (
    ADDITIVE,
    WHOLE,
    Column,
    Kind,
    csv_cells,
    place,
    stored_cells,
    stored_type,
)
from services.files.export_frames import arrow_of, is_truth, kind_of
from services.files.manifest import Manifest
from services.files.xlsx_small import write_small
from services.files.xlsx_stream import Stream, write_stream

__all__ = [
    "Column",
    "Manifest",
    "Rows",
    "Sheet",
    "columns_of",
    "write_csv",
    "write_csv_zip",
    "write_parquet",
    "write_workbook",
]

SMALL = 20_000
BATCH = 65_536
Rows: TypeAlias = pd.DataFrame | pa.Table | pa.RecordBatchReader
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sheet:
    """One table of a file: its name, its columns in order and its rows.

    The rows of one that stands `beside` are none of the file's.
    """

    name: str
    columns: Sequence[Column]
    rows: Rows
    beside: bool = False

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as record batches holding at least the columns' keys."""
        rows = self.rows
        if isinstance(rows, pd.DataFrame):
            keys = list(dict.fromkeys(c.key for c in self.columns))
            keys += [WHOLE] * any(c.units for c in self.columns)
            rows = pa.table({k: arrow_of(rows[k]) for k in keys})
        return iter(rows.to_batches(max_chunksize=BATCH) if isinstance(rows, pa.Table) else rows)


def columns_of(
    titles: Mapping[str, str],
    *,
    money: Iterable[str] = (),
    rates: Iterable[str] = (),
    points: Iterable[str] = (),
    months: Iterable[str] = (),
    texts: Iterable[str] = (),
    dates: Iterable[str] = (),
    times: Iterable[str] = (),
    decimals: Iterable[str] = (),
    counts: Iterable[str] = (),
    mixed: Iterable[str] = (),
    adds: Iterable[str] = (),
    frame: pd.DataFrame | None = None,
    yes_no: tuple[str, str] | None = None,
) -> list[Column]:
    """Columns from headings; what is not named is read off the frame: numbers, days, truths, else text.

    `mixed` are numbers whose unit a row names; `adds` come to a total in workbooks. `yes_no`: what stands for
    true and false in workbooks, CSV.
    """
    named: dict[str, Kind] = dict.fromkeys(texts, "text")
    given: tuple[tuple[Kind, Iterable[str]], ...] = (
        ("money", money),
        ("rate", rates),
        ("points", points),
        ("month", months),
        ("date", dates),
        ("time", times),
        ("decimal", decimals),
        ("count", counts),
        ("number", mixed),
    )
    for kind, keys in given:
        named |= dict.fromkeys(keys, kind)
    truth = dict(zip(("true", "false"), yes_no, strict=True)) if yes_no else None
    made = []
    for key, title in titles.items():
        kind = named.get(key) or kind_of(frame, key)
        if truth and is_truth(frame, key):
            made.append(Column(key, title, "code", truth))
        else:
            is_added = kind in ADDITIVE and key in adds
            made.append(Column(key, title, kind, units=key in mixed, adds=is_added))
    return made


def write_workbook(
    target: Path | BinaryIO,
    sheets: Sequence[Sheet],
    manifest: Manifest,
    *,
    progress: Progress | None = None,
    small: int = SMALL,
) -> Manifest:
    """Write a workbook with a last sheet that says what it holds; give back the manifest with its row count.

    Up to `small` rows a sheet it is written cell by cell; beyond that it is streamed; a sheet of more than
    1,048,576 rows goes on in further ones. A path is replaced at once, so nobody reads half a file.
    """
    peeked = [_peek(sheet, small) for sheet in sheets]
    with _whole(target) as out:
        if any(more is not None for _, more in peeked):
            return _streamed(out, sheets, peeked, manifest, progress)
        counted = [first for sheet, (first, _) in zip(sheets, peeked, strict=True) if not sheet.beside]
        done = replace(manifest, rows=sum(b.num_rows for first in counted for b in first))
        taken: set[str] = set()
        streams = [
            Stream(sheet_name(sheet.name, taken), sheet.columns, first, manifest.label("total"))
            for sheet, (first, _) in zip(sheets, peeked, strict=True)
        ]
        about = _about(done)
        streams.append(Stream(sheet_name(about.name, taken), about.columns, about.batches()))
        write_small(out, streams, title=manifest.title, made_at=manifest.made_at)
    if progress:
        progress(done.rows)
    return done


def write_csv(target: Path | BinaryIO, sheet: Sheet, *, progress: Progress | None = None) -> int:
    """Write one table as CSV that Excel opens (UTF-8 with BOM, CRLF); give back the number of rows."""
    with _whole(target) as out:
        return _csv(out, sheet, progress)


def write_csv_zip(
    target: Path | BinaryIO, sheet: Sheet, manifest: Manifest, *, progress: Progress | None = None
) -> Manifest:
    """Write one table as CSV in a zip, beside a CSV that says what it holds: for long lists."""
    with _whole(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        taken: set[str] = set()
        with package.open(sheet_name(sheet.name, taken) + ".csv", "w", force_zip64=True) as inner:
            done = replace(manifest, rows=_csv(inner, sheet, progress))
        about = _about(done)
        with package.open(sheet_name(about.name, taken) + ".csv", "w") as inner:
            _csv(inner, about, None)
    return done


def write_parquet(
    target: Path | BinaryIO, sheet: Sheet, manifest: Manifest, *, progress: Progress | None = None
) -> Manifest:
    """Write one table as Parquet: keys as names, the manifest as the file's `dengta` metadata.

    Headings are in the fields' metadata. Money is decimal yuan, months and codes are text, days are dates.
    """
    schema = pa.schema(
        [pa.field(c.key, stored_type(c), metadata={"title": c.title, "kind": c.kind}) for c in sheet.columns]
    )
    rows = 0
    with _whole(target) as out, pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in sheet.batches():
            columns = [stored_cells(batch.column(place(batch, c)), c) for c in sheet.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            rows += batch.num_rows
            if progress:
                progress(rows)
        done = replace(manifest, rows=rows)
        writer.add_key_value_metadata({"dengta": done.as_json()})
    return done


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that a workbook accepts: no `[]:*?/\\`, at most 31 characters, not used before."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31] or "Sheet"
    made, number = base, 2
    while made.lower() in taken:
        made, number = f"{base[:26]} ({number})", number + 1
    taken.add(made.lower())
    return made


def _peek(sheet: Sheet, small: int) -> tuple[list[pa.RecordBatch], Iterator[pa.RecordBatch] | None]:
    """The first batches and, where there are more than `small` rows, the rest."""
    batches, first, rows = sheet.batches(), [], 0
    for batch in batches:
        first.append(batch)
        rows += batch.num_rows
        if rows > small:
            return first, batches
    return first, None


def _streamed(
    out: BinaryIO,
    sheets: Sequence[Sheet],
    peeked: Sequence[tuple[list[pa.RecordBatch], Iterator[pa.RecordBatch] | None]],
    manifest: Manifest,
    progress: Progress | None,
) -> Manifest:
    done = manifest
    taken: set[str] = set()

    def streams() -> Iterator[Stream]:
        nonlocal done
        for sheet, (first, rest) in zip(sheets, peeked, strict=True):
            read = chain(first, rest or ())
            rows = read if sheet.beside else _counted(read)
            yield Stream(sheet_name(sheet.name, taken), sheet.columns, rows, manifest.label("total"))
        about = _about(done)
        yield Stream(sheet_name(about.name, taken), about.columns, about.batches())

    def _counted(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        nonlocal done
        for batch in rows:
            done = replace(done, rows=done.rows + batch.num_rows)
            yield batch

    done = replace(done, rows=0)
    write_stream(out, streams(), made_at=manifest.made_at, progress=progress)
    return done


def _about(manifest: Manifest) -> Sheet:
    names, texts = zip(*manifest.lines(), strict=True)
    columns = (Column("item", manifest.label("item")), Column("value", manifest.label("value")))
    return Sheet(manifest.label("sheet"), columns, pa.table({"item": list(names), "value": list(texts)}))


def _csv(out: Any, sheet: Sheet, progress: Progress | None) -> int:
    head = pa.RecordBatch.from_pydict({c.key: [c.title] for c in sheet.columns})
    out.write(b"\xef\xbb\xbf")
    out.write(_lines(head, [Column(c.key, c.title) for c in sheet.columns]))
    rows = 0
    for batch in sheet.batches():
        out.write(_lines(batch, sheet.columns))
        rows += batch.num_rows
        if progress:
            progress(rows)
    return rows


def _lines(batch: pa.RecordBatch, columns: Sequence[Column]) -> bytes:
    if not batch.num_rows:
        return b""
    cells = [csv_cells(batch.column(place(batch, c)), c) for c in columns]
    lines = pc.binary_join_element_wise(*cells, ",").to_pylist()
    return ("\r\n".join(lines) + "\r\n").encode()


@contextmanager
def _whole(target: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The stream to write to; a path appears, or is replaced, only when all is written."""
    if not isinstance(target, Path):
        yield target
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w+b") as out:
            yield out
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def to_bytes(write: Callable[[BinaryIO], object]) -> bytes:
    """What `write` writes, as bytes."""
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()
