"""What arrived in a folder, as tables to be inspected: archives unpacked, workbooks taken apart by sheet."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from data.errors import EnvironmentRefusedError, InputError
from data.read.kinds import HEAD_BYTES, Kind, is_utf16, kind_of
from data.read.sheets_apart import Grid, grids_of
from data.read.text_encoding import html_encoding
from data.read.unpacking import CHUNK, Unpacker
from data.warehouse.snapshots import Warehouse

Reason = Literal[
    "temporary", "no_table", "empty", "hidden_sheet", "empty_sheet", "own_file", "stranger", "told_to"
]
DEEPEST, DEEPEST_ARCHIVE = 12, 3
OWN = frozenset({"load_report.json", "manifest.json"})
UNFINISHED = ".extract"
"""The folder in which what is read from a database lies until all of it is there."""
TEMPORARY = (".", "_", "~$")
SYSTEM = frozenset({"thumbs.db", "desktop.ini"})
UNOPENED = frozenset({".rar", ".7z", ".bz2", ".xz", ".tar"})
"""Archives that cannot be opened here: what lies in them may be all that was meant."""


@dataclass(frozen=True)
class LeftOut:
    """What lies there and is not read, and why."""

    name: str
    reason: Reason


@dataclass(frozen=True)
class Piece:
    """One table as it lies on the disk: a text, a Parquet file, or a sheet as a `grid`.

    `name` is how a reader finds it again: `202610.zip/应收.xlsx[Sheet2]`. `hints` are the names that may say
    what it is, the closest first; `is_sheet` of several.
    """

    path: Path
    name: str
    kind: Literal["text", "parquet", "grid"]
    hints: tuple[str, ...]
    grid: Grid | None = None
    is_sheet: bool = False


@dataclass
class Arrived:
    """The pieces of one file, and what of it is left out."""

    pieces: list[Piece] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def arrived_paths(folder: Path) -> tuple[list[Path], list[LeftOut]]:
    """The files of a folder and of those in it; InputError when there is none."""
    try:
        if not folder.is_dir():
            raise InputError("not_a_folder" if folder.exists() else "no_such_folder", path=str(folder))
        if is_of_a_warehouse(folder.resolve()):
            raise InputError("folder_is_warehouse", path=str(folder))
        if (folder / UNFINISHED).exists():
            raise InputError("extract_unfinished", path=str(folder))
        files, left_out = [], []
        for path in _files(folder, 0):
            name = path.relative_to(folder).as_posix()
            reason = _passed_over(path.name)
            if path.suffix.lower() in UNOPENED:
                raise InputError("wrong_kind_of_file", file=name, path=str(folder))
            files += [] if reason else [path]
            left_out += [LeftOut(name, reason)] if reason else []
    except PermissionError as e:
        raise EnvironmentRefusedError("folder_not_readable", path=str(folder)) from e
    if not files:
        raise InputError("empty_folder", path=str(folder))
    return files, left_out


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """Files before folders, each by name; links to folders are not followed."""
    inside = sorted(os.scandir(folder), key=lambda e: (e.is_dir(follow_symlinks=False), e.name))
    for entry in inside:
        if entry.is_file():
            yield Path(entry.path)
        elif entry.is_dir(follow_symlinks=False) and depth < DEEPEST and not entry.name.startswith("."):
            yield from _files(Path(entry.path), depth + 1)


def _passed_over(name: str) -> Reason | None:
    if name in OWN:
        return "own_file"
    return "temporary" if name.startswith(TEMPORARY) or name.lower() in SYSTEM else None


def is_of_a_warehouse(folder: Path) -> bool:
    """What was read would be loaded once more, and win over what corrected it since."""
    houses = (Warehouse(folder), Warehouse(folder.parent))
    return any(h.pointer.exists() and folder in (h.path, h.raw, h.graded, h.exports) for h in houses)


def arrived(path: Path, name: str, scratch: Path) -> Arrived:
    """The pieces of one file; `scratch` is an empty folder for what has to be unpacked.

    InputError where it is damaged, locked, or larger than any extract.
    """
    into = Arrived()
    _take(path, name, (), Unpacker(scratch), scratch, into)
    return into


def _take(
    path: Path, name: str, hints: tuple[str, ...], unpacker: Unpacker, scratch: Path, into: Arrived
) -> None:
    """One file, or one member of an archive (`hints` are the names of the archives)."""
    try:
        head = _head(path)
        kind: Kind = kind_of(path, head) if head.strip(b"\0 \t\r\n") else "other"
    except PermissionError as e:
        raise EnvironmentRefusedError("file_not_readable", file=name) from e
    stems = (_stem(name), *hints)
    if not head.strip(b"\0 \t\r\n"):
        if not hints:  # an export that failed: what it should hold would be missing without a word
            raise InputError("empty_file", file=name)
        into.left_out.append(LeftOut(name, "empty"))
    elif kind in ("gz", "zip"):
        if len(hints) >= DEEPEST_ARCHIVE:
            raise InputError("table_unpacks_too_much", name=name)
        for member in unpacker.gz(path, name) if kind == "gz" else unpacker.zip(path, name):
            inner = f"{name}/{member.name}"
            if reason := _passed_over(PurePosixPath(member.name).name):
                into.left_out.append(LeftOut(inner, reason))
            else:
                _take(member.path, inner, stems, unpacker, scratch, into)
    elif kind in ("workbook", "html", "xml_sheet"):
        _take_sheets(path, name, stems, kind, head, scratch, into)
    elif kind == "other":
        into.left_out.append(LeftOut(name, "no_table"))
    elif kind == "text" and (encoding := _utf16(head)):
        into.pieces.append(Piece(_as_utf8(path, encoding, scratch, name), name, "text", stems))
    else:
        into.pieces.append(Piece(path, name, "parquet" if kind == "parquet" else "text", stems))


def _take_sheets(
    path: Path, name: str, stems: tuple[str, ...], kind: Kind, head: bytes, scratch: Path, into: Arrived
) -> None:
    place = scratch / f"sheets{len(list(scratch.iterdir()))}"
    place.mkdir()
    grids = grids_of(path, kind, place, name, html_encoding(path, head) if kind == "html" else None)
    read = [g for g in grids if g.rows and not g.is_hidden]
    for grid in grids:
        shown = name if len(grids) == 1 else f"{name}[{grid.name}]"
        if grid in read:
            into.pieces.append(Piece(grid.path, shown, "grid", (grid.name, *stems), grid, len(grids) > 1))
        else:
            into.left_out.append(LeftOut(shown, "hidden_sheet" if grid.rows else "empty_sheet"))


def _head(path: Path) -> bytes:
    with path.open("rb") as f:
        return f.read(HEAD_BYTES)


def _stem(name: str) -> str:
    return PurePosixPath(PurePosixPath(name).name).stem


def _utf16(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return is_utf16(head)


def _as_utf8(path: Path, encoding: str, scratch: Path, name: str) -> Path:
    """The text in UTF-8, so that equal texts are equal files."""
    target = scratch / f"utf8-{len(list(scratch.iterdir()))}"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while text := source.read(CHUNK):
                out.write(text)
    except UnicodeError as e:
        raise InputError("not_a_text_file", file=name) from e
    return target
