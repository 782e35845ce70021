"""What people decide about a customer's grade: overruling it, objecting to it, reviewing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from data.errors import BusyError, InputError
from data.state import tables
from data.state.engine import StateEngine, now, required

Outcome = Literal["upheld", "changed"]


@dataclass(frozen=True)
class Override:
    """A grade that a person gave a customer from one day through another, because of the evidence in `why`.

    Withdrawn, it holds until the day before `withdrawn_on`.
    """

    id: int
    at: datetime
    who: str
    why: str
    cons_no: str
    grade: str
    valid_from: date
    valid_to: date
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None

    def holds(self, on: date) -> bool:
        """Whether the grade holds on a day."""
        withdrawn = self.withdrawn_on is not None and on >= self.withdrawn_on
        return self.valid_from <= on <= self.valid_to and not withdrawn


@dataclass(frozen=True)
class Review:
    """What came of an objection: `upheld` leaves the grade, `changed` gives `grade` from `decided_on` on."""

    id: int
    at: datetime
    who: str
    why: str
    objection: int
    outcome: Outcome
    grade: str | None
    decided_on: date


@dataclass(frozen=True)
class Objection:
    """A customer's objection to a published grade, taken by `who`; its review once there is one."""

    id: int
    at: datetime
    who: str
    publication: int
    cons_no: str
    text: str
    raised_on: date
    review: Review | None = None


class GradeRecords(StateEngine):
    """Reads and adds overrides, objections and reviews."""

    def overrule(
        self, cons_no: str, grade: str, valid_from: date, valid_to: date, who: str, why: str
    ) -> Override:
        """Give a customer a grade from one day through another; `why` is the evidence."""
        required(why)
        if valid_to < valid_from:
            raise InputError("override_ends_first", first=valid_from.isoformat(), last=valid_to.isoformat())
        values = {"cons_no": cons_no, "grade": grade, "valid_from": valid_from, "valid_to": valid_to}
        with self._write() as c:
            added = c.execute(insert(tables.override).values(at=now(), who=who, why=why, **values))
            number = added.inserted_primary_key[0]  # type: ignore[index]
        return next(o for o in self.overrides(cons_no) if o.id == number)

    def withdraw_override(self, number: int, on: date, who: str, why: str) -> None:
        """End an override before a day, by a new record."""
        required(why)
        of = tables.override.c
        with self._write() as c:
            row = c.execute(select(of.cons_no).where(of.id == number, of.withdraws.is_(None))).first()
            if row is None:
                raise InputError("override_unknown", number=number)
            if c.scalar(select(of.id).where(of.withdraws == number)) is not None:
                raise BusyError("override_withdrawn_before", number=number)
            values = {"cons_no": row.cons_no, "valid_from": on, "withdraws": number}
            c.execute(insert(tables.override).values(at=now(), who=who, why=why, **values))

    def overrides(self, cons_no: str | None = None) -> list[Override]:
        """The overrides of a customer, or all, oldest first, withdrawn ones too."""
        asked = select(tables.override).order_by(tables.override.c.id)
        if cons_no is not None:
            asked = asked.where(tables.override.c.cons_no == cons_no)
        with self._read() as c:
            rows = c.execute(asked).all()
        ends = {r.withdraws: r for r in rows if r.withdraws is not None}
        return [
            Override(
                *(r.id, r.at, r.who, r.why, r.cons_no, r.grade, r.valid_from, r.valid_to),
                *((e.valid_from, e.who, e.why) if (e := ends.get(r.id)) else ()),
            )
            for r in rows
            if r.withdraws is None
        ]

    def object_to(self, publication: int, cons_no: str, text: str, raised_on: date, who: str) -> Objection:
        """Take an objection to the grade that a publication gave a customer."""
        required(text, "objection_text_missing")
        values = {"publication": publication, "cons_no": cons_no, "text": text, "raised_on": raised_on}
        with self._write() as c:
            if (
                c.scalar(select(tables.publication.c.id).where(tables.publication.c.id == publication))
                is None
            ):
                raise InputError("publication_unknown", number=publication)
            added = c.execute(insert(tables.objection).values(at=now(), who=who, **values))
            number = added.inserted_primary_key[0]  # type: ignore[index]
        return next(o for o in self.objections(cons_no) if o.id == number)

    def review(
        self, objection: int, outcome: str, grade: str | None, decided_on: date, who: str, why: str
    ) -> Review:
        """Decide an objection, once; a grade is given exactly where it changes."""
        required(why)
        if (outcome == "changed") != (grade is not None) or outcome not in ("upheld", "changed"):
            raise InputError("review_outcome", value=outcome)
        values = {"objection": objection, "outcome": outcome, "grade": grade, "decided_on": decided_on}
        of = tables.objection.c
        try:
            with self._write() as c:
                raised_on = c.scalar(select(of.raised_on).where(of.id == objection))
                if raised_on is None:
                    raise InputError("objection_unknown", number=objection)
                if decided_on < raised_on:
                    raise InputError("review_before_objection", raised_on=raised_on.isoformat())
                c.execute(insert(tables.review).values(at=now(), who=who, why=why, **values))
        except IntegrityError as e:
            raise BusyError("objection_reviewed_before", number=objection) from e
        return next(o.review for o in self.objections() if o.id == objection and o.review is not None)

    def objections(self, cons_no: str | None = None) -> list[Objection]:
        """The objections of a customer, or all, oldest first, each with its review."""
        asked = select(tables.objection).order_by(tables.objection.c.id)
        if cons_no is not None:
            asked = asked.where(tables.objection.c.cons_no == cons_no)
        with self._read() as c:
            rows = c.execute(asked).mappings().all()
            reviewed = {r["objection"]: Review(**r) for r in c.execute(select(tables.review)).mappings()}
        return [Objection(**row, review=reviewed.get(row["id"])) for row in rows]
