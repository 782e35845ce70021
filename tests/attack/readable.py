"""Every text in what a server sends, whatever it is packed in: messages, tables, workbooks, archives."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from google.protobuf.message import Message

NUMBER = re.compile(r"(?<!\d)\d{7,16}(?!\d)")


def numbers(texts: Iterator[str]) -> set[str]:
    """The numbers in texts that could be somebody's or some unit's."""
    return {found for text in texts for found in NUMBER.findall(text)}


def texts_of(message: Message) -> Iterator[str]:
    """Every text of a message, those of its tables too."""
    for field, value in message.ListFields():
        for one in value.values() if isinstance(value, dict) else _each(value):
            if isinstance(one, Message):
                yield from texts_of(one)
            elif isinstance(one, bytes):
                yield from _cells(one)
            elif field.type == field.TYPE_STRING:
                yield str(one)


def _each(value: Any) -> Any:
    if isinstance(value, (str, bytes, Message)) or not hasattr(value, "__iter__"):
        return (value,)
    return value.values() if hasattr(value, "values") else value


def _cells(data: bytes) -> Iterator[str]:
    try:
        yield from _table(pa.ipc.open_stream(data).read_all())
    except (pa.ArrowInvalid, OSError):
        yield data.decode("utf-8", "replace")


def _table(table: pa.Table) -> Iterator[str]:
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield name
        yield from map(str, column.to_pylist())


def texts_of_file(content: bytes) -> Iterator[str]:
    """Every text of a file: archives and workbooks by their members, Parquet by its cells, else as it is."""
    if content[:4] == b"PAR1":
        yield from _table(pq.read_table(io.BytesIO(content)))
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from texts_of_file(archive.read(name))
    else:
        yield content.decode("utf-8", "replace")
