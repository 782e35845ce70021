"""Figures of the official monthly report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from data.state import tables
from data.state.engine import StateEngine, now


@dataclass(frozen=True)
class OfficialFigure:
    """A figure of the official monthly report: money in fen, households as a count; None withdraws it."""

    month: int
    basis: str
    org_no: str
    measure: str
    value: int | None


class OfficialRecords(StateEngine):
    """Reads and adds official figures."""

    def record_official(self, figures: Iterable[OfficialFigure], who: str, why: str = "") -> None:
        """Keep figures of the official report; of several for one place the last is read."""
        at = now()
        rows = [{"at": at, "who": who, "why": why, **asdict(f)} for f in figures]
        if rows:
            with self._write() as c:
                c.execute(insert(tables.official), rows)

    def official(self, month: int, basis: str) -> list[OfficialFigure]:
        """The official figures of a month and basis that stand, by unit and measure."""
        of = tables.official.c
        asked = select(of.month, of.basis, of.org_no, of.measure, of.value).order_by(of.id)
        standing: dict[tuple[str, str], OfficialFigure] = {}
        with self._read() as c:
            for row in c.execute(asked.where(of.month == month, of.basis == basis)).mappings():
                standing[row["org_no"], row["measure"]] = OfficialFigure(**row)
        return sorted(
            (f for f in standing.values() if f.value is not None), key=lambda f: (f.org_no, f.measure)
        )
