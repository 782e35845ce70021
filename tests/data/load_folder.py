"""Small extract folders for tests, and a plain reading of their files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb

from data.load.arrivals import arrived
from data.load.extract_files import ExtractFile, inspect
from data.load.mapping import read_mapping
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.warehouse.loading import FileReport, LoadReport, load

BILL = [
    "RCVBL_AMT_ID",
    "AMT_TYPE",
    "RCVBL_YM",
    "CONS_NO",
    "ORG_NO",
    "T_PQ",
    "RCVBL_AMT",
    "RCVED_AMT",
    "PENALTY_BGN_DATE",
    "RELEASE_DATE",
]
RECEIPT = ["RCVED_AMT_ID", "RCVBL_AMT_ID", "CONS_NO", "RCVED_YM", "RCVED_DATE", "THIS_RCVED_AMT", "RCVBL_YM"]
Row = Mapping[str, str]


def bill(number: int, **more: str) -> dict[str, str]:
    """One receivable; the customer's number has leading zeros."""
    return {
        "RCVBL_AMT_ID": str(1000 + number),
        "AMT_TYPE": "01",
        "RCVBL_YM": "202401",
        "CONS_NO": f"00{number:06d}",
        "ORG_NO": "33401",
        "T_PQ": "100",
        "RCVBL_AMT": f"{number}.{number % 100:02d}",
        "RCVED_AMT": "0",
        "PENALTY_BGN_DATE": "20240301",
        "RELEASE_DATE": "20240205",
    } | more


def receipt(number: int, **more: str) -> dict[str, str]:
    """One receipt line for the bill of the same number."""
    return {
        "RCVED_AMT_ID": str(5000 + number),
        "RCVBL_AMT_ID": str(1000 + number),
        "CONS_NO": f"00{number:06d}",
        "RCVED_YM": "202402",
        "RCVED_DATE": "20240210",
        "THIS_RCVED_AMT": "1.00",
        "RCVBL_YM": "202401",
    } | more


def text_of(rows: Iterable[Row], columns: list[str], delimiter: str = ",", newline: str = "\n") -> str:
    """The rows as delimited text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator=newline, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_bills(folder: Path, rows: Iterable[Row], name: str = "A_RCVBL_FLOW.csv") -> Path:
    """A file of receivables in a folder that is made where missing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text_of(rows, BILL), encoding="utf-8")
    return path


def report_of(report: LoadReport, file: str) -> FileReport:
    """The line of one file."""
    return next(f for f in report.files if f.file == file)


def loaded(folder: Path, warehouse: Path, **options: object) -> LoadReport:
    """Load a folder."""
    return load(folder, warehouse, **options)  # type: ignore[arg-type]


def rows_of(warehouse: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask the current snapshot."""
    with open_snapshot(warehouse) as snapshot:
        return snapshot.cursor().execute(sql).fetchall()


def inspected(path: Path) -> list[ExtractFile]:
    """The tables of a file, as a load by the built-in mapping inspects them; unpacked beside its folder."""
    scratch = path.parent.with_name(f"unpacked {path.name}")
    scratch.mkdir()
    return inspect(arrived(path, path.name, scratch).pieces, read_mapping().vocabulary())


def fen_by_plain_python(path: Path, column: str, encoding: str = "utf-8-sig") -> tuple[int, int]:
    """Records and the sum of one column in fen, by Python's own csv reader."""
    with path.open(encoding=encoding, newline="") as f:
        cells = [row[column] for row in csv.DictReader(f)]
    return len(cells), int(sum((Decimal(c.replace(",", "")) for c in cells if c.strip()), Decimal(0)) * 100)


def bills_in(warehouse: Path) -> dict[str, int]:
    """Amount in fen by RCVBL_AMT_ID in the current snapshot."""
    return dict(rows_of(warehouse, "select bill_no, amount from fct_bill"))  # type: ignore[arg-type]


def is_untouched(warehouse: Path) -> bool:
    """Whether no snapshot was ever published there."""
    return Warehouse(warehouse).current() is None and not Warehouse(warehouse).kept_snapshots()


def opens(path: Path) -> bool:
    """Whether a database file can be read."""
    with duckdb.connect(str(path), read_only=True) as con:
        return bool(con.execute("select count(*) from meta_snapshot").fetchall()[0][0] == 1)
