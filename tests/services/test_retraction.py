"""What comes in takes orders back: against plain Python, through a kill; a load is never lost."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.plausibility_rules import NO_LIMITS
from analytics.policy import Policy
from dashboard.terminal.load_report import load_report_lines, status_lines
from dashboard.words.i18n import LANGUAGES, Translator
from data.errors import EnvironmentRefusedError, InputError
from data.state import Batch, CollectionRecord, State
from data.state import engine as state_engine
from data.warehouse.snapshots import open_snapshot
from services.collection import orders, records, retraction
from services.credit.policy_files import read_policy
from services.warehouse import loading
from services.warehouse.status import warehouse_status
from tests.actors import by
from tests.data.load_folder import BILL, RECEIPT, bill, loaded, receipt, text_of

BASE = read_policy()
FIRST, SECOND = date(2024, 3, 20), date(2024, 3, 25)
OWED, CUSTOMERS = 10_000, 24
SUSPENDING = ("promise", "dispute", "deferral", "plan")


def policy(tolerance: int = 0) -> Policy:
    return replace(BASE, collection=replace(BASE.collection, tolerance_fen=tolerance))


def number(n: int) -> str:
    return f"00{n:06d}"


def extract(folder: Path, paid: dict[int, int], customers: int = CUSTOMERS) -> Path:
    """Bills of 100 yuan, and receipts (fen) of some."""
    folder.mkdir(parents=True)
    bills = [bill(n, RCVBL_AMT="100.00", RCVED_AMT=yuan(paid.get(n, 0))) for n in range(1, customers + 1)]
    (folder / "A_RCVBL_FLOW.csv").write_text(text_of(bills, BILL), encoding="utf-8")
    came = [
        receipt(n, RCVED_YM="202403", RCVED_DATE="20240322", THIS_RCVED_AMT=yuan(fen))
        for n, fen in paid.items()
        if fen
    ]
    if came:
        (folder / "A_RCVED_FLOW.csv").write_text(text_of(came, RECEIPT), encoding="utf-8")
    return folder


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the first extract; each test copies it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DENGTA_STATE", raising=False)
        folder = tmp_path_factory.mktemp("first")
        loaded(extract(folder / "first", {}), folder / "house", extract_date=FIRST, limits=NO_LIMITS)
    return folder / "house"


@pytest.fixture
def house(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    monkeypatch.setenv("DENGTA_TODAY", FIRST.isoformat())
    return Path(shutil.copytree(first, tmp_path / "house"))


@pytest.fixture
def state(house: Path) -> Iterator[State]:
    with closing(State.open(house)) as made:
        yield made


def issued(state: State, actions: dict[int, str]) -> Batch:
    rows = pd.DataFrame(
        [
            {"cons_no": number(n), "org_no": "33401", "person": "p1", "action": action, "rule": "C.2",
             "grade": "C", "owed_now": OWED, "overdue": OWED, "late_fee": 0, "days_overdue": 19,
             "p_late": 0.5, "expected": 5_000, "minutes": 6.0, "lawful_on": FIRST}
            for n, action in actions.items()
        ]
    )  # fmt: skip
    batch = orders.propose_batch(state, by("li"), rows, BASE, "daily", as_of=FIRST, snapshot="s1")
    orders.issue(state, by("wang"), batch, "seen")
    return state.order_batch(batch.id)


def come_in(house: Path, paid: dict[int, int], customers: int = CUSTOMERS, **options: Any) -> Any:
    folder = extract(house.parent / f"then{len(list(house.parent.iterdir()))}", paid, customers)
    return loaded(folder, house, extract_date=SECOND, limits=NO_LIMITS, **options)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_came_in_is_what_is_retracted(
    house: Path, state: State, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each order by hand: money first, then what suspends, and a part leaves the order and the rest."""
    rnd, tolerance = random.Random(seed), 150
    people = range(1, CUSTOMERS + 1)
    actions = {n: rnd.choice(("phone", "stop_notice", "visit", "legal")) for n in people}
    paid = {n: rnd.choice((0, 0, OWED, OWED - tolerance, OWED - tolerance - 1, 100)) for n in people}
    batch = issued(state, actions)
    monkeypatch.setattr(loading, "retract_at_load", lambda warehouse: None)
    come_in(house, paid)
    until = {}
    for n in rnd.sample(people, 10):
        kind, day = rnd.choice(SUSPENDING), SECOND + timedelta(days=rnd.choice((-1, 0, 1)))
        until[n] = kind, day
        told = CollectionRecord(number(n), kind, FIRST, until=day)
        with open_snapshot(house) as db:
            records.record(db, state, by("sun"), [told])
    with open_snapshot(house) as db:
        assert retraction.is_due(db, state)
        found = retraction.retract(db, state, by("zhao"), policy(tolerance), SECOND)
        again = retraction.retract(db, state, by("zhao"), policy(tolerance), SECOND)
        assert not retraction.is_due(db, state)
    expected = {}
    for n in people:
        left = OWED - paid[n]
        kind, day = until.get(n, ("", date.min))
        if left <= tolerance:
            expected[number(n)] = ("paid" if not left else "tolerance", "retracted", left)
        elif day >= SECOND:
            expected[number(n)] = (kind, "retracted", left)
        elif paid[n]:
            expected[number(n)] = ("part_paid", "issued", left)
    rows = zip(*(found[c] for c in ("cons_no", "why", "state", "owed_now")), strict=True)
    assert {c: tuple(rest) for c, *rest in rows} == expected
    assert len(found) == len(expected) and set(found["owed_then"]) == {OWED}
    stops = [a == "stop_notice" for a in found["action"]]
    assert stops == sorted(stops, reverse=True), "the stop orders first"
    pd.testing.assert_frame_equal(found, again)
    pd.testing.assert_frame_equal(found, retraction.retractions(State.open(house), since=batch.at))
    after = orders.open_orders(state).set_index("cons_no")["owed_last"].to_dict()
    kept = {number(n): OWED - paid[n] for n in people}
    assert after == {c: kept[c] for c in kept if expected.get(c, ("", "issued"))[1] == "issued"}


