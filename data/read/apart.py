"""Have a stranger's file read in a process of its own: it is bounded, and may die alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any

from data.errors import BusyError, EnvironmentRefusedError, InputError

ROOT = Path(__file__).parents[2]
MOST_WAIT, MOST_TURN = 60.0, 60.0
LONGEST_LINE = 1 << 27
_KEPT = ("PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
"""The variables that the process may see: none of what this program is set up with."""
_turns = BoundedSemaphore(2)


def read_apart(reader: str, content: bytes, name: str, **options: object) -> Iterator[Any]:
    """The items that a reader of `data/read/reading_apart.py` makes of the content, as plain JSON values.

    Everything is read, or refused, when this returns: InputError as the reader says, `reading_too_much` where
    the process had to be stopped or died; BusyError `reading_busy` where others are waiting.
    """
    if not _turns.acquire(timeout=MOST_TURN):
        raise BusyError("reading_busy", name=name)
    try:
        with ExitStack() as undo:
            out = undo.enter_context(tempfile.TemporaryFile())
            _run([reader, json.dumps(options)], content, out)
            _refuse_unfinished(out, name)
            undo.pop_all()  # whoever takes the items closes it
    except OSError as e:
        raise EnvironmentRefusedError("reading_no_room", name=name) from e
    finally:
        _turns.release()
    return _items(out)


def own_environment() -> dict[str, str]:
    """What a process that reads a stranger's file may see."""
    environment = {k: v for k, v in os.environ.items() if k.upper() in _KEPT}
    return environment | {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _run(words: list[str], content: bytes, out: IO[bytes]) -> None:
    command = [sys.executable, "-m", "data.read.reading_apart", *words]
    try:
        subprocess.run(  # noqa: S603 - this program itself; the words are an argument list
            command,
            input=content,
            stdout=out,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=own_environment(),
            timeout=MOST_WAIT,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        return


def _refuse_unfinished(out: IO[bytes], name: str) -> None:
    """Whoever did not come to the end says why, or was stopped."""
    size = out.seek(0, os.SEEK_END)
    out.seek(max(size - 4096, 0))
    lines = out.read().splitlines()
    try:
        last = json.loads(lines[-1]) if lines else None
    except ValueError:
        last = None
    if last == {"done": True}:
        out.seek(0)
        return
    said = last if isinstance(last, dict) else {}
    params = {**said.get("params", {}), "name": name}
    raise InputError(str(said.get("refused", "reading_too_much")), **params)


def _items(out: IO[bytes]) -> Iterator[Any]:
    with out:
        while line := out.readline(LONGEST_LINE):
            item = json.loads(line)
            if "item" not in item:
                return
            yield item["item"]
