"""Who has paid and is still cut: supply is to be restored, by a clock that began when the money was seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd

from analytics.policy import Policy
from data.ask import collection_queries as queries
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection import records
from services.collection.facts import owed_of

COLUMNS = (
    *("cons_no", "org_no", "person", "cut_on", "owed_now", "seen_at", "company_due_at", "due_at", "clock"),
    "source",
)
CLOCKS = ("in_time", "company_late", "late")


def restores(db: Snapshot, policy: Policy, state: State | None, scope: Scope, now: datetime) -> pd.DataFrame:
    """Cut customers of the scope who owe nothing now, the longest waiting first: COLUMNS.

    Cut is who has a cut on record that no restoring followed, or whom the extract says to be cut with no
    restoring on record since. seen_at (UTC): when their payment could first be known, the making of the
    snapshot; due_at: `restore_hours` after it, company_due_at: the company's own `restore_minutes`. clock:
    of CLOCKS on `now` (UTC). A debt within the policy's tolerance is none.
    """
    cut = _cut(db, state, scope)
    people = owed_of(db, policy, scope, records.suspensions(state, scope.as_of) if state else _NOBODY)
    rows = cut.merge(people[["cons_no", "owed_now", "overdue", "in_batch"]], on="cons_no")
    paid = rows["owed_now"] + rows["in_batch"] <= policy.collection.tolerance_fen
    rows = rows[paid].copy()
    rules, seen = policy.collection, pd.Timestamp(db.meta.created_at)
    rows["seen_at"] = seen
    rows["company_due_at"] = seen + timedelta(minutes=rules.restore_minutes)
    rows["due_at"] = seen + timedelta(hours=rules.restore_hours)
    moment = pd.Timestamp(now)
    rows["clock"] = CLOCKS[int(moment > seen + timedelta(minutes=rules.restore_minutes))]
    if moment > seen + timedelta(hours=rules.restore_hours):
        rows["clock"] = CLOCKS[2]
    return rows[list(COLUMNS)].sort_values(["cut_on", "cons_no"], na_position="last").reset_index(drop=True)


_NOBODY = pd.DataFrame({"cons_no": [], "until": pd.Series([], dtype="datetime64[s]"), "why": []})


def _cut(db: Snapshot, state: State | None, scope: Scope) -> pd.DataFrame:
    """cons_no, org_no, person, cut_on, source of who is cut, as far as it is known."""
    told = queries.cut(db, scope.as_of).assign(source="extract")
    if state is None:
        return told
    said = state.collection_until(("cut", "restore"), scope.as_of)
    last = said.sort_values(["on_day", "id"]).drop_duplicates("cons_no", keep="last")
    restored = last.loc[last["kind"] == "restore", ["cons_no", "on_day"]]
    told = told.assign(cut_on=pd.to_datetime(told["cut_on"])).merge(restored, on="cons_no", how="left")
    told = told[told["on_day"].isna() | (told["cut_on"] > told["on_day"])]
    recorded = last[last["kind"] == "cut"].rename(columns={"on_day": "cut_on"}).assign(source="record")
    names = ["cons_no", "org_no", "person", "cut_on", "source"]
    both = pd.concat([recorded[names], told[names]])
    return both.drop_duplicates("cons_no", keep="first")
