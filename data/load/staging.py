"""Text as it came to typed, deduplicated `stg_*` tables, with quarantine and reconciliation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from duckdb import ColumnExpression

from data.ask.sql_files import run_all, statements_of
from data.errors import EnvironmentRefusedError, InputError
from data.load.absent_tables import make_absent
from data.load.customer_numbers import Width, number_width, with_widths
from data.load.extract_tables import TABLES, ExtractTable
from data.load.readings import tell_readings
from data.load.shaped_values import shortened
from data.load.text_views import RawPart, make_text_view

FOLDER = Path(__file__).parents[1] / "sql" / "staging"
Progress = Callable[[str, float], None]
# A block of bits is worth it where it stands for as many keys as this, or where blocks are few.
KEYS_A_BLOCK, FEW_BLOCKS = 4, 10_000
FEW_RECORDS = 10_000
"""So few keys are counted one by one."""
NUMBERED = ("bill", "receipt")
"""Records that bear a number of their own: on two that differ it is no number (plausibility)."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StagedFile:
    """One file of one load; `same_as` is the number of the equal file that was loaded before.

    `rejects` holds the lines that are no records, `spoilt` the cells that cannot be decoded.
    """

    part: RawPart
    load_id: str
    file: str
    archive: bool
    rejects: Path | None
    spoilt: Path | None = None
    same_as: int | None = None


def build_staging(
    con: duckdb.DuckDBPyConnection, files: Sequence[StagedFile], progress: Progress | None = None
) -> None:
    """Make every `stg_*` table, `meta_file`, `quarantine` and `reconciliation`.

    `con` has the catalogues `snap` (the default) and `staging` attached, and the macros (`make_macros`).
    InputError where a key collides; EnvironmentRefusedError where records or yuan of a file do not add up.
    """
    run_all(con, _sql("steps/tables"))
    list_files(con, files)
    width = number_width(con, (f.part for f in files))
    came = {table.name: _read_as(table, files) for table in TABLES.values()}
    make_absent(con, (TABLES[name] for name, parts in came.items() if not parts))
    for done, (name, parts) in enumerate(came.items()):
        began, table = time.monotonic(), TABLES[name]
        if progress:
            progress(f"stage_{table.typed}", done / len(TABLES))
        if parts:
            stage(con, table, parts, width)
            _let_go(con, table)
            _log.info("staged %s in %.2f s", name, time.monotonic() - began)
    for step in sorted((FOLDER / "joined").glob("*.sql")):
        run_all(con, _sql(f"joined/{step.stem}"))
    run_all(con, _sql("steps/repeats"))
    refuse_what_does_not_add_up(con)


def _read_as(table: ExtractTable, files: Sequence[StagedFile]) -> list[StagedFile]:
    """The files that are read as this table; one equal to a file before it is not read again."""
    return [f for f in files if f.part.rule.table == table.name and f.same_as is None]


