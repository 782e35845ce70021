"""Receipts and payments on top of the last snapshot: what they touch is made anew, all else stays as it is.

The snapshot is the one that all loads make, in every table; where that is in doubt, all is made anew.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data.errors import DengtaError
from data.load.absent_tables import make_absent
from data.load.customer_numbers import Width, number_width, with_widths
from data.load.extract_tables import TABLES
from data.load.loading_facts import said_billing
from data.load.loads import Load, came_before, staged_files
from data.load.made_by import made_by
from data.load.marts import mart_steps, run_steps
from data.load.raw_store import RawStore
from data.load.staging import (
    Progress,
    StagedFile,
    list_files,
    refuse_what_does_not_add_up,
    stage,
    type_records,
)
from data.load.text_views import make_text_view
from data.warehouse.publishing import Build
from data.warehouse.snapshots import open_snapshot

FOLDER = Path(__file__).parents[1] / "sql" / "increment"
BILLS, RECEIPTS, PAYMENTS = "A_RCVBL_FLOW", "A_RCVED_FLOW", "A_PAY_FLOW"
FEW, SHARE = 1_000, 10
"""So many records, or less than this part (one in …) of the bills, are put on top."""
LOOSE = 2
"""A snapshot of which more than this part (one in …) is free is made anew: a copy keeps what is free."""
READ = (*("50_work_loose", "50_work_receipt", "50_work_unnumbered"), "51_work_special", "94_fct_booked")
MADE = (
    *("55_work_group", "60_work_multi", "61_work_multi_bill", "65_fct_bill", "66_fct_bill"),
    *("70_fct_receipt_line", "71_fct_receipt", "72_fct_written_off", "75_work_spell", "76_fct_balance"),
    "80_fct_household_month",
)
AS_IT_IS = (
    *("05_macros", "10_dim_org", "20_dim_place", "30_work_customer", "35_work_codes", "38_work_write_off"),
    *("40_work_bill", "45_dim_segment", "67_drop_bill_work", "93_fct_apart", "94_fct_customer_year"),
    *("96_fct_credit", "97_fct_collection", "99_drop_work"),
)
"""What no receipt changes."""
BY_HAND = ("92_dim_customer", "93_agg_bill_place", "95_meta_facts")
"""Of what the files of `sql/increment` change what receipts do."""
SUMMED = ("85_fct_flow", "90_agg_flow", "91_agg_flow", "92_agg_flow_day")
SUMS = {
    name: {"of_sum": of, "of_key": key}
    for name, of, key in (("put_flow", "flow", "segment_key"), ("put_core", "flow_core", "core_key"))
}
"""What `put_sums` puts back, and what its names stand for."""
CHANGED = (
    *("marts", "facts", "sums_flow", "put_flow", "sums_core", "put_core"),
    *("gone_day", "sums_day", "sums_apart", "sums_place"),
)
"""How what was made of touched bills takes the place of what was there."""
NUMBERS = {RECEIPTS: "rcved_amt_id", PAYMENTS: "charge_id"}
COPIED, STAGED, TOUCHED, MADE_AGAIN = 0.2, 0.4, 0.5, 0.7
"""Which part of all is done by then."""
_log = logging.getLogger(__name__)
ON_TOP = "on_top"
"""How a load was built; where it was built in full, the reason has a word of its own (`load.built`)."""


@dataclass(frozen=True)
class OnTop:
    """What is put on which snapshot: all files that count, the new ones of them, what its source had."""

    snapshot: Path
    files: tuple[StagedFile, ...]
    new: tuple[StagedFile, ...]
    holds: frozenset[str]


def on_top_of_last(
    build: Build, loads: Sequence[Load], store: RawStore, billing: Mapping[str, Any]
) -> OnTop | str:
    """What the last of `loads` is put on; why all has to be made anew, where it has.

    It brings nothing but few receipts and payments, which come after all others, and the last snapshot is
    made of the loads before it, by this program and the same rules.
    """
    *former, load = loads
    files, before = staged_files(loads, store), staged_files(former, store)
    new = files[len(before) :]
    if not former:
        return "first"
    if came_before(former, load, files, store):  # looked for first: it moves the places of others too
        return "again"
    if [_place(f) for f in files[: len(before)]] != [_place(f) for f in before] or not new:
        return "order"
    if {step.stem for step in mart_steps()} != {*READ, *MADE, *SUMMED, *AS_IT_IS, *BY_HAND}:
        return "program"
    if any(f.load_id != load.id for f in new):
        return "order"
    if {f.part.rule.table for f in new} - {RECEIPTS, PAYMENTS}:
        return "more"
    if any(f.same_as is not None for f in new):
        return "twice"
    if not any(f.part.rule.table == RECEIPTS for f in before):  # what bills say of receipts stood for them
        return "no_receipts"
    try:
        with open_snapshot(build.house.path) as last:
            con = last.cursor()
            made, bills = con.execute("select made_by, bills from meta_snapshot, meta_facts").fetchall()[0]
            facts, path, loose = last.meta, last.path, is_loose(con)
    except (DengtaError, duckdb.Error):
        return "last"
    if not made or made != made_by():
        return "program"
    if dict(facts.billing) != _as_said(billing):
        return "rules"
    if facts.loads != tuple(x.id for x in former):
        return "last"
    if sum(f.part.raw.records for f in new) > max(FEW, bills // SHARE):
        return "many"
    if loose:
        return "loose"
    return OnTop(path, tuple(files), tuple(new), facts.holds)


def is_loose(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether much of the database that is in use holds nothing."""
    free, blocks = con.execute(_sql("free")).fetchall()[0]
    return bool(free * LOOSE > blocks)


