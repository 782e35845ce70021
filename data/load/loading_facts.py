"""What a load and a snapshot are told by: the latest date found, and the snapshot's own row."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data.errors import InputError
from data.load.arrivals import LeftOut
from data.load.extract_tables import TABLES
from data.load.loads import Load, LoadedFile, note_of
from data.load.made_by import made_by
from data.load.mapping import Mapping
from data.load.raw_store import RawStore
from data.load.text_views import RawPart, make_text_view
from data.warehouse.layout import LAYOUT

STEPS = Path(__file__).parents[1] / "sql" / "staging" / "steps"
FEW, MOST_MONTHS, MOST_AHEAD = 5, 24, 31
DATED = {
    "A_RCVBL_FLOW": ("RCVBL_YM", "RELEASE_DATE"),
    "A_RCVED_FLOW": ("RCVED_DATE",),
    "A_PAY_FLOW": ("CHARGE_DATE",),
}


def view_days(
    con: duckdb.DuckDBPyConnection, files: Sequence[LoadedFile], rules: Mapping, store: RawStore
) -> None:
    """View the days and months of these files as text, before anything is staged."""
    con.execute((STEPS / "no_days.sql").read_text(encoding="utf-8"))
    con.execute("use staging")
    for table, columns in DATED.items():
        parts = [
            RawPart(
                0, date.min, store.path(f.raw.key), f.raw, rules.tables[table], dict(f.columns), f.serials
            )
            for f in files
            if f.table == table
        ]
        if parts:
            make_text_view(con, TABLES[table], parts, columns)
    con.execute("set search_path = 'snap.main,staging.main'")


def latest_date(con: duckdb.DuckDBPyConnection, today: date) -> date:
    """The latest day of issue, receipt or payment in view that is not after `today`; else `today`."""
    row = con.execute((STEPS / "latest_date.sql").read_text(encoding="utf-8"), {"today": today}).fetchone()
    latest = row[0] if row else None
    return latest if isinstance(latest, date) else today


def refuse_a_day_years_away(
    con: duckdb.DuckDBPyConnection, extract_on: date, given: bool, former: Sequence[Load], today: date
) -> None:
    """InputError `day_before_bills`, `day_after_bills` where the day cannot be that of the bills in view,
    `day_ahead` where it is more than a month after `today`: every later load would lose against it.

    Before them: a fifth of the bills are of months more than a year later. After them, asked only of a day
    that is `given`, by somebody or by a date in the files: the newest bill that is not later than the day is
    two years older; of a load without bills, all loads before it are (`day_after_loads`): what it says would
    win for years.
    """
    text = (STEPS / "bill_months.sql").read_text(encoding="utf-8")
    row = con.execute(text, {"day": extract_on}).fetchone()
    bills, later, newest, newest_before = row or (0, 0, None, None)
    if bills and later * FEW >= bills:
        raise InputError("day_before_bills", day=extract_on, month=f"{newest:%Y-%m}")
    if given and newest_before is not None and _months(extract_on) - _months(newest_before) > MOST_MONTHS:
        raise InputError("day_after_bills", day=extract_on, month=f"{newest_before:%Y-%m}")
    last = max((load.extract_on for load in former), default=extract_on)
    if given and not bills and _months(extract_on) - _months(last) > MOST_MONTHS:
        raise InputError("day_after_loads", day=extract_on, last=last)
    if (extract_on - today).days > MOST_AHEAD:
        raise InputError("day_ahead", day=extract_on, today=today)


def _months(day: date) -> int:
    return day.year * 12 + day.month


def said_billing(billing: Dict[str, Any]) -> str:
    """Billing rules as a snapshot says them."""
    return json.dumps(billing, default=list)


def write_meta(
    con: duckdb.DuckDBPyConnection,
    snapshot: str,
    loads: Sequence[Load],
    billing: Dict[str, Any],
    held: Collection[str] = (),
) -> None:
    """Write `meta_snapshot`, one row, and `meta_load`, one row a load; `held` is what else the source has."""
    names = [load.id for load in loads]
    came = {name for (name,) in con.execute("select distinct table_name from meta_file").fetchall()}
    con.execute(
        (STEPS / "meta_snapshot.sql").read_text(encoding="utf-8"),
        {
            "snapshot": snapshot,
            "extract_on": max(load.extract_on for load in loads),
            "billing": said_billing(billing),
            "made_by": made_by(),
            "loads": names,
            "layout": LAYOUT,
            "held": [
                *held,
                *(
                    t.holds
                    for t in TABLES.values()
                    if t.holds
                    and t.holds not in held
                    and t.name in came
                    and con.table(f"stg_{t.typed}").limit(1).fetchall()
                ),
            ],
        },
    )
    con.execute("delete from left_out")
    for load in loads:
        for item in (*load.left_out, *(LeftOut(name, "stranger") for name in load.strangers)):
            con.execute(
                "insert into left_out values ($load, $file, $reason)",
                {"load": load.id, "file": item.name, "reason": item.reason},
            )
    con.execute(
        (STEPS / "meta_load.sql").read_text(encoding="utf-8"),
        {"loads": names, "notes": [note_of(load) for load in loads]},
    )
