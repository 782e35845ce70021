"""Orders and records in either database: written by two at once, kept through restarts, never told twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from data.errors import BusyError, EnvironmentRefusedError, InputError
from data.state import CollectionRecord, State
from data.state.order_acts import FEW, OnOrder
from tests.data.collection_orders import DAY, orders

EFFECTS = {("reached", ""): "done"}


@pytest.fixture
def state(url: str) -> Iterator[State]:
    made = State(url)
    yield made
    made.close()


def proposed(state: State, *cons_nos: str, snapshot: str = "s1", owed: int = 10_000) -> int:
    said = {"as_of": DAY, "policy_version": "v", "policy": "p", "who": "li", "why": "daily"}
    return state.propose_orders(orders(cons_nos, owed=owed), snapshot=snapshot, **said)  # type: ignore[arg-type]


def states(state: State, batch: int) -> list[str]:
    rows, held = state.order_rows(batch)
    return [held.of(p) for p in rows["place"].to_pylist()]


def test_a_batch_is_issued_once_by_whoever_is_first(state: State, url: str) -> None:
    number = proposed(state, "2", "1")
    stores = [State(url) for _ in range(4)]

    def issue(store: State) -> str:
        try:
            store.issue_orders(number, 0, DAY, "li", "seen")
        except BusyError as e:
            return e.key
        return "issued"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(issue, stores))
    assert told == ["collection_batch_decided"] * 3 + ["issued"]
    assert [a.kind for a in state.order_batch(number).acts] == ["issue"]
    for store in stores:
        store.close()


def test_the_same_result_by_two_at_once_is_one_record(state: State, url: str) -> None:
    number = proposed(state, "1")
    state.issue_orders(number, 0, DAY, "li", "seen")
    made = CollectionRecord("1", "reached", DAY, batch=number, place=1, mark="the same")
    stores = [State(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda s: s.record_collection([made], "sun", EFFECTS), stores))
    assert sorted((len(ids), already) for ids, already in kept) == [(0, 1)] * 3 + [(1, 0)]
    assert states(state, number) == ["done"] and len(state.collection_of("1")) == 1
    for store in stores:
        store.close()


def test_many_orders_are_ended_and_given_back_whole(state: State, url: str) -> None:
    """More than an act says in its own row: superseded, and open again when the batch is taken back."""
    many = [f"{i:05d}" for i in range(2 * FEW)]
    first = proposed(state, *many)
    state.issue_orders(first, 0, DAY, "li", "seen")
    state.act_on_orders(first, "retract", [OnOrder(1, "paid", 0, 10_000)], "load", "s2", "s2")
    second = proposed(state, *many[: FEW + 9], snapshot="s2")
    state.issue_orders(second, 0, DAY, "li", "seen")
    assert states(state, first) == ["retracted"] + ["superseded"] * (FEW + 8) + ["issued"] * (FEW - 9)
    state.withdraw_orders(second, "li", "wrong day")
    again = State(url)
    assert states(again, first) == states(state, first) == ["retracted"] + ["issued"] * (2 * FEW - 1)
    assert states(again, second) == ["retracted"] * (FEW + 9)
    again.close()


def test_what_a_batch_ended_comes_back_or_goes_to_what_came_after(state: State) -> None:
    """Three batches for the same dozen; the middle one is taken back, then the last."""
    dozen = [f"{i:02d}" for i in range(12)]
    first, second, third = (proposed(state, *dozen, snapshot=f"s{i}") for i in range(3))
    for number in (first, second):
        state.issue_orders(number, 0, DAY, "li", "seen")
    made = CollectionRecord("00", "reached", DAY, batch=second, place=1, mark="m")
    (record,), _ = state.record_collection([made], "sun", EFFECTS)
    state.issue_orders(third, 0, DAY, "li", "seen")
    assert states(state, first) == ["superseded"] * 12
    assert states(state, second) == ["done"] + ["superseded"] * 11
    state.withdraw_orders(second, "li", "wrong day")
    assert states(state, first) == ["superseded"] * 12, "the third stands for them now"
    state.withdraw_orders(third, "li", "wrong day too")
    assert states(state, first) == ["superseded"] + ["issued"] * 11, "who was reached is not called again"
    state.reverse_collection(record, "li", "the wrong door", EFFECTS)
    assert states(state, second)[0] == "done", "a batch that was taken back opens nothing"


def test_an_order_that_comes_back_gives_way_to_the_one_that_is_open(state: State) -> None:
    first, second = proposed(state, "1"), proposed(state, "1", snapshot="s2")
    state.issue_orders(first, 0, DAY, "li", "seen")
    made = CollectionRecord("1", "reached", DAY, batch=first, place=1, mark="m")
    (record,), _ = state.record_collection([made], "sun", EFFECTS)
    state.issue_orders(second, 0, DAY, "li", "seen")
    state.reverse_collection(record, "li", "the wrong door", EFFECTS)
    assert (states(state, first), states(state, second)) == (["superseded"], ["issued"])
    state.withdraw_orders(second, "li", "wrong day")
    assert states(state, first) == ["issued"]


def test_a_cancelled_dunning_keeps_its_record_and_its_evidence(state: State) -> None:
    number = proposed(state, "1")
    state.issue_orders(number, 0, DAY, "li", "seen")
    made = CollectionRecord(
        "1", "reached", DAY, "09:30", batch=number, place=1, evidence="a" * 64, person="p1", mark="m"
    )
    (record,), _ = state.record_collection([made], "sun", EFFECTS)
    state.reverse_collection(record, "li", "the wrong door", EFFECTS)
    (told,) = state.collection_of("1")
    assert (told.evidence, told.person, told.withdrawn_by, told.withdrawn_why) == (
        "a" * 64, "p1", "li", "the wrong door",
    )  # fmt: skip
    assert states(state, number) == ["issued"], "who was not dunned is to be dunned"
    assert state.collection_between(DAY, DAY).empty, "and counts for nobody"
    with pytest.raises(BusyError, match="collection_record_reversed"):
        state.reverse_collection(record, "li", "twice", EFFECTS)
    again, already = state.record_collection([made], "sun", EFFECTS)
    assert len(again) == 1 and not already, "what was taken back may be recorded once more"


def test_a_retraction_can_be_asked_for_again(state: State) -> None:
    number = proposed(state, "1", "2")
    state.issue_orders(number, 0, DAY, "li", "seen")
    on = [OnOrder(1, "paid", 0, 10_000), OnOrder(2, "promise", 10_000, 10_000)]
    assert state.act_on_orders(number, "retract", on, "load", "came in", "s7") == 2
    assert state.act_on_orders(number, "retract", on, "load", "came in", "s8") == 0, "they are retracted"
    told = state.order_acts_of(("retract",), "s7", None).to_pylist()
    assert [(r["place"], r["why"], r["value"], r["before"]) for r in told] == [
        (1, "paid", 0, 10_000),
        (2, "promise", 10_000, 10_000),
    ]
    assert not state.order_acts_of(("retract",), "s8", None).num_rows
    assert not state.was_retracted("s7")
    state.note_retraction("s7", "load")
    assert state.was_retracted("s7") and not state.was_retracted("s8")


def test_what_is_no_order_is_refused_and_nothing_is_written(state: State) -> None:
    with pytest.raises(InputError, match="collection_batch_empty"):
        proposed(state)
    with pytest.raises(InputError, match="collection_order_twice"):
        proposed(state, "1", "2", "1")
    number, version = proposed(state, "1"), state.collection_version()
    for places in ([0], [2], [-1], [1, 1]):
        with pytest.raises(InputError, match="collection_order_unknown"):
            state.act_on_orders(number, "strike", [OnOrder(p) for p in places], "li", "why")
    with pytest.raises(InputError, match="state_reason_missing"):
        state.act_on_orders(number, "strike", [OnOrder(1)], "li", " ")
    with pytest.raises(InputError, match="state_text_unwritable"):
        state.act_on_orders(number, "strike", [OnOrder(1)], "li", "a\0b")
    for unknown in (0, 99, -1):
        with pytest.raises(InputError, match="collection_batch_unknown"):
            state.issue_orders(unknown, 0, date(2026, 11, 20), "li", "why")
    assert state.collection_version() == version


def test_a_batch_that_was_altered_is_refused(state: State) -> None:
    number = proposed(state, "1", owed=5)
    other = proposed(state, "1", owed=6)
    with state.engine.begin() as c:
        c.exec_driver_sql(
            "update collection_batch_part set content = (select p.content from collection_batch_part p"
            f" where p.batch = {other}) where batch = {number}"
        )
    with pytest.raises(EnvironmentRefusedError, match="collection_batch_damaged"):
        state.order_rows(number)
