"""A list of collection kept, reviewed, issued and taken back on its page; who may not; two people at once."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER, PERMISSIONS, User
from dashboard.collection import work_files
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.state import Batch, CollectionRecord, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection import orders, records, retraction
from services.collection.proposal import propose
from services.collection.proposed_orders import as_batch
from tests.actors import by
from tests.dashboard.test_collection_page import DAY, EN, POLICY, ZH, both, fine, opened, said

CHANGE = "collection_change_why"


@pytest.fixture
def db(warehouse_env: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The sample, on its own day."""
    monkeypatch.setenv("DENGTA_TODAY", DAY.isoformat())
    return open_snapshot(warehouse_env)


@pytest.fixture
def state(db: Snapshot, warehouse_env: Path) -> State:
    """A store of this test's own."""
    return State.open(warehouse_env)


def kept(db: Snapshot, state: State, why: str = "morning") -> Batch:
    """The day's proposal, kept by somebody else."""
    made = as_batch(state, by("wang"), propose(db, POLICY, state, Scope(DAY)), POLICY, Scope(DAY), db.id, why)
    assert made.batch is not None
    return made.batch


def button(app: AppTest, label: str) -> Any:
    """A button by its words."""
    return next(b for b in app.button if b.label == label)


def listed(app: AppTest) -> pd.DataFrame:
    """The orders that the page lists."""
    return app.dataframe[0].value


def tick(app: AppTest, *rows: int) -> AppTest:
    """Tick rows of the list."""
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return fine(app.run())


def press(app: AppTest, key: str, why: str, label: str) -> AppTest:
    """Type the reason, and press."""
    app.text_input(key=key).input(why)
    return fine(button(app, label).click().run())


@both
def test_a_proposal_is_kept_reviewed_issued_and_taken_back(db: Snapshot, state: State, t: Translator) -> None:
    app = opened(t)
    wanted = list(listed(app)["cons_no"])
    press(app, "collection_keep_why", "morning", t("collection.keep"))
    assert t("collection.kept", number=1, count=str(len(wanted))) in said(app)
    assert list(listed(app)["cons_no"]) == wanted and len(set(listed(app)["order_no"])) == len(wanted)
    press(tick(app, 3, 5), CHANGE, "the mayor's", t("collection.first", count="2"))
    moved = [wanted[3], wanted[5], *wanted[:3], wanted[4], *wanted[6:]]
    assert list(listed(app)["cons_no"]) == moved
    press(tick(app, 0), CHANGE, "agreed by phone", t("collection.strike", count="1"))
    assert list(listed(app)["state_name"][:2]) == [
        t("collection_rules.order_struck"),
        t("collection_rules.order_proposed"),
    ]
    assert listed(app)["state_why"][0] == "agreed by phone"
    press(app, "collection_proposed_why_1", "looked at", t("collection.issue"))
    assert state.order_batch(1).status == "issued" and t("collection.issued", number=1) in said(app)
    states = orders.order_states(state, 1).set_index("cons_no")["state"]
    assert states[moved[0]] == "struck" and set(states.drop(moved[0])) == {"issued"}
    press(app, "collection_issued_why_1", "wrong day", t("collection.withdraw"))
    assert state.order_batch(1).status == "withdrawn" and t("collection.withdrawn", number=1) in said(app)
    assert [a.why for a in state.order_batch(1).acts if a.kind in ("issue", "withdraw")] == [
        "looked at",
        "wrong day",
    ]


def test_nothing_is_decided_without_a_reason(db: Snapshot, state: State) -> None:
    batch = kept(db, state)
    app = press(opened(ZH), f"collection_proposed_why_{batch.id}", " ", ZH("collection.issue"))
    assert len(app.warning) == 1 and state.order_batch(batch.id).status == "proposed"
    app = press(tick(opened(ZH), 0), CHANGE, "", ZH("collection.strike", count="1"))
    assert len(app.warning) == 1 and set(orders.order_states(state, batch.id)["state"]) == {"proposed"}


def test_what_changed_since_it_was_seen_must_be_looked_at_again(db: Snapshot, state: State) -> None:
    batch = kept(db, state)
    app = opened(ZH)
    orders.strike(state, by("li"), batch.id, [1], "paid at the counter")
    press(app, f"collection_proposed_why_{batch.id}", "looked at", ZH("collection.issue"))
    assert state.order_batch(batch.id).status == "proposed" and len(app.warning) == 1
    press(app, f"collection_proposed_why_{batch.id}", "looked at again", ZH("collection.issue"))
    assert state.order_batch(batch.id).status == "issued"


