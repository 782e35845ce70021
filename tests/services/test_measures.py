"""Measures of bills that few customers have, by hand; and the same file in whatever pieces it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data.ask import customer_queries
from data.ask.customer_queries import ensure_measures
from tests.figures.world import World

AS_OF = date(2026, 3, 31)


@dataclass
class Db:
    con: duckdb.DuckDBPyConnection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.con.cursor()


def _built() -> duckdb.DuckDBPyConnection:
    world = World()
    few = ("paid twice", "overpaid", "written off", "old month", "tomorrow", "nobody")
    for number in (*few, "away", "paid late", "gone", "to come"):
        world.customer(number)

    def bill(number: str, ym: int, issued: date, amount: int = 1000) -> int:
        return world.bill(number, ym, amount, issued, issued.replace(day=20), kwh=1.0)

    key = bill("paid twice", 202601, date(2026, 1, 3))
    world.receipt(key, 400, date(2026, 1, 9), cons_no="paid twice")
    world.receipt(key, 600, date(2026, 2, 5), cons_no="paid twice")
    key = bill("overpaid", 202601, date(2026, 1, 3))
    world.receipt(key, 1250, date(2026, 1, 10), cons_no="overpaid")
    key = bill("written off", 202401, date(2024, 1, 3))
    bad = {"approved_on": date(2025, 1, 1), "cancelled_on": date(2025, 1, 1)}
    world.add("stg_bad_debt", bill_key=key, cons_no="written off", owed=1000, **bad)
    world.receipt(key, 300, date(2025, 6, 1), cons_no="written off")
    for ym in (201001, 201002, 202603):  # two months too far off for a bit, billed this year
        bill("old month", ym, date(2026, 1, 3))
    key = bill("tomorrow", 202602, date(2026, 2, 3))
    world.receipt(key, 1000, date(2026, 4, 1), cons_no="tomorrow")
    bill("tomorrow", 202604, date(2026, 4, 1))
    for number, days in {
        "away": (date(2023, 5, 3), date(2023, 8, 3), date(2026, 5, 3)),  # in the year never
        "gone": (date(2023, 5, 3), date(2023, 8, 3)),
        "to come": (date(2026, 5, 3),),
    }.items():
        for issued in days:
            key = bill(number, issued.year * 100 + issued.month, issued)
            world.receipt(key, 1000, issued.replace(day=9), cons_no=number)
    for issued, paid in ((date(2024, 6, 3), date(2026, 2, 9)), (date(2026, 1, 3), date(2026, 1, 8))):
        key = bill("paid late", issued.year * 100 + issued.month, issued)
        world.receipt(key, 1000, paid, cons_no="paid late")
    return world.built()


EVER: dict[str, Any] = {
    "first_bill_on": date(2023, 5, 3),
    "last_bill_on": date(2023, 8, 3),
    "last_payment_on": date(2023, 8, 9),
}
WANTED: dict[str, dict[str, Any]] = {
    "paid twice": {"last_payment_on": date(2026, 2, 5), "arrears_12m": 1, "on_time_12m": 400},
    "overpaid": {"credit": 250, "last_payment_on": date(2026, 1, 10), "arrears_12m": 0, "balance": 0},
    "written off": {"written_off": 1000, "recovered_after": 300, "periods_12m": 0, "balance": 0},
    "old month": {"issued_12m": 3, "arrears_12m": 3, "arrears_year": 3, "months_late": 3, "balance": 3000},
    "tomorrow": {"balance": 1000, "last_payment_on": None, "last_bill_on": date(2026, 2, 3), "issued_12m": 1},
    "away": {**EVER, "issued_12m": 0},
    "gone": {**EVER, "issued_12m": 0},
    "to come": dict.fromkeys(EVER, None),
    "paid late": {"last_bill_on": date(2026, 1, 3), "last_payment_on": date(2026, 2, 9), "on_time_12m": 1000},
    "nobody": {"balance": 0, "issued_12m": 0, "last_payment_on": None, "first_bill_on": None},
}


@pytest.fixture(scope="module")
def db() -> Db:
    return Db(_built())


def _file(db: Db, folder: Path, progress: Any = None) -> pd.DataFrame:
    path = ensure_measures(db, folder, "s", AS_OF, progress)
    names = "select cons_no, m.* from dim_customer join read_parquet(?) as m using (cons_key) order by all"
    return db.cursor().execute(names, [str(path)]).df()


def test_bills_that_few_have_are_measured_as_by_hand(db: Db, tmp_path: Path) -> None:
    found = _file(db, tmp_path).set_index("cons_no")
    for number, wanted in WANTED.items():
        for key, value in wanted.items():
            told = found.at[number, key]
            told = None if pd.isna(told) else told.date() if isinstance(told, pd.Timestamp) else int(told)
            assert told == value, (number, key)


def test_the_file_is_the_same_in_any_pieces_and_each_moves_the_progress(
    db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _file(db, tmp_path / "whole")
    seen: list[int] = []
    monkeypatch.setattr(customer_queries, "PIECE", 2)
    pd.testing.assert_frame_equal(_file(db, tmp_path / "pieces", seen.append), whole)
    assert seen == [2, 4, 6, 8, 10]
