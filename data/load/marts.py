"""Staging tables to marts: what the figures, lists and grades are computed from."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

FOLDER = Path(__file__).parents[1] / "sql" / "marts"

_log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
"""Called with a step's key and the part of the work done so far (0 to 1)."""


def mart_steps() -> list[Path]:
    """The SQL files in the order in which they run."""
    return sorted(FOLDER.glob("*.sql"))


def build_marts(
    con: duckdb.DuckDBPyConnection, billing: Mapping[str, Any], progress: Progress | None = None
) -> None:
    """Make the marts from the `stg_*` tables of the same connection.

    `billing` holds `not_billed_types`, `not_owed_types` (lists of AMT_TYPE) and `due_days`.
    """
    _keep_rules(con, billing)
    con.execute("set preserve_insertion_order = true")
    steps = mart_steps()
    for done, step in enumerate(steps):
        if progress:
            progress(step.stem, done / len(steps))
        began = time.monotonic()
        con.execute(step.read_text(encoding="utf-8"))
        _log.info("marts %s in %.2f s", step.stem, time.monotonic() - began)
    _drop_work(con)
    if progress:
        progress("marts_done", 1.0)


def _keep_rules(con: duckdb.DuckDBPyConnection, billing: Mapping[str, Any]) -> None:
    con.execute(
        "create or replace table meta_rules"
        " (not_billed_types varchar[], not_owed_types varchar[], due_days integer)"
    )
    con.execute(
        "insert into meta_rules values ($not_billed, $not_owed, $due_days)",
        {
            "not_billed": list(billing["not_billed_types"]),
            "not_owed": list(billing["not_owed_types"]),
            "due_days": int(billing["due_days"]),
        },
    )


DROP = {"BASE TABLE": "drop table temp.main.{}", "VIEW": "drop view temp.main.{}"}


def _drop_work(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select table_name, table_type from information_schema.tables where table_catalog = 'temp'"
    )
    for name, kind in sorted(rows.fetchall(), key=lambda row: row[1] != "VIEW"):
        if name.startswith("work_"):
            con.execute(DROP["VIEW" if kind == "VIEW" else "BASE TABLE"].format(name))
