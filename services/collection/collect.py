"""What the run of collection writes: collection.json, worklist.parquet, worklists.zip."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.policy import Policy
from data.ask.load_queries import holds_sample
from data.environment import is_day_given
from data.environment import today as todays
from data.errors import EnvironmentRefusedError, InputError
from data.kept.durable import write_text_durably
from data.scope import Scope
from data.state import Batch, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.access.actor import Actor
from services.collection.proposal import MONEY, WORKLIST, Progress, propose
from services.collection.proposed_orders import as_batch
from services.collection.workbooks import WorkLists, work_lists, write_zip
from services.credit.policy_names import policy_label
from services.files.manifest import Manifest, Words, labels_of

YUAN = pa.decimal128(18, 2)
_DAYS = ("suspended_until", "last_contact_on", *(c for c in WORKLIST if c.startswith("lawful_")))


@dataclass(frozen=True)
class CollectPaths:
    """The files of a run, the content of collection.json, and the batch that waits to be issued."""

    files: tuple[Path, ...]
    totals: dict[str, Any]
    batch: int | None


@dataclass(frozen=True)
class Telling:
    """How the files speak: words, and what a rule of a policy is called."""

    words: Words
    rule_name: Callable[[Policy, str], str]


def collect(
    warehouse: Path,
    as_of: date,
    out: Path,
    policy: Policy,
    actor: Actor,
    tells: Telling,
    today: date | None = None,
    progress: Progress | None = None,
) -> CollectPaths:
    """Keep the proposal of the current snapshot as of a day, and write it; twice writes the same bytes.

    The proposal waits in the store to be looked at and issued; the workbooks bear its orders' numbers.

    InputError `collection_stale` where the extract is older than the policy's `stale_days` on `today`
    (none: `day_of`), and as `propose`; EnvironmentRefusedError `report_not_writable` where the folder
    cannot be written.
    """
    tell, words = progress or (lambda step, share: None), tells.words
    with open_snapshot(warehouse) as db:
        refuse_stale(policy, db.meta.extract_on, day_of(db) if today is None else today)
        state, scope = State.open(warehouse), Scope(as_of)
        proposal = propose(db, policy, state, scope, tell)
        try:
            out.mkdir(parents=True, exist_ok=True)
            kept = as_batch(state, actor, proposal, policy, scope, db.id, words("collection_files.by_run"))
            tell("collection_workbooks", 0.93)
            called = policy_label(words, policy.version, state.policies_called().get(policy.version))
            lists = work_lists(db, scope, kept.rows, words, partial(tells.rule_name, policy))
            zipped = out / "worklists.zip"
            _zip(zipped, lists, manifest_of(words, as_of, db.id, called, state, kept.batch, actor), words)
            worklist = out / "worklist.parquet"
            _write(worklist_table(proposal.rows), worklist)
            totals = out / "collection.json"
            text = json.dumps(proposal.totals, ensure_ascii=False, indent=2)
            write_text_durably(totals, text + "\n")
        except OSError as e:
            raise EnvironmentRefusedError("report_not_writable", path=str(out)) from e
    tell("report_done", 1.0)
    batch = kept.batch.id if kept.batch else None
    return CollectPaths((totals, worklist, zipped), proposal.totals, batch)


def manifest_of(
    words: Words, as_of: date, snapshot: str, policy: str, state: State, batch: Batch | None, actor: Actor
) -> Manifest:
    """What the workbooks say of themselves: whose orders they are, from what and when."""
    number = words("collection_files.batch", number=batch.id) if batch else words("collection_files.no_batch")
    return Manifest(
        title=words("collection_files.title"),
        filters=(number,),
        as_of=as_of,
        snapshot=snapshot,
        policy=policy,
        state=str(state.version()),
        user=actor.name,
        labels=labels_of(words),
        day=words.day,
    )


def _zip(path: Path, lists: WorkLists, manifest: Manifest, words: Words) -> None:
    beside = path.with_suffix(".zip.part")
    write_zip(beside, lists, manifest, words)
    beside.replace(path)


def day_of(db: Snapshot) -> date:
    """Which day it is for who acts on a snapshot: today; of a generated sample its own where none is set."""
    return db.meta.extract_on if holds_sample(db) and not is_day_given() else todays()


def refuse_stale(policy: Policy, extract_on: date, today: date) -> None:
    """Refuse data that are too old to call anybody by: who paid since then would be called too."""
    days, most = (today - extract_on).days, policy.collection.stale_days
    if days > most:
        raise InputError("collection_stale", extract_on=extract_on.isoformat(), days=days, most=most)


def worklist_table(rows: pd.DataFrame) -> pa.Table:
    """The rows as `worklist.parquet` has them: WORKLIST, yuan exact with two decimals, days as dates."""
    columns: dict[str, pa.Array] = {}
    for name in WORKLIST:
        values = rows[name]
        if name in MONEY:
            fen = pa.array(values.to_numpy(dtype="int64")).cast(pa.decimal128(19, 0))
            columns[name] = pc.multiply(fen, pa.scalar(Decimal("0.01"))).cast(YUAN)
        elif name in _DAYS:
            columns[name] = pa.array(pd.to_datetime(values), pa.date32(), from_pandas=True)
        elif name in ("days_overdue", "bills", "contacts_12m", "effort_minutes"):
            columns[name] = pa.array(values.to_numpy(dtype="int32"))
        elif name == "p_late":
            columns[name] = pa.array(values, pa.float64(), from_pandas=True)
        elif name == "provisional":
            columns[name] = pa.array(values.to_numpy(dtype=bool))
        else:
            texts = values.astype(object)
            said = texts.where(texts.notna() & texts.ne(""), None)
            columns[name] = pa.array(said, pa.string(), from_pandas=True)
    return pa.table(columns)


def _write(table: pa.Table, path: Path) -> None:
    beside = path.with_suffix(".parquet.part")
    pq.write_table(table, beside, compression="zstd")
    beside.replace(path)
