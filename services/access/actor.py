"""Who acts, and what they may touch: asked by the service at the time of the act, whatever a page offered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from data.ask import customer_queries as queries
from data.ask.sql_files import Database
from data.errors import InputError


class Actor(Protocol):
    """Who acts: a reader with units (empty: all) and permissions, as they are at the time of the act."""

    @property
    def name(self) -> str:
        """Who it is, as records keep it."""

    @property
    def orgs(self) -> tuple[str, ...]:
        """The units the reader is confined to."""

    def may(self, permission: str) -> bool:
        """Whether the reader has a permission."""


def allow(actor: Actor, permission: str) -> None:
    """Refuse who has not a permission."""
    if not actor.may(permission):
        raise InputError(f"{permission}_not_allowed")


def allow_company(actor: Actor, permission: str) -> None:
    """Refuse who has not a permission, or not for the whole company."""
    allow(actor, permission)
    if actor.orgs:
        raise InputError(f"{permission}_whole_company")


def reach(db: Database, actor: Actor, cons_nos: Iterable[str]) -> None:
    """Refuse a number that is no customer's of the actor's units."""
    for cons_no in queries.out_of_reach(db, cons_nos, actor.orgs):
        raise InputError("customer_not_here", cons_no=cons_no)


def touch(db: Database, actor: Actor, cons_nos: Iterable[str]) -> None:
    """Refuse a record of a customer outside the actor's units; a customer who is gone is the company's."""
    if actor.orgs:
        reach(db, actor, cons_nos)


def touch_units(actor: Actor, org_nos: Iterable[str], refusal: str) -> None:
    """Refuse with the sentence `refusal` (it names the `unit`) what concerns a unit outside the actor's."""
    for org_no in org_nos:
        if actor.orgs and not org_no.startswith(actor.orgs):
            raise InputError(refusal, unit=org_no)