def test_who_may_not_sees_the_list_and_why(
    db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = frozenset(PERMISSIONS) - {"collect", "issue"}
    monkeypatch.setattr(signin, "user_or_stop", lambda t: User("chen", (), rights))
    app = opened(EN)
    assert EN("collection.may_not_issue") in said(app) and not app.text_input
    kept(db, state)
    app = opened(EN)
    assert len(listed(app)) and not app.text_input
    assert EN("collection.may_not_issue") in said(app) and EN("collection.may_not_collect") in said(app)


def test_a_reader_of_a_unit_sees_and_changes_its_orders_alone(
    db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = kept(db, state)
    everybody = orders.order_states(state, batch.id)
    unit = str(everybody["org_no"].iloc[0])
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(unit,)))
    app = opened(ZH)
    mine = everybody[everybody["org_no"].str.startswith(unit)]
    assert list(listed(app)["cons_no"]) == list(mine["cons_no"]) and 0 < len(mine) < len(everybody)
    press(app, f"collection_proposed_why_{batch.id}", "mine", ZH("collection.issue"))
    assert state.order_batch(batch.id).status == "proposed" and len(app.warning) == 1
    press(tick(opened(ZH), 0), CHANGE, "moved", ZH("collection.strike", count="1"))
    after = orders.order_states(state, batch.id).set_index("cons_no")["state"]
    assert list(after[after == "struck"].index) == [mine["cons_no"].iloc[0]]


def test_an_order_says_its_rule_and_the_lawful_days(db: Snapshot, state: State) -> None:
    kept(db, state)
    app = tick(opened(ZH), 0)
    first = listed(app).iloc[0]
    assert ZH("collection.detail_title", cons_no=first["cons_no"]) in said(app)
    assert first["rule_name"] in said(app).replace("\\", "")
    assert len(app.dataframe) == 2, "no lawful days"


@both
def test_what_the_load_took_back_is_listed(db: Snapshot, state: State, t: Translator) -> None:
    batch = kept(db, state)
    assert t("collection.none_retracted") in said(opened(t))
    orders.issue(state, by("wang"), batch, "go")
    rows = orders.order_states(state, batch.id)
    promised = str(rows["cons_no"].iloc[4])
    told = CollectionRecord(promised, "promise", DAY, until=date(2026, 11, 30))
    records.record(db, state, by("wang"), [told])
    retraction.retract(db, state, by("wang"), POLICY)
    app = opened(t)
    shown = app.dataframe[-1].value
    assert list(shown["cons_no"]) == [promised]
    assert list(shown["retracted_why"]) == [t("collection.retracted_why.promise")]
    assert t("collection.retracted", count="1", stops="0") in said(app)


def test_an_older_batch_and_the_new_proposal_stay_in_reach(db: Snapshot, state: State) -> None:
    batch = kept(db, state)
    assert list(opened(ZH).selectbox(key="select_collection_list").options) == [
        ZH(
            "collection.batch_name",
            number=1,
            day="2026年11月20日",
            status=ZH("collection_rules.batch_proposed"),
        ),
        ZH("collection.new_list", day="2026年11月20日"),
    ]
    app = opened(ZH, list="new")
    assert "order_no" not in listed(app) and app.text_input(key="collection_keep_why")
    orders.withdraw(state, by("wang"), batch.id, "no")
    assert "order_no" not in listed(opened(ZH)), "a batch that was taken back is shown first"
    assert "order_no" in listed(opened(ZH, list="1"))


def filled_in(content: bytes, numbers: set[str], result: str) -> bytes:
    """A collector's workbook with a result for some orders, wherever they stand."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        heads = {str(c.value): c.column for row in sheet.iter_rows(max_row=12) for c in row if c.value}
        at = {key: heads.get(ZH(f"columns.{key}")) for key in ("order_no", "result", "result_on")}
        for line in range(1, sheet.max_row + 1) if all(at.values()) else ():
            if sheet.cell(line, at["order_no"]).value in numbers:
                sheet.cell(line, at["result"]).value = result
                sheet.cell(line, at["result_on"]).value = DAY
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_work_lists_go_out_in_their_order_and_come_back_filled_in(
    db: Snapshot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = kept(db, state)
    before = orders.order_states(state, batch.id)
    person = before["person"].value_counts().index[0]
    mine = [int(p) for p in before["place"][before["person"] == person]]
    orders.rank(state, by("wang"), batch.id, [mine[2], mine[0], mine[1]], "the mayor's")
    orders.strike(state, by("wang"), batch.id, [mine[1]], "agreed")
    orders.issue(state, by("wang"), state.order_batch(batch.id), "go")
    made: list[Any] = []
    monkeypatch.setattr(work_files, "download_made", lambda *a, **k: made.append(a[4]))
    app = opened(ZH)
    [make] = made
    rows = orders.order_states(state, batch.id)
    wanted = [
        n for n, p in zip(rows["order_no"], rows["place"], strict=True) if int(p) in mine and p != mine[1]
    ]
    with zipfile.ZipFile(io.BytesIO(make())) as package:
        names = package.namelist()
        assert "index.xlsx" in names and len(names) == before["person"].nunique() + 1
        book = package.read(next(n for n in names if str(person) in n))
    listed_numbers = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(book)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("G0")
    ]
    assert list(dict.fromkeys(listed_numbers)) == wanted
    result = ZH("collection_rules.record_reached")
    app.get("file_uploader")[0].upload("back.xlsx", filled_in(book, set(wanted[:2]), result)).run()
    fine(next(b for b in app.button if b.icon == ":material/done_all:").click().run())
    states = orders.order_states(state, batch.id).set_index("order_no")["state"]
    assert set(states[wanted[:2]]) == {"done"} and set(states[wanted[2:]]) <= {"issued"}
