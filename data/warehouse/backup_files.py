"""A backup as a place for files: a folder, or one `.tar` file; each goes in and out with its checksum."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from data.errors import EnvironmentRefusedError, InputError
from data.kept.durable import flush_folder

CHUNK = 1 << 20
TAR = ".tar"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


@dataclass(frozen=True)
class KeptFile:
    """One file of a backup: its path inside the warehouse, its size and SHA-256."""

    path: str
    bytes: int
    sha256: str


class Target(Protocol):
    """Where a backup is written."""

    def put(self, name: str, source: Path) -> KeptFile:
        """Copy a file in."""


class _FolderTarget:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, source: Path) -> KeptFile:
        with source.open("rb") as read:
            return copied(read, name, self._folder)


class _TarTarget:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def put(self, name: str, source: Path) -> KeptFile:
        with source.open("rb") as f:
            member = self._tar.gettarinfo(arcname=name, fileobj=f)
            member.uid = member.gid = 0
            member.uname, member.gname, member.mode = "", "", 0o600
            read = _Counted(f)
            self._tar.addfile(member, read)
        return KeptFile(name, read.bytes, read.digest.hexdigest())


class _Counted:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.bytes = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        self.bytes += len(data)
        return data


@contextmanager
def writing(out: Path) -> Iterator[Target]:
    """A new backup at `out`: all of it appears at once, or nothing of it."""
    draft = out.with_name(f".{out.name}.{os.getpid()}.draft")
    out.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        undo.callback(_remove, draft)
        if out.suffix == TAR:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
                with tarfile.open(fileobj=f, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    yield _TarTarget(tar)
                f.flush()
                os.fsync(f.fileno())
        else:
            draft.mkdir(mode=0o700)
            yield _FolderTarget(draft)
        if out.exists():  # another backup was given the same name meanwhile
            raise InputError("backup_exists", path=str(out))
        draft.rename(out)
        flush_folder(out.parent)


@contextmanager
def reading(place: Path) -> Iterator[Reader]:
    """A backup to be read; EnvironmentRefusedError `backup_damaged` where it is none."""
    if place.is_dir():
        yield Reader(place, None)
        return
    try:
        with tarfile.open(place, "r:") as tar:
            yield Reader(place, tar)
    except tarfile.TarError as e:
        raise EnvironmentRefusedError("backup_damaged", path=str(place), file=place.name) from e


@dataclass(frozen=True)
class Reader:
    """Reads files of a backup by name."""

    place: Path
    tar: tarfile.TarFile | None

    def open(self, name: str) -> IO[bytes]:
        """One file; KeyError or OSError where it is not there."""
        if self.tar is None:
            return (self.place / name).open("rb")
        member = self.tar.getmember(name)
        file = self.tar.extractfile(member) if member.isfile() else None
        if file is None:
            raise KeyError(name)
        return file

    def take(self, kept: KeptFile, folder: Path) -> None:
        """Copy a file out; refused where it is not what was backed up."""
        try:
            with self.open(kept.path) as read:
                checksum = copied(read, kept.path, folder)
        except (OSError, KeyError, tarfile.TarError) as e:
            if isinstance(e, OSError) and e.errno in NO_ROOM:  # for what is restored, not in the backup
                raise
            raise EnvironmentRefusedError("backup_damaged", path=str(self.place), file=kept.path) from e
        if checksum != kept:
            raise EnvironmentRefusedError("backup_damaged", path=str(self.place), file=kept.path)


def copied(read: IO[bytes], name: str, folder: Path) -> KeptFile:
    """Copy to a path inside a folder, down to the disk."""
    target = folder / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    counted = _Counted(read)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        while data := counted.read(CHUNK):
            f.write(data)
        f.flush()
        os.fsync(f.fileno())
    return KeptFile(name, counted.bytes, counted.digest.hexdigest())


def is_inside(name: str) -> bool:
    """Whether a path in a backup stays in the folder it is restored to."""
    path = PurePosixPath(name)
    odd = "\\" in name or ":" in name or "\0" in name
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not odd


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)
