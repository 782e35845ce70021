"""What came of collection: recorded once, with evidence, for the person in charge; taken back by an entry."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.collection_rules import ACTIONS
from analytics.errors import RefusedError
from analytics.order_numbers import number as order_number
from analytics.order_numbers import parse
from data.ask.customer_queries import in_charge, out_of_reach
from data.ask.sql_files import Database
from data.environment import today
from data.errors import InputError
from data.state import CollectionRecord, State
from data.state.order_acts import Folded
from services.access.actor import Actor, allow, reach, touch

SUSPENDING = {"promise": 366, "dispute": 366, "deferral": 366, "plan": 1_098}
"""What suspends a customer until a day, and for how many days at most from its own."""
CONTACT_OUTCOMES = ("", "reached", "not_reached", "failed", "in_hand")
DELIVERY_OUTCOMES = ("demand", "notice", "bill", "message", "failed", "in_hand")
OUTCOMES: dict[str, tuple[str, ...]] = {
    "contact": CONTACT_OUTCOMES,
    "visit": CONTACT_OUTCOMES,
    "delivery": DELIVERY_OUTCOMES,
    **dict.fromkeys((*SUSPENDING, "cut", "restore", "paid", "moved", "refused", "reached"), ("",)),
}
"""By kind of a record: what may come of it. in_hand: the sending system has it and has not said more."""
KINDS = tuple(OUTCOMES)
EFFECTS = {
    (kind, outcome): "failed" if outcome == "failed" else "done"
    for kind, outcomes in OUTCOMES.items()
    for outcome in outcomes
    if outcome not in ("not_reached", "in_hand")
}
"""What a record is on its order: who was not reached stays on the list, a failed channel never does."""
TRIES = ("contact", "visit", "delivery", "promise", "dispute", "moved", "refused", "reached")
"""The kinds that are a try to reach a customer; with another outcome than these it was one that did."""
NOT_CONTACTED = ("not_reached", "failed", "in_hand", "bill")
EVIDENCE = ("at_time", "method", "receiver", "reference", "evidence")
"""Without one of these a delivery is kept, and does not count as delivered."""
MOST_NOTE = 500
FAILED_DAYS = 180
"""A channel that failed is tried again after so many days: numbers change."""
MOST_FEN = 10**15
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class KeptRecords:
    """What was recorded: the numbers of the new ones, how many they are, how many stood already."""

    ids: tuple[int, ...]
    new: int
    already: int


def record(db: Database, state: State, actor: Actor, records: Iterable[CollectionRecord]) -> KeptRecords:
    """Keep records, all or none; what stands already is not recorded again.

    The person and unit of the order are kept, without an order those in charge now. InputError for what does
    not fit (`check`), for a customer who is not of the actor's units.
    """
    allow(actor, "collect")
    given = list(records)
    reach(db, actor, {r.cons_no for r in given})
    ready = _placed(db, state, given)
    ids, already = state.record_collection(ready, actor.name, EFFECTS)
    return KeptRecords(tuple(ids), len(ids), already + len(ready) - len({r.mark for r in ready}))


def reverse(db: Database, state: State, actor: Actor, number: int, why: str) -> None:
    """Take a record back: it and its evidence stay, and an order that only it ended is open again."""
    allow(actor, "collect")
    touch(db, actor, [state.collection_record(number).cons_no])
    state.reverse_collection(number, actor.name, why, EFFECTS)


def check(
    db: Database, state: State, orgs: tuple[str, ...], records: Iterable[CollectionRecord]
) -> list[InputError | None]:
    """Why each of some records would be refused to who may see some units; None: it would be taken."""
    given = list(records)
    away = set(out_of_reach(db, {r.cons_no for r in given}, orgs))
    orders = _Orders(state)
    refusals: list[InputError | None] = []
    for r in given:
        try:
            if r.cons_no in away:
                raise InputError("customer_not_here", cons_no=r.cons_no)
            _refuse(r)
            orders.of(r)
        except (InputError, RefusedError) as e:
            refusals.append(e if isinstance(e, InputError) else InputError(e.key, **e.params))
        else:
            refusals.append(None)
    return refusals


def standing(state: State, records: Iterable[CollectionRecord]) -> list[bool]:
    """Which of some records (with order numbers as they are written) stand already."""
    marks = [mark_of(r) for r in records]
    known = state.standing_marks(marks)
    return [mark in known for mark in marks]


def of_customer(state: State, cons_no: str) -> list[CollectionRecord]:
    """The records of a customer, oldest entry first, those taken back too."""
    return state.collection_of(cons_no)


def suspensions(state: State, as_of: date) -> pd.DataFrame:
    """Who is suspended on a day: cons_no, until (datetime64), why (set_off.WHYS); the last word of each."""
    rows = state.collection_until(tuple(SUSPENDING), as_of)
    last = rows.sort_values(["on_day", "id"]).drop_duplicates(["cons_no", "kind"], keep="last")
    held = last[last["until"] >= pd.Timestamp(as_of)].rename(columns={"kind": "why"})
    return held[["cons_no", "until", "why"]].sort_values(["cons_no", "why"]).reset_index(drop=True)


def contacts(state: State, as_of: date) -> pd.DataFrame:
    """Who was contacted in the year up to a day: cons_no, contacts_12m, last_contact_on, tries_today.

    Records of one order on one day and time are one try; contacted is who was reached by it.
    """
    first = (pd.Timestamp(as_of) - pd.DateOffset(years=1)).date() + timedelta(days=1)
    rows = state.collection_between(first, as_of, TRIES)
    rows["reached"] = ~rows["outcome"].isin(NOT_CONTACTED)
    tries = rows.groupby(["cons_no", "on_day", "at_time", "order_no"], as_index=False)["reached"].max()
    tries["tries_today"] = (tries["on_day"] == pd.Timestamp(as_of)).astype("int64")
    tries["contacts_12m"] = tries["reached"].astype("int64")
    tries["last_contact_on"] = tries["on_day"].where(tries["reached"].astype(bool))
    each = tries.groupby("cons_no")
    made = each[["contacts_12m", "tries_today"]].sum()
    made["last_contact_on"] = each["last_contact_on"].max()
    return made[["contacts_12m", "last_contact_on", "tries_today"]].reset_index()


def failed_channels(state: State, as_of: date) -> pd.DataFrame:
    """Which channels failed at their last try in FAILED_DAYS: cons_no, failed_channels (actions by commas).

    A channel that nobody answers has not failed, and one that worked since does no more.
    """
    rows = state.collection_between(as_of - timedelta(days=FAILED_DAYS), as_of, ("contact", "delivery"))
    by_kind = rows["kind"].map({"contact": "phone"})
    rows["channel"] = rows["method"].where(rows["method"].isin(ACTIONS), by_kind)
    rows = rows[rows["channel"].notna() & (rows["outcome"] != "in_hand")]
    last = rows.sort_values(["on_day", "at_time", "id"]).drop_duplicates(["cons_no", "channel"], keep="last")
    failed = last[last["outcome"] == "failed"].sort_values(["cons_no", "channel"])
    joined = failed.groupby("cons_no")["channel"].agg(",".join)
    return joined.rename("failed_channels").reset_index()


def deliveries(state: State, as_of: date, since: pd.DataFrame | None = None) -> pd.DataFrame:
    """Whom a demand or a stop notice reached, with evidence: cons_no, demanded_on, noticed_on, delivered.

    With `since` (cons_no, since: due day of the oldest line still owed) the first demand after that day and
    notices after it, for these customers alone; without, the last demand. Of notices the last counts.
    """
    rows = state.collection_until(("delivery",), as_of)
    proven = np.logical_and.reduce([(rows[name] != "").to_numpy(dtype=bool) for name in EVIDENCE])
    rows = rows[proven & rows["outcome"].isin(("demand", "notice")).to_numpy(dtype=bool)]
    if since is not None:
        rows = rows.merge(since[["cons_no", "since"]], on="cons_no")
        rows = rows[rows["on_day"] > rows["since"]]
    demands = rows[rows["outcome"] == "demand"].groupby("cons_no")["on_day"]
    made = pd.DataFrame(
        {
            "demanded_on": demands.max() if since is None else demands.min(),
            "noticed_on": rows[rows["outcome"] == "notice"].groupby("cons_no")["on_day"].max(),
        }
    ).astype("datetime64[s]")
    made["delivered"] = made["demanded_on"].notna()
    return made.rename_axis("cons_no").reset_index()


def mark_of(record: CollectionRecord) -> str:
    """What the same thing told twice has in common: all but who told it, when and of whose performance."""
    told = {k: v for k, v in vars(record).items() if k not in _NOT_TOLD}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


_NOT_TOLD = (
    "org_no", "person", "batch", "place", "mark", "id", "at", "who", "withdrawn_by", "withdrawn_why",
)  # fmt: skip


def _placed(db: Database, state: State, records: list[CollectionRecord]) -> list[CollectionRecord]:
    """The records with their order's place, person and unit, and their mark."""
    orders = _Orders(state)
    charge = in_charge(db, {r.cons_no for r in records}).set_index("cons_no")
    ready = []
    for r in records:
        _refuse(r)
        place, row = orders.of(r)
        number, at = place or (None, None)
        then = row or charge.loc[r.cons_no].to_dict()
        r = replace(r, order_no=order_number(number, at)) if number and at else r
        ready.append(
            replace(
                r,
                batch=number,
                place=at,
                mark=mark_of(r),
                person=str(then["person"]),
                org_no=str(then["org_no"]),
            )
        )
    return ready


