"""Published grades: a record for each publication, its customers in compressed parts of the same store."""

from __future__ import annotations

import hashlib
import io
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, insert, select

from data.errors import EnvironmentRefusedError, InputError
from data.state import tables
from data.state.engine import StateEngine, now, required

PART_ROWS = 20_000
SCHEMA = pa.schema(
    [
        ("cons_no", pa.string()),
        ("org_no", pa.string()),
        ("model", pa.string()),
        ("computed", pa.string()),
        ("grade", pa.string()),
        ("score", pa.float64()),
        ("rules", pa.list_(pa.string())),
        ("reasons", pa.list_(pa.string())),
        ("override", pa.int32()),
    ]
)
"""One row per customer: the grade computed, the one published, why, and the override between them."""


STATUS_AFTER = {"proposed": "proposed", "confirmed": "published", "withdrawn": "withdrawn"}
STATUSES = ("proposed", "published", "withdrawn")


@dataclass(frozen=True)
class PublicationAct:
    """What was done with a publication: proposed for a second look, confirmed, or withdrawn with a reason."""

    id: int
    at: datetime
    who: str
    why: str
    publication: int
    kind: str


@dataclass(frozen=True)
class Publication:
    """One publication of grades, valid from one day through another; `policy` is the rules' TOML.

    `replaces` is the publication that this one takes the place of. `content_hash` is that of the customers'
    parts (SHA-256).
    """

    id: int
    at: datetime
    who: str
    why: str
    as_of: date
    valid_from: date
    valid_to: date
    policy_version: str
    policy: str
    snapshot: str
    replaces: int | None
    customers: int
    content_hash: str
    acts: tuple[PublicationAct, ...] = ()

    @property
    def status(self) -> str:
        """One of STATUSES: by its last act, in force at once where it has none."""
        return STATUS_AFTER[self.acts[-1].kind] if self.acts else "published"


class PublicationRecords(StateEngine):
    """Reads and adds publications."""

    def publish(
        self,
        customers: pa.Table,
        *,
        as_of: date,
        valid_from: date,
        valid_to: date,
        policy_version: str,
        policy: str,
        snapshot: str,
        who: str,
        why: str,
        replaces: int | None = None,
        propose: bool = False,
    ) -> Publication:
        """Keep the grades of `customers` (SCHEMA, by cons_no) as published, or as proposed to be.

        InputError `publication_overlaps` where another one stands for days of the same period and is not
        the one this replaces.
        """
        required(why)
        parts = [_packed(p) for p in _parts(customers)]
        digest = hashlib.sha256(b"".join(content for _, content in parts)).hexdigest()
        values = {
            "at": now(), "who": who, "why": why, "as_of": as_of,
            "valid_from": valid_from, "valid_to": valid_to, "replaces": replaces,
            "policy_version": policy_version, "policy": policy, "snapshot": snapshot,
            "customers": customers.num_rows, "content_hash": digest,
        }  # fmt: skip
        with self._write() as c:
            _no_overlap(c, valid_from, valid_to, replaces)
            number = c.execute(insert(tables.publication).values(**values)).inserted_primary_key[0]  # type: ignore[index]
            for i, (first, content) in enumerate(parts):
                row = {"publication": number, "part": i, "first": first, "content": content}
                c.execute(insert(tables.publication_part).values(**row))
            if propose:
                _act(c, int(number), "proposed", who, why)
        return next(p for p in self.publications() if p.id == number)

    def confirm_publication(self, number: int, who: str, why: str) -> None:
        """Put a proposed publication in force; refused to who proposed it, and where it overlaps by now."""
        with self._write() as c:
            proposed = _of_status(c, number, "proposed")
            if proposed.who == who:
                raise InputError("publication_second_person", number=number)
            _no_overlap(c, proposed.valid_from, proposed.valid_to, proposed.replaces)
            _act(c, number, "confirmed", who, why)

    def withdraw_publication(self, number: int, who: str, why: str) -> None:
        """Take a publication back, or a proposal; what it replaced stands again, else none does.

        InputError `publication_comes_back` where what would stand again meets another that stands by now.
        """
        required(why)
        with self._write() as c:
            publication = _of_status(c, number, "proposed", "published")
            _may_come_back(_publications(c), publication)
            _act(c, number, "withdrawn", who, why)

    def publications(self) -> list[Publication]:
        """Every publication, oldest first, replaced ones too."""
        with self._read() as c:
            return _publications(c)

    def publications_in_force(self) -> list[Publication]:
        """The publications that no other replaces, by the first day they are valid."""
        with self._read() as c:
            return sorted(_in_force(_publications(c)), key=lambda p: p.valid_from)

    def published_rows(self, number: int) -> pa.Table:
        """All customers of a publication, by cons_no; refused where they are not what was published."""
        of = tables.publication_part.c
        with self._read() as c:
            count = c.scalar(
                select(tables.publication.c.content_hash).where(tables.publication.c.id == number)
            )
            parts = [
                bytes(p)
                for p in c.scalars(select(of.content).where(of.publication == number).order_by(of.part))
            ]
        if count is None:
            raise InputError("publication_unknown", number=number)
        if hashlib.sha256(b"".join(parts)).hexdigest() != count:
            raise EnvironmentRefusedError("publication_damaged", number=number)
        return pa.concat_tables(map(_unpacked, parts)) if parts else SCHEMA.empty_table()

    def published_row(self, number: int, cons_no: str) -> dict[str, Any] | None:
        """One customer of a publication; reads the one part that may hold them."""
        of = tables.publication_part.c
        with self._read() as c:
            firsts = list(c.scalars(select(of.first).where(of.publication == number).order_by(of.part)))
            place = bisect_right(firsts, cons_no) - 1
            if place < 0:
                return None
            content = c.scalar(select(of.content).where(of.publication == number, of.part == place))
        part = _unpacked(bytes(content or b""))
        rows = part.filter(pc.equal(part["cons_no"], cons_no)).to_pylist()
        return rows[0] if rows else None


