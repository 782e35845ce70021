"""The early warning of a day and its record, kept beside the snapshot: made once for all readers."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.kept.kept_files import is_kept, keep
from data.warehouse.snapshots import Snapshot
from services.collection.warning import Record, both

FORMAT = 2
"""Grows when what the kept files hold changes its meaning."""
_TABLES = ("by_class", "curves", "calls", "points")


@dataclass(frozen=True)
class Kept:
    """`rows` of the warning; its record; the table of points, empty where too little is known."""

    rows: pd.DataFrame
    record: Record
    points: pd.DataFrame


def warning_path(db: Snapshot, as_of: date) -> Path:
    """Where the warning of a day lies, or will."""
    return db.path.parent.parent / "graded" / db.id / "warning" / f"{as_of.isoformat()}-{FORMAT}.parquet"


def is_made(path: Path) -> bool:
    """Whether a warning is kept."""
    return is_kept(path)


def keep_warning(db: Snapshot, as_of: date) -> Path:
    """The file of the day's warning, made where it is not there."""

    def write(part: Path) -> None:
        warning, record = both(db, as_of)
        points = pd.DataFrame() if warning.points is None else warning.points.table
        tables = dict(zip(_TABLES, (record.by_class, record.curves, record.calls, points), strict=True))
        told = {name: frame.to_json(orient="split", double_precision=15) for name, frame in tables.items()}
        told["months"] = json.dumps(record.months)
        table = pa.Table.from_pandas(warning.rows, preserve_index=False)
        held = {**(table.schema.metadata or {}), **{k.encode(): v.encode() for k, v in told.items()}}
        pq.write_table(table.replace_schema_metadata(held), part, compression="zstd")

    return keep(warning_path(db, as_of), write)


def read_warning(path: Path) -> Kept:
    """What is kept."""
    table = pq.read_table(path)
    held = table.schema.metadata or {}
    frames = [
        pd.read_json(io.StringIO(held[name.encode()].decode()), orient="split", dtype=_dtype(name))
        for name in _TABLES
    ]
    record = Record(frames[0], frames[1], frames[2], int(held[b"months"]))
    return Kept(table.to_pandas(), record, frames[3])


def _dtype(name: str) -> dict[str, str] | bool:
    """Texts that look like numbers stay texts."""
    return {"by_class": {"class": "str"}, "curves": {"class": "str"}, "points": {"value": "str"}}.get(
        name, True
    )