class _Orders:
    """The orders that records name, each batch read once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._read: dict[int, tuple[list[dict[str, str]], Folded]] = {}

    def of(self, record: CollectionRecord) -> tuple[tuple[int, int] | None, dict[str, str] | None]:
        """(batch, place) of a record's order, and its person and unit; None where it names none."""
        if not record.order_no:
            return None, None
        number, place = parse(record.order_no)
        if number not in self._read:
            rows, held = self._state.order_rows(number)
            self._read[number] = rows.select(["cons_no", "person", "org_no"]).to_pylist(), held
        rows, held = self._read[number]
        if place > len(rows) or rows[place - 1]["cons_no"] != record.cons_no:
            raise InputError("collection_order_other", number=record.order_no, cons_no=record.cons_no)
        if held.issued_on is None:
            raise InputError("collection_order_not_issued", number=record.order_no)
        if record.on_day < held.issued_on:
            raise InputError("collection_record_before", number=record.order_no)
        return (number, place), rows[place - 1]


def _refuse(r: CollectionRecord) -> None:
    """Refuse a record that contradicts itself or is of the future."""
    if r.kind not in OUTCOMES or r.outcome not in OUTCOMES[r.kind]:
        raise InputError("collection_record_kind", kind=r.kind, outcome=r.outcome)
    if r.on_day > today():
        raise InputError("collection_record_future", day=r.on_day.isoformat())
    if r.at_time and not _CLOCK.fullmatch(r.at_time):
        raise InputError("collection_record_time", time=r.at_time)
    most = SUSPENDING.get(r.kind)
    if (most is None) != (r.until is None):
        raise InputError("collection_record_until", kind=r.kind)
    if r.until and most and not r.on_day <= r.until <= r.on_day + timedelta(days=most):
        raise InputError("collection_record_until_far", day=r.until.isoformat(), most=most)
    if r.amount is not None and not 0 <= r.amount <= MOST_FEN:
        raise InputError("collection_record_amount")
    if r.evidence and not _HASH.fullmatch(r.evidence):
        raise InputError("collection_record_evidence")
    if len(r.note) > MOST_NOTE:
        raise InputError("state_text_long", text=f"{r.note[:24]}…", most=MOST_NOTE)
