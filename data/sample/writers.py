"""Sinks that stream chunks of cells into CSV or Parquet files, one open file per table."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.sample.cells import Cells, Mask
from data.sample.spec import SampleSpec

Columns = dict[str, Cells]


class Sink(Protocol):
    """One file being written."""

    def write(self, columns: Columns, rows: Mask | None) -> int:
        """Append the rows (all, or those of the mask); how many there were."""

    def close(self) -> None:
        """Finish the file."""


def _height(columns: Columns) -> int:
    sizes = {len(c) for c in columns.values()}
    return 0 if 0 in sizes else max(sizes)


class CsvSink:
    """Comma, header row, CRLF."""

    def __init__(self, path: Path, names: list[str]) -> None:
        self._file: BinaryIO = path.open("wb")
        self._file.write(",".join(names).encode() + b"\r\n")

    def write(self, columns: Columns, rows: Mask | None) -> int:
        """Append the rows; see Sink."""
        height = _height(columns) if rows is None else int(rows.sum())
        if not height:
            return 0
        width = sum(c.shape[1] + 1 for c in columns.values()) + 1
        page = np.empty((height, width), dtype=np.uint8)
        at = 0
        for cells in columns.values():
            chosen = cells if rows is None or len(cells) == 1 else cells[rows]
            page[:, at : at + cells.shape[1]] = chosen
            at += cells.shape[1] + 1
            page[:, at - 1] = ord(",")
        page[:, at - 1 : at + 1] = (13, 10)
        flat = page.ravel()
        self._file.write(flat[flat != 0].data)
        return height

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetSink:
    """All columns text, empty cells null."""

    def __init__(self, path: Path, names: list[str]) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in names])
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, columns: Columns, rows: Mask | None) -> int:
        """Append the rows; see Sink."""
        height = _height(columns) if rows is None else int(rows.sum())
        if height:
            arrays = [_text_array(c, rows, height) for c in columns.values()]
            self._writer.write_table(pa.table(arrays, schema=self._schema))
        return height

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _text_array(cells: Cells, rows: Mask | None, height: int) -> pa.Array:
    if len(cells) == 1:
        chosen = np.broadcast_to(cells, (height, cells.shape[1]))
    else:
        chosen = cells if rows is None else cells[rows]
    present = chosen != 0
    lengths = present.sum(axis=1, dtype=np.int32)
    offsets = np.zeros(height + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    valid = np.packbits(lengths > 0, bitorder="little")
    buffers = [
        pa.py_buffer(valid),
        pa.py_buffer(offsets),
        pa.py_buffer(np.ascontiguousarray(chosen[present])),
    ]
    return pa.StringArray.from_buffers(height, buffers[1], buffers[2], buffers[0])


class Writers:
    """All open files of one sample; a table's next partition closes its former one."""

    def __init__(self, folder: Path, spec: SampleSpec) -> None:
        self._folder = folder
        self._spec = spec
        self._open: dict[str, tuple[str, Sink]] = {}
        self.rows: dict[str, int] = {}

    def write(self, name: str, columns: Columns, partition: str = "", rows: Mask | None = None) -> None:
        """Append to a table (columns in file order); an empty chunk still makes the file with its header."""
        held = self._open.get(name)
        if held is None or held[0] != partition:
            if held is not None:
                held[1].close()
            held = (partition, self._new(name, partition, list(columns)))
            self._open[name] = held
        self.rows[name] = self.rows.get(name, 0) + held[1].write(columns, rows)

    def _new(self, name: str, partition: str, names: list[str]) -> Sink:
        stem = f"{name}_{partition}" if partition else name
        path = self._folder / f"{stem}.{self._spec.file_format}"
        return ParquetSink(path, names) if self._spec.file_format == "parquet" else CsvSink(path, names)

    def texts(self, texts: list[str]) -> Cells:
        """A dictionary of texts in the sample's encoding and quoting, to be indexed by code."""
        from data.sample.cells import table

        return table(texts, self._spec.encoding, quoted=self._spec.file_format == "csv")

    def close(self) -> None:
        """Finish all files."""
        for _, sink in self._open.values():
            sink.close()
        self._open.clear()
