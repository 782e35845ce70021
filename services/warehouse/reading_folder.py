"""Read the files of a folder, as they arrive, into the store: what a load is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from data.environment import threads, today
from data.load.arrivals import LeftOut, arrived
from data.load.doubtful_months import refuse_doubtful_months
from data.load.extract_files import ExtractFile, inspect
from data.load.kept_mappings import Offered, best_mapping, offered
from data.load.loading_facts import latest_date, refuse_a_day_years_away, view_days
from data.load.loads import Load, LoadedFile, date_in_name
from data.load.mapping import mapping_file, mapping_of
from data.load.matching import Match, match_files
from data.load.money_units import fen_of_one
from data.load.raw_notes import RawFile
from data.load.raw_store import RawStore
from data.load.serial_days import DAYS, serial_columns
from data.load.side_by_side import side_by_side
from data.warehouse.publishing import Build, new_name
from data.warehouse.snapshots import Warehouse

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What was asked for; of the mappings `offered` the one that knows the files best is taken."""

    folder: Path
    offered: tuple[Offered, ...]
    extract_date: date | None
    accept_day: bool


def asked_for(
    folder: Path, house: Warehouse, mapping: Path | None, extract_date: date | None, accept_day: bool
) -> Asked:
    """What was asked for, with the mappings that are tried: the one given, else all that the house offers."""
    if mapping is None:
        return Asked(folder, tuple(offered(house)), extract_date, accept_day)
    raw = mapping_file(mapping)
    given = Offered(mapping.name, raw, mapping_of(raw, mapping.name))
    return Asked(folder, (given,), extract_date, accept_day)


def read_folder(
    build: Build,
    store: RawStore,
    former: list[Load],
    asked: Asked,
    found: tuple[list[Path], list[LeftOut]],
    say: Progress,
) -> Load:
    """Read what lies there into the store, each file as the tables that the best mapping takes it for."""
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

    def keep(file: ExtractFile) -> RawFile:
        of = (m for m in matches if m.file.content_key == file.content_key)
        return store.keep(file, {h for m in of for h in _days(m)})

    for file, raw in zip(unlike, side_by_side(keep, unlike, threads()), strict=True):
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


def _days(m: Match) -> set[str]:
    return {heading for column, heading in m.columns.items() if column.endswith(DAYS)}


def _loaded(m: Match, raw: RawFile, store: RawStore, con: duckdb.DuckDBPyConnection) -> LoadedFile:
    serials = serial_columns(con, store.path(raw.key), raw, m.columns)
    refuse_doubtful_months(con, m.file.name, store.path(raw.key), raw, m.columns, m.rule)
    unit = fen_of_one(m.file.name, m.file.piece.hints, raw, m.columns, m.rule)
    return LoadedFile(m.file.name, m.table, m.archive, raw, m.columns, m.unmatched, serials, unit)
