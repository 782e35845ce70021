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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.files.adding_up import adding
from services.files.columns import heading, kind_of
from services.files.export_cells import WHOLE, Column, csv_cells, place, stored_cells, stored_type
from services.files.export_frames import arrow_of
from services.files.kinds import ADDITIVE, Kind
from services.files.manifest import Manifest, Words
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
            keys += [WHOLE] * any(c.is_mixed for c in self.columns)
            rows = pa.table({k: arrow_of(rows[k]) for k in keys})
        return iter(rows.to_batches(max_chunksize=BATCH) if isinstance(rows, pa.Table) else rows)


def columns_of(
    words: Words,
    table: str,
    titles: Mapping[str, str],
    *,
    own: Mapping[str, Kind] | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Column]:
    """The columns of a table's file from its headings; what they hold is in `services.files.columns`.

    `own` are the kinds of columns that data name, `labels` the words of codes by column. Which columns come
    to a total is in `services.files.adding_up` by the `table`. UndeclaredColumnError.
    """
    adds = adding(table, titles)
    yes_no = {"true": words("common.yes"), "false": words("common.no")}
    made = []
    for key, title in titles.items():
        kind = kind_of(key, own)
        labels_here = yes_no if kind == "flag" else (labels or {}).get(key)
        is_added = kind in ADDITIVE and key in adds
        made.append(Column(key, heading(words, title, kind), kind, labels_here, is_added))
    return made


def write_workbook(
    target: Path | BinaryIO,
    sheets: Sequence[Sheet],
    manifest: Manifest,
    *,
    progress: Progress | None = None,
) -> Manifest:
    """Write a workbook with a last sheet that says what it holds; give back the manifest with its row count.

    It is streamed; a sheet of more than 1,048,576 rows goes on in further ones. A path is replaced at once,
    so nobody reads half a file.
    """
    done = replace(manifest, rows=0)
    taken: set[str] = set()

    def streams() -> Iterator[Stream]:
        for sheet in sheets:
            rows = sheet.batches() if sheet.beside else counted(sheet.batches())
            yield Stream(sheet_name(sheet.name, taken), sheet.columns, rows, manifest.label("total"))
        about = _about(done)
        yield Stream(sheet_name(about.name, taken), about.columns, about.batches())

    def counted(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        nonlocal done
        for batch in rows:
            done = replace(done, rows=done.rows + batch.num_rows)
            yield batch

    with _whole(target) as out:
        write_stream(out, streams(), title=manifest.title, made_at=manifest.made_at, progress=progress)
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
