"""All that one month of some customers adds to the tables: bills, receipts and what hangs on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.sample.behaviour import Caught, Cuts
from data.sample.bills import FIRST, SECOND, THIRD, Bills
from data.sample.cells import blank, day, digits, month_of, yuan
from data.sample.customers import NEVER, Ints
from data.sample.flows import (
    BASE,
    Chunk,
    write_bills,
    write_payments,
    write_receipts,
    write_snapshots,
)
from data.sample.receipts import CATCH_UP, CHEQUE, SET_OFF, Payments
from data.sample.spec import first_day


def write_month(chunk: Chunk, bills: Bills, paid: Payments, spells: Ints) -> None:
    """All tables that one chunk's month adds to; `spells` is each customer's number of spells so far."""
    bill_id = BASE + chunk.serials.take("bill", len(bills))
    calc_id = 3 * BASE + chunk.serials.take("calc", len(bills))
    archived, both = write_bills(chunk, bills, paid, bill_id, calc_id)
    write_snapshots(chunk, bills, calc_id)
    charge = write_receipts(chunk, bills, paid, bill_id, spells, archived, both)
    _write_prepaid(chunk, bills, paid, charge)
    _write_cheques(chunk, bills, paid, bill_id, charge)
    _write_bad_debt(chunk, bills, paid, bill_id)
    _write_plans(chunk, bills)


def write_caught(chunk: Chunk, caught: Caught) -> None:
    """The payments by which spells ended."""
    kind = np.full(len(caught.who), CATCH_UP, dtype=np.int8)
    write_payments(
        chunk, chunk.catch_up_id(caught.who, caught.spell), caught.who, caught.day, kind, caught.amount
    )


def write_cuts(chunk: Chunk, cuts: Cuts) -> None:
    """Customers cut off for debt."""
    chunk.out.write("S_OUTAGE", {"CONS_NO": chunk.no(cuts.who), "ACTUAL_DATE": day(cuts.day)})


def _write_prepaid(chunk: Chunk, bills: Bills, paid: Payments, charge: NDArray[np.int64]) -> None:
    """Top-ups (positive) and set-offs (negative, with the payment event that used them)."""
    who, on, amount = paid.top_ups
    top_id = 7 * BASE + chunk.serials.take("top", len(who))
    write_payments(chunk, top_id, who, on, np.zeros(len(who), dtype=np.int8), amount)
    used = paid.receipts.kind == SET_OFF
    all_who = np.concatenate([who, bills.who[paid.receipts.bill[used]]])
    days = np.concatenate([on, paid.receipts.day[used]])
    flow = np.concatenate([amount, -paid.receipts.amount[used]])
    chunk.out.write(
        "A_PREPAY_FLOW",
        {
            "PREPAY_ID": digits(8 * BASE + chunk.serials.take("prepay", len(flow)), 16),
            "CONS_NO": chunk.no(all_who),
            "PREPAY_AMT": yuan(flow),
            "PREPAY_YM": month_of(days),
            "CHARGE_ID": digits(np.concatenate([top_id, charge[used]]), 16),
        },
        chunk.partition,
    )


def _write_cheques(
    chunk: Chunk, bills: Bills, paid: Payments, bill_id: NDArray[np.int64], charge: NDArray[np.int64]
) -> None:
    bill, received, cleared, amount = paid.cheques
    by_bill = np.zeros(len(bills), dtype=np.int64)
    cleared_lines = paid.receipts.kind == CHEQUE
    by_bill[paid.receipts.bill[cleared_lines]] = charge[cleared_lines]
    waiting = cleared == NEVER
    pending = 9 * BASE // 2 + chunk.serials.take("pending", int(waiting.sum()))
    by_bill[bill[waiting]] = pending
    kind = np.full(len(pending), CHEQUE, dtype=np.int8)
    write_payments(chunk, pending, bills.who[bill[waiting]], received[waiting], kind, amount[waiting])
    chunk.out.write(
        "A_CASHCHK_FLOW",
        {
            "CASHCHK_ID": digits(2 * BASE + chunk.serials.take("cheque", len(bill)), 16),
            "CHARGE_ID": digits(by_bill[bill], 16),
            "RCVBL_AMT_ID": digits(bill_id[bill], 16),
            "CONS_NO": chunk.no(bills.who[bill]),
            "CASHCHK_AMT": yuan(amount),
            "CASHCHK_DATE": day(received),
            "DISPOSE_DATE": blank(day(np.where(waiting, 0, cleared)), waiting),
        },
    )


def _write_bad_debt(chunk: Chunk, bills: Bills, paid: Payments, bill_id: NDArray[np.int64]) -> None:
    bill, approved, cancelled = paid.written_off
    lines = paid.receipts
    by_then = lines.day <= np.full(len(bills), NEVER, dtype=np.int32)[lines.bill]
    if len(bill):
        until = np.zeros(len(bills), dtype=np.int32)
        until[bill] = approved
        by_then = lines.day <= until[lines.bill]
    had = np.bincount(lines.bill[by_then], weights=lines.amount[by_then].astype(float), minlength=len(bills))
    chunk.out.write(
        "A_BAD_DEBT",
        {
            "RCVBL_AMT_ID": digits(bill_id[bill], 16),
            "CONS_NO": chunk.no(bills.who[bill]),
            "OWE_AMT": yuan(bills.amount[bill] - had[bill].astype(np.int64)),
            "APPR_DATE": day(approved),
            "CANCEL_DATE": blank(day(np.where(cancelled == NEVER, 0, cancelled)), cancelled == NEVER),
        },
    )


def _write_plans(chunk: Chunk, bills: Bills) -> None:
    """What large customers agreed to pay on the 10th and the 20th."""
    rows = np.flatnonzero((bills.planned > 0) & ~np.isin(bills.kind, (FIRST, SECOND, THIRD)))
    start = first_day(chunk.spec.first_index + chunk.t)
    for offset in (9, 19):
        chunk.out.write(
            "A_GP_PLAN",
            {
                "CONS_NO": chunk.no(bills.who[rows]),
                "RCVBL_YM": chunk.month,
                "PLAN_AMT": yuan(bills.planned[rows]),
                "PLAN_DATE": day(np.full(len(rows), start + offset, dtype=np.int32)),
            },
        )
