"""Every fault that a dirty sample plants, against what the load did with it: fate, reason, value, flag."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from analytics.plausibility_rules import NO_LIMITS
from data.sample.dirt import Planted, read_planted
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.warehouse.loading import LoadReport, load
from services.warehouse.sampling import make_sample

REASONS = {
    "date_does_not_exist": "not_a_date",
    "date_is_text": "not_a_date",
    "date_in_far_future": "years_ahead",
    "month_thirteen": "not_a_month",
    "month_is_text": "not_a_month",
    "month_missing": "missing",
    "letters_in_amount": "not_an_amount",
    "amount_missing": "missing",
    "amount_too_large": "too_large",
    "customer_missing": "missing",
    "line_cut_short": "too_few_columns",
    "one_cell_too_many": "too_many_columns",
    "bytes_of_no_encoding": "undecodable",
    "quote_never_closed": "unterminated_quote",
}
"""The reason under which each kind is quarantined."""


@dataclass(frozen=True)
class Loaded:
    """A dirty sample and what became of it."""

    folder: Path
    report: LoadReport
    db: Snapshot
    planted: list[Planted]

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the snapshot."""
        return self.db.cursor().execute(sql, values).fetchall()

    def ids(self, file: str) -> set[str]:
        """The first column of a file's records that are not quarantined."""
        bad = {n for (n,) in self.ask("select line from quarantine where file = ?", file)}
        path = self.folder / file
        if path.suffix == ".parquet":
            column = pq.read_table(path).column(0).to_pylist()
            return {value for n, value in enumerate(column, start=1) if n not in bad}
        header, *lines = path.read_bytes().split(b"\r\n")[:-1]
        none = (b"", header)
        return {
            line.split(b",")[0].decode()
            for n, line in enumerate(lines, start=2)
            if line not in none and n not in bad
        }

    def row(self, p: Planted) -> dict[str, str]:
        """The record as it lies in its file."""
        path = self.folder / p.file
        if path.suffix == ".parquet":
            return {k: v or "" for k, v in pq.read_table(path).slice(p.line - 1, 1).to_pylist()[0].items()}
        lines = path.read_bytes().decode("utf-8", errors="replace").split("\r\n")
        names, cells = (next(csv.reader([lines[i]])) for i in (0, p.line - 1))
        return dict(zip(names, cells, strict=True))


@pytest.fixture(scope="module", params=["csv", pytest.param("parquet", marks=pytest.mark.full)])
def dirty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    base = tmp_path_factory.mktemp("planted")
    make_sample(base / "raw", 200, 6, seed=5, dirty=True, format=request.param)
    report = load(base / "raw", base / "warehouse", limits=NO_LIMITS)
    with open_snapshot(base / "warehouse") as db:
        yield Loaded(base / "raw", report, db, read_planted(base / "raw"))


def test_what_is_quarantined_is_what_was_planned_and_nothing_else(dirty: Loaded) -> None:
    """By file and line, with the column, the value as it stands in the file, and the right reason."""
    found = {
        (file, line): (column, value, reason)
        for file, line, column, value, reason in dirty.ask(
            "select file, line, column_name, value, reason from quarantine"
        )
    }
    planned = {(p.file, p.line): p for p in dirty.planted if p.expected == "quarantined"}
    assert found.keys() == planned.keys()
    for place, p in planned.items():
        column, value, reason = found[place]
        assert reason == REASONS[p.kind], p
        if reason not in ("too_few_columns", "too_many_columns", "unterminated_quote"):
            assert (column, value or "") == (p.column, dirty.row(p)[p.column]), p
    # nothing is fit to be quarantined with a column of three kinds of broken lines
    assert {found[k][0] for k, p in planned.items() if p.kind == "line_cut_short"} <= {None}


def test_records_merged_are_those_planned(dirty: Loaded) -> None:
    """In archives also those that the live file still has, as archives do."""
    merged = Counter(p.file for p in dirty.planted if p.expected == "merged")
    for f in dirty.report.files:
        if f.file.startswith("ARC_A_"):
            archived, live = dirty.ids(f.file), dirty.ids(f"{f.table}.{f.file.rpartition('.')[2]}")
            assert f.merged == len(archived & live) >= merged[f.file]
        else:
            assert f.merged == merged[f.file], f.file


def test_lines_that_are_no_records_are_named_and_odd_files_are_read_whole(dirty: Loaded) -> None:
    named = Counter((p.file, NOT_RECORDS[p.kind]) for p in dirty.planted if p.kind in NOT_RECORDS)
    for f in dirty.report.files:
        if f.file.endswith(".csv") and f.table != "C_CONTACT":
            records = (dirty.folder / f.file).read_bytes().count(b"\r\n") - 1
            assert f.read == records - sum(n for (file, _), n in named.items() if file == f.file)
            assert Counter({(f.file, what): n for what, n in f.named.items()}) == Counter(
                {place: n for place, n in named.items() if place[0] == f.file}
            )
    odd = {p.file for p in dirty.planted if p.kind in ("tab_delimited", "byte_order_mark")}
    assert all(f.read == f.loaded > 0 for f in dirty.report.files if f.file in odd)


