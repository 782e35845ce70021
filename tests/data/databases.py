"""Databases that hold an extract, filled by plain statements from its files; a MariaDB server of its own."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import OperationalError

from tests.missing import missing

NULLS = ("NULL", r"\N")
AMOUNTS = re.compile(r"(AMT|BAL|PENALTY)$", re.IGNORECASE)
DAYS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANTS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
READER, SECRET = "reader", "p@ss/w:ord 秘"


@dataclass
class Rows:
    """What a table holds."""

    names: list[str]
    rows: list[dict[str, str]] = field(default_factory=list)


def tables_in(folder: Path) -> dict[str, Rows]:
    """The rows of an extract of CSV files by table: what stands behind a name is a month."""
    tables: dict[str, Rows] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as f:
            read = csv.DictReader(f)
            name = re.sub(r"_\d+$", "", path.stem)
            rows = ({n: "" if v in NULLS else v for n, v in row.items()} for row in read)
            tables.setdefault(name, Rows(list(read.fieldnames or ()))).rows.extend(rows)
    return tables


def kind_of(name: str, values: list[str]) -> str:
    """A column's type as such systems have them: numbers for keys and amounts, days where all are days."""
    filled = [v for v in values if v]
    if AMOUNTS.search(name):
        return "decimal(18, 2)"
    if filled and all(INSTANTS.fullmatch(v) for v in filled):
        return "timestamp null"
    if filled and all(DAYS.fullmatch(v) for v in filled):
        return "date"
    if name.lower().endswith("id") and filled and all(re.fullmatch("[1-9][0-9]{0,17}", v) for v in filled):
        return "bigint"
    return "varchar(200)"


def fill(engine: Engine, tables: Mapping[str, Rows], kinds: Mapping[str, str] | None = None) -> None:
    """Make the tables and put the rows in; `kinds` are other types of columns, by `TABLE.COLUMN`."""
    quote = engine.dialect.identifier_preparer.quote
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with engine.begin() as c:
        for table, held in tables.items():
            other = {n: (kinds or {}).get(f"{table}.{n}") for n in held.names}
            types = {n: other[n] or kind_of(n, [r[n] for r in held.rows]) for n in held.names}
            columns = ", ".join(f"{quote(n)} {kind}" for n, kind in types.items())
            c.exec_driver_sql(f"create table {quote(table)} ({columns})")
            if held.rows:
                places = ", ".join([mark] * len(held.names))
                given = [tuple(row[n] or None for n in held.names) for row in held.rows]
                c.exec_driver_sql(f"insert into {quote(table)} values ({places})", given)


@contextmanager
def mariadb_server(data: Path) -> Iterator[URL]:
    """A server without a network on an empty folder: the address of its root, who needs no password."""
    tools = [shutil.which(t, path="/usr/bin:/usr/sbin:/bin") for t in ("mariadb-install-db", "mariadbd")]
    if None in tools:
        missing("no MariaDB here: install the package mariadb-server")
    install, server = map(str, tools)
    place = Path(tempfile.mkdtemp(prefix="mdb-"))  # a socket's path may have 107 bytes
    root = ["--user=root"] if os.getuid() == 0 else []
    common = ["--no-defaults", *root, f"--datadir={data}", "--innodb-log-file-size=8M"]
    own = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    made = subprocess.run([install, *common, *own], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    small = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]
    log = place / "log"
    with log.open("w") as said:
        running = subprocess.Popen(
            [server, *common, f"--socket={place}/sock", "--skip-networking", *small],
            stdout=said,
            stderr=said,
        )
    try:
        url = URL.create("mysql+pymysql", "root", host="localhost", query={"unix_socket": f"{place}/sock"})
        _wait(create_engine(url), log)
        yield url
    finally:
        running.kill()  # nothing of it is kept
        running.wait(30)
        shutil.rmtree(place, ignore_errors=True)


def _wait(engine: Engine, log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with engine.connect():
                return
        except OperationalError:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