def _place(f: StagedFile) -> tuple[Any, ...]:
    return f.part.file_no, f.load_id, f.file, f.part.rule.table, f.same_as


def _as_said(billing: Mapping[str, Any]) -> Any:
    return json.loads(said_billing(billing))


def put_on_top(build: Build, on: OnTop, say: Progress) -> str | None:
    """Make the snapshot of the last one and what came; where that is in doubt why, with nothing begun.

    `say` is told the step and which part of all is done; what it raises ends the build.
    """
    began = time.monotonic()
    if not build.begin_with(on.snapshot):
        _log.info("the last snapshot is not as it was written: all is made anew")
        return "last"
    _log.info("the last snapshot copied in %.2f s", time.monotonic() - began)
    say("stage", COPIED)
    doubt = _staged(build.con, on)
    if doubt:
        _log.info("all is made anew: %s", doubt)
        build.begin_anew()
        return doubt
    _build(build.con, say)
    _log.info("put on top in %.2f s", time.monotonic() - began)
    return None


def _staged(con: duckdb.DuckDBPyConnection, on: OnTop) -> str | None:
    """Stage the new files; why they cannot be put on top, None where they can."""
    list_files(con, on.new)
    width = number_width(con, (f.part for f in on.files))
    came = {name: [f for f in on.new if f.part.rule.table == name] for name in (RECEIPTS, PAYMENTS)}
    missing = (t for t in TABLES.values() if t.kept == "build" and t.name != BILLS and not came.get(t.name))
    make_absent(con, missing)
    for name, files in came.items():
        if files:
            stage(con, TABLES[name], files, width)
    if not came[PAYMENTS]:
        _step(con, "no_payments")
    refuse_what_does_not_add_up(con)
    if row := _asked(con, "doubts"):
        return str(row[0])
    _view(con, came[PAYMENTS], PAYMENTS, ("CHARGE_ID", "TYPE_CODE"))
    _view(con, came[RECEIPTS], RECEIPTS, ("RCVED_AMT_ID", "CHARGE_ID", "RCVED_DATE"))
    _step(con, "came")
    return _payments_before(con, on, width) or _receipts_before(con, on, width)


def _payments_before(con: duckdb.DuckDBPyConnection, on: OnTop, width: Width | None) -> str | None:
    """Merge former payments of numbers that came and look up those of receipts that came; why that is not
    enough.
    """
    _view(con, _former(on, PAYMENTS), PAYMENTS, ("CHARGE_ID", "TYPE_CODE"))
    _step(con, "former_payments")
    if doubt := _merge(con, on, PAYMENTS, width):
        return doubt
    if _asked(con, "late_payments"):
        _view(con, _former(on, RECEIPTS), RECEIPTS, ("RCVED_AMT_ID", "CHARGE_ID", "RCVED_DATE"))
        if _asked(con, "receipts_before"):
            return "late_payments"
    if con.execute("select count(*) from was_payment").fetchone() != (0,):
        _step(con, "payments_known")
    return None


