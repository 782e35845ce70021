"""Bills, their receipts and what happened to them: the raw rows put together, one object per bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.oracle.attributes import Attributes, Lookup
from tests.oracle.raw import BadCellError, Extract, Row, day, fen, month, optional, read_folders

NOT_BILLED = ("04", "11", "12")
NOT_OWED = ("05",)
DUE_DAYS = 15
NO = ("", "0", "0.0", "n", "false", "否")
NEVER = date(9999, 12, 31)


def month_end(ym: int) -> date:
    """The last day of a month yyyymm."""
    year, m = divmod(ym, 100)
    return (date(year + m // 12, m % 12 + 1, 1)) - timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One receipt line of a bill; lines of a day take effect in the order of their numbers."""

    on: date
    number: int
    amount: int
    is_set_off: bool


@dataclass
class Bill:
    """One receivable with the receipts that count on it: (effective day, fen) pairs, and as lines."""

    number: str
    cons_no: str
    org_no: str
    rcvbl_ym: int
    amount: int
    amt_type: str
    visible: bool
    issued_on: date
    issue_filled: bool
    due_on: date
    due_filled: bool
    year: int
    klass: str
    received_by_extract: int
    calc_id: str = ""
    written_off_on: date = NEVER
    receipts: list[tuple[date, int]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    attributes: Attributes = field(default_factory=Attributes)
    row: Row = field(default_factory=dict)

    @property
    def is_billed(self) -> bool:
        """Whether it is in any figure at all."""
        return self.visible and self.amt_type not in NOT_BILLED

    @property
    def is_owed(self) -> bool:
        """Whether it can be in arrears."""
        return self.is_billed and self.amt_type not in NOT_OWED

    def net(self, to: date) -> int:
        """All receipts less reversals effective by a day."""
        net = 0
        for on, amount in self.receipts:
            if on <= to:
                net += amount
        return net

    def _capped(self, to: date) -> int:
        if self.amount <= 0:
            return self.amount
        return min(self.net(to), self.amount)

    def collected(self, to: date) -> int:
        """What is collected by a day; frozen at the write-off; nothing before the bill exists."""
        if to < self.issued_on:
            return 0
        return self._capped(max(self.issued_on, min(to, self.written_off_on)))

    def open(self, to: date) -> int:
        """Billed less collected, whether written off or not."""
        return self.amount - self.collected(to) if self.issued_on <= to else 0

    def is_written_off(self, to: date) -> bool:
        """From its CANCEL_DATE on."""
        return self.issued_on <= to and self.written_off_on <= to

    def recovered_after(self, to: date) -> int:
        """What came after the write-off, up to what was billed."""
        if self.amount <= 0 or not self.is_written_off(to):
            return 0
        return self._capped(to) - self.collected(to)

    def set_off(self, to: date) -> int:
        """What of the collected came by set-off against prepaid money, line by line under the running cap."""
        if self.amount <= 0:
            return 0
        net = found = 0
        for line in sorted(self.lines, key=lambda x: (x.on, x.number)):
            if line.on > min(to, self.written_off_from):
                break
            applied = min(net + line.amount, self.amount) - min(net, self.amount)
            net += line.amount
            found += applied if line.is_set_off else 0
        return found

    @property
    def written_off_from(self) -> date:
        """The day from which the write-off counts: never before the bill exists."""
        return max(self.written_off_on, self.issued_on)

    def credit(self, to: date) -> int:
        """What was paid beyond the bill."""
        return max(0, self.net(to) - max(self.amount, 0)) if self.issued_on <= to else 0


@dataclass
class World:
    """Everything the figures need."""

    bills: list[Bill]
    customers: set[str]
    listed_customers: set[str]
    receipts_without_bill: list[tuple[str, int]]
    prepaid: dict[str, int]
    in_transit: list[tuple[str, str, int, date, date]]
    cuts: dict[str, list[date]]
    orgs: dict[str, str]
    extract: Extract
    connected: dict[str, date | None] = field(default_factory=dict)
    of_several: int = 0


def build(folders: Iterable[Path], extract_on: date) -> World:
    """Put the rows of the folders together; `extract_on` dates what the extract does not date."""
    got = read_folders(folders, extract_on)
    rows = got.rows
    look = Lookup(got)
    bills = [_bill(r, look.of(r)) for r in rows.get("A_RCVBL_FLOW", [])]
    _write_off(bills, rows.get("A_BAD_DEBT", []))
    if "A_RCVED_FLOW" in got.present:
        stray, of_several = _give_receipts(bills, got)
    else:
        stray, of_several = [], 0
        for bill in bills:
            if bill.received_by_extract:
                _receive(bill, extract_on, bill.received_by_extract)
    cuts = defaultdict(list)
    for r in rows.get("S_OUTAGE", []):
        cuts[r["CONS_NO"].strip()].append(day(r["ACTUAL_DATE"]))
    listed = {r["CONS_NO"].strip() for r in rows.get("C_CONS", [])}
    return World(
        bills=bills,
        customers=listed | {b.cons_no for b in bills},
        listed_customers=listed,
        receipts_without_bill=stray,
        prepaid={r["CONS_NO"].strip(): fen(r["PREPAY_BAL"]) for r in rows.get("A_ACCT_BAL", [])},
        in_transit=[_transit(r) for r in rows.get("A_CASHCHK_FLOW", [])],
        cuts=dict(cuts),
        orgs={r["ORG_NO"].strip(): r.get("P_ORG_NO", "").strip() for r in rows.get("O_ORG", [])},
        extract=got,
        connected=look.connected(),
        of_several=of_several,
    )


def _number(row: Row, column: str) -> str:
    """What a record is known by; zeros alone are no number."""
    text = row.get(column, "").strip()
    return text if text.strip("0") else ""


def _receive(bill: Bill, on: date, amount: int, number: int = 0, is_set_off: bool = False) -> None:
    effective = max(on, bill.issued_on)
    bill.receipts.append((effective, amount))
    bill.lines.append(Line(effective, number, amount, is_set_off))


def _bill(row: Row, attributes: Attributes) -> Bill:
    ym = month(row["RCVBL_YM"])
    released = optional(day, row, "RELEASE_DATE")
    issued = released if isinstance(released, date) else month_end(ym)
    penalty = optional(day, row, "PENALTY_BGN_DATE")
    one_day = timedelta(days=1)
    due = penalty - one_day if isinstance(penalty, date) else issued + timedelta(days=DUE_DAYS)
    return Bill(
        number=_number(row, "RCVBL_AMT_ID"),
        cons_no=row["CONS_NO"].strip(),
        org_no=row.get("ORG_NO", "").strip(),
        rcvbl_ym=ym,
        amount=fen(row["RCVBL_AMT"]),
        amt_type=row.get("AMT_TYPE", "").strip(),
        visible=row.get("INVISIBLE_FLAG", "").strip().lower() in NO,
        issued_on=issued,
        issue_filled=released is None,
        due_on=due,
        due_filled=penalty is None,
        year=max(ym // 100, issued.year),
        klass=attributes.klass,
        attributes=attributes,
        calc_id=_number(row, "CALC_ID"),
        received_by_extract=fen(row["RCVED_AMT"]) if row.get("RCVED_AMT", "").strip() else 0,
        row=row,
    )


def _write_off(bills: list[Bill], rows: list[Row]) -> None:
    dates: dict[str, date] = {}
    for row in rows:
        on = optional(day, row, "CANCEL_DATE")
        if isinstance(on, date):
            number = row["RCVBL_AMT_ID"].strip()
            dates[number] = min(on, dates.get(number, NEVER))
    for bill in bills:
        bill.written_off_on = dates.get(bill.number, NEVER) if bill.number else NEVER


def _transit(row: Row) -> tuple[str, str, int, date, date]:
    disposed = optional(day, row, "DISPOSE_DATE")
    return (
        row.get("RCVBL_AMT_ID", "").strip(),
        row.get("CONS_NO", "").strip(),
        fen(row["CASHCHK_AMT"]),
        day(row["CASHCHK_DATE"]),
        disposed if isinstance(disposed, date) else NEVER,
    )


def _receipt_day(row: Row, charged: dict[str, date]) -> date | None:
    on = optional(day, row, "RCVED_DATE")
    if isinstance(on, date):
        return on
    by_charge = charged.get(row.get("CHARGE_ID", "").strip())
    if by_charge:
        return by_charge
    ym = optional(month, row, "RCVED_YM")
    return month_end(ym) if isinstance(ym, int) else None


def _payments(rows: list[Row]) -> tuple[dict[str, date], set[str]]:
    """The day of each payment that has one, and those by which prepaid money is set off (kinds 3x)."""
    charged = {}
    for row in rows:
        on = optional(day, row, "CHARGE_DATE")
        if isinstance(on, date):
            charged[row["CHARGE_ID"].strip()] = on
    kinds = {row["CHARGE_ID"].strip(): row.get("TYPE_CODE", "").strip() for row in rows}
    return charged, {number for number, kind in kinds.items() if len(kind) == 2 and kind[0] == "3"}


def _give_receipts(bills: list[Bill], got: Extract) -> tuple[list[tuple[str, int]], int]:
    """Each receipt to its bill by id, else by a calculation of its customer's, else by month, and by kind.

    Those that match none, and how many may mean several bills.
    """
    charged, transfers = _payments(got.rows.get("A_PAY_FLOW", []))
    by_number = {b.number: b for b in bills if b.number}
    stray: list[tuple[str, int]] = []
    loose: dict[Said, list[Loose]] = defaultdict(list)
    meant_by = Meant(bills)
    for row in got.rows.get("A_RCVED_FLOW", []):
        on, amount, cons_no = _receipt_day(row, charged), fen(row["THIS_RCVED_AMT"]), row["CONS_NO"].strip()
        if on is None:
            got.bad.append(("A_RCVED_FLOW", 0, "RCVED_DATE"))
            continue
        number = _number(row, "RCVBL_AMT_ID")
        if number:
            if number in by_number:
                by_transfer = row.get("CHARGE_ID", "").strip() in transfers
                _receive(by_number[number], on, amount, int(row["RCVED_AMT_ID"]), by_transfer)
            else:
                stray.append((cons_no, amount))
            continue
        said = meant_by.what_it_says(row)
        if meant_by.bills(said):
            own = row.get("RCVED_AMT_ID", "").strip()
            by_transfer = row.get("CHARGE_ID", "").strip() in transfers
            loose[said].append((on, int(own or 0), amount, by_transfer))
        else:
            stray.append((cons_no, amount))
    for said, receipts in loose.items():
        _by_amount(meant_by.bills(said), receipts)
    of_several = sum(len(receipts) for said, receipts in loose.items() if len(meant_by.bills(said)) > 1)
    return stray, of_several


Said = tuple[str, str, int, str]
"""What a receipt without a bill's number says of it: calculation, customer, month, kind."""
Loose = tuple[date, int, int, bool]


def _kind(code: str) -> str:
    """A code without the zeros that a spreadsheet takes away."""
    return str(int(code)) if code.strip() else ""


class Meant:
    """The bills that such a receipt may mean."""

    def __init__(self, bills: list[Bill]) -> None:
        self._of_calculation: dict[tuple[str, str], list[Bill]] = defaultdict(list)
        self._of_month: dict[tuple[str, int], list[Bill]] = defaultdict(list)
        for bill in sorted(bills, key=lambda b: int(b.number or 0)):
            self._of_month[bill.cons_no, bill.rcvbl_ym].append(bill)
            if bill.calc_id:
                self._of_calculation[bill.calc_id, bill.cons_no].append(bill)

    def what_it_says(self, row: Row) -> Said:
        """The cells that tell."""
        ym, who = optional(month, row, "RCVBL_YM"), row["CONS_NO"].strip()
        calc, kind = _number(row, "CALC_ID"), _kind(row.get("AMT_TYPE", ""))
        if (calc, who) in self._of_calculation:
            return calc, who, 0, kind
        return ("?" if calc else ""), who, ym if isinstance(ym, int) else 0, kind

    def bills(self, said: Said) -> list[Bill]:
        """Of the calculation; else of the month, none of which is known to be of another calculation.

        A kind counts where one of them has it.
        """
        calc, who, ym, kind = said
        if (calc, who) in self._of_calculation:
            found = self._of_calculation[calc, who]
        else:
            found = [b for b in self._of_month.get((who, ym), []) if not (calc and b.calc_id)]
        alike = [b for b in found if not kind or not b.amt_type or _kind(b.amt_type) == kind]
        return alike or found


def _by_amount(bills: list[Bill], receipts: list[Loose]) -> None:
    """Equal amounts first, each bill once; the rest to the largest bill."""
    unmatched = list(bills)
    largest = max(bills, key=lambda b: b.amount)
    for on, number, amount, by_transfer in sorted(receipts):
        owner = next((b for b in unmatched if b.amount == amount), None)
        if owner is None:
            owner = largest
        else:
            unmatched.remove(owner)
        _receive(owner, on, amount, number, by_transfer)


__all__ = ["BadCellError", "Bill", "World", "build", "month_end"]
