"""Reading a database into a folder: all of it as it came, proved by the database's own totals, or nothing."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from dashboard.__main__ import main
from data.errors import DengtaError, EnvironmentRefusedError, InputError
from data.extract import reading, work
from data.extract.address import address, without_secrets
from data.extract.cells import text_of
from data.extract.refusals import database_refusals
from data.extract.totals import Totals
from data.kept.locking import writer_lock
from services.warehouse.extracting import ExtractReport, extract
from services.warehouse.sampling import make_sample
from tests.data.databases import Rows, fill, tables_in
from tests.data.load_folder import BILL, bill, bills_in, loaded, receipt, rows_of

KINDS = {"A_RCVBL_FLOW.RCVBL_AMT": "numeric", "A_RCVBL_FLOW.RCVBL_AMT_ID": "integer"}
FIGURES = ("fct_bill", "fct_receipt", "agg_flow", "dim_customer", "dim_area", "dim_org")
NUMBERS = range(1, 8)


def database(path: Path, bills: Iterable[dict[str, str]] | None = None, **kinds: str) -> str:
    """A database of bills and a receipt, seven as nothing else is said; its address."""
    rows = [bill(n) for n in NUMBERS] if bills is None else list(bills)
    tables = {"A_RCVBL_FLOW": Rows(list(rows[0]), rows), "A_RCVED_FLOW": Rows(list(receipt(1)), [receipt(1)])}
    own = {f"A_RCVBL_FLOW.{name}": kind for name, kind in kinds.items()}
    fill(create_engine(f"sqlite:///{path}"), tables, KINDS | own)
    return f"sqlite:///{path}"


def statement(path: Path, said: str, *values: object) -> None:
    """Change a database."""
    with sqlite3.connect(path) as c:
        c.execute(said, values)
    c.close()


def rows_in(folder: Path, name: str = "A_RCVBL_FLOW") -> list[dict[str, Any]]:
    """What was published of a table."""
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def numbers_in(folder: Path) -> list[int]:
    """The bills that were published."""
    return sorted(int(row["RCVBL_AMT_ID"]) - 1000 for row in rows_in(folder))


def refused(key: str, *given: Any, **options: Any) -> dict[str, object]:
    """What a refusal says."""
    with pytest.raises(DengtaError) as told:
        extract(*given, **options)
    assert told.value.key == key, told.value
    return told.value.params


def of(report: ExtractReport, table: str) -> Any:
    """What a report says of a table."""
    return next(t for t in report.tables if t.table == table)


@pytest.mark.parametrize("customers", [40, pytest.param(600, marks=pytest.mark.full)])
def test_an_extract_gives_the_figures_that_its_files_give(customers: int, tmp_path: Path) -> None:
    """A sample in a database is the sample: bills, receipts, flows and customers are equal."""
    make_sample(tmp_path / "in", customers=customers, months=10, seed=5)
    tables = tables_in(tmp_path / "in")
    fill(create_engine(f"sqlite:///{tmp_path / 'db'}"), tables)
    report = extract(f"sqlite:///{tmp_path / 'db'}", tmp_path / "out")
    assert {t.name: t.rows for t in report.tables} == {n: len(held.rows) for n, held in tables.items()}
    assert not set(report.missing) & set(tables) and report.beside == ()
    one, other = (loaded(tmp_path / n, tmp_path / f"{n}.house").totals() for n in ("in", "out"))
    assert one == other
    figures = [
        [rows_of(tmp_path / f"{n}.house", f"select * from {name} order by all") for name in FIGURES]
        for n in ("in", "out")
    ]
    assert len(figures[0][0]) > 5 * customers
    assert figures[0] == figures[1]


def test_what_was_read_is_what_lies_there_and_the_manifest_tells_it(tmp_path: Path) -> None:
    rows = [bill(n, RCVED_AMT="") for n in NUMBERS] + [bill(8, RCVBL_AMT="-0.10", T_PQ="")]
    url = database(tmp_path / "db", rows, T_PQ="real")
    statement(tmp_path / "db", "alter table A_RCVBL_FLOW add column PHOTO blob")
    statement(tmp_path / "db", "create table C_CONS (cons_no text, CONS_NAME text)")
    statement(tmp_path / "db", "create table A_RCVBL_FLOW_202609 (CONS_NO text)")
    report = extract(url, tmp_path / "out")
    bills = of(report, "A_RCVBL_FLOW")
    assert (bills.rows, bills.amount, bills.totals.amount) == (8, "RCVBL_AMT", "28.18")
    assert (bills.totals.smallest, bills.totals.largest, bills.left_out) == ("1001", "1008", ("PHOTO",))
    assert "A_PAY_FLOW" in report.missing and "C_CONS" not in report.missing
    assert report.beside == ("A_RCVBL_FLOW_202609",)
    assert of(report, "C_CONS").rows == 0
    expected = [{n: row[n] or None for n in BILL} for row in rows]
    for row in expected:
        row["RCVBL_AMT"] = {"-0.10": "-0.1"}.get(str(row["RCVBL_AMT"]), row["RCVBL_AMT"])
    assert rows_in(tmp_path / "out") == expected
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"][0]["totals"]["rows"] == 8 and manifest["since"] is None
    assert {"began", "ended", "seconds", "missing", "mapping", "database"} <= set(manifest)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        *("A_RCVBL_FLOW.parquet", "A_RCVED_FLOW.parquet", "C_CONS.parquet", "manifest.json"),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e22, "10000000000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1200.5, "1200.5"),
        (10**18, "1000000000000000000"),
        (True, "1"),
        (date(2026, 1, 5), "2026-01-05"),
    ],
)
def test_a_value_is_written_as_it_came(value: object, text: str) -> None:
    assert text_of(value) == text


def test_rows_of_one_key_and_rows_without_one_are_not_lost_between_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 3)
    rows = [bill(n, T_PQ=str(k)) for n in (1, 2, 2, 2, 2, 3, 4, 4, 5) for k in (7,)]
    rows += [bill(6, RCVBL_AMT_ID="", T_PQ="1"), bill(7, RCVBL_AMT_ID="", T_PQ="2")]
    url = database(tmp_path / "db", rows)
    extract(url, tmp_path / "out")
    assert len(rows_in(tmp_path / "out")) == 11
    assert sorted(str(r["T_PQ"]) for r in rows_in(tmp_path / "out") if r["RCVBL_AMT_ID"] is None) == [
        "1",
        "2",
    ]


def broken_off(
    monkeypatch: pytest.MonkeyPatch, url: str, out: Path, after: int, size: int = 2, **options: Any
) -> None:
    """An extract whose machine stops after so many batches."""
    kept = work.Work.take_part
    left = [after]

    def stop(*given: Any) -> None:
        kept(*given)
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reading, "BATCH", size)
        patch.setattr(work.Work, "take_part", stop)
        with pytest.raises(KeyboardInterrupt):
            extract(url, out, **options)


def test_an_extract_that_was_broken_off_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"
    broken_off(monkeypatch, url, out, after=2)
    assert [p.name for p in out.iterdir()] == [".extract"]
    with pytest.raises(InputError, match="extract_unfinished"):
        loaded(out, tmp_path / "house")
    asked: list[str] = []
    streamed = reading._streamed
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(reading, "_streamed", lambda c, s, q: [asked.append(s.name), streamed(c, s, q)][1])
    report = extract(url, out)
    assert numbers_in(out) == list(NUMBERS) and report.begun_again == ()
    assert (
        asked.count("A_RCVBL_FLOW") == 3
    )  # of the four batches of seven and the one without keys, two were read
    assert not (out / ".extract").exists()


def test_a_table_that_appears_before_one_that_was_read_takes_none_of_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"
    broken_off(monkeypatch, url, out, after=6)
    before = list(json.loads((out / ".extract" / "progress.json").read_text(encoding="utf-8"))["tables"])
    statement(tmp_path / "db", "create table ARC_A_RCVBL_FLOW as select * from A_RCVBL_FLOW limit 3")
    report = extract(url, out)
    assert before == ["A_RCVBL_FLOW", "A_RCVED_FLOW"] and report.begun_again == ()
    assert [t.name for t in report.tables] == ["A_RCVBL_FLOW", "ARC_A_RCVBL_FLOW", "A_RCVED_FLOW"]
    assert numbers_in(out) == list(NUMBERS) and len(rows_in(out, "ARC_A_RCVBL_FLOW")) == 3
    assert [r["RCVED_AMT_ID"] for r in rows_in(out, "A_RCVED_FLOW")] == [receipt(1)["RCVED_AMT_ID"]]


def test_a_table_without_a_key_that_was_not_finished_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement(tmp_path / "db", "create table A_RCVBL_FLOW (CONS_NO text, RCVBL_YM text, RCVBL_AMT text)")
    statement(tmp_path / "db", "insert into A_RCVBL_FLOW values ('1', '202401', '1'), ('2', '202401', '2')")
    broken_off(monkeypatch, f"sqlite:///{tmp_path / 'db'}", tmp_path / "out", after=1)
    report = extract(f"sqlite:///{tmp_path / 'db'}", tmp_path / "out")
    assert report.begun_again == ("A_RCVBL_FLOW",) and len(rows_in(tmp_path / "out")) == 2


@pytest.mark.parametrize("change", ["row", "part", "note", "columns"])
def test_what_changed_since_it_was_broken_off_is_read_again(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"
    broken_off(monkeypatch, url, out, after=2)
    if change == "row":
        statement(tmp_path / "db", "update A_RCVBL_FLOW set RCVBL_AMT = 99.99 where RCVBL_AMT_ID = 1001")
    elif change == "columns":
        statement(tmp_path / "db", "alter table A_RCVBL_FLOW add column CALC_ID integer")
    elif change == "part":
        part = sorted((out / ".extract").glob("*.part"))[0]
        part.write_bytes(part.read_bytes()[:-9] + b"\0" * 9)
    else:
        note = out / ".extract" / "progress.json"
        note.write_text(note.read_text(encoding="utf-8").replace("1004", "1005"), encoding="utf-8")
    report = extract(url, out)
    assert numbers_in(out) == list(NUMBERS)
    assert report.begun_again == (() if change == "note" else ("A_RCVBL_FLOW",))
    first = next(r for r in rows_in(out) if r["RCVBL_AMT_ID"] == "1001")
    assert first["RCVBL_AMT"] == ("99.99" if change == "row" else "1.01")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("delete from A_RCVBL_FLOW where RCVBL_AMT_ID = 1003", "行数"),
        ("update A_RCVBL_FLOW set RCVBL_AMT = RCVBL_AMT + 0.01 where RCVBL_AMT_ID = 1003", "金额合计"),
        ("update A_RCVBL_FLOW set RCVBL_AMT_ID = 1 where RCVBL_AMT_ID = 1001", "最小的键"),
        ("update A_RCVBL_FLOW set RCVBL_AMT_ID = 2000 where RCVBL_AMT_ID = 1007", "最大的键"),
        ("update A_RCVBL_FLOW set RELEASE_DATE = '20991231' where RCVBL_AMT_ID = 1003", "最晚的变动"),
    ],
)
def test_a_table_that_changes_while_it_is_read_is_refused_whole(
    said: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database that holds nothing still, changed after it told its totals."""
    url, out = database(tmp_path / "db"), tmp_path / "out"
    streamed, changed = reading._streamed, []

    def change_first(*given: Any) -> Any:
        if not changed:
            changed.append(statement(tmp_path / "db", said))
        return streamed(*given)

    monkeypatch.setattr(reading, "_streamed", change_first)
    monkeypatch.setenv("DENGTA_LANG", "zh")
    assert main(["extract", "--url", url, "--out", str(out)]) == 2
    assert f"A_RCVBL_FLOW 写出的与数据库所说的不一致（{what}：" in capsys.readouterr().err
    assert [p.name for p in out.iterdir()] == [".extract"]
    assert of(extract(url, out), "A_RCVBL_FLOW").rows == len(rows_in(out))


