"""The lists of debts by yuan on the customers page: totals, masked names, search, opening a customer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.policy import RecoveryRules
from dashboard.customers import debt_lists as page_of_lists
from dashboard.customers.choice import LISTS
from dashboard.tables import downloads
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.customers import debts
from services.recovery import figures
from tests.dashboard.test_targets_page import fine, opened, said

both = pytest.mark.parametrize("t", [Translator(language) for language in LANGUAGES], ids=LANGUAGES)
DAY = date(2026, 11, 20)
LISTS_OF_PAGE = page_of_lists.LISTS


def heading(app: AppTest, column: str) -> None:
    """Click a heading of the first table."""
    app.session_state[app.dataframe[0].key] = {"selection": {"rows": [], "columns": [column], "cells": []}}


@both
def test_closed_accounts_tie_to_the_overview_and_open_on_a_click(
    warehouse_env: Path, t: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, fmt = open_snapshot(warehouse_env), Format(t)
    rows = debts.closed_debtors(db, Scope(DAY))
    app = opened(t, "pages/customers.py", view="closed", asof=DAY.isoformat())
    now = figures.arrears(db, Scope(DAY))
    for amount in (rows["open"].sum(), rows["overdue"].sum(), now.balance.amount, now.overdue.amount):
        assert fmt.money(int(amount)) in said(app)
    shown = app.dataframe[0].value
    assert shown["cons_no"].tolist() == rows["cons_no"].tolist()[:100]
    persons = [n for n in rows["name"] if len(str(n)) in (2, 3)]
    assert not set(persons) & set(shown["name"]), "a person's name stands in clear"
    kept: list[Any] = []
    made = downloads.manifest_of
    monkeypatch.setattr(downloads, "manifest_of", lambda *a, **k: kept.append(made(*a, **k)) or kept[-1])
    app.text_input(key="debts_closed").input(rows["cons_no"].iloc[-1])
    assert app.run().dataframe[0].value["cons_no"].tolist() == [rows["cons_no"].iloc[-1]]
    assert rows["cons_no"].iloc[-1] not in str(app.query_params)
    assert any(t("customers.list.searched") in m.filters for m in kept), "a file of hits reads as all of them"
    app.text_input(key="debts_closed").input("")
    heading(app.run(), "days_overdue")
    assert app.run().dataframe[0].value["days_overdue"].is_monotonic_decreasing
    assert app.dataframe[0].value["days_overdue"].iloc[0] == rows["days_overdue"].max()
    heading(app, "days_overdue")
    oldest = app.run().dataframe[0].value["days_overdue"]
    assert oldest.is_monotonic_increasing and oldest.iloc[0] == rows["days_overdue"].min()
    staff = figures.code_names(db)["collector"]
    first = rows.set_index("cons_no").loc[app.dataframe[0].value["cons_no"].iloc[0]]
    assert app.dataframe[0].value["collector"].iloc[0] == staff.get(first["collector"], first["collector"])
    app.session_state[app.dataframe[0].key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    fine(app.run())
    assert app.query_params.get("c"), "the row opened nobody"


@both
@pytest.mark.parametrize("view", ["in_transit", "limit"])
def test_the_other_lists_are_drawn_or_say_that_nothing_is_there(
    warehouse_env: Path, t: Translator, view: str
) -> None:
    app = opened(t, "pages/customers.py", view=view, asof=DAY.isoformat())
    empty = t(f"debt_lists.{view}.nothing") in said(app)
    assert empty == (not app.dataframe)
    assert "⟦" not in said(app)


@both
def test_nothing_late_is_said_to_be_nothing(t: Translator) -> None:
    page: Any = SimpleNamespace(t=t, fmt=Format(t))
    sums = debts.ListSums(2, 2, 30_000, 0)
    rows = pd.DataFrame({"days_waiting": [3, 4], "days_left": [5, 90], "amount": 15_000, "open": 15_000})
    for view, key in (("in_transit", "none_late"), ("limit", "none_past")):
        told = LISTS_OF_PAGE[view].says(page, rows, sums)["told"]
        assert told == t(f"debt_lists.{view}.{key}", booked_within=str(page_of_lists.BOOKED_WITHIN))
        assert "0.00" not in told
    rows = rows.assign(days_waiting=[3, 400], days_left=[-1, 90])
    for view in ("in_transit", "limit"):
        told = LISTS_OF_PAGE[view].says(page, rows, sums)["told"]
        assert "**1**" in told and page.fmt.money(15_000) in told


def test_each_list_turns_its_own_pages_and_says_that_no_demand_is_on_record(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    t = Translator("zh")
    monkeypatch.setattr(page_of_lists, "A_PAGE", 2)
    for view in LISTS:
        first = opened(t, "pages/customers.py", view=view, asof=DAY.isoformat(), p="2", closed_p="9999")
        shown = first.dataframe[0].value if first.dataframe else None
        if view == "closed":
            rows = debts.closed_debtors(open_snapshot(warehouse_env), Scope(DAY))
            assert shown is not None
            assert shown["cons_no"].tolist() == rows["cons_no"].tolist()[-len(shown) :]
        elif view == "limit" and shown is not None:
            assert len(shown) and shown["last_demand"].isna().all()
            assert t("debt_lists.last_demand_help") in first.dataframe[0].proto.columns
            rows = figures.claims_near_limit(open_snapshot(warehouse_env), Scope(DAY), RecoveryRules())
            assert shown["cons_no"].tolist() == rows["cons_no"].tolist()[:2], "another list's page was taken"
