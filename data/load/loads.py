"""Loads are kept: one JSON each, with its files, its mapping and its extract date."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from data.environment import threads
from data.errors import EnvironmentRefusedError
from data.kept.durable import write_text_durably
from data.kept.sealed import DamagedError, sealed, unsealed
from data.load.arrivals import LeftOut
from data.load.extract_tables import TABLES
from data.load.mapping import Mapping, mapping_of, read_mapping
from data.load.raw_notes import RawFile, raw_of
from data.load.raw_store import RawStore
from data.load.side_by_side import side_by_side
from data.load.staging import StagedFile
from data.load.text_views import RawPart
from data.warehouse.snapshots import Warehouse


@dataclass(frozen=True)
class LoadedFile:
    """One file as one table of a load; in the columns `serials` days are a spreadsheet's numbers.

    `unit` is fen of one of its amounts, where it says another than the mapping.
    """

    file: str
    table: str
    archive: bool
    raw: RawFile
    columns: Dict[str, str]
    unmatched: tuple[str, ...]
    serials: tuple[str, ...] = ()
    unit: int | None = None


@dataclass(frozen=True)
class Load:
    """One load; `rank_on` orders loads: a later extract of a record wins.

    `mapping` is the parsed TOML, None for the built-in one, `mapped_by` its name; `strangers` are tables that
    it does not know, `left_out` what was no table at all; `after` are the loads that were published
    when it was made, None in a note that does not say. `came` is the id by which it was held before it was
    published: that is its place among loads of one day. `accepted` says who published it although something
    was found, and why. `built` tells that it was put on top of the snapshot before it, or why all was made
    anew (`increment`); nothing in a note of before.
    """

    id: str
    folder: str
    extract_on: date
    rank_on: date
    mapping: Dict[str, Any] | None
    files: tuple[LoadedFile, ...]
    strangers: tuple[str, ...]
    created_at: str
    after: tuple[str, ...] | None = None
    left_out: tuple[LeftOut, ...] = ()
    mapped_by: str = ""
    came: str = ""
    accepted: Dict[str, Any] | None = None
    built: str = ""

    @property
    def arrived(self) -> str:
        """What loads of one day are ordered by."""
        return self.came or self.id

    def rules(self) -> Mapping:
        """The mapping as rules."""
        return read_mapping() if self.mapping is None else mapping_of(self.mapping, self.id)


def note_path(house: Warehouse, name: str) -> Path:
    """Where the note of a load lies."""
    return house.loads / f"{name}.json"


def note_of(load: Load) -> str:
    """The text of a load's note, its checksum in it."""
    return sealed(asdict(load))


def write_load(house: Warehouse, load: Load) -> None:
    """Keep a load."""
    write_text_durably(note_path(house, load.id), note_of(load))


def published_loads(house: Warehouse) -> list[Load]:
    """The loads of the current snapshot in their order; one that was broken off is not among them."""
    return [read_load(house, name) for name in house.published()]


def read_load(house: Warehouse, name: str) -> Load:
    """A load as it was kept; EnvironmentRefusedError where its file is damaged."""
    try:
        return load_of(note_path(house, name).read_text(encoding="utf-8"), name)[0]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise EnvironmentRefusedError("load_damaged", load=name) from e


def load_of(text: str, name: str) -> tuple[Load, bool]:
    """The load that a note tells of, and whether it has a checksum; ValueError, KeyError, TypeError."""
    held, has_seal = unsealed(text)
    after = held.pop("after") if has_seal else None
    files = tuple(
        LoadedFile(
            **{
                **f,
                "raw": raw_of(f["raw"]),
                "unmatched": tuple(f["unmatched"]),
                "columns": dict(f["columns"]),
                "serials": tuple(f.get("serials", ())),
            }
        )
        for f in held["files"]
    )
    facts = {
        "files": files,
        "strangers": tuple(held["strangers"]),
        "left_out": tuple(LeftOut(**item) for item in held.get("left_out", ())),
        "extract_on": date.fromisoformat(held["extract_on"]),
        "rank_on": date.fromisoformat(held["rank_on"]),
        "after": None if after is None else tuple(after),
    }
    load = Load(**{**held, **facts})
    if load.id != name:
        raise DamagedError(name)
    return load, has_seal


