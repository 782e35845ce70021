"""One extract file in memory, by lines: what the faults of real extracts are planted into."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.sample.cells import csv_text


class Sheet:
    """A file's records as text; line 1 is the header, record i (from 0) is line i + 2, in Parquet i + 1."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path = path
        self._encoding = encoding
        self._parquet = path.suffix == ".parquet"
        if self._parquet:
            held = pq.read_table(path)
            self.header = list(held.column_names)
            self._rows = [
                [v or "" for v in r] for r in zip(*(c.to_pylist() for c in held.columns), strict=True)
            ]
            self._lines: list[bytes] = []
        else:
            self._lines = path.read_bytes().split(b"\r\n")[:-1]
            self.header = self._lines.pop(0).decode(encoding).split(",")
            self._rows = []
        self.bom = False
        self.tab = False

    def __len__(self) -> int:
        return len(self._rows) if self._parquet else len(self._lines)

    def row(self, i: int) -> list[str]:
        """The cells of record i."""
        if self._parquet:
            return list(self._rows[i])
        return next(csv.reader([self._lines[i].decode(self._encoding)]))

    def cell(self, i: int, column: str) -> str:
        """One cell of record i."""
        return self.row(i)[self.header.index(column)]

    def put(self, i: int, column: str, value: str) -> None:
        """Replace one cell of record i."""
        row = self.row(i)
        row[self.header.index(column)] = value
        self.put_row(i, row)

    def put_row(self, i: int, row: list[str]) -> None:
        """Replace record i, with however many cells."""
        if self._parquet:
            self._rows[i] = row
        else:
            self._lines[i] = self._coded(row)

    def append(self, row: list[str]) -> int:
        """Add a record at the end; its index."""
        if self._parquet:
            self._rows.append(row)
        else:
            self._lines.append(self._coded(row))
        return len(self) - 1

    def raw(self, i: int) -> bytes:
        """Line i of a CSV as it lies in the file."""
        return self._lines[i]

    def put_raw(self, i: int, line: bytes) -> None:
        """Replace (or, one past the end, add) a line of a CSV by bytes."""
        self._lines[i : i + 1] = [line]

    def _coded(self, row: list[str]) -> bytes:
        return ",".join(csv_text(c) for c in row).encode(self._encoding)

    def save(self) -> None:
        """Write the file back, with its byte order mark or TABs where these were asked for."""
        if self._parquet:
            columns = zip(*self._rows, strict=True) if self._rows else [()] * len(self.header)
            held = [pa.array([c or None for c in column], pa.string()) for column in columns]
            pq.write_table(pa.table(held, names=self.header), self.path, compression="zstd")
            return
        data = b"\r\n".join([",".join(self.header).encode(), *self._lines, b""])
        if self.tab:
            data = data.replace(b",", b"\t")
        self.path.write_bytes((b"\xef\xbb\xbf" if self.bom else b"") + data)
