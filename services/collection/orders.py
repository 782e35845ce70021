"""Orders of collection: proposed, looked at, issued, taken back. Nothing is an action before it is issued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.order_numbers import number as order_number
from analytics.policy import Policy
from data.environment import today
from data.errors import InputError
from data.state import Batch, State
from data.state.order_acts import STATES, Folded, OnOrder
from data.state.order_reads import SCHEMA
from services.access.actor import Actor, allow, touch_units

ORDERS = tuple(SCHEMA.names)
NOTHING = ("", "none")
"""Actions for which nobody is sent out: no order."""
NOT_WITHOUT_A_DAY = ("stop_notice",)
"""Actions that no order may be for without a lawful day."""
COLUMNS = (*ORDERS, "order_no", "state", "state_why", "owed_last")


def propose_batch(
    state: State, actor: Actor, rows: pd.DataFrame, policy: Policy, why: str, *, as_of: date, snapshot: str
) -> Batch:
    """Keep a proposal; the same once more, while the first waits, is that one.

    `rows` has ORDERS but place and rank (money in fen), in the order of the list, one a customer; rows
    without an action are left out. InputError for units that are not the actor's, for a customer twice, for
    no order at all, and `collection_order_early` for an action before its lawful day.
    """
    allow(actor, "issue")
    orders = _orders(rows)
    touch_units(actor, set(orders["org_no"].to_pylist()), "order_elsewhere")
    _refuse_early(orders, as_of)
    number = state.propose_orders(
        orders,
        as_of=as_of,
        policy_version=policy.version,
        policy=policy.to_toml(),
        snapshot=snapshot,
        who=actor.name,
        why=why,
    )
    return state.order_batch(number)


def issue(state: State, actor: Actor, batch: Batch, why: str, on: date | None = None) -> None:
    """Issue a proposal as it was seen, on a day (none: today); earlier open orders of its customers are
    superseded.

    InputError `collection_batch_stale` where its day is too long ago; BusyError where somebody decided about
    it, or struck or re-ordered something, since it was read.
    """
    allow(actor, "issue")
    _touch_batch(state, actor, batch.id)
    days = Policy.from_toml(state.order_batch(batch.id).policy).collection.stale_days
    day = on or today()
    if day - batch.as_of > timedelta(days=days):
        raise InputError("collection_batch_stale", as_of=batch.as_of.isoformat(), days=days)
    state.issue_orders(batch.id, batch.seen, day, actor.name, why)


def withdraw(state: State, actor: Actor, number: int, why: str) -> None:
    """Take a whole batch back: what is open ends, what it superseded is open again; done stays done."""
    allow(actor, "issue")
    _touch_batch(state, actor, number)
    state.withdraw_orders(number, actor.name, why)


def strike(state: State, actor: Actor, number: int, places: Iterable[int], why: str) -> None:
    """Strike orders that are proposed or open; they keep their number, their records and the reason."""
    allow(actor, "collect")
    given = _touch_orders(state, actor, number, places)
    state.act_on_orders(number, "strike", [OnOrder(p) for p in given], actor.name, why)


def reopen(state: State, actor: Actor, number: int, places: Iterable[int], why: str) -> None:
    """Open orders again that ended (undo); refused where another one is open for the customer."""
    allow(actor, "collect")
    given = _touch_orders(state, actor, number, places)
    state.act_on_orders(number, "reopen", [OnOrder(p) for p in given], actor.name, why)


def rank(state: State, actor: Actor, number: int, places: Sequence[int], why: str) -> None:
    """Put orders in another order: they share the ranks that they had, the first given the first of them."""
    allow(actor, "collect")
    given = _touch_orders(state, actor, number, places)
    ranks = _ranks(*state.order_rows(number))
    shared = sorted(int(ranks[p - 1]) for p in given)
    on = [OnOrder(p, value=r) for p, r in zip(given, shared, strict=True)]
    state.act_on_orders(number, "rank", on, actor.name, why)


def order_states(state: State, number: int, orgs: tuple[str, ...] = ()) -> pd.DataFrame:
    """The orders of a batch (of some units; none: all) by rank: COLUMNS.

    `rank` is the last given, `owed_last` what is owed after a part was paid (fen), `state_why` the reason of
    the last act.
    """
    frame = _frame(number, *state.order_rows(number))
    return _of_units(frame, orgs).sort_values(["rank", "place"]).reset_index(drop=True)


def open_orders(state: State, orgs: tuple[str, ...] = ()) -> pd.DataFrame:
    """The orders that are issued and have not ended, oldest batch first, by rank: COLUMNS, batch, issued_at
    (UTC), issued_on.
    """
    frames = []
    for batch, rows, held in state.open_order_rows():
        frame = _frame(batch.id, rows, held).assign(batch=batch.id)
        frame["issued_at"] = pd.Timestamp(held.issued.at if held.issued else batch.at)
        frame["issued_on"] = pd.Timestamp(held.issued_on or batch.as_of)
        frames.append(_of_units(frame, orgs))
    if not frames:
        none = _frame(1, SCHEMA.empty_table(), None)
        frames.append(none.assign(batch=0, issued_at=pd.Timestamp(0), issued_on=pd.Timestamp(0)))
    made = pd.concat(frames, ignore_index=True)
    return made.sort_values(["batch", "rank", "place"]).reset_index(drop=True)


def of_customer(state: State, cons_no: str) -> pd.DataFrame:
    """The orders of a customer, oldest first: order_no, batch, as_of, action, owed_now, person, state,
    state_why, and when (UTC) and by whom the last act was.
    """
    rows = []
    for batch, row, is_now, why, last in state.orders_of_customer(cons_no):
        said = {n: row[n] for n in ("place", "action", "rule", "grade", "owed_now", "person", "org_no")}
        act = {"state": is_now, "state_why": why, "at": last.at if last else batch.at}
        who = {"who": last.who if last else batch.who}
        number = order_number(batch.id, row["place"])
        rows.append({"order_no": number, "batch": batch.id, "as_of": batch.as_of, **said, **act, **who})
    names = ["order_no", "batch", "as_of", "place", "action", "rule", "grade", "owed_now", "person",
             "org_no", "state", "state_why", "at", "who"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _orders(rows: pd.DataFrame) -> pa.Table:
    kept = rows[~rows["action"].fillna("").isin(NOTHING)].reset_index(drop=True)
    given = kept.assign(place=0, rank=np.arange(1, len(kept) + 1))
    for name in ("cons_no", "org_no", "person", "action", "rule", "grade"):
        given[name] = given[name].fillna("").astype(str)
    table = pa.Table.from_pandas(given[list(ORDERS)], preserve_index=False)
    if not table.num_rows:
        raise InputError("collection_batch_empty")
    return table.cast(SCHEMA)


def _refuse_early(orders: pa.Table, as_of: date) -> None:
    for cons_no, action, day in zip(
        *(orders[n].to_pylist() for n in ("cons_no", "action", "lawful_on")), strict=True
    ):
        if day is None and action in NOT_WITHOUT_A_DAY:
            raise InputError("collection_order_undemanded", cons_no=cons_no)
        if day is not None and day > as_of:
            raise InputError("collection_order_early", cons_no=cons_no, day=day.isoformat())


def _touch_batch(state: State, actor: Actor, number: int) -> None:
    if actor.orgs:
        rows, _ = state.order_rows(number)
        touch_units(actor, set(rows["org_no"].to_pylist()), "order_elsewhere")


def _touch_orders(state: State, actor: Actor, number: int, places: Iterable[int]) -> list[int]:
    """The places as they were given; refused where one is none, or of another's unit."""
    given = [int(p) for p in places]
    rows, _ = state.order_rows(number)
    units = rows["org_no"].to_pylist() if actor.orgs else []
    for place in given:
        if not 0 < place <= rows.num_rows:
            raise InputError("collection_order_unknown", batch=number, place=place)
        if actor.orgs:
            touch_units(actor, [units[place - 1]], "order_elsewhere")
    if not given:
        raise InputError("collection_no_orders")
    return given


