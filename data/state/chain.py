"""A chain of hashes over everything that was decided: what was altered, removed or slipped in shows.

Each write adds one link. Its hash covers the hash before it and the rows that were added, as they lie in the
tables; so the last hash speaks for all of them.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, tuple_, type_coerce
from sqlalchemy.types import LargeBinary, NullType

from data.state import tables

PAGE, PAGE_OF_BLOBS = 5_000, 8
_HEAD = select(tables.chain).order_by(tables.chain.c.number.desc()).limit(1)
_NEWEST = select(
    *(select(func.max(t.primary_key.columns[0])).scalar_subquery().label(t.name) for t in tables.CHAINED)
)


class BrokenChainError(Exception):
    """The chain does not fit what lies in the tables; `number` is the first link that does not."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ShortChainError(Exception):
    """The chain ends before a link that is known to have been there; `number` is where it ends."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Link:
    """How far the chain reached at one write; `upto` has the highest number of each table."""

    number: int = 0
    hash: str = ""
    upto: dict[str, int] = field(default_factory=dict, compare=False)


START = Link()


def head(c: Connection) -> Link:
    """The newest link."""
    row = c.execute(_HEAD).first()
    return _link(row) if row else START


def grew(c: Connection, known: Link) -> bool:
    """Whether anything came after a link; cheap, where nothing did."""
    last = head(c)
    return last != known or _newest(c) != last.upto


def seal(c: Connection, known: Link, at: datetime) -> Link:
    """Add a link over what this transaction wrote, if it wrote anything; `known` has to be in the chain."""
    last = head(c)
    contains(c, known, last)
    newest = _newest(c)
    if newest == last.upto:
        return last
    return _add(c, last, last.number + 1, {"at": at, "upto": _text(newest)}, last.upto)


def accept(c: Connection, who: str, why: str, at: datetime, beyond: int) -> Link:
    """Begin anew: a link over all that is there now, by whoever answers for it; numbered after `beyond`."""
    last = head(c)
    accepted = {"at": at, "upto": _text(_newest(c)), "accepted_by": who, "why": why}
    return _add(c, last, max(last.number, beyond) + 1, accepted, {})


def verify(c: Connection, known: Link = START) -> Link:
    """The newest link, when all after `known` fits the tables; all there is where none is known.

    BrokenChainError or ShortChainError where it does not.
    """
    contains(c, known, head(c))
    of = tables.chain.c
    known = _link(row) if (row := _row(c, known.number)) else START
    rows = c.execute(select(tables.chain).where(of.number > known.number).order_by(of.number)).all()
    fits = known
    begin = max((i for i, row in enumerate(rows) if row.accepted_by is not None), default=0)
    if begin:
        fits = Link(rows[begin - 1].number, rows[begin - 1].hash)
    filled = {t.name: _Rows(c, t, known.upto.get(t.name, 0)) for t in tables.CHAINED}
    for row in rows[begin:]:
        if row.accepted_by is not None:
            filled = {t.name: _Rows(c, t, 0) for t in tables.CHAINED}
        elif row.number != fits.number + 1:
            raise BrokenChainError(row.number)
        if row.hash != _hash(fits.hash, row._mapping, filled):
            raise BrokenChainError(row.number)
        fits = _link(row)
    if _newest(c) != fits.upto:
        raise BrokenChainError(fits.number + 1)
    return fits


def acceptance(c: Connection) -> tuple[datetime, str, str] | None:
    """When, by whom and why a damaged store was last accepted; None where it never was."""
    of = tables.chain.c
    asked = select(of.at, of.accepted_by, of.why).where(of.accepted_by.is_not(None))
    row = c.execute(asked.order_by(of.number.desc()).limit(1)).first()
    return (row.at, str(row.accepted_by), str(row.why)) if row else None


def contains(c: Connection, known: Link, last: Link) -> None:
    """ShortChainError where the chain ends (`last`) before a link, BrokenChainError for another there."""
    if last.number < known.number:
        raise ShortChainError(last.number)
    row = last if last.number == known.number else _row(c, known.number)
    if (row.hash if row else "") != known.hash:
        raise BrokenChainError(known.number)


def _row(c: Connection, number: int) -> Row[Any] | None:
    return c.execute(select(tables.chain).where(tables.chain.c.number == number)).first()


def _link(row: Row[Any]) -> Link:
    upto = {str(k): int(v) for k, v in json.loads(row.upto).items()}
    return Link(int(row.number), str(row.hash), upto)


def _add(c: Connection, last: Link, number: int, content: dict[str, Any], after: dict[str, int]) -> Link:
    filled = {t.name: _Rows(c, t, after.get(t.name, 0)) for t in tables.CHAINED}
    values = {"number": number, "accepted_by": None, "why": None, **content}
    digest = _hash(last.hash, values, filled)
    c.execute(insert(tables.chain).values(**values, hash=digest))
    return Link(number, digest, json.loads(content["upto"]))


def _newest(c: Connection) -> dict[str, int]:
    newest = c.execute(_NEWEST).one()._mapping
    return {name: int(number) for name, number in newest.items() if number is not None}


def _text(upto: dict[str, int]) -> str:
    return json.dumps(upto, sort_keys=True)


def _hash(before: str, content: Any, filled: dict[str, _Rows]) -> str:
    """The hash of a link: what is told of it, and the rows of each table up to where it reaches."""
    named = [
        content["number"],
        _plain(content["at"]),
        content["upto"],
        content["accepted_by"],
        content["why"],
    ]
    digest = hashlib.sha256(json.dumps([before, *named], ensure_ascii=False).encode())
    feed = digest.update
    for name, last in sorted(json.loads(content["upto"]).items()):
        feed(f"\n{name}\n".encode())
        for rows in filled[name].take(int(last)) if name in filled else ():
            feed(rows)
    return digest.hexdigest()


def _key(table: Table) -> tuple[Any, ...]:
    return tuple(table.primary_key.columns)


@cache
def _asked(table: Table) -> tuple[Any, int, list[int]]:
    """The question for a page of a table's rows as they lie there, how many, and where its key stands."""
    columns = sorted(table.columns, key=lambda column: column.name)
    names = [column.name for column in columns]
    raw = [type_coerce(column, NullType()).label(column.name) for column in columns]
    has_blobs = any(isinstance(column.type, LargeBinary) for column in columns)
    size = PAGE_OF_BLOBS if has_blobs else PAGE
    places = [names.index(column.name) for column in _key(table)]
    return select(*raw).order_by(*_key(table)).limit(size), size, places