def test_a_load_takes_orders_back_and_tells(house: Path, state: State) -> None:
    issued(state, {1: "phone", 2: "stop_notice", 3: "phone", 4: "phone"})
    report = come_in(house, {1: OWED, 2: OWED, 3: 100})
    assert (report.retracted.retracted, report.retracted.stops, report.retracted.part_paid) == (2, 1, 1)
    told = json.loads(report.path.read_text(encoding="utf-8"))["retracted"]
    assert told["retracted"] == 2 and told["stops"] == 1 and not told["is_due"]
    assert list(orders.open_orders(state)["cons_no"]) == [number(3), number(4)]
    status = warehouse_status(house)
    assert status.retracted == report.retracted
    for language in LANGUAGES:
        t = Translator(language)
        said = t("load.retracted", retracted="2", stops="1", part_paid="1", failed="0")
        assert said in list(load_report_lines(report, t)) and said in list(status_lines(status, t))
    assert len(retraction.retractions(state, source=report.snapshot)) == 3, "it can be asked for again"
    frame = retraction.retractions(state, source=report.snapshot, orgs=("999",))
    assert frame.empty and list(frame.columns) == list(retraction.COLUMNS)


def test_part_by_part_the_rest_is_told_until_it_is_paid(house: Path, state: State) -> None:
    """A part-paid bill is still to be had, and each part is told once."""
    issued(state, {1: "phone"})
    seen = []
    for fen in (4_000, 4_000, OWED):
        come_in(house, {1: fen})
        frame = orders.open_orders(state)
        seen.append(int(frame["owed_last"][0]) if len(frame) else None)
    assert seen == [6_000, 6_000, None]
    told = retraction.retractions(state, since=pd.Timestamp(0).to_pydatetime()).sort_values("at")
    assert list(told["owed_now"]) == [6_000, 0] and list(told["owed_then"]) == [OWED, 6_000]


