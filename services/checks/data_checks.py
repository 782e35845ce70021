"""What a data steward looks at.

Loads, reconciliation, quarantine to be corrected, checks, what the source holds.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO

import pandas as pd

from data.ask import load_queries as queries
from data.ask.sql_files import Database
from data.load.extract_tables import TABLES
from data.scope import Scope
from services.customers.masking import without_numbers
from services.files.exports import Column, Rows, Sheet, write_csv

PERSONAL = frozenset(
    {"CONS_NAME", "CUST_NAME", "ELEC_ADDR", "MOBILE", "NAME", "ADDRESS", "INST_ADDR", "EMP_NAME"}
)
"""Columns of an extract that hold names, addresses and phones."""
HIDDEN = "***"
FIRST = 1000
"""How many rows of a check a page shows."""
_AMOUNTS = ("read", "loaded", "merged", "quarantined")


@dataclass(frozen=True)
class Chosen:
    """Which quarantined records: by table, reason and file; None is all."""

    table_name: str | None = None
    reason: str | None = None
    file: str | None = None


def files(db: Database) -> pd.DataFrame:
    """Files of the snapshot's loads, newest load first; `built` as in `Load`."""
    notes = queries.load_notes(db)
    built = {load: json.loads(note).get("built", "") for load, note in notes.itertuples(index=False)}
    rows = queries.load_files(db)
    return rows.assign(built=rows["load_id"].map(built).fillna(""))


def other_lines(db: Database) -> pd.DataFrame:
    """Lines of these files that are no records, by `line_kind`: title, heading, total, note, blank,
    records that the mapping leaves out (passed).
    """
    told = queries.load_readings(db)
    rows = told[told["column_name"].isna()].rename(columns={"kind": "line_kind"})
    return rows.drop(columns="column_name").reset_index(drop=True)


def readings(db: Database) -> pd.DataFrame:
    """Values of these files that were read for what they mean, by column and `read_as`.

    No day (no_day), a spreadsheet's number for a day (serial), zeros given back (zeros), a key or month
    kept as a fraction (fraction).
    """
    told = queries.load_readings(db)
    rows = told[told["column_name"].notna()].rename(columns={"kind": "read_as", "lines": "found"})
    return rows.reset_index(drop=True)


def left_out(db: Database) -> pd.DataFrame:
    """Files and sheets that lay there and were not read, with the `reason`."""
    return queries.load_left_out(db)


def reconciliation(db: Database) -> pd.DataFrame:
    """Records and fen by table: read = loaded + merged + quarantined; `adds_up` says whether they do."""
    files = queries.load_files(db)
    columns = [*_AMOUNTS, "amount_unreadable", *(f"yuan_{name}" for name in _AMOUNTS)]
    summed = files[["table_name", *columns]].groupby("table_name", as_index=False).sum(min_count=0)
    summed[columns] = summed[columns].astype("int64")
    rows = summed["read"] == summed["loaded"] + summed["merged"] + summed["quarantined"]
    yuan = summed["yuan_read"] == summed["yuan_loaded"] + summed["yuan_merged"] + summed["yuan_quarantined"]
    order = {name: place for place, name in enumerate(TABLES)}
    ranked = summed.assign(adds_up=rows & yuan, rank=summed["table_name"].map(order))
    return ranked.sort_values("rank", kind="stable").drop(columns="rank").reset_index(drop=True)


def holds(db: Database) -> pd.DataFrame:
    """Every table that an extract may have, and how many records of it there are: `table_name`, `records`."""
    files = queries.load_files(db)
    loaded = files.groupby("table_name")["loaded"].sum()
    return pd.DataFrame(
        {"table_name": list(TABLES), "records": [int(loaded.get(name, 0)) for name in TABLES]}
    )


def quarantine_groups(db: Database, scope: Scope, chosen: Chosen) -> pd.DataFrame:
    """Quarantined records by table, column and reason."""
    return queries.quarantine_groups(db, scope, chosen.table_name, chosen.reason, chosen.file)


