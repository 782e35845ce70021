"""The page of collection: the day's list in its order, its filters, one row in words, its empty states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.collection_policy import NO_RULES
from analytics.policy import Policy
from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.collection import listing
from dashboard.nav import PAGES, ROOT
from dashboard.shared import store
from dashboard.words.i18n import LANGUAGES, Translator
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection import kept_proposal
from services.collection.proposal import propose
from services.collection.proposed_orders import orders_of
from services.credit.policy_files import read_policy

POLICY = read_policy()
DAY = date(2026, 11, 20)
SPEAKS = [Translator(language) for language in LANGUAGES]
both = pytest.mark.parametrize("t", SPEAKS, ids=LANGUAGES)
ZH, EN = SPEAKS


@pytest.fixture
def db(warehouse_env: Path) -> Snapshot:
    return open_snapshot(warehouse_env)


def opened(t: Translator, **query: str) -> AppTest:
    """The page, drawn."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page(next(p.path for p in PAGES if p.key == "collection"))
    for name, value in {"lang": t.language, **query}.items():
        app.query_params[name] = value
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    """Nothing broke."""
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    return app


def said(app: AppTest) -> str:
    """The sentences on the page."""
    kinds = ("success", "warning", "caption", "info", "markdown")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


def rows_of(db: Snapshot, policy: Policy = POLICY, scope: Scope | None = None) -> list[dict[str, Any]]:
    """The orders of the day in plain Python: by what a minute brings, what is owed, the number."""
    rows = propose(db, policy, None, scope or Scope(db.meta.extract_on)).rows.to_dict("records")
    acts = [r for r in rows if r["action"] != "none"]
    return sorted(
        acts, key=lambda r: (-(r["expected_yuan"] / r["effort_minutes"]), -r["owed_now"], r["cons_no"])
    )


@both
def test_the_list_is_the_proposal_by_what_a_minute_brings(db: Snapshot, t: Translator) -> None:
    wanted = rows_of(db)
    shown = opened(t).dataframe[0].value
    assert len(wanted) > 12 and list(shown["cons_no"]) == [r["cons_no"] for r in wanted][:500]
    assert [round(v * 100) for v in shown["owed_now"]] == [r["owed_now"] for r in wanted][:500]
    assert list(shown["rank"]) == list(range(1, len(shown) + 1))
    words = {r["action"]: t(f"collection_rules.action_{r['action']}") for r in wanted}
    assert list(shown["action_name"]) == [words[r["action"]] for r in wanted][:500]


def test_a_person_and_an_action_narrow_the_list_and_stand_in_the_link(db: Snapshot) -> None:
    wanted = rows_of(db)
    person, action = wanted[1]["person"], wanted[1]["action"]
    mine = [r["cons_no"] for r in wanted if r["person"] == person and r["action"] == action]
    app = opened(ZH, person=person, action=action)
    assert list(app.dataframe[0].value["cons_no"]) == mine and 0 < len(mine) < len(wanted)
    app.selectbox(key="select_collection_person").set_value("all").run()
    assert "person" not in app.query_params
    assert len(fine(app).dataframe[0].value) == sum(r["action"] == action for r in wanted)


def test_who_is_not_called_is_listed_by_why(db: Snapshot) -> None:
    rows = propose(db, POLICY, None, Scope(db.meta.extract_on)).rows
    least = set(rows[(rows["state"] == "below_least")]["cons_no"])
    refused = set(rows[rows["refused_action"] != ""]["cons_no"])
    assert least and refused
    assert set(opened(ZH, show="below_least").dataframe[0].value["cons_no"]) == least
    assert set(opened(EN, show="refused").dataframe[0].value["cons_no"]) == refused
    assert ZH("collection.none_of_these") in said(opened(ZH, show="suspended"))


