"""Whether a load is published: judged by the policy's limits, held beyond them, or published by somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from analytics.plausibility_rules import PlausibilityRules
from data.errors import DengtaError, InputError
from data.load.findings import Before, Finding
from data.load.held_loads import HeldLoad, keep_held
from data.load.loads import Load
from data.load.plausibility import before, judge
from data.state import State
from data.state.engine import required
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.access.actor import Actor, allow_company
from services.customers.masking import masked_text

PERMISSION = "load"
LONGEST_REASON = 500


class HeldError(InputError):
    """A load that is held: not published, and kept until somebody decides; `replaced` gave way to it."""

    def __init__(self, key: str, held: HeldLoad, replaced: tuple[str, ...] = ()) -> None:
        super().__init__(key, load=held.id, count=len(held.findings))
        self.held = held
        self.replaced = replaced


@dataclass(frozen=True)
class Forced:
    """Who publishes a load although something was found in it, and why.

    `seen` is what they knew of: what else is found is not published by them. None: whatever is found.
    """

    actor: Actor
    why: str
    kind: Literal["forced", "published"] = "forced"
    seen: frozenset[tuple[str, str]] | None = None

    @property
    def is_of_held(self) -> bool:
        """Whether a held load is published: that is decided, whatever is still found in it."""
        return self.kind == "published"

    def knows(self, findings: Sequence[Finding]) -> bool:
        """Whether they knew of all that was found."""
        return self.seen is None or {f.of_what for f in findings} <= self.seen

    def record(self, warehouse: Path, load: Load, findings: Sequence[Finding]) -> None:
        """Write the decision down, before the load is published."""
        with closing(State.open(warehouse)) as state:
            record(state, self.actor, self.why, self.kind, load, findings)


def record(
    state: State, actor: Actor, why: str, kind: str, load: Load | str, findings: Sequence[Finding]
) -> None:
    """Write a decision about a load into the state's chain."""
    allow_company(actor, PERMISSION)
    name, folder = (load, "") if isinstance(load, str) else (load.id, load.folder)
    came = "" if isinstance(load, str) else load.arrived
    found = [{k: v for k, v in asdict(f).items() if k != "examples"} for f in findings]
    state.record_load(kind, name, came or name, folder, found, actor.name, why)


def reason(why: str) -> str:
    """A reason as it is kept: one line; refused where there is none, or a whole essay."""
    said = " ".join(required(why).split())
    if len(said) > LONGEST_REASON:
        raise InputError("state_text_long", text=f"{said[:24]}…", most=LONGEST_REASON)
    if not said.isprintable():
        raise InputError("state_text_unwritable", text=said[:24])
    return said


def allow_force(force: Forced | None) -> None:
    """Refuse who may not publish a load for the company, or gives no reason."""
    if force is not None:
        allow_company(force.actor, PERMISSION)
        reason(force.why)


def judged(
    con: duckdb.DuckDBPyConnection, house: Warehouse, load: Load, limits: PlausibilityRules
) -> tuple[Finding, ...]:
    """What is beyond the limits in what a load brings; examples name customers by parts of their numbers."""
    said = asdict(limits)
    found = judge(con, load.id, said, _before(house, con, load.id, said))
    return tuple(replace(f, examples=tuple(_masked(e) for e in f.examples)) for f in found)


def _masked(example: Mapping[str, Any]) -> dict[str, Any]:
    named = {"cons_no": masked_text(str(example["cons_no"]))} if "cons_no" in example else {}
    return {**example, **named}


def _before(
    house: Warehouse, con: duckdb.DuckDBPyConnection, load: str, limits: Mapping[str, float]
) -> Before | None:
    """The last snapshot's totals and sizes; None where there is none that this program reads."""
    try:
        with open_snapshot(house.path) as last:
            day = last.meta.extract_on
            return before(last.cursor(), day.year * 100 + day.month, con, load, limits)
    except (DengtaError, duckdb.Error):
        return None


def accepted(load: Load, findings: Sequence[Finding], force: Forced) -> Load:
    """The load with who publishes it although something was found, and why."""
    told = {
        "who": force.actor.name,
        "why": reason(force.why),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "findings": [f.of_what for f in findings],
    }
    return replace(load, accepted=told)


def hold(
    house: Warehouse,
    load: Load,
    findings: Sequence[Finding],
    report: str,
    billing: Mapping[str, Any],
    limits: PlausibilityRules,
) -> HeldError:
    """Keep a load as held, by the name by which it came; what is to be raised then."""
    key = "held_changed" if load.came else "load_held"
    as_it_came, now = replace(load, id=load.arrived, came=""), datetime.now(UTC).replace(tzinfo=None)
    return HeldError(key, *keep_held(house, as_it_came, findings, report, billing, asdict(limits), now))
