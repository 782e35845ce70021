"""Who may do what with orders and records, what is refused, and what the run reads of what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.order_numbers import parse
from data.errors import BusyError, InputError
from data.state import Batch, CollectionRecord, State
from services.collection import orders, records
from services.credit.policy_files import read_policy
from tests.actors import by
from tests.figures.world import World

POLICY = read_policy()
DAY = date(2026, 11, 20)
COUNTY, OTHER = "33401", "33402"
PROOF = {"at_time": "09:30", "method": "post", "receiver": "wang", "reference": "EMS 7", "evidence": "a" * 64}


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    world = World()
    for org_no in (COUNTY, OTHER):
        world.add("stg_org", org_no=org_no, org_name=org_no)
    for cons_no in ("1", "2", "3"):
        world.customer(cons_no, COUNTY)
    world.customer("9", OTHER)
    world.add("stg_collector", cons_no="1", emp_no="p1")
    return world.built()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    monkeypatch.setenv("DENGTA_TODAY", DAY.isoformat())
    made = State(f"sqlite:///{tmp_path / 'state.db'}")
    yield made
    made.close()


def listed(*cons_nos: str, **given: Any) -> pd.DataFrame:
    row = {
        "org_no": COUNTY, "person": "old", "action": "phone", "rule": "C.2", "grade": "C",
        "owed_now": 10_000, "overdue": 10_000, "late_fee": 12, "days_overdue": 9, "p_late": 0.5,
        "expected": 5_000, "minutes": 6.0, "lawful_on": pd.Timestamp(DAY),
    }  # fmt: skip
    return pd.DataFrame([{"cons_no": n, **row, **given} for n in cons_nos])


def propose(state: State, rows: pd.DataFrame, who: Any = None, as_of: date = DAY) -> Batch:
    who = who or by("li", COUNTY)
    return orders.propose_batch(state, who, rows, POLICY, "daily", as_of=as_of, snapshot="s1")


def issued(state: State, *cons_nos: str, **given: Any) -> Batch:
    batch = propose(state, listed(*cons_nos, **given))
    orders.issue(state, by("wang"), batch, "seen")
    return state.order_batch(batch.id)


def test_a_list_is_proposed_in_its_order_and_re_ordered_for_a_reason(state: State) -> None:
    rows = pd.concat(
        [listed("3", "1"), listed("2", action="none"), listed("9", action="visit", org_no=OTHER)]
    )
    batch = propose(state, rows, by("li"))
    frame = orders.order_states(state, batch.id)
    assert list(frame["cons_no"]) == ["3", "1", "9"] and list(frame["rank"]) == [1, 2, 3]
    assert list(frame["place"]) == [2, 1, 3] and set(frame["state"]) == {"proposed"}
    assert parse(frame["order_no"][0]) == (batch.id, 2)
    assert list(orders.order_states(state, batch.id, (OTHER,))["cons_no"]) == ["9"]
    orders.rank(state, by("sun", COUNTY), batch.id, [1, 2], "lives next door")
    frame = orders.order_states(state, batch.id)
    assert list(frame["cons_no"]) == ["1", "3", "9"]
    assert [(a.kind, a.who, a.why) for a in state.order_batch(batch.id).acts] == [
        ("rank", "sun", "lives next door")
    ]
    assert orders.open_orders(state).empty, "nothing is an action before it is issued"
    assert set(orders.open_orders(state).columns) >= {*orders.COLUMNS, "batch", "issued_at", "issued_on"}


def test_who_issues_issues_what_they_saw(state: State) -> None:
    seen = propose(state, listed("1", "2", "3"))
    assert propose(state, listed("1", "2", "3")).id == seen.id, "the same once more is the same"
    orders.strike(state, by("sun", COUNTY), seen.id, [2], "in hospital")
    with pytest.raises(BusyError, match="collection_batch_changed"):
        orders.issue(state, by("wang"), seen, "seen")
    orders.issue(state, by("wang"), state.order_batch(seen.id), "seen")
    frame = orders.open_orders(state)
    assert list(frame["cons_no"]) == ["1", "3"] and set(frame["issued_on"]) == {pd.Timestamp(DAY)}
    struck = orders.of_customer(state, "2").iloc[0]
    assert (struck["state"], struck["state_why"], struck["who"]) == ("struck", "in hospital", "sun")


def test_what_is_too_old_too_early_or_undemanded_is_no_order(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="collection_order_early"):
        propose(state, listed("1", lawful_on=pd.Timestamp(DAY + timedelta(days=1))))
    with pytest.raises(InputError, match="collection_order_undemanded"):
        propose(state, listed("1", action="stop_notice", lawful_on=pd.NaT))
    with pytest.raises(InputError, match="collection_batch_empty"):
        propose(state, listed("1", action="none"))
    batch = propose(state, listed("1", action="bill", lawful_on=pd.NaT))
    late = DAY + timedelta(days=POLICY.collection.stale_days)
    monkeypatch.setenv("DENGTA_TODAY", (late + timedelta(days=1)).isoformat())
    with pytest.raises(InputError, match="collection_batch_stale"):
        orders.issue(state, by("wang"), batch, "seen")
    monkeypatch.setenv("DENGTA_TODAY", late.isoformat())
    orders.issue(state, by("wang"), batch, "seen")


def order(state: State, batch: Batch, cons_no: str) -> str:
    frame = orders.order_states(state, batch.id).set_index("cons_no")
    return str(frame["order_no"][cons_no])


def test_the_person_in_charge_on_the_day_of_the_order_keeps_what_was_done(db: Any, state: State) -> None:
    """The extract says p1 by now; the order went to who had the customer then."""
    batch = issued(state, "1", "2")
    told = [
        CollectionRecord("1", "promise", DAY, order_no=order(state, batch, "1"), until=date(2026, 12, 1)),
        CollectionRecord("1", "contact", DAY, "10:00", outcome="reached"),
        CollectionRecord("2", "contact", DAY, outcome="reached"),
    ]
    kept = records.record(db, state, by("sun", COUNTY), told)
    assert (kept.new, kept.already) == (3, 0)
    assert [r.person for r in records.of_customer(state, "1")] == ["old", "p1"]
    assert [r.person for r in records.of_customer(state, "2")] == [""]
    assert {r.org_no for r in records.of_customer(state, "1")} == {COUNTY}
    again = records.record(db, state, by("chen"), [*told, told[0]])
    assert (again.new, again.already) == (0, 4), "another hand, the same workbook"
    full_width = replace(told[0], order_no=told[0].order_no.lower().replace("-", " "))
    assert records.record(db, state, by("chen"), [full_width]).new == 0
    assert list(orders.order_states(state, batch.id)["state"]) == ["done", "issued"]


RECORD = CollectionRecord("1", "contact", DAY)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"kind": "dunned"}, "collection_record_kind"),
        ({"outcome": "demand"}, "collection_record_kind"),
        ({"on_day": DAY + timedelta(days=1)}, "collection_record_future"),
        ({"at_time": "25:00"}, "collection_record_time"),
        ({"at_time": "=1+1"}, "collection_record_time"),
        ({"until": DAY}, "collection_record_until"),
        ({"kind": "promise"}, "collection_record_until"),
        ({"kind": "promise", "until": DAY - timedelta(days=1)}, "collection_record_until_far"),
        ({"kind": "promise", "until": DAY + timedelta(days=367)}, "collection_record_until_far"),
        ({"kind": "paid", "amount": -1}, "collection_record_amount"),
        ({"evidence": "photo.jpg"}, "collection_record_evidence"),
        ({"note": "x" * 501}, "state_text_long"),
        ({"note": "a\0b"}, "state_text_unwritable"),
        ({"cons_no": "9"}, "customer_not_here"),
        ({"cons_no": "1' or 1=1 --"}, "customer_not_here"),
        ({"order_no": "G1"}, "order_number_form"),
        ({"order_no": "G000099-0000001-"}, "order_number_form"),
    ],
)
def test_a_record_that_cannot_be_is_refused_and_nothing_is_kept(
    db: Any, state: State, wrong: dict[str, Any], key: str
) -> None:
    bad = replace(RECORD, **wrong)
    with pytest.raises(Exception, match=key):
        records.record(db, state, by("sun", COUNTY), [RECORD, bad])
    assert not records.of_customer(state, "1"), "all or none"
    if key != "state_text_unwritable":
        ok, refused = records.check(db, state, (COUNTY,), [RECORD, bad])
        assert ok is None and refused is not None and refused.key == key


def test_a_result_belongs_to_its_order_and_comes_after_its_issue(db: Any, state: State) -> None:
    batch = propose(state, listed("1", "2"))
    mine = order(state, batch, "1")

    def told(**given: Any) -> str:
        said = [replace(RECORD, **{"order_no": mine, **given})]
        (refused,) = records.check(db, state, (COUNTY,), said)
        return refused.key if refused else ""

    assert told() == "collection_order_not_issued"
    orders.issue(state, by("wang"), batch, "seen")
    assert told() == "" and told(on_day=DAY - timedelta(days=1)) == "collection_record_before"
    assert told(cons_no="2") == "collection_order_other"
    wrong = mine[:-1] + str((int(mine[-1]) + 1) % 10)
    assert told(order_no=wrong) == "order_number_digit"
    assert told(order_no="G000099-0000001-3") in ("order_number_digit", "collection_batch_unknown")


def test_a_channel_that_failed_leaves_the_list_and_who_was_not_reached_stays(db: Any, state: State) -> None:
    batch = issued(state, "1", "2", "3")
    for cons_no, outcome in (("1", "failed"), ("2", "not_reached"), ("3", "in_hand")):
        said = replace(RECORD, cons_no=cons_no, outcome=outcome, order_no=order(state, batch, cons_no))
        records.record(db, state, by("sun", COUNTY), [said])
    assert list(orders.order_states(state, batch.id)["state"]) == ["failed", "issued", "issued"]
    assert list(orders.open_orders(state)["cons_no"]) == ["2", "3"]


def test_a_suspension_is_the_last_word_and_ends_by_itself(db: Any, state: State) -> None:
    until = [date(2026, 12, 31), date(2026, 12, 5)]
    told = [
        replace(RECORD, kind="promise", on_day=DAY - timedelta(days=2 - i), until=day)
        for i, day in enumerate(until)
    ] + [replace(RECORD, kind="dispute", until=date(2026, 12, 20))]
    kept = records.record(db, state, by("sun", COUNTY), told)

    def held(as_of: date) -> list[tuple[str, str]]:
        frame = records.suspensions(state, as_of)
        return [(w, u.date().isoformat()) for w, u in zip(frame["why"], frame["until"], strict=True)]

    assert held(DAY) == [("dispute", "2026-12-20"), ("promise", "2026-12-05")]
    assert held(DAY - timedelta(days=2)) == [("promise", "2026-12-31")], "what came later was not known then"
    assert held(date(2026, 12, 5))[1:] == [("promise", "2026-12-05")]
    assert held(date(2026, 12, 6)) == [("dispute", "2026-12-20")]
    records.reverse(db, state, by("sun", COUNTY), kept.ids[1], "another customer's")
    assert held(DAY)[1] == ("promise", "2026-12-31"), "what stood before stands again"


def test_a_delivery_counts_with_all_of_its_evidence(db: Any, state: State) -> None:
    demand = replace(RECORD, kind="delivery", outcome="demand", on_day=DAY - timedelta(days=9), **PROOF)
    partly = [replace(demand, cons_no="2", **{name: ""}) for name in PROOF]
    later = replace(demand, on_day=DAY - timedelta(days=3))
    notice = replace(demand, outcome="notice", on_day=DAY)
    records.record(db, state, by("sun", COUNTY), [demand, later, notice, *partly])
    (row,) = records.deliveries(state, DAY).to_dict("records")
    assert (row["cons_no"], row["delivered"]) == ("1", True)
    assert row["demanded_on"] == pd.Timestamp(later.on_day) and row["noticed_on"] == pd.Timestamp(DAY)
    owed = pd.DataFrame({"cons_no": ["1"], "since": [pd.Timestamp(DAY - timedelta(days=20))]})
    assert records.deliveries(state, DAY, owed)["demanded_on"][0] == pd.Timestamp(demand.on_day)
    owed["since"] = pd.Timestamp(demand.on_day)
    assert records.deliveries(state, DAY, owed)["demanded_on"][0] == pd.Timestamp(later.on_day)
    assert records.deliveries(state, DAY - timedelta(days=10)).empty


TOLD = st.tuples(
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["reached", "not_reached", "failed", ""]),
    st.integers(0, 400),
    st.sampled_from(["", "09:00"]),
)


@settings(max_examples=25, deadline=None)
@example([("1", "reached", 365, ""), ("2", "reached", 364, "")], 0)
@given(st.lists(TOLD, max_size=8), st.integers(0, 30))
def test_contacts_are_counted_as_by_hand(told: list[tuple[str, str, int, str]], back: int) -> None:
    """A try is a day and time; contacted is who was reached; a year begins after the same day of the last."""
    as_of = DAY - timedelta(days=back)
    store = State("sqlite://")
    rows = [
        CollectionRecord(c, "contact", DAY - timedelta(days=d), t, outcome=o, mark=f"{c}{o}{d}{t}")
        for c, o, d, t in told
    ]
    store.record_collection(rows, "sun", {})
    found = records.contacts(store, as_of).set_index("cons_no").to_dict("index")
    store.close()
    first = date(as_of.year - 1, as_of.month, as_of.day)
    for cons_no in ("1", "2", "3"):
        tries = {(r.on_day, r.at_time) for r in rows if r.cons_no == cons_no and first < r.on_day <= as_of}
        good = {
            (r.on_day, r.at_time)
            for r in rows
            if r.cons_no == cons_no and (r.on_day, r.at_time) in tries and r.outcome in ("reached", "")
        }
        if not tries:
            assert cons_no not in found
            continue
        row = found[cons_no]
        assert row["contacts_12m"] == len(good) and row["tries_today"] == sum(d == as_of for d, _ in tries)
        last = max((d for d, _ in good), default=None)
        assert (row["last_contact_on"] is pd.NaT) if last is None else row["last_contact_on"].date() == last


def test_a_channel_failed_by_its_last_try_alone(db: Any, state: State) -> None:
    def told(cons_no: str, kind: str, back: int, outcome: str, method: str = "") -> CollectionRecord:
        day = DAY - timedelta(days=back)
        return CollectionRecord(cons_no, kind, day, "10:00", outcome=outcome, method=method)

    given = [
        told("1", "delivery", 9, "failed", "sms"),
        told("1", "contact", 8, "failed"),
        told("1", "contact", 7, "not_reached"),
        told("2", "delivery", 9, "message", "sms"),
        told("2", "delivery", 3, "failed", "sms"),
        told("2", "delivery", 2, "in_hand", "sms"),
        told("2", "contact", 2, "failed"),
        told("3", "delivery", 181, "failed", "sms"),
        told("3", "visit", 1, "failed"),
    ]
    records.record(db, state, by("sun"), given)
    found = records.failed_channels(state, DAY).set_index("cons_no")["failed_channels"].to_dict()
    assert found == {"1": "sms", "2": "phone,sms"}
    earlier = records.failed_channels(state, DAY - timedelta(days=4))
    assert earlier["cons_no"].tolist() == ["1", "3"]
    assert records.failed_channels(state, DAY - timedelta(days=400)).empty
