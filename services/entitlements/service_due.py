"""Services due and done: derived from the policy's schedule and the grade a customer holds (服务履约率)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.policy import Policy
from analytics.service_standards import Service, periods
from data.ask import service_queries as queries
from data.ask.service_queries import HOLDERS, PERIODS, RECORDS, RULES, Listed, ServiceTables
from data.errors import InputError
from data.kept.kept_files import is_kept
from data.scope import Scope
from data.state import ServiceRecord, State
from data.warehouse.snapshots import Snapshot
from services.access.actor import Actor, allow, reach
from services.credit.grading import graded_path
from services.decided import published_grades
from services.decided.inputs import decided

BACK_DAYS = 62
AHEAD_DAYS = 31
Places = Mapping[tuple[str, str], int]
ALWAYS = (date(1900, 1, 1), date(9999, 12, 31))


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


def of_customer(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope, cons_key: int, cons_no: str, grade: str
) -> pd.DataFrame:
    """One customer's services from two months ago to a month ahead, by due day.

    `service, grade, due_on, done_on, status`: in_time, late, missed (past and not done), open, or earlier
    (not done and due before recording began, `starts_on`: nobody has missed it).
    """
    day = scope.as_of
    first, last = day - timedelta(days=BACK_DAYS), day + timedelta(days=AHEAD_DAYS)
    holders = pa.table([[cons_no], [grade], [ALWAYS[0]], [ALWAYS[1]]], schema=HOLDERS)
    records = _records(state.services(cons_no) if state else ())
    tables = ServiceTables(holders, rules(policy), _periods(policy, first, last, None), records)
    wanted = Listed(first, last, longest(policy), starts_on(state, day), cons_key=cons_key)
    due = queries.services_due(db, scope, tables, wanted)
    rows = due.to_dict("records")
    return due.assign(status=["earlier" if r["earlier"] else _status(r, day) for r in rows])


def starts_on(state: State | None, day: date) -> date:
    """The day from which what was not done is overdue: the first service ever done, else the day itself."""
    return began(state, day) or day


def began(state: State | None, day: date) -> date | None:
    """The day of the first service ever done, up to a day: nothing counts before it."""
    if state is None:
        return None
    done = _done(state)["done_on"]
    first: date | None = pc.min(done.filter(pc.less_equal(done, pa.scalar(day, pa.date32())))).as_py()
    return first


def is_gradable(db: Snapshot, policy: Policy, state: State | None, day: date) -> bool:
    """Whether the grades that services hang on are there: published for the day, or computed already."""
    if state is not None and published_grades.publication_on(state, day) is not None:
        return True
    return is_kept(graded_path(db, policy, day, decided(state, day)))


def fulfilment(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope
) -> tuple[Fulfilment, pd.DataFrame]:
    """Of the services due since the first one ever done, those done by their day; and by unit and service.

    The frame has `org_no, service, due, done, in_time`.
    """
    start = began(state, scope.as_of)
    if state is None or start is None:
        return Fulfilment(0, 0, 0), pd.DataFrame(columns=["org_no", "service", "due", "done", "in_time"])
    given = tables(db, policy, state, scope, start, scope.as_of)
    due = queries.services_fulfilled(db, scope, given, Listed(start, scope.as_of, longest(policy), start))
    sums = due[["due", "done", "in_time"]].sum()
    return Fulfilment(int(sums["due"]), int(sums["done"]), int(sums["in_time"])), due


def record_done(
    db: Snapshot,
    state: State,
    actor: Actor,
    policy: Policy,
    done: Iterable[ServiceRecord],
    on: date,
    batch: str | None = None,
    back: Iterable[ServiceRecord] = (),
) -> int:
    """Keep services of the actor's customers as done and take others `back`, all or none.

    Gives back how many done ones were new. Refused where one is unknown or its day unlikely. With the name of
    a `batch` (a file's, or empty) they can be taken back together.
    """
    allow(actor, "services")
    known = dict.fromkeys(s.key for s in policy.credit.services)
    kept, undone = list(done), [replace(r, note="", withdrawn=True) for r in back]
    reach(db, actor, {r.cons_no for r in (*kept, *undone)})
    for r in kept:
        if r.service not in known:
            raise InputError("service_unknown", service=r.service, known=", ".join(known))
        if reason := unlikely_day(policy, r, on):
            raise InputError(f"service_{reason}", cons_no=r.cons_no, on=on.isoformat())
    recorded = state.services_of(r.cons_no for r in kept)
    before = {_place(r) for r in recorded if r.done_on is not None} - {_place(r) for r in undone}
    new = [r for r in kept if _place(r) not in before]
    state.record_services([*undone, *new], actor.name, batch)
    return len(new)


def unlikely_day(policy: Policy, record: ServiceRecord, on: date) -> str | None:
    """Why a service cannot have been done on its day: `done_later` than `on` or on no day, `done_early`.

    Nothing is done long before its period begins; and a year mistyped would move the day that counting
    begins on.
    """
    if record.done_on is None or record.done_on > on:
        return "done_later"
    months = max((s.every_months for s in policy.credit.services if s.key == record.service), default=0)
    earliest = record.due_on - timedelta(days=max(BACK_DAYS, 31 * months))
    return "done_early" if record.done_on < earliest else None


def _place(record: ServiceRecord) -> tuple[str, str, date]:
    return record.cons_no, record.service, record.due_on


def _status(row: dict[Any, Any], day: date) -> str:
    due = pd.Timestamp(row["due_on"]).date()
    if pd.isna(row["done_on"]):
        return "missed" if due < day else "open"
    return "in_time" if pd.Timestamp(row["done_on"]).date() <= due else "late"


def tables(
    db: Snapshot,
    policy: Policy,
    state: State | None,
    scope: Scope,
    first: date,
    last: date,
    begun: date | None = ALWAYS[0],
    of: Collection[str] | None = None,
    places: Places | None = None,
) -> ServiceTables:
    """What the queries read beside the snapshot: with `begun`, calendar periods that began by then are left
    out; with `of`, some customers alone; `places` are those of the services where a list is ordered by them.
    """
    holders = _holders(db, policy, state, scope.as_of, first, last)
    if of is not None:
        holders = holders.filter(pc.is_in(holders["cons_no"], value_set=pa.array(sorted(of), pa.string())))
    records = _done(state) if state else RECORDS.empty_table()
    since = first if begun is not None else None
    return ServiceTables(holders, rules(policy, places), _periods(policy, first, last, since), records)


def _holders(
    db: Snapshot, policy: Policy, state: State | None, as_of: date, first: date, last: date
) -> pa.Table:
    """Who holds which grade when: as published; where nothing is, as computed on the as-of date."""
    parts: list[pa.Table] = []
    free = [(ALWAYS[0], ALWAYS[1])]
    for p in state.publications_in_force() if state else ():
        if state is None or p.valid_from > last or p.valid_to < first:
            continue
        frame = published_grades.in_period(state, p, max(p.valid_from, min(as_of, p.valid_to)))
        parts.append(_held(pa.array(frame["cons_no"]), pa.array(frame["grade"]), p.valid_from, p.valid_to))
        before, after = free.pop()
        one = timedelta(days=1)
        free += [(before, p.valid_from - one), (p.valid_to + one, after)]
    path = graded_path(db, policy, as_of, decided(state, as_of))
    if is_kept(path):
        holders = pq.read_table(path, columns=["cons_no", "grade"])
        holders = holders.filter(pc.is_valid(holders["grade"]))
        parts += [
            _held(holders["cons_no"], holders["grade"], a, b) for a, b in free if a <= last and b >= first
        ]
    return pa.concat_tables(parts) if parts else HOLDERS.empty_table()


def _held(cons_no: Any, grade: Any, first: date, last: date) -> pa.Table:
    n = len(cons_no)
    days = [pa.repeat(pa.scalar(d, pa.date32()), n) for d in (first, last)]
    return pa.table([cons_no, grade, *days], names=HOLDERS.names).cast(HOLDERS)


def rules(policy: Policy, places: Places | None = None) -> pa.Table:
    """The policy's schedule, one row per service and grade that a list can hold."""
    rows = [
        {
            "grade": s.grade,
            "service": s.key,
            "start": s.start,
            "days": s.days,
            "every_months": s.every_months,
            "place": (places or {}).get((s.key, s.grade), 0),
        }
        for s in policy.credit.services
        if s.is_listed
    ]
    return pa.Table.from_pylist(rows, schema=RULES)


def _periods(policy: Policy, first: date, last: date, since: date | None) -> pa.Table:
    """The calendar periods that end in the span; with `since`, only those that began on that day or later."""
    rows = [
        {"every_months": months, "from_on": begins, "to_on": ends}
        for months in sorted({s.every_months for s in policy.credit.services if s.start == "calendar"})
        for begins, ends in periods(months, first, last)
        if since is None or begins >= since
    ]
    return pa.Table.from_pylist(rows, schema=PERIODS)


def _done(state: State) -> pa.Table:
    done = state.services_done()
    columns: list[Any] = [[row[i] for row in done] for i in range(len(RECORDS))]
    return pa.table(columns, schema=RECORDS)


def _records(records: Iterable[ServiceRecord]) -> pa.Table:
    rows = [
        {"cons_no": r.cons_no, "service": r.service, "due_on": r.due_on, "done_on": r.done_on}
        for r in records
        if r.done_on is not None
    ]
    return pa.Table.from_pylist(rows, schema=RECORDS)


def longest(policy: Policy) -> int:
    """The most days after its issue that a service of the policy may have."""
    return max((s.days for s in policy.credit.services if s.start == "issue"), default=0)
