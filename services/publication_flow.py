"""Who may do what with a publication: for the whole company, by a second person where that is set, undone."""

from __future__ import annotations

from data.environment import second_person
from data.state import Publication, State
from services import publishing_grades
from services.entitlements import Actor, allow_company
from services.publishing_grades import Draft


def publish(state: State, made: Draft, actor: Actor, why: str, replaces: int | None) -> Publication:
    """Publish a draft, or propose it where a second person has to look."""
    allow_company(actor, "publish")
    propose = second_person()
    return publishing_grades.publish(state, made, actor.name, why, replaces, propose)


def confirm(state: State, number: int, actor: Actor, why: str = "") -> None:
    """Put what somebody else proposed in force."""
    allow_company(actor, "publish")
    state.confirm_publication(number, actor.name, why)


def withdraw(state: State, number: int, actor: Actor, why: str) -> None:
    """Take a publication or a proposal back; the reason is kept."""
    allow_company(actor, "publish")
    state.withdraw_publication(number, actor.name, why)
