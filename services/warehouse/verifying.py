"""Read every byte that a warehouse keeps of its loads, and say what is missing or not as it was written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from data.environment import threads
from data.errors import DengtaError, EnvironmentRefusedError, InputError
from data.kept.checksums import checksum, kept_sum
from data.load.held_loads import held_path, read_held
from data.load.kept_loads import loads_to_rebuild
from data.load.loads import Load, note_path, read_load
from data.load.raw_notes import check
from data.load.side_by_side import side_by_side
from data.warehouse.snapshots import Warehouse, open_snapshot

Kind = Literal["missing", "damaged"]
TRIES = 3
What = Literal["pointer", "snapshot", "former", "load", "held", "raw"]


@dataclass(frozen=True)
class Finding:
    """One kept file that is missing or damaged; `of` are the files of extracts that it was made of."""

    what: What
    kind: Kind
    path: str
    of: tuple[str, ...] = ()


@dataclass
class Verified:
    """What was read (files, bytes), what is wrong, how many files have no checksum to be held against.

    `newer` is a snapshot after the published one: a load was broken off as it ended, or the pointer put back.
    """

    files: int = 0
    bytes: int = 0
    without_sums: int = 0
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    newer: str | None = None


def verify(warehouse: Path) -> Verified:
    """Read the pointer, all snapshots, the notes of loads and every raw file; writes nothing.

    Begun again where a load published meanwhile: it takes away what was being read.
    """
    began, house = time.monotonic(), Warehouse(Path(warehouse))
    for _ in range(TRIES):
        before, verified = _pointer_text(house), _verified(house)
        if _pointer_text(house) == before:
            break
    verified.seconds = time.monotonic() - began
    return verified


def _pointer_text(house: Warehouse) -> bytes:
    try:
        return house.pointer.read_bytes()
    except OSError:
        return b""


def _verified(house: Warehouse) -> Verified:
    verified = Verified()
    names, _ = loads_to_rebuild(house)
    current = _pointer(house, verified)
    loads = [load for name in names if (load := _load(house, name, verified))]
    _raw(house, [*loads, *_held(house, verified)], verified)
    _former(house, current, verified)
    if current and (after := [name for name in house.kept_snapshots() if name > current]):
        verified.newer = after[-1]
    return verified


def _pointer(house: Warehouse, verified: Verified) -> str | None:
    try:
        current, _ = house.current(), house.published()
    except EnvironmentRefusedError:
        kind: Kind = "damaged" if house.pointer.exists() else "missing"
        verified.findings.append(Finding("pointer", kind, house.pointer.name))
        return None
    if current is not None:
        _snapshot(house, current, verified)
    return current


def _snapshot(house: Warehouse, current: str, verified: Verified) -> None:
    path = house.snapshot_path(current)
    name, wanted = str(path.relative_to(house.path)), kept_sum(path)
    verified.files += 1
    try:
        verified.bytes += path.stat().st_size
        open_snapshot(house.path, current).close()
        is_whole = wanted is None or wanted == checksum(path)
    except FileNotFoundError:
        verified.findings.append(Finding("snapshot", "missing", name))
        return
    except (OSError, DengtaError):
        is_whole = False
    verified.without_sums += wanted is None
    if not is_whole:
        verified.findings.append(Finding("snapshot", "damaged", name))


def _former(house: Warehouse, current: str | None, verified: Verified) -> None:
    """The snapshots that are kept back, by their checksums: another version may have made them."""
    for name in house.kept_snapshots():
        path = house.snapshot_path(name)
        if name == current:
            continue
        verified.files += 1
        try:
            wanted, size = kept_sum(path), path.stat().st_size
            is_whole = wanted is None or wanted == checksum(path)
        except FileNotFoundError:  # a load that ended took it away
            continue
        except OSError:
            wanted, size, is_whole = "", 0, False
        verified.bytes += size
        verified.without_sums += wanted is None
        if not is_whole:
            verified.findings.append(Finding("former", "damaged", str(path.relative_to(house.path))))


def _load(house: Warehouse, name: str, verified: Verified) -> Load | None:
    path = note_path(house, name)
    verified.files += 1
    try:
        load = read_load(house, name)
    except EnvironmentRefusedError:
        kind: Kind = "damaged" if path.exists() else "missing"
        verified.findings.append(Finding("load", kind, str(path.relative_to(house.path))))
        return None
    verified.bytes += path.stat().st_size
    verified.without_sums += load.after is None
    return load


def _held(house: Warehouse, verified: Verified) -> Iterator[Load]:
    """The loads that are held; one that is published or discarded meanwhile is not among them any more."""
    for name in house.kept_held():
        path = held_path(house, name)
        try:
            verified.bytes += path.stat().st_size
            held = read_held(house, name)
        except (FileNotFoundError, InputError):
            continue
        except EnvironmentRefusedError:
            if path.exists():
                verified.findings.append(Finding("held", "damaged", str(path.relative_to(house.path))))
        else:
            yield held.load
        verified.files += 1


def _raw(house: Warehouse, loads: list[Load], verified: Verified) -> None:
    made_of: dict[str, list[str]] = {}
    for load in loads:
        for f in load.files:
            made_of.setdefault(f.raw.key, []).append(f"{f.file} ({load.folder})")
    keys = list(made_of)
    for key, checked in zip(keys, side_by_side(lambda k: check(house.raw, k), keys, threads()), strict=True):
        verified.files += 1 + len(checked.raw.parts if checked.raw else ())
        verified.bytes += checked.bytes
        verified.without_sums += not checked.has_sums
        of = tuple(dict.fromkeys(made_of[key]))
        for fault in checked.faults:
            verified.findings.append(Finding("raw", fault.kind, str(fault.path.relative_to(house.path)), of))
