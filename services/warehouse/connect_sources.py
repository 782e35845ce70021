"""Where files come from that a reader connects: folders that the operator opened, and bounded uploads."""

from __future__ import annotations

import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from data.environment import connect_folders
from data.errors import InputError
from data.load.arrivals import OWN
from data.warehouse.snapshots import Warehouse
from services.access.actor import Actor, allow_company

MOST_FILE, MOST_TOGETHER, MOST_UPLOADS = 50 << 20, 200 << 20, 200
"""Bytes of one upload (as `server.maxUploadSize`), of all of them, and how many."""
MOST_OFFERED, DEEPEST = 200, 3
DESK = "connect-"
OLD_SECONDS = 86_400
_UNSAFE = re.compile(r"[\x00-\x1f<>:\"/\\|?*]")


def offered_folders(actor: Actor) -> list[str]:
    """The folders that a reader may name, as far as there is room to list them; none where none is opened."""
    allow_company(actor, "load")
    found: list[str] = []
    for root in connect_folders():
        for folder in _below(root, 0):
            if len(found) == MOST_OFFERED:
                return found
            found.append(str(folder))
    return found


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """A folder that holds files, and those in it, by name; links are not followed."""
    try:
        inside = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    if any(e.is_file(follow_symlinks=False) and not e.name.startswith(".") for e in inside):
        yield folder
    for entry in inside:
        if depth < DEEPEST and entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            yield from _below(Path(entry.path), depth + 1)


def opened_folder(actor: Actor, named: str) -> Path:
    """The folder that a reader names, all links in it followed.

    One sentence, `connect_folder_closed`, for what is not there and for what nobody opened: a reader who
    tries names learns nothing of the server's disk.
    """
    allow_company(actor, "load")
    closed = InputError("connect_folder_closed", path=named[:200])
    if not named.strip() or "\0" in named or len(named) > 4096 or not Path(named).is_absolute():
        raise closed
    try:
        folder = Path(named).resolve()
        if not any(folder.is_relative_to(root) for root in connect_folders()) or not folder.is_dir():
            raise closed
    except OSError as e:
        raise closed from e
    return folder


def refuse_links_outside(paths: Sequence[Path]) -> None:
    """InputError `connect_link_outside` where a file of a folder is a link that leads out of what is open."""
    roots = connect_folders()
    for path in paths:
        if not any(path.resolve().is_relative_to(root) for root in roots):
            raise InputError("connect_link_outside", file=path.name)


def new_desk(house: Warehouse) -> Path:
    """A folder for what one reader tries; those of readers who left long ago are removed."""
    house.temporary.mkdir(parents=True, exist_ok=True)
    for left in house.temporary.glob(f"{DESK}*"):
        if time.time() - left.stat().st_mtime > OLD_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    folder = house.temporary / f"{DESK}{uuid.uuid4().hex}"
    folder.mkdir(mode=0o700)
    return folder


def take_uploads(actor: Actor, given: Sequence[tuple[str, bytes]], folder: Path) -> None:
    """Write uploaded files into a new folder, by the last part of their names.

    InputError `connect_no_files`, `connect_too_many`, `connect_upload_big`, `connect_name_twice`.
    """
    allow_company(actor, "load")
    if not given:
        raise InputError("connect_no_files")
    if len(given) > MOST_UPLOADS or sum(len(content) for _, content in given) > MOST_TOGETHER:
        raise InputError("connect_too_many", most=MOST_UPLOADS, together=MOST_TOGETHER >> 20)
    folder.mkdir(mode=0o700, parents=True)
    for name, content in given:
        safe = safe_name(name)
        if len(content) > MOST_FILE:
            raise InputError("connect_upload_big", file=safe, most=MOST_FILE >> 20)
        if safe.casefold() in {p.name.casefold() for p in folder.iterdir()}:
            raise InputError("connect_name_twice", file=safe)
        (folder / safe).write_bytes(content)


def safe_name(name: str) -> str:
    """What an upload may be called here: the last part of its name, nothing hidden, nothing special."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = _UNSAFE.sub("_", last).strip().lstrip("._~$").rstrip(". ")
    while len(plain.encode()) > 200:
        plain = plain[1:]
    return f"_{plain}" if not plain or plain in OWN else plain


def any_folder_is_open() -> bool:
    """Whether the operator opened a folder that is there."""
    return bool(connect_folders())
