"""Loads that are held: listed, published by somebody with a reason, or discarded."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import BillingRules
from analytics.toml_values import from_plain
from data.errors import EnvironmentRefusedError
from data.kept.locking import writer_lock
from data.load.held_loads import HeldLoad, read_held, remove_held, waiting
from data.load.kept_loads import mend_notes
from data.load.loads import published_loads
from data.load.raw_store import RawStore
from data.load.text_views import make_macros
from data.state import State
from data.warehouse.publishing import Build, clear_leftovers, make_folders, new_name
from data.warehouse.snapshots import Warehouse
from services.access.actor import Actor, allow_company
from services.warehouse.judging import PERMISSION, Forced, reason, record
from services.warehouse.loading import By, LoadReport, Progress, Work, bring
from services.warehouse.machine import machine_refusals


@dataclass(frozen=True)
class Waiting:
    """The loads that wait for a decision, oldest first, and those whose note is damaged."""

    held: tuple[HeldLoad, ...] = ()
    damaged: tuple[str, ...] = ()


def held_loads(warehouse: Path) -> Waiting:
    """What waits in a warehouse; reads alone."""
    house, held, damaged = Warehouse(Path(warehouse)), [], []
    for name in waiting(house) if house.kept_held() else ():
        try:
            held.append(read_held(house, name))
        except EnvironmentRefusedError:
            damaged.append(name)
    return Waiting(tuple(held), tuple(damaged))


def publish_held(
    warehouse: Path, name: str, actor: Actor, why: str, progress: Progress | None = None
) -> LoadReport:
    """Publish a held load on top of all that was published meanwhile: built again, by the rules of its day.

    Refused who may not load for the company, and without a reason. HeldError `held_changed` where something
    is found that was not when it was held: it stays, with what is found now.
    """
    allow_company(actor, PERMISSION)
    why, began, house = reason(why), time.monotonic(), Warehouse(Path(warehouse))
    with machine_refusals(house):
        read_held(house, name)
        make_folders(house)
        with writer_lock(house.lock):
            clear_leftovers(house)
            mend_notes(house, house.published())
            former = published_loads(house)
            held = read_held(house, name)
            taken = [*(x.id for x in former), *house.kept_held()]
            new = replace(held.load, id=new_name(taken), came=name, after=tuple(x.id for x in former))
            by = By(
                from_plain(BillingRules, dict(held.billing), "billing"),
                from_plain(PlausibilityRules, dict(held.limits), "plausibility"),
                Forced(actor, why, "published", frozenset(f.of_what for f in held.findings)),
            )
            build = Build(house, new.id)
            try:
                make_macros(build.con)
                store = RawStore(house.raw, build.folder, build.con)
                say = progress or (lambda step, share: None)
                return bring(Work(house, build, store, former, say, began), new, [], by)
            finally:
                build.drop()


def discard_held(warehouse: Path, name: str, actor: Actor, why: str) -> None:
    """Take a held load away without publishing it, even one whose note is damaged.

    Refused who may not load for the company, and without a reason.
    """
    allow_company(actor, PERMISSION)
    why, house = reason(why), Warehouse(Path(warehouse))
    with machine_refusals(house), writer_lock(house.lock):
        try:
            held: HeldLoad | None = read_held(house, name)
        except EnvironmentRefusedError:
            held = None
        load, findings = (name, ()) if held is None else (held.load, held.findings)
        with closing(State.open(house.path)) as state:
            record(state, actor, why, "discarded", load, findings)
        remove_held(house, name)
