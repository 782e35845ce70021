"""Load a folder of extracts: read, stage, build the marts, publish; on failure nothing has changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import BillingRules
from data.ask.checks import run_checks
from data.environment import threads, today
from data.errors import InputError
from data.kept.durable import write_text_durably
from data.kept.locking import writer_lock
from data.load.arrivals import LeftOut, arrived, arrived_paths
from data.load.doubtful_months import refuse_doubtful_months
from data.load.extract_files import ExtractFile, inspect
from data.load.held_loads import remove_same
from data.load.increment import ON_TOP, OnTop, on_top_of_last, put_on_top
from data.load.kept_loads import mend_notes
from data.load.kept_mappings import Offered, best_mapping, offered
from data.load.loading_facts import latest_date, refuse_a_day_years_away, view_days, write_meta
from data.load.loads import (
    Load,
    LoadedFile,
    date_in_name,
    published_loads,
    staged_files,
    stand_where_healed,
    with_raw_held,
    write_load,
)
from data.load.mapping import mapping_file, mapping_of
from data.load.marts import build_marts
from data.load.matching import Match, match_files
from data.load.money_units import fen_of_one
from data.load.raw_notes import RawFile
from data.load.raw_store import RawStore
from data.load.readings import passed_over
from data.load.serial_days import serial_columns
from data.load.side_by_side import side_by_side
from data.load.staging import build_staging, reconciliation_of
from data.load.text_views import make_macros
from data.warehouse.publishing import Build, begin, clear_leftovers, make_folders, new_name, prune, publish
from data.warehouse.snapshots import Warehouse
from services.warehouse.judging import Forced, accepted, allow_force, hold, judged
from services.warehouse.load_reports import COUNTS, YUAN, FileReport, LoadReport, report_json
from services.warehouse.machine import machine_refusals

__all__ = ["COUNTS", "YUAN", "FileReport", "LoadReport", "Progress", "load", "report_json"]

Progress = Callable[[str, float], None]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What was asked for; of the mappings `offered` the one that knows the files best is taken."""

    folder: Path
    offered: tuple[Offered, ...]
    extract_date: date | None
    accept_day: bool


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
) -> LoadReport:
    """Load every extract file of `folder` and publish a new snapshot.

    A load whose day is years away from its bills is held until `accept_day` confirms it (0183). HeldError
    where what it brings is beyond `limits`: it is kept then, and not published; `force` publishes it.
    InputError for what the user can mend, BusyError while another load runs, EnvironmentRefusedError for
    the disk and permissions; after any of them the warehouse is as it was.
    """
    began, house = time.monotonic(), Warehouse(Path(warehouse))
    by = By(billing or BillingRules(), limits or PlausibilityRules(), force)
    allow_force(force)
    asked = _asked(Path(folder), house, mapping, extract_date, accept_day)
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
                return _load(house, build, former, asked, found, by, progress, began)
            finally:
                build.drop()


def _asked(
    folder: Path, house: Warehouse, mapping: Path | None, extract_date: date | None, accept_day: bool
) -> Asked:
    if mapping is None:
        return Asked(folder, tuple(offered(house)), extract_date, accept_day)
    raw = mapping_file(mapping)
    given = Offered(mapping.name, raw, mapping_of(raw, mapping.name))
    return Asked(folder, (given,), extract_date, accept_day)


@dataclass(frozen=True)
class By:
    """What a load is built and judged by."""

    billing: BillingRules
    limits: PlausibilityRules
    force: Forced | None = None


def _load(
    house: Warehouse,
    build: Build,
    former: list[Load],
    asked: Asked,
    found: tuple[list[Path], list[LeftOut]],
    by: By,
    progress: Progress | None,
    began: float,
) -> LoadReport:
    say = progress or (lambda step, share: None)
    store = RawStore(house.raw, build.folder, build.con)
    new = _read_files(build, store, former, asked, found, say)
    new, stand = stand_where_healed(new, former, store)
    return bring(house, build, store, former, (new, stand), by, say, began)


