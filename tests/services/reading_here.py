"""Uploads read within the process of the test, where hundreds are made: what is asked is what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from data.read.reading_apart import read


@contextmanager
def reading_here() -> Iterator[None]:
    """The reader that runs apart, without the process around it."""

    def here(reader: str, content: bytes, _: str, **options: object) -> Iterable[object]:
        return read(reader, content, options)

    with patch("services.files.uploaded_table.read_apart", here):
        yield
