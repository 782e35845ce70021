"""Take what lies in gz and zip apart, into numbered files: bounded, and never by the names in them."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from data.errors import InputError
from data.read.kinds import is_damage

CHUNK = 1 << 22
MOST_MEMBERS = 10_000
LEAST_ROOM, MOST_TIMES = 1 << 30, 150
"""Bytes that an archive may unpack to whatever its size, and times its size beyond that."""
_UTF8_NAME, _LOCKED = 0x800, 0x1


@dataclass(frozen=True)
class Member:
    """A file that lay in an archive: where it is now, and what it is called there."""

    path: Path
    name: str


class Unpacker:
    """Unpacks into a folder of its own; together no more than the archives that were given allow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def gz(self, path: Path, name: str) -> Iterator[Member]:
        """The one file of a gz. InputError `file_damaged`, `table_unpacks_too_much`."""
        inner = PurePosixPath(name.removesuffix(".gz").removesuffix(".GZ")).name
        room = _room(path)
        with _damage_told(name), gzip.open(path) as stream:
            yield Member(self._copy(stream, room, name), inner)  # type: ignore[arg-type]

    def zip(self, path: Path, name: str) -> Iterator[Member]:
        """The files of a zip in their order. InputError also `archive_locked`."""
        room = _room(path)
        with _damage_told(name), zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MOST_MEMBERS:
                raise InputError("table_unpacks_too_much", name=name)
            for info in infos:
                if info.flag_bits & _LOCKED:
                    raise InputError("archive_locked", file=name)
                with archive.open(info) as stream:
                    taken = self._copy(stream, room, name)
                room -= taken.stat().st_size
                yield Member(taken, name_of(info))

    def _copy(self, stream: IO[bytes], room: int, name: str) -> Path:
        self._number += 1
        target, written = self._folder / f"{self._number:06d}", 0
        with target.open("wb") as out:
            while chunk := stream.read(CHUNK):
                written += out.write(chunk)
                if written > room:
                    raise InputError("table_unpacks_too_much", name=name)
        return target


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as e:
        if not is_damage(e):
            raise
        raise InputError("file_damaged", file=name) from e


def _room(path: Path) -> int:
    return max(LEAST_ROOM, MOST_TIMES * path.stat().st_size)


def name_of(info: zipfile.ZipInfo) -> str:
    """What a member is called: Chinese programs write its name in GBK and do not say so."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
