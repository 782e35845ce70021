"""Grades and lights in the customer list: as each customer's own file shows them, and ordered by worth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.policy import Policy
from data.ask import customer_queries
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import customer_credit, slim, standing
from services.credit.grading import Measured
from services.credit.policy_files import read_policy
from services.credit.risk_light import risk_light_of
from services.credit.standing import LIGHTS, ensure_standing
from services.customers import lists
from services.customers.customer_filters import Choice
from services.decided import published_grades
from services.decided.inputs import decided
from services.publication import publication_flow, publishing_grades
from tests.actors import by
from tests.attack.sizes import ROWS, how_many
from tests.copying import copied

pytestmark = pytest.mark.slow
POLICY: Policy = read_policy()
KEYS = POLICY.credit.grade_keys


@pytest.fixture(scope="module")
def house(
    sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Snapshot]]:
    home = tmp_path_factory.mktemp("standing") / "house"
    copied(sample_warehouse, home, "graded", "raw")
    with open_snapshot(home) as db:
        yield home, db


@pytest.fixture(scope="module")
def day(house: tuple[Path, Snapshot]) -> date:
    return date(house[1].meta.extract_on.year - 1, 12, 31)


def whole(db: Snapshot, day: date, path: Path, choice: Choice | None = None) -> pd.DataFrame:
    found: pd.DataFrame = lists.whole_list(db, Scope(day), choice or Choice(), path).read_all().to_pandas()
    return found


def test_each_row_is_what_the_customers_own_file_shows(house: tuple[Path, Snapshot], day: date) -> None:
    home, db = house
    state = State(f"sqlite:///{home / 'state.db'}")
    told = whole(db, day, ensure_standing(db, POLICY, day, state))
    assert set(told["grade"].dropna()) >= set(KEYS[1:4]) and set(told["light"]) >= {"none", "red"}
    assert set(told["grade_from"].dropna()) == {"computed"}
    some = random.Random(5).sample(range(len(told)), how_many(ROWS))
    for row in told.iloc[[*some, int((told["grade"] == "-closed").argmax())]].to_dict("records"):
        alone = customer_credit.decided_for(state, row["cons_no"], [day])
        [credit] = customer_credit.credit_on(db, POLICY, int(row["cons_key"]), alone)
        assert (credit.grade or f"-{credit.missing}") == row["grade"]
        assert credit.grade is None or credit.score == pytest.approx(row["score"])
        assert risk_light_of(db, POLICY, day, row["cons_no"]).light == row["light"]


def test_a_published_grade_and_a_persons_word_go_before_the_computed_one(
    house: tuple[Path, Snapshot], day: date
) -> None:
    home, db = house
    state = State(f"sqlite:///{home / 'state.db'}")
    before = whole(db, day, ensure_standing(db, POLICY, day, state)).set_index("cons_no")
    made = publishing_grades.draft(state, db, POLICY, day - timedelta(days=31), day - timedelta(days=5))
    publication_flow.publish(state, made, by("王芳"), "年度评级")
    someone = before.index[before["grade"] == KEYS[1]][0]
    state.overrule(someone, KEYS[-1], day, day + timedelta(days=90), "李强", "判决书第 3 号")
    path = ensure_standing(db, POLICY, day, state)
    after = whole(db, day, path).set_index("cons_no")
    held = published_grades.published(state, day).set_index("cons_no")
    assert len(held) > 100
    for number in held.index:
        assert after.at[number, "grade"] == held.at[number, "grade"]
        assert after.at[number, "grade_from"] == {"computed": "published"}.get(
            held.at[number, "source"], held.at[number, "source"]
        )
    assert after.at[someone, "grade"] == KEYS[-1] and after.at[someone, "grade_from"] == "override"
    assert (before["score"].dropna() == after["score"].dropna()).all()
    assert ensure_standing(db, POLICY, day, state) == path


def _orders(found: pd.DataFrame, sort: str) -> list[float]:
    if sort == "score":
        return [float(v) for v in found["score"].dropna()]
    worth: dict[Any, int] = (
        {k: -i for i, k in enumerate(KEYS)} if sort == "grade" else {k: i for i, k in enumerate(LIGHTS)}
    )
    return [worth[v] for v in found[sort] if v in worth]


@pytest.mark.parametrize("sort", ["grade", "score", "light"])
@pytest.mark.parametrize("descending", [True, False])
def test_lists_are_ordered_by_worth_not_by_letters(
    house: tuple[Path, Snapshot], day: date, sort: str, descending: bool
) -> None:
    path = ensure_standing(house[1], POLICY, day, None)
    values = _orders(whole(house[1], day, path, Choice(sort=sort, descending=descending)), sort)
    assert len(set(values)) > 1 and values == sorted(values, reverse=descending)


def test_filters_leave_who_has_the_grade_the_score_and_the_light(
    house: tuple[Path, Snapshot], day: date
) -> None:
    db, path = house[1], ensure_standing(house[1], POLICY, day, None)
    everyone = whole(db, day, path)
    asked: list[tuple[dict[str, Any], pd.Series]] = [
        ({"grade": KEYS[-2:]}, everyone["grade"].isin(KEYS[-2:])),
        ({"grade": ("none",)}, ~everyone["grade"].isin(KEYS)),
        ({"grade": ("-closed", KEYS[0])}, everyone["grade"].isin(["-closed", KEYS[0]])),
        ({"light": ("red", "orange")}, everyone["light"].isin(["red", "orange"])),
        ({"score": (40.0, 70.0)}, everyone["score"].between(40, 70)),
        (
            {"light": ("none",), "grade": (KEYS[1],), "score": (None, 90.0)},
            (everyone["light"] == "none") & (everyone["grade"] == KEYS[1]) & (everyone["score"] <= 90),
        ),
    ]
    for values, wanted in asked:
        choice = Choice(values)
        found = whole(db, day, path, choice)
        assert set(found["cons_no"]) == set(everyone.loc[wanted, "cons_no"]) and wanted.any()
        total = lists.list_totals(db, Scope(day), choice, path)
        assert (total.customers, total.overdue) == (wanted.sum(), everyone.loc[wanted, "overdue"].sum())
        first = lists.list_page(db, Scope(day), choice, 7, 1, path)
        assert first["cons_no"].tolist() == found["cons_no"].tolist()[:7]


def test_without_models_there_are_lights_and_no_grades(house: tuple[Path, Snapshot], day: date) -> None:
    from dataclasses import replace

    bare = replace(POLICY, credit=replace(POLICY.credit, models=()))
    found = whole(house[1], day, ensure_standing(house[1], bare, day, None))
    assert (
        set(found["grade"]) <= {"-closed", "-future", "-no_model"}
        and found["light"].notna().all()
        and len(found) > 100
    )


def test_the_list_and_the_grade_pages_measure_a_day_once(
    house: tuple[Path, Snapshot], day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the list has shown of a day, grade pages do not ask to be computed."""
    _, db = house
    other = day - timedelta(days=40)
    asked: list[date] = []
    plain = standing.measure

    def counted(db: Snapshot, as_of: date, *given: Any) -> Measured:
        asked.append(as_of)
        return plain(db, as_of, *given)

    monkeypatch.setattr(standing, "measure", counted)
    ensure_standing(db, POLICY, other, None)
    told = decided(None, other)
    assert asked == [other]
    assert slim.slim_path(db, POLICY.credit, other, told).exists()


def test_measures_come_in_pieces_that_are_reported_and_add_up_to_the_whole(
    house: tuple[Path, Snapshot], day: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, db = house
    files, steps = [], []
    for name, piece in (("whole", 10**6), ("pieces", 97)):
        monkeypatch.setattr(customer_queries, "PIECE", piece)
        done: list[int] = []
        files.append(customer_queries.ensure_measures(db, tmp_path / name, db.id, day, done.append))
        steps.append(done)
    whole_file, pieces = (pd.read_parquet(f) for f in files)
    pd.testing.assert_frame_equal(whole_file, pieces)
    assert steps[0] == [len(whole_file)]
    assert steps[1][-1] == len(pieces) and len(steps[1]) == -(-len(pieces) // 97)
    assert steps[1] == sorted(set(steps[1])), "progress stands still"
