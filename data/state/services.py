"""Services that customers of a grade are owed: due, done, not needed any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, insert, select

from data.state import tables
from data.state.engine import StateEngine, now


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


class ServiceRecords(StateEngine):
    """Reads and adds services; a (customer, service, due day) stands as its last record says.

    What was done stays done when it is noted as due once more; withdrawing is what takes it back.
    """

    def record_services(self, records: Iterable[ServiceRecord], who: str) -> None:
        """Keep services as due (no `done_on`), as done, or as withdrawn."""
        at = now()
        rows = [asdict(r) | {"at": at, "who": who, "withdrawn": int(r.withdrawn)} for r in records]
        if rows:
            with self._write() as c:
                c.execute(insert(tables.service), rows)

    def services_version(self) -> int:
        """A number that grows with every record of a service."""
        with self._read() as c:
            return int(c.scalar(select(func.max(tables.service.c.id))) or 0)

    def services(self, cons_no: str) -> list[ServiceRecord]:
        """The services of a customer, by due day; withdrawn ones left out."""
        return self._newest(select(tables.service).where(tables.service.c.cons_no == cons_no))

    def services_due(self, first: date, last: date) -> list[ServiceRecord]:
        """All customers' services due from one day through another, by due day."""
        of = tables.service.c
        return self._newest(select(tables.service).where(of.due_on >= first, of.due_on <= last))

    def _newest(self, asked: Select[tuple[object, ...]]) -> list[ServiceRecord]:
        standing: dict[tuple[str, str, date], ServiceRecord] = {}
        with self._read() as c:
            for row in c.execute(asked.order_by(tables.service.c.id)).mappings():
                told = {k: v for k, v in row.items() if k != "id"}
                record = ServiceRecord(**(told | {"withdrawn": bool(row["withdrawn"])}))
                key = (record.cons_no, record.service, record.due_on)
                done = key in standing and standing[key].done_on and not standing[key].withdrawn
                if not done or record.done_on or record.withdrawn:
                    standing[key] = record
        kept = (r for r in standing.values() if not r.withdrawn)
        return sorted(kept, key=lambda r: (r.due_on, r.cons_no, r.service))
