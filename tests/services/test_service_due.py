"""Services due and done against a plain loop over the customers' bills, and what may be recorded."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analytics.service_standards import Service
from data.errors import InputError
from data.scope import Scope
from data.state import ServiceRecord, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import grading
from services.credit.policy_files import read_policy
from services.decided.inputs import decided
from services.entitlements import service_due
from services.entitlements.service_list import Wanted, work_list, work_stream
from tests.actors import by

POLICY = read_policy()
DAY = date(2026, 8, 31)
FIRST = date(2026, 3, 20)
SCOPE = Scope(DAY)
NEAR = 7


class Owed(NamedTuple):
    """One service owed to one customer."""

    cons_no: str
    org_no: str
    service: str
    grade: str
    due_on: date

    def done(self, on: date, due_on: date | None = None) -> ServiceRecord:
        """The record of having done it on a day."""
        return ServiceRecord(self.cons_no, self.service, due_on or self.due_on, on, "", self.grade)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Snapshot:
    found = open_snapshot(sample_warehouse)
    grading.ensure_graded(found, POLICY, DAY, decided(None, DAY))
    return found


def rows(db: Snapshot, sql: str) -> list[Any]:
    """All rows of a question."""
    return db.cursor().execute(sql).fetchall()


def calendar_spans(months: int, first: date, last: date) -> list[tuple[date, date]]:
    """The periods of so many months from January on that lie wholly in a span of one year."""
    begins = [date(first.year, m, 1) for m in range(1, 13, months)]
    next_ones = [*begins[1:], date(first.year + 1, 1, 1)]
    spans = [(b, n - timedelta(days=1)) for b, n in zip(begins, next_ones, strict=True)]
    return [(b, e) for b, e in spans if b >= first and e <= last]


@pytest.fixture(scope="module")
def owed(db: Snapshot) -> list[Owed]:
    """Every service owed from `FIRST` to `DAY`, by going through customers, services and bills."""
    table = grading.grade_table(db, POLICY, DAY)[0].to_pylist()
    grades = {r["cons_no"]: r["grade"] for r in table if r["grade"] is not None}
    bills: dict[int, list[Any]] = {}
    for b in rows(
        db, "select cons_key, bill_key, issued_on, due_on, is_owed, is_billed, amount from fct_bill"
    ):
        if b[5] and b[6] > 0 and b[2] <= DAY:
            bills.setdefault(b[0], []).append(b)
    spans: dict[int, list[tuple[date, date, int]]] = {}
    for key, *span in rows(db, "select bill_key, from_on, to_on, open from fct_balance"):
        spans.setdefault(key, []).append((span[0], span[1], span[2]))
    for key, *item in rows(db, "select bill_key, checked_on, disposed_on, amount from fct_in_transit"):
        spans.setdefault(key, []).append((item[0], item[1] or date.max, -item[2]))
    found: set[Owed] = set()
    of_customer = (
        "select cons_key, cons_no, org_no, cancelled_on, built_on, first_issued_on from dim_customer"
    )
    for key, no, org, cancelled, *began in rows(db, of_customer):
        grade = grades.get(no)
        for s in service_due.standard(POLICY, grade):
            starts = min((d for d in began if d), default=date.max)
            for day in due_days(s, bills.get(key, ()), spans, starts):
                if FIRST <= day <= DAY and (cancelled is None or cancelled > day):
                    found.add(Owed(no, org, s.key, str(grade), day))
    return sorted(found, key=lambda o: (o.due_on, o.cons_no, o.service))


def due_days(
    s: Service, bills: Iterable[Any], spans: dict[int, list[tuple[date, date, int]]], began: date
) -> list[date]:
    """The due days of one service of one customer; nobody is reminded of what is in transit."""
    days: list[date] = []
    if s.start == "calendar":
        return [e for b, e in calendar_spans(s.every_months, FIRST, DAY) if began <= b]
    for _, key, issued, due, is_owed, *_ in bills:
        if s.start == "issue":
            days.append(issued + timedelta(days=s.days))
        elif s.start == "due" and is_owed:
            day = max(due - timedelta(days=s.days), issued)
            if sum(held for a, b, held in spans.get(key, ()) if a <= min(day, DAY) < b) > 0:
                days.append(day)
    return days


def counted(owed: list[Owed], records: list[ServiceRecord]) -> tuple[int, int, int]:
    """Due, done and done by their day: a record counts for the due days within a week of it."""
    began = min(r.done_on for r in records if r.done_on)
    due = [o for o in owed if o.due_on >= began]
    done = in_time = 0
    for o in due:
        mine = [r for r in records if (r.cons_no, r.service) == (o.cons_no, o.service)]
        near = [(abs((r.due_on - o.due_on).days), r.done_on, r.due_on) for r in mine if r.done_on]
        near = [n for n in near if n[0] <= NEAR]
        if near:
            _, on, told = min(near)
            done += 1
            in_time += on <= max(o.due_on, told)
    return len(due), done, in_time


def figures(db: Snapshot, state: State | None, scope: Scope = SCOPE) -> tuple[int, int, int]:
    """What the service counts."""
    f = service_due.fulfilment(db, POLICY, state, scope)[0]
    return f.due, f.done, f.in_time


def keep(db: Snapshot, state: State, *records: ServiceRecord) -> int:
    """Record services as done."""
    return service_due.record_done(db, state, by("li"), POLICY, records, DAY)


def test_the_standard_of_a_grade_is_the_policys() -> None:
    assert {s.grade for s in service_due.standard(POLICY, "E")} == {"E"}
    told = [s for g in POLICY.credit.grade_keys for s in service_due.standard(POLICY, g)]
    assert sorted(told, key=repr) == sorted(POLICY.credit.services, key=repr)
    assert service_due.standard(POLICY, None) == ()


def test_fulfilment_is_what_a_plain_loop_counts(db: Snapshot, state: State, owed: list[Owed]) -> None:
    assert {s.key for s in POLICY.credit.services if s.is_listed} >= {o.service for o in owed}
    assert len({o.grade for o in owed}) >= 3 and len({o.service for o in owed}) >= 3
    records = []
    for i, o in enumerate(owed):
        late = o.due_on + timedelta(days=9)
        if i % 3 == 0:
            records.append(o.done(o.due_on))
        elif i % 3 == 1 and late <= DAY:
            records.append(o.done(late))
    assert keep(db, state, *records) == len(records)
    wanted = counted(owed, records)
    assert wanted[0] > wanted[1] > wanted[2] > 0
    assert figures(db, state) == wanted
    found, by_unit = service_due.fulfilment(db, POLICY, state, SCOPE)
    assert found.rate == wanted[2] / wanted[0]
    org = max({o.org_no for o in owed}, key=lambda n: sum(o.org_no == n for o in owed))
    mine = [o for o in owed if o.org_no.startswith(org)]
    for scope in (replace(SCOPE, orgs=(org,)), replace(SCOPE, allowed_orgs=(org,))):
        assert figures(db, state, scope) == counted(mine, records)
    assert int(by_unit.loc[by_unit["org_no"] == org, "due"].sum()) == sum(o.org_no == org for o in owed)
    nowhere = replace(SCOPE, orgs=(org,), allowed_orgs=("no such unit",))
    assert figures(db, state, nowhere) == (0, 0, 0)


def test_nobody_is_reminded_of_what_is_in_transit(db: Snapshot) -> None:
    items = rows(
        db,
        """
        select t.cons_key, c.cons_no, b.due_on, t.checked_on
        from fct_in_transit as t
        inner join fct_bill as b on t.bill_key = b.bill_key
        inner join dim_customer as c on t.cons_key = c.cons_key
        where b.is_owed and b.is_billed and b.issued_on < t.checked_on and t.checked_on < b.due_on
            and t.amount = b.amount
            and (select count(*) from fct_bill as o where o.cons_key = b.cons_key and o.due_on = b.due_on) = 1
        """,
    )
    assert len(items) > 5
    for key, no, due, checked in items:
        for day, reminded in ((checked - timedelta(days=1), True), (checked, False)):
            reminder = Service("C", "due_reminder", *[""] * 6, start="due", days=(due - day).days)
            policy = replace(POLICY, credit=replace(POLICY.credit, services=(reminder,)))
            listed = service_due.of_customer(db, policy, None, Scope(day), key, no, "C")
            assert (day in listed["due_on"].dt.date.tolist()) is reminded, (no, day)


def test_nothing_counts_before_the_first_service_ever_done(
    db: Snapshot, state: State, owed: list[Owed]
) -> None:
    assert figures(db, None) == figures(db, state) == (0, 0, 0)
    assert math.isnan(service_due.fulfilment(db, POLICY, state, SCOPE)[0].rate)
    late = next(o for o in owed if o.due_on > date(2026, 7, 20) and o.service != "plan_advice")
    keep(db, state, late.done(late.due_on))
    since = [o for o in owed if o.due_on >= late.due_on]
    calendar = {s.key for s in POLICY.credit.services if s.start == "calendar"}
    assert not calendar & {o.service for o in since}
    assert figures(db, state) == (len(since), 1, 1)
    assert figures(db, state, SCOPE.at(late.due_on - timedelta(days=1))) == (0, 0, 0)


def test_recorded_twice_counts_once_and_taken_back_not_at_all(
    db: Snapshot, state: State, owed: list[Owed]
) -> None:
    first, other = owed[0], owed[-1]
    record = other.done(other.due_on)
    assert keep(db, state, first.done(first.due_on)) == 1
    assert [keep(db, state, record), keep(db, state, record)] == [1, 0]
    due, done, in_time = figures(db, state)
    assert (due, done, in_time) == counted(owed, [first.done(first.due_on), record])
    service_due.record_done(db, state, by("li"), POLICY, [], DAY, back=[record])
    assert figures(db, state) == counted(owed, [first.done(first.due_on)]) == (due, done - 1, in_time - 1)
    assert keep(db, state, record) == 1


def test_a_service_of_the_future_or_of_no_policy_is_refused_whole(
    db: Snapshot, state: State, owed: list[Owed]
) -> None:
    fine, later = owed[0].done(FIRST), owed[1].done(DAY + timedelta(days=1))
    for wrong, code in (
        (later, "service_done_later"),
        (replace(fine, done_on=None), "service_done_later"),
        (replace(fine, service="massage"), "service_unknown"),
    ):
        with pytest.raises(InputError, match=code):
            keep(db, state, fine, wrong)
    assert state.services(fine.cons_no) == []


def test_a_refused_change_leaves_the_records_as_they_were(
    db: Snapshot, state: State, owed: list[Owed]
) -> None:
    """What is taken back and what is kept instead are one act: both or neither."""
    was = [o.done(o.due_on) for o in owed[:2]]
    keep(db, state, *was)
    stood, version = state.services_done(), state.services_version()
    early = replace(was[0], done_on=was[0].due_on - timedelta(days=2000))
    with pytest.raises(InputError, match="service_done_early"):
        service_due.record_done(db, state, by("li"), POLICY, [early], DAY, back=was)
    assert (state.services_done(), state.services_version()) == (stood, version)
    moved = replace(was[0], done_on=DAY)
    assert service_due.record_done(db, state, by("li"), POLICY, [moved], DAY, back=was) == 1
    assert [r.done_on for no in {r.cons_no for r in was} for r in state.services(no)] == [DAY]


def calendar_services() -> set[str]:
    """Services that fall due by the calendar alone."""
    return {s.key for s in POLICY.credit.services if s.start == "calendar"}


def places(found: Any) -> set[tuple[str, str, date]]:
    """Rows of a list as customer, service and due day; those by the calendar left out."""
    told = found[~found["service"].isin(calendar_services())].to_dict("records")
    return {(r["cons_no"], r["service"], r["due_on"].date()) for r in told}


def test_the_work_list_is_what_is_owed_and_not_done(db: Snapshot, state: State, owed: list[Owed]) -> None:
    since = DAY - timedelta(days=service_due.BACK_DAYS)
    calendar = calendar_services()
    recent = [o for o in owed if o.due_on >= since and o.service not in calendar]
    done = recent[0]
    keep(db, state, done.done(done.due_on))
    near = {
        o
        for o in recent
        if (o.cons_no, o.service) == (done.cons_no, done.service)
        and abs((o.due_on - done.due_on).days) <= NEAR
    }
    wanted = {(o.cons_no, o.service, o.due_on) for o in recent if o not in near}
    assert places(work_list(db, POLICY, state, SCOPE)) == wanted


def test_nothing_is_overdue_before_recording_began(db: Snapshot, state: State, owed: list[Owed]) -> None:
    """Whole list, batch of earlier ones and one customer's file: by a plain count over what is owed."""
    since = DAY - timedelta(days=service_due.BACK_DAYS)
    recent = {(o.cons_no, o.service, o.due_on) for o in owed if o.due_on >= since}
    recent = {r for r in recent if r[1] not in calendar_services()}
    for store in (None, state):
        found = work_list(db, POLICY, store, SCOPE)
        assert (found["due_on"].dt.date >= DAY).all() and not found["earlier"].any()
    found = work_list(db, POLICY, state, SCOPE, Wanted(earlier=True))
    assert places(found) == recent and (found["earlier"] == (found["due_on"].dt.date < DAY)).all()
    late = next(o for o in owed if o.due_on > date(2026, 8, 10) and o.service not in calendar_services())
    before = next(o for o in owed if since <= o.due_on < late.due_on and o.cons_no != late.cons_no)
    keep(db, state, late.done(late.due_on))
    found = work_list(db, POLICY, state, SCOPE)
    assert places(found) and min(d for _, _, d in places(found)) >= late.due_on
    quarters = found[found["service"].isin(calendar_services()) & (found["due_on"].dt.date < DAY)]
    assert quarters.empty, "a period that began before the first record is overdue"
    [key] = rows(db, f"select cons_key from dim_customer where cons_no = '{before.cons_no}'")[0]
    mine = service_due.of_customer(db, POLICY, state, SCOPE, key, before.cons_no, before.grade)
    states = {r["due_on"].date(): r["status"] for r in mine.to_dict("records")}
    assert states[before.due_on] == "earlier"
    assert not [d for d, s in states.items() if s == "missed" and d < late.due_on]


