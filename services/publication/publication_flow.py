"""Publishing grades: for the whole company, by a second person where that is set, undone with a reason."""

from __future__ import annotations

from data.environment import second_person
from data.errors import InputError
from data.state import Publication, State
from services.access.actor import Actor, allow_company
from services.publication.publishing_grades import Draft


def publish(state: State, made: Draft, actor: Actor, why: str, replaces: int | None = None) -> Publication:
    """Publish a draft, or propose it where a second person has to look.

    `replaces` is the publication of an overlapping period that it takes the place of. InputError
    `publication_overlaps` where one stands that it does not replace, `publication_empty` where nobody has a
    grade.
    """
    allow_company(actor, "publish")
    if not made.customers.num_rows:
        raise InputError("publication_empty", as_of=made.as_of.isoformat())
    return state.publish(
        made.customers,
        as_of=made.as_of,
        valid_from=made.valid_from,
        valid_to=made.valid_to,
        policy_version=made.policy.version,
        policy=made.policy.to_toml(),
        snapshot=made.snapshot,
        who=actor.name,
        why=why,
        replaces=replaces,
        propose=second_person(),
    )


def confirm(state: State, number: int, actor: Actor, why: str = "") -> None:
    """Put what somebody else proposed in force."""
    allow_company(actor, "publish")
    state.confirm_publication(number, actor.name, why)


def withdraw(state: State, number: int, actor: Actor, why: str) -> None:
    """Take a publication or a proposal back; the reason is kept."""
    allow_company(actor, "publish")
    state.withdraw_publication(number, actor.name, why)
