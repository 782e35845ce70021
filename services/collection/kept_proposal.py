"""The proposal of a day kept beside the snapshot: made once for all readers, and read from there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.policy import Policy
from data.kept.checksums import sum_path
from data.kept.kept_files import is_kept, keep
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection.proposal import Progress, Proposal, propose
from services.decided.inputs import decided

FORMAT = 2
"""Grows when what the kept files hold changes its meaning."""
MOST_FILES = 12
"""So many proposals of a snapshot lie beside it: what is recorded makes another one, and the oldest go."""


def proposal_path(db: Snapshot, policy: Policy, state: State | None, scope: Scope) -> Path:
    """Where the proposal of a scope lies, or will: by all that it follows from."""
    known = (state.version(), state.collection_version()) if state else (0, 0)
    follows = (FORMAT, policy.version, repr(scope), decided(state, scope.as_of).key, known)
    name = f"{scope.as_of.isoformat()}-{hashlib.sha256(repr(follows).encode()).hexdigest()[:16]}.parquet"
    return db.path.parent.parent / "graded" / db.id / "collection" / name


def keep_proposal(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope, progress: Progress | None = None
) -> Path:
    """The file of the proposal, made where it is not there; refused as `propose`."""
    path = proposal_path(db, policy, state, scope)

    def write(part: Path) -> None:
        made = propose(db, policy, state, scope, progress)
        table = pa.Table.from_pandas(made.rows, preserve_index=False)
        told = {b"totals": json.dumps(made.totals, ensure_ascii=False).encode()}
        pq.write_table(
            table.replace_schema_metadata({**(table.schema.metadata or {}), **told}), part, compression="zstd"
        )

    keep(path, write)
    _forget_oldest(path.parent)
    return path


def read_proposal(path: Path) -> Proposal:
    """What is kept: who owes anything, be it a late fee, whom something is done about, who is suspended."""
    table = pq.read_table(path)
    totals: dict[str, Any] = json.loads((table.schema.metadata or {})[b"totals"])
    rows = table.to_pandas()
    owing = (rows["open"] > 0) | (rows["late_fee"] > 0)
    concerned = owing | rows["action"].ne("none") | rows["suspended_why"].ne("")
    return Proposal(in_order(rows[concerned]), totals)


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows by what is expected to come in (fen) for a minute of work, then by what is owed, largest
    first; `rank` counts those whom something is done about, from 1, and is 0 for the others.
    """
    minutes = rows["effort_minutes"].to_numpy(dtype=np.float64)
    worth = rows["expected_yuan"].to_numpy(dtype=np.float64) / np.maximum(minutes, 1.0)
    acts = rows["action"].ne("none").to_numpy(dtype=bool)
    sorted_rows = rows.assign(
        per_minute=np.round(worth).astype(np.int64), worth=worth, is_order=acts
    ).sort_values(["is_order", "worth", "owed_now", "cons_no"], ascending=[False, False, False, True])
    ranks = np.where(sorted_rows["is_order"], np.arange(1, len(rows) + 1), 0)
    return sorted_rows.drop(columns=["is_order", "worth"]).assign(rank=ranks).reset_index(drop=True)


def is_made(path: Path) -> bool:
    """Whether a proposal is kept."""
    return is_kept(path)


def _forget_oldest(folder: Path) -> None:
    made = sorted(folder.glob("*.parquet"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in made[MOST_FILES:]:
        old.unlink(missing_ok=True)
        sum_path(old).unlink(missing_ok=True)
