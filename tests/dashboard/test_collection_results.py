"""What came of collection on its page: how far orders came, promises, work by person, restoring."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.words.i18n import Translator
from data.ask import collection_queries as queries
from data.scope import Scope
from data.state import CollectionRecord, State
from data.warehouse.snapshots import Snapshot
from services.collection import effects, funnel, orders, records, restores, retraction
from tests.actors import by
from tests.dashboard.test_collection_batches import button, db, kept, state
from tests.dashboard.test_collection_page import DAY, EN, POLICY, ZH, both, fine, opened, said

__all__ = ["db", "state"]


@pytest.fixture
def worked(db: Snapshot, state: State) -> pd.DataFrame:
    """A batch in which the first order was struck, the next done, failed, paid and promised."""
    batch = kept(db, state)
    rows = orders.order_states(state, batch.id)
    orders.strike(state, by("wang"), batch.id, [int(rows["place"].iloc[0])], "agreed")
    orders.issue(state, by("wang"), state.order_batch(batch.id), "go")
    for at, (kind, outcome) in enumerate(
        (("contact", "reached"), ("visit", "failed"), ("paid", "")), start=1
    ):
        row = rows.iloc[at]
        told = CollectionRecord(row["cons_no"], kind, DAY, order_no=row["order_no"], outcome=outcome)
        records.record(db, state, by("wang"), [told])
    promise = CollectionRecord(
        str(rows["cons_no"].iloc[4]), "promise", DAY, until=date(2026, 12, 10), amount=100
    )
    records.record(db, state, by("wang"), [promise])
    retraction.retract(db, state, by("wang"), POLICY)
    return rows


def test_the_funnel_counts_each_order_once(worked: pd.DataFrame, db: Snapshot, state: State) -> None:
    made = funnel.funnel(state, DAY, DAY).set_index("action")
    wanted = {a: dict.fromkeys((*funnel.STEPS, "owed"), 0) for a in worked["action"].unique()}
    fates = ["struck", "done", "failed", "done", "retracted", *["open_orders"] * (len(worked) - 5)]
    for row, fate in zip(worked.to_dict("records"), fates, strict=True):
        of = wanted[row["action"]]
        of["proposed"] += 1
        of[fate] += 1
        of["issued"] += fate != "struck"
        of["owed"] += row["owed_now"] if fate != "struck" else 0
    wanted[worked["action"].iloc[3]]["paid"] += 1
    assert made.to_dict("index") == wanted
    assert funnel.funnel(state, date(2026, 11, 21), date(2026, 12, 1)).empty
    unit = str(worked["org_no"].iloc[0])
    assert funnel.funnel(state, DAY, DAY, (unit,))["proposed"].sum() == sum(
        worked["org_no"].str.startswith(unit)
    )
    orders.withdraw(state, by("wang"), 1, "no")
    assert funnel.funnel(state, DAY, DAY).empty


def test_a_promise_is_kept_by_money_that_came_by_its_day(db: Snapshot, state: State) -> None:
    told, until = date(2026, 8, 10), date(2026, 9, 30)
    money = queries.came(db, Scope(until), told)
    whole = money[(money["came"] == money["owed"]) & (money["owed"] > 0)].iloc[0]
    part = money[(money["came"] > 0) & (money["came"] < money["owed"])]
    none = money[money["came"] == 0].iloc[0]
    wanted = {str(whole["cons_no"]): "kept", str(none["cons_no"]): "broken"}
    given = [CollectionRecord(n, "promise", told, until=until) for n in wanted]
    for row in part.to_dict("records")[:1]:
        wanted[row["cons_no"]] = "kept"
        given.append(CollectionRecord(row["cons_no"], "promise", told, until=until, amount=row["came"]))
    running = str(money["cons_no"].iloc[-1])
    if running not in wanted:
        wanted[running] = "running"
        given.append(CollectionRecord(running, "promise", DAY, until=date(2026, 12, 30), amount=10**12))
    records.record(db, state, by("wang"), given)
    made = funnel.promises(db, POLICY, state, DAY, 90).set_index("cons_no")
    assert made["kept"].to_dict() == wanted
    assert made.loc[str(whole["cons_no"]), "came"] == whole["came"]
    assert set(funnel.promises(db, POLICY, state, DAY, 20).index) == {0}, "older than was asked"


@both
def test_the_page_shows_what_was_done_and_its_sums(
    worked: pd.DataFrame, db: Snapshot, state: State, t: Translator
) -> None:
    app = opened(t, view="results", days="30")
    steps, people, promised = (app.dataframe[i].value for i in range(3))
    assert list(steps.iloc[-1][["proposed", "issued", "done", "failed", "retracted", "struck", "paid"]]) == [
        len(worked),
        len(worked) - 1,
        2,
        1,
        1,
        1,
        1,
    ]
    assert people["issued"].iloc[-1] == people["issued"].iloc[:-1].sum() == len(worked) - 1
    assert people["issued_owed"].iloc[-1] == pytest.approx(people["issued_owed"].iloc[:-1].sum(), abs=0.02)
    assert list(promised["kept_word"]) == [t("collection.kept_words.running")]
    late = restores.restores(db, POLICY, state, Scope(DAY), pd.Timestamp("2036-01-01").to_pydatetime())
    assert len(late) == 0 or t("collection.to_restore", count=str(len(late)), late="0") in said(app)


def test_who_has_paid_and_is_cut_leads_to_the_record_of_restoring(db: Snapshot, state: State) -> None:
    app = opened(ZH, view="results")
    assert ZH("collection.nothing_yet") in said(app)
    waiting = restores.restores(db, POLICY, state, Scope(DAY), pd.Timestamp("2026-12-01").to_pydatetime())
    if waiting.empty:
        assert ZH("collection.none_to_restore") in said(app)
        return
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    fine(app.run())
    assert app.text_input(key="collection_record_no").value == waiting["cons_no"].iloc[0]
    assert app.selectbox(key="select_collection_kind").value == "restore"


def test_a_batch_of_today_has_no_days_to_compare_yet(
    worked: pd.DataFrame, db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(EN, view="results")
    fine(button(app, EN("collection.compare")).click().run())
    assert EN("collection.no_days_yet") in said(app)
    found = effects.Effect(1, DAY, DAY, DAY, EFFECT, {"phone": EFFECT}, 321)
    monkeypatch.setattr(effects, "of_batch", lambda *a: found)
    orders.strike(state, by("wang"), 1, [int(worked["place"].iloc[7])], "no")
    app = opened(EN, view="results")
    fine(button(app, EN("collection.compare")).click().run())
    assert EN("collection.observation") in said(app)
    shown = app.dataframe[-1].value
    assert list(shown["action_name"]) == [EN("collection.all_actions"), EN("collection_rules.action_phone")]
    assert list(shown["others"]) == [40, 40]


EFFECT = effects.Compared(50, 100_000, 30, 80_000, 40, 0.5, 0.4, 0.1, -0.02, 0.22)


def test_nothing_kept_makes_no_store(db: Snapshot, warehouse_env: Path) -> None:
    assert ZH("collection.nothing_yet") in said(opened(ZH, view="results"))
    assert not (warehouse_env / "state.db").exists()


def test_a_link_widens_no_readers_units(
    worked: pd.DataFrame, db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = str(worked["org_no"].iloc[0])
    others = sorted({str(o) for o in worked["org_no"] if not str(o).startswith(unit)})
    assert others
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(unit,)))
    mine = int(worked["org_no"].str.startswith(unit).sum())
    for asked in ({}, {"org": unit}):
        shown = opened(ZH, view="results", **asked).dataframe[0].value
        assert shown["proposed"].iloc[-1] == mine, asked
    assert ZH("collection_rules.action_phone") not in str(
        [d.value for d in opened(ZH, view="results", org=others[0]).dataframe]
    )
    today = opened(ZH, org=others[0])
    assert not [d for d in today.dataframe if "order_no" in d.value and len(d.value)]
