"""Loads are kept: one JSON each, with its files, its mapping and its extract date."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from data.durable import write_text_durably
from data.errors import EnvironmentRefusedError
from data.extract_tables import TABLES
from data.mapping import Mapping, mapping_of, read_mapping
from data.raw_store import RawFile, RawStore
from data.staging import StagedFile
from data.text_views import RawPart
from data.warehouse import Warehouse


@dataclass(frozen=True)
class LoadedFile:
    """One file as one table of a load."""

    file: str
    table: str
    archive: bool
    raw: RawFile
    columns: Dict[str, str]
    unmatched: tuple[str, ...]


@dataclass(frozen=True)
class Load:
    """One load; `rank_on` orders loads: a later extract of a record wins.

    `mapping` is the parsed TOML, None for the built-in one.
    """

    id: str
    folder: str
    extract_on: date
    rank_on: date
    mapping: Dict[str, Any] | None
    files: tuple[LoadedFile, ...]
    strangers: tuple[str, ...]
    created_at: str

    def rules(self) -> Mapping:
        """The mapping as rules."""
        return read_mapping() if self.mapping is None else mapping_of(self.mapping, self.id)


def write_load(house: Warehouse, load: Load) -> None:
    """Keep a load."""
    text = json.dumps(asdict(load), ensure_ascii=False, indent=1, default=str)
    write_text_durably(house.loads / f"{load.id}.json", text)


def published_loads(house: Warehouse) -> list[Load]:
    """The loads of the current snapshot in their order; one that was broken off is not among them."""
    if house.current() is None:
        return []
    names = json.loads(house.pointer.read_text(encoding="utf-8")).get("loads", [])
    return [read_load(house, name) for name in names]


def read_load(house: Warehouse, name: str) -> Load:
    """A load as it was kept; EnvironmentRefusedError where its file is damaged."""
    try:
        raw = json.loads((house.loads / f"{name}.json").read_text(encoding="utf-8"))
        files = tuple(
            LoadedFile(
                f["file"],
                f["table"],
                f["archive"],
                RawFile(**{**f["raw"], "headings": tuple(f["raw"]["headings"])}),
                f["columns"],
                tuple(f["unmatched"]),
            )
            for f in raw["files"]
        )
        extract_on, rank_on = date.fromisoformat(raw["extract_on"]), date.fromisoformat(raw["rank_on"])
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise EnvironmentRefusedError("load_damaged", load=name) from e
    return Load(
        raw["id"],
        raw["folder"],
        extract_on,
        rank_on,
        raw["mapping"],
        files,
        tuple(raw["strangers"]),
        raw["created_at"],
    )


def date_in_name(folder: str) -> date | None:
    """A day yyyymmdd, or the end of a month yyyymm, in a folder's name (with or without - or _ between)."""
    found = re.search(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-2]\d|3[01]))?(?!\d)", folder)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    if not found[3]:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    try:
        return date(year, month, int(found[3]))
    except ValueError:
        return None


def staged_files(loads: Sequence[Load], store: RawStore) -> list[StagedFile]:
    """All files of all loads, numbered in rank order: a higher number wins.

    A file that was loaded before with equal content, reading and date is not read again: the first one
    stands in its place at the later one's rank.
    """
    entries: list[tuple[Load, LoadedFile, Mapping]] = []
    for _, load in sorted(enumerate(loads), key=lambda e: (e[1].rank_on, e[0])):
        rules = load.rules()
        ordered = sorted(load.files, key=lambda f: (not f.archive, f.file, f.table))
        entries += [(load, f, rules) for f in ordered]
    order = {load.id: place for place, load in enumerate(loads)}
    groups: dict[str, list[int]] = {}
    for place, (load, f, rules) in enumerate(entries):
        groups.setdefault(_sameness(load, f, rules), []).append(place)
    staged: list[StagedFile] = []
    for places in groups.values():
        first = min(places, key=lambda p: (order[entries[p][0].id], p))
        number = max(places) + 1
        others = [p for p in places if p != first]
        spare = sorted(set(places) - {max(places)})
        staged.append(_staged(store, *entries[first], number, None))
        staged += [
            _staged(store, *entries[p], free + 1, number) for p, free in zip(others, spare, strict=True)
        ]
    return sorted(staged, key=lambda s: s.part.file_no)


def _sameness(load: Load, f: LoadedFile, rules: Mapping) -> str:
    rule = rules.tables[f.table]
    text = repr((f.raw.key, f.table, f.archive, load.extract_on, sorted(f.columns.items()), rule))
    return hashlib.sha256(text.encode()).hexdigest()


def _staged(
    store: RawStore, load: Load, f: LoadedFile, rules: Mapping, number: int, same_as: int | None
) -> StagedFile:
    known = {c: h for c, h in f.columns.items() if c in TABLES[f.table].columns}
    part = RawPart(number, load.extract_on, store.path(f.raw.key), f.raw, rules.tables[f.table], known)
    rejects = store.rejects_path(f.raw.key) if f.raw.rejected else None
    spoilt = store.spoilt_path(f.raw.key) if f.raw.spoilt else None
    return StagedFile(part, load.id, f.file, f.archive, rejects, spoilt, same_as)