def fen(text: str) -> int:
    return int(Decimal(text.strip().replace(",", "")) * 100)


def month_end(ym: str) -> date:
    year, month = int(ym[:4]), int(ym[4:])
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def a_bill(dirty: Loaded, row: dict[str, str]) -> dict[str, Any]:
    names = "amount, issued_on, issue_filled, due_on, due_filled, cons_no, exists_in_extract"
    sql = f"select {names} from fct_bill join dim_customer using (cons_key) where bill_no = ?"
    (found,) = dirty.ask(sql, row["RCVBL_AMT_ID"])
    return dict(zip(names.split(", "), found, strict=True))


def a_receipt(dirty: Loaded, row: dict[str, str]) -> dict[str, Any]:
    names = "amount, received_on, received_filled, bill_key"
    (found,) = dirty.ask(f"select {names} from fct_receipt where receipt_key = ?", int(row["RCVED_AMT_ID"]))
    return dict(zip(names.split(", "), found, strict=True))


def of_check(dirty: Loaded, name: str) -> int:
    return int(dirty.ask("select rows from check_result where name = ?", name)[0][0])


def _amount(dirty: Loaded, row: dict[str, str]) -> bool:
    return bool(a_bill(dirty, row)["amount"] == fen(row["RCVBL_AMT"]))


def _nobodys(dirty: Loaded, row: dict[str, str]) -> bool:
    bill = a_bill(dirty, row)
    return bill["cons_no"] == row["CONS_NO"] and not bill["exists_in_extract"]


def _issued(dirty: Loaded, row: dict[str, str]) -> bool:
    bill = a_bill(dirty, row)
    if not row["RELEASE_DATE"]:
        return bool(bill["issue_filled"] and bill["issued_on"] == month_end(row["RCVBL_YM"]))
    return bool(not bill["issue_filled"] and bill["issued_on"] == date.fromisoformat(row["RELEASE_DATE"]))


def _due(dirty: Loaded, row: dict[str, str]) -> bool:
    year, month, day = map(int, row["PENALTY_BGN_DATE"].split("/"))
    bill = a_bill(dirty, row)
    return not bill["due_filled"] and bill["due_on"] == date(year, month, day) - timedelta(days=1)


def _undated(dirty: Loaded, row: dict[str, str]) -> bool:
    return bool(a_receipt(dirty, row)["received_filled"])


NOT_RECORDS = {"empty_line": "blank", "header_repeated": "heading"}
KEPT: dict[str, Callable[[Loaded, dict[str, str]], bool]] = {
    "thousands_separator": _amount,
    "blanks_around": _amount,
    "live_and_archive_differ": _amount,
    "bill_without_customer": _nobodys,
    "leading_zero_lost": _nobodys,
    "date_with_dashes": _issued,
    "issue_date_missing": _issued,
    "date_with_slashes": _due,
    "receipt_date_missing": _undated,
    "receipt_without_bill": lambda d, row: a_receipt(d, row)["bill_key"] is None,
    "sign_reversed": lambda d, row: a_receipt(d, row)["amount"] == fen(row["THIS_RCVED_AMT"]),
    "equal_payment_same_day": lambda d, row: a_receipt(d, row)["amount"] == fen(row["THIS_RCVED_AMT"]),
    "unknown_code": lambda d, row: (
        d.ask("select trade_code from dim_customer where cons_no = ?", row["CONS_NO"]) == [("ZZ99",)]
    ),
}


def test_what_is_kept_has_the_value_that_was_meant(dirty: Loaded) -> None:
    kept = [p for p in dirty.planted if p.expected == "kept" and (p.column or p.kind in KEPT)]
    assert {p.kind for p in kept} == set(KEPT)
    assert [p for p in kept if not KEPT[p.kind](dirty, dirty.row(p))] == []


NAMED = {
    "receipt_without_bill": "receipts_without_bill",
    "bill_without_customer": "bills_without_customer",
    "issue_date_missing": "filled_dates",
    "receipt_date_missing": "filled_receipt_days",
    "unknown_code": "unknown_codes",
}


def test_what_is_kept_though_doubtful_is_named_by_a_check(dirty: Loaded) -> None:
    kinds = Counter(p.kind for p in dirty.planted)
    for kind, check in NAMED.items():
        assert of_check(dirty, check) >= (1 if kind == "unknown_code" else kinds[kind]), kind
    twins = [a_receipt(dirty, dirty.row(p)) for p in dirty.planted if p.kind == "equal_payment_same_day"]
    listed = dirty.ask(
        "select bill_key, received_on, amount, count(*) from fct_receipt group by all having count(*) > 1"
    )
    for twin in twins:
        assert (twin["bill_key"], twin["received_on"], twin["amount"], 2) in listed
    assert of_check(dirty, "receipts_after_extract") == 0
