"""A month that may be January or October is neither, until somebody says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import InputError
from data.load.doubtful_months import in_doubt
from services.warehouse.rebuilding import rebuild
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


def test_one_text_among_numbers_does_not_show_that_these_keep_their_zeros() -> None:
    assert in_doubt({*ALL_YEAR, "2023.10"}, may_be_numbers=True) == ["2024.1"]


def test_a_workbook_is_refused_until_its_mapping_says_which_month_is_meant(tmp_path: Path) -> None:
    """Although one of its cells is a text with the zero of its October."""
    folder, house = tmp_path / "20241231", tmp_path / "wh"
    folder.mkdir()
    shown = ("2023.10", "2024.08", "2024.09", "2024.1", "2024.11")
    rows = [bill(n, RCVBL_YM=month, RELEASE_DATE="20241205") for n, month in enumerate(shown, 1)]
    cells = [list(row.values()) for row in rows]
    for row in cells[1:]:
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
    assert months_in(house) == [202310, 202408, 202409, 202410, 202411]


def test_of_a_load_that_was_never_asked_a_doubtful_month_goes_to_quarantine_and_a_clear_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it lies in a warehouse of a program before: `rebuild`, and who publishes what it held, read it."""
    house = tmp_path / "wh"
    doubtful = [bill(n, RCVBL_YM=f"2024.{month}") for n, month in enumerate((1, 11, 12))]
    clear = [bill(n, RCVBL_YM=month) for n, month in enumerate(("2023.1", "2023.2", "2023.3"), 10)]
    write_bills(tmp_path / "20241231", doubtful)
    write_bills(tmp_path / "20241231", clear, "A_RCVBL_FLOW_2.csv")
    with monkeypatch.context() as before:
        before.setattr("services.warehouse.reading_folder.refuse_doubtful_months", lambda *_: None)
        loaded(tmp_path / "20241231", house)
    asked = "select column_name, reason, value from quarantine"
    rebuild(house)
    assert months_in(house) == [202301, 202302, 202303, 202411, 202412]
    assert rows_of(house, asked) == [("RCVBL_YM", "not_a_month", "2024.1")]


def test_months_of_a_text_that_are_told_apart_are_read(tmp_path: Path) -> None:
    months = ("2024.1", "2024.2", "2024.10")
    write_bills(tmp_path / "in", [bill(n, RCVBL_YM=month) for n, month in enumerate(months)])
    loaded(tmp_path / "in", tmp_path / "wh")
    assert months_in(tmp_path / "wh") == [202401, 202402, 202410]


def months_in(house: Path) -> list[object]:
    return [month for (month,) in rows_of(house, "select rcvbl_ym from fct_bill order by 1")]
