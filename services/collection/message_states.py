"""What the sending system says of messages, checked row by row; what it holds too long has failed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from analytics.collection_policy import CollectionPolicy
from analytics.errors import RefusedError
from analytics.order_numbers import number, parse
from data.ask.sql_files import Database
from data.state import CollectionRecord, State
from services.access.actor import Actor
from services.collection import records
from services.files.filled_in import Checked, Form, Refused, Row, day_of

FORM = Form(
    ("order_no", "cons_no", "state", "at", "reference"), ("order_no", "cons_no", "state", "at"), 200_000
)
OUTCOMES: Mapping[str, str] = {
    **dict.fromkeys(("delivered", "sent", "success", "已送达", "送达", "成功", "已发送"), "message"),
    **dict.fromkeys(("failed", "rejected", "expired", "失败", "发送失败", "退回"), "failed"),
    **dict.fromkeys(("in hand", "in_hand", "queued", "pending", "处理中", "排队", "待发送"), "in_hand"),
}
"""What a state of the sending system means as the outcome of a delivery."""
MOST_REFERENCE = 64
_CLOCK = re.compile(r"(.*\d)[ T](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?")
_REASONS = {
    "customer_not_here": "customer",
    "collection_order_other": "order_other",
    "collection_order_not_issued": "not_issued",
    "collection_record_before": "before",
}
"""The reason of a row, by the refusal of its record."""


def check(
    db: Database,
    state: State,
    orgs: tuple[str, ...],
    policy: CollectionPolicy,
    rows: list[Row],
    now: datetime,
) -> Checked[CollectionRecord]:
    """Each row as a record of its order: delivered, failed, or in hand; nothing is kept.

    What was in hand longer than the policy's hours by `now` (local time) has failed. Rows without a state
    ask for nothing. `orgs`: the reader's units, none for all.
    """
    told = [row for row in rows if row["state"]]
    taken: list[tuple[Row, CollectionRecord]] = []
    refused: list[Refused] = []
    for row in told:
        made = _record(row, policy, now)
        if isinstance(made, Refused):
            refused.append(made)
        else:
            taken.append((row, made))
    kept: list[CollectionRecord] = []
    for (row, record), wrong in zip(
        taken, records.check(db, state, orgs, [r for _, r in taken]), strict=True
    ):
        if wrong is None:
            kept.append(record)
        else:
            refused.append(Refused(row, _REASONS.get(wrong.key, "other"), wrong.key))
    refused.sort(key=lambda r: r.row.line)
    return Checked(tuple(kept), tuple(refused), len(rows) - len(told))


def too_long_in_hand(state: State, policy: CollectionPolicy, now: datetime) -> list[CollectionRecord]:
    """Messages of which the sending system says no more than that it has them, for longer than the policy's
    hours: each as the failure that it is then, on the day and time that the hours were over.
    """
    rows = state.collection_until(("delivery",), now.date())
    rows = rows[rows["order_no"] != ""]
    ended = set(rows.loc[rows["outcome"] != "in_hand", "order_no"])
    open_ = rows[(rows["outcome"] == "in_hand") & ~rows["order_no"].isin(ended)]
    first = open_.sort_values(["on_day", "at_time"]).drop_duplicates("order_no")
    late = []
    for row in first.to_dict("records"):
        began = _moment(pd.Timestamp(row["on_day"]).to_pydatetime(), str(row["at_time"]))
        over = began + timedelta(hours=policy.in_hand_hours)
        if over < now:
            record = CollectionRecord(
                str(row["cons_no"]), "delivery", over.date(), f"{over:%H:%M}", str(row["order_no"]), "failed"
            )
            late.append(replace(record, method="sms", note="in hand"))
    return late


def fail_too_long(
    db: Database, state: State, actor: Actor, policy: CollectionPolicy, now: datetime
) -> records.KeptRecords:
    """Record as failed what is too long in hand."""
    return records.record(db, state, actor, too_long_in_hand(state, policy, now))


def _record(row: Row, policy: CollectionPolicy, now: datetime) -> CollectionRecord | Refused:
    if row.has_formula:
        return Refused(row, "formula")
    try:
        order = number(*parse(row["order_no"]))
    except RefusedError:
        return Refused(row, "order")
    outcome = OUTCOMES.get(row["state"].strip().lower())
    if outcome is None:
        return Refused(row, "state", row["state"][:24])
    at = _at(row["at"])
    if at is None:
        return Refused(row, "at", row["at"][:24])
    if at > now:
        return Refused(row, "future", row["at"][:24])
    if len(row["reference"]) > MOST_REFERENCE:
        return Refused(row, "reference")
    made = CollectionRecord(row["cons_no"], "delivery", at.date(), f"{at:%H:%M}", order, outcome)
    made = replace(made, method="sms", reference=row["reference"])
    over = at + timedelta(hours=policy.in_hand_hours)
    if outcome == "in_hand" and over < now:
        return replace(made, outcome="failed", on_day=over.date(), at_time=f"{over:%H:%M}", note="in hand")
    return made


def _at(text: str) -> datetime | None:
    """A day with a time as people and systems write it; None for another thing."""
    found = _CLOCK.fullmatch(text.strip())
    day = day_of(found[1]) if found else None
    if found is None or day is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    return datetime(day.year, day.month, day.day, int(found[2]), int(found[3]))


def _moment(day: datetime, clock: str) -> datetime:
    hours, _, minutes = clock.partition(":")
    return day + timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