class _Rows:
    """The rows of a table by their number, a page at a time, as text: the same however pages are cut."""

    def __init__(self, c: Connection, table: Table, after: int) -> None:
        self._ask, self._size, self._places = _asked(table)
        self._c, self._table, self._reached = c, table, after
        self._pages = self._from(after)
        self._left: Sequence[Any] = ()

    def _from(self, after: int) -> Iterator[Sequence[Any]]:
        asked = self._ask.where(_key(self._table)[0] > after) if after else self._ask
        while page := self._c.execute(asked).all():
            yield page
            if len(page) < self._size:
                return
            reached = tuple_(*(page[-1][place] for place in self._places))
            asked = self._ask.where(tuple_(*_key(self._table)) > reached)

    def take(self, last: int) -> Iterator[bytes]:
        """The rows up to number `last` that were not taken yet."""
        if last <= self._reached:
            return
        self._reached = last
        while rows := self._left or next(self._pages, ()):
            cut = bisect_right(rows, last, key=lambda row: int(row[self._places[0]]))
            text = json.dumps([tuple(row) for row in rows[:cut]], ensure_ascii=False, default=_plain)
            yield (text[1:-1] + ", ").encode() if cut else b""
            self._left = rows[cut:]
            if self._left:
                return


def _plain(value: Any) -> Any:
    """A value as every database gives it back: days and times as text, bytes as their hash."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(type(value).__name__)
