"""What became of the orders of a batch: its acts, one after the other, over the orders as proposed.

proposed ─issue→ issued ─done, failed, retract, supersede, strike→ …   ─reopen→ issued (before: proposed)
proposed ─strike→ struck; a batch that is withdrawn leaves nothing open
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select

from data.state import tables
from data.state.engine import now

STATES = ("proposed", "issued", "done", "failed", "retracted", "superseded", "struck")
OPEN = STATES.index("issued")
BATCH_STATES = ("proposed", "issued", "withdrawn")
AFTER = {
    "strike": "struck",
    "done": "done",
    "failed": "failed",
    "retract": "retracted",
    "supersede": "superseded",
}
"""The state that an act on some orders leaves them in."""
KINDS = (*AFTER, "issue", "withdraw", "reopen", "rank", "amount", "looked")
PART_ROWS, FEW = 100_000, 100

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class OnOrder:
    """What an act says of one order: `why` where it is not the act's own.

    `value` is the batch that supersedes, the place in the list (rank), or what is owed now (retract, amount:
    fen), `before` what was owed when it was issued.
    """

    place: int
    why: str = ""
    value: int = 0
    before: int = 0


@dataclass(frozen=True)
class OrderAct:
    """One act on a batch; `orders` is how many it names, 0 where it is about all of them."""

    id: int
    at: datetime
    who: str
    why: str
    batch: int
    kind: str
    source: str
    orders: int


@dataclass(frozen=True)
class Folded:
    """A batch after its acts: a state, a reason, a value and the last act of each place (the first is 0).

    `rank` and `owed` are -1 where no act speaks of them. Arrays are never written to.
    """

    status: str
    newest: int
    state: NDArray[np.int8]
    why: NDArray[np.object_]
    value: Ints
    act: Ints
    rank: Ints
    owed: Ints
    issued: OrderAct | None = None
    acts: tuple[OrderAct, ...] = field(default=(), repr=False)

    @property
    def open(self) -> Ints:
        """The places (from 1) that are issued and nothing else."""
        if self.status != "issued":
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.state == OPEN) + 1

    @property
    def issued_on(self) -> date | None:
        """The day that it was issued on; None: it was not."""
        return date.fromisoformat(self.issued.source) if self.issued else None

    def of(self, place: int) -> str:
        """The state of a place."""
        return STATES[int(self.state[place - 1])]


def fresh(orders: int) -> Folded:
    """A batch that was proposed and nothing else."""
    return Folded(
        "proposed",
        0,
        np.zeros(orders, dtype=np.int8),
        np.full(orders, "", dtype=object),
        np.zeros(orders, dtype=np.int64),
        np.zeros(orders, dtype=np.int64),
        np.full(orders, -1, dtype=np.int64),
        np.full(orders, -1, dtype=np.int64),
    )


def folded(c: Connection, batch: int, known: Folded) -> Folded:
    """A batch after all its acts; those up to `known.newest` are in `known`."""
    of = tables.collection_act.c
    rows = c.execute(
        select(tables.collection_act).where(of.batch == batch, of.id > known.newest).order_by(of.id)
    ).all()
    if not rows:
        return known
    made = replace(
        known,
        **{n: getattr(known, n).copy() for n in ("state", "why", "value", "act", "rank", "owed")},
    )
    for row in rows:
        act = OrderAct(row.id, row.at, row.who, row.why, row.batch, row.kind, row.source, row.places)
        made = _after(made, act, _content(c, row))
    return made


def _after(held: Folded, act: OrderAct, on: Mapping[str, Any]) -> Folded:
    """One act more; the arrays are the caller's own."""
    held = replace(held, newest=act.id, acts=(*held.acts, act))
    if act.kind in ("issue", "withdraw"):
        was = {"issue": (0,), "withdraw": (0, OPEN)}[act.kind]
        at = np.flatnonzero(np.isin(held.state, was))
        leaves = OPEN if act.kind == "issue" else np.where(held.state[at] == OPEN, 4, 6)
        held.state[at], held.why[at], held.act[at] = leaves, act.why, act.id
        if act.kind == "issue":
            return replace(held, status="issued", issued=act)
        return replace(held, status="withdrawn")
    at = np.asarray(on["place"], dtype=np.int64) - 1
    value = np.asarray(on["value"], dtype=np.int64)
    if act.kind == "rank":
        held.rank[at] = value
        return held
    if act.kind == "amount":
        held.owed[at] = value
        return held
    if act.kind not in AFTER and act.kind != "reopen":
        return held
    after = AFTER.get(act.kind, "issued" if held.status == "issued" else "proposed")
    held.state[at], held.value[at], held.act[at] = STATES.index(after), value, act.id
    held.why[at] = np.where(np.asarray(on["why"], dtype=object) == "", act.why, on["why"])
    return held


def write(
    c: Connection,
    batch: int,
    kind: str,
    who: str,
    why: str,
    on: Sequence[OnOrder] | pa.Table = (),
    source: str = "",
) -> int:
    """Add an act; its number. `on` as orders, or as columns place, why, value, before."""
    table = on if isinstance(on, pa.Table) else columns(on)
    few = table.num_rows <= FEW
    said = json.dumps(table.to_pydict(), ensure_ascii=False) if few and table.num_rows else ""
    values = {"at": now(), "who": who, "why": why, "batch": batch, "kind": kind, "source": source}
    counted = {"places": table.num_rows, "content": said}
    added = c.execute(insert(tables.collection_act).values(**values, **counted))
    number = int(added.inserted_primary_key[0])  # type: ignore[index]
    if not few:
        for part, at in enumerate(range(0, table.num_rows, PART_ROWS)):
            row = {"act": number, "part": part, "content": packed(table.slice(at, PART_ROWS))}
            c.execute(insert(tables.collection_act_part).values(**row))
    return number


def columns(on: Iterable[OnOrder]) -> pa.Table:
    """Orders of an act as columns."""
    rows = list(on)
    return table_of([o.place for o in rows], [o.why for o in rows], [o.value for o in rows],
                    [o.before for o in rows])  # fmt: skip


def table_of(place: Any, why: Any = "", value: Any = 0, before: Any = 0) -> pa.Table:
    """Columns of an act: a place each, the others the same for all where they are one value."""
    places = pa.array(place, pa.int32())
    rest = {
        name: pa.array(given if not isinstance(given, (str, int)) else [given] * len(places), kind)
        for name, given, kind in (
            ("why", why, pa.string()),
            ("value", value, pa.int64()),
            ("before", before, pa.int64()),
        )
    }
    return pa.table({"place": places, **rest})


def content_of(c: Connection, act: int) -> Mapping[str, Any]:
    """The columns of an act: place, why, value, before."""
    table = tables.collection_act
    return _content(c, c.execute(select(table).where(table.c.id == act)).one())


def _content(c: Connection, row: Any) -> Mapping[str, Any]:
    if row.content or not row.places:
        return dict(json.loads(row.content)) if row.content else {}
    of = tables.collection_act_part.c
    parts = c.scalars(select(of.content).where(of.act == row.id).order_by(of.part))
    made: dict[str, Any] = pa.concat_tables([unpacked(bytes(p)) for p in parts]).to_pydict()
    return made


def packed(part: pa.Table) -> bytes:
    """A table as Parquet, compressed."""
    buffer = io.BytesIO()
    pq.write_table(part, buffer, compression="zstd")
    return buffer.getvalue()


def unpacked(content: bytes) -> pa.Table:
    """The table of `packed`."""
    return pq.read_table(pa.BufferReader(content))
