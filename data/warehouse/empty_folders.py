"""Fill a folder that is new or empty: from a draft that is whole, and with the pointer last."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.errors import InputError
from data.kept.durable import flush_folder
from data.kept.locking import writer_lock
from data.state.memory import FILE as MEMORY
from data.warehouse.snapshots import Warehouse

DRAFT = ".restored."
NO_CONTENT = ("lost+found", "lock")
"""What lies in an empty folder too: ext4's own at the root of a disk, and the lock of who fills it."""


@contextmanager
def filling(target: Path) -> Iterator[Path]:
    """A draft whose content becomes the folder's when the block ends, and of which nothing is left else.

    A new folder appears by one rename. One that is there is filled while its lock is held: until the pointer
    is moved, the last of all, it is refused as one whose pointer was lost. InputError `restore_not_empty`.
    """
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with _draft(target.parent, f".{target.name}.") as draft:
            yield draft
            draft.rename(target)
            flush_folder(target.parent)
        return
    _refuse_content(target)
    house = Warehouse(target)
    with writer_lock(house.lock):
        _refuse_content(target)
        for left in target.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        with _draft(target, DRAFT) as draft:
            yield draft
            with suppress(PermissionError):  # where the disk belongs to somebody else
                target.chmod(0o700)
            last = (house.pointer.name,)
            for name in sorted((p.name for p in draft.iterdir()), key=lambda n: (n in last, n != MEMORY)):
                (draft / name).rename(target / name)
            flush_folder(target)


@contextmanager
def _draft(folder: Path, prefix: str) -> Iterator[Path]:
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=prefix))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _refuse_content(target: Path) -> None:
    names = [p.name for p in target.iterdir()] if target.is_dir() else [target.name]
    if any(name not in NO_CONTENT and not name.startswith(DRAFT) for name in names):
        raise InputError("restore_not_empty", path=str(target))
