"""Files that are worked out once and kept beside the snapshot for all readers, each with its checksum.

One that is damaged, cut short, without its checksum or in another's place is not there: it is made again.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from data.errors import EnvironmentRefusedError
from data.kept.checksums import checksum, kept_sum, sum_path, text_checksum

_making: dict[str, threading.Lock] = {}
_whole: dict[str, tuple[int, int, int]] = {}
_guard = threading.Lock()


def is_kept(path: Path) -> bool:
    """Whether the file is there as it was written; read in full once, then again when it has changed."""
    try:
        status = path.stat()
        mark = (status.st_ino, status.st_size, status.st_mtime_ns)
        if _whole.get(str(path)) == mark:
            return True
        digest = checksum(path)
        if kept_sum(path) not in (_of_place(path, digest), digest):  # those of before told no place
            return False
    except OSError:
        return False
    _whole[str(path)] = mark
    return True


def keep(path: Path, write: Callable[[Path], None]) -> Path:
    """The file, made by `write` (which gets a path to write to) when it is not there, all or nothing.

    One thread makes it while others wait; a second process makes the same file again and neither sees half.
    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    with _guard:
        lock = _making.setdefault(str(path), threading.Lock())
    with lock:
        if not is_kept(path):
            part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _make(path, part, write)
            except OSError as e:
                raise EnvironmentRefusedError("measures_not_writable", path=str(path.parent)) from e
    return path


def _of_place(path: Path, digest: str) -> str:
    """The checksum of a content in its place, which is the same wherever the warehouse is moved to."""
    return text_checksum("/".join((*path.parts[-3:], digest)))


def _make(path: Path, part: Path, write: Callable[[Path], None]) -> None:
    sum_file = part.with_suffix(".sum")
    try:
        write(part)
        sum_file.write_text(_of_place(path, checksum(part)), encoding="utf-8")
        sum_file.replace(sum_path(path))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
        sum_file.unlink(missing_ok=True)
