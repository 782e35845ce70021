"""Extracts from real database servers: what each holds in its own way comes through, unharmed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from dashboard.__main__ import main
from data.errors import EnvironmentRefusedError, InputError
from data.extract import reading
from data.extract.address import address, opened
from data.extract.address import reading as reading_of
from services.warehouse.extracting import extract
from services.warehouse.sampling import make_sample
from tests.data.databases import AMOUNTS, READER, SECRET, Rows, fill, mariadb_server, tables_in
from tests.data.load_folder import bill, loaded, rows_of
from tests.data.replica import translate

NUMBERS = itertools.count()
CUSTOMERS, MONTHS = 20, 3


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A MariaDB server; where it is not installed the tests are skipped out loud, in CI they fail."""
    with mariadb_server(tmp_path_factory.mktemp("mariadb")) as url:
        yield url


def reader_of(root: URL, charset: str = "utf8mb4") -> tuple[Engine, str]:
    """A new database of MariaDB: a connection that may write, and the address for one who may only read."""
    name = f"sg_{next(NUMBERS)}"
    with create_engine(root).begin() as c:
        c.exec_driver_sql(f"create database {name} charset {charset}")
        c.exec_driver_sql(f"create user if not exists {READER}@localhost identified by %s", (SECRET,))
        c.exec_driver_sql(f"grant select on {name}.* to {READER}@localhost")
    own = root.set(database=name)
    return create_engine(own), own.set(username=READER).render_as_string()


@pytest.fixture
def with_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGTA_DB_PASSWORD", SECRET)


@pytest.fixture
def postgres(postgresql: URL) -> tuple[Engine, str]:
    """A new database of PostgreSQL and its address."""
    name = f"extract_{next(NUMBERS)}"
    with create_engine(postgresql, isolation_level="AUTOCOMMIT").connect() as c:
        c.exec_driver_sql(f"create database {name}")
    own = postgresql.set(database=name)
    bare = URL.create("postgresql", own.username, database=name, host=own.host, query=own.query)
    return create_engine(own), bare.render_as_string()


def published(folder: Path, name: str) -> list[dict[str, Any]]:
    """What was published of a table, in the order of its cells."""
    rows = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return sorted(rows, key=lambda row: [str(cell) for cell in row.values()])


def as_files(folder: Path, tables: dict[str, Rows]) -> None:
    """Each table is, cell by cell, what its file holds; decimals have two places in a database."""
    for name, held in tables.items():
        read = published(folder, name)
        names = list(read[0]) if read else []
        expected = [{n: row[n] or None for n in names} for row in held.rows]
        for row in expected:
            for n, value in row.items():
                if value and AMOUNTS.search(n):
                    row[n] = f"{float(value):.2f}"
        expected.sort(key=lambda row: [str(cell) for cell in row.values()])
        assert read == expected and (names or not held.rows), name


