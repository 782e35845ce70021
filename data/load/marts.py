"""Staging tables to marts: what the figures, lists and grades are computed from."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data.ask.sql_files import run_all

FOLDER = Path(__file__).parents[1] / "sql" / "marts"

_log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
"""Called with a step's key and the part of the work done so far (0 to 1)."""


@cache
def mart_steps() -> tuple[Path, ...]:
    """The SQL files in the order in which they run; the last one drops what only the others read."""
    return tuple(sorted(FOLDER.glob("*.sql")))


@cache
def _text(step: Path) -> str:
    return step.read_text(encoding="utf-8")


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
        run_all(con, _text(step))
        _log.info("marts %s in %.2f s", step.stem, time.monotonic() - began)
    if progress:
        progress("marts_done", 1.0)


def run_steps(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Run some of the steps, by the names of their files, in the catalogue that stands first."""
    for name in names:
        con.execute(_text(FOLDER / f"{name}.sql"))


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
