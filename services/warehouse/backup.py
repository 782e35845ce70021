"""Backing a warehouse up, and restoring it into an empty folder: every file with its checksum."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import EnvironmentRefusedError, InputError
from data.load.held_loads import held_path, held_report, read_held
from data.load.kept_mappings import mappings_folder
from data.load.loads import read_load
from data.state import State
from data.state.copying import copy_to_database, copy_to_file
from data.state.engine import address, file_of, of_file
from data.state.memory import FILE as MEMORY
from data.state.memory import Memory
from data.warehouse import backup_files
from data.warehouse.backup_files import KeptFile, Reader, Target
from data.warehouse.empty_folders import filling
from data.warehouse.link_key import FILE as KEY
from data.warehouse.snapshots import Warehouse, open_snapshot

FORMAT = 1
MANIFEST, STATE, POINTER = "backup.json", "state.db", "current.json"
TRIES = 3
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself; `decisions` counts the state's entries."""

    path: Path
    made_at: str
    snapshot: str | None
    decisions: int
    files: tuple[KeptFile, ...]

    @property
    def bytes(self) -> int:
        """What its files take."""
        return sum(f.bytes for f in self.files)

    @property
    def has_key(self) -> bool:
        """Whether the key of links is in it."""
        return any(f.path == KEY for f in self.files)


def back_up(warehouse: Path, out: Path, with_key: bool = False, progress: Progress | None = None) -> Backup:
    """Write the published snapshot, the loads and raw files that it is made of, and what was decided.

    Readers read and loads run meanwhile: what is copied never changes, and the store is copied in one
    transaction. InputError where there is nothing to back up or something at `out`; refused for a damaged
    state store.
    """
    house, target = Warehouse(warehouse.resolve()), out.resolve()
    with _environment(target):
        if target.exists():
            raise InputError("backup_exists", path=str(target))
    if target.is_relative_to(house.path):
        raise InputError("backup_inside", path=str(target))
    store = State.existing(house.path)
    if house.current() is None and store is None and not house.kept_held():
        raise InputError("no_snapshot", path=str(house.path))
    for left in reversed(range(TRIES)):
        try:
            with _environment(target, house.path), backup_files.writing(target) as into:
                return _written(house, store, into, target, with_key, progress or (lambda step, share: None))
        except FileNotFoundError as e:  # a load removed the snapshot meanwhile: the newer one then
            if not left:
                raise EnvironmentRefusedError("backup_source_missing", path=str(e.filename)) from e
    raise AssertionError


def _written(
    house: Warehouse, store: State | None, into: Target, target: Path, with_key: bool, say: Progress
) -> Backup:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        scratch, kept, decisions = Path(folder), [], 0
        snapshot = house.current()
        if snapshot is not None:
            (scratch / POINTER).write_bytes(house.pointer.read_bytes())
            snapshot = (
                Warehouse(scratch).current() or ""
            )  # of the copy, not of one that a load published since
            sources = list(_sources(house, snapshot, Warehouse(scratch).published()))
            for place, path in enumerate(sources):
                say("backup", place / len(sources))
                kept.append(into.put(path.relative_to(house.path).as_posix(), path))
            kept.append(into.put(POINTER, scratch / POINTER))
        known = {k.path for k in kept}
        held = {path.relative_to(house.path).as_posix(): path for path in _held_sources(house)}
        kept += [into.put(name, path) for name, path in held.items() if name not in known]
        if store is not None:
            link = copy_to_file(store, scratch / STATE)
            decisions = link.number
            Memory(scratch / MEMORY, STATE).replace(link)
            kept += [into.put(STATE, scratch / STATE), into.put(MEMORY, scratch / MEMORY)]
        if with_key and (house.path / KEY).exists():
            kept.append(into.put(KEY, house.path / KEY))
        made = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "made_at": made, "snapshot": snapshot, "decisions": decisions}
        text = json.dumps({**manifest, "files": [asdict(k) for k in kept]}, indent=1)
        (scratch / MANIFEST).write_text(text, encoding="utf-8")
        into.put(MANIFEST, scratch / MANIFEST)
        say("backup", 1.0)
    return Backup(target, made, snapshot, decisions, tuple(kept))


