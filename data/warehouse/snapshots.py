"""The warehouse folder as a reader sees it: the current snapshot, opened read-only and locked down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from data.environment import memory_limit, threads
from data.errors import EnvironmentRefusedError, InputError
from data.kept.sealed import read_sealed
from data.warehouse.layout import refuse_other_layout
from data.warehouse.open_days import attach

SNAPSHOT_SUFFIX = ".duckdb"
# A query that runs longer than this is stopped (milliseconds): a page must not hang.
MAX_EXECUTION_MS = 120_000


@dataclass(frozen=True)
class Warehouse:
    """The folder that holds raw files, loads, snapshots and the pointer to the current snapshot."""

    path: Path

    @property
    def raw(self) -> Path:
        """Immutable Parquet of what was read, by content key."""
        return self.path / "raw"

    @property
    def loads(self) -> Path:
        """One JSON per load, and its report."""
        return self.path / "loads"

    @property
    def held(self) -> Path:
        """Loads that wait for somebody to publish or discard them: one JSON each, and its report."""
        return self.path / "held"

    @property
    def snapshots(self) -> Path:
        """Versioned database files."""
        return self.path / "snapshots"

    @property
    def graded(self) -> Path:
        """What was computed from snapshots and can be made again."""
        return self.path / "graded"

    @property
    def exports(self) -> Path:
        """Files that are being written for a download."""
        return self.path / "exports"

    @property
    def temporary(self) -> Path:
        """Where DuckDB spills, and where a load builds."""
        return self.path / "tmp"

    @property
    def pointer(self) -> Path:
        """The file that names the current snapshot."""
        return self.path / "current.json"

    @property
    def lock(self) -> Path:
        """The single writer's lock."""
        return self.path / "lock"

    def current(self) -> str | None:
        """The id of the published snapshot; None before the first load.

        EnvironmentRefusedError `warehouse_not_readable`, `pointer_not_readable`, or `pointer_lost` where
        loads or snapshots lie there that it should name.
        """
        return self._pointed()[0]

    def published(self) -> tuple[str, ...]:
        """The ids of the loads that the published snapshot is made of, in their order."""
        return self._pointed()[1]

    def _pointed(self) -> tuple[str | None, tuple[str, ...]]:
        try:
            held, _ = read_sealed(self.pointer)
            return held["snapshot"], tuple(held["loads"])
        except (ValueError, KeyError, TypeError) as e:
            raise EnvironmentRefusedError("pointer_not_readable", path=str(self.pointer)) from e
        except FileNotFoundError as e:
            if self.kept_loads() or self.kept_snapshots():
                raise EnvironmentRefusedError("pointer_lost", path=str(self.path)) from e
            return None, ()
        except OSError as e:
            raise EnvironmentRefusedError("warehouse_not_readable", path=str(self.path)) from e

    def kept_loads(self) -> list[str]:
        """Ids of the loads whose notes lie there, oldest first; one that was broken off is among them."""
        return _notes(self.loads)

    def kept_held(self) -> list[str]:
        """Ids of the loads whose notes say that they are held, oldest first."""
        return _notes(self.held)

    def snapshot_path(self, snapshot: str) -> Path:
        """The database file of a snapshot."""
        return self.snapshots / f"{snapshot}{SNAPSHOT_SUFFIX}"

    def kept_snapshots(self) -> list[str]:
        """Ids of the snapshots that can still be opened, oldest first (an id begins with its time)."""
        if not self.snapshots.is_dir():
            return []
        return sorted(p.stem for p in self.snapshots.glob(f"*{SNAPSHOT_SUFFIX}"))


def _notes(folder: Path) -> list[str]:
    """The names of the notes in a folder, without reports."""
    if not folder.is_dir():
        return []
    return sorted(p.stem for p in folder.glob("*.json") if not p.stem.endswith(".report"))


@dataclass(frozen=True)
class SnapshotMeta:
    """What a snapshot says of itself; `holds` names what its source has (bills, receipts, dates ...)."""

    snapshot: str
    extract_on: date
    first_ym: int | None
    last_ym: int | None
    holds: frozenset[str]
    billing: Mapping[str, Any]
    loads: tuple[str, ...]
    created_at: datetime


