"""What programs write for nothing is no number, month or amount: counted by column, never a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.plausibility_rules import NO_LIMITS
from data.load import quoted_csv
from data.load.customer_numbers import number_width
from data.load.extract_tables import TABLES
from data.load.mapping import mapping_of, read_mapping
from data.load.no_values import may_hold
from data.load.raw_notes import RawFile, write_note
from data.load.raw_store import RawStore
from data.load.text_views import RawPart, make_macros, make_text_view
from tests.data.load_folder import BILL, bill, inspected, loaded, rows_of, write_bills

WORDS = ("nan", "NaN", "None", "N/A", "#N/A", "-", "--", "无", "—", "<NA>", "null", "#REF!", " nan ")
COLUMNS = ("RCVBL_AMT_ID", "CONS_NO", "RCVBL_YM", "RCVBL_AMT", "RCVED_AMT", "ORG_NO", "T_PQ")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_macros(connection)
        yield connection


def test_a_word_for_nothing_is_no_value_of_any_column(tmp_path: Path) -> None:
    rows, number = [bill(0)], 1
    for word in WORDS:
        for column in COLUMNS:
            rows.append(bill(number, **{column: word}))
            number += 1
    write_bills(tmp_path / "20240430", rows)
    report = loaded(tmp_path / "20240430", tmp_path / "wh", limits=NO_LIMITS)
    told = rows_of(
        tmp_path / "wh", "select column_name, lines from reading where kind = 'no_value' order by 1"
    )
    counted = len(WORDS) - 1  # null as it stands is what every reader takes for nothing
    assert told == sorted((column, counted) for column in COLUMNS)
    faults = rows_of(
        tmp_path / "wh", "select column_name, reason, count(*) from quarantine group by all order by 1"
    )
    assert faults == [(c, "missing", len(WORDS)) for c in ("CONS_NO", "RCVBL_AMT", "RCVBL_YM")]
    assert report.files[0].loaded == len(rows) - 3 * len(WORDS)
    known = rows_of(tmp_path / "wh", "select count(*), count(bill_no) from fct_bill")
    assert known == [(len(rows) - 3 * len(WORDS), len(rows) - 4 * len(WORDS))]


def _part(folder: Path, cells: dict[str, list[str | None]], table: str, rule: object = None) -> RawPart:
    path = folder / f"{table}.parquet"
    pq.write_table(pa.table({h: pa.array(c, pa.string()) for h, c in cells.items()}), path)
    many = len(next(iter(cells.values())))
    raw = RawFile("x", tuple(cells), many, 0, 2, False)
    used = rule or read_mapping().tables[table]
    return RawPart(1, date(2024, 4, 30), path, raw, used, {h: h for h in cells})  # type: ignore[arg-type]


def test_only_columns_that_may_hold_words_are_looked_at(tmp_path: Path) -> None:
    plain = {
        "CONS_NO": ["01", "9"],
        "RCVBL_AMT": ["5.00", "7"],
        "T_PQ": [None, None],
        "CALC_ID": ["1", None],
    }
    worded = {"ORG_NO": ["33401", "nan"], "RCVED_AMT": ["-5.00", "/", "5.00"], "AMT_TYPE": ["#N/A", "01"]}
    days = {"RELEASE_DATE": ["nan", "20240105"]}
    cells = {h: [*c, None][:3] for h, c in {**plain, **worded, **days}.items()}
    part = _part(tmp_path, cells, "A_RCVBL_FLOW")  # type: ignore[arg-type]
    assert may_hold(part.path, part.raw, part.columns) == set(worded)
    known = replace(part.raw, shapes=(("RCVED_AMT", ("bare", "cents")), ("ORG_NO", ("bare",))))
    assert may_hold(part.path, known, part.columns) == set(worded) - {"RCVED_AMT"}


def test_a_name_is_a_name_and_a_word_of_the_mapping_is_what_it_means(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    codes = {"columns": {"PROP_LIST_ID": {"from": ["PROP_LIST_ID"], "values": {"-": "00"}}}}
    raw = {"name": "x", "extends": "sg186", "tables": {"SA_PROP_LIST": codes}}
    rule = mapping_of(raw, "x").tables["SA_PROP_LIST"]
    cells: dict[str, list[str | None]] = {
        "PROP_TYPE_ID": ["t", "无"],
        "PROP_LIST_ID": ["-", "nan"],
        "PROP_LIST_NAME": ["无", "-"],
    }
    table = TABLES["SA_PROP_LIST"]
    make_text_view(con, table, [_part(tmp_path, cells, "SA_PROP_LIST", rule)])
    found = con.table(table.view).order("line").select(*table.columns).fetchall()
    assert found == [("t", "00", "无"), (None, None, "-")]


def test_a_stroke_in_the_customer_table_does_not_hide_how_long_numbers_are(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    part = _part(tmp_path, {"CONS_NO": ["00000001", "12345678", "-", "nan", None]}, "C_CONS")
    width = number_width(con, [part])
    assert width is not None and width.length == 8


KINDS = ["plain", "quoted", "decorated", "gbk", "parquet"]


def _bills_of_kind(folder: Path, kind: str) -> Path:
    """Bills whose first days are words for an empty cell, four of them, none or a day."""
    words = ["NULL", r"\N", "null", "(null)", "", "20240301"]
    rows = [bill(n, PENALTY_BGN_DATE=word, T_PQ="NULL") for n, word in enumerate(words, 1)]
    path = write_bills(folder, rows)
    text = path.read_text(encoding="utf-8")
    if kind == "quoted":
        text = text.replace("33401", '"33401"').replace("\n", ",NULL\n").replace(",NULL", ",*", 1)
    if kind == "decorated":
        text = f"{text}\n合计{',' * (len(BILL) - 1)}\n"
    path.write_text(text, encoding="gb18030" if kind == "gbk" else "utf-8")
    if kind == "gbk":
        path.write_bytes(path.read_bytes().replace(b"33401", "西".encode("gb18030"), 1))
    if kind == "parquet":
        path.unlink()
        path = path.with_suffix(".parquet")
        pq.write_table(pa.table({name: [row[name] for row in rows] for name in BILL}), path)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_words_for_an_empty_cell_are_counted_where_a_day_should_stand(tmp_path: Path, kind: str) -> None:
    """Every reader counts them, and what is empty is none; in other columns they are an empty cell. A column
    may be called `*`.
    """
    _bills_of_kind(tmp_path / "in", kind)
    loaded(tmp_path / "in", tmp_path / "wh")
    told = rows_of(tmp_path / "wh", "select column_name, lines from reading where kind = 'no_day'")
    assert told == [("PENALTY_BGN_DATE", 4)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_kept_by_an_earlier_program_is_counted_when_it_is_brought_again(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "raw").mkdir()
    (file,) = inspected(_bills_of_kind(tmp_path / "in", kind))
    days = {"PENALTY_BGN_DATE", "RELEASE_DATE"}
    new = RawStore(tmp_path / "raw", tmp_path, con).keep(file, days)
    assert dict(new.nothing) == {"PENALTY_BGN_DATE": 0 if kind == "parquet" else 4, "RELEASE_DATE": 0}
    write_note(tmp_path / "raw", replace(new, nothing=()))
    store = RawStore(tmp_path / "raw", tmp_path, con)
    was = store.path(new.key).stat()
    assert store.keep(file, days) == new and store.counted_anew == {new.key} and not store.kept_anew
    assert store.path(new.key).stat() == was and not store.check(new.key).faults
    later = RawStore(tmp_path / "raw", tmp_path, con)
    assert later.keep(file, days) == new and not later.counted_anew


def test_a_text_is_read_twice_only_where_a_day_is_empty(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, rows_of_text = [], quoted_csv._rows_of
    monkeypatch.setattr(quoted_csv, "_rows_of", lambda *a: read.append(a) or rows_of_text(*a))
    (tmp_path / "raw").mkdir()
    (file,) = inspected(_bills_of_kind(tmp_path / "in", "plain"))
    path = tmp_path / "raw"
    assert RawStore(path, tmp_path, con).keep(file, {"RCVBL_YM"}).nothing == (("RCVBL_YM", 0),)
    assert not read and file.text is not None and file.text.is_worded
    both = RawStore(path, tmp_path, con).keep(file, {"RCVBL_YM", "PENALTY_BGN_DATE"})
    assert dict(both.nothing) == {"RCVBL_YM": 0, "PENALTY_BGN_DATE": 4} and len(read) == 1
