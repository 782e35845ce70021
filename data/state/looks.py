"""Who looked at whose full name, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from data.state import tables
from data.state.engine import StateEngine, now, required


@dataclass(frozen=True)
class Unmasking:
    """One look at a customer's full name, phone or address."""

    at: datetime
    who: str
    why: str
    cons_no: str
    place: str


class LookRecords(StateEngine):
    """Reads and adds looks."""

    def record_unmask(self, cons_nos: Iterable[str], who: str, why: str, place: str) -> None:
        """Keep who looked at whose full name, and why; before it is shown."""
        required(why)
        at = now()
        rows = [{"at": at, "who": who, "why": why, "cons_no": n, "place": place} for n in cons_nos]
        if rows:
            with self._write() as c:
                c.execute(insert(tables.unmasked), rows)

    def unmaskings(self, limit: int = 1000) -> list[Unmasking]:
        """The newest looks, newest first."""
        log = tables.unmasked.c
        with self._read() as c:
            asked = (
                select(log.at, log.who, log.why, log.cons_no, log.place).order_by(log.id.desc()).limit(limit)
            )
            return [Unmasking(**row) for row in c.execute(asked).mappings()]
