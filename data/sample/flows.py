"""The monthly tables: receivables, receipts, payments, billing snapshots and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.sample.bills import FIRST, KINDS, SECOND, THIRD, Bills, Money
from data.sample.cells import Cells, blank, constant, day, digits, month_of, number, stamp, table, yuan
from data.sample.customers import NEVER, Bools, Customers, Ints, Small
from data.sample.geography import Geography
from data.sample.layout import customer_no, section, section_no, station_cells
from data.sample.receipts import CATCH_UP, CHEQUE, TYPE_CODES, Payments
from data.sample.spec import SampleSpec, yyyymm
from data.sample.words import ELEC_TYPES, PAY_MODES, TRADE_CODES, VOLTS
from data.sample.writers import Columns, Writers

BASE = 1_000_000_000_000_000
"""Ids have sixteen digits; a customer's catch-up payments have a range of their own."""
LIVE_MONTHS = 2
"""Settled bills of the last months are still in the live tables."""

SORTS, _KINDS = table(["", "01", "02", "03"]), table(KINDS)
_MODES, _TYPES = table(PAY_MODES), table(TYPE_CODES)
ELECS, TRADE_CELLS, VOLT_CELLS = table(ELEC_TYPES), table(TRADE_CODES), table(VOLTS)
_FLAGS, _RISKS = table(["01", "02", "03", "04"]), table(["", "01", "02", "03"])


@dataclass
class Serials:
    """The last number given, by kind of id."""

    last: dict[str, int] = field(default_factory=dict)

    def take(self, kind: str, n: int) -> NDArray[np.int64]:
        """The next n numbers of a kind."""
        start = self.last.get(kind, 0) + 1
        self.last[kind] = start + n - 1
        return np.arange(start, start + n, dtype=np.int64)


@dataclass(frozen=True)
class Chunk:
    """A piece of the customers in one month, with what all its tables share."""

    people: Customers
    first: int
    spec: SampleSpec
    geo: Geography
    t: int
    serials: Serials
    out: Writers

    @property
    def partition(self) -> str:
        """The month in the name of the files that the big tables are written to now."""
        return self.spec.partition(self.t)

    @property
    def month(self) -> Cells:
        """RCVBL_YM."""
        return constant(str(yyyymm(self.spec.first_index + self.t)))

    def no(self, who: Ints) -> Cells:
        """CONS_NO."""
        return customer_no(who.astype(np.int64) + self.first)

    def org(self, who: Ints) -> Cells:
        """ORG_NO."""
        return station_cells(self.geo)[self.people.station[who]]

    def catch_up_id(self, who: Ints, spell: Ints) -> NDArray[np.int64]:
        """CHARGE_ID of the payment that ends a customer's spell."""
        return 6 * BASE + (who.astype(np.int64) + self.first) * 1_000 + spell


def seconds(of: NDArray[np.int64]) -> Ints:
    """A time between 8 and 18 o'clock that follows from an id."""
    return (28_800 + of * 7_919 % 36_000).astype(np.int32)


def write_bills(
    chunk: Chunk, bills: Bills, paid: Payments, bill_id: NDArray[np.int64], calc_id: NDArray[np.int64]
) -> tuple[Bools, Bools]:
    """The month's bills; which of them went to the archive, and which are in both tables."""
    lines = paid.receipts
    received = np.bincount(lines.bill, weights=lines.amount.astype(np.float64), minlength=len(bills)).astype(
        np.int64
    )
    fees = np.bincount(lines.bill, weights=lines.penalty.astype(np.float64), minlength=len(bills)).astype(
        np.int64
    )
    received = np.where(bills.amount < 0, bills.amount, received)
    open_now = np.maximum(bills.amount - received, 0)
    settled = open_now == 0
    flag = np.where(settled, 2, np.where(received > 0, 1, 0))
    gone = np.zeros(len(bills), dtype=bool)
    rows, _, cancelled = paid.written_off
    gone[rows[cancelled < NEVER]] = True
    flag = np.where(gone & ~settled, 3, flag)
    old = chunk.t < chunk.spec.months - LIVE_MONTHS
    archived = (settled | gone) & old & (np.arange(len(bills)) >= 0)
    both = archived & (bill_id % 500 == 7)
    stale = np.zeros(len(bills), dtype=bool)
    stale[paid.closed_twice] = old
    stale &= ~archived
    columns = _bill_columns(chunk, bills, paid, bill_id, calc_id, received, fees, flag)
    chunk.out.write("ARC_A_RCVBL_FLOW", columns, chunk.partition, archived)
    chunk.out.write("A_RCVBL_FLOW", columns, rows=~archived | both)
    if stale.any():
        once = _bill_columns(chunk, bills, paid, bill_id, calc_id, bills.amount, fees, np.full(len(bills), 2))
        chunk.out.write("ARC_A_RCVBL_FLOW", once, chunk.partition, stale)
    return archived, both


