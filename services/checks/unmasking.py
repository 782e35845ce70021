"""Full names, addresses and phones: for who may see them, each look recorded before it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from data.ask import customer_queries as queries
from data.ask.sql_files import Database
from data.scope import Scope
from data.state import State
from services.access.actor import Actor, allow, reach
from services.checks.data_checks import Chosen, write_corrections


def unmask(db: Database, state: State, actor: Actor, cons_no: str, why: str) -> None:
    """Record that the actor looks at one of their customers, and why."""
    allow(actor, "unmask")
    reach(db, actor, [cons_no])
    state.record_unmask([cons_no], actor.name, why, "customers")


def whole_name(db: Database, actor: Actor, scope: Scope, cons_no: str) -> dict[str, str]:
    """Full name, address and phone of one of the actor's customers; the caller has recorded the look."""
    allow(actor, "unmask")
    return queries.whole_name(db, replace(scope, allowed_orgs=actor.orgs), cons_no)


def corrections(
    target: BinaryIO, db: Database, state: State, actor: Actor, scope: Scope, chosen: Chosen, why: str
) -> int:
    """Write the chosen records as they came; without names for who may not see them, else it is recorded."""
    mine, whole = replace(scope, allowed_orgs=actor.orgs), actor.may("unmask")
    if whole:
        state.record_unmask(["*"], actor.name, why, "quarantine")
    return write_corrections(target, db, mine, chosen, whole=whole)
