"""Control totals: what the database itself says of a table, and the same of the file that was written."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import ColumnElement, Connection, case, cast, collate, func, select
from sqlalchemy.dialects.mysql import CHAR
from sqlalchemy.types import DateTime, Float, Integer, Numeric, Text

from data.errors import InputError
from data.extract.catalogue import Source
from data.extract.cells import NUMBERS, text_of

Sum = Literal["exact", "six", "fen"]
"""How amounts are summed: as they are; each rounded to six places, by floats; each rounded to the fen."""
SIX = Decimal("0.000001")
EXACT = pa.decimal256(76, 10)
CONTEXT = Context(prec=76)
MOST_YUAN = 10**13
"""More than any amount: what is beyond cannot be counted in fen."""
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")


@dataclass(frozen=True)
class Totals:
    """Of one table: its rows, the sum of its amounts, the smallest and largest key and the latest change.

    Null where the table has no such column, or holds amounts as texts, which no database sums.
    """

    rows: int
    amount: str | None = None
    smallest: str | None = None
    largest: str | None = None
    latest: str | None = None

    def unlike(self, other: Totals) -> str | None:
        """What of two differs first."""
        one, two = asdict(self), asdict(other)
        return next((name for name in one if one[name] != two[name]), None)


def way_of(source: Source, dialect: str) -> Sum | None:
    """How the amounts of a table are summed; None where they are not."""
    if source.amount is None or source.amount in source.single:
        return None
    kind = source.kinds[source.amount]
    if dialect == "sqlite":
        return "fen" if isinstance(kind, NUMBERS) else None
    if isinstance(kind, Float):
        return {"mysql": "six", "mariadb": "six", "postgresql": "exact"}.get(dialect)  # type: ignore[return-value]
    return "exact" if isinstance(kind, (Numeric, Integer)) else None


def totals_of(c: Connection, source: Source, where: ColumnElement[bool] | None) -> Totals:
    """What the database says of a table, or of its rows where something holds.

    InputError where it holds an amount that is none.
    """
    dialect = c.dialect.name
    way, key, changed = way_of(source, dialect), source.key, _told(source)
    asked: list[ColumnElement[Any]] = [func.count()]
    asked += [] if way is None else [_sum(source, way)]
    asked += [] if key is None else [f(_ordered(source, key, dialect)) for f in (func.min, func.max)]
    asked += [] if changed is None else [func.max(_ordered(source, changed, dialect))]
    asked += [func.max(_size(source))] if way == "fen" else []
    statement = select(*asked).select_from(source.clause)
    row = list(c.execute(statement if where is None else statement.where(where)).one())
    rows, amount = int(row.pop(0)), None if way is None else _yuan(row.pop(0) or 0, way)
    low = None if key is None else _end(row.pop(0), source, key, dialect)
    high = None if key is None else _end(row.pop(0), source, key, dialect)
    latest = None if changed is None else _end(row.pop(0), source, changed, dialect)
    if way == "fen" and (most := row.pop(0) or 0) >= MOST_YUAN:
        raise InputError("database_odd_amount", table=source.name, column=source.amount, value=str(most))
    return Totals(rows, amount, low, high, latest)


def _told(source: Source) -> str | None:
    """The column of changes, unless its instants have a zone: their texts do not stand in their order."""
    kind = None if source.changed is None else source.kinds[source.changed]
    return None if isinstance(kind, DateTime) and kind.timezone else source.changed


def _is_number(source: Source, name: str) -> bool:
    return isinstance(source.kinds[name], NUMBERS)


def _sum(source: Source, way: Sum) -> ColumnElement[Any]:
    name = source.amount or ""
    amount: ColumnElement[Any] = source.column(name)
    if way == "fen":
        return func.sum(case((_size(source) < MOST_YUAN, cast(func.round(amount * 100), Integer)), else_=0))
    if way == "six":
        return func.sum(cast(amount, Numeric(38, 6)))
    if isinstance(source.kinds[name], Float):
        return func.sum(cast(cast(amount, Text), Numeric))
    return func.sum(amount)


def _size(source: Source) -> ColumnElement[Any]:
    """An amount of SQLite without its sign; none where it is a text."""
    amount: ColumnElement[Any] = source.column(source.amount or "")
    return case((func.typeof(amount).in_(("integer", "real")), func.abs(amount * 1.0)))


def _ordered(source: Source, name: str, dialect: str) -> ColumnElement[Any]:
    """A column in the order of its characters: the database's own order may know no case."""
    value: ColumnElement[Any] = source.column(name)
    if dialect == "sqlite" and not _is_number(source, name):
        return collate(cast(value, Text), "BINARY")
    if not source.is_text(name):
        return value
    if dialect in ("mysql", "mariadb"):
        return func.hex(cast(value, CHAR(charset="utf8mb4")))
    return collate(cast(value, Text), "C") if dialect == "postgresql" else value


