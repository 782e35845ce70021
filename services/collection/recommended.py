"""What collection recommends for one customer today, and what it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.collection_plan import plan
from analytics.policy import Policy
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection.facts import facts_in_yuan, facts_of


@dataclass(frozen=True)
class Recommended:
    """One customer: the action and its rule, what the law does not let be done yet and why, money (fen), the
    due day of the oldest line still owed, the earliest lawful stop notice and cut, by the due day that stands
    (`lawful_`) and by the one printed on the bill (`printed_`); None: not known.
    """

    action: str
    rule: str
    refused_action: str
    refused_why: str
    owed_now: int
    set_off: int
    late_fee: int
    days_overdue: int
    due_on: date | None
    lawful_stop: date | None
    lawful_cut: date | None
    printed_stop: date | None
    printed_cut: date | None
    suspended_until: date | None
    suspended_why: str


def recommended(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope, cons_no: str
) -> Recommended | None:
    """The customer's row of the day's proposal; None without rules of collection, or out of the scope."""
    if not policy.collection.rules.table or policy.collection.refusals(policy.credit.grade_keys):
        return None
    mine = Scope(scope.as_of, scope.basis, customers=(cons_no,), allowed_orgs=scope.allowed_orgs)
    facts = facts_of(db, policy, state, mine)
    if facts.empty:
        return None
    made = plan(policy.collection, facts_in_yuan(facts), scope.as_of)
    row, fact = made.iloc[0], facts.iloc[0]
    return Recommended(
        action=str(row["action"]),
        rule=str(row["rule"]),
        refused_action=str(row["refused_action"]),
        refused_why=str(row["refused_why"]),
        **{name: int(fact[name]) for name in ("owed_now", "set_off", "late_fee", "days_overdue")},
        due_on=_day(fact["due_on"]),
        lawful_stop=_day(row["lawful_stop_notice"]),
        lawful_cut=_day(row["lawful_cut"]),
        printed_stop=_day(row["printed_stop_notice"]),
        printed_cut=_day(row["printed_cut"]),
        suspended_until=_day(fact["suspended_until"]),
        suspended_why=str(fact["suspended_why"]),
    )


def _day(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload, arg-type]