def test_a_load_without_its_retraction_is_made_up_for_by_the_next(
    house: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the publication: the snapshot stands, `status` tells, and the next load does it."""
    issued(state, {1: "stop_notice", 2: "phone"})

    def killed(warehouse: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "retract_at_load", killed)
    with pytest.raises(KeyboardInterrupt):
        come_in(house, {1: OWED})
    with open_snapshot(house) as db:
        assert db.meta.extract_on == SECOND, "the load is done"
    status = warehouse_status(house).retracted
    assert status is not None and status.is_due and not status.retracted
    monkeypatch.setattr(loading, "retract_at_load", retraction.retract_at_load)
    report = come_in(house, {1: OWED})
    assert report.retracted is not None and report.retracted.stops == 1
    assert list(orders.open_orders(state)["cons_no"]) == [number(2)]


def test_killed_between_two_orders_the_rest_is_done_later(
    house: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop order is taken back first; what a kill leaves open is taken back by the next run."""
    issued(state, {1: "phone", 2: "stop_notice"})
    act, times = State.act_on_orders, [0]

    def once(self: State, *given: Any, **more: Any) -> int:
        times[0] += 1
        if times[0] > 1:
            raise KeyboardInterrupt
        return act(self, *given, **more)

    monkeypatch.setattr(State, "act_on_orders", once)
    with pytest.raises(KeyboardInterrupt):
        come_in(house, {1: OWED, 2: OWED})
    monkeypatch.setattr(State, "act_on_orders", act)
    assert list(orders.open_orders(state)["cons_no"]) == [number(1)], "the stop order went first"
    with open_snapshot(house) as db:
        assert retraction.is_due(db, state)
        found = retraction.retract(db, state, by("zhao"), BASE, SECOND)
    assert list(found["cons_no"]) == [number(2), number(1)] and orders.open_orders(state).empty


def test_a_retraction_that_fails_does_not_lose_the_load(
    house: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(state, {1: "phone"})

    def refuse(*_: Any, **__: Any) -> None:
        raise EnvironmentRefusedError("state_not_writable", detail="full")

    monkeypatch.setattr(state_engine.StateEngine, "_write", refuse)
    report = come_in(house, {1: OWED})
    assert report.retracted.is_due and report.retracted.refusal == "state_not_writable"
    with open_snapshot(house) as db:
        assert db.id == report.snapshot
    assert len(orders.open_orders(state)) == 1


def test_a_trial_load_touches_no_orders(house: Path, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial is of other data, in another warehouse, and may have this store by its address."""
    issued(state, {1: "phone"})
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{house / 'state.db'}")
    other = extract(house.parent / "tried", {1: OWED})
    report = loaded(other, house.parent / "trial", extract_date=SECOND, limits=NO_LIMITS, is_trial=True)
    assert report.retracted is None and len(orders.open_orders(state)) == 1


def test_where_nothing_was_ordered_nothing_is_made(house: Path) -> None:
    assert come_in(house, {1: OWED}).retracted is None
    assert not (house / "state.db").exists()


def test_a_message_in_hand_is_not_in_hand_for_ever(house: Path, state: State) -> None:
    batch = issued(state, dict.fromkeys((1, 2, 3, 4), "sms"))
    numbers = orders.order_states(state, batch.id).set_index("cons_no")["order_no"]
    for n, outcome in ((1, "in_hand"), (2, "in_hand"), (3, "failed")):
        told = CollectionRecord(number(n), "contact", FIRST, outcome=outcome, order_no=numbers[number(n)])
        with open_snapshot(house) as db:
            records.record(db, state, by("sun"), [told])
    late = BASE.collection.stale_days
    with open_snapshot(house) as db:
        retraction.retract(db, state, by("zhao"), BASE, FIRST + timedelta(days=late))
        assert list(orders.open_orders(state)["cons_no"]) == [number(1), number(2), number(4)]
        none = replace(BASE, collection=replace(BASE.collection, in_hand_hours=1))
        back = pd.Timestamp(state_engine.now()) + timedelta(hours=2)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(retraction, "now", back.to_pydatetime)
            found = retraction.retract(db, state, by("zhao"), none, FIRST + timedelta(days=late + 1))
    whys = dict(zip(found["cons_no"], found["why"], strict=True))
    assert whys == {number(1): "in_hand", number(2): "in_hand", number(4): "unanswered"}
    assert set(found["state"]) == {"failed"} and orders.open_orders(state).empty
    told = CollectionRecord(number(1), "contact", FIRST, outcome="reached", order_no=numbers[number(1)])
    with open_snapshot(house) as db:
        records.record(db, state, by("sun"), [told])
    assert orders.order_states(state, batch.id)["state"].tolist().count("done") == 1, "a late answer counts"


def test_the_next_run_knows_what_was_recorded(house: Path, state: State) -> None:
    """What people recorded reaches the facts that the run reads: until when, contacts, proof of a demand."""
    from data.scope import Scope
    from services.collection.facts import facts_of

    proof = {"at_time": "09:30", "method": "post", "receiver": "w", "reference": "7", "evidence": "a" * 64}
    with open_snapshot(house) as db:
        told = [
            CollectionRecord(number(1), "promise", FIRST, until=SECOND),
            CollectionRecord(number(2), "delivery", FIRST, outcome="demand", **proof),
        ]
        records.record(db, state, by("sun"), told)
        rows = facts_of(db, BASE, state, Scope(FIRST)).set_index("cons_no")
    one, two, three = (rows.loc[number(n)] for n in (1, 2, 3))
    assert one["promise_until"] == pd.Timestamp(SECOND) and one["tries_today"] == one["contacts_12m"] == 1
    assert two["delivered"] and two["demanded_on"] == pd.Timestamp(FIRST) and pd.isna(two["promise_until"])
    assert not three["delivered"] and three["contacts_12m"] == 0 and three["state"] == "owed"


def test_who_may_not_load_retracts_nothing(house: Path, state: State) -> None:
    issued(state, {1: "phone"})
    with open_snapshot(house) as db:
        for who, key in (
            (by("chen", may=("collect",)), "not_allowed"),
            (by("chen", "33401"), "whole_company"),
        ):
            with pytest.raises(InputError, match=key):
                retraction.retract(db, state, who, BASE)
    assert len(orders.open_orders(state)) == 1
