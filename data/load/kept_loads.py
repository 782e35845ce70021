"""Notes of loads that were lost or damaged, found again; which loads a warehouse without a pointer has."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

import duckdb

from data.errors import EnvironmentRefusedError
from data.load.loads import Load, load_of, note_path, read_load, write_load
from data.warehouse.snapshots import Warehouse

Source = Literal["pointer", "snapshot", "notes"]
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Mended:
    """Notes of loads that were written again from a snapshot, and those that got a checksum."""

    restored: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()


def loads_to_rebuild(house: Warehouse) -> tuple[tuple[str, ...], Source]:
    """The loads that belong to the warehouse, and what says so; none where nothing does.

    The pointer where it can be read; else the snapshot or the note of a load that knows the newest one.
    """
    with suppress(EnvironmentRefusedError):
        if names := house.published():
            return names, "pointer"
    sources: list[tuple[tuple[str, ...], Source]] = []
    for snapshot in house.kept_snapshots():
        for (loads,) in _asked(house, snapshot, "select loads from meta_snapshot"):
            sources.append((tuple(loads), "snapshot"))
    notes = tuple(house.kept_loads())
    if notes:
        with suppress(EnvironmentRefusedError):
            after = read_load(house, notes[-1]).after
            notes = notes if after is None else (*after, notes[-1])
        sources.append((notes, "notes"))
    return max(sources, key=lambda one: one[0][-1:], default=((), "notes"))


def billing_before(house: Warehouse) -> dict[str, Any] | None:
    """The billing rules that the newest snapshot which opens was built with; None where none tells."""
    for snapshot in reversed(house.kept_snapshots()):
        for (billing,) in _asked(house, snapshot, "select billing from meta_snapshot"):
            return dict(json.loads(billing))
    return None


def mend_notes(house: Warehouse, names: tuple[str, ...]) -> Mended:
    """Write notes that are lost or damaged again from a snapshot; give older ones a checksum."""
    restored, newly = [], []
    for place, name in enumerate(names):
        held = _read(house, name)
        if held is None:
            if (load := _from_snapshots(house, name)) is not None:
                write_load(house, load)
                restored.append(name)
        elif not held[1]:
            write_load(house, replace(held[0], after=names[:place]))
            newly.append(name)
    return Mended(tuple(restored), tuple(newly))


def _read(house: Warehouse, name: str) -> tuple[Load, bool] | None:
    try:
        return load_of(note_path(house, name).read_text(encoding="utf-8"), name)
    except _UNREADABLE:
        return None


def _from_snapshots(house: Warehouse, name: str) -> Load | None:
    for snapshot in reversed(house.kept_snapshots()):
        for load, note in _asked(house, snapshot, "select load, note from meta_load"):
            if load == name:
                with suppress(*_UNREADABLE):
                    return load_of(note, name)[0]
    return None


def _asked(house: Warehouse, snapshot: str, sql: str) -> list[tuple[Any, ...]]:
    """What a snapshot of any layout says; nothing where it cannot be read."""
    try:
        with duckdb.connect(str(house.snapshot_path(snapshot)), read_only=True) as connection:
            return connection.execute(sql).fetchall()
    except duckdb.Error:
        return []
