"""A month that may be January or October is neither, until somebody says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import InputError
from data.load.doubtful_months import in_doubt
from tests.data.arriving import as_xlsx
from tests.data.load_folder import BILL, bill, is_untouched, loaded, rows_of, write_bills

ALL_YEAR = [f"2024.{month}" for month in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12)]


@pytest.mark.parametrize(
    ("months", "doubtful"),
    [
        (ALL_YEAR, ["2024.1"]),
        ([*ALL_YEAR, "2023.10"], []),
        (["2024.1", "2024.2", "2024.3"], []),
        (["2024.1", "2024.2", "2024.9"], ["2024.1"]),
        (["2024.1", "2024.11"], ["2024.1"]),
        (["2024.1"], ["2024.1"]),
        (["2024.01", "2024.02", "2024.1"], ["2024.1"]),
        (["2023.11", "2023.12", "2024.1", "2024.2"], []),
        (["2023.1", "2024.1", "2024.2"], ["2023.1"]),
        (["2024.11", "2024.12", "2024.01"], []),
    ],
)
def test_what_a_column_says_of_its_months(months: list[str], doubtful: list[str]) -> None:
    assert in_doubt(set(months)) == doubtful


def test_a_workbook_is_refused_until_its_mapping_says_which_month_is_meant(tmp_path: Path) -> None:
    folder, house = tmp_path / "20241231", tmp_path / "wh"
    folder.mkdir()
    shown = ("2024.08", "2024.09", "2024.1", "2024.11")
    rows = [bill(n, RCVBL_YM=month, RELEASE_DATE="20241205") for n, month in enumerate(shown, 1)]
    cells = [list(row.values()) for row in rows]
    for row in cells:
        row[2] = float(row[2])
    book = folder / "A_RCVBL_FLOW.xlsx"
    book.write_bytes(as_xlsx([list(BILL), *cells]))
    with pytest.raises(InputError) as refused:
        loaded(folder, house)
    assert refused.value.key == "month_in_doubt" and refused.value.params["months"] == ["2024.1"]
    assert is_untouched(house)
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'extends = "sg186"\n[tables.A_RCVBL_FLOW.columns]\n'
        'RCVBL_YM = { from = ["RCVBL_YM"], values = { "2024.1" = "202410" } }\n'
    )
    loaded(folder, house, mapping=mapping)
    assert months_in(house) == [202408, 202409, 202410, 202411]


def test_months_of_a_text_that_are_told_apart_are_read(tmp_path: Path) -> None:
    months = ("2024.1", "2024.2", "2024.10")
    write_bills(tmp_path / "in", [bill(n, RCVBL_YM=month) for n, month in enumerate(months)])
    loaded(tmp_path / "in", tmp_path / "wh")
    assert months_in(tmp_path / "wh") == [202401, 202402, 202410]


def months_in(house: Path) -> list[object]:
    return [month for (month,) in rows_of(house, "select rcvbl_ym from fct_bill order by 1")]
