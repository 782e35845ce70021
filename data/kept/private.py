"""What lies in a warehouse is its owner's alone: folders 700, files 600, from the moment they are made."""

from __future__ import annotations

import os
import stat
from pathlib import Path

OTHERS = 0o077


def keep_others_out() -> int:
    """Let this process make nothing that others may read; what the mask was before."""
    return os.umask(OTHERS)


def share(paths: tuple[Path, ...], mask: int) -> None:
    """Give files and folders made for others the access that the mask of before would have given."""
    for path in paths:
        path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)


def open_to_others(folder: Path) -> list[Path]:
    """What of a folder others may read or change, itself included; nothing where modes mean nothing."""
    if os.name != "posix" or not folder.exists():
        return []
    return [p for p in (folder, *sorted(folder.rglob("*"))) if _is_open(p)]


def _is_open(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:  # removed meanwhile
        return False
    return not stat.S_ISLNK(status.st_mode) and bool(status.st_mode & OTHERS)
