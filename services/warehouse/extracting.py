"""Read the tables of a mapping out of a database into a folder that `load` reads, proved by its totals."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection

from data.errors import EnvironmentRefusedError, InputError
from data.extract.address import address, called, opened, password, reading
from data.extract.catalogue import Catalogue, Source, catalogue, fitting, names_of
from data.extract.reading import batches, changed_since, schema_of
from data.extract.refusals import database_refusals
from data.extract.totals import Totals, totals_of, written
from data.extract.work import Came, Work, work_in
from data.kept.checksums import checksum
from data.load.mapping import Mapping, read_mapping, shipped_mappings

Progress = Callable[[str, float], None]
Where = dict[str, ColumnElement[bool] | None]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TableReport:
    """What became of one table of the database; `since` is the column that told what changed."""

    table: str
    name: str
    file: str
    rows: int
    amount: str | None
    totals: Totals
    since: str | None
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class ExtractReport:
    """What an extract holds; `missing` are tables of the mapping that the database lacks, `beside` ones that
    were not read although their names are much like it, `begun_again` ones that had changed, were damaged or
    have no key, since an extract that was broken off.
    """

    out: Path
    database: str
    mapping: str
    since: date | None
    tables: tuple[TableReport, ...]
    missing: tuple[str, ...]
    beside: tuple[str, ...]
    begun_again: tuple[str, ...]
    seconds: float


def extract(
    url: str,
    out: Path,
    mapping: Path | None = None,
    since: date | None = None,
    schema: str | None = None,
    password_file: Path | None = None,
    progress: Progress | None = None,
) -> ExtractReport:
    """Write what the database at `url` holds of the mapping's tables into `out`: all of it, or nothing.

    An extract into `out` that was broken off goes on where it stopped. Without `mapping` the shipped one is
    taken of whose tables the database has most. InputError for what the user can mend, also where what was
    written is not what the database says that it holds; BusyError while another extract is written there;
    EnvironmentRefusedError for the database, the disk and permissions. No sentence holds a password.
    """
    began, say = datetime.now(UTC), progress or (lambda step, share: None)
    place, secret = address(url), password(password_file)
    engine, database = opened(place, secret), called(place)
    given = None if mapping is None else read_mapping(mapping)
    with _machine(out), database_refusals(database, secret), ExitStack() as held:
        c = held.enter_context(reading(engine))
        rules = given or _of_itself(c, schema)
        found = catalogue(c, rules, schema)
        told = {"database": database, "schema": schema, "mapping": rules.name}
        with work_in(out, {**told, "since": since.isoformat() if since else None}) as work:
            if not work.is_published:
                again = _read(c, found, since, work, say)
                held.close()  # nobody waits for the files to be united
                missing = {"missing": found.missing, "beside": found.beside, "begun_again": again}
                _publish(work, found, {**work.asked, **missing}, engine.dialect.name, began)
            say("done", 1.0)
            return _report(work)


def _of_itself(c: Connection, schema: str | None) -> Mapping:
    """The shipped mapping that fits best; the built-in one where others fit no better."""
    _, _, names = names_of(c, schema)
    return max(shipped_mappings(), key=lambda m: fitting(names, m))


def _read(c: Connection, found: Catalogue, since: date | None, work: Work, say: Progress) -> list[str]:
    """Read what is not read yet; the names of tables that were begun again."""
    where: Where = {}
    totals: dict[str, Totals] = {}
    for number, source in enumerate(found.sources):
        say("extract_totals", number / len(found.sources))
        where[source.name] = changed_since(c, source, since)
        totals[source.name] = totals_of(c, source, where[source.name])
    again = []
    for source in found.sources:
        came = work.tables.get(source.name)
        same = came and came.columns == source.columns and came.totals == totals[source.name]
        resumable = came and (came.done or source.key is not None or not came.parts)
        if came and not (same and resumable and work.is_whole(source.name)):
            work.drop(source.name)
            again += [source.name]
    rows, read = sum(t.rows for t in totals.values()), 0
    for source in found.sources:
        if source.name not in work.tables:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            work.tables[source.name] = Came(source.columns, totals[source.name], at)
        for seen in _table(c, source, where[source.name], work):
            say("extract", (read + min(seen, totals[source.name].rows)) / max(rows, 1) * 0.95)
        read += totals[source.name].rows
        _log.info("%s: %d rows", source.name, totals[source.name].rows)
    return again


def _table(c: Connection, source: Source, where: ColumnElement[bool] | None, work: Work) -> Iterator[int]:
    """Read one table from where it stands; after each batch how many rows of it there are."""
    came = work.tables[source.name]
    count = sum(p.rows for p in came.parts)
    yield count
    if came.done:
        return
    for batch in batches(c, source, where, came.place):
        rows = work.write_part(schema_of(source), batch.rows)
        work.take_part(source.name, rows, batch.reached)
        count += rows
        yield count
    work.finish(source.name)


def _publish(work: Work, found: Catalogue, told: dict[str, Any], dialect: str, began: datetime) -> None:
    """Publish all files where each is what the database said; InputError where one is not."""
    files: dict[Path, str] = {}
    tables = []
    for source in found.sources:
        came = work.tables[source.name]
        path = work.united(source.name, source.file, schema_of(source))
        here = written(path, source, dialect)
        if unlike := came.totals.unlike(here):
            work.drop(source.name)
            numbers = {"database": getattr(came.totals, unlike), "written": getattr(here, unlike)}
            raise InputError("extract_unequal", table=source.name, total=unlike, **numbers)
        files[path] = source.file
        tables.append(_told(source, came, checksum(path), told["since"] is not None))
    ended = datetime.now(UTC)
    times = {
        "began": began.isoformat(),
        "ended": ended.isoformat(),
        "seconds": round((ended - began).total_seconds(), 1),
    }
    work.hand_over(files, {**told, **times, "tables": tables})


def _told(source: Source, came: Came, digest: str, by_change: bool) -> dict[str, Any]:
    """What the manifest says of a table."""
    return {
        "table": source.table,
        "name": source.name,
        "file": source.file,
        "checksum": digest,
        "totals": asdict(came.totals),
        "amount": source.amount,
        "key": source.key,
        "since": source.changed if by_change else None,
        "columns": source.columns,
        "left_out": source.left_out,
        "read_at": came.read_at,
    }


def _report(work: Work) -> ExtractReport:
    told = work.manifest()
    tables = tuple(
        TableReport(
            *(t["table"], t["name"], t["file"], t["totals"]["rows"], t["amount"]),
            *(Totals(**t["totals"]), t["since"], tuple(t["left_out"])),
        )
        for t in told["tables"]
    )
    return ExtractReport(
        out=work.out,
        database=told["database"],
        mapping=told["mapping"],
        since=date.fromisoformat(told["since"]) if told["since"] else None,
        tables=tables,
        missing=tuple(told["missing"]),
        beside=tuple(told["beside"]),
        begun_again=tuple(told["begun_again"]),
        seconds=told["seconds"],
    )


@contextmanager
def _machine(out: Path) -> Iterator[None]:
    """The disk's refusals as ours: an extract that is broken off goes on when there is room."""
    try:
        yield
    except PermissionError as e:
        raise EnvironmentRefusedError("no_permission", path=str(e.filename or out)) from None
    except OSError as e:
        key = "extract_disk_full" if e.errno in (errno.ENOSPC, errno.EDQUOT) else "disk_refuses"
        raise EnvironmentRefusedError(key, path=str(out)) from None