def _bill_columns(
    chunk: Chunk,
    bills: Bills,
    paid: Payments,
    bill_id: NDArray[np.int64],
    calc_id: NDArray[np.int64],
    received: Money,
    fees: Money,
    flag: NDArray[np.int64],
) -> Columns:
    who = bills.who
    owing = bills.amount > received
    level = np.where(chunk.people.risk[who] > 1.8, 3, np.where(chunk.people.risk[who] > 0.9, 2, 1))
    known = np.where(chunk.people.sort[who] == 3, 0, level)
    return {
        "RCVBL_AMT_ID": digits(bill_id, 16),
        "CALC_ID": digits(calc_id, 16),
        "AMT_TYPE": _KINDS[bills.kind],
        "RCVBL_YM": chunk.month,
        "CONS_NO": chunk.no(who),
        "ORG_NO": chunk.org(who),
        "PAY_MODE": _MODES[chunk.people.pay_mode[who]],
        "T_PQ": number(bills.kwh),
        "RCVBL_AMT": yuan(bills.amount),
        "RCVED_AMT": yuan(received),
        "STATUS_CODE": table(["0", "1"])[
            ((bill_id % 977 == 3) | (owing & (bill_id % 37 == 3))).astype(np.int8)
        ],
        "SETTLE_FLAG": _FLAGS[flag],
        "PENALTY_BGN_DATE": day(bills.due + 1),
        "RCVBL_PENALTY": yuan(paid.penalty),
        "RCVED_PENALTY": yuan(fees),
        "RISK_LEVEL_CODE": _RISKS[known],
        "RELEASE_DATE": day(bills.issued),
        "OWE_AMT": yuan(np.maximum(bills.amount - received, 0)),
        "INVISIBLE_FLAG": table(["", "1"])[bills.hidden.astype(np.int8)],
        "EFFEC_DATE": blank(
            day(np.full(len(bills), chunk.spec.extract_on + 20)), ~(owing & (bill_id % 41 == 5))
        ),
        "GP_CODE": table(["", "1", "2", "3"])[_instalment(bills)],
    }


def _instalment(bills: Bills) -> NDArray[np.int8]:
    """Which instalment of a month a bill is, from 1; 0 for none."""
    number = np.zeros(len(bills), dtype=np.int8)
    for n, kind in enumerate((FIRST, SECOND, THIRD), start=1):
        number[bills.kind == kind] = n
    return number


def write_snapshots(chunk: Chunk, bills: Bills, calc_id: NDArray[np.int64]) -> None:
    """What each bill's customer was at billing, one row per bill."""
    people, who = chunk.people, bills.who
    former = people.changed[who] > chunk.t

    def then(now: Small, old: Small) -> Small:
        return np.where(former, old[who], now[who]).astype(np.int8)

    chunk.out.write(
        "ARC_E_CONS_SNAP",
        {
            "CALC_ID": digits(calc_id, 16),
            "CONS_NO": chunk.no(who),
            "ORG_NO": chunk.org(who),
            "CONS_SORT_CODE": SORTS[then(people.sort, people.old_sort)],
            "ELEC_TYPE_CODE": ELECS[then(people.elec, people.old_elec)],
            "TRADE_CODE": TRADE_CELLS[then(people.trade, people.old_trade)],
            "VOLT_CODE": VOLT_CELLS[people.volt[who]],
            "MR_SECT_NO": section_no(chunk.geo, people.station[who], section(people)[who]),
        },
        chunk.partition,
    )


