"""Load a folder of extracts: read, stage, build the marts, publish; on failure nothing has changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import BillingRules
from data.ask.checks import run_checks
from data.errors import InputError
from data.kept.durable import write_text_durably
from data.kept.locking import writer_lock
from data.load.arrivals import arrived_paths
from data.load.held_loads import remove_same
from data.load.increment import ON_TOP, OnTop, on_top_of_last, put_on_top
from data.load.kept_loads import mend_notes
from data.load.loading_facts import write_meta
from data.load.loads import (
    Load,
    LoadedFile,
    published_loads,
    staged_files,
    stand_where_healed,
    with_raw_held,
    write_load,
)
from data.load.marts import build_marts
from data.load.raw_store import RawStore
from data.load.readings import passed_over
from data.load.staging import build_staging, reconciliation_of
from data.load.text_views import make_macros
from data.warehouse.publishing import Build, begin, clear_leftovers, make_folders, new_name, prune, publish
from data.warehouse.snapshots import Warehouse
from services.collection.retraction import retract_at_load
from services.warehouse.judging import Forced, accepted, allow_force, hold, judged
from services.warehouse.load_reports import COUNTS, YUAN, FileReport, LoadReport, report_json
from services.warehouse.machine import machine_refusals
from services.warehouse.reading_folder import Progress, asked_for, read_folder

__all__ = ["COUNTS", "YUAN", "FileReport", "LoadReport", "Progress", "load", "report_json"]

_log = logging.getLogger(__name__)


def load(
    folder: Path,
    warehouse: Path,
    mapping: Path | None = None,
    extract_date: date | None = None,
    billing: BillingRules | None = None,
    progress: Progress | None = None,
    accept_day: bool = False,
    limits: PlausibilityRules | None = None,
    force: Forced | None = None,
    is_trial: bool = False,
) -> LoadReport:
    """Load every extract file of `folder` and publish a new snapshot.

    A load whose day is years away from its bills is held until `accept_day` confirms it (0183). HeldError
    where what it brings is beyond `limits`: it is kept then, and not published; `force` publishes it.
    InputError for what the user can mend, BusyError while another load runs, EnvironmentRefusedError for
    the disk and permissions; after any of them the warehouse is as it was. A trial touches no orders.
    """
    began, house = time.monotonic(), Warehouse(Path(warehouse))
    by = By(billing or BillingRules(), limits or PlausibilityRules(), force, is_trial)
    allow_force(force)
    asked = asked_for(Path(folder), house, mapping, extract_date, accept_day)
    found = arrived_paths(asked.folder)
    with machine_refusals(house):
        make_folders(house)
        with writer_lock(house.lock):
            clear_leftovers(house)
            mend_notes(house, house.published())
            former = published_loads(house)
            build = Build(house, new_name([x.id for x in former]))
            try:
                make_macros(build.con)
                store = RawStore(house.raw, build.folder, build.con)
                say = progress or (lambda step, share: None)
                new = read_folder(build, store, former, asked, found, say)
                new, stand = stand_where_healed(new, former, store)
                return bring(Work(house, build, store, former, say, began), new, stand, by)
            finally:
                build.drop()


@dataclass(frozen=True)
class By:
    """What a load is built and judged by."""

    billing: BillingRules
    limits: PlausibilityRules
    force: Forced | None = None
    is_trial: bool = False


@dataclass(frozen=True)
class Work:
    """Where a load is built, on what was loaded before, and since when."""

    house: Warehouse
    build: Build
    store: RawStore
    former: list[Load]
    say: Progress
    began: float


def bring(work: Work, new: Load, stand: list[tuple[str, LoadedFile]], by: By) -> LoadReport:
    """Build a snapshot of the loads before and a new one (with the files that stand where they stood), judge
    what that brings, and publish; HeldError where it is held.
    """
    house, build, store, former, say = work.house, work.build, work.store, work.former, work.say
    loads = with_raw_held([*former, new] if new.files else former, store)
    _need_bills(loads)
    on = on_top_of_last(build, loads, store, asdict(by.billing)) if new.files else ""
    say("stage", 0.35)
    doubt = on if isinstance(on, str) else put_on_top(build, on, lambda s, part: say(s, 0.35 + 0.6 * part))
    if isinstance(on, OnTop) and doubt is None:
        say("checks", 0.96)
        held, checks = on.holds, run_checks(build.con)
    else:
        held, checks = frozenset(), build_tables(build, store, loads, by.billing, say)
    if new.files:
        new = replace(new, built=ON_TOP if doubt is None else doubt)
        loads = [*loads[:-1], replace(loads[-1], built=new.built)]
    findings = judged(build.con, house, new, by.limits) if new.files else ()
    shown = [*((new.id, f) for f in new.files), *stand]
    is_held = bool(findings) and (by.force is None or not by.force.knows(findings))
    decided = by.force if by.force and not is_held and (findings or by.force.is_of_held) else None
    if decided:
        new = accepted(new, findings, decided)
        loads = [*loads[:-1], replace(loads[-1], accepted=new.accepted)]
    snapshot = new_name(house.kept_snapshots())
    write_meta(build.con, snapshot, loads, asdict(by.billing), held)
    report = _report(work, new, shown, Built(snapshot, checks))
    report = replace(report, findings=findings, accepted=dict(new.accepted) if new.accepted else None)
    if is_held:
        raise hold(house, new, findings, report_json(report), asdict(by.billing), by.limits)
    build.finish()
    say("publish", 0.98)
    if decided:
        decided.record(house.path, new, findings)
    if new.files:
        begin(house)
        write_load(house, new)
        write_text_durably(house.loads / f"{new.id}.report.json", report_json(report))
    publish(house, build.path, snapshot, [x.id for x in loads])
    if new.files:
        report = replace(report, settled=tuple(n for n in remove_same(house, new) if n != new.came))
    if not by.is_trial:
        report = replace(report, retracted=retract_at_load(house.path))
    _leave(house, report)
    say("done", 1.0)
    return report


def _leave(house: Warehouse, report: LoadReport) -> None:
    """What follows the publication: where the disk refuses it, the load is done all the same."""
    try:
        write_text_durably(report.path, report_json(report))
        prune(house)
    except OSError as e:
        _log.warning("the report of the load is not kept at %s: %s", report.path, e)


@dataclass(frozen=True)
class Built:
    """A snapshot that is built and not published yet: its name and what the checks found."""

    snapshot: str
    checks: dict[str, int]


def build_snapshot(
    build: Build, house: Warehouse, store: RawStore, loads: list[Load], billing: BillingRules, say: Progress
) -> Built:
    """Build a snapshot of loads that were all published before."""
    checks = build_tables(build, store, loads, billing, say)
    snapshot = new_name(house.kept_snapshots())
    write_meta(build.con, snapshot, loads, asdict(billing))
    return Built(snapshot, checks)


def build_tables(
    build: Build, store: RawStore, loads: list[Load], billing: BillingRules, say: Progress
) -> dict[str, int]:
    """Stage the raw files of all loads, build the marts and check them."""
    build_staging(build.con, staged_files(loads, store), lambda _, part: say("stage", 0.35 + 0.3 * part))
    marks = time.monotonic()
    build_marts(build.con, asdict(billing), lambda _, part: say("marts", 0.65 + 0.3 * part))
    _log.info("marts in %.1f s", time.monotonic() - marks)
    say("checks", 0.96)
    return run_checks(build.con)


def _need_bills(loads: list[Load]) -> None:
    new = loads[-1]
    if not new.rules().requires_bills or any(f.table == "A_RCVBL_FLOW" for x in loads for f in x.files):
        return
    raise InputError("no_receivables", files=[f.file for f in new.files][:5])


def _report(work: Work, new: Load, shown: Sequence[tuple[str, LoadedFile]], built: Built) -> LoadReport:
    con = work.build.con
    held = {(load, f.file, f.table): f for load, f in shown}
    files = []
    for load in dict.fromkeys(load for load, _ in shown):
        for row in reconciliation_of(con, load):
            if (f := held.get((load, row[0], row[1]))) is None:
                continue
            yuan = dict(zip(YUAN, row[7:], strict=True))
            counts = dict(zip(COUNTS, map(int, row[2:7]), strict=True))
            report: dict[str, Any] = {**counts, "yuan": yuan, "columns": dict(f.columns)}
            named = dict(f.raw.named) | passed_over(con, load, f.file, f.table)
            files.append(FileReport(file=row[0], table=row[1], unmatched=f.unmatched, named=named, **report))
    return LoadReport(
        new.id,
        built.snapshot,
        new.extract_on,
        tuple(files),
        new.strangers,
        built.checks,
        time.monotonic() - work.began,
        work.house.path / "load_report.json",
        tuple(sorted({f.file for load, f in shown if load != new.id and f.raw.key in work.store.kept_anew})),
        work.store.adopted,
        new.left_out,
        new.mapped_by,
        built=new.built,
    )
