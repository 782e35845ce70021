"""Services that were done, from a list that somebody filled in: read, and checked row by row."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from analytics.policy import Policy
from data.errors import InputError
from data.queries import customers_in_scope
from data.scope import Scope
from data.service_queries import TOLERANCE_DAYS
from data.state import ServiceRecord, State
from data.warehouse import Snapshot
from services import service_due
from services.uploaded_table import table_rows

FIELDS = ("cons_no", "service", "due_on", "done_on", "note")
NEEDED = FIELDS[:4]
MOST_ROWS = 100_000
MOST_NOTE = 500
HEADING_WITHIN = 20
KEPT_DAYS = service_due.BACK_DAYS + service_due.AHEAD_DAYS
"""A list that was downloaded a month ago is still read: its oldest rows were due so many days ago."""
_DAY = re.compile(
    r"(\d{4})(?:[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?|(\d\d)(\d\d))"
    r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
)


@dataclass(frozen=True)
class Row:
    """One line of the file that says something was done, as text."""

    line: int
    cons_no: str
    service: str
    due_on: str
    done_on: str
    note: str


@dataclass(frozen=True)
class Refused:
    """A row that is not taken: `reason` is a key of the locales' `services.refused`; `told` its detail."""

    row: Row
    reason: str
    told: str = ""


@dataclass(frozen=True)
class Checked:
    """What a file comes to: services to be recorded, rows refused, and how many lines were left open."""

    taken: tuple[ServiceRecord, ...]
    refused: tuple[Refused, ...]
    left_open: int


class _Due(NamedTuple):
    due_on: date
    done_on: date | None
    grade: str


def read(content: bytes, name: str, headings: Mapping[str, Collection[str]]) -> tuple[list[Row], int]:
    """The rows that are filled in, and how many are not. `headings` are the names that a field may have.

    InputError: `table_*`, `services_no_heading`, `services_too_many_rows`.
    """
    rows: list[Row] = []
    left_open, places = 0, None
    for count, (line, cells) in enumerate(table_rows(content, name, formulas=True)):
        if places is None:
            places = _places(cells, headings)
            if places is None and count + 1 >= HEADING_WITHIN:
                break
            continue
        if count > MOST_ROWS:
            raise InputError("services_too_many_rows", name=name, most=MOST_ROWS)
        row = Row(line, **{f: cells[i].strip() if i < len(cells) else "" for f, i in places.items()})
        if row.done_on or row.note:
            rows.append(row)
        else:
            left_open += 1
    if places is None:
        raise InputError("services_no_heading", name=name, wanted=[sorted(headings[f])[-1] for f in NEEDED])
    return rows, left_open


def check(
    db: Snapshot, policy: Policy, state: State | None, scope: Scope, rows: list[Row], left_open: int = 0
) -> Checked:
    """Each row against the list of services due to the customers of `scope.allowed_orgs`; nothing is kept."""
    mine = Scope(scope.as_of, allowed_orgs=scope.allowed_orgs)
    checker = _Checker(db, policy, state, mine)
    taken: list[ServiceRecord] = []
    refused: list[Refused] = []
    for row in rows:
        found = checker.of(row)
        if isinstance(found, Refused):
            refused.append(found)
        else:
            taken.append(found)
    return Checked(tuple(taken), tuple(refused), left_open)


def day_of(text: str) -> date | None:
    """A day as people write it: 2026-8-3, 2026/08/03, 20260803, with the Chinese characters; else None."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, *rest = found.groups()
    month, day = (int(part) for part in rest if part is not None)
    try:
        return date(int(year), month, day)
    except ValueError:
        return None


class _Checker:
    """What the rows of one file are held against, asked once."""

    def __init__(self, db: Snapshot, policy: Policy, state: State | None, scope: Scope) -> None:
        day = scope.as_of
        first, last = day - timedelta(days=KEPT_DAYS), day + timedelta(days=service_due.AHEAD_DAYS)
        listed = service_due.listed(db, policy, state, scope, first, last)
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
        if any(text.startswith(("=", "＝")) for text in _texts(row)):
            return Refused(row, "formula")
        if row.service not in self._services:
            return Refused(row, "service")
        if row.cons_no not in self._known:
            return Refused(row, "customer")
        due_on, done_on = day_of(row.due_on), day_of(row.done_on)
        if due_on is None:
            return Refused(row, "due_day")
        if done_on is None:
            return Refused(row, "done_day" if row.done_on else "no_day")
        if len(row.note) > MOST_NOTE:
            return Refused(row, "note")
        return self._placed(row, due_on, done_on)

    def _placed(self, row: Row, due_on: date, done_on: date) -> ServiceRecord | Refused:
        """The row on the service due that lies nearest, where there is one and it is still to be done."""
        near = [
            (abs((d.due_on - due_on).days), d)
            for d in self._due.get((row.cons_no, row.service), ())
            if abs((d.due_on - due_on).days) <= TOLERANCE_DAYS
        ]
        if not near:
            return Refused(row, "not_due")
        due = min(near, key=lambda n: n[0])[1]
        if due.done_on is not None:
            return Refused(row, "done_before", due.done_on.isoformat())
        record = ServiceRecord(row.cons_no, row.service, due.due_on, done_on, row.note, due.grade)
        if reason := service_due.unlikely_day(self._policy, record, self._as_of):
            return Refused(row, reason, self._as_of.isoformat())
        place = (row.cons_no, row.service, due.due_on)
        if place in self._lines:
            return Refused(row, "twice", str(self._lines[place]))
        self._lines[place] = row.line
        return record


def _texts(row: Row) -> tuple[str, ...]:
    return row.cons_no, row.service, row.due_on, row.done_on, row.note


def _places(cells: list[str], headings: Mapping[str, Collection[str]]) -> dict[str, int] | None:
    """Where the fields stand, by their headings; None where a needed one is missing."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = unicodedata.normalize("NFKC", cell).strip().lower()
        field = next((f for f, names in headings.items() if text in {n.lower() for n in names}), None)
        if field is not None:
            found.setdefault(field, place)
    if not all(f in found for f in NEEDED):
        return None
    return {"note": len(cells) + 1, **found}


def take_back(db: Snapshot, state: State, scope: Scope, number: int, who: str) -> int:
    """Take back what was recorded in one go; how many services that were.

    InputError `service_batch_elsewhere` (a customer outside `scope.allowed_orgs`), `service_batch_unknown`.
    """
    if scope.allowed_orgs:
        mine = Scope(scope.as_of, allowed_orgs=scope.allowed_orgs)
        known = set(customers_in_scope(db, mine)["cons_no"])
        if any(r.cons_no not in known for r in state.services_of_batch(number)):
            raise InputError("service_batch_elsewhere", number=number)
    return state.withdraw_batch(number, who)