def test_days_ahead_add_what_falls_due_then_and_change_no_grade(
    db: Snapshot, state: State, owed: list[Owed]
) -> None:
    """Nobody has graded a later day: who is owed what is known from the as-of date's grades."""
    now, ahead = (work_list(db, POLICY, state, SCOPE, Wanted(n)) for n in (0, 31))
    place = ["cons_no", "service", "grade", "due_on"]
    both = ahead[ahead["due_on"].dt.date <= DAY]
    assert both[place].to_records(index=False).tolist() == now[place].to_records(index=False).tolist()
    later = ahead[ahead["due_on"].dt.date > DAY]
    assert len(later) and (later["due_on"].dt.date <= DAY + timedelta(days=31)).all()
    grades = {o.cons_no: o.grade for o in owed}
    assert {grades.get(n, g) == g for n, g in zip(later["cons_no"], later["grade"], strict=True)} == {True}


@pytest.mark.parametrize("column", ["due_on", "cons_no", "what", "grade", "org_name"])
def test_a_page_of_the_list_is_cut_from_all_rows_in_their_order(
    db: Snapshot, state: State, column: str
) -> None:
    """By plain sorting of the whole: what is shown, how many there are, and what the file reads."""
    keys = sorted({(s.key, s.grade) for s in POLICY.credit.services})
    places = {pair: -at for at, pair in enumerate(keys)}
    everything = work_list(db, POLICY, state, SCOPE, Wanted(earlier=True)).to_dict("records")
    assert len(everything) > 500 and len({r["due_on"] for r in everything}) > 5

    def by(r: Any) -> Any:
        return places[r["service"], r["grade"]] if column == "what" else r[column]

    everything.sort(key=lambda r: (r["due_on"], r["cons_no"], r["service"]))
    for service in (None, everything[0]["service"]):
        rows = [r for r in everything if service in (None, r["service"])]
        for descending in (False, True):
            wanted = Wanted(0, True, service, column, descending, places)
            told = sorted(rows, key=by, reverse=descending)
            shown = work_list(db, POLICY, state, SCOPE, wanted, 50)
            place = ["cons_no", "service", "due_on"]
            assert shown[place].to_dict("records") == [{k: r[k] for k in place} for r in told[:50]]
            assert set(shown["listed"]) == {len(rows)}
            file = work_stream(db, POLICY, state, SCOPE, wanted).read_all()
            assert file["cons_no"].to_pylist() == [r["cons_no"] for r in told]
