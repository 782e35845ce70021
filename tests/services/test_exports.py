"""Files that people download: what openpyxl, csv and Parquet readers find in them is what was put in."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import string
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.files import xlsx_stream
from services.files.exports import (
    Column,
    Manifest,
    Sheet,
    columns_of,
    to_bytes,
    write_csv,
    write_csv_zip,
    write_parquet,
    write_workbook,
)
from services.files.manifest import Keys
from services.files.xlsx_stream import Stream, column_letters, write_stream

MANIFEST = Manifest(
    "客户清单",
    ("供电单位：334", "逾期欠费：100 至 … 元"),
    as_of=date(2026, 3, 31),
    basis="考核口径",
    snapshot="s1",
    policy="default abc",
    state="7",
    user="王",
    made_at=datetime(2026, 4, 1, 8, 0, 0),
    definitions=(("逾期欠费", "过了缴费截止日"),),
)
COLUMNS = (
    Column("cons_no", "户号"),
    Column("name", "户名"),
    Column("owed", "欠费", "money"),
    Column("rate", "回收率", "rate"),
    Column("ym", "应收年月", "month"),
    Column("day", "截止日", "date"),
    Column("bills", "账单数", "count"),
    Column("class", "类别", "code", {"01": "高压"}),
)
ROWS: list[tuple[Any, ...]] = [
    ("0012345678", "=cmd|' /C calc'!A0", 123456789, 0.985, 202601, date(2026, 1, 15), 2, "01"),
    ("0000000001", "+1-1", -5, None, 202512, None, 0, "09"),
    ("9", "张三 & <b>", 0, float("nan"), 202602, date(1999, 12, 31), None, None),
    ("-00123", "@SUM(1)", None, 1.0, None, date(2026, 2, 28), 1, "01"),
    ("00-12.50", None, 99, 0.0, 202601, None, 3, "01"),
]


def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=[c.key for c in COLUMNS]).astype(
        {"owed": "Int64", "bills": "Int64", "ym": "Int64"}
    )


def workbook(sheets: list[Sheet], manifest: Manifest = MANIFEST) -> openpyxl.Workbook:
    content = to_bytes(lambda out: write_workbook(out, sheets, manifest))
    return openpyxl.load_workbook(io.BytesIO(content))


def test_no_rows_give_a_heading_and_a_manifest() -> None:
    book = workbook([Sheet("空", COLUMNS, frame().head(0))])
    assert [c.value for c in book.worksheets[0][1]] == [c.title for c in COLUMNS]
    assert book.worksheets[0].max_row == 1
    assert book.sheetnames == ["空", "About"]


def test_cells_are_what_they_are() -> None:
    page = workbook([Sheet("清单", COLUMNS, frame())]).worksheets[0]
    number, name, owed, rate, month, day, bills, class_ = page[2]
    assert (number.value, number.data_type) == ("0012345678", "s")
    assert name.value == "'=cmd|' /C calc'!A0"
    assert owed.value == 1234567.89 and owed.number_format == "#,##0.00"
    assert rate.value == 0.985 and rate.number_format == "0.00%"
    assert month.value == datetime(2026, 1, 1) and month.is_date and month.number_format == "yyyy-mm"
    assert day.value == datetime(2026, 1, 15) and day.is_date
    assert bills.value == 2 and class_.value == "高压"
    assert [c.value for c in page[3]][2:6] == [-0.05, None, datetime(2025, 12, 1), None]
    assert page[4][1].value == "张三 & <b>" and page[4][3].value is None
    assert page.freeze_panes == "A2" and page.auto_filter.ref == "A1:H6"


def test_no_cell_is_a_formula_or_begins_like_one() -> None:
    for page in workbook([Sheet("清单", COLUMNS, frame())], MANIFEST).worksheets:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if cell.data_type == "s" and not cell.value.lstrip("-+").replace(".", "").isdigit():
                    assert cell.value[0] not in "=+-@\t\r"


def test_the_last_sheet_says_what_the_workbook_holds() -> None:
    two = [Sheet("清单", COLUMNS, frame()), Sheet("清单", COLUMNS, frame())]
    book = workbook(two)
    said = {(a, b) for a, b in book.worksheets[-1].iter_rows(values_only=True)}
    assert book.sheetnames == ["清单", "清单 (2)", "About"]
    assert {
        ("Title", "客户清单"),
        ("Filters", "供电单位：334"),
        ("As of", "2026-03-31"),
        ("Basis", "考核口径"),
        ("Snapshot", "s1"),
        ("Policy version", "default abc"),
        ("State version", "7"),
        ("Rows", "10"),
        ("User", "王"),
        ("Made at", "2026-04-01 08:00"),
        ("Definitions · 逾期欠费", "过了缴费截止日"),
    } <= said


def test_a_workbook_has_a_title_and_wraps_what_is_long() -> None:
    sheet = Sheet(
        "清单", (Column("note", "备注"), Column("no", "号")), pd.DataFrame({"note": ["长" * 90], "no": ["1"]})
    )
    book = workbook([sheet])
    page = book.worksheets[0]
    assert (page["A2"].alignment.wrap_text, page["B2"].alignment.wrap_text) == (True, None)
    assert page["A2"].number_format == page["B2"].number_format == "@"
    assert (book.properties.title, book.properties.created) == (MANIFEST.title, MANIFEST.made_at)


@pytest.mark.parametrize("count", [30_000, pytest.param(100_000, marks=pytest.mark.full)])
def test_many_rows_add_up_and_are_streamed_from_a_query(count: int, tmp_path: Path) -> None:
    con = duckdb.connect()
    text = "select lpad(i::varchar, 10, '0') as cons_no, i * 7 - 3 as owed, 202601 as ym from range($n) t(i)"
    reader = con.sql(text, params={"n": count}).to_arrow_reader(count // 5)
    columns = (Column("cons_no", "户号"), Column("owed", "欠费", "money"), Column("ym", "年月", "month"))
    seen: list[int] = []
    path = tmp_path / "big.xlsx"
    done = write_workbook(path, [Sheet("清单", columns, reader)], MANIFEST, progress=seen.append)
    assert done.rows == count
    assert seen == sorted(seen) and seen[-1] >= count and len(seen) > 3
    page = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert len(rows) == count
    assert sum(round(r[1] * 100) for r in rows) == sum(i * 7 - 3 for i in range(count))
    assert [r[0] for r in rows[:2]] == ["0000000000", "0000000001"]
    assert not list(tmp_path.glob(".*part")), "a half-written file was left"


def test_what_does_not_fit_a_sheet_goes_on_in_the_next() -> None:
    buffer = io.BytesIO()
    batches = pa.table({"n": list(range(25))}).to_batches(max_chunksize=4)
    stream = Stream("很长的清单", (Column("n", "号", "count"),), batches)
    write_stream(buffer, [stream], title="T", made_at=datetime(2026, 1, 1), row_limit=11)
    book = openpyxl.load_workbook(buffer)
    assert book.sheetnames == ["很长的清单", "很长的清单 (2)", "很长的清单 (3)"]
    values = [r[0] for page in book for r in page.iter_rows(min_row=2, values_only=True)]
    assert values == list(range(25))
    assert xlsx_stream.ROW_LIMIT == 1_048_576


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_have_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters


def test_csv_opens_in_excel_and_keeps_numbers_numbers() -> None:
    content = to_bytes(lambda out: write_csv(out, Sheet("s", COLUMNS, frame())))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == len(ROWS) + 1 and b"\n" not in content.replace(b"\r\n", b"")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines[1] == [
        "0012345678",
        "'=cmd|' /C calc'!A0",
        "1234567.89",
        "0.985",
        "202601",
        "2026-01-15",
        "2",
        "高压",
    ]
    assert lines[2] == ["0000000001", "'+1-1", "-0.05", "", "202512", "", "0", "09"]
    assert lines[4][:2] == ["-00123", "'@SUM(1)"], "a plain number is no formula"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
@settings(max_examples=150)
def test_any_text_survives_a_csv_and_never_opens_as_a_formula(text: str) -> None:
    sheet = Sheet(
        "s", (Column("a", "a"), Column("b", "b")), pd.DataFrame({"a": [text], "b": ["x"]}, dtype="str")
    )
    content = to_bytes(lambda out: write_csv(out, sheet)).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(content, newline=""))
    harmless = "".join(c if c not in _CONTROL else " " for c in text)
    assert row[1] == "x"
    assert row[0].replace("'", "") == harmless.replace("'", "")
    if row[0] and not row[0].lstrip("+-").replace(",", "").replace(".", "").isdigit():
        assert row[0][0] not in "=+-@\t\r"


@pytest.mark.parametrize("between", [";", ";;", "; ", ';"', "\t", "\n", "\r\n", "\n "])
@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_a_spreadsheet_that_splits_at_other_signs_finds_no_formula_either(between: str, sign: str) -> None:
    text = f"a{between}{sign}1+1{between}{sign}cmd"
    sheet = Sheet("s", (Column("n", "n"), Column("a", "a")), pd.DataFrame({"n": ["x"], "a": [text]}))
    content = to_bytes(lambda out: write_csv(out, sheet)).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(content, newline=""))
    assert row[1].replace("'", "") == text
    pieces = re.split("[;\t\r\n]", content)
    assert not [p for p in pieces if p.lstrip(' "').startswith(tuple("=+-@＝＋－＠"))]


_ESCAPED = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = {chr(c) for c in range(32)} - set("\t\n\r") | {"\ufffe", "\uffff"}


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1, max_size=8))
@settings(max_examples=40)
def test_any_text_survives_the_streamed_workbook(texts: list[str]) -> None:
    columns = (Column("t", "t"), Column("n", "n", "count"))
    table = pa.table({"t": texts, "n": list(range(len(texts)))})
    page = workbook([Sheet("s", columns, table)]).worksheets[0]
    for text, (cell, n) in zip(texts, page.iter_rows(min_row=2, values_only=True), strict=True):
        plain = "".join(" " if c in _CONTROL else c for c in text)
        assert n is not None
        assert _ESCAPED.sub("_", cell or "").removeprefix("'") == plain.removeprefix("'")


def test_parquet_holds_exact_yuan_text_and_the_manifest(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    write_parquet(path, Sheet("s", COLUMNS, frame()), MANIFEST)
    table = pq.read_table(path)
    assert table.column_names == [c.key for c in COLUMNS]
    assert table["owed"].to_pylist() == [
        Decimal("1234567.89"),
        Decimal("-0.05"),
        Decimal("0.00"),
        None,
        Decimal("0.99"),
    ]
    assert table["cons_no"].to_pylist() == [r[0] for r in ROWS]
    assert table["ym"].to_pylist() == ["202601", "202512", "202602", None, "202601"]
    assert table["day"].to_pylist() == [r[5] for r in ROWS]
    said = json.loads(pq.ParquetFile(path).metadata.metadata[b"dengta"])
    assert said["rows"] == len(ROWS) and said["filters"] == list(MANIFEST.filters)


def test_a_zip_holds_the_csv_and_what_it_says_of_itself() -> None:
    content = to_bytes(lambda out: write_csv_zip(out, Sheet("清单", COLUMNS, frame()), MANIFEST))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.namelist() == ["清单.csv", "About.csv"]
        assert package.read("清单.csv").count(b"\r\n") == len(ROWS) + 1
        assert (
            "行数" not in package.read("About.csv").decode()
            and f"Rows,{len(ROWS)}" in package.read("About.csv").decode()
        )


def test_a_missing_column_is_named() -> None:
    with pytest.raises(KeyError, match="b is no column of the rows; they have a"):
        to_bytes(lambda out: write_csv(out, Sheet("s", (Column("b", "B"),), pa.table({"a": [1]}))))


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("old")
    with pytest.raises(KeyError):
        write_csv(path, Sheet("s", (Column("b", "B"),), pa.table({"a": [1]})))
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["list.csv"]


def test_the_longest_text_is_cut_to_what_a_cell_holds() -> None:
    long = string.ascii_letters * 1000
    sheet = Sheet("s", (Column("t", "t"),), pd.DataFrame({"t": [long]}, dtype="str"))
    assert workbook([sheet]).worksheets[0]["A2"].value == long[:32_766]


def test_libreoffice_reads_what_was_meant(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine (soffice): workbooks are held against openpyxl only")
    book = tmp_path / "list.xlsx"
    sheet = Sheet("清单", COLUMNS, frame())
    book.write_bytes(to_bytes(lambda out: write_workbook(out, [sheet], MANIFEST)))
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         every_sheet, "--outdir", str(tmp_path), str(book)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with (tmp_path / "list-清单.csv").open(encoding="utf-8", newline="") as f:
        shown = list(csv.reader(f))
    assert shown[0] == [c.title for c in COLUMNS]
    assert shown[1] == [
        "0012345678",
        "'=cmd|' /C calc'!A0",
        "1234567.89",
        "98.5%",
        "01/01/2026",
        "2026-01-15",
        "2",
        "高压",
    ]
    assert shown[2] == ["0000000001", "'+1-1", "-0.05", "", "12/01/2025", "", "0", "09"]
    assert [row[0] for row in shown[3:]] == ["9", "-00123", "00-12.50"]
    assert (tmp_path / "list-About.csv").exists()


def test_a_sheet_prints_across_one_page_with_its_headings() -> None:
    held = {"name": ["x", "y"], "cleared": [True, False], "is_in_band": pd.array([True, None], "boolean")}
    frame = pd.DataFrame(held)
    kinds = columns_of(Keys(), "t", {key: key for key in held})
    made = to_bytes(lambda out: write_workbook(out, [Sheet("It's", kinds, frame)], MANIFEST))
    book = openpyxl.load_workbook(io.BytesIO(made))
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1" and "&P" in str(sheet.oddFooter.right.text)
    rows = [[c.value for c in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert rows == [["x", "yes", "yes"], ["y", "no", None]]


def test_figures_of_several_units_have_the_format_of_their_row() -> None:
    frame = pd.DataFrame({"unit": ["元", "户"], "now": [1234.5, 12.0], "is_whole": [False, True]})
    kinds = columns_of(Keys(), "t", {"unit": "U", "now": "V"})
    made = to_bytes(lambda out: write_workbook(out, [Sheet("T", kinds, frame)], MANIFEST))
    cells = [row[1] for row in openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].iter_rows(min_row=2)]
    assert [(c.value, c.number_format) for c in cells] == [(1234.5, "#,##0.00"), (12, "#,##0")]


def test_totals_follow_the_filter_and_stand_outside_of_it() -> None:
    kinds = [replace(c, adds=c.key in ("owed", "bills")) for c in COLUMNS]
    sheet = Sheet("清单", kinds, frame())
    manifest = replace(MANIFEST, labels={"total": "合计"})
    content = to_bytes(lambda out: write_workbook(out, [sheet], manifest))
    typed, seen = (
        openpyxl.load_workbook(io.BytesIO(content), data_only=data).worksheets[0] for data in (False, True)
    )
    assert typed.auto_filter.ref == "A1:H6" and typed.max_row == 7
    assert [c.value for c in typed[7]] == [
        *("合计", None, "=SUBTOTAL(109,C2:C6)", None, None, None, "=SUBTOTAL(109,G2:G6)", None),
    ]
    assert (seen["C7"].value, seen["G7"].value) == (1234568.83, 6)
    assert (seen["C7"].number_format, seen["G7"].number_format) == ("#,##0.00", "#,##0")
    assert seen["A7"].font.b and seen["C7"].font.b and seen["C7"].border.top.style == "thin"
    assert "合计" not in to_bytes(lambda out: write_csv(out, sheet)).decode()
    about = openpyxl.load_workbook(io.BytesIO(content)).worksheets[-1]
    assert dict(about.iter_rows(values_only=True))["Rows"] == str(len(ROWS)), "a total is no row"
    empty = to_bytes(lambda out: write_workbook(out, [replace(sheet, rows=frame().head(0))], manifest))
    assert openpyxl.load_workbook(io.BytesIO(empty)).worksheets[0].max_row == 1


def test_each_part_of_a_long_list_has_its_own_total() -> None:
    buffer = io.BytesIO()
    batches = pa.table({"no": ["x"] * 25, "n": list(range(25))}).to_batches(max_chunksize=4)
    columns = (Column("no", "户号"), Column("n", "号", "count", adds=True))
    write_stream(
        buffer,
        [Stream("清单", columns, batches, "合计")],
        title="T",
        made_at=datetime(2026, 1, 1),
        row_limit=12,
    )
    book = openpyxl.load_workbook(buffer, data_only=True)
    last = [[c.value for c in page[page.max_row]] for page in book]
    assert last == [["合计 (清单)", 45], ["合计 (清单 (2))", 145], ["合计 (清单 (3))", 110]]
    assert [page.max_row for page in book] == [12, 12, 7]


def test_a_month_is_a_day_in_workbooks_and_what_is_none_stays_as_it_is() -> None:
    table = pa.table({"ym": [202602.0, float("nan")], "odd": [202613, 202601], "old": [date(1899, 1, 1)] * 2})
    kinds = (Column("ym", "月", "month"), Column("odd", "码", "month"), Column("old", "日", "date"))
    rows = list(workbook([Sheet("s", kinds, table)]).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert rows == [(datetime(2026, 2, 1), "202613", "1899-01-01"), (None, "202601", "1899-01-01")]


def test_a_code_that_is_missing_has_its_word() -> None:
    column = Column("grade", "等级", "code", {"A": "A 优秀", "none": "未评级"})
    page = workbook([Sheet("s", (column,), pa.table({"grade": ["A", None]}))]).worksheets[0]
    assert [page["A2"].value, page["A3"].value] == ["A 优秀", "未评级"]


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    table = pa.table({"name": ["青屿顺发物业服务有限公司"], "no": ["12"], "owed": [123456789012]})
    kinds = (
        *(Column("name", "名"), Column("no", "一个很长的标题，长到要换行的标题")),
        Column("owed", "欠费", "money"),
    )
    page = workbook([Sheet("s", kinds, table)]).worksheets[0]
    width = [page.column_dimensions[c].width for c in "ABC"]
    assert 24 <= width[0] <= 30 and width[1] <= 20 and width[2] >= len("1,234,567,890.12")
    assert page["B1"].alignment.wrap_text
