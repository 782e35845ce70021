"""What the orders of a batch brought, beside customers like theirs: an observation, never a proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.fair_comparison import Compared, compared
from analytics.policy import Policy
from data.ask import collection_queries as queries
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection import orders
from services.collection.facts import facts_of

WINDOW_DAYS = 30
"""What comes in is counted for so many days after the issue."""
NOT_ACTED = ("struck", "superseded", "proposed")
"""Orders that our own doing ended: their customers are compared with, not counted as acted on."""
APART = ("suspended", "in_batch", "covered", "below_least", "fee_open", "not_due")
"""States in which nobody would have been called: unlike those who were."""


@dataclass(frozen=True)
class Effect:
    """Money that came from `from_on` (what came in the days just after the issue is credited to nobody)
    through `until`, of orders issued on `issued_on`: in all, and by action. `others`: customers alike to
    compare with, who owed and had no order.
    """

    batch: int
    issued_on: date
    from_on: date
    until: date
    total: Compared
    by_action: dict[str, Compared]
    others: int


def of_batch(db: Snapshot, policy: Policy, state: State, number: int) -> Effect | None:
    """The effect of an issued batch; None where it is not issued, or no day after the first ones is known."""
    issued_on = state.order_rows(number)[1].issued_on
    if issued_on is None:
        return None
    from_on = issued_on + timedelta(days=policy.collection.fair_days)
    until = min(issued_on + timedelta(days=WINDOW_DAYS), db.meta.extract_on)
    if until <= from_on:
        return None
    facts = facts_of(db, policy, state, Scope(issued_on))
    told = orders.order_states(state, number)
    mine = told[~told["state"].isin(NOT_ACTED)].set_index("cons_no")
    money = queries.came(db, Scope(until), from_on).set_index("cons_key")
    people = facts[facts["cons_key"].isin(money.index)].copy()
    people["acted"] = people["cons_no"].isin(mine.index)
    people["action"] = people["cons_no"].map(mine["action"])
    apart = people["state"].isin(APART) & ~people["acted"]
    elsewhere = people["cons_no"].isin(_ordered_elsewhere(state, number, issued_on, until)) & ~people["acted"]
    people = people[~apart & ~elsewhere]
    sums = money.reindex(people["cons_key"])
    compare = pd.DataFrame(
        {
            "acted": people["acted"].to_numpy(bool),
            "owed": sums["owed"].to_numpy(np.int64),
            "paid": sums["came"].to_numpy(np.int64),
            "days_overdue": people["days_overdue"].to_numpy(),
            "grade": people["grade"].to_numpy(dtype=object),
            "action": people["action"].to_numpy(dtype=object),
        }
    )
    others = compare[~compare["acted"]]
    by_action = {
        str(action): compared(pd.concat([compare[compare["action"] == action], others]))
        for action in sorted(set(compare["action"].dropna()))
    }
    return Effect(number, issued_on, from_on, until, compared(compare), by_action, len(others))


def _ordered_elsewhere(state: State, number: int, issued_on: date, until: date) -> set[str]:
    """Customers of other batches that were issued so near that their orders may have brought the money."""
    found: set[str] = set()
    for batch in state.order_batches():
        if batch.id == number or batch.status == "proposed":
            continue
        rows, held = state.order_rows(batch.id)
        if held.issued_on and issued_on - timedelta(days=WINDOW_DAYS) <= held.issued_on <= until:
            found |= set(rows["cons_no"].to_pylist())
    return found
