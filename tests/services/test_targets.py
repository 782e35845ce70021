"""Targets: which one holds, what is missing against plain fractions, who may set them, files, taking back."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.targets import MEASURES, WHOLE, Target, book_of, needed
from data.errors import InputError
from data.scope import Scope
from data.state import State, TargetFigure
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit.policy_files import read_policy
from services.files import filled_in
from services.recovery import figures, target_upload, targets
from tests.actors import by

RULES = read_policy().recovery
DAY = date(2026, 10, 20)
PARENTS = {"1": None, "11": "1", "111": "11", "12": "1"}
ALL = by("li")


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Snapshot:
    return open_snapshot(sample_warehouse)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


@given(
    value=st.integers(1, WHOLE), billed=st.integers(-(10**6), 10**15), collected=st.integers(-(10**6), 10**15)
)
def test_what_is_missing_is_the_least_whole_fen_that_reaches_the_target(
    value: int, billed: int, collected: int
) -> None:
    missing = needed(Target(value), billed, collected)
    if billed <= 0:
        assert missing is None
        return
    assert missing == max(0, ceil(Fraction(value, WHOLE) * billed) - collected)
    assert Fraction(collected + missing, billed) >= Fraction(value, WHOLE)
    assert missing == 0 or Fraction(collected + missing - 1, billed) < Fraction(value, WHOLE)


def test_the_nearest_unit_with_a_target_of_the_year_is_the_one_that_holds() -> None:
    rows = [
        ("1", "current_year", 202601, 900_000),
        ("1", "current_year", 202606, 950_000),
        ("11", "current_year", 202608, 970_000),
        ("11", "overdue", 202601, 5_00),
        ("11", "month", 202512, 990_000),
    ]
    book = book_of(rows, PARENTS, 0.995)
    assert book.of("12", 202605, "current_year") == Target(900_000, "1", 202601)
    assert book.of("111", 202607, "current_year") == Target(950_000, "1", 202606)
    assert book.of("111", 202612, "current_year") == Target(970_000, "11", 202608)
    assert book.of("111", 202701, "current_year") == Target(995_000), "a target ends with its year"
    assert book.of(None, 202608, "current_year") == Target(995_000)
    assert book.of("111", 202601, "month") is None, "only one measure has a target by the rules"
    assert book.of("11", 202602, "overdue") == Target(5_00, "11", 202601)
    assert book.of("111", 202602, "overdue") is None, "an amount is nobody else's"


def test_only_who_may_sets_targets_and_only_of_their_own_units(db: Snapshot, state: State) -> None:
    unit, other = "3340101", "3340102"
    figure = TargetFigure(unit, 202610, "combined", 990_000)
    mine = by("chen", unit)
    with pytest.raises(InputError, match="targets_not_allowed"):
        targets.record(db, state, by("chen", unit, may=()), [figure], "why", 0, "")
    with pytest.raises(InputError, match="targets_elsewhere"):
        targets.record(
            db, state, mine, [figure, TargetFigure(other, 202610, "combined", 990_000)], "why", 0, ""
        )
    for bad in (
        (unit, 202613, "combined", 1),
        (unit, 202610, "combined", WHOLE + 1),
        (unit, 202610, "on_time", 1),
    ):
        with pytest.raises(InputError, match="targets_out_of_bounds"):
            targets.record(db, state, mine, [TargetFigure(*bad)], "why", 0, "")
    assert state.target_entries() == []
    assert targets.record(db, state, mine, [figure], "why", 0, "") == 1
    targets.record(db, state, ALL, [TargetFigure(other, 202610, "combined", 990_000)], "why", 1, "")
    assert [e.id for e in targets.history(state, mine)] == [1]
    with pytest.raises(InputError, match="targets_elsewhere"):
        targets.take_back(state, mine, 2, "why")
    targets.take_back(state, mine, 1, "why")
    assert [(e.id, e.undoes) for e in targets.history(state, mine)] == [(3, 1), (1, None)]


def test_a_scope_is_held_to_its_units_target_of_the_closed_month(db: Snapshot, state: State) -> None:
    rows = [
        TargetFigure("33401", 202609, "current_year", 999_999),
        TargetFigure("33401", 202610, "current_year", 123_456),
        TargetFigure("33401", 202609, "overdue", 1_00),
    ]
    state.set_targets(rows, "li", "plan", 0)
    book = targets.book(db, state, RULES)
    station = Scope(DAY, orgs=("334010101",))
    found = figures.headline(db, station, RULES)
    told = targets.attainments(db, station, RULES, book, found.recovery, found.arrears.overdue.amount)
    year = found.recovery.current_year
    assert tuple(told) == MEASURES
    assert told["current_year"].target == Target(999_999, "33401", 202609)
    assert (
        told["current_year"].missing
        == max(0, ceil(Fraction(999_999, WHOLE) * year.billed) - year.collected)
        > 0
    )
    assert told["overdue"].target is None and told["combined"].target is None
    city = Scope(DAY, orgs=("33401",))
    assert targets.of_scope(db, city, RULES, book, "overdue") == Target(1_00, "33401", 202609)
    assert targets.of_scope(db, Scope(DAY, orgs=("33401",), classes=("03",)), RULES, book, "overdue") is None
    assert targets.of_scope(
        db, Scope(DAY, orgs=("3340101", "3340102")), RULES, book, "current_year"
    ) == Target(995_000)
    days = [date(2026, 9, 30), DAY, date(2026, 11, 20)]
    lines = targets.by_month(db, station, RULES, book, days, "current_year")
    assert lines == [0.995, 0.999999, 0.123456]


HEADINGS = {f: {f, f"the {f}"} for f in target_upload.FORM.fields}


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_file_is_checked_row_by_row(db: Snapshot, state: State) -> None:
    state.set_targets([TargetFigure("3340102", 202611, "current_year", 990_000)], "li", "plan", 0)
    content = workbook(
        ("targets of the year",),
        ("org_no", "the from_month", "the current_year (%)", "overdue"),
        ("3340102", "2026-10", 0.9985, None),
        ("334010201", 202610, "99.5%", "1,000.50"),
        ("3340102", "2026年11月", 99, None),
        ("334010201", date(2026, 9, 1), "-", None),
        ("33401", "202610", 99, None),
        ("999", "202610", 99, None),
        ("3340102", "10/2026", 99, None),
        ("3340102", "202611", 101, None),
        ("3340102", "202612", None, "1.005"),
        ("3340102", "202612", "=1", None),
        ("334010201", "202610", 98, None),
        ("3340102", "202609", None, None),
    )
    rows = filled_in.rows_of(content, "t.xlsx", target_upload.FORM, HEADINGS)
    chen = by("chen", "3340102")
    found = target_upload.check(db, chen, targets.book(db, state, RULES), rows)
    assert [(f.org_no, f.month, f.measure, f.value) for f in found.taken] == [
        ("3340102", 202610, "current_year", 998_500),
        ("334010201", 202610, "current_year", 995_000),
        ("334010201", 202610, "overdue", 100_050),
    ]
    assert [(r.row.line, r.reason, r.told) for r in found.refused] == [
        (7, "elsewhere", ""),
        (8, "unit", ""),
        (9, "month", ""),
        (10, "rate", "101"),
        (11, "amount", "1.005"),
        (12, "formula", ""),
        (13, "twice", "4"),
    ]
    assert found.rest == 3
    csv = "org_no,from_month,current_year\r\n33401,202610,99.85\r\n".encode("gbk")
    [row] = filled_in.rows_of(csv, "t.csv", target_upload.FORM, HEADINGS)
    assert row.cells == {"org_no": "33401", "from_month": "202610", "current_year": "99.85"}
    with pytest.raises(InputError, match="rows_no_heading"):
        filled_in.rows_of(b"a,b\r\n1,2\r\n", "t.csv", target_upload.FORM, HEADINGS)
    with pytest.raises(InputError, match="targets_not_allowed"):
        target_upload.check(db, by("x", may=()), targets.book(db, state, RULES), rows)


FINER = ("99.99999", "100.00001")


@pytest.mark.parametrize("text", ["1e999999", "-1e900000", "1e-999999", "NaN", "inf", "1e16", *FINER])
def test_a_figure_that_nobody_can_keep_is_refused(text: str) -> None:
    assert target_upload.value_of(text, "current_year") is None
    if text not in FINER:
        assert target_upload.value_of(text, "overdue") is None


def test_what_a_spreadsheet_computed_is_the_figure_meant() -> None:
    assert target_upload.value_of("0.9984999999999999", "current_year") == 998_500
    assert target_upload.value_of("1000.5000000000001", "overdue") == 100_050


def test_a_second_row_that_says_another_thing_than_what_stands_is_refused(db: Snapshot, state: State) -> None:
    held = book_of([("3340102", "current_year", 202610, 998_500)], {}, 0.99)
    csv = b"org_no,from_month,current_year\r\n3340102,202610,99.85\r\n3340102,202610,98\r\n"
    rows = filled_in.rows_of(csv, "t.csv", target_upload.FORM, HEADINGS)
    found = target_upload.check(db, by("chen"), held, rows)
    assert (found.taken, found.rest, [r.reason for r in found.refused]) == ((), 1, ["twice"])
