"""How far orders came: proposed, issued, done, failed, retracted, paid, by action; how promises were kept."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.collection_rules import ACTIONS, CHECK_CONTACT
from analytics.policy import Policy
from data.ask import collection_queries as queries
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection import orders

STEPS = ("proposed", "issued", "open_orders", "done", "failed", "retracted", "struck", "superseded", "paid")
PAID = ("paid", "tolerance", "gone")
"""Reasons of an order's end that mean that the money came."""
KEPT = ("kept", "part", "broken", "running")
"""What became of a promise: all or enough came by its day, some, nothing; its day is not over."""
_STATES = {"open_orders": "issued", **{s: s for s in ("done", "failed", "retracted", "struck", "superseded")}}


def funnel(state: State, first: date, last: date, orgs: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row an action that was proposed, mildest first, of batches of some days (both included) that
    stand: `action`, STEPS (orders) and `owed` (fen, of those issued). Issued are all but struck ones of
    issued batches; paid are those whose end says that the money came.
    """
    parts = []
    for batch in state.order_batches():
        if batch.status != "withdrawn" and first <= batch.as_of <= last:
            rows = orders.order_states(state, batch.id, orgs)
            parts.append(rows.assign(is_issued=batch.status == "issued"))
    if not parts:
        return pd.DataFrame(columns=["action", *STEPS, "owed"])
    rows = pd.concat(parts, ignore_index=True)
    issued = rows["is_issued"] & rows["state"].ne("struck")
    flags = {name: rows["state"].eq(of) for name, of in _STATES.items()}
    paid = rows["state"].isin(("retracted", "done")) & rows["state_why"].isin(PAID)
    made = rows.assign(
        proposed=1, issued=issued, **flags, paid=paid, owed=rows["owed_now"].where(issued, 0)
    ).astype(dict.fromkeys((*STEPS, "owed"), "int64"))
    sums = made.groupby("action")[[*STEPS, "owed"]].sum()
    order = [a for a in (*ACTIONS, CHECK_CONTACT) if a in sums.index]
    return sums.reindex(order).reset_index()


def promises(
    db: Snapshot, policy: Policy, state: State, as_of: date, days: int, orgs: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Promises whose day was in the last `days` days or is to come, the newest first: cons_no, person,
    on_day, until, amount, owed (overdue on the day of the promise), came (of it by its day, or by the
    extract's), kept (of KEPT). Kept is who paid what they promised, or all but the policy's tolerance.
    """
    rows = state.collection_until(("promise",), as_of)
    rows = rows[rows["until"] >= pd.Timestamp(as_of - timedelta(days=days))]
    if orgs:
        rows = rows[rows["org_no"].str.startswith(orgs)]
    names = ["cons_no", "person", "on_day", "until", "amount", "owed", "came", "kept"]
    if rows.empty:
        return pd.DataFrame(columns=names)
    parts = []
    for key, group in rows.groupby(["on_day", "until"], sort=True):
        told, until = (pd.Timestamp(str(on)).date() for on in key)
        day = min(until, db.meta.extract_on)
        then = min(told, day)
        scope = Scope(day, customers=tuple(sorted(set(group["cons_no"]))))
        money = queries.came(db, scope, then).set_index("cons_no")[["owed", "came"]]
        found = group.join(money, on="cons_no")
        parts.append(found.assign(is_over=until < db.meta.extract_on))
    made = pd.concat(parts)
    made[["owed", "came"]] = made[["owed", "came"]].fillna(0).astype("int64")
    promised = made["amount"].fillna(made["owed"]).astype("int64").clip(upper=made["owed"])
    enough = made["came"] >= promised - policy.collection.tolerance_fen
    over = made["is_over"].to_numpy(dtype=bool)
    late = np.select([made["came"] > 0], ["part"], "broken")
    made["kept"] = np.where(enough & (made["owed"] > 0), "kept", np.where(over, late, "running"))
    return made.sort_values(["until", "cons_no"], ascending=[False, True])[names].reset_index(drop=True)
