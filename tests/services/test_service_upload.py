"""A list of services filled in: read in any form, each row held against a plain loop, kept and taken back."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import BusyError, DengtaError, InputError
from data.scope import Scope
from data.state import ServiceRecord, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import grading
from services.credit.policy_files import read_policy
from services.decided.inputs import decided
from services.entitlements import service_due, service_list
from services.entitlements import service_upload as upload
from services.entitlements.service_list import Wanted
from services.entitlements.service_upload import FORM
from services.files import filled_in
from services.files.filled_in import Checked, Row
from tests.actors import by
from tests.services.reading_here import reading_here

POLICY = read_policy()
DAY = date(2026, 8, 31)
SCOPE = Scope(DAY)
FIELDS = FORM.fields
HEADINGS = {f: {f, f.upper()} for f in FIELDS}
Line = dict[str, object]


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Snapshot:
    found = open_snapshot(sample_warehouse)
    grading.ensure_graded(found, POLICY, DAY, decided(None, DAY))
    return found


@pytest.fixture(scope="module")
def waiting(db: Snapshot) -> list[Line]:
    """The rows of the list as a person fills them in: nothing done yet."""
    found = service_list.work_list(db, POLICY, None, SCOPE, Wanted(earlier=True))
    return [
        {"cons_no": r["cons_no"], "service": r["service"], "due_on": r["due_on"].date(), "done_on": None}
        for r in found.to_dict("records")
    ]


def workbook(lines: list[Line]) -> bytes:
    """The lines as a workbook."""
    book = openpyxl.Workbook()
    book.active.append(FIELDS)
    for line in lines:
        book.active.append([line.get(f) for f in FIELDS])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def text_file(lines: list[Line], encoding: str) -> bytes:
    """The lines as CSV."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(FIELDS)
    writer.writerows(["" if line.get(f) is None else line.get(f) for f in FIELDS] for line in lines)
    return made.getvalue().encode(encoding)


def checked(
    db: Snapshot, state: State | None, content: bytes, name: str = "list", scope: Scope = SCOPE
) -> Checked[ServiceRecord]:
    """What a file comes to."""
    return upload.check(db, POLICY, state, scope, filled_in.rows_of(content, name, FORM, HEADINGS))


def reasons(found: Checked[ServiceRecord]) -> list[tuple[int, str]]:
    """Line and reason of each row refused."""
    return [(r.row.line, r.reason) for r in found.refused]


def counts(db: Snapshot, state: State) -> tuple[int, int, int]:
    """Due, done, in time."""
    f = service_due.fulfilment(db, POLICY, state, SCOPE)[0]
    return f.due, f.done, f.in_time


@pytest.mark.parametrize("form", ["xlsx", "utf-8", "utf-8-sig", "gb18030"])
def test_a_list_filled_in_is_taken_in_any_form(
    db: Snapshot, state: State, waiting: list[Line], form: str
) -> None:
    lines = [dict(line) for line in waiting[:40]]
    for line in lines[:30]:
        line |= {"done_on": min(line["due_on"], DAY), "note": "王师傅，已上门"}  # type: ignore[type-var]
    content = workbook(lines) if form == "xlsx" else text_file(lines, form)
    found = checked(db, state, content)
    assert not found.refused, {r.reason for r in found.refused}
    assert (len(found.taken), found.rest) == (30, 10)
    told = {(r.cons_no, r.service, r.due_on, r.done_on, r.note) for r in found.taken}
    assert told == {
        (x["cons_no"], x["service"], x["due_on"], x["done_on"], "王师傅，已上门") for x in lines[:30]
    }
    assert state.services_due(*service_due.ALWAYS) == [], "kept before anybody confirmed"


