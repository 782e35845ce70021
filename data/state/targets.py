"""Targets that people set for units, by month and measure; what stands, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from data.errors import BusyError, InputError
from data.state import tables
from data.state.engine import StateEngine, now, required


@dataclass(frozen=True)
class TargetFigure:
    """A target from a month on: a rate in millionths, an amount in fen; None takes it away."""

    org_no: str
    month: int
    measure: str
    value: int | None


@dataclass(frozen=True)
class TargetEntry:
    """Targets set in one go, by whom and when; from a file of that `name`, on a page where there is none.

    `undoes` names the entry that it took back, `undone_by` who took this one back.
    """

    id: int
    at: datetime
    who: str
    why: str
    name: str
    targets: int
    undoes: int | None = None
    undone_by: str | None = None


class TargetRecords(StateEngine):
    """Reads and adds targets; of several for one place the last is read."""

    def set_targets(
        self, figures: Iterable[TargetFigure], who: str, why: str, after: int, name: str = ""
    ) -> int:
        """Keep targets as one entry, and give its number; `after` is `targets_version()` as the setter saw
        it.

        InputError without a reason or a target; BusyError where somebody was first.
        """
        required(why)
        given = list(figures)
        if not given:
            raise InputError("targets_nothing")
        with self._write() as c:
            if _newest(c) != after:
                raise BusyError("targets_changed_meanwhile")
            return _add(c, given, who, why.strip(), name)

    def undo_targets(self, number: int, who: str, why: str) -> None:
        """Take an entry back, by a new one: it is read no more, and what stood before it stands again."""
        required(why)
        entry = tables.target_entry.c
        with self._write() as c:
            if c.scalar(select(entry.id).where(entry.id == number, entry.undoes.is_(None))) is None:
                raise InputError("targets_unknown", number=number)
            if c.scalar(select(entry.id).where(entry.undoes == number)) is not None:
                raise BusyError("targets_undone_before", number=number)
            _add(c, [], who, why.strip(), "", undoes=number)

    def targets(self) -> list[TargetFigure]:
        """The targets that stand, by unit, measure and month."""
        entry = tables.target_entry.c
        undone = select(entry.undoes).where(entry.undoes.is_not(None))
        with self._read() as c:
            rows = _read(c, tables.target.c.entry.not_in(undone))
        standing = {(f.org_no, f.month, f.measure): f for f in rows}
        left = (f for f in standing.values() if f.value is not None)
        return sorted(left, key=lambda f: (f.org_no, f.measure, f.month))

    def targets_of_entry(self, number: int) -> list[TargetFigure]:
        """What an entry set, as it was written."""
        with self._read() as c:
            return _read(c, tables.target.c.entry == number)

    def target_entries(self) -> list[TargetEntry]:
        """Every entry, newest first."""
        table, of = tables.target_entry, tables.target.c
        with self._read() as c:
            counted = c.execute(select(of.entry, func.count()).group_by(of.entry)).all()
            counts: dict[int, int] = {int(row[0]): int(row[1]) for row in counted}
            rows = c.execute(select(table).order_by(table.c.id.desc())).all()
        undone = {r.undoes: r.who for r in rows if r.undoes is not None}
        return [
            TargetEntry(r.id, r.at, r.who, r.why, r.name, counts.get(r.id, 0), r.undoes, undone.get(r.id))
            for r in rows
        ]

    def targets_version(self) -> int:
        """A number that grows with every entry."""
        with self._read() as c:
            return _newest(c)


def _add(
    c: Connection, figures: list[TargetFigure], who: str, why: str, name: str, undoes: int | None = None
) -> int:
    act = {"at": now(), "who": who, "why": why, "name": name[:200], "undoes": undoes}
    added = c.execute(insert(tables.target_entry).values(**act))
    number = int(added.inserted_primary_key[0])  # type: ignore[index]
    rows = [{"entry": number, **asdict(f)} for f in figures]
    if rows:
        c.execute(insert(tables.target), rows)
    return number


def _read(c: Connection, *where: object) -> list[TargetFigure]:
    of = tables.target.c
    asked = select(of.org_no, of.month, of.measure, of.value).order_by(of.id)
    return [TargetFigure(**row) for row in c.execute(asked.where(*where)).mappings()]  # type: ignore[arg-type]


def _newest(c: Connection) -> int:
    return int(c.scalar(select(func.max(tables.target_entry.c.id))) or 0)