def _publications(c: Connection) -> list[Publication]:
    acts: dict[int, list[PublicationAct]] = {}
    for row in c.execute(select(tables.publication_act).order_by(tables.publication_act.c.id)).mappings():
        acts.setdefault(int(row["publication"]), []).append(PublicationAct(**row))
    rows = c.execute(select(tables.publication).order_by(tables.publication.c.id)).mappings()
    return [Publication(**row, acts=tuple(acts.get(int(row["id"]), ()))) for row in rows]


def _in_force(published: list[Publication]) -> list[Publication]:
    """Those in force: neither waiting for a second look nor withdrawn nor replaced by one in force."""
    valid = [p for p in published if p.status == "published"]
    replaced = {p.replaces for p in valid}
    return [p for p in valid if p.id not in replaced]


def _of_status(c: Connection, number: int, *statuses: str) -> Publication:
    publication = next((p for p in _publications(c) if p.id == number), None)
    if publication is None:
        raise InputError("publication_unknown", number=number)
    if publication.status not in statuses:
        raise InputError("publication_decided", number=number)
    return publication


def _act(c: Connection, number: int, kind: str, who: str, why: str) -> None:
    act = {"at": now(), "who": who, "why": why, "publication": number, "kind": kind}
    c.execute(insert(tables.publication_act).values(**act))


def _no_overlap(c: Connection, first: date, last: date, replaces: int | None) -> None:
    if last < first:
        raise InputError("publication_ends_first", first=first.isoformat(), last=last.isoformat())
    in_force = _in_force(_publications(c))
    if replaces is not None and replaces not in {p.id for p in in_force}:
        raise InputError("publication_not_standing", number=replaces)
    for p in in_force:
        if p.id != replaces and _meets(p, first, last):
            days = {"first": p.valid_from.isoformat(), "last": p.valid_to.isoformat()}
            raise InputError("publication_overlaps", number=p.id, who=p.who, **days)


def _meets(one: Publication, first: date, last: date) -> bool:
    return one.valid_from <= last and first <= one.valid_to


def _may_come_back(others: list[Publication], withdrawn: Publication) -> None:
    left = _in_force([p for p in others if p.id != withdrawn.id])
    old = next((p for p in left if p.id == withdrawn.replaces), None)
    if old is None:
        return
    for p in left:
        if p.id != old.id and _meets(p, old.valid_from, old.valid_to):
            raise InputError("publication_comes_back", number=withdrawn.id, old=old.id, other=p.id)


def _parts(customers: pa.Table) -> list[pa.Table]:
    ordered = customers.select(SCHEMA.names).cast(SCHEMA)
    numbers = ordered["cons_no"].to_pylist()
    places = sorted(range(len(numbers)), key=numbers.__getitem__)
    if places != list(range(len(numbers))):
        ordered = ordered.take(pa.array(places, pa.int64()))
    return [ordered.slice(i, PART_ROWS) for i in range(0, ordered.num_rows, PART_ROWS)]


def _packed(part: pa.Table) -> tuple[str, bytes]:
    """The first customer number and the part as Parquet, compressed."""
    buffer = io.BytesIO()
    pq.write_table(part, buffer, compression="zstd")
    return part["cons_no"][0].as_py(), buffer.getvalue()


def _unpacked(content: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(content))
