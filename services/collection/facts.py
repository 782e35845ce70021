"""What the rules of collection read of each customer as of a day: debts, set-off, grade, light, records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from analytics.late_fees import late_fees
from analytics.policy import Policy
from analytics.risk_light import REASONS
from analytics.set_off import BALANCES, WHYS, owed_now
from data.ask import collection_queries as queries
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.collection import records
from services.credit.grading import ensure_graded
from services.credit.risk_light import risk_lights
from services.decided.inputs import decided
from services.decided.published_grades import published

RESIDENT = "03"
UNTIL = dict(zip(WHYS, ("dispute_until", "plan_until", "deferred_until", "promise_until"), strict=True))
"""The fact that says until when, by what suspends."""
MONEY = ("overdue", "open", "set_off", "in_batch", "in_transit", "short", "owed_now", "late_fee", "bills")


@dataclass(frozen=True)
class Recorded:
    """What people recorded of customers, by cons_no; a frame without rows where nothing is known.

    suspensions: `until, why` (of set_off.WHYS); contacts: `contacts_12m, last_contact_on, tries_today`,
    and `failed_channels` where any is known;
    deliveries: `demanded_on, noticed_on, delivered`.
    """

    suspensions: pd.DataFrame
    contacts: pd.DataFrame
    deliveries: pd.DataFrame


NOTHING_RECORDED = Recorded(
    pd.DataFrame({"cons_no": [], "until": pd.Series([], dtype="datetime64[s]"), "why": []}),
    pd.DataFrame(columns=["cons_no", "contacts_12m", "last_contact_on", "tries_today"]),
    pd.DataFrame(columns=["cons_no", "demanded_on", "noticed_on", "delivered"]),
)


def facts_of(
    db: Snapshot,
    policy: Policy,
    state: State | None,
    scope: Scope,
    recorded: Recorded | None = None,
) -> pd.DataFrame:
    """One row per customer number of the scope, by number: FACTS of the rules and what lawful days want.

    What people recorded is read from the store where it is not given (`recorded`).

    Beside FACTS: cons_key, resident, due_on (of the oldest line still owed, else of the oldest overdue),
    short, state, suspended_until, suspended_why, light_reasons (by commas), demanded_on, noticed_on,
    delivered, failed_channels (by commas), balances_known. Money (fen) of the customer as a whole, whatever
    unit billed it.
    Balances are those of the extract, so that on an earlier day nothing is set off.
    """
    told = _suspensions(state, scope.as_of) if recorded is None else recorded.suspensions
    rows = owed_of(db, policy, scope, told)
    said = recorded or _recorded(state, scope.as_of, told, rows)
    rows = _with_standing(rows, db, policy, state, scope.as_of)
    for one in (said.contacts, said.deliveries):
        rows = rows.merge(one, on="cons_no", how="left")
    rows["delivered"] = rows["delivered"].eq(True)
    rows["failed_channels"] = rows["failed_channels"].fillna("") if "failed_channels" in rows else ""
    for name in ("contacts_12m", "tries_today"):
        rows[name] = pd.to_numeric(rows[name]).fillna(0).astype("int64")
    for why, name in UNTIL.items():
        rows[name] = rows["suspended_until"].where(rows["suspended_why"].eq(why))
    return rows


def owed_of(db: Snapshot, policy: Policy, scope: Scope, suspensions: pd.DataFrame) -> pd.DataFrame:
    """One row per customer number of the scope, by number: who they are and what they owe on the day (fen).

    suspensions: cons_no, until, why.
    """
    people = queries.customers(db, scope)
    whole = Scope(scope.as_of, scope.basis, customers=scope.customers)
    lines = queries.bills(db, whole)
    lines = lines[lines["cons_key"].isin(people["cons_key"])]
    resident = people.set_index("cons_key")["class"].eq(RESIDENT)
    lines = _with_fees(lines, resident, policy, scope.as_of)
    known = scope.as_of >= db.meta.extract_on
    balances = queries.balances(db) if known else pd.DataFrame(columns=list(BALANCES)).astype("int64")
    keys = people.set_index("cons_no")["cons_key"]
    suspended = _suspended(suspensions, keys)
    owed = owed_now(lines, balances, scope.as_of, policy.collection.set_off, suspended)
    owed = owed.merge(_sums(lines, scope.as_of), on="cons_key", how="left")
    rows = people.merge(owed, on="cons_key", how="left")
    for name in MONEY:
        rows[name] = rows[name].fillna(0).astype("int64")
    rows["state"] = rows["state"].fillna("not_due")
    rows["suspended_why"] = rows["suspended_why"].fillna("")
    rows["due_on"] = rows["owed_since"].fillna(rows["oldest_due_on"])
    days = (pd.Timestamp(scope.as_of) - rows["due_on"]).dt.days
    rows["days_overdue"] = days.clip(lower=0).fillna(0).astype("int64")
    rows["resident"] = rows["class"].eq(RESIDENT)
    rows["balances_known"] = known
    return rows.drop(columns=["owed_since", "oldest_due_on"])


def _suspensions(state: State | None, as_of: date) -> pd.DataFrame:
    return records.suspensions(state, as_of) if state else NOTHING_RECORDED.suspensions


def _recorded(state: State | None, as_of: date, suspensions: pd.DataFrame, rows: pd.DataFrame) -> Recorded:
    """What stands in the store; a demand counts from the first after the oldest line that is still owed."""
    if state is None:
        return NOTHING_RECORDED
    since = rows[["cons_no", "due_on"]].rename(columns={"due_on": "since"}).dropna()
    contacts = records.contacts(state, as_of)
    contacts = contacts.merge(records.failed_channels(state, as_of), on="cons_no", how="outer")
    return Recorded(suspensions, contacts, records.deliveries(state, as_of, since))


def facts_in_yuan(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts as the rules compare them: money in yuan."""
    names = ("overdue", "open", "owed_now", "late_fee", "set_off", "in_batch", "in_transit")
    return facts.assign(**{name: facts[name] / 100 for name in names})


