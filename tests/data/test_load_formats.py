"""One extract in every form it may come in: the same bills must come out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.errors import InputError
from data.read.apart import ROOT
from tests.data.arriving import KINDS
from tests.data.load_folder import (
    BILL,
    RECEIPT,
    bill,
    bills_in,
    loaded,
    receipt,
    report_of,
    rows_of,
    text_of,
    write_bills,
)

Rows = Sequence[dict[str, str]]


def eleven(form: int) -> Rows:
    """Bills and customers of one form alone."""
    return [bill(n) for n in range(form * 11 + 1, form * 11 + 12)]


CHINESE = dict(
    zip(
        BILL,
        [
            "应收电费标识",
            "电费类别",
            "应收年月",
            "户号",
            "供电单位",
            "总电量",
            "应收金额（元）",
            "实收金额",
            "违约金起算日期",
            "发行日期",
        ],
        strict=True,
    )
)
Form = Callable[[Path, Rows], None]


def _csv(encoding: str, **options: str) -> Form:
    def write(folder: Path, rows: Rows) -> None:
        text = text_of(rows, BILL, **options)
        (folder / "A_RCVBL_FLOW_202401.csv").write_bytes(text.encode(encoding))

    return write


def _chinese(folder: Path, bills: Rows) -> None:
    rows = [{CHINESE[k]: v for k, v in row.items()} | {"户名": "张三"} for row in bills]
    text = text_of(rows, [*CHINESE.values(), "户名"], newline="\r\n")
    (folder / "一月导出.csv").write_bytes(text.encode("gb18030"))


def _quoted(folder: Path, bills: Rows) -> None:
    lines = [",".join(f'"{c}"' for c in BILL)]
    lines += [",".join(f'"{row[c]}"' for c in BILL) for row in bills]
    (folder / "A_RCVBL_FLOW.csv").write_text("\r\n".join(lines), encoding="utf-8", newline="")


def _parquet(folder: Path, bills: Rows) -> None:
    pd.DataFrame(bills).to_parquet(folder / "A_RCVBL_FLOW.parquet")


def _typed_parquet(folder: Path, bills: Rows) -> None:
    frame = pd.DataFrame(bills)
    frame["RCVBL_AMT"] = frame["RCVBL_AMT"].astype(float)
    frame["RELEASE_DATE"] = pd.to_datetime(frame["RELEASE_DATE"])
    frame["RCVBL_AMT_ID"] = frame["RCVBL_AMT_ID"].astype(int)
    for number in ("RCVBL_YM", "ORG_NO"):  # as programs keep numbers of which one is missing
        frame[number] = frame[number].astype(float)
    frame.to_parquet(folder / "A_RCVBL_FLOW.parquet")


def _xlsx(folder: Path, bills: Rows) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(BILL)
    for row in bills:
        cells: list[object] = [row[c] for c in BILL]
        cells[BILL.index("RCVBL_AMT")] = float(row["RCVBL_AMT"])
        cells[BILL.index("RELEASE_DATE")] = pd.Timestamp(row["RELEASE_DATE"]).to_pydatetime()
        sheet.append(cells)
    book.save(folder / "A_RCVBL_FLOW.xlsx")


FORMS: dict[str, Form] = {
    "utf8": _csv("utf-8"),
    "utf8_bom": _csv("utf-8-sig"),
    "gbk_crlf": _csv("gb18030", newline="\r\n"),
    "tab": _csv("utf-8", delimiter="\t"),
    "semicolon": _csv("utf-8", delimiter=";"),
    "quoted_no_last_newline": _quoted,
    "chinese_headings_gbk": _chinese,
    "parquet_text": _parquet,
    "parquet_typed": _typed_parquet,
    "xlsx": _xlsx,
}


def test_every_form_gives_its_bills(tmp_path: Path) -> None:
    """All forms in one folder, each with bills of its own."""
    folder, house = tmp_path / "in", tmp_path / "wh"
    folder.mkdir()
    for number, (form, write) in enumerate(FORMS.items()):
        (tmp_path / form).mkdir()
        write(tmp_path / form, eleven(number))
        [made] = (tmp_path / form).iterdir()
        stem = "一月导出" if form.startswith("chinese") else f"A_RCVBL_FLOW_2024{number + 1:02d}"
        made.rename(folder / f"{stem}{made.suffix}")
    report = loaded(folder, house)
    assert [(f.loaded, f.merged, f.quarantined) for f in report.files] == [(11, 0, 0)] * len(FORMS)
    every = [row for number in range(len(FORMS)) for row in eleven(number)]
    assert bills_in(house) == {row["RCVBL_AMT_ID"]: round(float(row["RCVBL_AMT"]) * 100) for row in every}
    customers = [(row["CONS_NO"],) for row in every]
    assert rows_of(house, "select cons_no from dim_customer order by cons_no") == customers
    days = [("2024-02-05", "2024-02-29")]
    assert rows_of(house, "select distinct issued_on::varchar, due_on::varchar from fct_bill") == days


def test_each_fault_is_quarantined_with_its_line_and_stops_nothing_else(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    faults = {
        2: ({"RCVBL_YM": "202413"}, "RCVBL_YM", "not_a_month"),
        4: ({"RCVBL_AMT": "12.345"}, "RCVBL_AMT", "too_many_decimals"),
        5: ({"RCVBL_AMT": "1O.00"}, "RCVBL_AMT", "not_an_amount"),
        6: ({"CONS_NO": ""}, "CONS_NO", "missing"),
        7: ({"CONS_NO": "1.23E+10"}, "CONS_NO", "scientific"),
        8: ({"RELEASE_DATE": "20240230"}, "RELEASE_DATE", "not_a_date"),
        9: ({"RCVBL_AMT": "1_000"}, "RCVBL_AMT", "not_an_amount"),
        10: ({"RCVBL_AMT": "1E3"}, "RCVBL_AMT", "scientific"),
        11: ({"RCVBL_AMT_ID": "1E3"}, "RCVBL_AMT_ID", "scientific"),
        12: ({"T_PQ": "many"}, "T_PQ", "not_a_number"),
    }
    rows = [bill(n, **faults[n][0]) if n in faults else bill(n) for n in range(1, 15)]
    write_bills(folder, rows)
    report = loaded(folder, house)
    found = rows_of(house, "select line, column_name, reason from quarantine order by line")
    assert found == [(n + 1, column, reason) for n, (_, column, reason) in sorted(faults.items())]
    line = report_of(report, "A_RCVBL_FLOW.csv")
    assert (line.read, line.loaded, line.quarantined, line.amount_unreadable) == (14, 4, 10, 4)
    assert set(bills_in(house)) == {"1001", "1003", "1013", "1014"}
    value = rows_of(
        house, "select value, file, json_extract_string(record, '$.CONS_NO') from quarantine where line = 3"
    )
    assert value == [("202413", "A_RCVBL_FLOW.csv", "00000002")]


def test_lines_stay_true_after_quoted_line_breaks_and_broken_lines(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    rows = [bill(n) for n in range(1, 8)]
    rows[1]["ORG_NO"] = "334\n01"
    rows[5]["RCVBL_YM"] = "2024"
    text = text_of(rows, BILL)
    lines = text.split("\n")
    lines.insert(5, "a line, of three, cells")
    lines.insert(6, '1099,"unterminated,202401')
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_text("\n".join(lines), encoding="utf-8")
    report = loaded(folder, house)
    found = rows_of(house, "select line, reason from quarantine order by line")
    assert found == [(6, "too_few_columns"), (7, "unterminated_quote"), (10, "not_a_month")]
    line = report_of(report, "A_RCVBL_FLOW.csv")
    assert (line.read, line.loaded, line.quarantined, line.amount_unreadable) == (9, 6, 3, 2)


def test_amounts_are_exact_however_they_are_written(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    written = {
        "1,234.56": 123456,
        "-0.01": -1,
        "12,345,678.9": 1234567890,
        "７８.５０": 7850,
        ".5": 50,
        "5.": 500,
        "+3.1": 310,
        "0.1000": 10,
        "￥8.00": 800,
        "99999999999.99": 9999999999999,
        " 7.70 ": 770,
        "0.30000000000000004": 30,
    }
    write_bills(folder, [bill(n, RCVBL_AMT=text) for n, text in enumerate(written)])
    loaded(folder, house)
    assert list(bills_in(house).values()) == list(written.values())


def test_the_poorer_extract_without_ids_and_dates_loads_and_joins_by_customer_and_month(
    tmp_path: Path,
) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, [])
    poor = [c for c in BILL if c not in ("RCVBL_AMT_ID", "AMT_TYPE", "PENALTY_BGN_DATE", "RELEASE_DATE")]
    (folder / "A_RCVBL_FLOW.csv").write_text(text_of([bill(1), bill(2), bill(2)], poor), encoding="utf-8")
    receipts = [c for c in RECEIPT if c not in ("RCVED_AMT_ID", "RCVBL_AMT_ID")]
    rows = [receipt(1), receipt(1), receipt(2, THIS_RCVED_AMT="2.02")]
    (folder / "A_RCVED_FLOW.csv").write_text(text_of(rows, receipts), encoding="utf-8")
    report = loaded(folder, house)
    assert (report.totals()["loaded"], report.totals()["merged"]) == (6, 0)
    assert rows_of(house, "select count(distinct bill_key), sum(amount) from fct_bill") == [(3, 505)]
    assert rows_of(house, "select count(*), sum(amount) from fct_receipt where bill_key is not null") == [
        (3, 402)
    ]


def test_columns_of_a_table_without_rows_and_a_heading_alone_are_no_error(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, [])
    assert loaded(folder, house).totals()["read"] == 0


def test_a_file_that_may_be_either_of_two_tables_is_refused_with_both_unless_it_is_named(
    tmp_path: Path,
) -> None:
    headings = "CALC_ID,CONS_NO,ORG_NO,ELEC_TYPE_CODE,VOLT_CODE,TRADE_CODE,CONS_SORT_CODE"
    folder = tmp_path / "20240131"
    write_bills(folder, [bill(1)])
    (folder / "客户.导出").mkdir()
    unclear = folder / "客户.导出" / "export_1.csv"
    unclear.write_text(f"{headings}\n1,00000001,33401,1,2,3,4\n")
    with pytest.raises(InputError) as refused:
        loaded(folder, tmp_path / "wh")
    assert refused.value.key == "table_unclear"
    assert refused.value.params["tables"] == ["ARC_E_CONS_SNAP", "C_CONS"]
    assert refused.value.params["file"] == "客户.导出/export_1.csv"
    unclear.rename(folder / "ARC_E_CONS_SNAP_202401.csv")
    report = loaded(folder, tmp_path / "wh")
    assert report_of(report, "ARC_E_CONS_SNAP_202401.csv").table == "ARC_E_CONS_SNAP"


def test_the_process_that_reads_workbooks_loads_no_package_that_it_does_not_need(tmp_path: Path) -> None:
    """With pandas, which its writer looks for, a small workbook takes three times as long."""
    name, content = KINDS["xlsx"]
    (tmp_path / name).write_bytes(content([["CONS_NO"], ["1"]]))
    asked = "import os, sys; from data.read.sheets_apart import main; left = ('numpy', 'pandas')\n"
    asked += "os._exit = lambda code: print(*(name for name in left if sys.modules.get(name))); main()"
    words = [sys.executable, "-c", asked, "workbook", str(tmp_path / name), str(tmp_path), ""]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()
    assert said[1:] == ['{"done": true}', ""]