def test_what_is_kept_counts_and_a_batch_is_taken_back_whole_and_once(
    db: Snapshot, state: State, waiting: list[Line]
) -> None:
    lines = [line | {"done_on": min(line["due_on"], DAY)} for line in waiting[:60]]  # type: ignore[type-var]
    alone = ServiceRecord(
        str(waiting[70]["cons_no"]), str(waiting[70]["service"]), waiting[70]["due_on"], DAY
    )  # type: ignore[arg-type]
    service_due.record_done(db, state, by("wang"), POLICY, [alone], DAY)
    before = counts(db, state)
    found = checked(db, state, workbook(lines))
    assert service_due.record_done(db, state, by("li"), POLICY, found.taken, DAY, batch="八月.xlsx") == 60
    [batch] = state.batches()
    assert (batch.name, batch.who, batch.services, batch.withdrawn_by) == ("八月.xlsx", "li", 60, None)
    # One of them is unticked and recorded anew by hand: that record is a person's own and stays.
    first = found.taken[0]
    again = replace(first, done_on=DAY)
    assert service_due.record_done(db, state, by("wang"), POLICY, [again], DAY, back=[first]) == 1
    began = min(r.done_on for r in found.taken if r.done_on)
    due, done, in_time = counts(db, state)
    plain = service_list.listed(db, POLICY, state, SCOPE, began, DAY)
    calendar = {s.key for s in POLICY.credit.services if s.start == "calendar"}
    plain = plain[~plain["service"].isin(calendar)]
    assert due == len(plain) and done == int(plain["done_on"].notna().sum()) and in_time <= done
    assert [r for _, r in reasons(checked(db, state, workbook(lines)))] == ["done_before"] * 60
    assert upload.take_back(db, state, by("zhao"), batch.id) == 59
    left = {(r.cons_no, r.done_on) for r in state.services_due(*service_due.ALWAYS)}
    assert left == {(first.cons_no, DAY), (alone.cons_no, DAY)}
    service_due.record_done(db, state, by("wang"), POLICY, [], DAY, back=[again])
    assert counts(db, state) == before
    [batch] = state.batches()
    assert batch.withdrawn_by == "zhao"
    with pytest.raises(BusyError, match="withdrawn_before"):
        upload.take_back(db, state, by("zhao"), batch.id)
    with pytest.raises(InputError, match="unknown"):
        upload.take_back(db, state, by("zhao"), batch.id + 99)
    assert state.batches("nobody") == []


def test_each_wrong_row_is_refused_with_its_line_and_the_rest_taken(
    db: Snapshot, state: State, waiting: list[Line]
) -> None:
    due = [line for line in waiting if line["service"] == "issue_notice" or line["service"] == "bill_service"]
    ok, *others = [line | {"done_on": line["due_on"]} for line in due[:14]]
    record = ServiceRecord(str(others[0]["cons_no"]), str(others[0]["service"]), others[0]["due_on"], DAY)  # type: ignore[arg-type]
    service_due.record_done(db, state, by("wang"), POLICY, [record], DAY)
    later = DAY + timedelta(days=1)
    wrong: list[tuple[Line, str]] = [
        (others[0], "done_before"),
        (others[1] | {"cons_no": "no such customer"}, "customer"),
        (others[2] | {"service": "massage"}, "service"),
        (others[3] | {"done_on": later}, "done_later"),
        (others[4] | {"done_on": "sometime"}, "done_day"),
        (others[5] | {"done_on": "=TODAY()"}, "formula"),
        (others[6] | {"note": '=HYPERLINK("http://x")'}, "formula"),
        (others[7] | {"done_on": None, "note": "not at home"}, "no_day"),
        (others[8] | {"due_on": DAY - timedelta(days=50 * 7)}, "not_due"),
        (others[9] | {"due_on": "2026-02-30"}, "due_day"),
        (others[10] | {"note": "x" * 501}, "note"),
        (others[11] | {"done_on": date(2025, 8, 1)}, "done_early"),
        (ok, "twice"),
    ]
    content = workbook([ok, *(line for line, _ in wrong)])
    found = checked(db, state, content)
    assert reasons(found) == [(i + 3, reason) for i, (_, reason) in enumerate(wrong)]
    assert [r.cons_no for r in found.taken] == [ok["cons_no"]]
    assert found.refused[-1].told == "2"


