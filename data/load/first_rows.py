"""The first rows of a file, as a file of the same kind and name: what is tried before all of it is loaded."""

from __future__ import annotations

import gzip
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow.parquet as pq
from pyarrow import ArrowException

from data.errors import EnvironmentRefusedError, InputError
from data.read.kinds import HEAD_BYTES, kind_of

MOST_BYTES, MOST_RECORDS = 16 << 20, 100_000
"""Of a text, and of a Parquet file: more than this is not tried."""
MOST_PACKED = 64 << 20
"""A workbook or an archive is tried as a whole, up to this size."""


def first_rows(source: Path, target: Path) -> bool:
    """Put the file, or its first rows where it is large, to `target`; whether that is all of it.

    InputError `connect_too_big` for a large file whose first rows cannot be had alone.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        size = source.stat().st_size
        if size <= MOST_BYTES:
            _as_it_is(source, target)
            return True
        with source.open("rb") as f:
            kind = kind_of(source, f.read(HEAD_BYTES))
        if kind == "text":
            with source.open("rb") as f:
                target.write_bytes(whole_lines(f.read(MOST_BYTES)))
            return False
        if kind == "parquet":
            return _first_records(source, target)
        if kind == "gz":
            return _first_of_gz(source, target)
    except PermissionError as e:
        raise EnvironmentRefusedError("file_not_readable", file=source.name) from e
    if size > MOST_PACKED:
        raise InputError("connect_too_big", file=source.name, most=MOST_PACKED >> 20)
    _as_it_is(source, target)
    return True


def whole_lines(content: bytes) -> bytes:
    """What was read, without the line that it breaks off in."""
    for newline in (b"\n\0", b"\0\n"):  # UTF-16, either way round
        place = content.rfind(newline, len(content) - HEAD_BYTES)
        if place >= 0 and content[:HEAD_BYTES].count(b"\0") > HEAD_BYTES // 8:
            return content[: (place + 2) & ~1]
    return content[: content.rfind(b"\n") + 1] or content


def _as_it_is(source: Path, target: Path) -> None:
    """A link where the system has them: nothing is copied that need not be."""
    with suppress(OSError, NotImplementedError):
        target.symlink_to(source.absolute())
        return
    shutil.copyfile(source, target)


def _first_records(source: Path, target: Path) -> bool:
    try:
        file = pq.ParquetFile(source)
        if file.metadata.num_rows <= MOST_RECORDS:
            _as_it_is(source, target)
            return True
        batch = next(file.iter_batches(batch_size=MOST_RECORDS))
        with pq.ParquetWriter(target, batch.schema) as writer:
            writer.write_batch(batch)
    except (ArrowException, OSError, StopIteration):
        _as_it_is(source, target)  # whoever reads it says what is wrong
        return True
    return False


def _first_of_gz(source: Path, target: Path) -> bool:
    """Packed again under the same name, so that it is found again by it."""
    try:
        with gzip.open(source) as stream:
            first = _read(cast(BinaryIO, stream))
    except (OSError, EOFError, zlib.error):
        first = b""
    if not first or b"\0\0\0" in first[:HEAD_BYTES] or first.startswith(b"PAR1"):
        raise InputError("connect_too_big", file=source.name, most=MOST_BYTES >> 20)
    with gzip.open(target, "wb", compresslevel=1) as out:
        out.write(first if len(first) < MOST_BYTES else whole_lines(first))
    return len(first) < MOST_BYTES


def _read(stream: BinaryIO) -> bytes:
    parts: list[bytes] = []
    while (room := MOST_BYTES - sum(map(len, parts))) > 0 and (part := stream.read(room)):
        parts.append(part)
    return b"".join(parts)
