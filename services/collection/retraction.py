"""Open orders that have lost their reason: money, a promise, a dispute, a deferral or a plan has come in.

Looked at after every load, the stop orders first; a payment of a part keeps the order and tells what is left.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.collection_rules import ACTIONS
from analytics.order_numbers import number as order_number
from analytics.policy import Policy
from data.scope import Scope
from data.state import State
from data.state.engine import now
from data.state.order_acts import OnOrder
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.access.actor import Actor, allow_company
from services.collection import orders, records
from services.collection.collect import day_of
from services.collection.facts import owed_of
from services.credit.adoption import in_force

STOPS = ("stop_notice",)
"""The actions whose orders are looked at first: a stop of who has paid is what may least happen."""
MESSAGES = ("sms",)
"""The actions that a sending system does: without an answer they fail, and are not in hand for ever."""
KINDS = {"retract": "retracted", "amount": "issued", "failed": "failed"}
COLUMNS = (
    *("order_no", "cons_no", "org_no", "person", "action", "owed_then", "owed_now", "why", "state"),
    *("source", "at"),
)
FEW = 5_000
"""So many customers are asked for by their numbers, more of them with the whole company."""
PERMISSION = "load"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retracted:
    """What became of the open orders when a snapshot came: how many were retracted, how many `stops` of them,
    how many were part-paid and stay, how many failed for want of an answer.

    `is_due`: they were not held against the snapshot; `refusal` says why not, where it is known.
    """

    retracted: int = 0
    stops: int = 0
    part_paid: int = 0
    failed: int = 0
    is_due: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class _Program:
    """Who retracts after a load: the program, on behalf of whoever loads."""

    name: str = "load"
    orgs: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """It loads and does nothing else."""
        return permission == PERMISSION


PROGRAM = _Program()


def retract(
    db: Snapshot, state: State, actor: Actor, policy: Policy, today: date | None = None
) -> pd.DataFrame:
    """Retract the open orders that the snapshot or the records have done away with; COLUMNS of this snapshot.

    Run twice, or again after a kill, it does what is left to do and gives the same list. `today` (none: the
    day of the extract) is the day that promises and what is in hand are held against.
    """
    allow_company(actor, PERMISSION)
    day = max(today or db.meta.extract_on, db.meta.extract_on)
    held = orders.open_orders(state)
    if len(held):
        found = pd.concat([_by_money(db, state, policy, held, day), _by_silence(state, policy, held, day)])
        found = found.drop_duplicates("order_no")
        stops = found["action"].isin(STOPS)
        for rows in (found[stops], found[~stops]):
            for key, some in rows.groupby(["batch", "kind"], sort=True):
                batch, kind = str(key[0]), str(key[1])
                on = [
                    OnOrder(*r)
                    for r in zip(some["place"], some["why"], some["owed_now"], some["owed_last"], strict=True)
                ]
                state.act_on_orders(int(batch), kind, on, actor.name, db.id, db.id)
        if not state.was_retracted(db.id):
            state.note_retraction(db.id, actor.name)
    return retractions(state, source=db.id)


def retract_at_load(warehouse: Path) -> Retracted | None:
    """What follows a load: open orders against the snapshot that it published; None where none is open.

    Never fails the load: what goes wrong is told, and the next load does it.
    """
    try:
        state = State.existing(warehouse)
        if state is None:
            return None
        with closing(state), open_snapshot(warehouse) as db:
            if not is_due(db, state):
                return None
            retract(db, state, PROGRAM, in_force(state), day_of(db))
            return told(db, state)
    except Exception as e:
        _log.exception("open orders were not held against the load")
        return Retracted(is_due=True, refusal=str(getattr(e, "key", type(e).__name__)))


def told(db: Snapshot, state: State) -> Retracted | None:
    """What became of open orders when this snapshot came; None where there were none."""
    found = retractions(state, source=db.id)
    due = is_due(db, state)
    if found.empty and not due:
        return None
    ended = found["state"] == "retracted"
    stops, part, failed = found["action"].isin(STOPS), found["state"] == "issued", found["state"] == "failed"
    return Retracted(
        int(ended.sum()), int((ended & stops).sum()), int(part.sum()), int(failed.sum()), is_due=due
    )


def is_due(db: Snapshot, state: State) -> bool:
    """Whether open orders were not held against the snapshot yet."""
    return any(b.open for b in state.order_batches()) and not state.was_retracted(db.id)


def retractions(
    state: State, source: str | None = None, since: datetime | None = None, orgs: tuple[str, ...] = ()
) -> pd.DataFrame:
    """What was retracted for a snapshot (`source`), or since a moment (UTC): COLUMNS, the stop orders first.

    `state` retracted: nobody acts on it any more · issued: a part was paid, `owed_now` is still to be had
    · failed: the sending system did not answer. Money in fen.
    """
    acts = state.order_acts_of(tuple(KINDS), source, since).to_pandas()
    acts = acts[acts["source"] != ""]
    frames = []
    for batch, some in acts.groupby("batch", sort=True):
        rows, _ = state.order_rows(int(str(batch)))
        said = rows.select(["place", "cons_no", "org_no", "person", "action"]).to_pandas()
        frames.append(some.merge(said, on="place"))
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    made: pd.DataFrame = pd.concat(frames, ignore_index=True)
    made["order_no"] = [order_number(b, p) for b, p in zip(made["batch"], made["place"], strict=True)]
    made["state"] = made["kind"].map(KINDS)
    made = made.rename(columns={"value": "owed_now", "before": "owed_then"})
    if orgs:
        made = made[made["org_no"].str.startswith(orgs)]
    severity = {action: i for i, action in enumerate(ACTIONS)}
    made["severity"] = [-severity.get(action, 0) for action in made["action"]]
    made["stop"] = ~made["action"].isin(STOPS)
    made = made.sort_values(["stop", "severity", "cons_no", "act"])[list(COLUMNS)]
    return made.reset_index(drop=True)


def _by_money(db: Snapshot, state: State, policy: Policy, held: pd.DataFrame, day: date) -> pd.DataFrame:
    """Orders of who owes no more, is suspended, or has paid a part."""
    wanted = tuple(sorted(set(held["cons_no"])))
    scope = Scope(db.meta.extract_on, customers=wanted if len(wanted) <= FEW else ())
    suspended = records.suspensions(state, day)
    owed = owed_of(db, policy, scope, suspended)[["cons_no", "owed_now", "state"]]
    owed = owed.rename(columns={"owed_now": "left", "state": "owed_state"})
    suspended = suspended.sort_values("until").drop_duplicates("cons_no", keep="last")
    rows = held.merge(owed, on="cons_no", how="left").merge(suspended, on="cons_no", how="left")
    gone, left = rows["left"].isna(), rows["left"].fillna(0).astype("int64")
    reasons = {"covered": "covered", "in_batch": "in_batch"}
    paid = rows["owed_state"].map(reasons).fillna("paid").where(left == 0, "tolerance")
    ended = left <= policy.collection.tolerance_fen
    part = left < rows["owed_last"]
    rows["why"] = np.select(
        [gone, ended, rows["why"].notna(), part], ["gone", paid, rows["why"], "part_paid"], ""
    )
    rows["kind"] = np.where(rows["why"] == "part_paid", "amount", "retract")
    return _found(rows.assign(owed_now=left)[rows["why"] != ""])


def _by_silence(state: State, policy: Policy, held: pd.DataFrame, day: date) -> pd.DataFrame:
    """Messages that the sending system has had for too long, or never answered for."""
    rows = held[held["action"].isin(MESSAGES)]
    last = pd.concat([_last_of(state, int(b)) for b in rows["batch"].unique()] or [_none()])
    rows = rows.merge(last, on=["batch", "place"], how="left")
    long = now() - timedelta(hours=policy.collection.in_hand_hours)
    stuck = (rows["outcome"] == "in_hand") & (rows["said_at"] < pd.Timestamp(long))
    stale = pd.Timestamp(day - timedelta(days=policy.collection.stale_days))
    silent = rows["outcome"].isna() & (rows["issued_on"] < stale)
    rows["why"] = np.select([stuck, silent], ["in_hand", "unanswered"], "")
    rows = rows[rows["why"] != ""]
    return _found(rows.assign(kind="failed", owed_now=rows["owed_last"]))


def _last_of(state: State, batch: int) -> pd.DataFrame:
    """The last record of each order of a batch: batch, place, outcome, said_at (UTC)."""
    said = state.collection_of_orders(batch).drop_duplicates("place", keep="last")
    last = said[["batch", "place", "outcome", "at"]].rename(columns={"at": "said_at"})
    return last.astype({"said_at": "datetime64[us]"})


def _none() -> pd.DataFrame:
    none = pd.DataFrame({"batch": [], "place": [], "outcome": [], "said_at": []})
    return none.astype({"batch": "Int64", "place": "Int64", "said_at": "datetime64[us]"})


def _found(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["batch", "place", "order_no", "action", "kind", "why", "owed_now", "owed_last"]]
