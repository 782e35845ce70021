"""The rows of a batch's work lists: what is known of its customers, and what was ordered."""

from __future__ import annotations

import numpy as np
import pandas as pd

OPEN = ("proposed", "issued")
_ORDERED = ("action", "rule", "person", "org_no", "order_no")


def rows_of(known: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """A proposal's rows (`known`) with the action, person and place in the list of a batch's open `orders`.

    Nothing is done about the other customers: who promised, is in a batch or has a light is only watched.
    An order for somebody of whom nothing is known any more has no row.
    """
    standing = orders[orders["state"].isin(OPEN)].set_index("cons_no")
    made = known.drop(columns=["rank"], errors="ignore").copy()
    ordered = made["cons_no"].isin(standing.index).to_numpy(dtype=bool)
    of = standing.reindex(made["cons_no"])
    for name in _ORDERED:
        usual = made[name].astype(object).to_numpy() if name in made else np.full(len(made), "", dtype=object)
        made[name] = np.where(ordered, of[name].to_numpy(dtype=object), usual)
    made["action"] = np.where(ordered, made["action"], "none")
    made["rank"] = np.where(ordered, of["rank"].fillna(0), len(orders) + 1).astype(np.int64)
    for name, given in (("effort_minutes", "minutes"), ("expected_yuan", "expected")):
        made[name] = np.where(ordered, of[given].fillna(0), made[name]).astype(np.int64)
    return made
