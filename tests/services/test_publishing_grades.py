"""The yearly publication: computed, overruled, published, objected to, reviewed, written back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from analytics.policy import Policy
from dashboard.access.auth import User
from dashboard.words.i18n import Translator
from data.errors import BusyError, InputError
from data.state import State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import grading
from services.credit.policy_files import read_policy
from services.decided import grade_decisions
from services.decided.inputs import decided
from services.decided.published_grades import publication_on, published, published_grade
from services.publication import publication_flow, publishing_grades, write_back
from tests.actors import by
from tests.dashboard.file_rules import Offered, broken_rules

POLICY = read_policy()
pytestmark = pytest.mark.slow


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


@pytest.fixture
def db(sample_warehouse: Path) -> Snapshot:
    return open_snapshot(sample_warehouse)


def year_end(db: Snapshot, years: int = 1) -> date:
    return date(db.meta.extract_on.year - years, 12, 31)


def customer(table: pa.Table, grade: str, place: int = 0) -> str:
    """The number of a customer with a grade."""
    rows = [r["cons_no"] for r in table.to_pylist() if r["computed"] == grade]
    return str(rows[place])


def test_two_years_of_publications_and_the_rule_between_them(state: State, db: Snapshot) -> None:
    earlier = publishing_grades.draft(state, db, POLICY, year_end(db, 2))
    assert (earlier.valid_from, earlier.valid_to) == (
        year_end(db, 2) + timedelta(days=1),
        year_end(db, 1),
    )
    publication_flow.publish(state, earlier, by("li"), "yearly")
    free = grading.grade_table(db, POLICY, year_end(db))[0].to_pandas().set_index("cons_no")
    later = publishing_grades.draft(state, db, POLICY, year_end(db))
    keys = {key: i for i, key in enumerate(POLICY.credit.grade_keys)}
    before = {r["cons_no"]: r["grade"] for r in earlier.customers.to_pylist()}
    limited = 0
    for row in later.customers.to_pylist():
        was, now = before.get(row["cons_no"]), row["computed"]
        if was is not None:
            assert keys[now] >= keys[was] - 1, "at most one grade up, repaired or not"
        limited += "one_up" in row["rules"]
        if "one_up" in row["rules"]:
            capped = {"due_debt", "long_debt", "year_debt", "uncleared", "theft"} & set(row["rules"])
            alone = keys[free.loc[row["cons_no"], "grade"]]
            assert alone < keys[now] or (capped and alone == keys[now]), "a later cap may come to the same"
    assert limited > 0
    assert later.counts["published"].sum() == later.customers.num_rows > 0.8 * len(free)
    made = publication_flow.publish(state, later, by("li"), "yearly")
    kept = state.publications()[-1]
    assert kept == made and Policy.from_toml(kept.policy) == POLICY and kept.snapshot == db.id
    on = published(state, later.valid_from).set_index("cons_no")["grade"].to_dict()
    assert on == {r["cons_no"]: r["grade"] for r in later.customers.to_pylist()}


def test_an_override_stands_in_its_days_and_the_computed_grade_after(state: State, db: Snapshot) -> None:
    as_of = year_end(db)
    first = as_of + timedelta(days=1)
    probe = publishing_grades.draft(state, db, POLICY, as_of)
    number = customer(probe.customers, "E")
    end = date(first.year, 6, 30)
    grade_decisions.overrule(
        db, state, by("wang"), POLICY, number, "B", first, end, "meter was wrong, report 12"
    )
    made = publishing_grades.draft(state, db, POLICY, as_of)
    (row,) = [r for r in made.customers.to_pylist() if r["cons_no"] == number]
    assert (row["computed"], row["grade"], row["override"]) == ("E", "B", 1)
    publication_flow.publish(state, made, by("li"), "yearly")
    held = published_grade(state, number, end)
    assert held is not None and (held.grade, held.source, held.computed) == ("B", "override", "E")
    assert (held.valid_from, held.valid_to) == (first, end)
    after = published_grade(state, number, end + timedelta(days=1))
    assert after is not None and (after.grade, after.source, after.decision) == ("E", "computed", None)
    assert published_grade(state, number, as_of) is None and published(state, as_of).empty
    with pytest.raises(InputError, match="grade_unknown"):
        grade_decisions.overrule(db, state, by("wang"), POLICY, number, "Z", first, end, "x")


def test_objection_and_review(state: State, db: Snapshot) -> None:
    as_of = year_end(db)
    made = publishing_grades.draft(state, db, POLICY, as_of)
    first = publication_flow.publish(state, made, by("li"), "yearly")
    number, other = customer(made.customers, "D"), customer(made.customers, "D", 1)
    raised, decided_on = first.valid_from + timedelta(days=20), first.valid_from + timedelta(days=40)
    objection = grade_decisions.take_objection(db, state, by("zhao"), number, "paid at the bank", raised)
    with pytest.raises(InputError, match="objection_open"):
        grade_decisions.take_objection(db, state, by("zhao"), number, "again", raised)
    with pytest.raises(InputError, match="customer_not_here"):
        grade_decisions.take_objection(db, state, by("zhao"), "no such customer", "x", raised)
    grade_decisions.review_objection(
        db, state, by("qian"), POLICY, objection.id, "changed", "B", decided_on, "receipt found"
    )
    with pytest.raises(BusyError, match="objection_reviewed_before"):
        grade_decisions.review_objection(
            db, state, by("x"), POLICY, objection.id, "upheld", None, decided_on, "x"
        )
    before, after = (published_grade(state, number, d) for d in (decided_on - timedelta(days=1), decided_on))
    assert before is not None and after is not None
    assert (before.grade, after.grade, after.source) == ("D", "B", "review")
    assert after.valid_from == decided_on and after.decision is not None
    assert (after.decision.who, after.decision.why) == ("qian", "receipt found")
    frame = published(state, decided_on).set_index("cons_no")
    assert frame.loc[number, "grade"] == "B" and frame.loc[other, "grade"] == "D"
    upheld = grade_decisions.take_objection(db, state, by("zhao"), other, "unfair", raised)
    grade_decisions.review_objection(
        db, state, by("qian"), POLICY, upheld.id, "upheld", None, decided_on, "no receipt"
    )
    assert published(state, decided_on).set_index("cons_no").loc[other, "grade"] == "D"

    with pytest.raises(InputError, match="publication_overlaps"):
        publication_flow.publish(state, made, by("li"), "again")
    again = publication_flow.publish(state, made, by("li"), "a wrong rule was on", replaces=first.id)
    assert publication_on(state, decided_on) == again
    still = published_grade(state, number, decided_on)
    assert still is not None and still.grade == "B", "a review outlives the replacing of what it was about"


def test_what_cannot_be_published_is_refused(state: State, db: Snapshot) -> None:
    after = db.meta.extract_on + timedelta(days=1)
    with pytest.raises(InputError, match="as_of_after_extract"):
        publishing_grades.draft(state, db, POLICY, after)
    with pytest.raises(InputError, match="publication_before_its_day"):
        publishing_grades.draft(state, db, POLICY, year_end(db), year_end(db) - timedelta(days=1))
    with pytest.raises(Exception, match="adopt_nothing_graded"):
        publishing_grades.draft(state, db, Policy(), year_end(db))
    long_ago = publishing_grades.draft(state, db, POLICY, date(1999, 12, 31))
    with pytest.raises(InputError, match="publication_empty"):
        publication_flow.publish(state, long_ago, by("li"), "x")
    assert state.publications() == []


def test_the_graded_file_of_a_decided_year_is_another(state: State, db: Snapshot) -> None:
    as_of = year_end(db)
    publication_flow.publish(
        state, publishing_grades.draft(state, db, POLICY, year_end(db, 2)), by("li"), "yearly"
    )
    said = decided(state, as_of)
    plain, held = grading.graded_path(db, POLICY, as_of), grading.graded_path(db, POLICY, as_of, said)
    assert plain != held and plain.parent == held.parent and said.key in held.name


def test_the_file_for_the_marketing_system(state: State, db: Snapshot, tmp_path: Path) -> None:
    as_of = year_end(db)
    made = publishing_grades.draft(state, db, POLICY, as_of)
    number = customer(made.customers, "E")
    grade_decisions.overrule(
        db, state, by("wang"), POLICY, number, "C", made.valid_from, made.valid_to, "=cmd|' /C calc'!A0"
    )
    publication_flow.publish(state, publishing_grades.draft(state, db, POLICY, as_of), by("li"), "yearly")
    on = made.valid_from
    for language, headings in (
        ("zh", ["户号", "等级", "生效日期", "失效日期", "原因", "建议措施"]),
        ("en", ["Customer number", "Grade", "Valid from", "Valid to", "Reason", "Suggested measures"]),
    ):
        target, t = tmp_path / f"{language}.xlsx", Translator(language)
        rows = write_back.write_back(target, "xlsx", state, on, t, language, user="li")
        book = openpyxl.load_workbook(target)
        sheet = book.worksheets[0]
        assert [c.value for c in sheet[1]] == headings and sheet.max_row == rows + 1 == len(
            published(state, on)
        ) + 1
        cells = {r[0].value: [c.value for c in r] for r in sheet.iter_rows(min_row=2)}
        assert all(isinstance(key, str) for key in cells)
        _, grade, first_day, last_day, reason, measures = cells[number]
        assert grade == "C" and "calc" in reason and not reason.startswith("=")
        assert (first_day.date(), last_day.date()) == (made.valid_from, made.valid_to)
        first = next(s for s in POLICY.credit.services if s.grade == "C")
        assert (first.what_zh if language == "zh" else first.what_en) in measures
        about = {str(r[0].value): str(r[1].value) for r in book.worksheets[-1].iter_rows()}
        assert f"{t('grades.default_policy')} {POLICY.version}" in about.values() and db.id in about.values()
        assert not broken_rules(Offered("write_back", "回写_第1号_20260101.xlsx", target.read_bytes))
        ruled = next(r for r in made.customers.to_pylist() if "uncleared" in r["rules"])
        names = {r.key: r for r in POLICY.credit.rules}
        said = names["uncleared"].zh if language == "zh" else names["uncleared"].en
        if ruled["cons_no"] != number:
            assert said in cells[ruled["cons_no"]][4]
    buffer = io.BytesIO()
    units = {r["cons_no"]: r["org_no"] for r in made.customers.to_pylist()}
    own = min(units.values())
    few = write_back.write_back(
        buffer, "csv", state, on, Translator("zh"), "zh", orgs=("334",), allowed_orgs=(own,)
    )
    text = buffer.getvalue().decode("utf-8-sig").splitlines()
    assert 0 < few == len(text) - 1 < len(units)
    assert all(units[line.split(",")[0].strip('"')].startswith(own) for line in text[1:])
    with pytest.raises(InputError, match="nothing_published"):
        write_back.write_back(buffer, "csv", state, as_of, Translator("zh"), "zh")


def test_a_second_person_looks_and_a_withdrawal_brings_back_what_stood(
    state: State, db: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    li, wang = (User(n, (), frozenset({"publish"})) for n in ("li", "wang"))
    as_of = year_end(db)
    first = publication_flow.publish(
        state, publishing_grades.draft(state, db, POLICY, as_of), li, "yearly", None
    )
    on = first.valid_from
    monkeypatch.setenv("DENGTA_SECOND_PERSON", "yes")
    made = publishing_grades.draft(state, db, POLICY, as_of)
    second = publication_flow.publish(state, made, li, "corrected", first.id)
    assert second.status == "proposed" and publication_on(state, on) == first, (
        "in force before the second look"
    )
    with pytest.raises(InputError, match="publication_second_person"):
        publication_flow.confirm(state, second.id, li)
    for other, code in (
        (User("chen", (), frozenset()), "publish_not_allowed"),
        (User("zhao", ("33401",), frozenset({"publish"})), "publish_whole_company"),
    ):
        for act in (
            lambda who: publication_flow.confirm(state, second.id, who),
            lambda who: publication_flow.withdraw(state, second.id, who, "x"),
            lambda who: publication_flow.publish(state, made, who, "x", first.id),
        ):
            with pytest.raises(InputError, match=code):
                act(other)
    before = state.version()
    publication_flow.confirm(state, second.id, wang)
    now = publication_on(state, on)
    assert now is not None and now.id == second.id and state.version() > before
    with pytest.raises(InputError, match="publication_decided"):
        publication_flow.confirm(state, second.id, wang)
    with pytest.raises(InputError, match="state_reason_missing"):
        publication_flow.withdraw(state, second.id, li, " ")
    publication_flow.withdraw(state, second.id, li, "wrong day")
    assert publication_on(state, on) == first, "what it replaced stands again"
    told = state.publications()[-1]
    assert told.status == "withdrawn" and [a.why for a in told.acts] == ["corrected", "", "wrong day"]
    publication_flow.withdraw(state, first.id, wang, "all of it")
    assert publication_on(state, on) is None and len(state.publications()) == 2
