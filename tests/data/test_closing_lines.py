"""What clients of databases write around their rows is told apart, with or without a newline at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import InputError
from data.load.slow_csv import NamedLine, Record, parsed_lines
from data.read.decoration import what_is
from tests.data.load_folder import BILL, RECEIPT, bill, inspected, text_of

CLOSING = (
    "(180 行受影响)",
    "（180 行受影响）",
    "已选择180行。",
    "已选择 1,180 行。",
    "180 rows selected.",
    "1,180 rows selected.",
    "(180 rows affected)",
    "(1 row)",
    "(180 行记录)",
    "-- 180 rows",
    "180 rows in set (0.05 sec)",
    "180 行在集合中 (0.05 秒)",
    "Query OK, 180 rows affected (0.01 sec)",
    "  180 record(s) selected.",
    "未选定行",
    "no rows selected",
    "SQL> spool off",
    "已用时间:  00: 00: 01.23",
    "-------------------",
)


@pytest.mark.parametrize("text", CLOSING)
def test_a_closing_line_is_a_note_in_a_table_of_any_width(text: str) -> None:
    for headings in (BILL, RECEIPT[: 2 + text.count(",")]):
        assert what_is(text.split(","), headings) == "note"
        assert what_is([text, *[""] * (len(headings) - 1)], headings) == "note"


@pytest.mark.parametrize(
    ("line", "headings", "what"),
    [
        ("12345,合计,202401,10,20.5", "CONS_NO,NAME,YM,KWH,AMT", None),
        ("12345,汇总,10,20.5", "用户编号,名称,电量,金额", None),
        ("1,总计,202401", "NO,NAME,YM", None),
        ("共计,1,2,3,4", "CONS_NO,NAME,YM,KWH,AMT", "total"),
        ("1,合计,3,20.5", "序号,单位,户号,金额", "total"),
        ("白榆所,合计,3,20.5", "单位,户名,户号,金额", "total"),
        ("33401,合计,3,20.5", "单位编码,户号,笔数,金额", "total"),
        ("1月合计,3,20.5", "月份,户号,金额", "total"),
        ("12,合计,,20.5", "单位编码,名称,户号,金额", "total"),
    ],
)
def test_a_filled_line_is_a_total_where_nobody_is_called_so(
    line: str, headings: str, what: str | None
) -> None:
    assert what_is(line.split(","), headings.split(",")) == what


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_a_file_that_ends_with_one_is_whole(tmp_path: Path, end: str) -> None:
    path = tmp_path / "in" / "A_RCVBL_FLOW.csv"
    path.parent.mkdir()
    strokes = ",".join("-" * 9 for _ in BILL)
    heading, *records = text_of([bill(1), bill(2)], BILL).splitlines()
    for place, closing in enumerate(CLOSING[:7]):
        path.write_text("\n".join([heading, strokes, *records, closing]) + end, encoding="utf-8")
        (file,) = inspected(path)
        assert file.text is not None and file.text.is_decorated
        lines = [x for x in parsed_lines(file) if not (isinstance(x, NamedLine) and x.what == "blank")]
        assert [x.what if isinstance(x, NamedLine) else "" for x in lines] == ["note", "", "", "note"]
        assert [x.cells[0] for x in lines if isinstance(x, Record)] == ["1001", "1002"]
        path.parent.with_name(f"unpacked {path.name}").rename(tmp_path / f"done{place}")


def test_strokes_below_the_heading_of_a_long_file_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "in" / "A_RCVBL_FLOW.csv"
    path.parent.mkdir()
    heading, *records = text_of([bill(n) for n in range(1, 61)], BILL).splitlines()
    path.write_text("\n".join([heading, ",".join("-" * 9 for _ in BILL), *records]) + "\n", encoding="utf-8")
    (file,) = inspected(path)
    assert file.text is not None and file.text.is_decorated


@pytest.mark.parametrize(
    "record", ["1003,01,2024", "180", "180行", "第180号,x", "2024-01-01,5 rows of lamps", "---"]
)
def test_a_record_that_breaks_off_is_no_closing_line(tmp_path: Path, record: str) -> None:
    path = tmp_path / "in" / "A_RCVBL_FLOW.csv"
    path.parent.mkdir()
    is_note = record == "180行"
    path.write_text(text_of([bill(1)], BILL) + record, encoding="utf-8")
    (file,) = inspected(path)
    if is_note:
        assert isinstance(list(parsed_lines(file))[-1], NamedLine)
        return
    with pytest.raises(InputError) as refused:
        list(parsed_lines(file))
    assert refused.value.key == "file_cut_off"
