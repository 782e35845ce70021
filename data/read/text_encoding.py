"""Tell the encoding of a delimited file by its lines: a few spoilt bytes do not turn the whole file."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Literal

Encoding = Literal["utf-8", "gb18030"]
# Lines with bytes above 127 that are asked; what comes after these changes no mind.
ASKED = 20_000
LONGEST = 1 << 20


class EncodingVote:
    """Fed with a file's chunks in order: is it UTF-8 throughout, and if not, what are most of its lines."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._strict = True
        self._rest = b""
        self._asked = self._not_utf8 = self._not_gb18030 = 0

    def feed(self, chunk: bytes) -> None:
        """Look at the next chunk."""
        if chunk.isascii() and not self._decoder.getstate()[0] and self._rest.isascii():
            self._rest = b""  # what stands before in the line is plain too: it decides nothing
            return
        if self._strict:
            self._strict = self._continues(chunk)
        if self._asked < ASKED:
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            if len(self._rest) > LONGEST:
                lines, self._rest = [*lines, self._rest], b""
            self._ask(lines)
        else:
            self._rest = b""

    def finish(self) -> bool:
        """Take the end of the file; True where all of it is UTF-8."""
        self._strict = self._strict and self._continues(b"", final=True)
        self._ask([self._rest])
        self._rest = b""
        return self._strict

    def encoding(self) -> Encoding:
        """UTF-8 if all of it is, else the encoding in which fewer lines cannot be read."""
        if self._strict or self._not_utf8 < self._not_gb18030:
            return "utf-8"
        some_utf8 = self._not_utf8 < self._asked
        return "utf-8" if self._not_utf8 == self._not_gb18030 and some_utf8 else "gb18030"

    def _continues(self, chunk: bytes, final: bool = False) -> bool:
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return False
        return True

    def _ask(self, lines: list[bytes]) -> None:
        for line in lines:
            if line.isascii():
                continue
            self._asked += 1
            self._not_utf8 += not _reads(line, "utf-8")
            self._not_gb18030 += not _reads(line, "gb18030")
            if self._asked >= ASKED:
                return


def _reads(line: bytes, encoding: Encoding) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def html_encoding(path: Path, head: bytes) -> str | None:
    """What a page is written in; None where it says so itself, rightly or not, or has a mark."""
    if b"charset" in head.lower() or head.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        return None
    vote = EncodingVote()
    with path.open("rb") as f:
        while chunk := f.read(LONGEST):
            vote.feed(chunk)
    vote.finish()
    return vote.encoding()