def _end(value: Any, source: Source, name: str, dialect: str) -> str | None:
    """The smallest or largest as text, however the driver gives it; blanks at its end tell nothing apart."""
    if value is None:
        return None
    if _is_number(source, name):
        return _number(value)
    if source.is_text(name) and dialect in ("mysql", "mariadb"):
        return bytes.fromhex(value).decode("utf-8").rstrip(" ")
    return text_of(value).rstrip(" ")


def written(path: Path, source: Source, dialect: str) -> Totals:
    """The same of the file that was written, read back from the disk."""
    way, key, changed = way_of(source, dialect), source.key, _told(source)
    columns = [n for n in dict.fromkeys((source.amount if way else None, key, changed)) if n is not None]
    total = Decimal(0)
    ends: dict[str, tuple[Any, Any]] = {n: (None, None) for n in (key, changed) if n is not None}
    file = pq.ParquetFile(path)
    for batch in file.iter_batches(columns=columns) if columns else ():
        if way is not None:
            total = CONTEXT.add(total, _added(batch.column(source.amount), way))
        ends = {n: _wider(e, _ends(batch.column(n), _is_number(source, n))) for n, e in ends.items()}
    (low, high), (_, last) = ends.get(key or "", (None, None)), ends.get(changed or "", (None, None))
    texts = [
        v if v is None else _number(v) if isinstance(v, Decimal) else v.rstrip(" ") for v in (low, high, last)
    ]
    return Totals(file.metadata.num_rows, None if way is None else _yuan(total, way), *texts)


def _wider(one: tuple[Any, Any], other: tuple[Any, Any]) -> tuple[Any, Any]:
    """The ends of two batches together; a batch without values has none."""
    if one[0] is None or other[0] is None:
        return other if one[0] is None else one
    return min(one[0], other[0]), max(one[1], other[1])


def _together(sums: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for one in sums:
        total = CONTEXT.add(total, one)
    return total


def _added(texts: pa.Array, way: Sum) -> Decimal:
    """The sum of amounts written as texts."""
    if way == "exact":
        try:
            return Decimal(pc.sum(pc.cast(texts, EXACT)).as_py() or 0)
        except pa.ArrowInvalid:
            pass  # more places than fit: one by one
    values = [v for v in texts.to_pylist() if v is not None]
    if way == "fen":
        return Decimal(sum(map(_fen, values)))
    if way == "six":
        return _together([_decimal(v).quantize(SIX, ROUND_HALF_UP, CONTEXT) for v in values])
    return _together([_decimal(v) for v in values])


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _fen(text: str) -> int:
    """As SQLite rounds a number to whole fen; what is a text there (nan, 1_000) counts for nothing."""
    if not _PLAIN.fullmatch(text):
        return 0
    fen = float(text) * 100
    return int(fen + (0.5 if fen >= 0 else -0.5))


def _ends(texts: pa.Array, are_numbers: bool) -> tuple[Any, Any]:
    """The smallest and the largest: of numbers as numbers, of texts by their characters."""
    if are_numbers:
        numbers = [_decimal(v) for v in texts.to_pylist() if v is not None]
        return (min(numbers), max(numbers)) if numbers else (None, None)
    ends = pc.min_max(texts).as_py()
    return ends["min"], ends["max"]


def _yuan(total: object, way: Sum) -> str:
    return _number(Decimal(text_of(total)).scaleb(-2) if way == "fen" else total)


def _number(value: object) -> str:
    """A number, however the driver gives it, without zeros at its end."""
    number = Decimal(text_of(value))
    if not number.is_finite():
        return str(number)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
