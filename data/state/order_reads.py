"""Batches of collection orders as they are read: rows in compressed parts, states from what was done."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, func, select

from data.errors import BusyError, EnvironmentRefusedError, InputError
from data.state import order_acts, tables
from data.state.engine import StateEngine
from data.state.order_acts import STATES, Folded, OrderAct

MOST_HELD = 8_000_000
"""How many orders' states are kept in memory; of more, those asked longest ago are read again."""
SCHEMA = pa.schema(
    [
        ("place", pa.int32()),
        ("cons_no", pa.string()),
        ("org_no", pa.string()),
        ("person", pa.string()),
        ("action", pa.string()),
        ("rule", pa.string()),
        ("grade", pa.string()),
        ("owed_now", pa.int64()),
        ("overdue", pa.int64()),
        ("late_fee", pa.int64()),
        ("days_overdue", pa.int32()),
        ("p_late", pa.float64()),
        ("expected", pa.int64()),
        ("minutes", pa.float64()),
        ("lawful_on", pa.date32()),
        ("rank", pa.int32()),
    ]
)
"""One order a customer, by cons_no, which numbers the places from 1; money in fen; `rank` as proposed.

`person` and `org_no` are those in charge on the day of the batch.
"""


@dataclass(frozen=True)
class Batch:
    """One batch; `policy` is the rules' TOML, `content_hash` that of its parts (SHA-256), `owed` fen.

    `seen` is the newest act on it as it was read: who issues it issues what they saw.
    """

    id: int
    at: datetime
    who: str
    why: str
    as_of: date
    policy_version: str
    policy: str
    snapshot: str
    orders: int
    owed: int
    content_hash: str
    status: str = "proposed"
    seen: int = 0
    open: int = 0
    acts: tuple[OrderAct, ...] = ()


