"""The workbooks of collection: each order once to be filled in, sums of the rows, nothing whole or run."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from analytics.order_numbers import number
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.collection.proposal import propose
from services.collection.workbooks import RESULTS, WorkLists, work_lists, write_zip
from services.credit.policy_files import read_policy
from services.files.manifest import Manifest, labels_of

MADE_AT = datetime(2026, 11, 20, 8, 0)


def manifest(t: Translator) -> Manifest:
    return Manifest(
        t("collection_files.title"), as_of=date(2026, 11, 20), made_at=MADE_AT, labels=labels_of(t)
    )


@pytest.fixture(scope="module")
def proposed(sample_warehouse: Path) -> tuple[pd.DataFrame, WorkLists]:
    """The proposal of the sample's last day, with numbers."""
    with open_snapshot(sample_warehouse) as db:
        scope = Scope(db.meta.extract_on)
        rows = propose(db, read_policy(), None, scope).rows
        acts = rows["action"].astype(object) != "none"
        rows["order_no"] = ""
        rows.loc[acts, "order_no"] = [number(1, i + 1) for i in range(int(acts.sum()))]
        return rows, work_lists(db, scope, rows, Translator("zh"), str)


def books(lists: WorkLists, t: Translator) -> dict[str, Any]:
    out = io.BytesIO()
    write_zip(out, lists, manifest(t), t)
    with zipfile.ZipFile(out) as package:
        return {n: openpyxl.load_workbook(io.BytesIO(package.read(n))) for n in package.namelist()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_order_stands_once_to_be_filled_in_and_the_index_adds_up(
    proposed: tuple[pd.DataFrame, WorkLists], language: str
) -> None:
    rows, lists = proposed
    t = Translator(language)
    made = books(lists, t)
    index = list(made.pop("index.xlsx")[t("collection_files.index")].iter_rows(values_only=True))
    found: list[str] = []
    for (person, _, _, file, orders, *_), _row in zip(index[1:], made, strict=False):
        if file is None:
            continue
        book = made[file]
        mine = []
        for sheet in (t("collection_files.today"), t("collection_files.week")):
            lines = list(book[sheet].iter_rows(values_only=True))
            place = lines[0].index(t("columns.order_no"))
            mine += [line[place] for line in lines[1:] if line[place] and str(line[place]).startswith("G")]
        assert len(mine) == orders
        theirs = rows[rows["order_no"].isin(mine)]
        assert set(theirs["person"]) <= {person or ""}
        found += mine
        rules = book[t("collection_files.today")].data_validations.dataValidation
        if orders:
            words = [t(f"collection_rules.record_{r}") for r in RESULTS]
            assert [r.formula1 for r in rules] == ['"' + ",".join(words) + '"']
    assert sorted(found) == sorted(rows.loc[rows["order_no"] != "", "order_no"])


def test_nothing_is_whole_and_equal_lists_make_equal_bytes(proposed: tuple[pd.DataFrame, WorkLists]) -> None:
    t = Translator("zh")
    first, second = io.BytesIO(), io.BytesIO()
    write_zip(first, proposed[1], manifest(t), t)
    write_zip(second, proposed[1], manifest(t), t)
    assert first.getvalue() == second.getvalue()
    for name, book in books(proposed[1], t).items():
        for sheet in book:
            for line in sheet.iter_rows(values_only=True):
                assert not [c for c in line if isinstance(c, str) and re.fullmatch(r"1[3-9]\d{9}", c)], name


def test_hostile_words_stay_words_and_a_unit_stands_in_for_nobody(
    proposed: tuple[pd.DataFrame, WorkLists],
) -> None:
    t = Translator("en")
    orders = proposed[1].orders.head(2).copy()
    orders[["masked_name", "bill_lines"]] = "=cmd|'/c calc'!A1"
    orders["person"], orders["org_name"] = "", "../../etc/<a>"
    watched = proposed[1].watched.head(0)
    made = books(WorkLists(orders, watched), t)
    assert all("/" not in name and "<" not in name for name in made)
    cells = [c for b in made.values() for s in b for line in s.iter_rows(values_only=True) for c in line]
    formulas = [c for c in cells if isinstance(c, str) and c.startswith("=") and "SUBTOTAL" not in c]
    assert formulas == []


def test_nobody_to_call_makes_an_index_alone(proposed: tuple[pd.DataFrame, WorkLists]) -> None:
    none = WorkLists(proposed[1].orders.head(0), proposed[1].watched.head(0))
    assert list(books(none, Translator("zh"))) == ["index.xlsx"]
