"""Services that customers of a grade are owed: due, done, not needed any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select

from data.errors import BusyError, InputError
from data.state import tables
from data.state.engine import StateEngine, now

_AT_ONCE = 500
DoneService = tuple[str, str, date, date]
"""Customer, service, due day and the day it was done."""


@dataclass(frozen=True)
class ServiceRecord:
    """One service of a customer on its due day, as its newest record has it; done where `done_on` is set.

    `who` and `at` are the newest record's and are filled in by the store.
    """

    cons_no: str
    service: str
    due_on: date
    done_on: date | None = None
    note: str = ""
    grade: str | None = None
    withdrawn: bool = False
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class ServiceBatch:
    """Services recorded in one go: from a file of that name, or ticked on a page (no name).

    `first` and `last` are the numbers of its records; `withdrawn_by` took it back.
    """

    id: int
    at: datetime
    who: str
    name: str
    first: int
    last: int
    withdrawn_by: str | None = None

    @property
    def services(self) -> int:
        """How many services it holds."""
        return self.last - self.first + 1


class ServiceRecords(StateEngine):
    """Reads and adds services; a (customer, service, due day) stands as its last record says.

    What was done stays done when it is noted as due once more; withdrawing is what takes it back.
    """

    _held_done: tuple[int, list[DoneService]] | None = None

    def record_services(self, records: Iterable[ServiceRecord], who: str, batch: str | None = None) -> None:
        """Keep services as due (no `done_on`), as done, or as withdrawn; as a batch where it has a name."""
        given = list(records)
        if given:
            with self._write() as c:
                self._add(c, given, who, batch)

    @staticmethod
    def _add(
        c: Connection,
        records: Iterable[ServiceRecord],
        who: str,
        batch: str | None,
        withdraws: int | None = None,
    ) -> None:
        """A writer is alone: the numbers of what it adds follow one another."""
        act = {"at": now(), "who": who}
        before = _newest_number(c)
        if rows := [asdict(r) | act | {"withdrawn": int(r.withdrawn)} for r in records]:
            c.execute(insert(tables.service), rows)
        if batch is not None:
            numbers = {"first": before + 1, "last": _newest_number(c), "withdraws": withdraws}
            c.execute(insert(tables.service_batch).values(name=batch[:200], **act, **numbers))

    def batches(self, who: str | None = None, limit: int | None = 20) -> list[ServiceBatch]:
        """What was recorded many at once, newest first: by one person, or by all."""
        table = tables.service_batch
        with self._read() as c:
            taken = dict(
                c.execute(select(table.c.withdraws, table.c.who).where(table.c.withdraws.is_not(None))).all()
            )
            asked = select(table).where(table.c.withdraws.is_(None)).order_by(table.c.id.desc()).limit(limit)
            rows = c.execute(asked if who is None else asked.where(table.c.who == who)).all()
        return [ServiceBatch(r.id, r.at, r.who, r.name, r.first, r.last, taken.get(r.id)) for r in rows]

    def services_of_batch(self, number: int) -> list[ServiceRecord]:
        """The records of a batch as they were written."""
        with self._read() as c:
            batch = _batch(c, number)
            return self._newest(_between(batch.first, batch.last), c)

    def withdraw_batch(self, number: int, who: str) -> int:
        """Take a batch back, by new records; what a later record speaks of stays. How many that were."""
        of = tables.service_batch.c
        with self._write() as c:
            batch = _batch(c, number)
            if c.scalar(select(of.id).where(of.withdraws == number)) is not None:
                raise BusyError("service_batch_withdrawn_before", number=number)
            mine = {_place(r): r for r in self._newest(_between(batch.first, batch.last), c)}
            later = select(tables.service).where(tables.service.c.id > batch.last)
            for row in c.execute(later).mappings():
                if row["done_on"] is not None or row["withdrawn"]:
                    mine.pop((row["cons_no"], row["service"], row["due_on"]), None)
            self._add(c, (replace(r, withdrawn=True) for r in mine.values()), who, batch.name, number)
        return len(mine)

    def services_version(self) -> int:
        """A number that grows with every record of a service."""
        with self._read() as c:
            return _newest_number(c)

    def services(self, cons_no: str) -> list[ServiceRecord]:
        """The services of a customer, by due day; withdrawn ones left out."""
        return self.services_of([cons_no])

    def services_of(self, cons_nos: Iterable[str]) -> list[ServiceRecord]:
        """The services of some customers, by due day; withdrawn ones left out."""
        numbers, records = sorted(set(cons_nos)), []
        with self._read() as c:
            for at in range(0, len(numbers), _AT_ONCE):
                some = tables.service.c.cons_no.in_(numbers[at : at + _AT_ONCE])
                records += self._newest(select(tables.service).where(some), c)
        return sorted(records, key=_order)

    def services_due(self, first: date, last: date) -> list[ServiceRecord]:
        """All customers' services due from one day through another, by due day."""
        of = tables.service.c
        with self._read() as c:
            return self._newest(select(tables.service).where(of.due_on >= first, of.due_on <= last), c)

    def services_done(self) -> list[DoneService]:
        """What stands as done, in no order; read anew only when something was recorded."""
        version = self.services_version()
        held = self._held_done
        if held is None or held[0] != version:
            held = self._held_done = version, self._read_done()
        return held[1]

    def _read_done(self) -> list[DoneService]:
        of = tables.service.c
        decided = or_(of.done_on.is_not(None), of.withdrawn == 1)
        last = select(func.max(of.id)).where(decided).group_by(of.cons_no, of.service, of.due_on)
        asked = select(of.cons_no, of.service, of.due_on, of.done_on)
        with self._read() as c:
            rows = c.execute(asked.where(of.id.in_(last), of.withdrawn == 0))
            return [(r.cons_no, r.service, r.due_on, r.done_on) for r in rows]

    @staticmethod
    def _newest(asked: Select[tuple[object, ...]], c: Connection) -> list[ServiceRecord]:
        standing: dict[tuple[str, str, date], ServiceRecord] = {}
        for row in c.execute(asked.order_by(tables.service.c.id)).mappings():
            fields = {k: v for k, v in row.items() if k != "id"}
            record = ServiceRecord(**(fields | {"withdrawn": bool(row["withdrawn"])}))
            key = _place(record)
            done = key in standing and standing[key].done_on and not standing[key].withdrawn
            if not done or record.done_on or record.withdrawn:
                standing[key] = record
        return sorted((r for r in standing.values() if not r.withdrawn), key=_order)


def _place(record: ServiceRecord) -> tuple[str, str, date]:
    return record.cons_no, record.service, record.due_on


def _order(record: ServiceRecord) -> tuple[date, str, str]:
    return record.due_on, record.cons_no, record.service


def _newest_number(c: Connection) -> int:
    return int(c.scalar(select(func.max(tables.service.c.id))) or 0)


def _between(first: int, last: int) -> Select[tuple[object, ...]]:
    return select(tables.service).where(tables.service.c.id.between(first, last))


def _batch(c: Connection, number: int) -> Row[Any]:
    table = tables.service_batch
    asked = select(table).where(table.c.id == number, table.c.withdraws.is_(None))
    batch = c.execute(asked).first()
    if batch is None:
        raise InputError("service_batch_unknown", number=number)
    return batch
