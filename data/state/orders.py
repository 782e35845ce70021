"""Batches of collection orders: proposed, issued, taken back; an order's state follows from what was done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, insert, select

from data.errors import BusyError, InputError
from data.state import order_acts, tables
from data.state.engine import now, required
from data.state.order_acts import STATES, Folded, OnOrder
from data.state.order_reads import SCHEMA, OrderReads, at_places

PART_ROWS = 20_000


class OrderRecords(OrderReads):
    """Reads and adds batches and acts on their orders."""

    def propose_orders(
        self,
        orders: pa.Table,
        *,
        as_of: date,
        policy_version: str,
        policy: str,
        snapshot: str,
        who: str,
        why: str,
    ) -> int:
        """Keep orders (SCHEMA but `place`) as a proposal; its number.

        The same once more, while the first waits for a decision, is that one. InputError
        `collection_batch_empty`, `collection_order_twice`.
        """
        required(why)
        parts = _parts(orders)
        digest = hashlib.sha256(b"".join(content for _, content in parts)).hexdigest()
        of = tables.collection_batch.c
        values = {
            "as_of": as_of, "policy_version": policy_version, "policy": policy, "snapshot": snapshot,
            "orders": orders.num_rows, "owed": int(pc.sum(orders["owed_now"]).as_py()),
            "content_hash": digest,
        }  # fmt: skip
        with self._write() as c:
            same = select(of.id).where(*(getattr(of, n) == v for n, v in values.items() if n != "policy"))
            for number in c.scalars(same.order_by(of.id.desc())):
                if self._fold(c, int(number)).status == "proposed":
                    return int(number)
            given = insert(tables.collection_batch).values(at=now(), who=who, why=why, **values)
            number = int(c.execute(given).inserted_primary_key[0])  # type: ignore[index]
            for i, (first, content) in enumerate(parts):
                row = {"batch": number, "part": i, "first": first, "content": content}
                c.execute(insert(tables.collection_batch_part).values(**row))
        return number

    def issue_orders(self, number: int, seen: int, on: date, who: str, why: str) -> None:
        """Issue a proposal as it was `seen`, on a day; open orders of earlier batches for its customers end.

        BusyError where it was decided, or changed since it was seen.
        """
        required(why)
        with self._write() as c:
            held = self._of_status(c, number, "proposed")
            if held.newest != seen:
                raise BusyError("collection_batch_changed", number=number)
            mine = np.flatnonzero(held.state == STATES.index("proposed")) + 1
            if not len(mine):
                raise InputError("collection_batch_empty")
            customers = at_places(self._rows(c, number, ["cons_no"]), mine)["cons_no"]
            order_acts.write(c, number, "issue", who, why, source=on.isoformat())
            for other in self._numbers(c):
                theirs = self._fold(c, other).open if other != number else ()
                if len(theirs):
                    rows = at_places(self._rows(c, other, ["cons_no"]), theirs)
                    ends = pc.is_in(rows["cons_no"], value_set=customers.combine_chunks())
                    self._end(c, other, theirs[ends.to_numpy()], number, who)

    def withdraw_orders(self, number: int, who: str, why: str) -> None:
        """Take a whole batch back: what is open ends, and what it superseded is open again.

        Done stays done. BusyError where it was withdrawn before.
        """
        required(why)
        with self._write() as c:
            held = self._of_status(c, number, "proposed", "issued")
            order_acts.write(c, number, "withdraw", who, why)
            for other in self._numbers(c) if held.status == "issued" else ():
                self._give_back(c, other, number, held, who, why)

    def act_on_orders(
        self, number: int, kind: str, on: Iterable[OnOrder], who: str, why: str, source: str = ""
    ) -> int:
        """Write down what was done with orders of a batch; how many it was.

        strike, reopen and rank are refused where one of them cannot be (BusyError
        `collection_order_changed`); retract, failed and amount pass over what is no longer open.
        """
        required(why)
        given = list(on)
        with self._write() as c:
            held = self._of_status(c, number, *(("issued",) if kind in LATER else ("proposed", "issued")))
            _of_batch(number, held, (o.place for o in given))
            can = [o for o in given if held.of(o.place) in FROM[kind]]
            if kind not in LATER and len(can) < len(given):
                first = next(o.place for o in given if held.of(o.place) not in FROM[kind])
                raise BusyError("collection_order_changed", batch=number, place=first)
            if kind == "reopen" and held.status == "issued":
                other = self._open_beside(c, number, [o.place for o in can])
                if other is not None:
                    raise InputError("collection_order_second", batch=other)
            if can:
                order_acts.write(c, number, kind, who, why, can, source)
        return len(can)

    def note_retraction(self, source: str, who: str) -> None:
        """Write down that open orders were held against a snapshot."""
        with self._write() as c:
            order_acts.write(c, 0, "looked", who, source, source=source)

    def _end(self, c: Connection, number: int, places: Any, by: int, who: str) -> None:
        if len(places):
            order_acts.write(
                c, number, "supersede", who, f"batch {by}", order_acts.table_of(places, value=by)
            )

    def _give_back(self, c: Connection, other: int, number: int, held: Folded, who: str, why: str) -> None:
        """What an order of `other` was superseded by is gone: it is open again, or superseded by what came
        after.
        """
        theirs = self._fold(c, other) if other != number else None
        if theirs is None or theirs.status != "issued":
            return
        ended = np.flatnonzero((theirs.state == STATES.index("superseded")) & (theirs.value == number)) + 1
        if not len(ended):
            return
        mine = self._rows(c, number, ["cons_no"])["cons_no"]
        where = pc.index_in(at_places(self._rows(c, other, ["cons_no"]), ended)["cons_no"], value_set=mine)
        at = np.asarray(where.to_numpy(), dtype=np.int64)
        again = ended[held.state[at] == order_acts.OPEN]
        if len(again):
            order_acts.write(c, other, "reopen", who, why, order_acts.table_of(again))
        later = held.state[at] == STATES.index("superseded")
        for by in np.unique(held.value[at[later]]):
            self._end(c, other, ended[later & (held.value[at] == by)], int(by), who)

    def _open_beside(self, c: Connection, number: int, places: list[int]) -> int | None:
        """The batch of another open order for a customer of some orders; None: there is none."""
        mine = at_places(self._rows(c, number, ["cons_no"]), places)["cons_no"].combine_chunks()
        for other in self._numbers(c):
            if other != number and len(theirs := self._fold(c, other).open):
                rows = at_places(self._rows(c, other, ["cons_no"]), theirs)
                if pc.any(pc.is_in(rows["cons_no"], value_set=mine)).as_py():
                    return other
        return None


FROM = {
    "strike": ("proposed", "issued"),
    "rank": ("proposed", "issued"),
    "reopen": ("struck", "done", "failed", "retracted"),
    "retract": ("issued",),
    "amount": ("issued",),
    "failed": ("issued",),
    "done": ("issued", "failed"),
}
"""The states that an act may be done in."""
LATER = ("retract", "amount", "failed", "done")


def _of_batch(number: int, held: Folded, places: Iterable[int]) -> None:
    seen: set[int] = set()
    for place in places:
        if not 0 < place <= len(held.state) or place in seen:
            raise InputError("collection_order_unknown", batch=number, place=place)
        seen.add(place)


def _parts(orders: pa.Table) -> list[tuple[str, bytes]]:
    """The first customer number of each part, and the part."""
    if not orders.num_rows:
        raise InputError("collection_batch_empty")
    numbers = orders["cons_no"].to_pylist()
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    for a, b in pairwise(order):
        if numbers[a] == numbers[b]:
            raise InputError("collection_order_twice", cons_no=numbers[a])
    sorted_rows = orders.take(pa.array(order, pa.int64()))
    places = pa.array(np.arange(1, len(order) + 1), pa.int32())
    placed = pa.table({"place": places, **{n: sorted_rows[n] for n in SCHEMA.names[1:]}}).cast(SCHEMA)
    slices = [placed.slice(i, PART_ROWS) for i in range(0, placed.num_rows, PART_ROWS)]
    return [(part["cons_no"][0].as_py(), order_acts.packed(part)) for part in slices]