def write_receipts(
    chunk: Chunk,
    bills: Bills,
    paid: Payments,
    bill_id: NDArray[np.int64],
    spells: Ints,
    archived: Bools,
    both: Bools,
) -> NDArray[np.int64]:
    """Receipt lines and the payment events they came by; the CHARGE_ID of each line."""
    lines = paid.receipts
    n, who = len(lines.bill), bills.who[lines.bill]
    line_id = 4 * BASE + chunk.serials.take("receipt", n)
    charge = 5 * BASE + chunk.serials.take("charge", n)
    shared = lines.kind == CATCH_UP
    charge = np.where(shared, chunk.catch_up_id(who, spells[who]), charge)
    columns: Columns = {
        "RCVED_AMT_ID": digits(line_id, 16),
        "RCVBL_AMT_ID": digits(bill_id[lines.bill], 16),
        "CHARGE_ID": digits(charge, 16),
        "ORG_NO": chunk.org(who),
        "CONS_NO": chunk.no(who),
        "RCVED_YM": month_of(lines.day),
        "RCVED_DATE": day(lines.day),
        "THIS_RCVED_AMT": yuan(lines.amount),
        "THIS_PENALTY": yuan(lines.penalty),
        "ACCT_NO": np.zeros((1, 1), dtype=np.uint8),
        "OWE_AMT": yuan(np.maximum(bills.amount[lines.bill], 0)),
        "NOTE_ID": np.zeros((1, 1), dtype=np.uint8),
        "RCVBL_YM": chunk.month,
    }
    old = archived[lines.bill]
    chunk.out.write("ARC_A_RCVED_FLOW", columns, chunk.partition, old)
    chunk.out.write("A_RCVED_FLOW", columns, rows=~old | both[lines.bill])
    related = np.where(lines.reverses >= 0, charge[lines.reverses], 0) if n else charge
    write_payments(chunk, charge, who, lines.day, lines.kind, lines.amount + lines.penalty, ~shared, related)
    return charge


def write_payments(
    chunk: Chunk,
    charge: NDArray[np.int64],
    who: Ints,
    on: Ints,
    kind: NDArray[np.int8],
    amount: Money,
    rows: Bools | None = None,
    related: NDArray[np.int64] | None = None,
) -> None:
    """Payment events, one row per CHARGE_ID."""
    n = len(charge)
    link = np.zeros((1, 1), dtype=np.uint8) if related is None else blank(digits(related, 16), related == 0)
    modes = chunk.people.pay_mode[who]
    counter = np.isin(modes, (0, 1, 2))
    columns: Columns = {
        "CHARGE_ID": digits(charge, 16),
        "CONS_NO": chunk.no(who),
        "ORG_NO": chunk.org(who),
        "CHARGE_YM": month_of(on),
        "CHARGE_DATE": stamp(on, seconds(charge)),
        "TYPE_CODE": _TYPES[kind],
        "RCV_AMT": yuan(amount),
        "CHARGE_EMP_NO": blank(
            digits(20_000_000 + chunk.people.station[who].astype(np.int64) * 10 + who % 7, 8), ~counter
        ),
        "PAY_MODE": _MODES[modes],
        "SETTLE_MODE": table(["01", "02"])[(kind == CHEQUE).astype(np.int8)],
        "SETTLE_NOTE_NO": blank(digits(charge % 100_000_000, 8), kind != CHEQUE)
        if n
        else np.zeros((0, 1), np.uint8),
        "RELATE_ID": link,
    }
    chunk.out.write("A_PAY_FLOW", columns, chunk.partition, rows)
