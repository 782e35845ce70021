"""What a person decides about a customer's grade: overruling it, taking an objection, deciding it."""

from __future__ import annotations

from datetime import date

from analytics.policy import Policy
from data.ask.sql_files import Database
from data.errors import InputError
from data.state import Objection, Override, Review, State
from services.access.actor import Actor, allow, reach, touch
from services.decided import published_grades


def overrule(
    db: Database,
    state: State,
    actor: Actor,
    policy: Policy,
    cons_no: str,
    grade: str,
    valid_from: date,
    valid_to: date,
    why: str,
) -> Override:
    """Overrule a customer's grade from one day through another; `why` is the evidence."""
    allow(actor, "overrule")
    reach(db, actor, [cons_no])
    _known(policy, grade)
    return state.overrule(cons_no, grade, valid_from, valid_to, actor.name, why)


def withdraw_override(db: Database, state: State, actor: Actor, number: int, on: date, why: str) -> None:
    """End an override of one of the actor's customers before a day."""
    allow(actor, "overrule")
    touch(db, actor, [o.cons_no for o in state.overrides() if o.id == number])
    state.withdraw_override(number, on, actor.name, why)


def take_objection(db: Database, state: State, actor: Actor, cons_no: str, text: str, on: date) -> Objection:
    """Take a customer's objection to the grade held on a day."""
    allow(actor, "overrule")
    reach(db, actor, [cons_no])
    publication = published_grades.publication_on(state, on)
    if publication is None or published_grades.published_grade(state, cons_no, on) is None:
        raise InputError("objection_without_grade", cons_no=cons_no, on=on.isoformat())
    if any(o.review is None and o.publication == publication.id for o in state.objections(cons_no)):
        raise InputError("objection_open", cons_no=cons_no)
    return state.object_to(publication.id, cons_no, text, on, actor.name)


def review_objection(
    db: Database,
    state: State,
    actor: Actor,
    policy: Policy,
    objection: int,
    outcome: str,
    grade: str | None,
    on: date,
    why: str,
) -> Review:
    """Decide an objection: the grade is upheld, or changed from the day of the review on."""
    allow(actor, "review")
    touch(db, actor, [o.cons_no for o in state.objections() if o.id == objection])
    if grade is not None:
        _known(policy, grade)
    return state.review(objection, outcome, grade, on, actor.name, why)


def _known(policy: Policy, grade: str) -> None:
    if grade not in policy.credit.grade_keys:
        known = ", ".join(policy.credit.grade_keys)
        raise InputError("grade_unknown", value=grade, known=known)
