"""Reading the report that a user brings: headings, units of money, encodings, and what is refused."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from services.tieout.official_report import COLUMNS, parse_official
from tests.services.reading_here import reading_here

MONTHS = ("billed_month", "collected_month")
UNITS = {"33": "省公司", "33401": "市公司", "3340101": "城区所", "3340102": "城郊所", "3340103": "城郊所"}


def parse(text: str, encoding: str = "utf-8", name: str = "月报.csv") -> list[list[object]]:
    found = parse_official(text.encode(encoding), name, UNITS)
    assert list(found.columns) == COLUMNS
    assert found[[*MONTHS]].isna().all(axis=None)
    return found.drop(columns=[*MONTHS]).astype(object).where(found.notna(), None).to_numpy().tolist()


def test_the_months_and_the_years_figures_are_told_apart_by_their_headings() -> None:
    text = "单位,当月应收（万元）,累计应收（万元）,本月实收,本年累计实收\n城区所,1,9,2,8\n"
    [row] = parse_official(text.encode(), "月报.csv", UNITS).to_dict("records")
    assert (row["billed_month"], row["billed"]) == (1_000_000, 9_000_000)
    assert (row["collected_month"], row["collected"]) == (200, 800)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_yuan_with_separators_in_any_encoding(encoding: str) -> None:
    heading = "单位编号,单位名称,应收电费,实收电费,欠费,陈欠,户数\n"
    text = heading + '3340101,城区所,"1,234.56",1000,234.56,0,"12,345"\n'
    assert parse(text, encoding) == [["3340101", "城区所", 123456, 100000, 23456, 0, 12345]]


def test_ten_thousand_yuan_by_heading() -> None:
    text = "供电单位\t应收（万元）\t实收(万元)\t欠费(元)\n市公司\t1.234567\t-0.5\t7\n"
    assert parse(text) == [["33401", "市公司", 1234567, -500000, 700, None, None]]


def test_ten_thousand_yuan_by_a_cell_above_and_totals_left_out() -> None:
    text = "电费回收月报,,\n,单位：万元,\n单位,应收,户数\n城区所,2,10\n合计,2,10\n"
    assert parse(text) == [["3340101", "城区所", 2000000, None, None, None, 10]]


def test_thousands_by_heading_and_by_a_cell_above() -> None:
    assert parse("供电单位,应收(千元),欠费(元)\n市公司,1.5,7\n") == [
        ["33401", "市公司", 150000, None, 700, None, None]
    ]
    assert parse("单位：千元,\n单位,应收\n城区所,2\n")[0][2] == 200000


def test_a_blank_or_a_dash_is_missing_and_not_nought() -> None:
    assert parse("org_no,应收,实收,欠费\n33401,,—,0\n") == [["33401", "市公司", None, None, 0, None, None]]


def test_a_number_that_only_begins_other_units_is_a_unit() -> None:
    assert parse("org_no,billed\n334,1\n")[0][:3] == ["334", "", 100]


def test_a_workbook_with_numbers_as_numbers() -> None:
    book = openpyxl.Workbook()
    for row in (["单位编号", "应收", "户数"], ["3340101", 1234.56, 12], ["3340102", None, 3]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = parse_official(content.getvalue(), "月报.xlsx", UNITS)
    assert found["billed"].tolist()[0] == 123456
    assert found["billed"].isna().tolist() == [False, True]
    assert found["households"].tolist() == [12, 3]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "official_no_heading"),
        ("甲,乙\n1,2\n", "official_no_heading"),
        ("单位,备注\n城区所,2\n", "official_no_heading"),
        ("单位,应收\n", "official_empty"),
        ("单位,应收\n没有的所,2\n", "official_unknown_unit"),
        ("单位编号,应收\n99,2\n", "official_unknown_unit"),
        ("单位,应收\n城郊所,2\n", "official_unit_name_twice"),
        ("单位,应收\n城区所,2\n城区所,3\n", "official_unit_twice"),
        ("单位,应收\n城区所,二\n", "official_not_a_number"),
        ("单位,应收\n城区所,nan\n", "official_not_a_number"),
        ("单位,应收\n城区所,1e40\n", "official_not_a_number"),
        ("单位,应收\n城区所,1e999999\n", "official_not_a_number"),
        ("单位,户数\n城区所,1.5\n", "official_not_a_number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, key: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse(text)
    assert refusal.value.key == key


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03", b"PK\x03\x04 broken", b"\xff\xfe\xfa"])
def test_a_file_that_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        parse_official(content, "月报.xlsx", UNITS)
    assert refusal.value.key == "table_unreadable"


def test_a_document_that_is_a_zip_but_no_workbook_is_refused() -> None:
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as z:
        z.writestr("word/document.xml", "<w/>")
    with pytest.raises(InputError) as refusal:
        parse_official(content.getvalue(), "月报.docx", UNITS)
    assert refusal.value.key == "table_unreadable"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        with reading_here():
            parse_official(content, "x", UNITS)
    except InputError as refusal:
        assert refusal.key.startswith(("official_", "table_"))


@given(st.integers(-(10**15), 10**15))
def test_every_fen_survives(fen: int) -> None:
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    with reading_here():
        assert parse(f"org_no,billed\n33401,{text}\n")[0][2] == fen