FORMS = {"digits": "%Y%m%d", "iso": "%Y-%m-%d", "slashes": "%Y/%m/%d", "instants": "%Y-%m-%d 10:20:30"}


@pytest.mark.parametrize("form", FORMS)
def test_since_takes_what_changed_or_may_have(form: str, tmp_path: Path) -> None:
    """On the day, after it, without a day, and with what programs write where there is none."""
    days = [date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7), date(2026, 11, 1)]
    rows = [bill(n, RELEASE_DATE=day.strftime(FORMS[form])) for n, day in enumerate(days, 1)]
    rows += [bill(5, RELEASE_DATE=""), bill(6, RELEASE_DATE=date(1900, 1, 1).strftime(FORMS[form]))]
    url = database(tmp_path / "db", rows, RELEASE_DATE="text")
    report = extract(url, tmp_path / "out", since=date(2026, 10, 6))
    assert numbers_in(tmp_path / "out") == [2, 3, 4, 5, 6]
    assert (of(report, "A_RCVBL_FLOW").since, of(report, "A_RCVED_FLOW").since) == (
        "RELEASE_DATE",
        "RCVED_DATE",
    )
    assert of(report, "A_RCVED_FLOW").rows == 0


def test_since_is_refused_where_days_are_written_in_several_forms(tmp_path: Path) -> None:
    rows = [bill(1), bill(2, RELEASE_DATE="2024-02-05"), bill(3)]
    url = database(tmp_path / "db", rows, RELEASE_DATE="text")
    said = refused("database_since_unclear", url, tmp_path / "out", since=date(2024, 1, 1))
    assert said["column"] == "RELEASE_DATE"
    assert numbers_in_whole(url, tmp_path / "whole") == [1, 2, 3]


