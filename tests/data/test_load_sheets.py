"""Sheets of one workbook: a table goes on over them, and what may be more of it is never passed by."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import InputError
from data.load.arrivals import Piece
from data.load.extract_files import ExtractFile, looks_like_more_of
from data.load.mapping import read_mapping
from data.load.matching import match_files
from tests.data.arriving import Cell, as_xlsx
from tests.data.load_folder import BILL, bill, bills_in, inspected, loaded, report_of

Rows = list[list[Cell]]
BLANK = [""] * (len(BILL) - 1)
TOTAL: Rows = [["合计", *BLANK[:-4], "9.99", *BLANK[:3]], ["制表人：张三", *BLANK]]


def _bills(first: int, last: int) -> Rows:
    return [[bill(n)[column] for column in BILL] for n in range(first, last + 1)]


def test_a_table_goes_on_after_its_total_and_below_another_title(tmp_path: Path) -> None:
    folder = tmp_path / "20240430"
    folder.mkdir()
    sheets = (
        [[*BILL], *_bills(1, 3), *TOTAL],
        [["应收明细（续）", *BLANK], *_bills(4, 6), *TOTAL],
        _bills(7, 7),
    )
    (folder / "A_RCVBL_FLOW.xlsx").write_bytes(as_xlsx(*sheets))
    report = loaded(folder, tmp_path / "wh")
    assert sorted(bills_in(tmp_path / "wh")) == [str(1000 + n) for n in range(1, 8)]
    second = report_of(report, "A_RCVBL_FLOW.xlsx[Sheet1]")
    assert (second.read, dict(second.named)) == (3, {"title": 1, "total": 1, "note": 1})


OTHERS: dict[str, tuple[Rows, bool]] = {
    "other headings": ([["乙", "甲", "x", "y", "z", "户", "u", "v", "w", "q"], *_bills(4, 6)], True),
    "one record": ([["甲", "乙"], *_bills(4, 4), *TOTAL], True),
    "notes": ([["说明", "本表由系统导出"], ["日期", "2024-04-30"]], False),
    "one like it of many": ([["甲", "乙"], *_bills(4, 4), *([f"第{n}组", "甲"] for n in range(3))], False),
    "narrower": ([[f"甲{n}" for n in range(9)], *(row[:9] for row in _bills(4, 6))], False),
    "summary": ([["供电所", "户数", "金额"], ["白榆所", "3", "6.06"], ["青松所", "5", "7.07"]], False),
}


def test_a_sheet_that_may_be_more_of_a_table_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "in" / "A_RCVBL_FLOW.xlsx"
    path.parent.mkdir()
    path.write_bytes(as_xlsx([[*BILL], *_bills(1, 3), *TOTAL], *(rows for rows, _ in OTHERS.values())))
    table, *others = inspected(path)
    for file, (name, (_, is_more)) in zip(others, OTHERS.items(), strict=True):
        if not is_more:
            assert match_files([table, file], read_mapping())[1] == [file], name
            continue
        with pytest.raises(InputError) as refused:
            match_files([file, table], read_mapping())
        assert refused.value.key == "sheet_not_read", name
        assert refused.value.params == {"file": file.name, "other": table.name}


def test_words_alone_are_like_no_other_sheet(tmp_path: Path) -> None:
    def sheet(name: str, headings: tuple[str, ...], *rows: tuple[str, ...]) -> ExtractFile:
        lines = [*([headings] if headings else []), *rows]
        cells = {str(place): list(column) for place, column in enumerate(zip(*lines, strict=True))}
        pq.write_table(pa.table({"line": range(1, len(lines) + 1), **cells}), tmp_path / name)
        piece = Piece(tmp_path / name, name, "grid", (name,), is_sheet=True)
        return ExtractFile(piece, name, 1, headings or rows[0])

    codes = sheet("codes", ("类别", "名称", "说明"), ("甲", "居民", "城镇"))
    assert not looks_like_more_of(sheet("notes", (), ("一", "二", "三"), ("导出", "系统", "说明")), codes)
    numbered = sheet("numbered", ("类别", "名称", "编码"), ("甲", "居民", "123456"))
    assert looks_like_more_of(sheet("more", (), ("乙", "工业", "123457")), numbered)