def _sources(house: Warehouse, snapshot: str, loads: Sequence[str]) -> Iterator[Path]:
    file = house.snapshot_path(snapshot)
    yield file
    yield from sorted(set(house.snapshots.glob(f"{snapshot}.*")) - {file})  # its checksum
    keys: set[str] = set()
    for name in loads:
        yield house.loads / f"{name}.json"
        if (report := house.loads / f"{name}.report.json").exists():
            yield report
        keys |= {f.raw.key for f in read_load(house, name).files}
    for key in sorted(keys):
        yield from sorted(house.raw.glob(f"{key}.*"))
    yield from sorted(mappings_folder(house).glob("*.json"))
    if (report := house.path / "load_report.json").exists():
        yield report


def _held_sources(house: Warehouse) -> Iterator[Path]:
    """The loads that are held, and what was read of their files; a damaged note is taken as it is."""
    keys: set[str] = set()
    for name in house.kept_held():
        yield from (held_path(house, name), *filter(Path.exists, (held_report(house, name),)))
        with suppress(EnvironmentRefusedError):
            keys |= {f.raw.key for f in read_held(house, name).load.files}
    for key in sorted(keys):
        yield from sorted(house.raw.glob(f"{key}.*"))


def restore(place: Path, warehouse: Path, progress: Progress | None = None) -> Backup:
    """Put a backup into a new folder, verified: the warehouse appears whole or not at all.

    An empty folder that is there already, as one where a disk is mounted, is filled in its place.
    Where `DENGTA_STATE` names another store, what was decided goes there, if it is empty.
    """
    target = warehouse.resolve()
    with _environment(place):
        if not place.exists():
            raise InputError("backup_not_found", path=str(place))
    say = progress or (lambda step, share: None)
    with _environment(target), backup_files.reading(place) as source, filling(target) as draft:
        manifest = _manifest(source)
        for n, kept in enumerate(manifest.files):
            say("restore", n / len(manifest.files))
            source.take(kept, draft)
        _verified(draft, manifest)
        _state_elsewhere(draft, target)
    say("restore", 1.0)
    return manifest


def _manifest(source: Reader) -> Backup:
    try:
        with source.open(MANIFEST) as f:
            fields: dict[str, Any] = json.load(f)
        files = tuple(KeptFile(str(k["path"]), int(k["bytes"]), str(k["sha256"])) for k in fields["files"])
        backup = Backup(
            source.place, str(fields["made_at"]), fields["snapshot"], int(fields["decisions"]), files
        )
        version = int(fields["format"])
    except (OSError, LookupError, ValueError, TypeError, ArithmeticError, RecursionError) as e:
        raise EnvironmentRefusedError("backup_damaged", path=str(source.place), file=MANIFEST) from e
    if version > FORMAT:
        raise InputError("backup_newer", path=str(source.place))
    if not all(backup_files.is_inside(k.path) for k in files) or len({k.path for k in files}) < len(files):
        raise EnvironmentRefusedError("backup_damaged", path=str(source.place), file=MANIFEST)
    return backup


def _verified(folder: Path, manifest: Backup) -> None:
    """What was restored opens: the snapshot, and the state store with its whole chain."""
    if manifest.snapshot is not None:
        open_snapshot(folder).close()
    if (folder / STATE).exists():
        memory = Memory(folder / MEMORY, STATE)
        State(of_file(folder / STATE), memory).close()


def _state_elsewhere(folder: Path, target: Path) -> None:
    """Move what was decided to where `DENGTA_STATE` says, once all else is known to be whole."""
    url, memory = address(target)
    if not os.environ.get("DENGTA_STATE") or not (folder / STATE).exists():
        return
    if (path := file_of(url)) is not None:
        path = path.absolute()
        if path.is_relative_to(target):  # in the warehouse, by another name maybe: it comes with the rest
            path = folder / path.relative_to(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        url = of_file(path)
    if path != folder / STATE:
        copy_to_database(folder / STATE, url)
        (folder / STATE).unlink()
    opened = State(url)
    opened.close()
    Memory(folder / MEMORY, STATE).forget()
    Memory(folder / MEMORY, memory.name).replace(opened.reached)


@contextmanager
def _environment(path: Path, source: Path | None = None) -> Iterator[None]:
    """The machine's refusals as ours; FileNotFoundError for what is not there of a `source`."""
    try:
        yield
    except PermissionError as e:
        raise EnvironmentRefusedError("no_permission", path=str(e.filename or path)) from e
    except OSError as e:
        if source and isinstance(e, FileNotFoundError) and Path(str(e.filename)).is_relative_to(source):
            raise
        raise EnvironmentRefusedError("backup_failed", path=str(path), detail=str(e.strerror or e)) from e
