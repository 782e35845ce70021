"""Tables longer than a page: a heading sorts all rows, a search goes over all and survives going back."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.customers import debt_lists
from dashboard.customers.choice import DEBT_COLUMNS, DEBT_MONEY, LISTS
from dashboard.frame.sidebar import word_of
from dashboard.recovery import ranking
from dashboard.words.i18n import Translator
from data.dimensions import FIELD_OF
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.customers import lists
from services.customers.customer_filters import Choice
from services.recovery import figures
from tests.architecture.source import name_of, nodes, python_files, text_of
from tests.dashboard.test_targets_page import fine, opened, said

T, DAY = Translator("zh"), date(2026, 11, 20)


@dataclass(frozen=True)
class Long:
    """One table that has pages: its module, its link, a column to sort by, and what the link calls things."""

    module: str
    page: str
    query: dict[str, str]
    column: str
    number: str = ""
    search: str = ""
    opens: str = ""


TABLES = {
    "list": Long(
        *("customers/listing", "customers", {"view": "list", "size": "200"}, "balance"),
        *("p", "list_search", "c"),
    ),
    **{
        view: Long(
            *("customers/debt_lists", "customers", {"view": view}, column),
            *(f"{view}_p", f"debts_{view}", "c"),
        )
        for view, column in (
            ("closed", "days_overdue"),
            ("in_transit", "days_waiting"),
            ("limit", "days_left"),
        )
    },
    "ranking": Long(
        *("recovery/ranking", "recovery", {"view": "ranking", "rank_level": "area"}, "billed"),
        *("rank_p", "ranking_search"),
    ),
}
UNSORTED = {"data_checks/quarantine"}
"""Pages of records as they came: no heading sorts them (decision 0144)."""


def debts(view: str, rows: int = 7) -> pd.DataFrame:
    """Debts that nobody has: every column of a list, in another order by each."""
    made: dict[str, Any] = {}
    for place, column in enumerate(DEBT_COLUMNS[view]):
        numbers = [(n * 3 + place) % rows for n in range(rows)]
        days = column.endswith("_on") or column in ("oldest_due", "last_demand")
        texts = column in ("cons_no", "name", "org_name", "class", "collector", "tg_no", "bill_no")
        made[column] = (
            [pd.Timestamp(DAY) - timedelta(n) for n in numbers]
            if days
            else [f"x{place}-{n}" for n in numbers]
            if texts
            else numbers
        )
    frame = pd.DataFrame(made).assign(rcvbl_ym=202601, cons_no=[f"900{n}" for n in range(rows)], overdue=5)
    return frame.sort_values(DEBT_MONEY[view], ascending=False, ignore_index=True)


@pytest.fixture
def small_pages(warehouse_env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows a page, and lists of debts that have several pages."""
    monkeypatch.setattr(debt_lists, "A_PAGE", 3)
    monkeypatch.setattr(ranking, "A_PAGE", 5)
    for view in LISTS:
        told = replace(debt_lists.LISTS[view], read=lambda page, view=view: debts(view))
        monkeypatch.setitem(debt_lists.LISTS, view, told)


def test_every_table_with_pages_is_held_here() -> None:
    paged = {
        name_of(path).removeprefix("dashboard/").removesuffix(".py")
        for path in python_files("dashboard")
        if ".pager" in text_of(path) and any(node.attr == "pager" for node in nodes(path, ast.Attribute))
    }
    assert paged == {table.module for table in TABLES.values()} | UNSORTED


def column_of(app: AppTest, column: str) -> list[Any]:
    """The values of a column of the first table, as shown."""
    return list(app.dataframe[0].value[column])


def click(app: AppTest, column: str) -> AppTest:
    """Click a heading of the first table."""
    app.session_state[app.dataframe[0].key] = {"selection": {"rows": [], "columns": [column], "cells": []}}
    return fine(app.run())


def pages_of(name: str, app: AppTest) -> list[list[Any]]:
    """The column that a table is sorted by, page by page, each asked for by its link."""
    table, found = TABLES[name], []
    query = {k: v[0] if isinstance(v, list) else v for k, v in app.query_params.items()}
    for number in range(1, 100):
        turned = opened(T, f"pages/{table.page}.py", **{**query, table.number: str(number)})
        if turned.query_params.get(table.number, ["1"]) not in ([str(number)], str(number)):
            return found
        found.append(column_of(turned, table.column))
    return found


