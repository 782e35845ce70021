"""Texts to customers from the policy's templates: filled and counted, who gets none, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.collection_plan import NATIONAL
from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import UNGRADED
from analytics.errors import RefusedError
from analytics.lawful_days import law_of
from analytics.message_texts import fill, parts, text_for
from analytics.working_days import WorkingDays
from data.ask import collection_queries as queries
from data.ask.sql_files import Database
from data.scope import Scope
from data.state import State
from services.access.actor import Actor, allow, reach
from services.files.manifest import Words

SENT = ("order_no", "cons_no", "phone", "action", "text", "parts")
LEFT = ("order_no", "cons_no", "action", "why", "lacks")
BY_PHONE = ("sms",)
"""Actions whose text goes to a phone and is paid by its parts; others are letters."""


@dataclass(frozen=True)
class Messages:
    """`ready`: SENT, a row for each text; `left`: LEFT, who gets none: `no_text` where no template is for the
    action, `lacks` with the values that are not known. `parts` and `fen` of all that is sent to phones.
    """

    ready: pd.DataFrame
    left: pd.DataFrame
    parts: int
    fen: int


def preview(
    db: Database, policy: CollectionPolicy, rows: pd.DataFrame, as_of: date, words: Words, language: str
) -> Messages:
    """What rows of a proposal or orders would be sent, with names, addresses and phones masked.

    rows: cons_no, cons_key, org_no, grade, action, owed_now, late_fee (fen), days_overdue; order_no,
    due_on, person_name and lawful_cut where they are known. `language`: of the templates (zh, en); `words`
    say the days.
    """
    people = queries.people(db, rows["cons_key"]).set_index("cons_key")
    named = people.rename(
        columns={"masked_name": "name", "masked_address": "address", "masked_mobile": "phone"}
    )
    return _written(db, policy, rows, named, as_of, words, language)


def to_send(
    db: Database,
    state: State,
    actor: Actor,
    policy: CollectionPolicy,
    rows: pd.DataFrame,
    as_of: date,
    words: Words,
    language: str,
    why: str,
) -> Messages:
    """The same with full names and phones, for the sending system: recorded before it is read.

    InputError without the permissions `collect` and `unmask`, and for a customer of other units.
    """
    allow(actor, "collect")
    allow(actor, "unmask")
    reach(db, actor, [str(n) for n in rows["cons_no"]])
    state.record_unmask(["*"], actor.name, why, "messages")
    masked = queries.people(db, rows["cons_key"]).set_index("cons_key")
    whole = queries.whole_people(db, rows["cons_key"]).set_index("cons_key")
    named = whole.rename(columns={"mobile": "phone"}).join(masked["org_name"])
    return _written(db, policy, rows, named, as_of, words, language)


def _written(
    db: Database,
    policy: CollectionPolicy,
    rows: pd.DataFrame,
    people: pd.DataFrame,
    as_of: date,
    words: Words,
    language: str,
) -> Messages:
    people = people[~people.index.duplicated()]
    given = rows.merge(people, left_on="cons_key", right_index=True, how="left")
    given = given.merge(_oldest(db, rows, as_of), on="cons_key", how="left", suffixes=("", "_of_bills"))
    days = WorkingDays(policy.company_days)
    ready: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for row in given.to_dict("records"):
        action = str(row["action"])
        who = {"order_no": row.get("order_no") or "", "cons_no": row["cons_no"], "action": action}
        grade = UNGRADED if pd.isna(row["grade"]) else str(row["grade"])
        template = text_for(policy.texts, action, grade, language)
        if template is None:
            left.append({**who, "why": "no_text", "lacks": ""})
            continue
        phone = _known(row["phone"])
        if action in BY_PHONE and not any(c.isdigit() for c in phone):
            left.append({**who, "why": "lacks", "lacks": "phone"})
            continue
        try:
            text = fill(template, _values(policy, row, days, as_of, words))
        except RefusedError as gap:
            left.append({**who, "why": "lacks", "lacks": str(gap.params["names"])})
            continue
        paid = parts(text, policy.signature) if action in BY_PHONE else 0
        ready.append({**who, "phone": phone, "text": text, "parts": paid})
    told = pd.DataFrame(ready, columns=list(SENT))
    sent = int(told["parts"].sum())
    return Messages(told, pd.DataFrame(left, columns=list(LEFT)), sent, sent * policy.cost("sms").fen)


def _oldest(db: Database, rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """By cons_key: the oldest overdue bill month, the overdue bills and the day the oldest was due."""
    scope = Scope(as_of, customers=tuple(str(n) for n in rows["cons_no"]))
    lines = queries.bills(db, scope)
    late = lines[(lines["due_on"] < pd.Timestamp(as_of)) & (lines["principal_open"] > 0)]
    grouped = late.groupby("cons_key")
    return grouped.agg(
        oldest_month=("rcvbl_ym", "min"), bill_count=("bill_key", "nunique"), oldest_due=("due_on", "min")
    ).reset_index()


def _values(
    policy: CollectionPolicy, row: dict[Any, Any], days: WorkingDays, as_of: date, words: Words
) -> dict[str, str]:
    """What stands for each placeholder; nothing where it is not known, and then no text is made."""
    law = law_of(policy.laws or (NATIONAL,), str(row["org_no"]))
    owed, fee = int(row["owed_now"]), int(row["late_fee"])
    due, month, stop = row.get("due_on"), row["oldest_month"], row.get("lawful_cut")
    due = row["oldest_due"] if due is None or pd.isna(due) else due
    return {
        "name": _known(row["name"]),
        "cons_no": str(row["cons_no"]),
        "address": _known(row["address"]),
        "unit": _known(row["org_name"]),
        "month": "" if pd.isna(month) else f"{int(month) // 100}-{int(month) % 100:02d}",
        "bills": "" if pd.isna(row["bill_count"]) else str(int(row["bill_count"])),
        "amount": _yuan(owed),
        "late_fee": _yuan(fee),
        "total": _yuan(owed + fee),
        "due_on": _day(words, due),
        "days": str(int(row["days_overdue"])),
        "pay_by": words.day(law.end_of(as_of + timedelta(days=law.reasonable_days), days)),
        "stop_on": _day(words, stop),
        "person": _known(row.get("person_name")),
        "phone": "",
    }


def _known(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _day(words: Words, value: Any) -> str:
    return "" if value is None or pd.isna(value) else words.day(pd.Timestamp(value).date())


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def to_write(db: Database, open_orders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The open orders (`orders.open_orders`) that a text to a phone is for, with the key of their customers.

    What is owed is the last that is known: a part may have been paid since the order was made.
    """
    mine = open_orders[open_orders["action"].isin(BY_PHONE)]
    if mine.empty:
        return mine.assign(cons_key=pd.Series([], dtype="int64"))
    people = queries.customers(db, Scope(as_of, customers=tuple(str(n) for n in mine["cons_no"])))
    keyed = mine.merge(people[["cons_no", "cons_key"]], on="cons_no")
    return keyed.assign(owed_now=keyed["owed_last"].fillna(keyed["owed_now"]).astype("int64"))