def bring(
    house: Warehouse,
    build: Build,
    store: RawStore,
    former: list[Load],
    load: tuple[Load, list[tuple[str, LoadedFile]]],
    by: By,
    say: Progress,
    began: float,
) -> LoadReport:
    """Build a snapshot of the loads before and a new one (with the files that stand where they stood), judge
    what that brings, and publish; HeldError where it is held.
    """
    new, stand = load
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
    report = _report(build.con, new, shown, Built(snapshot, checks), house, began, store)
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


def _read_files(
    build: Build,
    store: RawStore,
    former: list[Load],
    asked: Asked,
    found: tuple[list[Path], list[LeftOut]],
    say: Progress,
) -> Load:
    folder, (paths, left_out) = asked.folder, found
    files: list[ExtractFile] = []
    words = frozenset().union(*(one.rules.vocabulary() for one in asked.offered))

    def inspected(path: Path) -> tuple[list[ExtractFile], list[LeftOut]]:
        scratch = build.folder / f"unpacked-{paths.index(path)}"
        scratch.mkdir()
        came = arrived(path, path.relative_to(folder).as_posix(), scratch)
        return inspect(came.pieces, words), came.left_out

    for done, (of_path, not_read) in enumerate(side_by_side(inspected, paths, threads())):
        say("inspect", 0.05 * done / len(paths))
        files += of_path
        left_out = [*left_out, *not_read]
    taken = best_mapping(files, asked.offered)
    rules = taken.rules
    told_to = [f for f in files if rules.leaves_out(f.piece.hints)]
    left_out = [*left_out, *(LeftOut(f.name, "told_to") for f in told_to)]
    matches, strangers = match_files([f for f in files if f not in told_to], rules)
    unlike = list({m.file.content_key: m.file for m in matches}.values())
    raws: dict[str, RawFile] = {}
    for file, raw in zip(unlike, side_by_side(store.keep, unlike, threads()), strict=True):
        say("read", 0.05 + 0.3 * len(raws) / len(unlike))
        raws[file.content_key] = raw
    kept = [_loaded(m, raws[m.file.content_key], store, build.con) for m in matches]
    known = asked.extract_date or date_in_name(folder.absolute().name)
    view_days(build.con, kept, rules, store)
    extract_on = known or latest_date(build.con, today())
    if not asked.accept_day:
        given = known is not None or extract_on != today()
        refuse_a_day_years_away(build.con, extract_on, given, former, today())
    rank_on = known or max([extract_on, *(x.rank_on for x in former)])
    created = datetime.now(UTC).isoformat(timespec="seconds")
    name = new_name([*(x.id for x in former), *build.house.kept_held()])
    left, after = tuple(f.name for f in strangers), tuple(x.id for x in former)
    return Load(
        *(name, folder.name, extract_on, rank_on, taken.raw, tuple(kept), left, created, after),
        left_out=tuple(left_out),
        mapped_by=taken.name,
    )


def _loaded(m: Match, raw: RawFile, store: RawStore, con: duckdb.DuckDBPyConnection) -> LoadedFile:
    serials = serial_columns(con, store.path(raw.key), raw, m.columns)
    refuse_doubtful_months(con, m.file.name, store.path(raw.key), raw, m.columns, m.rule)
    unit = fen_of_one(m.file.name, m.file.piece.hints, raw, m.columns, m.rule)
    return LoadedFile(m.file.name, m.table, m.archive, raw, m.columns, m.unmatched, serials, unit)


def _need_bills(loads: list[Load]) -> None:
    new = loads[-1]
    if not new.rules().requires_bills or any(f.table == "A_RCVBL_FLOW" for x in loads for f in x.files):
        return
    raise InputError("no_receivables", files=[f.file for f in new.files][:5])


def _report(
    con: duckdb.DuckDBPyConnection,
    new: Load,
    shown: Sequence[tuple[str, LoadedFile]],
    built: Built,
    house: Warehouse,
    began: float,
    store: RawStore,
) -> LoadReport:
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
        time.monotonic() - began,
        house.path / "load_report.json",
        tuple(sorted({f.file for load, f in shown if load != new.id and f.raw.key in store.kept_anew})),
        store.adopted,
        new.left_out,
        new.mapped_by,
        built=new.built,
    )