class Snapshot:
    """A published snapshot opened for reading; several may be open at once."""

    def __init__(self, snapshot: str, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.id = snapshot
        self.path = path
        self._connection = connection
        self.meta = _meta(snapshot, connection)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor: one per query, since a connection shared by threads mixes results."""
        return self._connection.cursor()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_snapshot(warehouse: Path, snapshot: str | None = None) -> Snapshot:
    """Open the current snapshot, or the one named, read-only and locked down.

    InputError `no_snapshot` before the first load, `unknown_snapshot` for one that is not kept;
    EnvironmentRefusedError `snapshot_not_readable` for a file that is damaged, cut short or none of ours,
    `snapshot_older`, `snapshot_newer` for one that another version of the program made.
    """
    house = Warehouse(Path(warehouse))
    wanted = snapshot or house.current()
    if wanted is None:
        raise InputError("no_snapshot", path=str(house.path))
    path = house.snapshot_path(wanted)
    if wanted not in house.kept_snapshots():
        raise InputError("unknown_snapshot", snapshot=wanted, kept=house.kept_snapshots())
    if path.with_name(f"{path.name}.wal").exists():  # no reader leaves one, and it would be read as well
        raise EnvironmentRefusedError("snapshot_not_readable", path=str(path))
    with ExitStack() as undo:
        try:
            connection = undo.enter_context(duckdb.connect(str(path), read_only=True))
            _lock_down(connection, house)
            _refuse_what_is_not_whole(connection, path)
            opened = Snapshot(wanted, path, connection)
        except duckdb.Error as e:
            raise EnvironmentRefusedError("snapshot_not_readable", path=str(path)) from e
        undo.pop_all()  # a handle that stays would keep showing the damaged file once it is mended
    return opened


def _refuse_what_is_not_whole(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A copy that broke off opens as if whole, and fails at the first query that reads what is missing.

    One that was put in another's place says which it is.
    """
    refuse_other_layout(connection, path)
    said = connection.execute("select snapshot from meta_facts cross join meta_snapshot").fetchone()
    row = connection.execute(
        "select block_size * total_blocks from pragma_database_size()"
        " where database_name = current_database()"
    ).fetchone()
    if said != (path.stem,) or row is None or path.stat().st_size < int(row[0]):
        raise EnvironmentRefusedError("snapshot_not_readable", path=str(path))


def _lock_down(connection: duckdb.DuckDBPyConnection, house: Warehouse) -> None:
    """Refuse all but this file, `graded/` and `exports/`; settings cannot be changed after."""
    row = connection.execute("select current_setting('lock_configuration')").fetchone()
    if row and row[0]:  # the same file is open in this process: the instance is shared and locked already
        return
    attach(connection)
    settings: dict[str, str | int | bool | list[str]] = {
        "allowed_directories": [f"{house.exports}/", f"{house.graded}/"],
        "threads": threads(),
        "memory_limit": memory_limit("3GB"),
        "temp_directory": str(house.temporary / "read"),
        "max_temp_directory_size": "50GB",
        "max_execution_time": MAX_EXECUTION_MS,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_persistent_secrets": False,
        "python_enable_replacements": False,
        "enable_external_access": False,
        "lock_configuration": True,
    }
    for name, value in settings.items():
        connection.execute(f"set {name} = {_literal(value)}")


def _literal(value: str | int | bool | list[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_literal(v) for v in value) + "]"
    return "'" + value.replace("'", "''") + "'"


def _meta(snapshot: str, connection: duckdb.DuckDBPyConnection) -> SnapshotMeta:
    row = connection.execute(
        "select extract_on, first_ym, last_ym, holds, billing, loads, created_at from meta_snapshot"
    ).fetchone()
    if row is None:
        raise EnvironmentRefusedError("snapshot_not_readable", path=snapshot)
    extract_on, first_ym, last_ym, holds, billing, loads, created_at = row
    return SnapshotMeta(
        snapshot,
        extract_on,
        first_ym,
        last_ym,
        frozenset(holds),
        json.loads(billing),
        tuple(loads),
        created_at,
    )
