"""Plant the faults that real extracts have, and list where each is and what ought to become of it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from data.sample.sheets import Sheet
from data.sample.spec import SampleReport, SampleSpec

PLANTED = "_planted.csv"
QUARANTINED, MERGED, KEPT, IGNORED = "quarantined", "merged", "kept", "ignored"
EACH = 4
"""How often a fault of one kind is planted (fewer where a file is short)."""


@dataclass(frozen=True)
class Planted:
    """One row of the list; line 1 is the header, in Parquet the first record."""

    file: str
    line: int
    table: str
    column: str
    kind: str
    expected: str


@dataclass(frozen=True)
class Fault:
    """A cell that is replaced: by which text, and what ought to become of the record."""

    kind: str
    table: str
    column: str
    change: Callable[[str], str]
    expected: str = QUARANTINED


def _dashed(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _slashed(day: str) -> str:
    return f"{day[:4]}/{int(day[4:6])}/{int(day[6:])}"


def _thousands(amount: str) -> str:
    return f"{float(amount) + 1_000_000:,.2f}"


BILL, RECEIPT = "A_RCVBL_FLOW", "A_RCVED_FLOW"
FAULTS = [
    Fault("date_does_not_exist", BILL, "RELEASE_DATE", lambda v: v[:4] + "0231"),
    Fault("date_is_text", BILL, "PENALTY_BGN_DATE", lambda v: "待定"),
    Fault("month_thirteen", BILL, "RCVBL_YM", lambda v: v[:4] + "13"),
    Fault("month_is_text", BILL, "RCVBL_YM", lambda v: v[:4] + "年"),
    Fault("letters_in_amount", BILL, "RCVBL_AMT", lambda v: v.replace(".", "O.", 1)),
    Fault("amount_missing", BILL, "RCVBL_AMT", lambda v: ""),
    Fault("amount_too_large", BILL, "RCVBL_AMT", lambda v: "9" * 22 + ".00"),
    Fault("thousands_separator", BILL, "RCVBL_AMT", _thousands, KEPT),
    Fault("customer_missing", BILL, "CONS_NO", lambda v: ""),
    Fault("month_missing", BILL, "RCVBL_YM", lambda v: ""),
    Fault("bill_without_customer", BILL, "CONS_NO", lambda v: "09" + v[2:], KEPT),
    Fault("leading_zero_lost", BILL, "CONS_NO", lambda v: v.lstrip("0"), KEPT),
    Fault("date_with_dashes", BILL, "RELEASE_DATE", _dashed, KEPT),
    Fault("date_with_slashes", BILL, "PENALTY_BGN_DATE", _slashed, KEPT),
    Fault("blanks_around", BILL, "RCVBL_AMT", lambda v: f"  {v} ", KEPT),
    Fault("issue_date_missing", BILL, "RELEASE_DATE", lambda v: "", KEPT),
    Fault("date_does_not_exist", RECEIPT, "RCVED_DATE", lambda v: v[:6] + "32"),
    Fault("letters_in_amount", RECEIPT, "THIS_RCVED_AMT", lambda v: "￥" + v + "x"),
    Fault("date_in_far_future", RECEIPT, "RCVED_DATE", lambda v: "2099" + v[4:]),
    Fault("receipt_without_bill", RECEIPT, "RCVBL_AMT_ID", lambda v: "1999" + v[4:], KEPT),
    Fault(
        "sign_reversed", RECEIPT, "THIS_RCVED_AMT", lambda v: v[1:] if v.startswith("-") else "-" + v, KEPT
    ),
    Fault("receipt_date_missing", RECEIPT, "RCVED_DATE", lambda v: "", KEPT),
    Fault("customer_missing", "C_CONS", "CONS_NO", lambda v: ""),
    Fault("date_does_not_exist", "C_CONS", "BUILD_DATE", lambda v: v[:4] + "1301"),
    Fault("unknown_code", "C_CONS", "TRADE_CODE", lambda v: "ZZ99", KEPT),
    Fault("date_does_not_exist", "S_POWER_VIOLATE_STEAL", "OCCUR_TIME", lambda v: v.replace("-", "-4", 1)),
]


class _Field:
    """The files of a sample that are being spoilt, and what was planted so far."""

    def __init__(self, report: SampleReport, spec: SampleSpec) -> None:
        self.folder, self.spec = report.out, spec
        self.rng = spec.rng(11)
        self.planted: list[Planted] = []
        self._sheets: dict[str, Sheet] = {}
        self._free: dict[str, list[int]] = {}

    def sheet(self, table: str) -> Sheet:
        """A table's file; of an archive's files the last."""
        if table not in self._sheets:
            files = sorted(self.folder.glob(f"{table}.*")) or sorted(self.folder.glob(f"{table}_[0-9]*.*"))
            sheet = Sheet(files[-1], self.spec.encoding)
            self._sheets[table] = sheet
            self._free[table] = self.rng.permutation(len(sheet)).tolist()
        return self._sheets[table]

    def take(self, table: str, n: int = EACH, positive: str = "") -> list[int]:
        """Untouched records but the last; `positive` names an amount that must be above zero."""
        sheet = self.sheet(table)
        out: list[int] = []
        free = self._free[table]
        while free and len(out) < n:
            i = free.pop()
            if i < len(sheet) - 1 and (not positive or float(sheet.cell(i, positive)) > 0):
                out.append(i)
        return out

    def note(self, table: str, i: int, column: str, kind: str, expected: str) -> None:
        """Put record i on the list (-1 is the header line, which Parquet has not)."""
        line = i + (1 if self.spec.file_format == "parquet" else 2)
        self.planted.append(Planted(self.sheet(table).path.name, line, table, column, kind, expected))

    def save(self) -> None:
        """Write all changed files and the list."""
        for sheet in self._sheets.values():
            sheet.save()
        with (self.folder / PLANTED).open("w", encoding="utf-8", newline="") as f:
            out = csv.writer(f)
            out.writerow(["file", "line", "table", "column", "kind", "expected"])
            for p in sorted(self.planted, key=lambda p: (p.file, p.line, p.kind)):
                out.writerow([p.file, p.line, p.table, p.column, p.kind, p.expected])


def plant(report: SampleReport, spec: SampleSpec) -> SampleReport:
    """Spoil a sample that was just written, and add the list `_planted.csv` to it."""
    field = _Field(report, spec)
    for fault in FAULTS:
        amount = fault.column if fault.column in ("RCVBL_AMT", "THIS_RCVED_AMT") else ""
        for i in field.take(fault.table, positive=amount):
            sheet = field.sheet(fault.table)
            sheet.put(i, fault.column, fault.change(sheet.cell(i, fault.column)))
            field.note(fault.table, i, fault.column, fault.kind, fault.expected)
    _duplicates(field)
    _equal_payments(field)
    if spec.file_format == "csv":
        _broken_lines(field)
        _odd_files(field)
    field.save()
    files = {p.name: p.stat().st_size for p in sorted(report.out.iterdir())}
    return replace(report, files=files, planted=len(field.planted))


def _duplicates(field: _Field) -> None:
    """Rows twice in a file; and settled rows that are live once more, unsettled: the live one counts."""
    for table in (BILL, RECEIPT, "C_CONS"):
        sheet = field.sheet(table)
        for i in field.take(table):
            field.note(table, sheet.append(sheet.row(i)), "", "same_row_twice", MERGED)
    archive, live = field.sheet(f"ARC_{BILL}"), field.sheet(BILL)
    for i in field.take(f"ARC_{BILL}", positive="RCVBL_AMT"):
        row = archive.row(i)
        at = live.append(row)
        live.put(at, "SETTLE_FLAG", "02")
        field.note(BILL, at, "SETTLE_FLAG", "live_and_archive_differ", KEPT)
        field.note(f"ARC_{BILL}", i, "SETTLE_FLAG", "live_and_archive_differ", MERGED)


def _equal_payments(field: _Field) -> None:
    """Two payments of one amount on one day, which are two: only their ids differ."""
    sheet = field.sheet(RECEIPT)
    for k, i in enumerate(field.take(RECEIPT, positive="THIS_RCVED_AMT")):
        row = sheet.row(i)
        row[0] = str(4_900_000_000_000_001 + k)
        field.note(RECEIPT, sheet.append(row), "", "equal_payment_same_day", KEPT)


def _broken_lines(field: _Field) -> None:
    """Lines that are no records: cut short, too long, bytes of no encoding, empty, a second header."""
    for table in (BILL, RECEIPT):
        sheet = field.sheet(table)
        for i in field.take(table, 2):
            sheet.put_raw(i, sheet.raw(i)[: len(sheet.raw(i)) // 2].rstrip(b","))
            field.note(table, i, "", "line_cut_short", QUARANTINED)
        for i in field.take(table, 2):
            sheet.put_raw(i, sheet.raw(i) + b",1")
            field.note(table, i, "", "one_cell_too_many", QUARANTINED)
        for i in field.take(table, 1):
            sheet.put_raw(i, b"")
            field.note(table, i, "", "empty_line", IGNORED)
        at = sheet.append(sheet.header)
        field.note(table, at, "", "header_repeated", IGNORED)
    people = field.sheet("C_CONS")
    name = people.header.index("CONS_NAME")
    for i in field.take("C_CONS", 2):
        cells = people.raw(i).split(b",")
        if len(cells) == len(people.header):
            cells[name] = b"\xff\xfe" + cells[name]
            people.put_raw(i, b",".join(cells))
            field.note("C_CONS", i, "CONS_NAME", "bytes_of_no_encoding", QUARANTINED)
    _open_quote(field)


def _open_quote(field: _Field) -> None:
    """The last line of the contacts begins a quote that nothing ends."""
    sheet = field.sheet("C_CONTACT")
    last = len(sheet) - 1
    head, _, phone = sheet.raw(last).rpartition(b",")
    sheet.put_raw(last, head + b',"' + phone)
    field.note("C_CONTACT", last, "MOBILE", "quote_never_closed", QUARANTINED)


def _odd_files(field: _Field) -> None:
    """One file with TABs, and in UTF-8 one with a byte order mark."""
    field.sheet("C_RCA_CONS").tab = True
    field.note("C_RCA_CONS", -1, "", "tab_delimited", KEPT)
    if field.spec.encoding == "utf-8":
        field.sheet("C_MP").bom = True
        field.note("C_MP", -1, "", "byte_order_mark", KEPT)


def read_planted(folder: Path) -> list[Planted]:
    """The list of what was planted in a sample; empty for a clean one."""
    path = folder / PLANTED
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as f:
        return [
            Planted(r["file"], int(r["line"]), r["table"], r["column"], r["kind"], r["expected"])
            for r in csv.DictReader(f)
        ]


__all__ = ["EACH", "FAULTS", "Fault", "Planted", "plant", "read_planted"]
