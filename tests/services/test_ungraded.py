"""Who has no grade, by reason: graded and ungraded together are what the overview says is overdue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import graded, moves, slim, ungraded
from services.credit.policy_files import read_policy
from services.credit.ungraded import by_reason
from services.decided import published_grades
from services.publication import publication_flow, publishing_grades
from services.recovery import headline
from services.report import monthly_run
from tests.actors import by

POLICY = read_policy()
DAYS = (date(2026, 11, 20), date(2026, 10, 20), date(2026, 2, 10), date(2025, 12, 31))


@pytest.fixture(scope="module", params=["shared", pytest.param(3, marks=pytest.mark.full)])
def db(
    request: pytest.FixtureRequest, sample_warehouse: Path, warehouse_of: Callable[[int], Path]
) -> Iterator[Snapshot]:
    """The shared sample, and one of another seed."""
    home = sample_warehouse if request.param == "shared" else warehouse_of(request.param)
    with open_snapshot(home) as found:
        yield found


def owed(db: Snapshot, day: date) -> pd.DataFrame:
    """What each customer has open past its due date, from the ledger, and who is closed by the day."""
    sql = """
        select c.cons_no, coalesce(c.closed_on <= $day, false) as closed, coalesce(sum(b.open), 0) as fen
        from dim_customer c
        left join fct_balance b
            on b.cons_key = c.cons_key and b.is_owed
            and b.from_on <= $day and b.to_on > $day and b.due_on < $day
        group by all
    """
    return db.cursor().sql(sql, params={"day": day}).df()


@pytest.mark.parametrize("day", DAYS)
def test_grades_and_reasons_come_to_what_is_overdue(db: Snapshot, day: date) -> None:
    given = slim.slim(db, POLICY.credit, day)
    one = graded.graded(POLICY.credit, given)
    grades, left = one.grades, ungraded.rest(given, one.grades)
    held = pd.DataFrame(
        {
            "late": [int((p.overdue[grades[p.model] >= 0] > 0).sum()) for p in given.parts],
            "overdue": [int(p.overdue[grades[p.model] >= 0].sum()) for p in given.parts],
        }
    )
    tie, raw = ungraded.tie(db, Scope(day), held, left), owed(db, day)
    assert tie.holds and (tie.overdue, tie.late) == (raw["fen"].sum(), (raw["fen"] > 0).sum())
    closed = left.set_index("reason").loc["closed"]
    assert (closed["customers"], closed["overdue"]) == (
        raw["closed"].sum(),
        raw.loc[raw["closed"], "fen"].sum(),
    )
    assert left["customers"].sum() + sum((g >= 0).sum() for g in grades.values()) == len(raw)
    drawn = moves.with_rest(moves.by_grade(moves.flows(one, one), "new", "ABCDE"), left)
    assert (drawn["overdue"].sum(), drawn["households"].sum()) == (raw["fen"].sum(), len(raw))
    again = slim.slim(db, POLICY.credit, day)
    pd.testing.assert_frame_equal(ungraded.rest(again, grades), left)


def test_a_publication_and_its_rest_come_to_what_is_overdue(db: Snapshot, tmp_path: Path) -> None:
    """By unit too; who was graded since it was published is in the rest, as such."""
    state, day = State(f"sqlite:///{tmp_path / 'state.db'}"), DAYS[0]
    made = publishing_grades.draft(state, db, POLICY, date(2026, 3, 31), date(2026, 4, 1))
    publication_flow.publish(state, made, by("li"), "yearly")
    held = published_grades.published(state, day).set_index("cons_no")["grade"]
    units = db.cursor().sql("select org_no from dim_customer group by all order by count(*) desc").fetchall()
    for scope in (Scope(day), Scope(day, orgs=(str(units[0][0]),))):
        graded, left = ungraded.beside(db, POLICY, scope, state, held)
        tie = ungraded.tie(db, scope, graded, left)
        assert tie.holds and tie.overdue == headline.arrears(db, scope).overdue.amount > 0
    assert "closed" in set(left["reason"])


def test_the_report_says_who_is_ungraded_and_ties(sample_warehouse: Path, tmp_path: Path) -> None:
    paths = monthly_run.write_report(sample_warehouse, DAYS[0], tmp_path, POLICY)
    said = json.loads(paths.summary.read_text(encoding="utf-8"))
    both = [*said["grades"], *said["ungraded"]]
    assert sum(Decimal(e["arrears"]) for e in both) == Decimal(said["arrears"]["balance"]["amount"])
    assert sum(e["customers"] for e in both) == said["customers"]
    people = pd.read_parquet(paths.customers)
    assert (people["grade"].isna() == people["ungraded"].notna()).all()
    assert people["ungraded"].value_counts().to_dict() == {
        e["reason"]: e["customers"] for e in said["ungraded"]
    }


def test_nobody_left_is_an_empty_frame() -> None:
    frame = pd.DataFrame({"reason": pd.Series(dtype=object), "balance": [], "overdue": []})
    assert by_reason(frame).empty
