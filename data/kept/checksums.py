"""Checksums of kept files: what tells that a file is not as it was written."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import xxhash

from data.kept.durable import write_text_durably

CHUNK = 1 << 22
SUFFIX = ".sum"


def text_checksum(text: str) -> str:
    """32 digits of a text."""
    return xxhash.xxh3_128_hexdigest(text.encode("utf-8"))


def checksum(path: Path) -> str:
    """32 digits of a file's content, read once in pieces."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as f:
        while chunk := f.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sum_path(path: Path) -> Path:
    """Where the checksum of a file lies that has no note of its own: beside it."""
    return path.with_name(path.name + SUFFIX)


def write_sum(path: Path, of: Path | None = None) -> None:
    """Keep the checksum of a file beside it; `of` is the same content before it is moved there."""
    write_text_durably(sum_path(path), checksum(of or path))


def kept_sum(path: Path) -> str | None:
    """The checksum kept beside a file; None where there is none."""
    try:
        return sum_path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def copy_checked(path: Path, to: Path) -> bool:
    """Copy a file that has its checksum beside it; False where it is not as it was written."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        found = beside.submit(checksum, path)
        shutil.copyfile(path, to)
        return found.result() == kept_sum(path)
