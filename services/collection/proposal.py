"""The proposal of a day: a row for every customer, from what they owe to what is lawfully done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.collection_plan import plan
from analytics.collection_rules import ACTIONS, CHECK_CONTACT
from analytics.policy import Policy
from analytics.risk_light import LIGHTS
from analytics.set_off import STATES
from data.ask import queries
from data.errors import InputError
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection.facts import Recorded, facts_in_yuan, facts_of
from services.collection.warning import warn

Progress = Callable[[str, float], None]
CAME_DAYS = 30
"""What came in of debts of each age is seen over so many days before the day of the proposal."""
WORKLIST = (
    *("cons_no", "org_no", "person", "grade", "light", "light_reasons", "overdue", "days_overdue", "bills"),
    *("late_fee", "set_off", "owed_now", "in_batch", "suspended_until", "suspended_why", "contacts_12m"),
    *("last_contact_on", "action", "rule", "refused_action", "refused_why"),
    *("lawful_phone", "lawful_sms", "lawful_slip", "lawful_visit", "lawful_legal", "lawful_stop"),
    "lawful_cut",
    *("provisional", "p_late", "expected_yuan", "effort_minutes"),
)
"""The columns of the list, in their order; money is fen here and yuan in files."""
BESIDE = ("cons_key", "state", "in_transit", "open", "due_on")
MONEY = ("overdue", "late_fee", "set_off", "owed_now", "in_batch", "expected_yuan")
_CALLED = {"lawful_stop_notice": "lawful_stop", "printed_stop_notice": "printed_stop"}


@dataclass(frozen=True)
class Proposal:
    """`rows`: one row a customer number of the scope, by number: WORKLIST, and what the page shows beside it
    (BESIDE, printed_<action>). `totals`: the content of collection.json.
    """

    rows: pd.DataFrame
    totals: dict[str, Any]


def propose(
    db: Snapshot,
    policy: Policy,
    state: State | None,
    scope: Scope,
    progress: Progress | None = None,
    recorded: Recorded | None = None,
) -> Proposal:
    """What is proposed to be done on the scope's day.

    InputError `as_of_after_extract`, `collection_no_rules`; RefusedError where the table does not fit the
    grades.
    """
    tell = progress or (lambda step, share: None)
    if scope.as_of > db.meta.extract_on:
        days = {"as_of": scope.as_of.isoformat(), "extract_on": db.meta.extract_on.isoformat()}
        raise InputError("as_of_after_extract", **days)
    if not policy.collection.rules.table:
        raise InputError("collection_no_rules")
    for refusal in policy.collection.refusals(policy.credit.grade_keys):
        raise refusal
    tell("collection_facts", 0.0)
    facts = facts_of(db, policy, state, scope, recorded)
    tell("collection_plan", 0.6)
    made = plan(policy.collection, facts_in_yuan(facts), scope.as_of).rename(columns=_CALLED)
    rows = pd.concat([facts, made], axis=1)
    rows["expected_yuan"] = _expected(db, policy, scope, rows)
    tell("collection_warning", 0.7)
    rows = rows.merge(warn(db, scope.as_of).rows, on="cons_key", how="left")
    tell("collection_totals", 0.9)
    printed = [name for name in made if str(name).startswith("printed_")]
    return Proposal(rows[[*WORKLIST, *BESIDE, *printed]], _totals(db, policy, scope, rows))


def _expected(db: Snapshot, policy: Policy, scope: Scope, rows: pd.DataFrame) -> pd.Series:
    """Fen of what is owed now that comes in within CAME_DAYS, as debts as old did in the days before.

    What came in of the whole company's balance, by its age then: what is to be had of debts of an age, not
    what a call adds. 0 where nothing is seen of an age.
    """
    edges = policy.recovery.ageing_edges
    moved = queries.roll(db, Scope(scope.as_of), scope.as_of - timedelta(days=CAME_DAYS), edges)
    by_age = moved.groupby("from_bucket")["amount"].sum()
    came = moved[moved["to_bucket"] == -1].groupby("from_bucket")["amount"].sum()
    share = (came / by_age).reindex(range(len(edges) + 1)).fillna(0.0).to_numpy(dtype=np.float64)
    bucket = np.searchsorted(np.array(edges), rows["days_overdue"].to_numpy(), side="left")
    return pd.Series(np.round(rows["owed_now"].to_numpy() * share[bucket]).astype(np.int64), rows.index)


def _totals(db: Snapshot, policy: Policy, scope: Scope, rows: pd.DataFrame) -> dict[str, Any]:
    act = rows["action"].astype(object) != "none"
    orders = rows.assign(grade=rows["grade"].fillna(""))[act]
    return {
        "as_of": scope.as_of.isoformat(),
        "extract_on": db.meta.extract_on.isoformat(),
        "snapshot": db.id,
        "policy": policy.version,
        "balances_known": bool(scope.as_of >= db.meta.extract_on),
        "customers": len(rows),
        "overdue": {"amount": _yuan(rows["overdue"]), "customers": int((rows["overdue"] > 0).sum())},
        **{name: _held(rows, name) for name in ("owed_now", "set_off", "in_batch", "in_transit", "late_fee")},
        "warning": {
            "customers": int(rows["p_late"].notna().sum()),
            "late": round(float(rows["p_late"].sum()), 1),
            "at_risk": _yuan(rows["at_risk"].fillna(0)),
        },
        "orders": {
            "customers": len(orders),
            "amount": _yuan(orders["owed_now"]),
            "minutes": int(orders["effort_minutes"].sum()),
            "expected": _yuan(orders["expected_yuan"]),
        },
        "actions": _by(rows, "action", (*ACTIONS, CHECK_CONTACT)),
        "states": _by(rows, "state", STATES),
        "grades": _by(orders, "grade", (*policy.credit.grade_keys, "")),
        "lights": _by(orders, "light", LIGHTS),
        "persons": _by(orders, "person", sorted(orders["person"].unique())),
        "rules": _by(orders, "rule", sorted(orders["rule"].unique())),
        "suspended": _by(rows[rows["suspended_why"] != ""], "suspended_why"),
        "refused": _by(rows[rows["refused_action"] != ""], "refused_action"),
        "refused_why": _by(rows[rows["refused_why"] != ""], "refused_why"),
        "provisional": int(rows["provisional"].sum()),
    }


def _held(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    return {"amount": _yuan(rows[name]), "customers": int((rows[name] > 0).sum())}


def _by(rows: pd.DataFrame, name: str, values: Any = None) -> list[dict[str, Any]]:
    """Customers, money owed now and minutes by the values of a column; all that are named, in their order."""
    keys = rows[name].astype(object)
    sums = rows.groupby(keys, sort=True).agg(
        customers=("cons_no", "size"), amount=("owed_now", "sum"), minutes=("effort_minutes", "sum")
    )
    named = sums.index if values is None else values
    return [
        {
            name: str(value),
            "customers": int(sums["customers"].get(value, 0)),
            "amount": _fen(int(sums["amount"].get(value, 0))),
            "minutes": int(sums["minutes"].get(value, 0)),
        }
        for value in named
    ]


def _yuan(column: pd.Series) -> str:
    return _fen(int(column.sum()))


def _fen(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