@both
def test_a_heading_sorts_all_rows_before_they_are_cut(
    db: Snapshot, t: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SHOWN_ROWS", 3)
    amounts = [r["owed_now"] for r in rows_of(db)]
    app = opened(t)
    assert t("collection.first_rows", shown="3", rows=str(len(amounts))) in said(app)
    for falls in (True, False):
        key = app.dataframe[0].key
        app.session_state[key] = {"selection": {"rows": [], "columns": ["owed_now"], "cells": []}}
        fine(app.run())
        shown = [round(v * 100) for v in app.dataframe[0].value["owed_now"]]
        assert shown == sorted(amounts, reverse=falls)[:3]


@both
def test_a_row_says_its_rule_what_is_not_lawful_and_the_money(db: Snapshot, t: Translator) -> None:
    wanted = rows_of(db)
    at, row = next((i, r) for i, r in enumerate(wanted) if r["refused_action"])
    app = opened(t)
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": [at], "columns": [], "cells": []}}
    told = said(fine(app.run()))
    assert t("collection.detail_title", cons_no=row["cons_no"]) in told
    refused, article = row["refused_why"].split(": ")
    assert t(f"collection_rules.refused_{refused}") in told and article in told
    assert f"{row['late_fee'] / 100:,.2f}" in told and f"{row['owed_now'] / 100:,.2f}" in told
    days = app.dataframe[1].value
    assert pd.Timestamp(days["lawful_on"].iloc[0]).date() == row["lawful_phone"].date()
    assert days["lawful_on"].isna().iloc[5] and pd.isna(row["lawful_stop"])


def test_data_too_old_to_call_by_are_refused(db: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.collection.draft.day_of", lambda db: date(2026, 11, 28))
    app = opened(ZH)
    assert not app.dataframe and not app.metric
    assert ZH("errors.collection_stale", extract_on="2026年11月20日", days=8, most=7) in said(app)
    monkeypatch.setattr("dashboard.collection.draft.day_of", lambda db: date(2026, 11, 27))
    assert opened(ZH).dataframe


@both
def test_without_rules_nothing_is_proposed(
    db: Snapshot, t: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(POLICY, collection=replace(POLICY.collection, rules=NO_RULES))
    monkeypatch.setattr(store, "policy", lambda: bare)
    app = opened(t)
    assert not app.dataframe and t("collection.no_rules") in said(app)


def test_nobody_who_owes_is_a_designed_state(db: Snapshot) -> None:
    app = opened(ZH, asof="2024-09-05")
    assert (
        not app.dataframe and not app.metric and ZH("collection.nobody_owes", day="2024年9月5日") in said(app)
    )


def test_a_reader_of_a_unit_sees_its_customers_alone(db: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = rows_of(db)
    unit = wanted[0]["org_no"]
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(unit,)))
    mine = [r["cons_no"] for r in rows_of(db, scope=Scope(DAY, allowed_orgs=(unit,)))]
    assert list(opened(ZH).dataframe[0].value["cons_no"]) == mine
    assert 0 < len(mine) < len(wanted)


def test_many_customers_are_asked_about_first_and_then_kept(
    db: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.collection.made.AT_ONCE", 10)
    asked = {"asof": "2026-10-30"}
    app = opened(ZH, **asked)
    assert not app.dataframe and [b.label for b in app.button if b.key == "make_proposal"]
    path = kept_proposal.proposal_path(db, POLICY, None, Scope(date(2026, 10, 30)))
    assert not kept_proposal.is_made(path)
    kept_proposal.keep_proposal(db, POLICY, None, Scope(date(2026, 10, 30)))
    monkeypatch.setattr(kept_proposal, "propose", None)
    assert opened(ZH, **asked).dataframe, "made again"


def test_a_kept_proposal_is_the_proposal_in_the_order_of_its_orders(db: Snapshot) -> None:
    made = propose(db, POLICY, None, Scope(DAY))
    kept = kept_proposal.read_proposal(kept_proposal.keep_proposal(db, POLICY, None, Scope(DAY)))
    acts = kept.rows[kept.rows["action"].ne("none")]
    assert kept.totals == made.totals and len(kept.rows) < len(made.rows)
    assert (
        list(acts["cons_no"]) == list(orders_of(made.rows)["cons_no"]) == [r["cons_no"] for r in rows_of(db)]
    )
    owing = (made.rows["open"] > 0) | (made.rows["late_fee"] > 0)
    assert set(kept.rows["cons_no"]) == set(made.rows["cons_no"][owing])
