"""Messages of issued orders: counted, left out with the reason, in full only when that is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.collection import sending
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.state import CollectionRecord, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection import messages, orders, records
from services.collection.facts import facts_of
from services.collection.proposal import propose
from services.collection.proposed_orders import orders_of
from tests.actors import by
from tests.dashboard.test_collection_page import DAY, EN, POLICY, both, fine, opened, said


@pytest.fixture
def db(warehouse_env: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    monkeypatch.setenv("DENGTA_TODAY", DAY.isoformat())
    return open_snapshot(warehouse_env)


@pytest.fixture
def state(db: Snapshot, warehouse_env: Path) -> State:
    """A store of this test's own."""
    return State.open(warehouse_env)


def issued(db: Snapshot, state: State) -> pd.DataFrame:
    """Orders for an SMS to whom the proposal names, issued."""
    rows = orders_of(propose(db, POLICY, None, Scope(DAY)).rows).assign(action="sms", lawful_on=pd.NaT)
    batch = orders.propose_batch(state, by("li"), rows, POLICY, "x", as_of=DAY, snapshot=db.id)
    orders.issue(state, by("wang"), state.order_batch(batch.id), "seen")
    return orders.open_orders(state)


@both
def test_without_orders_nothing_is_sent(db: Snapshot, state: State, t: Translator) -> None:
    app = opened(t, view="messages")
    assert t("messages.nothing") in said(app)


@both
def test_what_is_sent_is_counted_and_who_gets_none_is_named(db: Any, state: State, t: Translator) -> None:
    rows = messages.to_write(db, issued(db, state), DAY)
    made = messages.preview(db, POLICY.collection, rows, DAY, t, t.language)
    app = opened(t, view="messages")
    fine(app.selectbox(key="messages_language").set_value(t.language).run())
    counts = {"count": f"{len(made.ready):,}", "parts": f"{made.parts:,}"}
    assert t("messages.ready", **counts, cost="⟧").partition("⟧")[0] in said(app)
    assert len(made.ready) + len(made.left) == len(rows) > 5
    if len(made.left):
        assert len(app.dataframe[0].value) == len(made.left)
    assert state.unmaskings() == [], "nobody looked at a full name yet"


def test_who_may_not_see_names_gets_no_file(db: Any, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    issued(db, state)
    clerk = replace(LOCAL_USER, permissions=frozenset({"collect"}))
    monkeypatch.setattr(signin, "LOCAL_USER", clerk)
    app = opened(EN, view="messages")
    assert EN("messages.may_not") in said(app)
    assert not app.get("download_button") or EN("messages.take") not in str(app.get("download_button"))


def test_what_is_in_hand_too_long_is_failed_by_a_button(
    db: Any, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = issued(db, state).iloc[0]
    told = CollectionRecord(
        str(order["cons_no"]), "delivery", DAY, "00:01", str(order["order_no"]), "in_hand", method="sms"
    )
    records.record(db, state, by("sun"), [told])
    app = opened(EN, view="messages")
    assert not [b for b in app.button if b.key == "messages_fail"]
    monkeypatch.setattr(sending, "_now", lambda: datetime(DAY.year, DAY.month, DAY.day + 1, 0, 2))
    monkeypatch.setenv("DENGTA_TODAY", DAY.replace(day=DAY.day + 1).isoformat())
    fine(app.run())
    fine(app.button(key="messages_fail").click().run())
    assert EN("messages.failed", count="1") in said(app)
    (failed,) = [r for r in records.of_customer(state, told.cons_no) if r.outcome == "failed"]
    assert (failed.at_time, failed.order_no) == ("00:01", told.order_no)
    for day, channels in ((DAY, {""}), (DAY.replace(day=DAY.day + 1), {"", "sms"})):
        read = facts_of(db, POLICY, state, Scope(day))
        assert set(read["failed_channels"]) == channels, "the run learns of it"


def test_states_are_brought_back_and_a_wrong_row_is_named(
    db: Any, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = issued(db, state).head(2).to_dict("records")
    lines = [
        "工单号,户号,状态,时间,回执号",
        f"{first['order_no']},{first['cons_no']},成功,2026-11-20 08:00,r1",
        f"{second['order_no']},{first['cons_no']},失败,2026-11-20 08:00,r2",
    ]
    monkeypatch.setattr(sending, "_now", lambda: datetime(2026, 11, 20, 9, 0))
    app = opened(EN, view="messages")
    fine(app.file_uploader[0].upload("states.csv", "\n".join(lines).encode(), "text/csv").run())
    assert EN("messages.refused.order_other") in app.dataframe[-1].value.to_string()
    label = EN("messages.confirm", count="1")
    fine(next(b for b in app.button if b.label == label).click().run())
    (kept,) = records.of_customer(state, str(first["cons_no"]))
    assert (kept.outcome, kept.reference, kept.at_time) == ("message", "r1", "08:00")
    left = orders.open_orders(state)["order_no"].tolist()
    assert first["order_no"] not in left and second["order_no"] in left
