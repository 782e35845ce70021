"""Decisions about grades are kept: overrides, objections, publications, facts, services; old stores open."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import create_engine, insert, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from data.errors import BusyError, DengtaError, EnvironmentRefusedError, InputError
from data.state import Publication, ServiceRecord, State, TargetFigure, tables
from data.state.engine import now
from data.state.publications import PART_ROWS, SCHEMA
from tests.data.conftest import MOST_ON_SQLITE

ROOT = Path(__file__).resolve().parents[2]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def store(url: str) -> Iterator[State]:
    made = State(url)
    yield made
    made.close()


def grades(numbers: list[str], grade: str = "B") -> pa.Table:
    rows = [
        {
            "cons_no": n, "org_no": "33401", "model": "resident", "computed": "C", "grade": grade,
            "score": float(i), "rules": ["one_up"], "reasons": [], "override": None,
        }
        for i, n in enumerate(numbers)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def publish(
    store: State,
    customers: pa.Table,
    days: tuple[date, date] = YEAR,
    replaces: int | None = None,
    policy: str = "",
) -> Publication:
    return store.publish(
        customers,
        as_of=date(days[0].year - 1, 12, 31),
        valid_from=days[0],
        valid_to=days[1],
        policy_version="v1",
        policy=policy,
        snapshot="s1",
        who="li",
        why="yearly",
        replaces=replaces,
    )


@pytest.mark.parametrize("told", ["1" * 65, "1\0"])
def test_a_text_that_no_record_holds_is_refused_in_a_sentence_by_every_database(url: str, told: str) -> None:
    store, day = State(url), date(2026, 1, 5)
    done = [ServiceRecord(str(n), "visit", day, day) for n in range(3)]
    for act in (
        lambda: store.overrule(told, "B", day, day, "li", "seen"),
        lambda: store.record_services([*done, ServiceRecord(told, "visit", day, day)], "li"),
        lambda: store.record_unmask([told], "li", "why", "customers"),
        lambda: store.set_targets([TargetFigure(told, 202601, "combined", 1)], "li", "plan", 0),
        lambda: store.record_fact("1", "reviewer_rating", 1, "visit", day, told * 4, "li"),
    ):
        with pytest.raises(InputError, match="state_text_"):
            act()
    assert not store.overrides() and not store.services("1") and not store.targets()
    assert store.overrule("1" * 64, "B", day, day, "li", "seen").cons_no == "1" * 64


def test_a_store_of_the_first_schema_opens_and_keeps_what_it_had(url: str) -> None:
    first = [tables.schema, tables.secret, tables.policy, tables.unmasked, tables.official, tables.view]
    with create_engine(url).begin() as c:
        tables.metadata.create_all(c, tables=first)
        c.execute(insert(tables.schema).values(version=1))
        old = {"at": now(), "who": "li", "why": "x", "version": "v", "content": "a = 1"}
        c.execute(insert(tables.policy).values(**old))
    store = State(url)
    assert store.current_policy() is not None and store.current_policy().content == "a = 1"  # type: ignore[union-attr]
    publish(store, grades(["1"]))
    assert State(url).published_row(1, "1")
    with create_engine(url).connect() as c:
        assert sorted(c.scalars(text("select version from state_schema"))) == [1, tables.SCHEMA_VERSION]
        assert "grade_publication" in inspect(c).get_table_names()


SINCE = {
    3: ("service_batch",),
    4: ("target_entry", "recovery_target"),
    5: ("grade_publication_act",),
    6: ("adopted_policy_name",),
    7: ("state_chain",),
    8: ("load_decision",),
    9: tuple(t for t in tables.metadata.tables if t.startswith("collection_")),
}
"""The tables that each later schema brought."""


def kept_in(store: State) -> list[object]:
    """What a store tells of everything that was decided in it."""
    rows = [store.published_rows(p.id).to_pylist() for p in store.publications()]
    done = store.services_due(date(2000, 1, 1), date(2099, 12, 31))
    return [store.policies(), store.publications(), rows, done, store.batches(), store.targets()]


@MOST_ON_SQLITE
@pytest.mark.parametrize("version", [2, 3, 4, 5, 6])
def test_a_store_of_an_older_schema_opens_with_its_data_and_takes_what_is_new(url: str, version: int) -> None:
    store = State(url)
    adopted = store.adopt("a = 1", "v1", "li", "x", None)
    made = publish(store, grades(["1", "2"]))
    done = ServiceRecord("1", "bill_service", date(2026, 1, 5), date(2026, 1, 4))
    store.record_services([done], "li", "january.xlsx" if version >= 3 else None)
    if version >= 4:
        store.set_targets([TargetFigure("33401", 202601, "combined", 990_000)], "li", "plan", 0)
    if version >= 5:
        store.withdraw_publication(made.id, "wang", "wrong day")
    before = kept_in(store)
    with create_engine(url).begin() as c:
        for table in (t for since, names in SINCE.items() if since > version for t in names):
            c.execute(text(f"drop table {table}"))
        c.execute(text(f"update state_schema set version = {version}"))
    again = State(url)
    assert kept_in(again) == before
    assert [p.status for p in again.publications()] == ["withdrawn" if version >= 5 else "published"]
    assert again.policies_called()["v1"].name == "" and (again.taken_over() or (0,))[0] == version
    again.set_targets([TargetFigure("33402", 202601, "month", 1)], "li", "y", again.targets_version())
    again.record_services([replace(done, service="visit")], "li", "more.xlsx")
    again.adopt("a = 2", "v2", "li", "y", adopted.id, name="stricter")
    if version < 5:
        again.withdraw_publication(made.id, "wang", "wrong day")
    last = State(url)
    assert last.publications()[0].status == "withdrawn" and last.policies_called()["v2"].name == "stricter"
    assert last.batches()[0].name == "more.xlsx" and "33402" in {f.org_no for f in last.targets()}
    with create_engine(url).connect() as c:
        assert sorted(c.scalars(text("select version from state_schema"))) == [version, tables.SCHEMA_VERSION]


def test_every_table_can_be_made_on_postgresql() -> None:
    for table in tables.metadata.sorted_tables:
        made = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert made.strip().startswith(f"CREATE TABLE {table.name}")


def test_there_is_no_store_until_somebody_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DENGTA_STATE")
    assert State.existing(tmp_path) is None and list(tmp_path.iterdir()) == []
    State.open(tmp_path)
    assert State.existing(tmp_path) is not None
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'other.db'}")
    assert State.existing(tmp_path) is None


def test_an_override_holds_in_its_days_and_until_withdrawn(store: State) -> None:
    o = store.overrule("1", "A", date(2026, 1, 1), date(2026, 6, 30), "wang", "a mistake of the bank")
    assert o.holds(date(2026, 1, 1)) and o.holds(date(2026, 6, 30)) and not o.holds(date(2026, 7, 1))
    store.withdraw_override(o.id, date(2026, 3, 1), "li", "the bank was right")
    (kept,) = store.overrides("1")
    assert kept.holds(date(2026, 2, 28)) and not kept.holds(date(2026, 3, 1))
    assert (kept.who, kept.withdrawn_by, kept.withdrawn_why) == ("wang", "li", "the bank was right")
    with pytest.raises(BusyError, match="override_withdrawn_before"):
        store.withdraw_override(o.id, date(2026, 2, 1), "li", "again")
    with pytest.raises(InputError, match="override_unknown"):
        store.withdraw_override(99, date(2026, 2, 1), "li", "x")
    with pytest.raises(InputError, match="override_ends_first"):
        store.overrule("1", "A", date(2026, 2, 1), date(2026, 1, 1), "wang", "x")
    with pytest.raises(InputError, match="state_reason_missing"):
        store.overrule("1", "A", date(2026, 2, 1), date(2026, 3, 1), "wang", "  ")


def test_an_objection_is_reviewed_once_even_by_many_at_once(url: str) -> None:
    store = State(url)
    publish(store, grades(["1"]))
    objection = store.object_to(1, "1", "I paid", date(2026, 2, 1), "zhao")

    def decide(n: int) -> str:
        try:
            State(url).review(objection.id, "changed", f"G{n}", date(2026, 3, 1), f"u{n}", "checked")
        except BusyError as e:
            return e.key
        return "decided"

    with ThreadPoolExecutor(5) as pool:
        said = sorted(pool.map(decide, range(5)))
    assert said == ["decided", *["objection_reviewed_before"] * 4]
    (kept,) = store.objections("1")
    assert kept.text == "I paid" and kept.review is not None and kept.review.outcome == "changed"


@pytest.mark.parametrize(("outcome", "grade"), [("upheld", "A"), ("changed", None), ("maybe", None)])
def test_a_review_that_contradicts_itself_is_refused(store: State, outcome: str, grade: str | None) -> None:
    publish(store, grades(["1"]))
    objection = store.object_to(1, "1", "I paid", date(2026, 2, 1), "zhao")
    with pytest.raises(InputError, match="review_outcome"):
        store.review(objection.id, outcome, grade, date(2026, 3, 1), "li", "x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="review_before_objection"):
        store.review(objection.id, "upheld", None, date(2026, 1, 31), "li", "x")
    with pytest.raises(InputError, match="objection_unknown"):
        store.review(77, "upheld", None, date(2026, 3, 1), "li", "x")
    with pytest.raises(InputError, match="publication_unknown"):
        store.object_to(5, "1", "x", date(2026, 2, 1), "zhao")
    assert store.objections()[0].review is None


def test_a_publication_is_read_whole_and_by_customer_however_many_parts(store: State) -> None:
    numbers = [f"{n:010d}" for n in range(0, 3 * (2 * PART_ROWS + 7), 3)]
    mixed = random.Random(1).sample(numbers, len(numbers))
    made = publish(store, grades(mixed))
    assert made.customers == len(numbers) and len(made.content_hash) == 64
    whole = store.published_rows(made.id)
    assert whole["cons_no"].to_pylist() == numbers
    for n in (numbers[0], numbers[PART_ROWS - 1], numbers[PART_ROWS], numbers[-1]):
        row = store.published_row(made.id, n)
        assert row is not None and row["score"] == float(mixed.index(n)) and row["rules"] == ["one_up"]
    for absent in ("", "0000000001", "9999999999"):
        assert store.published_row(made.id, absent) is None
    with pytest.raises(InputError, match="publication_unknown"):
        store.published_rows(9)


def test_a_period_is_published_once_unless_replaced(store: State) -> None:
    first = publish(store, grades(["1"]))
    for days in (YEAR, (date(2026, 12, 31), date(2027, 12, 30)), (date(2025, 1, 1), date(2026, 1, 1))):
        with pytest.raises(InputError, match="publication_overlaps"):
            publish(store, grades(["1"]), days)
    next_year = publish(store, grades(["1"]), (date(2027, 1, 1), date(2027, 12, 31)))
    again = publish(store, grades(["1", "2"]), replaces=first.id)
    assert [p.id for p in store.publications_in_force()] == [again.id, next_year.id]
    assert [p.id for p in store.publications()] == [first.id, next_year.id, again.id]
    with pytest.raises(InputError, match="publication_not_standing"):
        publish(store, grades(["1"]), replaces=first.id)
    assert store.published_rows(first.id).num_rows == 1, "what was published stays readable"


def test_what_a_withdrawal_would_put_in_force_again_may_not_meet_another(store: State) -> None:
    first = publish(store, grades(["1"]))
    second = publish(store, grades(["1"]), (date(2026, 7, 1), date(2027, 6, 30)), replaces=first.id)
    third = publish(store, grades(["1"]), (date(2025, 7, 1), date(2026, 6, 30)))
    with pytest.raises(InputError, match="publication_comes_back"):
        store.withdraw_publication(second.id, "li", "wrong")
    assert [p.id for p in store.publications_in_force()] == [third.id, second.id]
    store.withdraw_publication(third.id, "li", "wrong")
    store.withdraw_publication(second.id, "li", "wrong")
    assert [p.id for p in store.publications_in_force()] == [first.id]


def test_a_changed_publication_is_noticed(store: State) -> None:
    made = publish(store, grades(["1", "2"]))
    with store.engine.execution_options(write=True).begin() as c:
        c.execute(text("update grade_publication set content_hash = 'x'"))
    with pytest.raises(EnvironmentRefusedError, match="publication_damaged"):
        store.published_rows(made.id)


@MOST_ON_SQLITE
def test_a_kill_while_publishing_leaves_all_of_it_or_nothing(url: str) -> None:
    State(url)
    program = textwrap.dedent(f"""
        from datetime import date
        from data.state import State
        from tests.data.test_state_grades import grades, publish
        store = State({url!r})
        customers = grades([str(n) for n in range(50_000)])
        print("ready", flush=True)
        for year in range(2000, 9000):
            publish(store, customers, (date(year, 1, 1), date(year, 12, 31)))
    """)
    run = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert run.stdout is not None and run.stdout.readline()
    time.sleep(1.2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    store = State(url)
    kept = store.publications()
    assert all(store.published_rows(p.id).num_rows == p.customers == 50_000 for p in kept)
    with store.engine.connect() as c:
        assert set(c.scalars(text("select distinct publication from grade_publication_part"))) == {
            p.id for p in kept
        }


def test_facts_need_evidence_and_are_taken_back_by_a_record(store: State) -> None:
    kept = store.record_fact("1", "reviewer_rating", 80, "visit report 7", date(2026, 1, 5), "sun", "li")
    assert (kept.reviewer, kept.who, kept.withdrawn_by) == ("sun", "li", None)
    store.withdraw_fact(kept.id, "wang", "wrong customer")
    (again,) = store.facts("1")
    assert (again.value, again.withdrawn_by, again.withdrawn_why) == (80, "wang", "wrong customer")
    with pytest.raises(BusyError, match="fact_withdrawn_before"):
        store.withdraw_fact(kept.id, "wang", "again")
    with pytest.raises(InputError, match="fact_evidence_missing"):
        store.record_fact("1", "reviewer_rating", 80, " ", date(2026, 1, 5), "sun", "li")
    with pytest.raises(InputError, match="fact_reviewer_missing"):
        store.record_fact("1", "reviewer_rating", 80, "x", date(2026, 1, 5), "", "li")
    with pytest.raises(InputError, match="fact_value"):
        store.record_fact("1", "reviewer_rating", float("nan"), "x", date(2026, 1, 5), "sun", "li")


def test_a_service_stands_as_its_last_record_says(store: State) -> None:
    due = ServiceRecord("1", "visit", date(2026, 3, 31), None, "", "E")
    store.record_services([due, ServiceRecord("2", "visit", date(2026, 3, 31))], "li")
    done = ServiceRecord("1", "visit", date(2026, 3, 31), date(2026, 3, 20), "met him", "E")
    store.record_services([done], "wang")
    store.record_services([due], "li")
    (kept,) = store.services("1")
    assert (kept.done_on, kept.note, kept.who) == (date(2026, 3, 20), "met him", "wang")
    store.record_services([ServiceRecord("2", "visit", date(2026, 3, 31), withdrawn=True)], "li")
    assert [s.cons_no for s in store.services_due(date(2026, 3, 31), date(2026, 3, 31))] == ["1"]
    assert store.services_due(date(2026, 4, 1), date(2026, 12, 31)) == []
    assert store.version() == 0, "services change no figure that files name a state version for"


def test_a_batch_of_services_is_taken_back_once_and_spares_later_records(store: State) -> None:
    days = [date(2026, 3, d) for d in (1, 2, 3)]
    done = [ServiceRecord(str(n), "visit", day, done_on=day) for n, day in enumerate(days)]
    store.record_services([replace(done[0], service="call")], "li")
    store.record_services(done, "li", batch="march.xlsx")
    store.record_services([replace(done[1], done_on=days[2])], "wang")
    store.record_services([replace(done[2], done_on=None)], "wang")
    (batch,) = store.batches("li")
    assert (batch.name, batch.services, store.batches("wang")) == ("march.xlsx", 3, [])
    assert [r.cons_no for r in store.services_of_batch(batch.id)] == ["0", "1", "2"]
    assert store.withdraw_batch(batch.id, "zhao") == 2, "all but the one that wang recorded anew"
    left = [(r.cons_no, r.service, r.done_on) for r in store.services_due(days[0], days[2])]
    assert left == [("0", "call", days[0]), ("1", "visit", days[2])]
    assert store.batches()[0].withdrawn_by == "zhao" and len(store.batches()) == 1
    for number, key in ((batch.id, "service_batch_withdrawn_before"), (99, "service_batch_unknown")):
        with pytest.raises(DengtaError) as refusal:
            store.withdraw_batch(number, "zhao")
        assert refusal.value.key == key
