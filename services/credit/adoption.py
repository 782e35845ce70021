"""The rules in force, what a proposal would change, adopting it, and going back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from analytics.credit_policy import refuse_adoption
from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_diff import Difference, differences
from analytics.toml_values import called, to_plain
from data.errors import InputError
from data.sql_files import Database
from data.state import AdoptedPolicy, State
from services.access.actor import Actor, allow_company
from services.credit.grading import Measured, grade_all, measure
from services.credit.policy_files import read_policy
from services.decided.inputs import NOTHING, Decided

FLOWS = ("model", "old", "new", "households", "balance", "overdue")
MOVERS = ("cons_no", "org_no", "model", "old", "new", "old_score", "new_score", "balance", "overdue")


@dataclass(frozen=True)
class PolicyDiff:
    """What adopting `proposed` would change.

    `changes`: the places that differ. `flows`: customers (`households`) and their open and overdue money
    (fen) by model and by grade before and after, those who stay too; '' is ungraded. `movers`: who changes
    grade, most open money first. `refusal`: why it cannot be adopted; then nothing else may be missing.
    """

    adopted: Policy
    proposed: Policy
    changes: tuple[Difference, ...]
    flows: pd.DataFrame
    movers: pd.DataFrame
    refusal: RefusedError | None


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
    """Why a policy cannot be adopted: CR ≥ 0.1, no monotony, no models; None where it can.

    Overlapping grades, missing knots and the like cannot even be written as a Policy.
    """
    if not policy.credit.models:
        return RefusedError("adopt_nothing_graded")
    try:
        refuse_adoption(policy.credit)
    except RefusedError as e:
        e.called = called(to_plain(policy))
        return e
    return None


def proposal(
    db: Database,
    adopted: Policy,
    proposed: Policy,
    as_of: date,
    decided: Decided = NOTHING,
    allowed_orgs: tuple[str, ...] = (),
) -> PolicyDiff:
    """What would change, as of a day; customers of units under `allowed_orgs` alone (empty: all)."""
    flows, movers = (pd.DataFrame(columns=list(names)) for names in (FLOWS, MOVERS))
    if adopted.credit != proposed.credit:
        table = _before_and_after(db, adopted, proposed, as_of, decided)
        if allowed_orgs:
            table = table[table["org_no"].fillna("").str.startswith(allowed_orgs)]
        flows = _flows(table)
        moved = table[table["old"] != table["new"]]
        movers = moved.sort_values("balance", ascending=False, kind="stable", ignore_index=True)
    return PolicyDiff(
        adopted, proposed, differences(adopted, proposed), flows, movers[list(MOVERS)], refusal(proposed)
    )


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


def _before_and_after(
    db: Database, adopted: Policy, proposed: Policy, as_of: date, decided: Decided
) -> pd.DataFrame:
    """One row per customer that either policy grades."""
    measured = measure(db, as_of, adopted.credit, facts=decided.facts)
    old = _grades(adopted, measured, decided)
    if proposed.credit.industry_risk != adopted.credit.industry_risk:
        measured = measure(db, as_of, proposed.credit, facts=decided.facts)
    new = _grades(proposed, measured, decided)
    people = measured.people[["cons_no", "org_no", "balance", "overdue"]]
    table = people.assign(
        model=new["model"].where(new["model"] != "", old["model"]),
        old=old["grade"],
        new=new["grade"],
        old_score=old["score"],
        new_score=new["score"],
    )
    return table[(old["model"] != "") | (new["model"] != "")]


def _grades(policy: Policy, measured: Measured, decided: Decided) -> pd.DataFrame:
    """`model`, `grade` ('' ungraded) and `score` of every customer, in the order of `measured.people`."""
    table = pd.DataFrame({"model": "", "grade": "", "score": float("nan")}, index=measured.people.index)
    for m in grade_all(
        policy.credit, measured, decided.held_before(policy.credit.grade_keys), with_parts=False
    ):
        names = pd.Series(m.graded.names(policy.credit.grade_keys)).fillna("").to_numpy()
        table.iloc[m.rows, 0] = m.model.key
        table.iloc[m.rows, 1] = names
        table.iloc[m.rows, 2] = m.evaluated.score
    return table


def _flows(table: pd.DataFrame) -> pd.DataFrame:
    counted = table.assign(households=1).groupby(["model", "old", "new"], as_index=False, sort=True)
    return counted[["households", "balance", "overdue"]].sum()[list(FLOWS)]
