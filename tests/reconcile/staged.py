"""The marts of an extract without the loader: the oracle's valid rows put into staging tables."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.load.marts import build_marts
from tests.figures.world import BILLING, World, staging
from tests.oracle.raw import Extract, Row, day, fen, month, optional, read_folders
from tests.oracle.world import NO


def marts_of(folder: Path, extract_on: date) -> duckdb.DuckDBPyConnection:
    """The marts of the folder's valid rows."""
    con = World().con
    got = read_folders([folder])
    bills = got.rows.get("A_RCVBL_FLOW", [])
    keys = {r["RCVBL_AMT_ID"]: int(r["RCVBL_AMT_ID"]) for r in bills if r.get("RCVBL_AMT_ID")}
    for table, rows in _tables(got, keys, extract_on).items():
        columns = [c for c in staging()[table] if c not in ("file_no", "line")]
        frame = pd.DataFrame([{c: r.get(c) for c in columns} for r in rows], columns=columns, dtype=object)
        if len(frame):
            con.register("frame", frame)
            con.execute(f"insert into {table} ({', '.join(columns)}) select * from frame")
            con.unregister("frame")
    for number, table in enumerate(sorted(got.present)):
        con.execute(
            "insert into meta_file (file_no, load_id, file, table_name, extract_on, rank)"
            " values (?, 'l', ?, ?, ?, 0)",
            [number, table, table, extract_on],
        )
    build_marts(con, BILLING)
    return con


def _tables(got: Extract, keys: dict[str, int], extract_on: date) -> dict[str, list[dict[str, Any]]]:
    rows = got.rows
    return {
        "stg_bill": [_bill(r, i, keys, extract_on) for i, r in enumerate(rows.get("A_RCVBL_FLOW", []))],
        "stg_receipt": [_receipt(r, i, keys) for i, r in enumerate(rows.get("A_RCVED_FLOW", []))],
        "stg_payment": [_payment(r) for r in rows.get("A_PAY_FLOW", [])],
        "stg_billing_snapshot": [
            {"calc_id": r["CALC_ID"], "cons_sort": r["CONS_SORT_CODE"]}
            for r in rows.get("ARC_E_CONS_SNAP", [])
        ],
        "stg_customer": [
            {"cons_no": r["CONS_NO"], "org_no": r["ORG_NO"], "cons_sort": r["CONS_SORT_CODE"]}
            for r in rows.get("C_CONS", [])
        ],
        "stg_org": [
            {"org_no": r["ORG_NO"], "org_name": r["ORG_NAME"], "parent_no": r["P_ORG_NO"]}
            for r in rows.get("O_ORG", [])
        ],
        "stg_outage": [
            {"cons_no": r["CONS_NO"], "cut_on": day(r["ACTUAL_DATE"])} for r in rows.get("S_OUTAGE", [])
        ],
        "stg_bad_debt": [
            {
                "bill_key": keys.get(r["RCVBL_AMT_ID"]),
                "cons_no": r["CONS_NO"],
                "cancelled_on": optional(day, r, "CANCEL_DATE"),
            }
            for r in rows.get("A_BAD_DEBT", [])
        ],
        "stg_prepaid_balance": [
            {"cons_no": r["CONS_NO"], "balance": fen(r["PREPAY_BAL"])} for r in rows.get("A_ACCT_BAL", [])
        ],
        "stg_in_transit": [
            {
                "transit_key": i,
                "bill_key": keys.get(r["RCVBL_AMT_ID"]),
                "cons_no": r["CONS_NO"],
                "amount": fen(r["CASHCHK_AMT"]),
                "checked_on": day(r["CASHCHK_DATE"]),
                "disposed_on": optional(day, r, "DISPOSE_DATE"),
            }
            for i, r in enumerate(rows.get("A_CASHCHK_FLOW", []))
        ],
    }


def _bill(r: Row, number: int, keys: dict[str, int], extract_on: date) -> dict[str, Any]:
    no = r.get("RCVBL_AMT_ID", "")
    return {
        "bill_key": keys[no] if no else number,
        "other_no": no or None,
        "has_number": bool(no),
        "cons_no": r["CONS_NO"],
        "org_no": r.get("ORG_NO") or None,
        "rcvbl_ym": month(r["RCVBL_YM"]),
        "amt_type": r.get("AMT_TYPE") or None,
        "pay_mode": r.get("PAY_MODE") or None,
        "amount": fen(r["RCVBL_AMT"]),
        "received_by_extract": fen(r["RCVED_AMT"]) if r.get("RCVED_AMT") else 0,
        "penalty_from": optional(day, r, "PENALTY_BGN_DATE"),
        "released_on": optional(day, r, "RELEASE_DATE"),
        "invisible": r.get("INVISIBLE_FLAG", "").lower() not in NO,
        "calc_id": r.get("CALC_ID") or None,
        "cons_sort": r.get("CONS_SORT_CODE") or None,
        "extract_on": extract_on,
    }


def _receipt(r: Row, number: int, keys: dict[str, int]) -> dict[str, Any]:
    no = r.get("RCVBL_AMT_ID", "")
    return {
        "receipt_key": number,
        "bill_key": keys.get(no, 10**12 + number) if no else None,
        "charge_key": r.get("CHARGE_ID") or None,
        "cons_no": r["CONS_NO"],
        "rcved_ym": optional(month, r, "RCVED_YM"),
        "received_on": optional(day, r, "RCVED_DATE"),
        "amount": fen(r["THIS_RCVED_AMT"]),
        "rcvbl_ym": optional(month, r, "RCVBL_YM"),
        "calc_id": r.get("CALC_ID") or None,
        "amt_type": r.get("AMT_TYPE") or None,
    }


def _payment(r: Row) -> dict[str, Any]:
    return {
        "charge_key": r["CHARGE_ID"],
        "charged_on": datetime.fromisoformat(r["CHARGE_DATE"]).date() if r.get("CHARGE_DATE") else None,
        "type_code": r.get("TYPE_CODE") or None,
    }
