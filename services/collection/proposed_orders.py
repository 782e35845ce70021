"""A proposal kept as a batch of orders, in the order of their yield for the effort, each with its number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.collection_plan import goes_by
from analytics.order_numbers import number
from analytics.policy import Policy
from data.scope import Scope
from data.state import Batch, State
from services.access.actor import Actor
from services.collection import orders
from services.collection.proposal import Proposal


@dataclass(frozen=True)
class Numbered:
    """The proposal's rows with `order_no` ("" where nothing is done), and the batch, if there is one."""

    rows: pd.DataFrame
    batch: Batch | None


def as_batch(
    state: State, actor: Actor, proposal: Proposal, policy: Policy, scope: Scope, snapshot: str, why: str
) -> Numbered:
    """Keep what is proposed as a batch to be looked at; the same twice is one batch, while it waits."""
    rows = orders_of(proposal.rows)
    if rows.empty:
        return Numbered(proposal.rows.assign(order_no=""), None)
    batch = orders.propose_batch(state, actor, rows, policy, why, as_of=scope.as_of, snapshot=snapshot)
    kept, _ = state.order_rows(batch.id)
    numbers = dict(zip(kept["cons_no"].to_pylist(), kept["place"].to_pylist(), strict=True))
    called = {cons_no: number(batch.id, place) for cons_no, place in numbers.items()}
    return Numbered(proposal.rows.assign(order_no=proposal.rows["cons_no"].map(called).fillna("")), batch)


def orders_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that something is done about, as `orders.propose_batch` takes them, most yield first."""
    acts = rows[rows["action"].astype(object) != "none"].copy()
    action = acts["action"].astype(object).map(str)
    acts["action"], acts["expected"], acts["minutes"] = action, acts["expected_yuan"], acts["effort_minutes"]
    acts["lawful_on"] = _lawful_on(acts, action)
    acts["yields"] = acts["expected"] / np.maximum(acts["minutes"], 1)
    by = ["yields", "owed_now", "cons_no"]
    ordered = acts.sort_values(by, ascending=[False, False, True], kind="stable")
    return ordered[[name for name in orders.ORDERS if name not in ("place", "rank")]]


def _lawful_on(acts: pd.DataFrame, action: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    days = pd.Series(pd.NaT, index=acts.index, dtype="datetime64[s]")
    for name in action.unique():
        column = f"lawful_{goes_by(name)}"
        if column in acts:
            mine = action == name
            days[mine] = acts.loc[mine, column]
    return days
