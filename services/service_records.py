"""Services that a grade promises: which are owed, which were done, and the fulfilment (服务履约率)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analytics.policy import Policy
from analytics.service_standards import Service
from data.customer_queries import orgs_of
from data.errors import InputError
from data.sql_files import Database
from data.state import ServiceRecord, State


@dataclass(frozen=True)
class Fulfilment:
    """Services that were due: how many, how many are done, how many were done by their day."""

    due: int
    done: int
    in_time: int

    @property
    def rate(self) -> float:
        """Done by their day ÷ due; NaN where none was due."""
        return self.in_time / self.due if self.due else math.nan


def standard(policy: Policy, grade: str | None) -> tuple[Service, ...]:
    """What a customer of a grade is owed, in the policy's order."""
    return tuple(s for s in policy.credit.services if s.grade == grade)


def record_due(
    state: State,
    policy: Policy,
    cons_nos: Iterable[str],
    service: str,
    due_on: date,
    who: str,
    grade: str | None = None,
    note: str = "",
) -> None:
    """Note a service of the policy as owed to customers by a day."""
    known = dict.fromkeys(s.key for s in policy.credit.services)
    if service not in known:
        raise InputError("service_unknown", service=service, known=", ".join(known))
    state.record_services((ServiceRecord(n, service, due_on, None, note, grade) for n in cons_nos), who)


def record_done(
    state: State, cons_no: str, service: str, due_on: date, done_on: date, who: str, note: str = ""
) -> None:
    """Note a service that was owed as done; InputError `service_not_due` where it was not, or is done."""
    due = _owed(state, cons_no, service, due_on)
    if due.done_on is not None:
        raise InputError("service_done_before", service=service, done_on=due.done_on.isoformat())
    state.record_services([ServiceRecord(cons_no, service, due_on, done_on, note, due.grade)], who)


def withdraw(state: State, cons_no: str, service: str, due_on: date, who: str, note: str = "") -> None:
    """Take back a service, due or done, by a new record."""
    due = _owed(state, cons_no, service, due_on)
    record = ServiceRecord(cons_no, service, due_on, due.done_on, note, due.grade, withdrawn=True)
    state.record_services([record], who)


def services_of(state: State, cons_no: str) -> list[ServiceRecord]:
    """The services of a customer, by due day."""
    return state.services(cons_no)


def fulfilment(
    state: State | None,
    db: Database,
    first: date,
    last: date,
    on: date,
    orgs: tuple[str, ...] = (),
    allowed_orgs: tuple[str, ...] = (),
) -> Fulfilment:
    """Of the services due from one day through another, what was done by the day `on`.

    Units by prefix, empty: all. A service whose day is later than `on` is not due yet.
    """
    due = state.services_due(first, min(last, on)) if state else []
    if due and (orgs or allowed_orgs):
        within = orgs_of(db, sorted({r.cons_no for r in due}))
        fits = {n for n, o in within.items() if all(not p or o.startswith(p) for p in (orgs, allowed_orgs))}
        due = [r for r in due if r.cons_no in fits]
    done = [r for r in due if r.done_on is not None and r.done_on <= on]
    return Fulfilment(len(due), len(done), sum(r.done_on <= r.due_on for r in done if r.done_on))


def _owed(state: State, cons_no: str, service: str, due_on: date) -> ServiceRecord:
    found = (r for r in state.services(cons_no) if r.service == service and r.due_on == due_on)
    record = next(found, None)
    if record is None:
        raise InputError("service_not_due", service=service, due_on=due_on.isoformat())
    return record
