"""Mappings that people made on a page and named: kept in the warehouse, tried by every load without one."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data.errors import EnvironmentRefusedError, InputError
from data.kept.sealed import DamagedError, read_sealed, write_sealed
from data.load.choosing import Reading, choose_mapping
from data.load.extract_files import ExtractFile
from data.load.mapping import MOST_BYTES, Mapping, mapping_of, shipped_mappings
from data.load.matching import Match
from data.load.money_units import MONEY
from data.read.decoration import heading_key
from data.warehouse.snapshots import Warehouse

LONGEST_NAME, MOST_KEPT = 60, 200
DECISIVE = frozenset({"A_RCVBL_FLOW", "A_RCVED_FLOW", "A_PAY_FLOW"})
"""The tables whose files tell for which folders a mapping was made."""


@dataclass(frozen=True)
class KeptMapping:
    """A mapping by its name: the text of its TOML, who kept it and when; `shapes` are those of the files
    that it was made for.
    """

    name: str
    toml: str
    by: str
    at: str
    shapes: tuple[str, ...] = ()

    @property
    def raw(self) -> dict[str, Any]:
        """What it says."""
        return tomllib.loads(self.toml)


@dataclass(frozen=True)
class Offered:
    """A mapping that a load may take; `raw` is None for the built-in one, `name` empty.

    Those that ship are not kept by anybody, and were made for no files.
    """

    name: str
    raw: dict[str, Any] | None
    rules: Mapping
    shapes: tuple[str, ...] = ()
    is_kept: bool = False


def shape_of(file: ExtractFile) -> str:
    """Equal for files with the same headings, in whatever order."""
    keys = sorted(heading_key(h) for h in file.headings)
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest()[:16]


def mappings_folder(house: Warehouse) -> Path:
    """Where they lie."""
    return house.path / "mappings"


def kept_mappings(house: Warehouse) -> list[KeptMapping]:
    """All of them, the last kept first; EnvironmentRefusedError `mapping_damaged` where one is not whole."""
    kept = []
    for path in sorted(mappings_folder(house).glob("*.json")):
        try:
            held, has_seal = read_sealed(path)
            if not has_seal:
                raise DamagedError(path.name)
            kept.append(KeptMapping(**{**held, "shapes": tuple(held["shapes"])}))
        except (DamagedError, OSError, TypeError, KeyError) as e:
            raise EnvironmentRefusedError("kept_mapping_damaged", path=str(path)) from e
    return sorted(kept, key=lambda m: (m.at, m.name), reverse=True)


def keep_mapping(
    house: Warehouse, name: str, toml: str, by: str, at: datetime, shapes: Iterable[str] = ()
) -> KeptMapping:
    """Keep a mapping under a name; one of that name is replaced. InputError where it is none."""
    if not (name := name.strip()) or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError("mapping_name", most=LONGEST_NAME)
    if name in {one.name for one in shipped_mappings()}:
        raise InputError("mapping_name_taken", name=name)
    if len(toml.encode()) > MOST_BYTES:
        raise InputError("mapping_too_big", path=name)
    mapping_of(tomllib.loads(toml), name)
    others = [m for m in kept_mappings(house) if m.name != name]
    if len(others) >= MOST_KEPT:
        raise InputError("mappings_too_many", most=MOST_KEPT)
    kept = KeptMapping(name, toml, by, at.isoformat(timespec="microseconds"), tuple(sorted(set(shapes))))
    mappings_folder(house).mkdir(parents=True, exist_ok=True)
    write_sealed(_path(house, name), asdict(kept))
    return kept


def forget_mapping(house: Warehouse, name: str) -> None:
    """Let go of a mapping; loads that were made by it keep what it said."""
    _path(house, name).unlink(missing_ok=True)


def offered(house: Warehouse) -> list[Offered]:
    """What a load without a mapping tries: those that ship, the built-in one first, then kept ones."""
    kept = [(m, m.raw) for m in kept_mappings(house)]
    others = (Offered(m.name, raw, mapping_of(raw, m.name), m.shapes, True) for m, raw in kept)
    built_in, *dialects = shipped_mappings()
    known = (Offered(rules.name, rules.raw, rules) for rules in dialects)
    return [Offered("", None, built_in), *known, *others]


def best_mapping(files: Sequence[ExtractFile], tried: Sequence[Offered]) -> Offered:
    """Of several mappings the one that was made for most of these files; else one that is kept and recognises
    more of them, by more of their columns, than any that ships; else of these the one that is meant.

    InputError `mappings_alike` where that cannot be told, `mappings_differ_in_unit` where another one would
    read the same amounts in another unit, and the files do not show for which of the two they are.
    """
    if len(tried) == 1:
        return tried[0]
    readings = [(one, Reading(one.rules, files)) for one in tried]
    money = [n for n, _ in enumerate(files) if any(_is_of_money(read.matches[n]) for _, read in readings)]
    best, read = max(readings, key=lambda pair: _known(pair[0], pair[1], money))
    if not best.is_kept:
        shipped = [one for one in tried if not one.is_kept]
        meant = choose_mapping(files, [one.rules for one in shipped])
        best, read = next(pair for pair in readings if pair[0].rules is meant)
    for other, others in readings:
        _refuse_another_unit((best, read), (other, others))
    return best


def _is_of_money(found: Sequence[Match]) -> bool:
    return any(m.table in DECISIVE for m in found)


def _known(one: Offered, read: Reading, money: Sequence[int]) -> tuple[int, int, int, int]:
    """How many files of bills and receipts a mapping was made for, how many of all, how many it knows, and
    columns of them.

    That it was made for other files alone says nothing: customers look alike everywhere.
    """
    made = [shape_of(file) in one.shapes for file in read.files]
    decisive = sum(made[place] for place in money)
    left_out = sum(one.rules.leaves_out(file.piece.hints) for file in read.files)
    return (
        decisive,
        sum(made) if decisive or not money else 0,
        left_out + sum(map(bool, read.matches)),
        sum(len(m.columns) for found in read.matches for m in found),
    )


def _refuse_another_unit(best: tuple[Offered, Reading], other: tuple[Offered, Reading]) -> None:
    """Refuse where the same headings are amounts of the same table to both, in another unit."""
    (one, mine), (another, theirs) = best, other
    for file, ours, others in zip(mine.files, mine.matches, theirs.matches, strict=True):
        shape = shape_of(file)
        if shape in one.shapes and shape not in another.shapes:
            continue
        as_amounts = {(m.table, _amounts(m)): m.rule.unit for m in ours if _amounts(m)}
        for m in others:
            if as_amounts.get((m.table, _amounts(m)), m.rule.unit) != m.rule.unit:
                names = {"one": one.rules.name, "other": another.rules.name}
                raise InputError("mappings_differ_in_unit", file=file.name, **names)


def _amounts(m: Match) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((c, h) for c, h in m.columns.items() if c.endswith(MONEY)))


def _path(house: Warehouse, name: str) -> Path:
    return mappings_folder(house) / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"
