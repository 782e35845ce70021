"""What a warehouse holds: its snapshot, loads, rows and room."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from data.errors import DengtaError
from data.load.held_loads import waiting
from data.load.loads import published_loads
from data.state import State
from data.warehouse.snapshot_rows import row_counts
from data.warehouse.snapshots import Snapshot, Warehouse, open_snapshot
from services.collection.retraction import Retracted, told


@dataclass(frozen=True)
class LoadLine:
    """One load."""

    id: str
    folder: str
    extract_on: date
    files: int
    built: str = ""


@dataclass(frozen=True)
class WarehouseStatus:
    """`snapshot` is None before the first load; sizes in bytes."""

    path: Path
    snapshot: str | None
    extract_on: date | None = None
    kept: int = 0
    loads: tuple[LoadLine, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    bytes: int = 0
    free: int = 0
    held: int = 0
    retracted: Retracted | None = None


def warehouse_status(path: Path) -> WarehouseStatus:
    """The state of a warehouse; a folder that does not exist is an empty one."""
    house = Warehouse(Path(path))
    current = house.current()
    if current is None:
        return WarehouseStatus(house.path, None, held=len(house.kept_held()))
    with open_snapshot(house.path) as snapshot:
        rows, extract_on = row_counts(snapshot.cursor()), snapshot.meta.extract_on
        retracted = _retracted(house.path, snapshot)
    noted = published_loads(house)
    loads = tuple(LoadLine(x.id, x.folder, x.extract_on, len(x.files), x.built) for x in noted)
    size = sum(p.stat().st_size for p in house.path.rglob("*") if p.is_file())
    kept, free = len(house.kept_snapshots()), shutil.disk_usage(house.path).free
    held = len(waiting(house))
    return WarehouseStatus(house.path, current, extract_on, kept, loads, rows, size, free, held, retracted)


def _retracted(path: Path, snapshot: Snapshot) -> Retracted | None:
    """What became of open orders when the snapshot came; nothing is told of a store that cannot be read."""
    try:
        state = State.existing(path)
        if state is None:
            return None
        with closing(state):
            return told(snapshot, state)
    except DengtaError:
        return None
