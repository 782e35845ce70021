"""What each person in charge was asked to do and what came of it, by day or for a time: numbers and money."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from data.ask import collection_queries as queries
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection import orders

DID = {
    "phoned": ("contact", "reached"),
    "visited": ("visit",),
    "delivered": ("delivery",),
    "promised": ("promise",),
    "cut": ("cut",),
    "restored": ("restore",),
}
"""What is counted of records, by their kinds."""
ENDED = {"done": "done", "failed": "failed", "retracted": "retracted", "open": "issued"}
"""The columns of orders by their state; open: not yet dunned."""
COUNTS = ("issued", *ENDED, *DID)
FEN = ("issued_owed", "done_owed", "open_owed", "recovered", "still_owed")
COLUMNS = ("person", *COUNTS, *FEN, "completion", "place")


def by_person(
    db: Snapshot, state: State, first: date, last: date, orgs: tuple[str, ...] = ()
) -> pd.DataFrame:
    """One row a person for orders issued and records made from one day through another: COLUMNS.

    Each order and record counts for who was in charge that day, whoever has the customer now. issued,
    done, failed, retracted and open are orders, `_owed` their money when they were proposed; recovered is
    what came in of what these customers had overdue on the day of issue, by `last` or the extract's day,
    still_owed the rest. completion: orders that are no longer open ÷ issued (NaN without); place: the rank by
    completion, then by issued.
    """
    issued = _issued(db, state, first, last, orgs)
    records = state.collection_between(first, last)
    if orgs:
        records = records[records["org_no"].str.startswith(orgs)]
    people = sorted(set(issued["person"]) | set(records["person"].fillna("")))
    made = pd.DataFrame(index=pd.Index(people, name="person"))
    made["issued"] = issued.groupby("person").size()
    for name, state_name in ENDED.items():
        made[name] = _of(issued, state_name).groupby("person").size()
    for name, kinds in DID.items():
        made[name] = records[records["kind"].isin(kinds)].groupby("person").size()
    parts = {"issued": issued, "done": _of(issued, "done"), "open": _of(issued, "issued")}
    for name, rows in parts.items():
        made[f"{name}_owed"] = rows.groupby("person")["owed_now"].sum()
    for name in ("recovered", "still_owed"):
        made[name] = issued.groupby("person")[name].sum()
    made = made.reindex(columns=[*COUNTS, *FEN]).fillna(0).astype("int64").reset_index()
    with np.errstate(divide="ignore", invalid="ignore"):
        made["completion"] = np.where(made["issued"] > 0, 1 - made["open"] / made["issued"], np.nan)
    ordered = made.sort_values(["completion", "issued", "person"], ascending=[False, False, True])
    ranked = ordered["completion"].notna()
    made["place"] = pd.Series(np.arange(1, int(ranked.sum()) + 1), index=ordered.index[ranked])
    return made[list(COLUMNS)].sort_values(["place", "person"], na_position="last").reset_index(drop=True)


def totals(rows: pd.DataFrame) -> dict[str, int]:
    """The sums of all persons' rows."""
    return {name: int(rows[name].sum()) for name in (*COUNTS, *FEN)}


def _of(issued: pd.DataFrame, state: str) -> pd.DataFrame:
    return issued[issued["state"] == state]


def _issued(db: Snapshot, state: State, first: date, last: date, orgs: tuple[str, ...]) -> pd.DataFrame:
    """Orders of batches that were issued in the time, with what came of their customers' money."""
    frames = []
    until = min(last, db.meta.extract_on)
    for batch in state.order_batches():
        if batch.status != "issued":
            continue
        _, held = state.order_rows(batch.id)
        if held.issued_on is None or not first <= held.issued_on <= last:
            continue
        rows = orders.order_states(state, batch.id, orgs)
        rows = rows[~rows["state"].isin(("struck", "superseded"))]
        frames.append(rows.merge(_came(db, held.issued_on, until, rows["cons_no"]), on="cons_no", how="left"))
    names = ["person", "cons_no", "state", "owed_now", "recovered", "still_owed"]
    made = pd.concat(frames)[names] if frames else pd.DataFrame(columns=names)
    money = {name: made[name].fillna(0).astype("int64") for name in ("owed_now", "recovered", "still_owed")}
    return made.assign(person=made["person"].fillna("").astype(str), **money)


def _came(db: Snapshot, issued_on: date, until: date, cons_nos: pd.Series[str]) -> pd.DataFrame:
    """cons_no, recovered, still_owed of some customers since the day of issue."""
    money = queries.came(db, Scope(until), min(issued_on, until))
    told = money[money["cons_no"].isin(cons_nos)]
    return told.assign(recovered=told["came"], still_owed=told["owed"] - told["came"])[
        ["cons_no", "recovered", "still_owed"]
    ]