def test_another_units_customer_reads_as_unknown_and_their_batch_stays(
    db: Snapshot, state: State, waiting: list[Line]
) -> None:
    orgs = dict(db.cursor().execute("select cons_no, org_no from dim_customer").fetchall())
    mine = orgs[waiting[0]["cons_no"]]
    lines = [line | {"done_on": min(line["due_on"], DAY)} for line in waiting[:200]]  # type: ignore[type-var]
    found = checked(db, state, workbook(lines), scope=replace(SCOPE, allowed_orgs=(mine,)))
    inside = [line["cons_no"] for line in lines if str(orgs[line["cons_no"]]).startswith(mine)]
    assert [r.cons_no for r in found.taken] == inside and 0 < len(inside) < 200
    assert {r.reason for r in found.refused} == {"customer"}
    all_units = checked(db, state, workbook(lines))
    service_due.record_done(db, state, by("li"), POLICY, all_units.taken, DAY, batch="x")
    [batch] = state.batches()
    for who, code in (("chen", "service_batch_of_others"), ("li", "service_batch_elsewhere")):
        with pytest.raises(InputError, match=code):
            upload.take_back(db, state, by(who, mine), batch.id)
    assert len(state.services_due(*service_due.ALWAYS)) == 200


def word_document() -> bytes:
    """What a word processor writes, by its smallest parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as z:
        z.writestr(
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        )
        z.writestr("word/document.xml", "<w/>")
    return made.getvalue()


def cut_off() -> bytes:
    return workbook([{"cons_no": "1", "service": "x", "due_on": DAY}])[:-300]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (word_document, "table_unreadable"),
        (cut_off, "table_unreadable"),
        (lambda: b"x" * (20 * 1024**2 + 1), "table_too_big"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table_unreadable"),
        (lambda: b"", "rows_no_heading"),
        (lambda: "户号,随便\n1,2\n".encode(), "rows_no_heading"),
        (lambda: workbook([{"cons_no": "1"}]).replace(b"PK", b"PX", 1), "table_unreadable"),
        (
            lambda: (",".join(FIELDS) + "\n" + "1,x,2026-08-01,,\n" * 100_001).encode(),
            "rows_too_many",
        ),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(content: object, key: str) -> None:
    with pytest.raises(InputError) as refusal:
        filled_in.rows_of(content(), "清单.xlsx", FORM, HEADINGS)  # type: ignore[operator]
    assert refusal.value.key == key


def test_twenty_thousand_rows_are_read_and_checked_one_by_one(
    db: Snapshot, state: State, waiting: list[Line]
) -> None:
    lines = [line | {"done_on": min(line["due_on"], DAY)} for line in waiting]  # type: ignore[type-var]
    many = (lines * (20_000 // len(lines) + 1))[:20_000]
    began = time.process_time()
    found = checked(db, state, text_file(many, "gb18030"))
    assert time.process_time() - began < 20
    assert len(found.taken) == len(lines) and len(found.refused) == 20_000 - len(lines)
    assert {r.reason for r in found.refused} == {"twice"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *((t, date(2026, 8, 3)) for t in ("2026-08-03", "2026/8/3", "20260803", "2026年8月3日", "2026.8.3")),
        *((t, date(2026, 8, 3)) for t in ("2026-08-03 00:00:00", "２０２６－０８－０３", " 2026-8-3 ")),
        *((t, None) for t in ("", "46237", "03/08/2026", "2026-13-01", "2026-02-30", "2026-08-03 14:00:00")),
        *((t, None) for t in ("2026-08", "today", "٢٠٢٦-٠٨-٠٣x", "0000-01-01")),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, wanted: date | None) -> None:
    assert filled_in.day_of(text) == wanted


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    head = ",".join(FIELDS).encode() + b"\n"
    for given_bytes in (content, head + content):
        try:
            with reading_here():
                rows = filled_in.rows_of(given_bytes, "x", FORM, HEADINGS)
        except DengtaError as refusal:
            assert refusal.key.startswith(("table_", "rows_"))
        else:
            assert all(isinstance(r, Row) and set(r.cells) <= set(FIELDS) for r in rows)
