"""Files without a heading, by a mapping that gives positions: each line is a record, the first one too."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import InputError
from data.load.mapping import mapping_of
from tests.data.arriving import Cell, as_text, as_xlsx
from tests.data.load_folder import bills_in, loaded, report_of, rows_of

MAPPING = """
extends = "sg186"

[tables.A_RCVBL_FLOW]
files = ["yszd"]
needs = ["CONS_NO", "RCVBL_YM", "RCVBL_AMT"]

[tables.A_RCVBL_FLOW.columns]
RCVBL_AMT_ID = { position = 1 }
CONS_NO = { position = 3 }
RCVBL_YM = { position = 4 }
RCVBL_AMT = { position = 5 }
RELEASE_DATE = { position = 6, date = "%d.%m.%Y" }
ORG_NO = { constant = "33401" }
"""


def _rows(first: int) -> list[list[Cell]]:
    return [[f"{n}", "x", f"0{n}", "202609", f"{n}.50", "05.09.2026"] for n in range(first, first + 3)]


def test_each_line_is_a_record_and_what_stands_below_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "20260930"
    folder.mkdir()
    (folder / "yszd_202607.csv").write_bytes(as_text("utf-8")(_rows(1001)))
    (folder / "yszd_202608.txt").write_bytes(
        as_text("gb18030", "\x01")([*_rows(2001), ["合计", "", "", "", "9", ""]])
    )
    (folder / "yszd_202609.xlsx").write_bytes(as_xlsx(_rows(3001), _rows(4001)))
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    report = loaded(folder, tmp_path / "wh", mapping=tmp_path / "m.toml")
    wanted = {str(n): n * 100 + 50 for first in (1001, 2001, 3001, 4001) for n in range(first, first + 3)}
    assert bills_in(tmp_path / "wh") == wanted
    assert report_of(report, "yszd_202608.txt").named == {"total": 1}
    assert [f.unmatched for f in report.files] == [("#2",)] * 4
    found = rows_of(
        tmp_path / "wh",
        "select distinct issued_on::varchar, cons_no = '0' || bill_no from fct_bill"
        " join dim_customer using (cons_key)",
    )
    assert found == [("2026-09-05", True)]
    places = rows_of(tmp_path / "wh", "select sum(read)::int, sum(loaded)::int from reconciliation")
    assert places == [(12, 12)]


@pytest.mark.parametrize(
    "rule",
    [
        {"position": 0},
        {"position": "3"},
        {"position": True},
        {"position": 9999},
        {"position": 1, "from": ["x"]},
    ],
)
def test_a_position_that_is_none_is_refused(rule: dict[str, object]) -> None:
    raw = {"tables": {"A_RCVBL_FLOW": {"columns": {"CONS_NO": rule}}}}
    with pytest.raises(InputError) as refused:
        mapping_of(raw, "m.toml")
    assert refused.value.params["place"] == "A_RCVBL_FLOW.CONS_NO.position"


def test_a_file_of_another_name_is_not_read_by_positions(tmp_path: Path) -> None:
    folder = tmp_path / "20260930"
    folder.mkdir()
    (folder / "other.csv").write_bytes(as_text("utf-8")(_rows(1001)))
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        loaded(folder, tmp_path / "wh", mapping=tmp_path / "m.toml")
    assert refused.value.key == "no_table_recognised"
