"""Facts about customers that people enter by hand, with evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from data.errors import BusyError, InputError
from data.state import tables
from data.state.engine import StateEngine, now, required


@dataclass(frozen=True)
class ReviewedFact:
    """One fact: `fact` is an indicator's key, `value` in its unit, true from `fact_on` on.

    `reviewer` judged it, `who` entered it; `withdrawn_by` took it back.
    """

    id: int
    at: datetime
    who: str
    cons_no: str
    fact: str
    value: float
    evidence: str
    fact_on: date
    reviewer: str
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class FactRecords(StateEngine):
    """Reads and adds facts."""

    def record_fact(
        self, cons_no: str, fact: str, value: float, evidence: str, fact_on: date, reviewer: str, who: str
    ) -> ReviewedFact:
        """Keep a fact; evidence and a reviewer are needed."""
        required(evidence, "fact_evidence_missing")
        required(reviewer, "fact_reviewer_missing")
        if not math.isfinite(value):
            raise InputError("fact_value", value=value)
        values = {"cons_no": cons_no, "fact": fact, "value": value, "evidence": evidence}
        days = {"fact_on": fact_on, "reviewer": reviewer}
        with self._write() as c:
            added = c.execute(insert(tables.reviewed_fact).values(at=now(), who=who, **values, **days))
            number = added.inserted_primary_key[0]  # type: ignore[index]
        return next(f for f in self.facts(cons_no) if f.id == number)

    def withdraw_fact(self, number: int, who: str, why: str) -> None:
        """Take a fact back, by a new record: it is read no more, for any day."""
        required(why)
        of = tables.reviewed_fact.c
        with self._write() as c:
            asked = select(of.cons_no, of.fact, of.fact_on, of.reviewer)
            row = c.execute(asked.where(of.id == number, of.withdraws.is_(None))).mappings().first()
            if row is None:
                raise InputError("fact_unknown", number=number)
            if c.scalar(select(of.id).where(of.withdraws == number)) is not None:
                raise BusyError("fact_withdrawn_before", number=number)
            values = {**row, "evidence": why, "withdraws": number}
            c.execute(insert(tables.reviewed_fact).values(at=now(), who=who, **values))

    def facts(self, cons_no: str | None = None) -> list[ReviewedFact]:
        """The facts of a customer, or all, oldest entry first, withdrawn ones too."""
        asked = select(tables.reviewed_fact).order_by(tables.reviewed_fact.c.id)
        if cons_no is not None:
            asked = asked.where(tables.reviewed_fact.c.cons_no == cons_no)
        with self._read() as c:
            rows = c.execute(asked).all()
        taken = {r.withdraws: r for r in rows if r.withdraws is not None}
        return [
            ReviewedFact(
                *(r.id, r.at, r.who, r.cons_no, r.fact, r.value, r.evidence, r.fact_on, r.reviewer),
                *((w.who, w.evidence) if (w := taken.get(r.id)) else ()),
            )
            for r in rows
            if r.withdraws is None
        ]
