"""Facts about customers that people enter by hand: entered with evidence, taken back with a reason."""

from __future__ import annotations

from datetime import date

from analytics import indicators
from data.ask.sql_files import Database
from data.errors import InputError
from data.state import State
from services.access.actor import Actor, allow, reach, touch
from services.decided.inputs import enterable


def record_fact(
    db: Database,
    state: State,
    actor: Actor,
    cons_no: str,
    fact: str,
    value: float,
    evidence: str,
    fact_on: date,
    reviewer: str,
) -> int:
    """Keep a fact of one of the actor's customers; give back its number.

    InputError where it is none that can be entered.
    """
    allow(actor, "overrule")
    reach(db, actor, [cons_no])
    if fact not in enterable():
        raise InputError("fact_not_enterable", fact=fact, known=", ".join(enterable()))
    known = indicators.known(fact)
    if not known.low <= value <= known.high:
        raise InputError("fact_out_of_range", fact=fact, low=known.low, high=known.high, value=value)
    return state.record_fact(cons_no, fact, value, evidence, fact_on, reviewer, actor.name).id


def withdraw_fact(db: Database, state: State, actor: Actor, number: int, why: str) -> None:
    """Take a fact of one of the actor's customers back."""
    allow(actor, "overrule")
    touch(db, actor, [f.cons_no for f in state.facts() if f.id == number])
    state.withdraw_fact(number, actor.name, why)
