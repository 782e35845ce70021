"""Files that are worked out once and kept beside the snapshot for all readers."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from data.errors import EnvironmentRefusedError

_making: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def keep(path: Path, write: Callable[[Path], None]) -> Path:
    """The file, made by `write` (which gets a path to write to) when it is not there, all or nothing.

    One thread makes it while others wait; a second process makes the same file again and neither sees half.
    EnvironmentRefusedError `measures_not_writable` where the folder cannot be written.
    """
    with _guard:
        lock = _making.setdefault(str(path), threading.Lock())
    with lock:
        if not path.exists():
            part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    write(part)
                    part.replace(path)
                finally:
                    part.unlink(missing_ok=True)
            except OSError as e:
                raise EnvironmentRefusedError("measures_not_writable", path=str(path.parent)) from e
    return path
