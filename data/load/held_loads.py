"""Loads that are held: what they would bring and what was found in it, until somebody decides."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data.errors import EnvironmentRefusedError, InputError
from data.kept.durable import write_text_durably
from data.kept.sealed import read_sealed, write_sealed
from data.load.findings import Finding
from data.load.loads import Load, load_of, note_of, published_loads
from data.warehouse.snapshots import Warehouse


@dataclass(frozen=True)
class HeldLoad:
    """One load that is held, with what was found, and the billing rules and limits that it was built by."""

    load: Load
    findings: tuple[Finding, ...]
    held_at: datetime
    billing: Dict[str, Any]
    limits: Dict[str, Any]

    @property
    def id(self) -> str:
        """The name by which it is published or discarded."""
        return self.load.id


def held_path(house: Warehouse, name: str) -> Path:
    """Where the note of a held load lies."""
    return house.held / f"{name}.json"


def held_report(house: Warehouse, name: str) -> Path:
    """Where the report of a held load lies."""
    return house.held / f"{name}.report.json"


def keep_held(
    house: Warehouse,
    load: Load,
    findings: Sequence[Finding],
    report: str,
    billing: Dict[str, Any],
    limits: Dict[str, Any],
    at: datetime,
) -> tuple[HeldLoad, tuple[str, ...]]:
    """Keep a load as held since `at` (UTC), in the place of those of the same files; their ids too."""
    house.held.mkdir(parents=True, exist_ok=True)
    held = HeldLoad(load, tuple(findings), at, billing, limits)
    write_text_durably(held_report(house, load.id), report)
    content = {**asdict(held), "load": note_of(load), "held_at": held.held_at.isoformat()}
    write_sealed(held_path(house, load.id), content)
    return held, tuple(remove_same(house, load))


def read_held(house: Warehouse, name: str) -> HeldLoad:
    """A held load; InputError `held_unknown`, EnvironmentRefusedError `held_damaged`."""
    if name not in house.kept_held():
        raise InputError("held_unknown", load=name)
    try:
        content, _ = read_sealed(held_path(house, name))
        findings = tuple(_finding(one) for one in content["findings"])
        at = datetime.fromisoformat(content["held_at"])
        load, _ = load_of(content["load"], name)
        return HeldLoad(load, findings, at, content["billing"], content["limits"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise EnvironmentRefusedError("held_damaged", load=name) from e


def _finding(plain: Dict[str, Any]) -> Finding:
    return Finding(**{**plain, "months": tuple(plain["months"]), "examples": tuple(plain["examples"])})


def waiting(house: Warehouse) -> list[str]:
    """The ids of the loads that wait; one whose publication was killed before its note went does not."""
    names = house.kept_held()
    done = {load.came for load in published_loads(house)} if names else set()
    return [name for name in names if name not in done]


def remove_held(house: Warehouse, name: str) -> None:
    """Take a held load away; what was read of its files stays, as it does of every load."""
    held_path(house, name).unlink(missing_ok=True)
    held_report(house, name).unlink(missing_ok=True)


def remove_same(house: Warehouse, load: Load) -> list[str]:
    """Take away the other held loads of the same files: theirs is this one now."""
    gone = []
    for name in house.kept_held():
        if name == load.id:
            continue
        try:
            same = name == load.came or _files(read_held(house, name).load) == _files(load)
        except EnvironmentRefusedError:
            continue
        if same:
            remove_held(house, name)
            gone.append(name)
    return gone


def _files(load: Load) -> tuple[Any, ...]:
    """What was brought: who matched other columns then means the same files, not who took one for another
    table, of which the other load alone has the records.
    """
    return (load.extract_on, {(f.raw.key, f.table) for f in load.files})