@pytest.mark.parametrize("name", TABLES)
def test_a_heading_sorts_all_rows_both_ways(warehouse_env: Path, small_pages: None, name: str) -> None:
    table = TABLES[name]
    app = opened(T, f"pages/{table.page}.py", asof=DAY.isoformat(), **table.query)
    for falls in (True, False):
        parts = pages_of(name, click(app, table.column))
        assert len(parts) > 1 and len({len(part) for part in parts[:-1]}) == 1
        values = [v for part in parts for v in part]
        assert values == sorted(values, reverse=falls), f"{name} is not sorted {'down' if falls else 'up'}"
        assert len(set(values)) > 3, "nothing to sort"
        if name == "list":
            whole = lists.whole_list(open_snapshot(warehouse_env), Scope(DAY), Choice()).read_all()
            balance = sorted(whole.to_pandas()["balance"].fillna(0), reverse=falls)
            assert [round(float(v) * 100) for v in values] == [int(v) for v in balance], "not the whole list"


@pytest.mark.parametrize("name", [n for n, table in TABLES.items() if table.opens])
def test_a_search_goes_over_all_pages_and_survives_going_back(small_pages: None, name: str) -> None:
    table = TABLES[name]
    last = opened(T, f"pages/{table.page}.py", asof=DAY.isoformat(), **table.query, **{table.number: "2"})
    wanted = column_of(last, "cons_no")[-1]
    app = opened(T, f"pages/{table.page}.py", asof=DAY.isoformat(), **table.query)
    assert wanted not in column_of(app, "cons_no")
    fine(app.text_input(key=table.search).input(wanted).run())
    assert column_of(app, "cons_no") == [wanted] and wanted not in str(app.query_params)
    app.query_params[table.opens] = "xxxx"
    app.run()
    del app.query_params[table.opens]
    fine(app.run())
    assert app.text_input(key=table.search).value == wanted and column_of(app, "cons_no") == [wanted]


def test_each_list_keeps_its_own_order(small_pages: None) -> None:
    app = opened(T, "pages/customers.py", asof=DAY.isoformat(), view="limit")
    click(app, "days_left")
    app.query_params["view"] = "closed"
    fine(app.run())
    assert column_of(app, "open") == sorted(column_of(app, "open"), reverse=True)
    app.query_params["view"] = "limit"
    assert column_of(fine(app.run()), "days_left")[0] == 6, "the order was lost on the way"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("customers", {"view": "closed", "closed_by": "days_left"}),
        ("recovery", {"view": "ranking", "rank_col": "open"}),
    ],
)
def test_a_link_that_sorts_by_a_column_the_table_lacks_is_told_and_corrected(
    small_pages: None, page: str, query: dict[str, str]
) -> None:
    app = opened(T, f"pages/{page}.py", asof=DAY.isoformat(), **query)
    [asked] = set(query) - {"view"}
    assert T("links.heading") in said(app) and T(f"links.parameters.{asked}") in said(app)
    assert asked not in app.query_params


@pytest.mark.parametrize("language", ["zh", "en"])
def test_boxes_of_filters_find_by_number_too(warehouse_env: Path, language: str) -> None:
    db = open_snapshot(warehouse_env)
    staff, asked = figures.code_names(db)["reader"], lists.code_choices(db, Scope(DAY))["reader"]
    someone = figures.choices(db, "collector", (), 1)["key"].iloc[0]
    query = {"view": "list", "asof": DAY.isoformat(), "f": f"reader:{asked[0]}", "collector": someone}
    app = opened(Translator(language), "pages/customers.py", **query)
    app.session_state["filters_more"] = True
    fine(app.run())
    boxes = {box.label: list(box.options) for box in app.multiselect}
    for dimension, name in FIELD_OF.items():
        known = figures.choices(db, dimension, (), 5)
        label = word_of(Translator(language), name)
        for key in map(str, known["key"] if name != "owners" else ()):
            assert any(said.endswith(f"· {key}") for said in boxes[label]), (name, key)
    readers = boxes[Translator(language)("customers.filter.reader")]
    assert [f"{staff[code]} · {code}" for code in asked] == readers
