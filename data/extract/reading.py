"""A table of a database in batches: along its key where it has one, else in one go, never by offsets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.types import DateTime, Integer, Numeric

from data.errors import InputError
from data.extract.catalogue import Source
from data.extract.cells import NUMBERS, OddValueError, text_array

BATCH = 100_000
"""Rows between two keys, and of one file of a table without a key."""
FETCH = 2_000
"""Rows that are asked for and held at a time."""
NO_DAY = date(1900, 1, 2)
"""Days before are what programs write where there is none: whether such a row changed is not known."""
FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y%m")


@dataclass(frozen=True)
class Place:
    """How far a table was read: up to a key, or `nulls`: only rows without one are left."""

    key: str | None = None
    nulls: bool = False


@dataclass(frozen=True)
class Batch:
    """Some rows of a table as they come, and the place that is reached with them; None without a key."""

    rows: Iterator[pa.RecordBatch]
    reached: Place | None


def schema_of(source: Source) -> pa.Schema:
    """All columns as text."""
    return pa.schema([(name, pa.string()) for name in source.columns])


def changed_since(c: Connection, source: Source, since: date | None) -> ColumnElement[bool] | None:
    """What is true of the rows that changed on that day or later, or of which nobody knows when.

    None where all are asked for, or the table has no column that tells. InputError where it holds days in no
    form, or in several.
    """
    if since is None or source.changed is None:
        return None
    column, kind = source.column(source.changed), source.kinds[source.changed]
    if c.dialect.name == "sqlite" or isinstance(kind, NUMBERS) or source.is_text(source.changed):
        form = _form(c, source, source.changed)
        if form is None:
            return None
        bound, none = since.strftime(form), NO_DAY.strftime(form)
        if isinstance(kind, NUMBERS):
            return or_(column >= int(bound), column.is_(None), column < int(none))
        return or_(column >= bound, column.is_(None), column < none)
    if isinstance(kind, DateTime):
        return or_(
            column >= datetime.combine(since, time()),
            column.is_(None),
            column < datetime.combine(NO_DAY, time()),
        )
    return or_(column >= since, column.is_(None), column < NO_DAY)


def _form(c: Connection, source: Source, name: str) -> str | None:
    """The form in which a column of texts or numbers holds days; None where it holds none."""
    value: ColumnElement[Any] = source.column(name)
    if isinstance(source.kinds[name], NUMBERS):
        low, high = c.execute(select(func.min(value), func.max(value)).where(value > 0)).one()
        if low is None:
            return None
        lengths = {len(str(int(low))), len(str(int(high)))}
        if lengths in ({6}, {8}):
            return "%Y%m%d" if 8 in lengths else "%Y%m"
        raise InputError("database_since_unclear", table=source.name, column=name)
    length = func.length(value)
    digits = and_(value.not_like("%-%"), value.not_like("%/%"))
    tests = (
        value.like("____-__-__%"),
        value.like("____/__/__%"),
        and_(digits, length.in_((8, 14))),
        and_(digits, length == 6),
    )
    counts = [func.sum(case((test, 1), else_=0)) for test in tests]
    filled, *of_form = c.execute(select(func.count(), *counts).where(value.is_not(None), value != "")).one()
    if not filled:
        return None
    for count, form in zip(of_form, FORMS, strict=True):
        if int(count) == int(filled):
            return form
    raise InputError("database_since_unclear", table=source.name, column=name)


def batches(
    c: Connection, source: Source, where: ColumnElement[bool] | None, after: Place, size: int | None = None
) -> Iterator[Batch]:
    """The rows of a table; each batch is read to its end before the next. InputError for an odd value."""
    wanted = select(*(_selected(source, name) for name in source.columns))
    wanted = wanted if where is None else wanted.where(where)
    if source.key is None:
        yield Batch(_streamed(c, source, wanted), None)
        return
    key = source.column(source.key)
    while not after.nulls:
        beyond = [] if after.key is None else [key > _value(source, source.key, after.key)]
        beyond += [] if where is None else [where]
        next_keys = (
            select(key.label("k"))
            .where(key.is_not(None), *beyond)
            .order_by(key)
            .limit(size or BATCH)
            .subquery()
        )
        upper = c.execute(select(func.max(next_keys.c.k))).scalar()
        if upper is None:
            after = Place(after.key, nulls=True)
            break
        lower = [] if after.key is None else [key > _value(source, source.key, after.key)]
        after = Place(str(upper))
        within = wanted.where(*lower, key <= _value(source, source.key, str(upper))).order_by(key)
        yield Batch(_streamed(c, source, within), after)
    yield Batch(_streamed(c, source, wanted.where(key.is_(None))), Place(after.key, nulls=True))


def _selected(source: Source, name: str) -> ColumnElement[Any]:
    """A column; floats that would be shown rounded are widened by the database."""
    column = source.column(name)
    return (column + literal_column("0e0")).label(name) if name in source.single else column


def _value(source: Source, name: str, text: str) -> int | Decimal | str:
    """A key as it is compared in the database: numbers as numbers."""
    if isinstance(source.kinds[name], Integer):
        return int(text)
    return Decimal(text) if isinstance(source.kinds[name], Numeric) else text


def _streamed(c: Connection, source: Source, statement: Select[Any]) -> Iterator[pa.RecordBatch]:
    """Rows as they come, no more than a few thousand at a time."""
    schema = schema_of(source)
    options = {"stream_results": True, "yield_per": FETCH}
    with c.execute(statement, execution_options=options) as result:
        for rows in result.partitions(FETCH):
            yield _as_texts(source, schema, rows)


def _as_texts(source: Source, schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    arrays = []
    for name, values in zip(source.columns, zip(*rows, strict=True), strict=True):
        try:
            arrays.append(text_array(values, name in source.single))
        except OddValueError as e:
            raise InputError("database_odd_value", table=source.name, column=name, kind=str(e)) from None
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