def _ranks(rows: pa.Table, held: Folded) -> np.ndarray[Any, np.dtype[np.int64]]:
    proposed = rows["rank"].to_numpy().astype(np.int64)
    return np.where(held.rank >= 0, held.rank, proposed)


def _frame(number: int, rows: pa.Table, held: Folded | None) -> pd.DataFrame:
    """The rows of a batch (all, or some of its places) with what became of them."""
    frame: pd.DataFrame = rows.to_pandas(date_as_object=False)
    frame["lawful_on"] = frame["lawful_on"].astype("datetime64[s]")
    frame["order_no"] = [order_number(number, p) for p in frame["place"]]
    at = frame["place"].to_numpy(dtype=np.int64) - 1
    if held is None:
        return frame.assign(state="", state_why="", owed_last=frame["owed_now"])
    frame["state"] = np.array(STATES, dtype=object)[held.state[at]]
    frame["state_why"] = held.why[at]
    frame["rank"] = np.where(held.rank[at] >= 0, held.rank[at], frame["rank"]).astype(np.int64)
    owed = held.owed[at]
    frame["owed_last"] = np.where(owed >= 0, owed, frame["owed_now"]).astype(np.int64)
    return frame


def _of_units(frame: pd.DataFrame, orgs: tuple[str, ...]) -> pd.DataFrame:
    if not orgs:
        return frame
    mine: pd.DataFrame = frame[frame["org_no"].str.startswith(orgs)]
    return mine
