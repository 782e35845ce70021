"""Real files through the mappings that ship: the totals are those that plain Python finds."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from data.load.mapping import FOLDER
from tests.data.load_folder import loaded, report_of, rows_of

EXAMPLES = FOLDER / "examples"


def _payments(path: Path) -> list[tuple[str, str, int]]:
    """Customer, day and fen of each payment, by plain Python."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        rows = [list(r) for r in book.worksheets[0].iter_rows(values_only=True)][1:]
    else:
        with path.open(encoding="utf-8-sig", newline="") as f:
            rows = [list(r) for r in csv.reader(f)][1:]
    return sorted((str(r[0]), _day(r[1]), int(Decimal(str(r[2])) * 100)) for r in rows if r[0])


def _day(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    year, month, day = str(cell).replace("/", "-").replace(".", "-").split(" ")[0].split("-")
    return f"{year}-{int(month):02d}-{int(day):02d}"


@pytest.mark.parametrize(
    "name",
    [
        *("RjbPowerRecord.csv", "cph.xlsx"),
        *(pytest.param(name, marks=pytest.mark.full) for name in ("cph.csv", "customer_pay_habbit.csv")),
    ],
)
def test_residents_payments_in_each_of_four_shapes(name: str, tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "residents_payments_2018_2019" / name
    (tmp_path / "in").mkdir()
    shutil.copy(source, tmp_path / "in")
    report = loaded(tmp_path / "in", tmp_path / "wh", mapping=EXAMPLES / "residents_payments.toml")
    expected = _payments(source)
    assert {f.read for f in report.files} == {664} == {len(expected)}
    assert {f.yuan["loaded"] for f in report.files} == {sum(p[2] for p in expected)}
    sql = (
        "select cons_no, received_on::varchar, amount from fct_receipt join dim_customer using (cons_key)"
        " order by all"
    )
    assert rows_of(tmp_path / "wh", sql) == expected
    assert rows_of(tmp_path / "wh", "select count(*) from fct_bill") == [(0,)]


def test_residents_payments_of_all_four_shapes_together_are_one_history(
    tmp_path: Path, shared_data: Path
) -> None:
    folder = shared_data / "residents_payments_2018_2019"
    report = loaded(folder, tmp_path / "wh", mapping=EXAMPLES / "residents_payments.toml")
    assert (report.totals()["loaded"], report.totals()["merged"]) == (2 * 664, 6 * 664)
    expected = _payments(folder / "cph.csv")
    assert rows_of(tmp_path / "wh", "select count(*), sum(amount) from fct_receipt") == [
        (664, sum(p[2] for p in expected))
    ]


def test_dated_invoices_with_part_payments(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "dated_invoices"
    report = loaded(folder, tmp_path / "wh", mapping=EXAMPLES / "dated_invoices.toml")
    rows: list[dict[str, str]] = []
    for name in ("trainData.csv", "testData.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as f:
            rows += list(csv.DictReader(f))
    train = [r for r in rows if r.get("Number_of_Days_until_Payment")]
    billed = int(sum(Decimal(r["Amount"]) for r in rows) * 100)
    settled = int(sum(Decimal(r["Settled"]) for r in train) * 100)
    assert rows_of(tmp_path / "wh", "select count(*), sum(amount) from fct_bill") == [(len(rows), billed)]
    assert report_of(report, "trainData.csv").table == "A_RCVBL_FLOW"
    days = Counter(
        (datetime.strptime(r["Invoice_Date"], "%d-%b-%y") + timedelta(int(r["Number_of_Days_until_Payment"])))
        .date()
        .isoformat()
        for r in train
    )
    found = rows_of(tmp_path / "wh", "select received_on::varchar, count(*) from fct_receipt group by 1")
    assert dict(found) == dict(days)  # type: ignore[arg-type]
    assert rows_of(tmp_path / "wh", "select sum(amount) from fct_receipt") == [(settled,)]
    due = Counter(datetime.strptime(r["Due_Date"], "%d-%b-%y").date().isoformat() for r in rows)
    assert dict(
        rows_of(tmp_path / "wh", "select due_on::varchar, count(*) from fct_bill group by 1")
    ) == dict(due)  # type: ignore[arg-type]
    names = len({r["Vendor_Name"].strip().lower() for r in rows})
    assert rows_of(tmp_path / "wh", "select count(*) from dim_customer") == [(names,)]


def test_high_voltage_customers_with_outside_facts(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "sgcc_hv_recovery_risk"
    report = loaded(folder, tmp_path / "wh", mapping=EXAMPLES / "sgcc_hv_recovery_risk.toml")
    with next(folder.glob("*.csv")).open(encoding="gbk", newline="") as f:
        rows = list(csv.DictReader(f))
    left = [heading for f in report.files for heading in f.unmatched]
    words = (EXAMPLES / "sgcc_hv_recovery_risk.toml").read_text(encoding="utf-8")
    assert left == [heading for heading in rows[0] if f'"{heading}"' not in words]
    for fact, heading in (
        ("overdue_count", "逾期数量"),
        ("charge_max", "最大电费"),
        ("assets_frozen", "司法冻结金额"),
    ):
        expected = [(r["户号"], float(r[heading])) for r in rows if r[heading].strip()]
        sql = (
            "select cons_no, value from fct_customer_fact join dim_customer using (cons_key)"
            f" where fact = '{fact}' order by cons_no"
        )
        assert rows_of(tmp_path / "wh", sql) == sorted(expected)
    cap = rows_of(tmp_path / "wh", "select sum(run_cap), count(*) from dim_customer")
    assert cap == [(sum(float(r["运行容量"]) for r in rows), 100)]


def test_industry_codes_keep_their_zeros_and_names(tmp_path: Path, shared_data: Path) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(shared_data / "trade_codes.gbk.txt", tmp_path / "in")
    loaded(tmp_path / "in", tmp_path / "wh", mapping=EXAMPLES / "trade_codes.toml")
    with (shared_data / "trade_codes.gbk.txt").open(encoding="gbk", newline="") as f:
        expected = {r["TRADE_CODE"]: r["TRADE"].strip() for r in csv.DictReader(f)}
    found = dict(rows_of(tmp_path / "wh", "select code, name from dim_code where list = 'TRADE_CODE'"))
    assert found == expected and len(expected) == 550  # type: ignore[comparison-overlap]
