"""Services that were done, from a list that somebody filled in: read, and checked row by row."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from analytics.policy import Policy
from data.ask.customer_queries import out_of_reach
from data.ask.queries import customers_in_scope
from data.ask.service_queries import TOLERANCE_DAYS
from data.errors import InputError
from data.scope import Scope
from data.state import ServiceRecord, State
from data.warehouse.snapshots import Snapshot
from services.access.actor import Actor, allow
from services.entitlements import service_due, service_list
from services.files.filled_in import Checked, Form, Refused, Row, day_of

FORM = Form(
    ("cons_no", "service", "due_on", "done_on", "note"), ("cons_no", "service", "due_on", "done_on"), 100_000
)
MOST_NOTE = 500
KEPT_DAYS = service_due.BACK_DAYS + service_due.AHEAD_DAYS
"""A list that was downloaded a month ago is still read: its oldest rows were due so many days ago."""


class _Due(NamedTuple):
    due_on: date
    done_on: date | None
    grade: str


def check(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope, rows: list[Row]
) -> Checked[ServiceRecord]:
    """Each row that says something was done against the services due to the customers of
    `scope.allowed_orgs`; nothing is kept.
    """
    filled = [row for row in rows if row["done_on"] or row["note"]]
    mine = Scope(scope.as_of, allowed_orgs=scope.allowed_orgs)
    checker = _Checker(db, policy, state, mine, {row["cons_no"] for row in filled})
    taken: list[ServiceRecord] = []
    refused: list[Refused] = []
    for row in filled:
        checked = checker.of(row)
        if isinstance(checked, Refused):
            refused.append(checked)
        else:
            taken.append(checked)
    return Checked(tuple(taken), tuple(refused), len(rows) - len(filled))


class _Checker:
    """What the rows of one file are held against, asked once."""

    def __init__(
        self, db: Snapshot, policy: Policy, state: State | None, scope: Scope, wanted: set[str]
    ) -> None:
        day = scope.as_of
        first, last = day - timedelta(days=KEPT_DAYS), day + timedelta(days=service_due.AHEAD_DAYS)
        listed = service_list.listed(db, policy, state, scope, first, last, wanted)
        self._due: dict[tuple[str, str], list[_Due]] = defaultdict(list)
        dues = (
            listed["due_on"].dt.date,
            [None if d != d else d.date() for d in listed["done_on"]],
            listed["grade"],
        )
        for cons_no, service, *due in zip(listed["cons_no"], listed["service"], *dues, strict=True):
            self._due[cons_no, service].append(_Due(*due))
        self._known = frozenset(customers_in_scope(db, scope)["cons_no"]) | {no for no, _ in self._due}
        self._policy, self._as_of = policy, day
        self._services = {s.key for s in policy.credit.services}
        self._lines: dict[tuple[str, str, date], int] = {}

    def of(self, row: Row) -> ServiceRecord | Refused:
        """The row as a record, or why it is not taken."""
        if row.has_formula:
            return Refused(row, "formula")
        if row["service"] not in self._services:
            return Refused(row, "service")
        if row["cons_no"] not in self._known:
            return Refused(row, "customer")
        due_on, done_on = day_of(row["due_on"]), day_of(row["done_on"])
        if due_on is None:
            return Refused(row, "due_day")
        if done_on is None:
            return Refused(row, "done_day" if row["done_on"] else "no_day")
        if len(row["note"]) > MOST_NOTE:
            return Refused(row, "note")
        return self._placed(row, due_on, done_on)

    def _placed(self, row: Row, due_on: date, done_on: date) -> ServiceRecord | Refused:
        """The row on the service due that lies nearest, where there is one and it is still to be done."""
        near = [
            (abs((d.due_on - due_on).days), d)
            for d in self._due.get((row["cons_no"], row["service"]), ())
            if abs((d.due_on - due_on).days) <= TOLERANCE_DAYS
        ]
        if not near:
            return Refused(row, "not_due")
        due = min(near, key=lambda n: n[0])[1]
        if due.done_on is not None:
            return Refused(row, "done_before", due.done_on.isoformat())
        record = ServiceRecord(row["cons_no"], row["service"], due.due_on, done_on, row["note"], due.grade)
        if reason := service_due.unlikely_day(self._policy, record, self._as_of):
            return Refused(row, reason, self._as_of.isoformat())
        place = (row["cons_no"], row["service"], due.due_on)
        if place in self._lines:
            return Refused(row, "twice", str(self._lines[place]))
        self._lines[place] = row.line
        return record


def take_back(db: Snapshot, state: State, actor: Actor, number: int) -> int:
    """Take back what was recorded in one go; how many services that were.

    Who is confined to units takes back their own alone: InputError `service_batch_of_others`,
    `service_batch_elsewhere` (a customer outside their units), `service_batch_unknown`.
    """
    allow(actor, "services")
    recorded = state.services_of_batch(number)
    if actor.orgs:
        if number not in {b.id for b in state.batches(actor.name, limit=None)}:
            raise InputError("service_batch_of_others", number=number)
        if out_of_reach(db, {r.cons_no for r in recorded}, actor.orgs):
            raise InputError("service_batch_elsewhere", number=number)
    return state.withdraw_batch(number, actor.name)
