"""A few staging rows written by hand, and the marts made of them: a real DuckDB, no mocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from data.marts import build_marts
from data.open_days import attach

BILLING: Mapping[str, Any] = {
    "not_billed_types": ["04", "11", "12"],
    "not_owed_types": ["05"],
    "due_days": 15,
}

STAGING = {
    "stg_bill": "bill_key BIGINT, other_no VARCHAR, has_number BOOLEAN, cons_no VARCHAR, org_no VARCHAR,"
    " rcvbl_ym INTEGER, amt_type VARCHAR,"
    " pay_mode VARCHAR, kwh DOUBLE, amount BIGINT, received_by_extract BIGINT, settle_flag VARCHAR,"
    " penalty_from DATE, released_on DATE, invisible BOOLEAN, calc_id BIGINT, cons_sort VARCHAR,"
    " elec_type VARCHAR, extract_on DATE",
    "stg_receipt": "receipt_key BIGINT, bill_key BIGINT, charge_key BIGINT, cons_no VARCHAR,"
    " org_no VARCHAR, rcved_ym INTEGER, received_on DATE, amount BIGINT, rcvbl_ym INTEGER",
    "stg_payment": "charge_key BIGINT, charged_on DATE, type_code VARCHAR, amount BIGINT",
    "stg_billing_snapshot": "calc_id BIGINT, cons_sort VARCHAR, elec_type VARCHAR,"
    " trade_code VARCHAR, volt VARCHAR",
    "stg_customer": "cons_id VARCHAR, cons_no VARCHAR, cust_id VARCHAR, name VARCHAR,"
    " address VARCHAR, mobile VARCHAR,"
    " org_no VARCHAR, cons_sort VARCHAR, elec_type VARCHAR, trade_code VARCHAR, hec_code VARCHAR,"
    " volt VARCHAR,"
    " contract_cap DOUBLE, run_cap DOUBLE, shift_no VARCHAR, load_attr VARCHAR, built_on DATE,"
    " cancelled_on DATE,"
    " notify_mode VARCHAR, settle_mode VARCHAR, status_code VARCHAR, sect_no VARCHAR, importance VARCHAR,"
    " poweroff_code VARCHAR, temporary VARCHAR, urban_rural VARCHAR",
    "stg_meter_point": "cons_id VARCHAR, cons_no VARCHAR, tg_id VARCHAR, line_id VARCHAR",
    "stg_area": "tg_id VARCHAR, org_no VARCHAR, tg_no VARCHAR, tg_name VARCHAR, capacity DOUBLE,"
    " address VARCHAR,"
    " is_private BOOLEAN, run_status VARCHAR, lon DOUBLE, lat DOUBLE",
    "stg_line": "line_id VARCHAR, line_no VARCHAR, line_name VARCHAR",
    "stg_org": "org_no VARCHAR, org_name VARCHAR, parent_no VARCHAR, org_type VARCHAR",
    "stg_collector": "cons_no VARCHAR, emp_no VARCHAR, section_no VARCHAR",
    "stg_reader": "sect_no VARCHAR, emp_no VARCHAR",
    "stg_employee": "emp_no VARCHAR, emp_name VARCHAR, org_no VARCHAR",
    "stg_violation": "violation_key BIGINT, cons_no VARCHAR, occurred_on DATE, kwh DOUBLE,"
    " amount BIGINT, kind VARCHAR",
    "stg_prepaid_control": "cons_no VARCHAR, is_prepaid BOOLEAN",
    "stg_outage": "cons_no VARCHAR, cut_on DATE",
    "stg_bad_debt": "bill_key BIGINT, cons_no VARCHAR, owed BIGINT, approved_on DATE, cancelled_on DATE",
    "stg_prepaid_balance": "cons_no VARCHAR, balance BIGINT",
    "stg_prepay_flow": "prepay_key BIGINT, cons_no VARCHAR, prepay_ym INTEGER, amount BIGINT",
    "stg_in_transit": "transit_key BIGINT, bill_key BIGINT, cons_no VARCHAR, amount BIGINT,"
    " checked_on DATE,"
    " disposed_on DATE",
    "stg_instalment": "cons_no VARCHAR, rcvbl_ym INTEGER, amount BIGINT, due_on DATE",
    "stg_customer_fact": "cons_no VARCHAR, fact VARCHAR, value DOUBLE, fact_on DATE",
    "stg_code": "list VARCHAR, code VARCHAR, name VARCHAR",
}


class World:
    """Staging rows, added one by one; `built()` makes the marts and returns the connection."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        attach(self.con)
        self.keys: dict[str, int] = {}
        for table, columns in STAGING.items():
            self.con.execute(f"create table {table} (file_no INTEGER, line BIGINT, {columns})")
        self.con.execute(
            "create table meta_file (file_no INTEGER, load_id VARCHAR, file VARCHAR, table_name VARCHAR,"
            " extract_on DATE, rank INTEGER)"
        )

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
