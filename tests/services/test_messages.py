"""Texts to customers: filled from what is owed, none with a gap, masked unless recorded; states come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.message_texts import MessageText, longest, parts
from dashboard.words.i18n import Translator
from data.errors import InputError
from data.state import State
from services.collection import message_states, orders, records
from services.collection.messages import preview, to_send
from services.credit.policy_files import read_policy
from services.files.filled_in import Row
from tests.actors import by
from tests.figures.world import World

POLICY = read_policy()
RULES = POLICY.collection
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 18, 0)
COUNTY, OTHER = "33401", "33402"
WORDS = Translator("zh")


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    world = World()
    for org_no in (COUNTY, OTHER):
        world.add("stg_org", org_no=org_no, org_name=f"供电所{org_no}")
    for cons_no, mobile in (("1001", "13812345678"), ("1002", ""), ("1003", "13900000000")):
        world.customer(cons_no, COUNTY, name="张三丰", address="幸福路第一小区1号", mobile=mobile)
    world.customer("9001", OTHER)
    for ym, due in ((202609, date(2026, 10, 15)), (202610, date(2026, 11, 15)), (202611, date(2026, 12, 15))):
        world.bill("1001", ym, 5_000, date(2026, ym % 100, 1), due, COUNTY)
    return world.built()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    monkeypatch.setenv("DENGTA_TODAY", DAY.isoformat())
    made = State(f"sqlite:///{tmp_path / 'state.db'}")
    yield made
    made.close()


def rows(db: Any, *cons_nos: str, **given: Any) -> pd.DataFrame:
    """Rows of a proposal; `given` in the place of what they have in common."""
    keys = dict(db.cursor().execute("select cons_no, cons_key from dim_customer").fetchall())
    plain = {
        "org_no": COUNTY, "grade": "C", "action": "sms", "owed_now": 1_234_567, "late_fee": 890,
        "days_overdue": 36, "order_no": "", "person_name": "李四", "lawful_cut": pd.Timestamp(2026, 12, 2),
    }  # fmt: skip
    return pd.DataFrame([{"cons_no": n, "cons_key": keys[n], **plain, **given} for n in cons_nos])


def with_texts(*texts: MessageText) -> Any:
    return replace(RULES, texts=texts)


EVERY = (
    "{name} {cons_no} {address} {unit} {month} {bills} {amount} {late_fee} {total} {due_on} {days} {pay_by}"
    " {stop_on} {person}"
)


def test_each_placeholder_stands_for_what_is_owed(db: Any) -> None:
    policy = with_texts(MessageText("all", "sms", "", "zh", EVERY))
    made = preview(db, policy, rows(db, "1001"), DAY, WORDS, "zh")
    (text,) = made.ready["text"]
    name, cons_no, address, unit, *rest = text.split(" ")
    assert name != "张三丰" and name.startswith("张") and address.endswith("***") and cons_no == "1001"
    assert unit == "供电所33401"
    assert rest == [
        "2026-09", "2", "12,345.67", "8.90", "12,354.57", "2026年10月15日", "36", "2026年11月27日",
        "2026年12月2日", "李四",
    ]  # fmt: skip
    assert made.ready["phone"].tolist() == ["138****78"] and made.left.empty


def test_nobody_is_sent_a_text_with_a_gap_or_to_no_phone(db: Any) -> None:
    policy = with_texts(
        MessageText("sms", "sms", "", "zh", "{amount} {month}"),
        MessageText("d", "sms", "D", "zh", "D {amount}"),
        MessageText("slip", "slip", "", "zh", "{amount}"),
    )
    given = pd.concat(
        [
            rows(db, "1001", "1002"),
            rows(db, "1003"),
            rows(db, "1003", grade="D"),
            rows(db, "1002", action="slip", grade=None),
            rows(db, "1003", action="visit"),
        ]
    )
    made = preview(db, policy, given, DAY, WORDS, "zh")
    assert made.ready[["cons_no", "text"]].to_numpy().tolist() == [
        ["1001", "12,345.67 2026-09"], ["1003", "D 12,345.67"], ["1002", "12,345.67"],
    ]  # fmt: skip
    assert made.left[["cons_no", "action", "why", "lacks"]].to_numpy().tolist() == [
        ["1002", "sms", "lacks", "phone"], ["1003", "sms", "lacks", "month"],
        ["1003", "visit", "no_text", ""],
    ]  # fmt: skip
    assert len(preview(db, policy, given, DAY, WORDS, "en").left) == len(given)
    assert preview(db, policy, given.head(0), DAY, WORDS, "zh").parts == 0


def test_parts_and_cost_are_those_of_phones_alone(db: Any) -> None:
    policy = replace(
        with_texts(
            MessageText("sms", "sms", "", "zh", "字" * 63), MessageText("s", "slip", "", "zh", "字" * 99)
        ),
        signature="【国网电力】",
    )
    given = pd.concat([rows(db, "1001", "1003"), rows(db, "1002", action="slip")])
    made = preview(db, policy, given, DAY, WORDS, "zh")
    assert made.ready["parts"].tolist() == [1, 1, 0] and (made.parts, made.fen) == (2, 10)
    longer = replace(policy, signature="【国网电力公司啊】")
    assert preview(db, longer, given, DAY, WORDS, "zh").parts == 4


def test_the_projects_own_sms_is_one_part_for_usual_amounts_and_its_letters_fill(db: Any) -> None:
    usual = {
        "cons_no": ["0123456789"], "amount": ["9,999.99"], "days": ["365"], "late_fee": ["999.99"],
        "pay_by": ["2026年12月28日"],
    }  # fmt: skip
    sms = next(x for x in RULES.texts if x.key == "sms_zh")
    assert parts(longest(sms, usual), RULES.signature) == 1
    for language in ("zh", "en"):
        given = pd.concat([rows(db, "1001", action=a) for a in ("sms", "bill", "slip", "stop_notice")])
        made = preview(db, RULES, given, DAY, Translator(language), language)
        assert len(made.ready) == 4 and made.left.empty
        assert not [x for x in made.ready["text"] if "{" in x or "}" in x]


def test_full_names_are_recorded_before_they_are_read(db: Any, state: State) -> None:
    policy = with_texts(MessageText("sms", "sms", "", "zh", "{name}，{address}"))
    for who in (by("sun", may=("collect",)), by("sun", may=("unmask",))):
        with pytest.raises(InputError, match="_not_allowed"):
            to_send(db, state, who, policy, rows(db, "1001"), DAY, WORDS, "zh", "send")
    with pytest.raises(InputError, match="customer_not_here"):
        to_send(db, state, by("sun", OTHER), policy, rows(db, "1001"), DAY, WORDS, "zh", "send")
    assert state.unmaskings() == []
    made = to_send(db, state, by("sun", COUNTY), policy, rows(db, "1001"), DAY, WORDS, "zh", "send")
    assert made.ready[["phone", "text"]].to_numpy().tolist() == [["13812345678", "张三丰，幸福路第一小区1号"]]
    assert [(u.who, u.why, u.place) for u in state.unmaskings()] == [("sun", "send", "messages")]


@pytest.fixture
def sent(db: Any, state: State) -> dict[str, str]:
    """The numbers of issued orders for messages, by customer."""
    listed = rows(db, "1001", "1002", "1003").assign(
        person="p", rule="C", overdue=1, p_late=0.5, expected=1, minutes=0.0, lawful_on=pd.NaT
    )
    batch = orders.propose_batch(
        state,
        by("li"),
        listed[[c for c in orders.ORDERS if c in listed]],
        POLICY,
        "x",
        as_of=DAY,
        snapshot="s",
    )
    orders.issue(state, by("wang"), state.order_batch(batch.id), "seen")
    frame = orders.order_states(state, batch.id)
    return dict(zip(frame["cons_no"], frame["order_no"], strict=True))


def told(order_no: str, cons_no: str, state: str, at: str = "2026-11-20 09:05", line: int = 2) -> Row:
    return Row(line, {"order_no": order_no, "cons_no": cons_no, "state": state, "at": at, "reference": "m7"})


def test_states_come_back_once_and_rows_add_up(db: Any, state: State, sent: dict[str, str]) -> None:
    given = [
        told(sent["1001"], "1001", "成功"),
        told(sent["1002"], "1002", "FAILED", "2026/11/20 9:05:33", 3),
        told(sent["1003"], "1003", "queued", line=4),
        told(sent["1003"], "1003", "", line=5),
        told(sent["1001"], "1002", "成功", line=6),
        told(sent["1001"][:-1] + "x", "1001", "成功", line=7),
        told(sent["1001"], "1001", "read", line=8),
        told(sent["1001"], "1001", "成功", "2026-11-20 18:01", 9),
        told(sent["1001"], "1001", "成功", "20/11/2026", 10),
        told(sent["1001"], "1001", "成功", "2026-11-19 09:00", 11),
        told("=1+1", "1001", "成功", line=12),
        told(sent["1001"], "8888", "成功", line=13),
    ]
    checked = message_states.check(db, state, (), RULES, given, NOW)
    assert [(r.cons_no, r.outcome, r.at_time) for r in checked.taken] == [
        ("1001", "message", "09:05"), ("1002", "failed", "09:05"), ("1003", "in_hand", "09:05"),
    ]  # fmt: skip
    assert [(r.row.line, r.reason) for r in checked.refused] == [
        (6, "order_other"), (7, "order"), (8, "state"), (9, "future"), (10, "at"), (11, "before"),
        (12, "formula"), (13, "customer"),
    ]  # fmt: skip
    assert len(checked.taken) + len(checked.refused) + checked.rest == len(given)
    kept = records.record(db, state, by("sun", COUNTY), checked.taken)
    again = records.record(db, state, by("sun", COUNTY), checked.taken)
    assert (kept.new, again.new, again.already) == (3, 0, 3)
    now = orders.order_states(state, 1).set_index("cons_no")["state"].to_dict()
    assert now == {"1001": "done", "1002": "failed", "1003": "issued"}
    away = message_states.check(db, state, (OTHER,), RULES, given[:3], NOW)
    assert {r.reason for r in away.refused} == {"customer"} and not away.taken


def test_what_is_in_hand_for_too_long_has_failed(
    db: Any, state: State, sent: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_TODAY", "2026-11-21")
    row = told(sent["1003"], "1003", "in hand")
    for hours, outcome in ((24, "in_hand"), (24.1, "failed")):
        now = datetime(2026, 11, 20, 9, 5) + pd.Timedelta(hours=hours)
        (made,) = message_states.check(db, state, (), RULES, [row], now).taken
        assert made.outcome == outcome
    records.record(db, state, by("sun"), message_states.check(db, state, (), RULES, [row], NOW).taken)
    assert message_states.too_long_in_hand(state, RULES, NOW) == []
    later = datetime(2026, 11, 21, 9, 6)
    (late,) = message_states.too_long_in_hand(state, RULES, later)
    assert (late.outcome, late.on_day, late.at_time) == ("failed", date(2026, 11, 21), "09:05")


def test_what_was_in_hand_fails_once(
    db: Any, state: State, sent: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = told(sent["1003"], "1003", "in hand")
    records.record(db, state, by("sun"), message_states.check(db, state, (), RULES, [row], NOW).taken)
    later = datetime(2026, 11, 22, 9, 0)
    monkeypatch.setenv("DENGTA_TODAY", later.date().isoformat())
    assert message_states.fail_too_long(db, state, by("sun"), RULES, later).new == 1
    assert message_states.fail_too_long(db, state, by("sun"), RULES, later).new == 0
    assert orders.order_states(state, 1).set_index("cons_no")["state"]["1003"] == "failed"