def numbers_in_whole(url: str, out: Path) -> list[int]:
    """The bills of an extract of everything."""
    extract(url, out)
    return numbers_in(out)


def test_days_as_numbers_are_compared_as_days(tmp_path: Path) -> None:
    rows = [bill(1, RELEASE_DATE="20261005"), bill(2, RELEASE_DATE="20261006"), bill(3, RELEASE_DATE="0")]
    url = database(tmp_path / "db", rows, RELEASE_DATE="integer")
    extract(url, tmp_path / "out", since=date(2026, 10, 6))
    assert numbers_in(tmp_path / "out") == [2, 3]


def mapping_file(path: Path, **tables: str) -> Path:
    """A mapping of its own."""
    text = "".join(f"[tables.{table}]\n{said}\n" for table, said in tables.items())
    path.write_text(text, encoding="utf-8")
    return path


HOSTILE = {
    "quotes": 'it\'s "the" `bills` [x]',
    "statement": 'x"; drop table "A_RCVED_FLOW"; --',
    "percent": "100%s (x)s :y",
    "slash": "../../bills",
    "chinese": "应收电费 明细",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_table_of_any_name_is_read_and_nothing_else_happens(name: str, tmp_path: Path) -> None:
    table = HOSTILE[name]
    columns = {'it\'s "CONS_NO"': "CONS_NO", "月%s": "RCVBL_YM", "AMT:1": "RCVBL_AMT", "RCVBL_AMT_ID": ""}
    quoted = '"' + table.replace('"', '""') + '"'
    made = ", ".join('"' + c.replace('"', '""') + '" text' for c in columns)
    statement(tmp_path / "db", f"create table {quoted} ({made})")
    statement(tmp_path / "db", f"insert into {quoted} values ('001', '202401', '5.00', '1')")
    statement(tmp_path / "db", "create table A_RCVED_FLOW (CONS_NO text, THIS_RCVED_AMT text)")
    said = f"files = [{json.dumps(table)}]\nkey = 'RCVBL_AMT_ID'\n[tables.A_RCVBL_FLOW.columns]\n"
    said += "".join(f"{c} = [{json.dumps(heading)}]\n" for heading, c in columns.items() if c)
    mapping = mapping_file(tmp_path / "mine.toml", A_RCVBL_FLOW=said)
    report = extract(f"sqlite:///{tmp_path / 'db'}", tmp_path / "out", mapping=mapping)
    assert [(t.name, t.rows) for t in report.tables] == [(table, 1)]
    assert (tmp_path / "out" / report.tables[0].file).parent == tmp_path / "out"
    if name != "slash":
        return
    loaded(tmp_path / "out", tmp_path / "house", mapping=mapping)
    assert list(bills_in(tmp_path / "house").values()) == [500]
    with sqlite3.connect(tmp_path / "db") as c:
        assert c.execute("select count(*) from A_RCVED_FLOW").fetchone() == (0,)


def test_words_of_sql_are_names_like_others(tmp_path: Path) -> None:
    kinds = '"order" integer, "select" text, "from" text, "group" numeric, "where" text'
    statement(tmp_path / "db", f'create table "table" ({kinds})')
    statement(tmp_path / "db", "insert into \"table\" values (1, '1', '202401', 5, '2024-01-01')")
    statement(tmp_path / "db", "insert into \"table\" values (2, '2', '202402', 7.5, '2024-02-01')")
    said = "files = ['table']\nkey = 'RCVBL_AMT_ID'\nchanged = 'RELEASE_DATE'\n"
    said += "columns = { RCVBL_AMT_ID = ['order'], CONS_NO = ['select'], RCVBL_YM = ['from'], "
    said += "RCVBL_AMT = ['group'], RELEASE_DATE = ['where'] }"
    mapping = mapping_file(tmp_path / "mine.toml", A_RCVBL_FLOW=said)
    report = extract(f"sqlite:///{tmp_path / 'db'}", tmp_path / "out", mapping, since=date(2024, 2, 1))
    assert of(report, "A_RCVBL_FLOW").totals == Totals(1, "7.5", "2", "2", "2024-02-01")
    assert [row["select"] for row in rows_in(tmp_path / "out", of(report, "A_RCVBL_FLOW").file[:-8])] == ["2"]


def test_numbers_of_sqlite_may_be_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts among amounts count for nothing, as there; among keys and days they are told apart as texts."""
    odd = ["nan", "-inf", "1_000", "１２", "", "x", "1,234.50", "0x10", " 12 ", "1e2"]
    keys = ["", "x", "1003.5", "-1", "1001", "1001"]
    rows = [bill(n, RCVBL_AMT=text) for n, text in enumerate(odd, 1)]
    rows += [bill(30 + n, RCVBL_AMT_ID=text, RELEASE_DATE="") for n, text in enumerate(keys)]
    url = database(tmp_path / "db", rows, RELEASE_DATE="integer")
    statement(tmp_path / "db", "update A_RCVBL_FLOW set RELEASE_DATE = '' where RELEASE_DATE is null")
    statement(tmp_path / "db", "update A_RCVBL_FLOW set RCVBL_AMT_ID = '' where RCVBL_AMT_ID is null")
    statement(tmp_path / "db", "update A_RCVBL_FLOW set RCVBL_AMT = '' where RCVBL_AMT is null")
    broken_off(monkeypatch, url, tmp_path / "out", after=4)
    monkeypatch.setattr(reading, "BATCH", 2)
    totals = of(extract(url, tmp_path / "out", since=None), "A_RCVBL_FLOW").totals
    assert totals.amount == str(12 + 100 + sum(Decimal(bill(30 + n)["RCVBL_AMT"]) for n in range(6)))
    assert (totals.rows, totals.smallest, totals.largest, totals.latest) == (16, "", "x", "20240205")
    there = rows_in(tmp_path / "out")
    assert sorted(r["RCVBL_AMT_ID"] for r in there if r["RELEASE_DATE"] == "") == sorted(keys)
    assert {r["RCVBL_AMT"] for r in there} >= {*odd[:-2], "12", "100"}


@pytest.mark.parametrize("amount", ["9e999", "-1e300", "1e13"])
def test_a_number_that_is_no_amount_is_refused_by_name(amount: str, tmp_path: Path) -> None:
    url = database(tmp_path / "db")
    statement(tmp_path / "db", f"update A_RCVBL_FLOW set RCVBL_AMT = {amount} where RCVBL_AMT_ID < 1003")
    assert refused("database_odd_amount", url, tmp_path / "out")["column"] == "RCVBL_AMT"


def test_one_table_that_is_read_as_two_is_one_file_with_what_both_know(tmp_path: Path) -> None:
    statement(tmp_path / "db", "create table flat (no text, month text, due text, paid text, other text)")
    statement(tmp_path / "db", "insert into flat values ('001', '202401', '5.00', '2.00', 'x')")
    bills = "files = ['flat']\ncolumns = { CONS_NO = ['no'], RCVBL_YM = ['month'], RCVBL_AMT = ['due'] }"
    receipts = (
        "files = ['flat']\ncolumns = { CONS_NO = ['no'], RCVBL_YM = ['month'], THIS_RCVED_AMT = ['paid'] }"
    )
    mapping = mapping_file(tmp_path / "mine.toml", A_RCVBL_FLOW=bills, A_RCVED_FLOW=receipts)
    mapping.write_text("shared = true\n" + mapping.read_text(encoding="utf-8"), encoding="utf-8")
    report = extract(f"sqlite:///{tmp_path / 'db'}", tmp_path / "out", mapping=mapping)
    assert [(t.name, t.left_out) for t in report.tables] == [("flat", ("other",))]
    assert rows_in(tmp_path / "out", "flat") == [
        {"no": "001", "month": "202401", "due": "5.00", "paid": "2.00"}
    ]


def test_nul_and_huge_values_come_through(tmp_path: Path) -> None:
    url = database(tmp_path / "db")
    huge = "长" * 1_000_000
    statement(tmp_path / "db", "update A_RCVBL_FLOW set PAY_MODE = ?" if "PAY_MODE" in BILL else "select 1")
    statement(tmp_path / "db", "update A_RCVBL_FLOW set T_PQ = ? where RCVBL_AMT_ID = 1001", huge)
    statement(
        tmp_path / "db", "update A_RCVBL_FLOW set ORG_NO = ? where RCVBL_AMT_ID = 1002", "33\0401\r\n'\"\t"
    )
    extract(url, tmp_path / "out")
    first, second, *_ = rows_in(tmp_path / "out")
    assert first["T_PQ"] == huge and second["ORG_NO"] == "33\0401\r\n'\"\t"
    assert loaded(tmp_path / "out", tmp_path / "house").totals()["read"] == 8


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [("blob", b"\x01\x02", "database_odd_column"), ("text", b"\x01\x02", "database_odd_value")],
)
def test_what_is_no_text_number_or_day_is_refused_by_name(
    kind: str, value: bytes, key: str, tmp_path: Path
) -> None:
    url = database(tmp_path / "db", ORG_NO=kind)
    statement(tmp_path / "db", "update A_RCVBL_FLOW set ORG_NO = ?", value)
    assert refused(key, url, tmp_path / "out")["column"] == "ORG_NO"


def test_a_folder_takes_one_extract(tmp_path: Path) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x", encoding="utf-8")
    assert refused("extract_folder_not_empty", url, tmp_path / "full")["name"] == "mine.txt"
    refused("not_a_folder", url, tmp_path / "full" / "mine.txt")
    extract(url, out)
    refused("extract_is_there", url, out)
    assert numbers_in(out) == list(NUMBERS)


def test_two_extracts_into_one_folder_and_one_of_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"
    monkeypatch.setattr("data.kept.locking.WAIT_SECONDS", 0.1)
    broken_off(monkeypatch, url, out, after=1)
    with writer_lock(out / ".extract" / "lock"):
        refused("another_extract_runs", url, out)
    refused("extract_of_another", url, out, since=date(2024, 1, 1))
    extract(url, out)
    assert numbers_in(out) == list(NUMBERS)


@pytest.mark.parametrize("where", ["part", "whole", "note", "manifest"])
def test_a_full_disk_is_said_and_the_next_run_goes_on(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    place = {"part": "write_part", "whole": "united", "note": "keep", "manifest": "hand_over"}[where]
    with monkeypatch.context() as patch:
        patch.setattr(work.Work, place, full)
        with pytest.raises(EnvironmentRefusedError, match="extract_disk_full"):
            extract(url, out)
    assert not list(out.glob("*.parquet"))
    extract(url, out)
    assert numbers_in(out) == list(NUMBERS)


def test_a_kill_between_two_files_of_the_publication_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = database(tmp_path / "db"), tmp_path / "out"
    for place in ("flush_folder", "write_sealed"):
        with monkeypatch.context() as patch:
            kept = getattr(work, place)

            def stop(path: Path, *given: Any, kept: Any = kept) -> None:
                if path == out or path.name == "manifest.json":
                    raise KeyboardInterrupt
                kept(path, *given)

            patch.setattr(work, place, stop)
            with pytest.raises(KeyboardInterrupt):
                extract(url, out)
        assert list(out.glob("*.parquet")) and (out / ".extract").exists()
        with pytest.raises(InputError, match="extract_unfinished"):
            loaded(out, tmp_path / "house")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            extract(url, out)
    told = (out / "manifest.json").read_bytes()
    assert of(extract(url, out), "A_RCVBL_FLOW").rows == 7
    assert (out / "manifest.json").read_bytes() == told
    assert not (out / ".extract").exists() and numbers_in(out) == list(NUMBERS)


def test_a_database_is_only_read(tmp_path: Path) -> None:
    from data.extract.address import opened

    url = database(tmp_path / "db")
    before = (tmp_path / "db").read_bytes()
    with opened(address(url), "").connect() as c, pytest.raises(Exception, match="readonly"):
        c.exec_driver_sql("delete from A_RCVBL_FLOW")
    extract(url, tmp_path / "out")
    assert (tmp_path / "db").read_bytes() == before
    assert refused("database_no_file", f"sqlite:///{tmp_path / 'other'}", tmp_path / "more")
    assert not (tmp_path / "other").exists()


SECRET = "gehe1m!"  # noqa: S105
REFUSED = {
    f"mysql://reader:{SECRET}@db.example/sg": "database_url_password",
    f"postgresql://db/sg?password={SECRET}": "database_url_password",
    f"mysql://db/sg?passwd={SECRET}": "database_url_password",
    "mysql://db/sg?init_command=drop+table+x": "database_url_setting",
    "mysql://db/sg?read_default_file=/etc/passwd": "database_url_setting",
    "mysql://db/sg?local_infile=1": "database_url_setting",
    "mysql://db/sg?charset=latin1": "database_url_setting",
    "postgresql://db/sg?options=-c+x": "database_url_setting",
    "mysql+mysqldb://db/sg": "database_kind_unknown",
    "duckdb:///x": "database_kind_unknown",
    f"reader:{SECRET}@db": "database_url_unreadable",
    "": "database_url_unreadable",
    "oracle://db/sg": "database_driver_missing",
}


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_is_refused_in_a_sentence_that_holds_no_secret(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "en")
    with pytest.raises(InputError) as told:
        extract(url, tmp_path / "out")
    assert told.value.key == REFUSED[url]
    assert main(["extract", "--url", url, "--out", str(tmp_path / "out"), "--verbose"]) == 2
    if url:
        assert main(["extract", "--url", "x", "--out", str(tmp_path / "out"), "--uri", url]) == 2
        assert main(["extract", "--url", "x", "--out", str(tmp_path / "out"), "--since", url]) == 2
        assert main(["extract", "--url", "x", "--out", str(tmp_path / "out"), f"--verbose={url}"]) == 2
    said = capsys.readouterr()
    assert SECRET not in said.err + said.out + repr(told.value.params)
    assert "⟦" not in said.err
    assert not (tmp_path / "out").exists()


def test_a_password_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.extract.address import password

    monkeypatch.setenv("DENGTA_DB_PASSWORD", "of the environment")
    assert password(None) == "of the environment"
    file = tmp_path / "secret"
    file.write_bytes(f" {SECRET} 秘\r\n".encode())
    assert password(file) == f" {SECRET} 秘"
    for wrong in (b"", b"\n", b"two\nlines\n", b"\xff\xfe", b"x" * 5000, b"a\0b"):
        file.write_bytes(wrong)
        with pytest.raises(InputError, match="password_file_unreadable"):
            password(file)
    with pytest.raises(InputError, match="password_file_unreadable"):
        password(tmp_path / "none")


def test_secrets_are_taken_out_of_what_a_driver_says() -> None:
    said = f"cannot reach mysql://me:{SECRET}@db/x?password={SECRET}&a=b with {SECRET}"
    assert without_secrets(said, SECRET) == "cannot reach mysql://me:***@db/x?password=***&a=b with ***"


@pytest.mark.parametrize(
    ("secret", "told"), [("a", "OperationalError"), ("denie", "OperationalError"), ("denied", "*** (a)")]
)
def test_a_short_password_is_told_by_no_holes(secret: str, told: str) -> None:
    with pytest.raises(EnvironmentRefusedError) as refusal, database_refusals("db", secret):
        raise OperationalError("", {}, sqlite3.OperationalError("denied (a)"))
    assert refusal.value.params["detail"] == told


def test_a_table_without_a_column_that_it_needs_and_a_database_without_tables(tmp_path: Path) -> None:
    statement(tmp_path / "db", "create table a_rcvbl_flow (cons_no text, rcvbl_ym text)")
    url = f"sqlite:///{tmp_path / 'db'}"
    assert refused("database_no_column", url, tmp_path / "out")["column"] == "RCVBL_AMT"
    statement(tmp_path / "db", "drop table a_rcvbl_flow")
    statement(tmp_path / "db", "create table other (x text)")
    assert refused("database_no_tables", url, tmp_path / "out")["known"] == ["other"]
    assert refused("database_no_schema", url, tmp_path / "out", schema="none")["schema"] == "none"
    (tmp_path / "noise").write_bytes(b"not a database" * 100)
    said = refused("database_refuses", f"sqlite:///{tmp_path / 'noise'}", tmp_path / "out")
    assert "not a database" in str(said["detail"])
