"""The first lines of a table as they came: titles, the heading, and records below it."""

from __future__ import annotations

import codecs
import csv
from itertools import islice

import pyarrow.parquet as pq

from data.load.extract_files import ExtractFile, grid_rows
from data.read.decoration import ASKED
from data.read.kinds import HEAD_BYTES

Cells = tuple[str, ...]


def top_rows(file: ExtractFile, most: int = ASKED) -> tuple[Cells, ...]:
    """The first lines that hold something, split as the file is; of Parquet its headings and records."""
    if file.text is not None:
        with file.piece.path.open("rb") as f:
            raw = f.read(HEAD_BYTES).removeprefix(codecs.BOM_UTF8)
        text = raw.decode(file.text.encoding, errors="replace").replace("\0", "")
        lines = [line for line in text.splitlines() if line.strip()][:most]
        rows = [next(csv.reader([line], delimiter=file.text.delimiter), [""]) for line in lines]
        return tuple(tuple(row) for row in rows)
    if file.piece.kind == "grid":
        return tuple(tuple(cells) for _, cells in islice(grid_rows(file.piece), most))
    batches = pq.ParquetFile(file.piece.path).iter_batches(batch_size=most)
    records = zip(*(column.to_pylist() for column in next(batches, ()).columns), strict=True)  # type: ignore[union-attr]
    said = (tuple("" if cell is None else str(cell) for cell in record) for record in records)
    return (file.headings, *islice(said, most))