def quarantine_page(db: Database, scope: Scope, chosen: Chosen, size: int, number: int) -> pd.DataFrame:
    """One page of quarantined records; names, addresses and phones are hidden."""
    records = queries.quarantine_rows(
        db, scope, chosen.table_name, chosen.reason, chosen.file, size, size * (number - 1)
    )
    return hidden(records)


def quarantine_list(db: Database, scope: Scope, chosen: Chosen) -> pd.DataFrame:
    """All quarantined records that are chosen; names, addresses and phones are hidden."""
    records = queries.quarantine_rows(db, scope, chosen.table_name, chosen.reason, chosen.file)
    return hidden(records)


def hidden(rows: pd.DataFrame) -> pd.DataFrame:
    """The records without what is personal.

    The offending value where its column is, and those in the record.
    """
    personal = rows["column_name"].isin(PERSONAL) | rows["column_name"].isna()
    records = [_without_personal(text) for text in rows["record"]]
    pairs = zip(rows["column_name"].fillna("").astype(str), rows["value"], strict=True)
    shown = pd.Series([_shown(c, v) for c, v in pairs], index=rows.index, dtype=rows["value"].dtype)
    values = shown.mask(personal & shown.notna(), HIDDEN)
    return rows.assign(value=values, record=pd.Series(records, index=rows.index, dtype="str"))


def _without_personal(text: str | None) -> str | None:
    fields = _fields(text)
    if not fields:
        return None
    shown = {k: HIDDEN if k in PERSONAL and v else _shown(k, v) for k, v in fields.items()}
    return json.dumps(shown, ensure_ascii=False)


def _shown(column: str, value: Any) -> Any:
    """A value as everybody may see it: a phone that stands in a name's column is none of the name."""
    return without_numbers(value) if column.endswith("NAME") and isinstance(value, str) else value


def _fields(text: str | None) -> dict[str, str]:
    if not isinstance(text, str):
        return {}
    fields = json.loads(text)
    return (
        {str(k): "" if v is None else str(v) for k, v in fields.items()} if isinstance(fields, dict) else {}
    )


def write_corrections(target: BinaryIO, db: Database, scope: Scope, chosen: Chosen, whole: bool) -> int:
    """Write the chosen records as they came, a CSV per table in a zip, to be corrected and loaded again.

    Lines that could not be split into columns are text beside it. Without `whole`, the columns of names,
    addresses and phones, and those lines, are left out. Gives the number of records.
    """
    quarantined = queries.quarantine_rows(db, scope, chosen.table_name, chosen.reason, chosen.file)
    written = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for table, part in quarantined.groupby("table_name", sort=True):
            records = [fields for text in part["record"] if (fields := _fields(text))]
            names = list(dict.fromkeys(k for fields in records for k in fields if whole or k not in PERSONAL))
            given = records if whole else [{k: _shown(k, v) for k, v in r.items()} for r in records]
            rows = pd.DataFrame(given, columns=names, dtype="str")
            buffer = io.BytesIO()
            if names:
                written += write_csv(buffer, Sheet(str(table), [Column(n, n) for n in names], rows))
                package.writestr(f"{table}_corrections.csv", buffer.getvalue())
            lines = [str(v) for v in part.loc[part["record"].isna(), "value"].dropna()]
            if lines and whole:
                package.writestr(f"{table}_lines.txt", "\r\n".join(lines))
                written += len(lines)
    return written


def checks(db: Database) -> pd.DataFrame:
    """What the checks counted when the snapshot was made: name, severity ('fault', 'note'), rows.

    Faults first.
    """
    return queries.check_results(db)


def check_rows(db: Database, name: str, limit: int = FIRST) -> pd.DataFrame:
    """The first rows that a check finds."""
    return queries.rows_of_check(db, name, limit)


def whole_check(db: Database, name: str) -> Rows:
    """All rows that a check finds, for a file."""
    return queries.every_row_of_check(db, name)
