"""What the load is measured against reads every row and finds the same groups: it does no less work."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks import readers
from services.warehouse.sampling import make_sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("extract") / "sample"
    make_sample(out, customers=200, months=14)
    return out


def rows_of(folder: Path, pattern: str) -> list[dict[str, str]]:
    return [
        row
        for path in folder.glob(pattern)
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())
    ]


def test_the_scan_reads_every_row(folder: Path) -> None:
    assert readers.scan(folder)["rows"] == len(rows_of(folder, "*.csv"))


def test_polars_and_pandas_find_the_same_bills_in_the_same_groups(folder: Path) -> None:
    polars, pandas = readers.polars_pipeline(folder), readers.pandas_pipeline(folder)
    bills = rows_of(folder, "*A_RCVBL_FLOW*.csv")
    sort_codes = {row["CALC_ID"]: row["CONS_SORT_CODE"] for row in rows_of(folder, "ARC_E_CONS_SNAP*.csv")}
    groups = {(b["ORG_NO"], b["RCVBL_YM"], sort_codes.get(b["CALC_ID"])) for b in bills}
    assert polars["bills"] == len({b["RCVBL_AMT_ID"] for b in bills})
    assert polars["bills"] <= pandas["bills"] <= len(bills)
    assert polars["groups"] == pandas["groups"] == len(groups)
    months = {row["CHARGE_YM"] for row in rows_of(folder, "A_PAY_FLOW*.csv")}
    assert polars["months"] == pandas["months"] == len(months)