ACTED = pa.schema(
    [
        ("act", pa.int64()),
        ("at", pa.timestamp("us")),
        ("who", pa.string()),
        ("batch", pa.int64()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("place", pa.int32()),
        ("why", pa.string()),
        ("value", pa.int64()),
        ("before", pa.int64()),
    ]
)


class OrderReads(StateEngine):
    """Reads batches; what became of each is kept in memory and read on from there."""

    _held: dict[int, Folded] | None = None

    def was_retracted(self, source: str) -> bool:
        """Whether open orders were held against a snapshot."""
        of = tables.collection_act.c
        with self._read() as c:
            return (
                c.scalar(select(of.id).where(of.source == source, of.kind == "looked").limit(1)) is not None
            )

    def order_batches(self) -> list[Batch]:
        """Every batch, newest first, without the text of its policy (`order_batch` has it)."""
        table = tables.collection_batch
        with self._read() as c:
            told = [column for column in table.c if column.name != "policy"]
            rows = c.execute(select(*told).order_by(table.c.id.desc())).mappings().all()
            return [self._batch(c, {**row, "policy": ""}) for row in rows]

    def order_batch(self, number: int) -> Batch:
        """One batch; InputError `collection_batch_unknown`."""
        table = tables.collection_batch
        with self._read() as c:
            row = c.execute(select(table).where(table.c.id == number)).mappings().first()
            if row is None:
                raise InputError("collection_batch_unknown", number=number)
            return self._batch(c, row)

    def order_rows(self, number: int) -> tuple[pa.Table, Folded]:
        """All orders of a batch, by place, and what became of them; refused where damaged."""
        with self._read() as c:
            held = self._fold(c, number)
            of = tables.collection_batch.c
            digest = c.scalar(select(of.content_hash).where(of.id == number))
            parts = self._contents(c, number)
        if hashlib.sha256(b"".join(parts)).hexdigest() != digest:
            raise EnvironmentRefusedError("collection_batch_damaged", number=number)
        return pa.concat_tables(map(order_acts.unpacked, parts)), held

    def open_order_rows(self) -> list[tuple[Batch, pa.Table, Folded]]:
        """Of each batch with open orders: these, by place, oldest batch first."""
        found = []
        for batch in reversed(self.order_batches()):
            if batch.open:
                rows, held = self.order_rows(batch.id)
                found.append((batch, at_places(rows, held.open), held))
        return found

    def orders_of_customer(
        self, cons_no: str
    ) -> list[tuple[Batch, dict[str, Any], str, str, OrderAct | None]]:
        """The orders of a customer, oldest first: batch, row, state, why and the last act on it."""
        found = []
        for batch in reversed(self.order_batches()):
            with self._read() as c:
                row, held = self._row(c, batch.id, cons_no), self._fold(c, batch.id)
            if row is not None:
                at = int(row["place"]) - 1
                last = next((a for a in held.acts if a.id == held.act[at]), None)
                found.append((batch, row, STATES[held.state[at]], str(held.why[at]), last))
        return found

    def order_acts_of(self, kinds: Iterable[str], source: str | None, since: datetime | None) -> pa.Table:
        """What acts said of single orders: act, at, who, batch, kind, source, place, why, value, before."""
        table = tables.collection_act
        asked = select(table).where(table.c.kind.in_(list(kinds)), table.c.places > 0).order_by(table.c.id)
        if source is not None:
            asked = asked.where(table.c.source == source)
        if since is not None:
            asked = asked.where(table.c.at >= since)
        made: list[dict[str, Any]] = []
        with self._read() as c:
            for row in c.execute(asked).all():
                on = order_acts.content_of(c, row.id)
                head = {"act": row.id, "at": row.at, "who": row.who, "batch": row.batch, "kind": row.kind}
                made += [
                    {**head, "source": row.source, "place": p, "why": w or row.why, "value": v, "before": b}
                    for p, w, v, b in zip(*(on[n] for n in ("place", "why", "value", "before")), strict=True)
                ]
        return pa.Table.from_pylist(made, schema=ACTED)

    def collection_version(self) -> int:
        """A number that grows with everything that is written down about collection."""
        each = (tables.collection_batch, tables.collection_act, tables.collection_record)
        with self._read() as c:
            return sum(int(c.scalar(select(func.max(t.c.id))) or 0) for t in each)

    def _batch(self, c: Connection, row: Any) -> Batch:
        held = self._fold(c, int(row["id"]))
        told: dict[str, Any] = {
            "status": held.status,
            "seen": held.newest,
            "open": len(held.open),
            "acts": held.acts,
        }
        return Batch(**row, **told)

    def _numbers(self, c: Connection) -> list[int]:
        return list(c.scalars(select(tables.collection_batch.c.id).order_by(tables.collection_batch.c.id)))

    def _fold(self, c: Connection, number: int) -> Folded:
        """A batch after its acts; asked before anything is written in a transaction, so that what is kept in
        memory was kept in the store.
        """
        if self._held is None:
            self._held = {}
        known = self._held.get(number)
        if known is None:
            count = c.scalar(
                select(tables.collection_batch.c.orders).where(tables.collection_batch.c.id == number)
            )
            if count is None:
                raise InputError("collection_batch_unknown", number=number)
            known = order_acts.fresh(int(count))
        made = order_acts.folded(c, number, known)
        if not c.get_execution_options().get("write", False):
            self._held[number] = made
            while sum(len(f.state) for f in self._held.values()) > MOST_HELD and len(self._held) > 1:
                self._held.pop(next(iter(self._held)))
        return made

    def _of_status(self, c: Connection, number: int, *statuses: str) -> Folded:
        held = self._fold(c, number)
        if held.status not in statuses:
            raise BusyError("collection_batch_decided", number=number)
        return held

    def _contents(self, c: Connection, number: int) -> list[bytes]:
        of = tables.collection_batch_part.c
        return [
            bytes(p) for p in c.scalars(select(of.content).where(of.batch == number).order_by(of.part)).all()
        ]

    def _rows(self, c: Connection, number: int, names: list[str]) -> pa.Table:
        return pa.concat_tables(
            [order_acts.unpacked(p).select(names) for p in self._contents(c, number)]
        ).combine_chunks()

    def _row(self, c: Connection, number: int, cons_no: str) -> dict[str, Any] | None:
        of = tables.collection_batch_part.c
        firsts = list(c.scalars(select(of.first).where(of.batch == number).order_by(of.part)))
        part = bisect_right(firsts, cons_no) - 1
        if part < 0:
            return None
        content = c.scalar(select(of.content).where(of.batch == number, of.part == part))
        table = order_acts.unpacked(bytes(content or b""))
        rows: list[dict[str, Any]] = table.filter(pc.equal(table["cons_no"], cons_no)).to_pylist()
        return rows[0] if rows else None


def at_places(rows: pa.Table, places: Any) -> pa.Table:
    """The rows at some places (from 1)."""
    return rows.take(pa.array(np.asarray(places, dtype=np.int64) - 1))