def test_mariadb(
    mariadb: URL,
    with_password: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A replica in GBK, recognised by itself and read in batches; a row of each odd kind."""
    monkeypatch.setattr(reading, "BATCH", 50)
    make_sample(tmp_path / "in", customers=CUSTOMERS, months=MONTHS, seed=4)
    translate(tmp_path / "in", tmp_path / "replica")
    tables = tables_in(tmp_path / "replica")
    engine, url = reader_of(mariadb, "gbk")
    fill(engine, tables)
    report = extract(url, tmp_path / "out")
    assert report.mapping == "replica" and report.beside == ()
    as_files(tmp_path / "out", tables)
    assert "update_time" in published(tmp_path / "out", "m_a_rcvbl_flow")[0]
    assert SECRET not in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8") + repr(report)
    engine, url = reader_of(mariadb)
    with engine.begin() as c:
        c.exec_driver_sql("set sql_mode = ''")
        c.exec_driver_sql(
            "create table m_a_rcvbl_flow (id varchar(40) collate utf8mb4_general_ci, cons_no varchar(16),"
            " rcvbl_ym mediumint, rcvbl_amt double(18, 2), release_date date, t_pq float, org_no bigint,"
            " penalty_bgn_date datetime, update_time datetime, photo blob)"
        )
        c.exec_driver_sql(
            "insert into m_a_rcvbl_flow values"
            " ('b', '001', 202401, 0.1, '0000-00-00', 0.1, 33401, '2024-02-01 08:30:00', '2024-03-01', 'x'),"
            " ('B', '002', 202401, 123456789012.34, '2024-01-05', 16777217, 33401, null,"
            " '2024-03-02 10:00:00', 'x'),"
            " ('C', '户\\0号', 202402, -1200.5, null, 1234567.9, 33401, null, '2024-02-29 23:59:59', null),"
            " ('a ', '004', 202402, null, null, null, null, null, null, null)"
        )
    mapping = tmp_path / "mine.toml"
    mapping.write_text(MINE, encoding="utf-8")
    told = extract(url, tmp_path / "odd", mapping=mapping).tables[0]
    assert (told.totals.amount, told.totals.smallest, told.totals.largest) == ("123456787811.94", "B", "b")
    assert (told.totals.latest, told.left_out) == ("2024-03-02 10:00:00", ("photo",))
    rows = {row["id"]: row for row in published(tmp_path / "odd", "m_a_rcvbl_flow")}
    assert [rows[k]["rcvbl_amt"] for k in ("b", "B", "C", "a ")] == [
        "0.1",
        "123456789012.34",
        "-1200.5",
        None,
    ]
    assert [rows[k]["t_pq"] for k in ("b", "B", "C")] == ["0.1", "16777216", "1234567.9"]
    assert (rows["b"]["release_date"], rows["b"]["penalty_bgn_date"]) == ("0000-00-00", "2024-02-01 08:30:00")
    assert (rows["C"]["cons_no"], rows["C"]["rcvbl_ym"]) == ("户\0号", "202402")
    monkeypatch.delenv("DENGTA_DB_PASSWORD")
    (tmp_path / "password").write_text(f"{SECRET}\n", encoding="utf-8")
    words = [
        "--mapping",
        str(mapping),
        "--since",
        "2024-03-01",
        "--password-file",
        str(tmp_path / "password"),
    ]
    assert main(["extract", "--url", url, "--out", str(tmp_path / "since"), *words, "--verbose"]) == 0
    said = capsys.readouterr()
    assert "123456789012.44" in said.out and SECRET not in said.out + said.err + caplog.text
    assert {r["id"] for r in published(tmp_path / "since", "m_a_rcvbl_flow")} == {"b", "B", "a "}


MINE = """
[tables.A_RCVBL_FLOW]
files = ["m_a_rcvbl_flow"]
needs = ["CONS_NO", "RCVBL_YM", "RCVBL_AMT"]
key = "id"
changed = "UPDATE_TIME"
[tables.A_RCVBL_FLOW.columns]
RCVBL_AMT_ID = ["id"]
"""


def test_postgresql(postgres: tuple[Engine, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample in a schema of its own, in batches; values that only this database has."""
    monkeypatch.setattr(reading, "BATCH", 50)
    make_sample(tmp_path / "in", customers=CUSTOMERS, months=MONTHS, seed=4)
    tables = tables_in(tmp_path / "in")
    engine, url = postgres
    with engine.begin() as c:
        c.exec_driver_sql('create schema "Sg 186"')
        c.exec_driver_sql('create schema "odd"')
        c.exec_driver_sql(f'alter database {engine.url.database} set search_path = "Sg 186"')
    engine.dispose()
    fill(engine, tables)
    extract(url, tmp_path / "out", schema="sg 186")
    as_files(tmp_path / "out", tables)
    with engine.begin() as c:
        c.exec_driver_sql(
            "create table odd.a_rcvbl_flow (rcvbl_amt_id char(4), cons_no text, rcvbl_ym int,"
            " rcvbl_amt float8, t_pq real, rcved_amt numeric, release_date date,"
            " penalty_bgn_date timestamptz, photo bytea)"
        )
        c.exec_driver_sql(
            "insert into odd.a_rcvbl_flow values"
            " ('b', '001', 202401, 0.1, 0.1, 1.10, 'infinity', '2024-02-01 08:30:00+08', 'x'),"
            " ('B', '002', 202401, 123456789012.34, 1e20, 'NaN', '2024-01-05', null, null),"
            " (null, '003', 202401, 0.2, null, 12345678901234567890.123456789, '0044-03-15 BC', null, null)"
        )
    told = extract(url, tmp_path / "odd", schema="odd").tables[0]
    assert (told.totals.amount, told.totals.smallest, told.totals.largest) == ("123456789012.64", "B", "b")
    rows = {row["cons_no"]: row for row in published(tmp_path / "odd", "a_rcvbl_flow")}
    assert [rows[k]["rcved_amt"] for k in ("001", "002", "003")] == [
        *("1.10", "NaN", "12345678901234567890.123456789"),
    ]
    assert [rows[k]["release_date"] for k in ("001", "002", "003")] == [
        *("infinity", "2024-01-05", "0044-03-15 BC"),
    ]
    assert [rows[k]["t_pq"] for k in ("001", "002")] == ["0.1", "100000000000000000000"]
    assert rows["001"]["penalty_bgn_date"].startswith("2024-02-01")
    with engine.begin() as c:
        c.exec_driver_sql('create table odd."A_RCVBL_FLOW" (cons_no text)')
    with pytest.raises(InputError, match="database_two_tables"):
        extract(url, tmp_path / "two", schema="odd")


@pytest.mark.full
@pytest.mark.parametrize("schema", ["official", "replica"])
@pytest.mark.parametrize("server", ["mariadb", "postgres"])
def test_the_same_figures_from_a_server_as_from_files(
    server: str, schema: str, request: pytest.FixtureRequest, sample_folder: Path, tmp_path: Path
) -> None:
    engine, url = _of(server, request)
    files = sample_folder
    if schema == "replica":
        files = tmp_path / "files"
        translate(sample_folder, files)
    fill(engine, tables_in(files))
    extract(url, tmp_path / "out")
    told = [loaded(folder, tmp_path / f"house of {folder.name}") for folder in (files, tmp_path / "out")]
    assert told[0].totals() == told[1].totals()
    for name in ("fct_bill", "fct_receipt", "agg_flow", "dim_customer"):
        ask = f"select * from {name} order by all"
        one, other = (rows_of(tmp_path / f"house of {f.name}", ask) for f in (files, tmp_path / "out"))
        assert one == other, name


def _of(server: str, request: pytest.FixtureRequest) -> tuple[Engine, str]:
    if server == "postgres":
        return request.getfixturevalue("postgres")
    request.getfixturevalue("with_password")
    return reader_of(request.getfixturevalue("mariadb"))


BILLS = Rows(list(bill(1)), [bill(n) for n in range(1, 400)])


@pytest.mark.full
@pytest.mark.parametrize("server", ["mariadb", "postgres"])
def test_nothing_can_be_written_by_the_connection_of_an_extract(
    server: str, request: pytest.FixtureRequest
) -> None:
    """By its root, who may write."""
    root = request.getfixturevalue("mariadb") if server == "mariadb" else None
    engine, url = reader_of(root) if root else request.getfixturevalue("postgres")
    fill(engine, {"A_RCVBL_FLOW": BILLS})
    place = address(root.set(database=engine.url.database).render_as_string() if root else url)
    quoted = engine.dialect.identifier_preparer.quote("A_RCVBL_FLOW")
    for said in (f"delete from {quoted}", "create table other (x int)", f"drop table {quoted}"):
        with reading_of(opened(place, "")) as c, pytest.raises(DBAPIError, match=r"(?i)read.only"):
            c.exec_driver_sql(said)


@pytest.mark.full
@pytest.mark.parametrize("server", ["mariadb", "postgres"])
def test_a_connection_that_breaks_off_is_said_and_the_next_one_goes_on(
    server: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, url = _of(server, request)
    fill(engine, {"A_RCVBL_FLOW": BILLS})
    monkeypatch.setattr(reading, "BATCH", 100)
    streamed, count = reading._streamed, itertools.count()

    def cut(c: Any, source: Any, statement: Any) -> Any:
        if next(count) == 2:
            _cut_off(engine, c)
        return streamed(c, source, statement)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "_streamed", cut)
        with pytest.raises(EnvironmentRefusedError, match="database_broke_off") as told:
            extract(url, tmp_path / "out")
    assert SECRET not in str(told.value)
    assert len(list((tmp_path / "out" / ".extract").glob("*.part"))) == 2
    report = extract(url, tmp_path / "out")
    assert report.begun_again == () and report.tables[0].rows == len(
        published(tmp_path / "out", "A_RCVBL_FLOW")
    )


def _cut_off(engine: Engine, c: Any) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        if engine.dialect.name == "postgresql":
            number = c.connection.dbapi_connection.info.backend_pid
            other.exec_driver_sql(f"select pg_terminate_backend({number})")
        else:
            other.exec_driver_sql(f"kill connection {c.connection.dbapi_connection.thread_id()}")


@pytest.mark.full
@pytest.mark.parametrize("server", ["mariadb", "postgres"])
def test_what_others_write_meanwhile_is_not_in_an_extract(
    server: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction sees one moment, of all tables."""
    engine, url = _of(server, request)
    fill(engine, {"A_RCVBL_FLOW": BILLS, "C_CONS": Rows(["CONS_NO"], [{"CONS_NO": "1"}])})
    quoted = {n: engine.dialect.identifier_preparer.quote(n) for n in ("A_RCVBL_FLOW", "C_CONS")}
    streamed, written = reading._streamed, []

    def meanwhile(*given: Any) -> Any:
        if not written:
            with engine.begin() as c:
                written.append(c.exec_driver_sql(f"delete from {quoted['A_RCVBL_FLOW']}").rowcount)
                c.exec_driver_sql(f"delete from {quoted['C_CONS']}")
        return streamed(*given)

    monkeypatch.setattr(reading, "_streamed", meanwhile)
    report = extract(url, tmp_path / "out")
    assert written == [399] and [t.rows for t in report.tables] == [399, 1]


@pytest.mark.full
def test_a_wrong_password_is_said_without_it(
    mariadb: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, url = reader_of(mariadb)
    monkeypatch.setenv("DENGTA_DB_PASSWORD", "not this one")
    with pytest.raises(EnvironmentRefusedError, match="database_refuses") as told:
        extract(url, tmp_path / "out")
    assert "Access denied" in str(told.value) and "not this one" not in str(told.value)
    assert not (tmp_path / "out").exists()
