"""What a load and a snapshot are told by: the latest date found, and the snapshot's own row."""

from __future__ import annotations

import json
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data.extract_tables import TABLES
from data.layout import LAYOUT
from data.loads import Load, LoadedFile, note_of
from data.mapping import Mapping
from data.raw_store import RawStore
from data.text_views import RawPart, make_text_view

STEPS = Path(__file__).parent / "sql" / "staging" / "steps"
DATED = ("A_RCVBL_FLOW", "A_RCVED_FLOW", "A_PAY_FLOW")


def latest_date(
    con: duckdb.DuckDBPyConnection, files: Sequence[LoadedFile], rules: Mapping, store: RawStore, today: date
) -> date:
    """The latest day of issue, receipt or payment in the files that is not after `today`; else `today`."""
    con.execute((STEPS / "macros.sql").read_text(encoding="utf-8"))
    con.execute("use staging")
    for table in DATED:
        parts = [
            RawPart(0, today, store.path(f.raw.key), f.raw, rules.tables[table], dict(f.columns))
            for f in files
            if f.table == table
        ]
        make_text_view(con, TABLES[table], parts)
    con.execute("set search_path = 'snap.main,staging.main'")
    row = con.execute((STEPS / "latest_date.sql").read_text(encoding="utf-8"), {"today": today}).fetchone()
    found = row[0] if row else None
    return found if isinstance(found, date) else today


def write_meta(
    con: duckdb.DuckDBPyConnection, snapshot: str, loads: Sequence[Load], billing: Dict[str, Any]
) -> None:
    """Write `meta_snapshot`, one row, and `meta_load`, one row a load."""
    names = [load.id for load in loads]
    con.execute(
        (STEPS / "meta_snapshot.sql").read_text(encoding="utf-8"),
        {
            "snapshot": snapshot,
            "extract_on": max(load.extract_on for load in loads),
            "billing": json.dumps(billing, default=list),
            "loads": names,
            "layout": LAYOUT,
        },
    )
    con.execute(
        (STEPS / "meta_load.sql").read_text(encoding="utf-8"),
        {"loads": names, "notes": [note_of(load) for load in loads]},
    )
