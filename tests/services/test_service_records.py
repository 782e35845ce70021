"""Services that a grade promises: noted as due, done once, counted by their day and unit."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from data.errors import InputError
from data.state import State
from services import service_records as services
from services.policy_files import read_policy
from tests.figures.world import World

POLICY = read_policy()
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


def test_the_standard_of_a_grade_is_the_policys() -> None:
    assert {s.grade for s in services.standard(POLICY, "E")} == {"E"}
    assert sum(len(services.standard(POLICY, g)) for g in POLICY.credit.grade_keys) == len(
        POLICY.credit.services
    )
    assert services.standard(POLICY, None) == ()


def test_fulfilment_counts_what_was_due_done_and_in_time(state: State) -> None:
    world = World()
    for number, org in (("1", "33401"), ("2", "33401"), ("3", "33402"), ("4", "33402")):
        world.customer(number, org_no=org)
    con = world.built()
    due = date(2026, 3, 20)
    services.record_due(state, POLICY, ["1", "2", "3", "4"], "visit", due, "li", "E")
    services.record_due(state, POLICY, ["1"], "visit", date(2026, 4, 20), "li", "E")
    services.record_done(state, "1", "visit", due, date(2026, 3, 20), "wang", "met")
    services.record_done(state, "2", "visit", due, date(2026, 3, 25), "wang")
    services.withdraw(state, "4", "visit", due, "li", "moved away")

    def counted(on: date = MARCH[1], **orgs: tuple[str, ...]) -> tuple[int, int, int]:
        f = services.fulfilment(state, con, *MARCH, on, **orgs)
        return f.due, f.done, f.in_time

    assert counted() == (3, 2, 1)
    assert services.fulfilment(state, con, *MARCH, MARCH[1]).rate == pytest.approx(1 / 3)
    assert counted(on=date(2026, 3, 22)) == (3, 1, 1), "what was done later does not exist yet"
    assert counted(on=date(2026, 3, 19)) == (0, 0, 0), "not due yet"
    assert counted(orgs=("33401",)) == (2, 2, 1)
    assert counted(orgs=("334",), allowed_orgs=("33402",)) == (1, 0, 0)
    assert math.isnan(services.fulfilment(None, con, *MARCH, MARCH[1]).rate)
    assert [s.done_on for s in services.services_of(state, "1")] == [date(2026, 3, 20), None]
    assert services.services_of(state, "1")[0].grade == "E"


def test_what_was_not_due_or_is_done_is_refused(state: State) -> None:
    due = date(2026, 3, 20)
    with pytest.raises(InputError, match="service_unknown"):
        services.record_due(state, POLICY, ["1"], "massage", due, "li")
    with pytest.raises(InputError, match="service_not_due"):
        services.record_done(state, "1", "visit", due, due, "wang")
    services.record_due(state, POLICY, ["1"], "visit", due, "li")
    services.record_done(state, "1", "visit", due, due, "wang")
    with pytest.raises(InputError, match="service_done_before"):
        services.record_done(state, "1", "visit", due, due, "wang")
