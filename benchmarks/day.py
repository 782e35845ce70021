"""A day's receipts, to be loaded on top: of bills that are open, and second ones of some that are not."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.warehouse.snapshots import open_snapshot

ONE_IN = 50
"""Customers for one receipt of the day: 20,000 of a million."""
BILLS = """
select bill.bill_no, customer.cons_no, customer.org_no, bill.rcvbl_ym, bill.amount
from fct_bill as bill
inner join dim_customer as customer on bill.cons_key = customer.cons_key
where bill.is_billed and bill.amount > 0 and (bill.receipts = 0 or bill.bill_key % 211 = 0)
order by hash(bill.bill_key)
limit $receipts
"""
FIRST_RECEIPT, FIRST_PAYMENT = 9_000_000_000_000_000, 8_000_000_000_000_000


def write_day(warehouse: Path, place: Path) -> tuple[Path, int]:
    """Write the receipts and payments of the day after the extract; the folder and how many receipts."""
    with open_snapshot(warehouse) as db:
        day = db.meta.extract_on + timedelta(days=1)
        (customers,) = db.cursor().execute("select customers from meta_facts").fetchone() or (0,)
        bills = db.cursor().execute(BILLS, {"receipts": max(customers // ONE_IN, 1)}).fetchall()
    month, text = f"{day:%Y%m}", f"{day:%Y%m%d}"
    receipts: list[dict[str, Any]] = []
    payments: list[dict[str, Any]] = []
    for n, (bill_no, cons_no, org_no, of_month, fen) in enumerate(bills):
        yuan, charge = f"{fen // 100}.{fen % 100:02d}", FIRST_PAYMENT + n
        who = {"CHARGE_ID": charge, "ORG_NO": org_no, "CONS_NO": cons_no}
        paid = {"RCVED_YM": month, "RCVED_DATE": text, "THIS_RCVED_AMT": yuan, "RCVBL_YM": of_month}
        receipts.append({"RCVED_AMT_ID": FIRST_RECEIPT + n, "RCVBL_AMT_ID": bill_no, **who, **paid})
        charged = {"CHARGE_YM": month, "CHARGE_DATE": f"{day} 08:00:00", "TYPE_CODE": "10"}
        payments.append({**who, **charged, "RCV_AMT": yuan})
    folder = place / text
    folder.mkdir(parents=True)
    for name, rows in (("A_RCVED_FLOW", receipts), ("A_PAY_FLOW", payments)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder, len(bills)
