"""The single writer's lock: held by an open file, so that it ends with its process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import BusyError

WAIT_SECONDS = 3.0
"""How long a load waits for one that is about to end; one that goes on longer is said to run."""


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the lock; BusyError where another process, or another load of this one, goes on holding it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + WAIT_SECONDS
        while not _taken(handle):
            if time.monotonic() >= until:
                raise BusyError("another_load_runs", path=str(path.parent))
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