def _with_fees(lines: pd.DataFrame, resident: pd.Series, policy: Policy, as_of: date) -> pd.DataFrame:
    """The lines with the fee on what is open; where the principal is paid, the one that the extract has."""
    home = resident.reindex(lines["cons_key"]).to_numpy(dtype=bool)
    fees = late_fees(lines["principal_open"], lines["due_on"], as_of, home, policy.recovery.late_fee_reading)
    fees = np.where(lines["principal_open"] > 0, fees, lines["fee_open"])
    return lines.assign(fee_open=fees, bill_key=lines["counted_as"])


def _sums(lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """By cons_key: what is open, due or not, and the due day of the oldest overdue line."""
    lines = lines[lines["principal_open"] > 0]
    overdue = lines["due_on"].where(lines["due_on"] < pd.Timestamp(as_of))
    grouped = lines.assign(oldest_due_on=overdue).groupby("cons_key", sort=True)
    return grouped.agg(open=("principal_open", "sum"), oldest_due_on=("oldest_due_on", "min")).reset_index()


def _suspended(suspensions: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    known = suspensions[suspensions["cons_no"].isin(keys.index)]
    return pd.DataFrame(
        {
            "cons_key": keys.reindex(known["cons_no"]).to_numpy(dtype=np.int64),
            "until": known["until"].to_numpy().astype("datetime64[s]"),
            "why": known["why"].to_numpy(dtype=object),
        }
    )


def _with_standing(
    rows: pd.DataFrame, db: Snapshot, policy: Policy, state: State | None, as_of: date
) -> pd.DataFrame:
    """The grade (as published for the day, else as computed) and the light with its reasons."""
    rows = rows.assign(grade=None)
    if policy.credit.models:
        graded = pq.read_table(
            ensure_graded(db, policy, as_of, decided(state, as_of)), columns=["cons_no", "grade"]
        )
        rows["grade"] = rows["cons_no"].map(graded.to_pandas().set_index("cons_no")["grade"])
    if state is not None:
        said = published(state, as_of)
        stands = rows["cons_no"].map(said.set_index("cons_no")["grade"]) if len(said) else None
        if stands is not None:
            rows["grade"] = stands.where(stands.isin(policy.credit.grade_keys)).fillna(rows["grade"])
    lights = risk_lights(db, policy, as_of).set_index("cons_key")
    lit = lights.reindex(rows["cons_key"])
    flags = {reason: lit[reason].eq(True).to_numpy() for reason in REASONS}
    reasons = np.full(len(rows), "", dtype=object)
    for reason, holds in flags.items():
        reasons[holds] = [f"{before},{reason}" if before else reason for before in reasons[holds]]
    return rows.assign(
        light=lit["light"].fillna("none").to_numpy(), light_reasons=reasons, exposure_large=flags["bills"]
    )