def stand_where_healed(
    new: Load, former: Sequence[Load], store: RawStore
) -> tuple[Load, list[tuple[str, LoadedFile]]]:
    """A load that brings back what was missing or damaged, without the files that were loaded before.

    Those stand in their first load as they did, which comes with each: loaded again they would win over
    what corrected them since.
    """
    stood = {(f.raw.key, f.table, f.archive): (x.id, f) for x in former for f in x.files}
    if not store.kept_anew & {key for key, _, _ in stood}:
        return new, []
    again = [stood[at] for f in new.files if (at := (f.raw.key, f.table, f.archive)) in stood]
    rest = tuple(f for f in new.files if (f.raw.key, f.table, f.archive) not in stood)
    return replace(new, files=rest), again


def with_raw_held(loads: Sequence[Load], store: RawStore) -> list[Load]:
    """The loads with their raw files as these lie in the store, every byte of them read.

    EnvironmentRefusedError `raw_damaged`, which names every file that is missing or damaged.
    """
    keys = list(dict.fromkeys(f.raw.key for load in loads for f in load.files))
    held = dict(zip(keys, side_by_side(store.check, keys, threads()), strict=True))
    wrong = [f"{f.file} ({x.folder})" for x in loads for f in x.files if held[f.raw.key].faults]
    if wrong:
        raise EnvironmentRefusedError("raw_damaged", files=list(dict.fromkeys(wrong)))
    return [
        replace(x, files=tuple(replace(f, raw=held[f.raw.key].raw or f.raw) for f in x.files)) for x in loads
    ]


def date_in_name(folder: str) -> date | None:
    """A day yyyymmdd, or the end of a month yyyymm, in a folder's name (with or without - or _ between)."""
    digits = re.search(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-2]\d|3[01]))?(?!\d)", folder)
    if not digits:
        return None
    year, month = int(digits[1]), int(digits[2])
    if not digits[3]:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    try:
        return date(year, month, int(digits[3]))
    except ValueError:
        return None


def staged_files(loads: Sequence[Load], store: RawStore) -> list[StagedFile]:
    """All files of all loads, numbered in rank order: a higher number wins.

    A file that was loaded before with equal content, reading and date is not read again: the first one
    stands in its place at the later one's rank.
    """
    entries: list[tuple[Load, LoadedFile, Mapping]] = []
    for load in sorted(loads, key=lambda x: (x.rank_on, x.arrived)):
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


def came_before(former: Sequence[Load], load: Load, files: Sequence[StagedFile], store: RawStore) -> bool:
    """Whether one of the `files` of a load was loaded before: what stood there may move or say more."""
    of = {f.part.file_no: f.load_id for f in files}
    same = (f.same_as for f in files if f.load_id == load.id and f.same_as is not None)
    return any(of[number] != load.id for number in same) or not store.counted_anew.isdisjoint(
        f.raw.key for x in former for f in x.files
    )


def _sameness(load: Load, f: LoadedFile, rules: Mapping) -> str:
    rule = rules.tables[f.table]
    text = repr(
        (f.raw.key, f.table, f.archive, load.extract_on, sorted(f.columns.items()), f.serials, f.unit, rule)
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _staged(
    store: RawStore, load: Load, f: LoadedFile, rules: Mapping, number: int, same_as: int | None
) -> StagedFile:
    known = {c: h for c, h in f.columns.items() if c in TABLES[f.table].columns}
    path, rule = store.path(f.raw.key), rules.tables[f.table]
    part = RawPart(number, load.extract_on, path, f.raw, rule, known, f.serials, unit=f.unit)
    rejects = store.rejects_path(f.raw.key) if f.raw.rejected else None
    spoilt = store.spoilt_path(f.raw.key) if f.raw.spoilt else None
    return StagedFile(part, load.id, f.file, f.archive, rejects, spoilt, same_as)
