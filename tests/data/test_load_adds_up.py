"""Every line of a file is loaded, merged, quarantined or named, whichever reader reads it."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl
import python_calamine

from analytics.plausibility_rules import NO_LIMITS
from services.warehouse.loading import FileReport, LoadReport
from tests.data.arriving import KINDS, Cell, as_text
from tests.data.load_folder import loaded, rows_of

HEADINGS = ["应收电费标识", "应收年月", "用户编号", "供电单位编号", "应收电费", "实收电费", "发行日期"]
BILL = ["9001", "202609", "0000001", "33401", "12.50", "0", "20260905"]
NASTY: list[list[Cell]] = [
    ["某供电公司应收电费明细表", *[""] * 6],
    [*HEADINGS],
    [*BILL],
    [*BILL],
    ["9002", *BILL[1:]],
    ["9002", *BILL[1:4], "99.99", *BILL[5:]],
    ["9003", *BILL[1:4], "十二元", *BILL[5:]],
    ["9004", *BILL[1:6], "20261305"],
    ["9E+15", *BILL[1:]],
    ["本页小计", "", "", "", "137.49", "", ""],
    [""] * 7,
    [*HEADINGS],
    ["9005", "", *BILL[2:]],
    ["合计", "", "", "", "162.49", "", ""],
    ["制表人：张三", *[""] * 6],
]
"""A table with a line of each sort: two bills are loaded, two merged, four records quarantined."""
BECAME = {"loaded": 2, "merged": 2, "quarantined": 4}
NAMED = {"title": 1, "heading": 1, "total": 2, "blank": 1, "note": 1}


def _accounted(report: LoadReport, begin: str) -> tuple[Counter[str], int]:
    """What became of the lines of the files that begin so, and how many these are together."""
    files: list[FileReport] = [f for f in report.files if f.file.startswith(begin)]
    for f in files:
        assert f.read == f.loaded + f.merged + f.quarantined, f.file
    became = Counter[str]()
    for f in files:
        became.update({"loaded": f.loaded, "merged": f.merged, "quarantined": f.quarantined})
        became.update(f.named)
    return became, became.total()


def test_every_reader_accounts_for_every_line(tmp_path: Path) -> None:
    folder = tmp_path / "20260930"
    for kind, (name, content) in KINDS.items():
        (folder / kind).mkdir(parents=True)
        (folder / kind / name).write_bytes(content(NASTY))
    ragged = [
        row[:3] if place == 5 else [*row, "x"] if place == 6 else row for place, row in enumerate(NASTY)
    ]
    (folder / "ragged").mkdir()
    (folder / "ragged" / "A_RCVBL_FLOW.csv").write_bytes(as_text("utf-8")(ragged) + b"\r\n\r\n")
    plain = [HEADINGS, BILL, ["9006", *BILL[1:]]]
    (folder / "plain").mkdir()
    (folder / "plain" / "A_RCVBL_FLOW.csv").write_bytes(as_text("utf-8")(plain) + b"\r\n\r\n\r\n")
    report = loaded(folder, tmp_path / "wh", limits=NO_LIMITS)
    whole: Counter[str] = Counter()
    for kind in KINDS:
        became, lines = _accounted(report, f"{kind}/")
        assert lines == len(NASTY) - 1, f"{kind}: all but the heading, {became}"
        assert became["quarantined"] == BECAME["quarantined"], kind
        assert {what: became[what] for what in NAMED} == NAMED, kind
        assert became["loaded"] + became["merged"] == BECAME["loaded"] + BECAME["merged"], kind
        whole += became
    became, lines = _accounted(report, "ragged/")
    assert lines == len(ragged) - 1 + 2 and became["quarantined"] == 5 and became["blank"] == 3
    became, lines = _accounted(report, "plain/")
    assert lines == len(plain) - 1 + 3 and became["blank"] == 3, "read by the database itself"
    assert whole["loaded"] == BECAME["loaded"], "once over all files"
    amounts = rows_of(tmp_path / "wh", "select bill_no, amount from fct_bill order by bill_no")
    assert [number for number, _ in amounts] == ["9001", "9002", "9006"]
    again = loaded(folder, tmp_path / "wh", limits=NO_LIMITS)
    assert [_accounted(again, f"{kind}/")[1] for kind in KINDS] == [len(NASTY) - 1] * len(KINDS)
    told = rows_of(
        tmp_path / "wh",
        "select load_id, sum(lines)::int from reading where column_name is null group by 1 order by 1",
    )
    assert len(told) == 2 and told[0][1] == told[1][1], "what is loaded again names its lines again"


def _lines_seen(path: Path, left_out: set[str]) -> int:
    """Lines that hold something, by other readers than the product's, without the sheets that are named."""
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(path, read_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.title not in left_out]
        rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
        return sum(any(cell not in (None, "") for cell in row) for row in rows)
    if content.startswith(b"\xd0\xcf"):
        sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
        return sum(any(cell != "" for cell in row) for row in sheet.to_python())
    if b"<tr" in content.lower():
        return len(re.findall(rb"<tr\b", content.lower()))
    return sum(bool(line.strip()) for line in content.splitlines())


def test_the_field_cases_load_what_is_right_and_account_for_every_line(
    tmp_path: Path, shared_data: Path
) -> None:
    cases = shared_data / "field_cases"
    expected = json.loads((cases / "expect.json").read_text(encoding="utf-8"))
    report = loaded(cases, tmp_path / "wh", limits=NO_LIMITS)
    for case, right in expected.items():
        became, lines = _accounted(report, f"{case}/")
        paths = [path for path in (cases / case).iterdir() if path.is_file()]
        left_out = {
            item.name.rpartition("[")[2].rstrip("]") for item in report.not_read() if case in item.name
        }
        headings = len({f.file for f in report.files if f.file.startswith(f"{case}/")})
        seen = sum(_lines_seen(path, left_out) for path in paths)
        assert lines - became["blank"] == seen - headings, case
        bills = [f for f in report.files if f.file.startswith(f"{case}/") and f.table == "A_RCVBL_FLOW"]
        good = sum(f.loaded + f.merged for f in bills)
        assert good == (right["bills_loaded"] or 0) and sum(f.quarantined for f in bills) == 3 - good, case
        assert sum(f.yuan["read"] for f in bills) == int(Decimal(right["yuan"]) * 100), case
