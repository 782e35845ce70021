"""Who may do what with a publication: for the whole company, by a second person where that is set, undone."""

from __future__ import annotations

from typing import Protocol

from data.environment import second_person
from data.errors import InputError
from data.state import Publication, State
from services import publishing_grades
from services.publishing_grades import Draft


class Actor(Protocol):
    """Who acts: a reader with units (empty: all) and permissions."""

    @property
    def name(self) -> str:
        """Who it is, as records keep it."""

    @property
    def orgs(self) -> tuple[str, ...]:
        """The units the reader is confined to."""

    def may(self, permission: str) -> bool:
        """Whether the reader has a permission."""


def allow(actor: Actor) -> None:
    """Refuse who may not publish, or not for the whole company."""
    if not actor.may("publish"):
        raise InputError("publish_not_allowed")
    if actor.orgs:
        raise InputError("publish_whole_company")


def publish(state: State, made: Draft, actor: Actor, why: str, replaces: int | None) -> Publication:
    """Publish a draft, or propose it where a second person has to look."""
    allow(actor)
    propose = second_person()
    return publishing_grades.publish(state, made, actor.name, why, replaces, propose)


def confirm(state: State, number: int, actor: Actor, why: str = "") -> None:
    """Put what somebody else proposed in force."""
    allow(actor)
    state.confirm_publication(number, actor.name, why)


def withdraw(state: State, number: int, actor: Actor, why: str) -> None:
    """Take a publication or a proposal back; the reason is kept."""
    allow(actor)
    state.withdraw_publication(number, actor.name, why)