def _receipts_before(con: duckdb.DuckDBPyConnection, on: OnTop, width: Width | None) -> str | None:
    """Merge former receipts of numbers that came; why that is not enough."""
    if con.execute("select count(*) from came_again").fetchone() == (0,):
        return None
    _view(con, _former(on, RECEIPTS), RECEIPTS, ("RCVED_AMT_ID",))
    if doubt := _merge(con, on, RECEIPTS, width):
        return doubt
    row = _asked(con, "doubts_again")
    return str(row[0]) if row else None


def _merge(con: duckdb.DuckDBPyConnection, on: OnTop, table: str, width: Width | None) -> str | None:
    """Type what was read before of the numbers that came, and count it as merged; why that is not enough."""
    typed = TABLES[table].typed
    numbers = {number for (number,) in con.execute(_sql(f"{typed}_files")).fetchall()}
    files = [f for f in _former(on, table) if f.part.file_no in numbers]
    if any(f.spoilt is not None for f in files):
        return "undecodable"
    if files:
        _view(con, files, table, TABLES[table].columns, width)
        con.execute("use staging")
        _step(con, "again", {"of_typed": typed, "of_table": table.lower(), "of_number": NUMBERS[table]})
        con.execute("set search_path = 'snap.main,staging.main'")
        type_records(con, TABLES[table])
        _step(con, f"gave_way_{typed}")
        _step(con, "merged")
    return None


def _former(on: OnTop, table: str) -> list[StagedFile]:
    """The files of a table that were there before."""
    read = (f for f in on.files if f.part.rule.table == table and f.same_as is None)
    return [f for f in read if f not in on.new]


def _view(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[StagedFile],
    table: str,
    columns: Sequence[str],
    width: Width | None = None,
) -> None:
    """View files of a table as text, these columns of it."""
    con.execute("use staging")
    con.execute(_sql(f"nothing_{TABLES[table].typed}"))
    if files:
        make_text_view(con, TABLES[table], with_widths(con, [f.part for f in files], width), columns)
    con.execute("set search_path = 'snap.main,staging.main'")


def _build(con: duckdb.DuckDBPyConnection, say: Progress) -> None:
    """Make what is touched in `part`, sum what it was in `was`, and put the one in the place of the other."""
    say("marts", STAGED)
    _step(con, "attach")
    _step(con, "bills")
    con.execute("set search_path = 'part.main,snap.main,staging.main'")
    run_steps(con, READ)
    say("marts", TOUCHED)
    _step(con, "touched")
    _step(con, "was")
    con.execute("set search_path = 'was.main,snap.main,staging.main'")
    run_steps(con, ("66_fct_bill", "71_fct_receipt", *SUMMED))
    con.execute("set search_path = 'part.main,snap.main,staging.main'")
    _step(con, "work")
    run_steps(con, (*MADE, *SUMMED))
    con.execute("set search_path = 'snap.main,staging.main'")
    for done, name in enumerate(CHANGED):
        say("marts", MADE_AGAIN + (1 - MADE_AGAIN) * done / len(CHANGED))
        _step(con, "put_sums" if name in SUMS else name, SUMS.get(name))
    _step(con, "detach")


def _asked(con: duckdb.DuckDBPyConnection, name: str) -> Any:
    """The first row of a question's answer; None where it is empty, nothing or no."""
    began = time.monotonic()
    row = con.execute(_sql(name)).fetchone()
    _log.info("increment %s in %.2f s", name, time.monotonic() - began)
    return row if row and row[0] else None


def _step(con: duckdb.DuckDBPyConnection, name: str, of: Mapping[str, str] | None = None) -> None:
    """Run a file; `of` says what names in it stand for."""
    began, text = time.monotonic(), _sql(name)
    for word, meant in (of or {}).items():
        text = text.replace(word, meant)
    con.execute(text)
    _log.info("increment %s in %.2f s", name, time.monotonic() - began)


@cache
def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