@cache
def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def list_files(con: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Say in `meta_file` what is staged; of what is found beside it nothing is known yet."""
    con.execute(_sql("steps/repeated_key"))
    for f in files:
        con.execute(
            "insert into meta_file values ($no, $load, $file, $table, $extract_on, $no, $archive, $same_as)",
            {
                "no": f.part.file_no,
                "load": f.load_id,
                "file": f.file,
                "table": f.part.rule.table,
                "extract_on": f.part.extract_on,
                "archive": f.archive,
                "same_as": f.same_as,
            },
        )


def stage(
    con: duckdb.DuckDBPyConnection,
    table: ExtractTable,
    files: Sequence[StagedFile],
    width: Width | None = None,
) -> None:
    """Make what is kept of one table of its files; `quarantine` and `reconciliation` tell of the rest.

    `width` is how long customer numbers are, where that is known.
    """
    con.execute("use staging")
    parts = with_widths(con, [f.part for f in files], width)
    make_text_view(con, table, parts)
    con.execute("set search_path = 'snap.main,staging.main'")
    typed = {"typed": f"staging.{table.typed_table}"}
    viewed = {**typed, "view": f"staging.{table.view}"}
    _timed(con, f"typed/{table.name}", shortened(_sql(f"typed/{table.name}"), table, parts))
    if table.holds == "bills":
        _timed(con, "marked_bills", shortened(_sql("steps/marked_bills"), table, parts))
    _run(con, "steps/nothing_found", {})
    blocks, records, faulty = _run(con, "steps/counts", typed)[0]
    if is_spoilt := faulty > 0 or any(f.spoilt is not None for f in files):
        refuse_wrong_months(con, typed["typed"])
        _mark_spoilt(con, typed, files)
        _run(con, "steps/quarantine", viewed)
    for f in files:
        if f.rejects is not None:
            _run(con, "steps/rejects", {"path": str(f.rejects), "file_no": f.part.file_no})
    if is_repeated := _find_repeats(con, typed, blocks, records):
        ((collisions,),) = _run(con, "steps/duplicates", typed)
        if collisions:
            raise InputError("key_collision", table=table.name)
        if table.typed in NUMBERED:
            _run(con, "steps/other_content", typed)
    tell_readings(con, table, parts)
    numbers = [f.part.file_no for f in files]
    named = {**viewed, "files": numbers, "has_amount": table.amount is not None}
    _run(con, "steps/reconcile", named, shortened(_sql("steps/reconcile"), table, parts))
    if is_spoilt or is_repeated:
        con.execute(_sql("steps/in_place").replace("of_typed", table.typed_table))
    _keep(con, table)


def type_records(con: duckdb.DuckDBPyConnection, table: ExtractTable) -> None:
    """Make values of what is in view as text of a table, with faults and keys, as `stage` does."""
    con.execute(_sql(f"typed/{table.name}"))


def _keep(con: duckdb.DuckDBPyConnection, table: ExtractTable) -> None:
    """What is left of the typed table, without the bookkeeping: copied into the snapshot, or a view."""
    typed = con.table(f"staging.{table.typed_table}")
    kept = typed.select(
        *(ColumnExpression(c).alias(table.called.get(c, c)) for c in table.kept_columns(typed.columns))
    )
    if table.kept == "snapshot":
        kept.create(f"{table.kept_in}.{table.kept_table}")
    else:
        con.execute("use staging")
        kept.create_view(table.kept_table, replace=True)
        con.execute("set search_path = 'snap.main,staging.main'")


def _let_go(con: duckdb.DuckDBPyConnection, table: ExtractTable) -> None:
    """Free the memory of what marts do not read of a table that is not copied."""
    if table.kept != "build":
        return
    typed = con.table(f"staging.{table.typed_table}").columns
    text = _sql("steps/let_go").replace("of_typed", table.typed_table)
    kept = table.kept_columns(typed)
    for column in (c for c in typed if c not in kept):
        con.execute(text.replace("of_column", column))


def _find_repeats(
    con: duckdb.DuckDBPyConnection, typed: Mapping[str, str], blocks: int, records: int
) -> bool:
    """Keys that occur twice, into `twice`: by bits where keys lie close together, else by counting each."""
    close = records > FEW_RECORDS and blocks <= max(records // KEYS_A_BLOCK, FEW_BLOCKS)
    ((repeated,),) = _run(con, "steps/crowded_blocks" if close else "steps/every_key", typed)
    return bool(repeated)


def _mark_spoilt(
    con: duckdb.DuckDBPyConnection, typed: Mapping[str, str], files: Sequence[StagedFile]
) -> None:
    """Records with a cell that cannot be decoded are faulty, whatever else they hold."""
    for f in files:
        if f.spoilt is not None:
            official = {heading: column for column, heading in f.part.columns.items()}
            headings = {"headings": list(official), "columns": list(official.values())}
            _run(con, "steps/spoilt", {**headings, "path": str(f.spoilt), "file_no": f.part.file_no})
    if any(f.spoilt is not None for f in files):
        here = duckdb.SQLExpression("(file_no, line) in (select (file_no, line) from spoilt)")
        con.table(typed["typed"]).update({"bad": duckdb.ConstantExpression(":undecodable")}, condition=here)


def _timed(con: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    began = time.monotonic()
    run_all(con, text)
    if time.monotonic() - began > 0.5:
        _log.info("%s in %.2f s", name, time.monotonic() - began)


def _run(
    con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any], text: str | None = None
) -> list[tuple[Any, ...]]:
    """Run a file's statements, each with those of `values` that it names; the last one's rows.

    `text` takes the place of what stands in the file.
    """
    rows: list[tuple[Any, ...]] = []
    began = time.monotonic()
    for statement in statements_of(text or _sql(name)):
        wanted = {k: v for k, v in values.items() if k in statement.named_parameters}
        result = con.execute(statement, wanted)
        rows = result.fetchall() if result.description else []
    if time.monotonic() - began > 0.5:
        _log.info("%s %s in %.2f s", name, values.get("typed", ""), time.monotonic() - began)
    return rows


def refuse_wrong_months(con: duckdb.DuckDBPyConnection, typed: str) -> None:
    """Refuse a file in which every one of several records has the same unreadable month or day column."""
    for file_no, column, value in _run(con, "steps/wrong_everywhere", {"typed": typed}):
        row = con.execute("select file from meta_file where file_no = $no", {"no": file_no}).fetchone()
        raise InputError("wrong_everywhere", file=row[0] if row else "", column=column, records=value)


def refuse_what_does_not_add_up(con: duckdb.DuckDBPyConnection) -> None:
    """Each file: records and yuan read = loaded + merged + quarantined."""
    broken = con.execute(
        "select file from reconciliation where read <> loaded + merged + quarantined"
        " or yuan_read <> yuan_loaded + yuan_merged + yuan_quarantined"
    ).fetchall()
    if broken:
        raise EnvironmentRefusedError("does_not_add_up", file=broken[0][0])


def reconciliation_of(con: duckdb.DuckDBPyConnection, load_id: str) -> list[tuple[Any, ...]]:
    """What became of each file of a load, in counts and fen, by file and table."""
    return con.execute(
        "select file, table_name, read, loaded, merged, quarantined, amount_unreadable,"
        " yuan_read, yuan_loaded, yuan_merged, yuan_quarantined"
        " from reconciliation where load_id = $load order by file, table_name",
        {"load": load_id},
    ).fetchall()
