"""A few staging rows written by hand, and the marts made of them: a real DuckDB, no mocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import duckdb

from data.load.marts import build_marts
from data.load.staging import build_staging
from data.load.text_views import make_macros
from data.warehouse.open_days import attach

BILLING: Mapping[str, Any] = {
    "not_billed_types": ["04", "11", "12"],
    "not_owed_types": ["05"],
    "due_days": 15,
}


@cache
def staging() -> Mapping[str, Mapping[str, str]]:
    """The kind of every column of what a load stages, by table: those that a load of no files makes."""
    with duckdb.connect() as con:
        for catalogue in ("snap", "staging"):
            con.execute(f"attach ':memory:' as {catalogue}")
        con.execute("use snap")
        make_macros(con)
        build_staging(con, [])
        rows = con.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where starts_with(table_name, 'stg_') or table_name = 'meta_file' order by all"
        ).fetchall()
    return {table: {c: kind for t, c, kind in rows if t == table} for table, _, _ in rows}


class World:
    """Staging rows, added one by one; `built()` makes the marts and returns the connection."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        attach(self.con)
        self.keys: dict[str, int] = {}
        for table, columns in staging().items():
            self.con.execute(f"create table {table} ({', '.join(map(' '.join, columns.items()))})")

    def add(self, table: str, **values: Any) -> None:
        values = {name: self._number(name, value) for name, value in values.items()}
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        self.con.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))

    def _number(self, name: str, value: Any) -> Any:
        """The number of a charge or a calculation that a test calls by letters."""
        if name not in ("charge_key", "calc_id") or not isinstance(value, str):
            return value
        return self.keys.setdefault(f"{name} {value}", len(self.keys) + 1)

    def _next(self, table: str) -> int:
        self.keys[table] = self.keys.get(table, 0) + 1
        return self.keys[table]

    def customer(self, cons_no: str, org_no: str = "33101", cons_sort: str = "03", **more: Any) -> str:
        self.add("stg_customer", cons_id=cons_no, cons_no=cons_no, org_no=org_no, cons_sort=cons_sort, **more)
        return cons_no

    def bill(
        self,
        cons_no: str,
        rcvbl_ym: int,
        amount: int,
        released_on: date | None = None,
        due_on: date | None = None,
        org_no: str = "33101",
        **more: Any,
    ) -> int:
        """A bill of `amount` fen; its key."""
        key = self._next("stg_bill")
        if due_on is not None:
            more["penalty_from"] = date.fromordinal(due_on.toordinal() + 1)
        self.add(
            "stg_bill", bill_key=key, other_no=f"B{key}", has_number=True, cons_no=cons_no, rcvbl_ym=rcvbl_ym,
            amount=amount, released_on=released_on, org_no=org_no, **more,
        )  # fmt: skip
        return key

    def receipt(self, bill_key: int | None, amount: int, received_on: date | None, **more: Any) -> int:
        key = self._next("stg_receipt")
        self.add(
            "stg_receipt", receipt_key=key, bill_key=bill_key, amount=amount, received_on=received_on, **more
        )
        return key

    def built(self) -> duckdb.DuckDBPyConnection:
        build_marts(self.con, BILLING)
        return self.con
