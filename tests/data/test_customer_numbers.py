"""Zeros come back where what wrote the file takes them away; a few short numbers of a text are their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.load.customer_numbers import Width, with_widths
from data.load.mapping import read_mapping
from data.load.raw_notes import RawFile, raw_of
from data.load.raw_store import RawStore
from data.load.text_views import RawPart, make_macros
from tests.data.load_folder import BILL, bill, inspected, text_of

WIDTH = 8
RULE = read_mapping().tables["A_RCVBL_FLOW"]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_macros(connection)
        yield connection


@pytest.mark.parametrize(
    ("numbers", "in_a_text", "in_a_sheet"),
    [
        (["12345678", "00345678", "3"], False, True),
        (["12345678", "22345678", "3"], False, True),
        (["3", "45", "678"], True, True),
        (["3", "45", "12345678"], True, True),
        (["3", "45", "678", "00345678"], False, True),
        (["3", "45", "nan", "-", ""], True, True),
        (["12345678", "00345678"], False, False),
        (["K-1", "K-2", "3"], True, True),
    ],
)
def test_what_takes_zeros_away_takes_them_from_all(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    numbers: list[str],
    in_a_text: bool,
    in_a_sheet: bool,
) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"户号": pa.array([n or None for n in numbers], pa.string())}), path)
    for kept_as_numbers, wanted in (((), in_a_text), (("户号",), in_a_sheet)):
        raw = RawFile("x", ("户号",), len(numbers), 0, 2, False, numbers=kept_as_numbers)
        part = RawPart(1, date(2024, 4, 30), path, raw, RULE, {"CONS_NO": "户号"})
        (found,) = with_widths(con, [part], Width(WIDTH))
        assert (found.number_width == WIDTH) is wanted, kept_as_numbers


@pytest.mark.parametrize(
    ("numbers", "customers", "is_padded"),
    [
        (["12345678", "22345678", "32345678", "3", "45"], ["00000003", "00000045", "12345678"], True),
        (["12345678", "22345678", "32345678", "3", "45"], ["00000003", "12345678"], False),
        (["12345678", "22345678", "32345678", "3"], ["00000003", "3"], False),
        (["12345678", "02345678", "32345678", "3"], ["00000003"], False),
    ],
    ids=["customers", "one of two", "another's", "zeros are kept"],
)
def test_few_short_numbers_are_told_by_the_customers_that_they_are(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, numbers: list[str], customers: list[str], is_padded: bool
) -> None:
    parts = []
    for no, (table, cells) in enumerate((("A_RCVBL_FLOW", numbers), ("C_CONS", customers))):
        path = tmp_path / f"{no}.parquet"
        pq.write_table(pa.table({"户号": [*cells, *cells]}), path)
        raw = RawFile("x", ("户号",), len(cells), 0, 2, False)
        rule = read_mapping().tables[table]
        parts.append(RawPart(no, date(2024, 4, 30), path, raw, rule, {"CONS_NO": "户号"}))
    (found,) = with_widths(con, parts[:1], Width(WIDTH, (parts[1],)))
    assert (found.number_width == WIDTH) is is_padded


def test_what_may_have_kept_numbers_is_told_by_what_the_file_is(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text(text_of([bill(1)], BILL), encoding="utf-8")
    table = pa.table({"CONS_NO": ["1"], "RCVBL_AMT": [1.5], "RCVBL_YM": [202401]})
    pq.write_table(table, folder / "b.parquet")
    (tmp_path / "raw").mkdir()
    store = RawStore(tmp_path / "raw", tmp_path, con)
    raws = [store.keep(inspected(folder / name)[0]) for name in ("a.csv", "b.parquet")]
    assert [raw.numbers for raw in raws] == [(), ("RCVBL_AMT", "RCVBL_YM")]
    assert raw_of({"key": "k", "headings": ["a"], "records": 1, "rejected": 0, "first_line": 2,
                   "has_lines": False}).numbers == ()  # fmt: skip
