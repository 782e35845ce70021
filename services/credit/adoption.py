"""The rules in force, adopting others, and going back."""

from __future__ import annotations

from functools import lru_cache

from analytics.credit_policy import refuse_adoption
from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.toml_values import called, to_plain
from data.errors import InputError
from data.state import AdoptedPolicy, State
from services.access.actor import Actor, allow_company
from services.credit.policy_files import read_policy


def in_force(state: State | None) -> Policy:
    """The adopted policy, else the default that ships with the project.

    InputError `policy_in_force_unreadable` where what was adopted cannot be read any more.
    """
    adopted = state.current_policy() if state else None
    return of_record(adopted)


def of_record(record: AdoptedPolicy | None) -> Policy:
    """The policy that held after an adoption or undoing; the default before the first."""
    if record is None or record.content is None:
        return read_policy()
    try:
        return _read(record.content)
    except RefusedError as e:
        raise InputError("policy_in_force_unreadable", number=record.id, version=record.version or "") from e


def history(state: State) -> list[AdoptedPolicy]:
    """Every adoption and undoing, newest first."""
    return state.policies()[::-1]


def refusal(policy: Policy) -> RefusedError | None:
    """Why a policy cannot be adopted: CR ≥ 0.1, no monotony, no models, a table of collection that is not
    whole; None where it can.

    Overlapping grades, missing knots and the like cannot even be written as a Policy.
    """
    if not policy.credit.models:
        return RefusedError("adopt_nothing_graded")
    try:
        refuse_adoption(policy.credit)
    except RefusedError as e:
        e.called = called(to_plain(policy))
        return e
    return next(iter(collection_refusals(policy)), None)


def collection_refusals(policy: Policy) -> list[RefusedError]:
    """All that keeps a table of collection actions from being adopted; each knows the names in it."""
    refused = policy.collection.refusals(policy.credit.grade_keys)
    names = called(to_plain(policy)) if refused else {}
    for e in refused:
        e.called = names
    return refused


def adopt(
    state: State, proposed: Policy, actor: Actor, why: str, after: int | None, name: str = ""
) -> AdoptedPolicy:
    """Put a policy in force for the whole company, by a name if one is given.

    `after` is the number of the newest record that was seen (`state.policy_id()`).

    RefusedError where it cannot be adopted, InputError `adopt_no_change` where it is in force already,
    BusyError where somebody else adopted or undid meanwhile.
    """
    allow_company(actor, "adopt")
    refused = refusal(proposed)
    if refused is not None:
        raise refused
    if state.policy_id() == after and in_force(state).version == proposed.version:
        raise InputError("adopt_no_change")
    return state.adopt(proposed.to_toml(), proposed.version, actor.name, why, after, name)


def undo(state: State, actor: Actor, why: str, after: int | None) -> AdoptedPolicy:
    """Put the policy before the one in force back in force."""
    allow_company(actor, "adopt")
    return state.undo(actor.name, why, after)


def export_text(policy: Policy) -> str:
    """The policy as a TOML file."""
    return policy.to_toml()


@lru_cache(maxsize=16)
def _read(content: str) -> Policy:
    return Policy.from_toml(content)
