"""What came of collection, customer by customer: contacts, promises, disputes, deliveries, what was undone.

A record stands until another one takes it back; both stay, and so does the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, insert, select

from data.errors import BusyError, InputError
from data.state import order_acts, tables
from data.state.engine import now, required
from data.state.order_acts import OnOrder
from data.state.orders import FROM, OrderRecords

_AT_ONCE = 500
Effects = Mapping[tuple[str, str], str]
"""By kind and outcome of a record: the act (done, failed) that it is on its order; none where it is none."""


@dataclass(frozen=True)
class CollectionRecord:
    """One thing that happened on a day: `kind` and `outcome` are the service's, `amount` is fen.

    `evidence` is the SHA-256 of a photo or recording. `org_no` and `person` are those in charge then; with
    `batch` and `place` of its order they are filled in by the service, `id`, `at` and `who` by the store.
    `mark` makes of the same thing told twice one record. `withdrawn_by` took it back.
    """

    cons_no: str
    kind: str
    on_day: date
    at_time: str = ""
    order_no: str = ""
    outcome: str = ""
    until: date | None = None
    amount: int | None = None
    method: str = ""
    receiver: str = ""
    reference: str = ""
    evidence: str = ""
    note: str = ""
    org_no: str = ""
    person: str = ""
    batch: int | None = None
    place: int | None = None
    mark: str = ""
    id: int = 0
    at: datetime | None = None
    who: str = ""
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


_FILLED = ("id", "at", "who", "withdrawn_by", "withdrawn_why")


class CollectionRecords(OrderRecords):
    """Reads and adds records, and what they do to their orders, in one write."""

    def record_collection(
        self, records: Iterable[CollectionRecord], who: str, effects: Effects
    ) -> tuple[list[int], int]:
        """Keep records that do not stand already (by their mark); the new ones' numbers, and how many did."""
        given = {r.mark: r for r in records}
        kept: list[int] = []
        with self._write() as c:
            known = self._standing_marks(c, list(given))
            new = [r for mark, r in given.items() if mark not in known]
            if new:
                of = tables.collection_record.c
                before, act = int(c.scalar(select(func.max(of.id))) or 0), {"at": now(), "who": who}
                rows = [{k: v for k, v in vars(r).items() if k not in _FILLED} | act for r in new]
                c.execute(insert(tables.collection_record), rows)
                kept = list(c.scalars(select(of.id).where(of.id > before).order_by(of.id)))
                self._on_orders(c, new, who, effects)
        return kept, len(given) - len(new)

    def reverse_collection(self, number: int, who: str, why: str, effects: Effects) -> None:
        """Take a record back, by a new one; an order that only it ended is open again.

        InputError `collection_record_unknown`, BusyError `collection_record_reversed`.
        """
        required(why)
        table = tables.collection_record
        with self._write() as c:
            row = c.execute(select(table).where(table.c.id == number, table.c.withdraws.is_(None))).first()
            if row is None:
                raise InputError("collection_record_unknown", number=number)
            if c.scalar(select(table.c.id).where(table.c.withdraws == number)) is not None:
                raise BusyError("collection_record_reversed", number=number)
            same = {k: v for k, v in row._mapping.items() if k not in ("id", "at", "who")}
            taken = {**same, "note": why.strip(), "withdraws": number}
            left = self._effect_left(c, row, number, effects)
            c.execute(insert(table).values(at=now(), who=who, **taken))
            if row.batch is not None and (row.kind, row.outcome) in effects:
                self._reopen(c, row.batch, row.place, left, who, why.strip())

    def collection_record(self, number: int) -> CollectionRecord:
        """One record; InputError `collection_record_unknown` where it is none, or takes another back."""
        table = tables.collection_record
        with self._read() as c:
            found = self._told(c, select(table).where(table.c.id == number))
        if not found:
            raise InputError("collection_record_unknown", number=number)
        return found[0]

    def collection_of(self, cons_no: str) -> list[CollectionRecord]:
        """The records of a customer, oldest entry first, those taken back too."""
        table = tables.collection_record
        with self._read() as c:
            return self._told(c, select(table).where(table.c.cons_no == cons_no))

    def collection_between(self, first: date, last: date, kinds: Sequence[str] = ()) -> pd.DataFrame:
        """What stands of some days (both included) and kinds (none: all), a row each, oldest entry first."""
        table = tables.collection_record
        asked = select(table).where(table.c.on_day >= first, table.c.on_day <= last)
        if kinds:
            asked = asked.where(table.c.kind.in_(list(kinds)))
        return self._frame(asked)

    def collection_until(self, kinds: Sequence[str], last: date) -> pd.DataFrame:
        """What stands of some kinds up to a day, a row each, oldest entry first."""
        table = tables.collection_record
        return self._frame(select(table).where(table.c.kind.in_(list(kinds)), table.c.on_day <= last))

    def collection_of_orders(self, batch: int) -> pd.DataFrame:
        """What stands of a batch's orders, a row each, oldest entry first."""
        return self._frame(select(tables.collection_record).where(tables.collection_record.c.batch == batch))

    def _frame(self, asked: Select[Any]) -> pd.DataFrame:
        table, back = tables.collection_record, tables.collection_record.alias()
        gone = select(back.c.withdraws).where(back.c.withdraws.is_not(None))
        stands = asked.where(table.c.withdraws.is_(None), table.c.id.not_in(gone)).order_by(table.c.id)
        names = [column.name for column in table.columns if column.name != "withdraws"]
        with self._read() as c:
            rows = c.execute(stands).all()
        frame = pd.DataFrame([tuple(getattr(r, n) for n in names) for r in rows], columns=names)
        for day in ("on_day", "until"):
            frame[day] = pd.to_datetime(frame[day]).astype("datetime64[s]")
        return frame.astype({"amount": "Int64", "batch": "Int64", "place": "Int64", "id": "int64"})

    def _told(self, c: Connection, asked: Select[Any]) -> list[CollectionRecord]:
        table = tables.collection_record
        rows = c.execute(asked.where(table.c.withdraws.is_(None)).order_by(table.c.id)).mappings().all()
        taken: dict[int, dict[str, Any]] = {}
        for at in range(0, len(rows), _AT_ONCE):
            numbers = [r["id"] for r in rows[at : at + _AT_ONCE]]
            back = select(table.c.withdraws, table.c.who, table.c.note).where(table.c.withdraws.in_(numbers))
            taken |= {
                n: {"withdrawn_by": who, "withdrawn_why": note} for n, who, note in c.execute(back).all()
            }
        return [
            CollectionRecord(**{k: v for k, v in r.items() if k != "withdraws"}, **taken.get(r["id"], {}))
            for r in rows
        ]

    def standing_marks(self, marks: list[str]) -> set[str]:
        """Those of some marks that records bear which nobody took back."""
        with self._read() as c:
            return self._standing_marks(c, marks)

    @staticmethod
    def _standing_marks(c: Connection, marks: list[str]) -> set[str]:
        table = tables.collection_record
        found: dict[int, str] = {}
        for at in range(0, len(marks), _AT_ONCE):
            some = table.c.mark.in_(marks[at : at + _AT_ONCE])
            for number, mark, withdraws in c.execute(
                select(table.c.id, table.c.mark, table.c.withdraws).where(some).order_by(table.c.id)
            ):
                if withdraws is None:
                    found[number] = mark
                else:
                    found.pop(withdraws, None)
        return set(found.values())

    def _on_orders(
        self, c: Connection, records: Iterable[CollectionRecord], who: str, effects: Effects
    ) -> None:
        """What the records are on their orders; one that ended otherwise meanwhile stays as it is."""
        acts: dict[int, dict[int, tuple[str, OnOrder]]] = {}
        for r in records:
            effect = effects.get((r.kind, r.outcome))
            if effect is None or r.batch is None or r.place is None:
                continue
            of = acts.setdefault(r.batch, {})
            if r.place not in of or effect == "done":
                of[r.place] = effect, OnOrder(r.place, r.outcome or r.kind)
        for batch, of in sorted(acts.items()):
            held = self._fold(c, batch)
            for kind in ("done", "failed"):
                on = [o for e, o in of.values() if e == kind and held.of(o.place) in FROM[kind]]
                if on and held.status == "issued":
                    order_acts.write(c, batch, kind, who, kind, sorted(on, key=lambda o: o.place))

    @staticmethod
    def _effect_left(c: Connection, row: Any, number: int, effects: Effects) -> str | None:
        """The effect on an order of the records that are left when one goes."""
        if row.batch is None:
            return None
        table = tables.collection_record
        of_order = select(table).where(table.c.batch == row.batch, table.c.place == row.place)
        rows = c.execute(of_order).all()
        gone = {r.withdraws for r in rows} | {number}
        left = {effects.get((r.kind, r.outcome)) for r in rows if r.withdraws is None and r.id not in gone}
        return "done" if "done" in left else "failed" if "failed" in left else None

    def _reopen(self, c: Connection, batch: int, place: int, left: str | None, who: str, why: str) -> None:
        held = self._fold(c, batch)
        now_is = held.of(place)
        if held.status != "issued" or now_is not in ("done", "failed") or left == now_is:
            return
        if left is not None:
            order_acts.write(c, batch, left, who, why, [OnOrder(place)])
            return
        order_acts.write(c, batch, "reopen", who, why, [OnOrder(place)])
        if (other := self._open_beside(c, batch, [place])) is not None:
            order_acts.write(c, batch, "supersede", who, why, [OnOrder(place, value=other)])
