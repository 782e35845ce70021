"""Small hostile extracts in the official file formats: every case that real billing sends, by a seed."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.oracle import extract_people
from tests.oracle.raw import Row
from tests.oracle.world import month_end

EXTRACT_ON = date(2025, 2, 12)
FIRST_MONTH, LAST_MONTH = 202210, 202502
ORGS = {
    "33": "",
    "33401": "33",
    "3340101": "33401",
    "334010101": "3340101",
    "334010102": "3340101",
    "3340102": "33401",
    "33402": "33",
    "3340201": "33402",
}
LEAVES = ("334010101", "334010102", "3340102", "3340201", "33402")
KINDS = ("01", "01", "01", "01", "01", "", "02", "05", "04", "11", "12", "99")

COLUMNS = {
    "A_RCVBL_FLOW": "RCVBL_AMT_ID CALC_ID AMT_TYPE RCVBL_YM CONS_NO ORG_NO PAY_MODE T_PQ RCVBL_AMT "
    "RCVED_AMT STATUS_CODE SETTLE_FLAG PENALTY_BGN_DATE RCVBL_PENALTY RCVED_PENALTY RELEASE_DATE OWE_AMT "
    "INVISIBLE_FLAG",
    "A_RCVED_FLOW": "RCVED_AMT_ID RCVBL_AMT_ID CHARGE_ID ORG_NO CONS_NO RCVED_YM RCVED_DATE THIS_RCVED_AMT "
    "THIS_PENALTY RCVBL_YM",
    "A_PAY_FLOW": "CHARGE_ID CONS_NO ORG_NO CHARGE_YM CHARGE_DATE TYPE_CODE RCV_AMT PAY_MODE SETTLE_MODE",
    "C_CONS": "CONS_ID CONS_NO CUST_ID CONS_NAME ELEC_ADDR CONS_SORT_CODE ELEC_TYPE_CODE TRADE_CODE "
    "VOLT_CODE BUILD_DATE CANCEL_DATE STATUS_CODE ORG_NO MR_SECT_NO",
    "ARC_E_CONS_SNAP": "CALC_ID CONS_NO ORG_NO CONS_SORT_CODE ELEC_TYPE_CODE TRADE_CODE VOLT_CODE MR_SECT_NO",
    "A_CASHCHK_FLOW": "CASHCHK_ID CHARGE_ID RCVBL_AMT_ID CONS_NO RCVBL_YM CASHCHK_AMT CASHCHK_DATE "
    "DISPOSE_DATE",
    "A_BAD_DEBT": "RCVBL_AMT_ID CONS_NO OWE_AMT APPR_DATE CANCEL_DATE",
    "A_ACCT_BAL": "CONS_NO PREPAY_BAL",
    "S_OUTAGE": "CONS_NO ACTUAL_DATE",
    "O_ORG": "ORG_NO ORG_NAME P_ORG_NO ORG_TYPE",
} | extract_people.COLUMNS
POORER = {
    "A_RCVBL_FLOW": "CONS_NO RCVBL_YM ORG_NO PAY_MODE T_PQ RCVBL_AMT RCVED_AMT STATUS_CODE RCVBL_PENALTY "
    "RCVED_PENALTY RISK_LEVEL_CODE OWE_AMT CONS_SORT_CODE ELEC_TYPE_CODE CTL_MODE",
    "A_RCVED_FLOW": "ORG_NO CONS_NO RCVED_YM RCVED_DATE THIS_RCVED_AMT THIS_PENALTY OWE_AMT RCVBL_YM "
    "RCVBL_PENALTY",
}
BILL_TOLD_BY = {
    "calculation": "CALC_ID",
    "calculation and month": "CALC_ID RCVBL_YM",
    "month": "RCVBL_YM",
    "month and kind": "RCVBL_YM AMT_TYPE",
}
"""What receipts say of their bill where they do not have its number."""


FLAGS = {"": ("",), "0": ("0", "0.0", "false", "N", "否"), "1": ("1", "1.0", "true", "Y", "是")}
"""How programs write whether a bill is invisible."""


@dataclass
class Maker:
    """Rows of the tables being made."""

    rnd: random.Random
    rows: dict[str, list[Row]] = field(default_factory=lambda: {t: [] for t in COLUMNS})
    last_id: int = 1000

    def new_id(self) -> str:
        """The next number."""
        self.last_id += 1
        return str(self.last_id)

    def add(self, table: str, **cells: str) -> Row:
        """One more row; columns not given are empty."""
        row = {c: cells.get(c, "") for c in COLUMNS[table].split()}
        self.rows[table].append(row)
        return row

    def chance(self, share: float) -> bool:
        """True this often."""
        return self.rnd.random() < share

    def written(self, on: date) -> str:
        """A day in one of the formats that occur."""
        return on.strftime(self.rnd.choice(("%Y%m%d", "%Y%m%d", "%Y-%m-%d")))


def _flag(make: Maker, meant: str) -> str:
    words = FLAGS[meant]
    return words[make.last_id % len(words)]


def yuan(fen: int, separators: bool = False) -> str:
    """Fen as yuan text."""
    whole = f"{abs(fen) // 100:,}" if separators else str(abs(fen) // 100)
    return ("-" if fen < 0 else "") + f"{whole}.{abs(fen) % 100:02d}"


def months() -> list[int]:
    """The bill months of an extract."""
    years = range(FIRST_MONTH // 100, LAST_MONTH // 100 + 1)
    return [y * 100 + m for y in years for m in range(1, 13) if FIRST_MONTH <= y * 100 + m <= LAST_MONTH]


def write(
    folder: Path,
    seed: int,
    poorer: bool = False,
    dirty: bool = False,
    receipts: bool = True,
    told_by: str = "",
) -> None:
    """Write an extract of 5 to 60 customers; `poorer` without ids and dates, `dirty` with unusable rows.

    `told_by`: what receipts say of their bill in the place of its number (BILL_TOLD_BY).
    """
    make = made(seed)
    if told_by:
        _forget_numbers(make)
    if dirty:
        _spoil(make)
    columns = dict(POORER if poorer else COLUMNS)
    if told_by:
        known = set(columns["A_RCVED_FLOW"].split()) - {"RCVBL_AMT_ID", "RCVBL_YM"}
        columns["A_RCVED_FLOW"] = " ".join([*sorted(known), BILL_TOLD_BY[told_by]])
    if not receipts:
        del columns["A_RCVED_FLOW"]
    write_files(make, folder, columns)


def made(seed: int) -> Maker:
    """All rows of an extract."""
    make = Maker(random.Random(seed))
    for org, parent in ORGS.items():
        make.add(
            "O_ORG", ORG_NO=org, ORG_NAME=f"单位{org}", P_ORG_NO=parent, ORG_TYPE="0" + str(len(org) // 2 + 1)
        )
    for number in range(make.rnd.randint(5, 60)):
        _customer(make, number)
    for table in ("A_RCVBL_FLOW", "A_RCVED_FLOW"):
        make.rnd.shuffle(make.rows[table])
    extract_people.surround(make.rows, seed, date(FIRST_MONTH // 100, FIRST_MONTH % 100, 1))
    return make


def _customer(make: Maker, number: int) -> None:
    rnd = make.rnd
    cons_no = f"{rnd.randint(0, 99):03d}{number:07d}"
    klass, org = rnd.choice(("01", "02", "03")), rnd.choice(LEAVES)
    if make.chance(0.92):
        make.add(
            "C_CONS",
            CONS_ID=make.new_id(),
            CONS_NO=cons_no,
            CUST_ID=f"K{number // 3}",
            CONS_NAME=f"客户{number}",
            CONS_SORT_CODE=klass,
            ELEC_TYPE_CODE="202",
            TRADE_CODE="0910",
            VOLT_CODE="AC02202",
            ORG_NO=org,
            BUILD_DATE="20150301",
            STATUS_CODE="0",
            MR_SECT_NO="S1",
        )
    if make.chance(0.2):
        make.add("A_ACCT_BAL", CONS_NO=cons_no, PREPAY_BAL=yuan(rnd.randint(0, 50000)))
    moved_at = rnd.choice(months()) if make.chance(0.2) else 999999
    class_then = rnd.choice(("01", "02", "03")) if make.chance(0.3) else klass
    every = rnd.choice((1, 1, 2))
    plain = rnd.randint(500, 200000)
    for i, ym in enumerate(months()):
        if i % every or make.chance(0.1):
            continue
        where = rnd.choice(LEAVES) if ym >= moved_at else org
        for _ in range(2 if make.chance(0.08) else 1):
            amount = plain if make.chance(0.2) else rnd.randint(1, 200000)
            _bill(make, cons_no, where, ym, amount, class_then if ym < 202401 else klass)
    for _ in range(rnd.choice((0, 0, 1, 2))):
        on = date(2023, 1, 1) + timedelta(days=rnd.randint(0, 770))
        make.add("S_OUTAGE", CONS_NO=cons_no, ACTUAL_DATE=on.strftime("%Y%m%d"))
    if make.chance(0.1):
        _receipt(make, "99999" + cons_no, cons_no, org, EXTRACT_ON - timedelta(days=40), 1234, 202401)


def _bill(make: Maker, cons_no: str, org: str, ym: int, amount: int, klass: str) -> None:
    rnd = make.rnd
    if make.chance(0.06):
        amount = -rnd.randint(1, 30000)
    elif make.chance(0.02):
        amount = 0
    number, calc = make.new_id(), make.new_id()
    start = date(ym // 100, ym % 100, 1)
    issued = start + timedelta(days=rnd.randint(0, 50 if make.chance(0.25) else 25))
    if make.chance(0.04):
        issued = start - timedelta(days=rnd.randint(1, 12))
    released = None if make.chance(0.05) else issued
    issued = released or month_end(ym)
    if issued > EXTRACT_ON:
        return
    penalty = None if make.chance(0.1) else issued + timedelta(days=rnd.choice((1, 1, 11, 16, 26, 26)))
    row = make.add(
        "A_RCVBL_FLOW",
        RCVBL_AMT_ID=number,
        CALC_ID=calc,
        AMT_TYPE=rnd.choice(KINDS),
        RCVBL_YM=str(ym),
        CONS_NO=cons_no,
        ORG_NO=org,
        PAY_MODE=rnd.choice(("010101", "020104", "")),
        T_PQ=str(rnd.randint(0, 900)),
        RCVBL_AMT=yuan(amount, make.chance(0.05)),
        SETTLE_FLAG="01",
        RELEASE_DATE=make.written(released) if released else "",
        PENALTY_BGN_DATE=make.written(penalty) if penalty else "",
        INVISIBLE_FLAG=_flag(make, rnd.choice(("", "", "", "", "0", "0", "1")) if make.chance(0.4) else ""),
    )
    if make.chance(0.8):
        make.add(
            "ARC_E_CONS_SNAP",
            CALC_ID=calc,
            CONS_NO=cons_no,
            ORG_NO=org,
            CONS_SORT_CODE=klass,
            ELEC_TYPE_CODE="202",
            TRADE_CODE="0910",
            VOLT_CODE="AC02202",
        )
    due = (penalty or issued + timedelta(days=16)) - timedelta(days=1)
    paid = _pay(make, row, issued, due, amount)
    row["RCVED_AMT"] = yuan(paid)
    row["OWE_AMT"] = yuan(amount - paid)
    if make.chance(0.06):
        _write_off(make, row, issued, due)
    if make.chance(0.05):
        _in_transit(make, row, due, amount)


def _pay(make: Maker, bill: Row, issued: date, due: date, amount: int) -> int:
    """Receipts of one bill in one of the ways in which bills are paid; returns their sum."""
    rnd = make.rnd
    number, cons_no, org, ym = bill["RCVBL_AMT_ID"], bill["CONS_NO"], bill["ORG_NO"], int(bill["RCVBL_YM"])
    near = rnd.choice(
        [
            issued,
            due,
            issued - timedelta(days=9),
            date(issued.year, 12, 31),
            date(issued.year + 1, 1, 1),
            *(due + timedelta(days=rnd.choice((1, 2, rnd.randint(-20, 500)))) for _ in range(4)),
        ]
    )
    near = min(near, EXTRACT_ON)
    way = rnd.choices(
        ("none", "whole", "parts", "reversed", "twice", "over", "more back", "part", "equal"),
        (14, 40, 12, 9, 4, 6, 3, 8, 4),
    )[0]
    later = [min(near + timedelta(days=rnd.randint(0, 90)), EXTRACT_ON) for _ in range(4)]
    half = amount // 2
    flows: dict[str, list[tuple[date, int]]] = {
        "none": [],
        "whole": [(near, amount)],
        "parts": [(near, half), (later[0], amount - half)],
        "part": [(near, half)],
        "equal": [(near, half), (near, half), (near, amount - 2 * half)],
        "reversed": [
            (near, amount),
            (later[0], -amount),
            *([(later[1], amount)] if make.chance(0.6) else []),
        ],
        "twice": [(near, amount), (later[0], amount), *([(later[1], -amount)] if make.chance(0.5) else [])],
        "over": [(near, amount + rnd.randint(1, 9000))],
        "more back": [(near, half), (later[0], -amount)],
    }
    chosen = [(on, fen) for on, fen in flows[way] if fen]
    for on, fen in chosen:
        _receipt(make, number, cons_no, org, on, fen, ym)
    return sum(fen for _, fen in chosen)


def _receipt(make: Maker, number: str, cons_no: str, org: str, on: date, fen: int, ym: int) -> None:
    charge = make.new_id()
    undated = make.chance(0.04)
    booked = on if make.chance(0.95) else on + timedelta(days=20)
    make.add(
        "A_RCVED_FLOW",
        RCVED_AMT_ID=make.new_id(),
        RCVBL_AMT_ID=number,
        CHARGE_ID=charge,
        ORG_NO=org,
        CONS_NO=cons_no,
        RCVED_YM=booked.strftime("%Y%m"),
        RCVED_DATE="" if undated else make.written(on),
        THIS_RCVED_AMT=yuan(fen),
        RCVBL_YM=str(ym),
    )
    if not undated or make.chance(0.5):
        make.add(
            "A_PAY_FLOW",
            CHARGE_ID=charge,
            CONS_NO=cons_no,
            ORG_NO=org,
            CHARGE_YM=on.strftime("%Y%m"),
            CHARGE_DATE=on.strftime("%Y-%m-%d 09:30:00"),
            RCV_AMT=yuan(fen),
            PAY_MODE="010101",
            TYPE_CODE="2" + "1" if fen < 0 else make.rnd.choice(("11", "11", "11", "31")),
        )


def _write_off(make: Maker, bill: Row, issued: date, due: date) -> None:
    on = make.rnd.choice(
        (issued, due, due + timedelta(days=make.rnd.randint(1, 400)), date(issued.year, 12, 31))
    )
    gone = "" if on > EXTRACT_ON or make.chance(0.2) else on.strftime("%Y%m%d")
    make.add(
        "A_BAD_DEBT",
        RCVBL_AMT_ID=bill["RCVBL_AMT_ID"],
        CONS_NO=bill["CONS_NO"],
        OWE_AMT=bill["OWE_AMT"],
        APPR_DATE=issued.strftime("%Y%m%d"),
        CANCEL_DATE=gone,
    )
    if gone and make.chance(0.5):
        back = min(on + timedelta(days=make.rnd.randint(0, 60)), EXTRACT_ON)
        number, cons_no, org = bill["RCVBL_AMT_ID"], bill["CONS_NO"], bill["ORG_NO"]
        _receipt(make, number, cons_no, org, back, make.rnd.randint(1, 90000), int(bill["RCVBL_YM"]))


def _in_transit(make: Maker, bill: Row, due: date, amount: int) -> None:
    checked = min(due + timedelta(days=make.rnd.randint(-5, 40)), EXTRACT_ON)
    disposed = (
        "" if make.chance(0.4) else (checked + timedelta(days=make.rnd.randint(0, 30))).strftime("%Y%m%d")
    )
    make.add(
        "A_CASHCHK_FLOW",
        CASHCHK_ID=make.new_id(),
        RCVBL_AMT_ID=bill["RCVBL_AMT_ID"],
        CONS_NO=bill["CONS_NO"],
        RCVBL_YM=bill["RCVBL_YM"],
        CASHCHK_AMT=yuan(max(amount, 1)),
        CASHCHK_DATE=checked.strftime("%Y%m%d"),
        DISPOSE_DATE=disposed,
    )


def _forget_numbers(make: Maker) -> None:
    """Receipts know the calculation and the kind of their bill; some bills of a month are one calculation.

    Some say a calculation of another customer's, or zeros, or a kind without its zero or of no bill.
    """
    bills = {row["RCVBL_AMT_ID"]: row for row in make.rows["A_RCVBL_FLOW"]}
    of_month: dict[tuple[str, str], Row] = {}
    for row in bills.values():
        first = of_month.setdefault((row["CONS_NO"], row["RCVBL_YM"]), row)
        if first is not row and make.chance(0.5):
            row["CALC_ID"] = first["CALC_ID"]
        elif make.chance(0.1):
            row["CALC_ID"] = make.rnd.choice(("", "0", "00000000"))
    others = [row["CALC_ID"] for row in bills.values()]
    for receipt in make.rows["A_RCVED_FLOW"]:
        bill = bills.get(receipt["RCVBL_AMT_ID"], {})
        receipt["CALC_ID"] = bill.get("CALC_ID", "") if bill else "8" + receipt["RCVED_AMT_ID"]
        if make.chance(0.06):
            receipt["CALC_ID"] = make.rnd.choice((*others, "0", "00000000"))
        kind = bill.get("AMT_TYPE", "01")
        receipt["AMT_TYPE"] = make.rnd.choice(("99", kind.lstrip("0"))) if make.chance(0.1) else kind


def _spoil(make: Maker) -> None:
    """Turn some rows into rows that cannot be used."""
    faults = {
        "A_RCVBL_FLOW": [
            ("RCVBL_AMT", "abc"),
            ("RCVBL_AMT", ""),
            ("RCVBL_YM", "202413"),
            ("RCVBL_YM", "2024"),
            ("CONS_NO", ""),
            ("RELEASE_DATE", "20240231"),
        ],
        "A_RCVED_FLOW": [("THIS_RCVED_AMT", "1.2.3"), ("RCVED_DATE", "2024-13-01"), ("CONS_NO", "")],
    }
    for table, cells in faults.items():
        for row in make.rnd.sample(make.rows[table], min(len(make.rows[table]), 8)):
            column, value = make.rnd.choice(cells)
            row[column] = value


def write_files(make: Maker, folder: Path, columns: dict[str, str]) -> None:
    """The rows as files, receivables and receipts partly in archives, in an encoding drawn by lot."""
    folder.mkdir(parents=True, exist_ok=True)
    rnd = make.rnd
    encoding = rnd.choice(("utf-8", "utf-8-sig", "gb18030"))
    with_ids = "RCVBL_AMT_ID" in columns["A_RCVBL_FLOW"].split()
    for table, names in columns.items():
        rows = make.rows[table]
        if table in ("A_RCVBL_FLOW", "A_RCVED_FLOW") and with_ids:
            live = [r for r in rows if make.chance(0.6)]
            kept = {id(r) for r in live}
            archived = [r for r in rows if id(r) not in kept or make.chance(0.1)]
            _write(folder / f"ARC_{table}.csv", names, archived, encoding, rnd)
            rows = live + [r for r in live if make.chance(0.03)]
            if table == "A_RCVBL_FLOW":
                middle = len(rows) // 2
                _write(folder / f"{table}_202412.csv", names, rows[:middle], encoding, rnd)
                rows = rows[middle:]
                _write(folder / f"{table}_202501.csv", names, rows, encoding, rnd)
                continue
        _write(folder / f"{table}.csv", names, rows, encoding, rnd)


def _write(path: Path, names: str, rows: list[Row], encoding: str, rnd: random.Random) -> None:
    text = io.StringIO()
    ending = rnd.choice(("\n", "\r\n"))
    writer = csv.DictWriter(text, names.split(), extrasaction="ignore", lineterminator=ending)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
