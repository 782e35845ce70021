"""The rules for workbooks find each fault they are there for, and the list of totals names real files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.nav import ROOT
from dashboard.words.i18n import Translator
from services.files.adding_up import EVERY, TABLES, adding
from services.files.columns import KINDS
from services.files.exports import Column, Manifest, Sheet, to_bytes, write_csv, write_workbook
from services.files.kinds import ADDITIVE
from services.files.manifest import labels_of
from services.recovery.run_off import OUTLOOK
from tests.dashboard.file_rules import Offered, broken_rules, opened_once

T = Translator("zh")
COLUMNS = (
    Column("no", "户号"),
    Column("grade", "信用等级", "code", {"A": "A 优秀", "none": "未评级"}),
    Column("owed", "逾期欠费（元）", "money", adds=True),
    Column("bills", "账单数", "count", adds=True),
    Column("rate", "回收率", "rate"),
    Column("ym", "应收年月", "month"),
    Column("due", "缴费截止日", "date"),
)
ROWS = pd.DataFrame(
    {
        "no": ["0012345678", "2"],
        "grade": ["A", None],
        "owed": [123456, 5],
        "bills": [2, 1],
        "rate": [0.5, float("nan")],
        "ym": [202610, 202609],
        "due": [date(2026, 11, 15), None],
    }
)
MANIFEST = Manifest(
    "清单",
    as_of=date(2026, 11, 20),
    policy="默认方案 1a2b3c4d",
    made_at=datetime(2026, 11, 21, 9, 30),
    labels=labels_of(T),
    day=T.day,
)
NAME = "清单_城区所_20261120.xlsx"
Spoil = Callable[[Worksheet], Any]


def offered(spoil: Spoil | None = None, manifest: Manifest = MANIFEST, name: str = NAME) -> Offered:
    def make() -> bytes:
        made = to_bytes(lambda out: write_workbook(out, [Sheet("清单", COLUMNS, ROWS)], manifest))
        if spoil is None:
            return made
        book = openpyxl.load_workbook(io.BytesIO(made))
        spoil(book.worksheets[0])
        return to_bytes(book.save)

    return Offered("list", name, make)


def put(cell: str, value: object, form: str | None = None) -> Spoil:
    def spoil(sheet: Worksheet) -> None:
        sheet[cell].value = value
        sheet[cell].number_format = form or sheet[cell].number_format

    return spoil


def test_a_good_workbook_breaks_no_rule() -> None:
    assert broken_rules(offered()) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (put("A2", False), "is no word"),
        (put("G2", "2026年11月15日"), "is a day as text"),
        (put("G2", "2026-11-21 至 2027-11-20"), "is a day as text"),
        (put("G2", "21 Nov 2026"), "is a day as text"),
        (put("F2", "202610"), "is a day as text"),
        (put("F2", datetime(2026, 10, 1), "General"), "has no number format"),
        (put("B3", None), "has blank cells"),
        (put("C2", 1234.56, "General"), "has no number format"),
        (put("C2", 1234.56, "#,##0"), "several kinds"),
        (put("D2", 2, "#,##0.00"), "has the format #,##0.00"),
        (put("E2", "50.00%"), "is a number as text"),
        (put("D2", "1,234"), "is a number as text"),
        (put("A2", "=HYPERLINK(1)"), "holds the formula"),
        (put("C4", "=SUM(C2:C3)"), "holds the formula"),
        (put("E4", "=SUBTOTAL(109,E2:E3)"), "says"),
        (put("C1", "overdue"), "is not in the reader's language"),
        (put("C1", "账单数"), "called alike"),
        (lambda sheet: setattr(sheet, "freeze_panes", None), "does not hold its headings"),
        (lambda sheet: setattr(sheet.page_setup, "orientation", "portrait"), "prints upright"),
        (lambda sheet: setattr(sheet.auto_filter, "ref", "A1:G4"), "holds the formula"),
        (lambda sheet: setattr(sheet.column_dimensions["A"], "width", 4), "wide for"),
    ],
)
def test_a_planted_fault_is_found(spoil: Spoil, said: str) -> None:
    assert [rule for rule in broken_rules(offered(spoil)) if said in rule]


def test_what_a_workbook_says_of_itself_is_held_too() -> None:
    hashed, dated = replace(MANIFEST, policy="1a2b3c4d"), replace(MANIFEST, day=date.isoformat)
    assert [r for r in broken_rules(offered(manifest=hashed)) if "by a hash" in r]
    assert len([r for r in broken_rules(offered(manifest=dated)) if "writes its day as" in r]) == 2
    assert [r for r in broken_rules(offered(name="customers-9f8e7d6c.xlsx")) if "as a person would" in r]


def as_csv(change: Callable[[str], str] = str) -> list[str]:
    """What is wrong with a CSV that is changed."""
    made = to_bytes(lambda out: write_csv(out, Sheet("清单", COLUMNS, ROWS)))
    spoilt = change(made.decode("utf-8")).encode()
    return broken_rules(Offered("list", "清单_城区所_20261120.csv", lambda: spoilt))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\ufeff", "", "no mark of its encoding"),
        ("1234.56", "1234.560", "two decimals"),
        ("未评级", "", "has blank cells"),
        ("A 优秀", "None", "is no word"),
        ("A 优秀", "=1+1", "is a formula"),
        ("账单数", "bills", "is not in the reader's language"),
    ],
)
def test_a_fault_of_a_csv_is_found(old: str, new: str, said: str) -> None:
    assert as_csv() == []
    assert [rule for rule in as_csv(lambda text: text.replace(old, new)) if said in rule]


def test_each_kind_of_file_is_opened_once() -> None:
    seen: set[tuple[str, str]] = set()
    bad = offered(put("A2", True))
    assert opened_once([bad], seen) and not opened_once([bad], seen)
    assert opened_once([replace(bad, table="other")], seen)


def test_totals_are_of_files_that_exist() -> None:
    """A table that is renamed takes its totals with it."""
    source = "".join(p.read_text(encoding="utf-8") for p in ROOT.glob("dashboard/**/*.py"))
    named = set(re.findall(r'"(\w+)"', source)) | {
        "report.recovery_by_org",
        "report.ageing",
        "report.not_cleared",
    }
    made = {"ranking_rate", "ranking_overdue", "tieout_bills", "tieout_households"}
    made |= {"customer_bills", "customer_receipts"}
    made |= {f"work_{sheet}" for sheet in ("orders", "watched", "large", "index", "summary")}
    assert set(TABLES) <= named | made


def test_no_total_is_of_middles_bounds_or_rates() -> None:
    """A median of parts is not the parts' share of the whole's median, nor is a rate or a bound."""
    never = {*(c for c, kind in KINDS.items() if kind not in ADDITIVE), *OUTLOOK, *OUTLOOK.values()}
    columns = never | {c for listed in TABLES.values() for c in listed.split()}
    for table, listed in TABLES.items():
        assert listed == EVERY or not never & set(adding(table, columns)), table
    assert "open" in adding("report.not_cleared", columns), "what does add up still has its total"
