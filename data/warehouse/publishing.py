"""Build beside, publish at once: a snapshot appears by one rename of the pointer, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from data.environment import kept_back, memory_limit, threads
from data.kept.checksums import copy_checked, sum_path, write_sum
from data.kept.durable import flush_folder
from data.kept.sealed import write_sealed
from data.warehouse.snapshots import Warehouse

HEADERS = 3 * 4096
"""What stands in a database file before its blocks."""


class Build:
    """A folder in which one snapshot is built; `con` has `snap` (to be published) and `staging` attached."""

    def __init__(self, house: Warehouse, name: str) -> None:
        self.house = house
        self.folder = house.temporary / f"build-{name}"
        self.folder.mkdir(parents=True)
        self.path = self.folder / "snap.duckdb"
        self._beside = _beside(self.path)
        made_at = (self._beside or self.folder) / self.path.name
        self.con = duckdb.connect()
        self.con.execute("set threads = $n", {"n": threads()})
        self.con.execute("set memory_limit = $limit", {"limit": memory_limit("7GB")})
        self.con.execute("set temp_directory = $path", {"path": str(self.folder / "spill")})
        self.con.execute("set preserve_insertion_order = true")
        self._made_at = made_at
        self._attach()

    def begin_with(self, snapshot: Path) -> bool:
        """Begin with a copy of a snapshot; False, and with nothing, where it is not as it was written."""
        self._detach()
        is_whole = copy_checked(snapshot, self._made_at)
        if not is_whole:
            self._made_at.unlink()
        self._attach()
        return is_whole

    def begin_anew(self) -> None:
        """Begin with nothing, whatever was done before."""
        self._detach()
        self._made_at.unlink()
        self._attach()

    def _attach(self) -> None:
        # Nobody takes up a build that was broken off: it is written out at its end, not step by step.
        self.con.execute("attach $path as snap (recovery_mode no_wal_writes)", {"path": str(self._made_at)})
        self.con.execute("attach ':memory:' as staging")  # spills to the folder; half the time of a file
        self.con.execute("set search_path = 'snap.main,staging.main'")

    def _detach(self) -> None:
        self.con.execute("use memory")
        self.con.execute("detach snap")
        self.con.execute("detach staging")

    def finish(self) -> None:
        """Write everything out and close."""
        self.con.execute("checkpoint snap")
        self.con.execute("use memory")
        self.con.execute("detach snap")
        self.con.close()
        _lengthen(self._made_at)
        if self._beside:
            shutil.move(self._beside / self.path.name, self.path)

    def drop(self) -> None:
        """Close and remove the folder."""
        self.con.close()
        for folder in filter(None, (self.folder, self._beside)):
            shutil.rmtree(folder, ignore_errors=True)


def _lengthen(path: Path) -> None:
    """Give a database the length that it says: free blocks at its end are cut off, and counted still."""
    with duckdb.connect(str(path), read_only=True) as con:
        (said,) = con.execute(
            "select block_size * total_blocks from pragma_database_size()"
            " where database_name = current_database()"
        ).fetchone() or (0,)
    with path.open("r+b") as file:
        if file.seek(0, os.SEEK_END) < said + HEADERS:
            file.truncate(said + HEADERS)


def _beside(path: Path) -> Path | None:
    """Where a database is made that is to lie below a `?`: it takes what follows for a query."""
    return Path(tempfile.mkdtemp(prefix="dengta-build-")) if "?" in str(path.resolve()) else None


def make_folders(house: Warehouse) -> None:
    """The warehouse's folders, made where missing."""
    for folder in (
        house.path,
        house.raw,
        house.loads,
        house.snapshots,
        house.graded,
        house.exports,
        house.temporary,
    ):
        folder.mkdir(parents=True, exist_ok=True)


def clear_leftovers(house: Warehouse) -> None:
    """Remove what a broken-off load left behind; only under the writer's lock."""
    for left in house.temporary.glob("build-*"):
        shutil.rmtree(left, ignore_errors=True)
    for folder in (house.path, house.raw, house.loads, house.held, house.snapshots):
        for draft in folder.glob(".*.draft"):
            draft.unlink(missing_ok=True)


def begin(house: Warehouse) -> None:
    """Say that nothing is published yet: from now on a pointer that is not there was lost."""
    if not house.pointer.exists():
        write_sealed(house.pointer, {"snapshot": None, "loads": []})


def publish(house: Warehouse, built: Path, snapshot: str, loads: Sequence[str]) -> None:
    """Move the built database into place, then turn the pointer to it."""
    with built.open("rb+") as f:
        os.fsync(f.fileno())
    write_sum(house.snapshot_path(snapshot), built)
    built.replace(house.snapshot_path(snapshot))
    flush_folder(house.snapshots)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    pointer = {"snapshot": snapshot, "published_at": now, "loads": list(loads)}
    write_sealed(house.pointer, pointer)


def prune(house: Warehouse) -> None:
    """Remove snapshots older than the last few that are kept back, and what was computed from them.

    Loads and raw files stay: any snapshot can be made again from them.
    """
    current = house.current()
    kept = house.kept_snapshots()
    if current not in kept:
        return
    place = kept.index(current)
    for name in [*kept[: max(place - kept_back(), 0)], *kept[place + 1 :]]:
        try:
            house.snapshot_path(name).unlink(missing_ok=True)
            sum_path(house.snapshot_path(name)).unlink(missing_ok=True)
        except OSError:  # somebody reads it on a system that locks open files: next time
            continue
        shutil.rmtree(house.graded / name, ignore_errors=True)


def new_name(taken: Sequence[str]) -> str:
    """A name that sorts after all taken ones: the time, numbered where the clock stands still."""
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    last = max((t for t in taken), default="")
    if name > last:
        return name
    head, _, number = last.partition("-")
    return f"{head}-{int(number or 0) + 1:03d}"
