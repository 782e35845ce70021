"""What a generated extract promises, by plain Python over the files: keys, sums, dates, kinds of rows."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.load.extract_tables import TABLES as STAGED
from services.warehouse.sampling import make_sample

Row = dict[str, str]
CUSTOMERS, MONTHS, LAST = 3_000, 28, 202602
EXTRACT = "20260320"
TABLES = {
    *(name for name, table in STAGED.items() if table.sampled),
    *("ARC_A_RCVBL_FLOW", "ARC_A_RCVED_FLOW"),
}


class Extract:
    """All tables of a folder, read by the csv module; partitions of a table are joined."""

    def __init__(self, folder: Path, encoding: str = "utf-8") -> None:
        self.tables: dict[str, list[Row]] = defaultdict(list)
        for path in sorted(folder.glob("*.csv")):
            name = path.stem.rsplit("_", 1)
            table = name[0] if name[-1].isdigit() else path.stem
            with path.open(encoding=encoding, newline="") as f:
                lines = csv.reader(f, strict=True)
                headings = next(lines)
                rows = [line for line in lines if line]
            assert {len(row) for row in rows} <= {len(headings)}, f"{path.name}: ragged line"
            self.tables[table] += [dict(zip(headings, row, strict=True)) for row in rows]

    def bills(self) -> dict[str, Row]:
        """Receivables by id, the live row where there are two."""
        both = {r["RCVBL_AMT_ID"]: r for r in self.tables["ARC_A_RCVBL_FLOW"]}
        return both | {r["RCVBL_AMT_ID"]: r for r in self.tables["A_RCVBL_FLOW"]}

    def receipts(self) -> dict[str, Row]:
        """Receipt lines by id."""
        rows = self.tables["ARC_A_RCVED_FLOW"] + self.tables["A_RCVED_FLOW"]
        return {r["RCVED_AMT_ID"]: r for r in rows}


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    folder = tmp_path_factory.mktemp("extract")
    make_sample(folder, customers=CUSTOMERS, months=MONTHS, seed=5, last_month=LAST)
    return Extract(folder)


@pytest.fixture(scope="module")
def paid(extract: Extract) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for r in extract.receipts().values():
        total[r["RCVBL_AMT_ID"]] += Decimal(r["THIS_RCVED_AMT"])
    return total


def test_every_table_is_there(extract: Extract) -> None:
    assert set(extract.tables) == TABLES
    assert [t for t in sorted(TABLES) if not extract.tables[t] and t != "C_FACT"] == []


def test_ids_are_unique_and_foreign_keys_meet(extract: Extract) -> None:
    t = extract.tables
    for table, key in (
        ("C_CONS", "CONS_NO"), ("C_CONS", "CONS_ID"), ("C_MP", "MP_ID"), ("G_TG", "TG_ID"), ("G_TG", "TG_NO"),
        ("O_ORG", "ORG_NO"), ("O_EMP", "EMP_NO"), ("A_PAY_FLOW", "CHARGE_ID"), ("ARC_E_CONS_SNAP", "CALC_ID"),
        ("A_PREPAY_FLOW", "PREPAY_ID"), ("A_CASHCHK_FLOW", "CASHCHK_ID"), ("A_BAD_DEBT", "RCVBL_AMT_ID"),
    ):  # fmt: skip
        values = [r[key] for r in t[table]]
        assert len(values) == len(set(values)), (table, key)

    def keys(table: str, column: str) -> set[str]:
        return {r[column] for r in t[table]} - {""}

    bills, charges = set(extract.bills()), keys("A_PAY_FLOW", "CHARGE_ID")
    assert {r["RCVBL_AMT_ID"] for r in extract.receipts().values()} <= bills
    assert {r["CHARGE_ID"] for r in extract.receipts().values()} <= charges
    assert keys("A_PAY_FLOW", "RELATE_ID") <= charges and keys("A_PREPAY_FLOW", "CHARGE_ID") <= charges
    assert keys("A_CASHCHK_FLOW", "CHARGE_ID") <= charges and keys("A_CASHCHK_FLOW", "RCVBL_AMT_ID") <= bills
    assert {r["CALC_ID"] for r in extract.bills().values()} == keys("ARC_E_CONS_SNAP", "CALC_ID")
    customers = keys("C_CONS", "CONS_NO")
    for table in TABLES:
        if t[table] and "CONS_NO" in t[table][0]:
            assert keys(table, "CONS_NO") <= customers, table
    assert keys("C_MP", "TG_ID") == keys("G_TG", "TG_ID") and keys("C_MP", "LINE_ID") == keys(
        "G_LINE", "LINE_ID"
    )
    assert keys("TG_COORD", "TG_NO") < keys("G_TG", "TG_NO")
    assert keys("A_CR_RELA", "REMIND_SECT_NO") == keys("A_CR_SECT", "REMIND_SECT_NO")
    assert keys("A_CR_SECT", "EMP_NO") | keys("R_OPER_ACTIVITY", "EMP_NO") >= keys("A_CR_SECT", "EMP_NO")
    assert keys("A_CR_SECT", "EMP_NO") | keys("A_PAY_FLOW", "CHARGE_EMP_NO") <= keys("O_EMP", "EMP_NO")
    assert (
        keys("C_CONS", "MR_SECT_NO") == keys("R_SECT", "MR_SECT_NO") == keys("R_OPER_ACTIVITY", "MR_SECT_NO")
    )


def test_units_are_a_tree_by_prefix(extract: Extract) -> None:
    units = {r["ORG_NO"]: r for r in extract.tables["O_ORG"]}
    for no, row in units.items():
        assert (row["P_ORG_NO"] in units and no.startswith(row["P_ORG_NO"])) or row["ORG_TYPE"] == "02"
    stations = {n for n, r in units.items() if r["ORG_TYPE"] == "06"}
    assert {r["ORG_NO"] for r in extract.tables["C_CONS"]} <= stations
    assert {r["ORG_TYPE"] for r in units.values()} == {"02", "03", "04", "06"}


def test_received_is_the_sum_of_receipts_and_the_flag_follows(
    extract: Extract, paid: dict[str, Decimal]
) -> None:
    gone = {r["RCVBL_AMT_ID"] for r in extract.tables["A_BAD_DEBT"] if r["CANCEL_DATE"]}
    for key, bill in extract.bills().items():
        amount, received = Decimal(bill["RCVBL_AMT"]), Decimal(bill["RCVED_AMT"])
        assert received == (amount if amount < 0 else paid[key]), bill
        assert Decimal(bill["OWE_AMT"]) == max(amount - received, 0)
        flag = "03" if received >= amount else "04" if key in gone else "02" if received > 0 else "01"
        assert bill["SETTLE_FLAG"] == flag, bill


def test_what_is_settled_is_archived_and_some_rows_are_in_both(extract: Extract) -> None:
    archive = {r["RCVBL_AMT_ID"]: r for r in extract.tables["ARC_A_RCVBL_FLOW"]}
    live = {r["RCVBL_AMT_ID"]: r for r in extract.tables["A_RCVBL_FLOW"]}
    assert {r["SETTLE_FLAG"] for r in archive.values()} <= {"03", "04"}
    assert {r["SETTLE_FLAG"] for r in live.values()} >= {"01", "02", "03"}
    twice = archive.keys() & live.keys()
    assert any(archive[k] == live[k] for k in twice)
    newer = [k for k in twice if archive[k] != live[k]]
    assert newer and all(archive[k]["SETTLE_FLAG"] == "03" and live[k]["SETTLE_FLAG"] != "03" for k in newer)


def test_no_day_lies_after_the_extract_and_a_receipt_names_it(extract: Extract) -> None:
    days = [r["RCVED_DATE"] for r in extract.receipts().values()]
    assert max(days) == EXTRACT and all(len(d) == 8 for d in days)
    assert all(r["RCVED_YM"] == r["RCVED_DATE"][:6] for r in extract.receipts().values())
    for bill in extract.bills().values():
        assert bill["RELEASE_DATE"] <= EXTRACT
        assert bill["RELEASE_DATE"] < bill["PENALTY_BGN_DATE"]
        date(int(bill["RELEASE_DATE"][:4]), int(bill["RELEASE_DATE"][4:6]), int(bill["RELEASE_DATE"][6:]))
    for table, column in (
        ("S_OUTAGE", "ACTUAL_DATE"),
        ("A_BAD_DEBT", "CANCEL_DATE"),
        ("A_CASHCHK_FLOW", "DISPOSE_DATE"),
    ):
        assert max(r[column] for r in extract.tables[table]) <= EXTRACT


def test_payment_events_are_what_their_receipts_say(extract: Extract) -> None:
    by_charge: dict[str, Decimal] = defaultdict(Decimal)
    lines: Counter[str] = Counter()
    for r in extract.receipts().values():
        by_charge[r["CHARGE_ID"]] += Decimal(r["THIS_RCVED_AMT"]) + Decimal(r["THIS_PENALTY"])
        lines[r["CHARGE_ID"]] += 1
    events = {r["CHARGE_ID"]: r for r in extract.tables["A_PAY_FLOW"]}
    assert all(Decimal(events[c]["RCV_AMT"]) == total for c, total in by_charge.items())
    assert max(lines.values()) > 2, "one payment for several bills"
    for r in extract.receipts().values():
        charged = events[r["CHARGE_ID"]]
        assert charged["CHARGE_DATE"][:10].replace("-", "") == r["RCVED_DATE"], r
    reversals = [r for r in events.values() if r["TYPE_CODE"] == "21"]
    assert reversals
    for r in reversals:
        assert Decimal(r["RCV_AMT"]) == -Decimal(events[r["RELATE_ID"]]["RCV_AMT"])
        assert r["CHARGE_DATE"] > events[r["RELATE_ID"]]["CHARGE_DATE"]


def test_prepaid_balance_is_what_its_flow_leaves(extract: Extract) -> None:
    left: dict[str, Decimal] = defaultdict(Decimal)
    used: dict[str, Decimal] = {}
    for r in extract.tables["A_PREPAY_FLOW"]:
        left[r["CONS_NO"]] += Decimal(r["PREPAY_AMT"])
        if r["PREPAY_AMT"].startswith("-"):
            used[r["CHARGE_ID"]] = -Decimal(r["PREPAY_AMT"])
    balances = {r["CONS_NO"]: Decimal(r["PREPAY_BAL"]) for r in extract.tables["A_ACCT_BAL"]}
    assert all(left[c] == b >= 0 for c, b in balances.items()) and any(balances.values())
    receipts = {r["CHARGE_ID"]: Decimal(r["THIS_RCVED_AMT"]) for r in extract.receipts().values()}
    assert used and all(receipts[c] == amount for c, amount in used.items())


def test_every_kind_of_row_occurs(extract: Extract, paid: dict[str, Decimal]) -> None:
    bills, receipts = extract.bills(), extract.receipts().values()
    kinds = Counter(b["AMT_TYPE"] for b in bills.values())
    assert kinds.keys() == {"", "01", "04", "05", "11", "12"} and kinds["01"] > 0.97 * len(bills)
    amounts = {k: Decimal(b["RCVBL_AMT"]) for k, b in bills.items()}
    assert any(a < 0 for a in amounts.values()) and any(a == 0 for a in amounts.values())
    assert any(b["INVISIBLE_FLAG"] == "1" for b in bills.values())
    assert any(b["RELEASE_DATE"][:4] > b["RCVBL_YM"][:4] for b in bills.values()), (
        "December issued in January"
    )
    assert any(paid[k] > a > 0 for k, a in amounts.items()), "over-payment"
    assert any(0 < paid[k] < a for k, a in amounts.items()), "part payment"
    assert any(r["RCVED_DATE"] < bills[r["RCVBL_AMT_ID"]]["RELEASE_DATE"] for r in receipts), (
        "before the bill"
    )
    written = {r["RCVBL_AMT_ID"]: r["CANCEL_DATE"] for r in extract.tables["A_BAD_DEBT"]}
    assert "" in written.values()
    assert any(
        written.get(r["RCVBL_AMT_ID"], "") not in ("",) and r["RCVED_DATE"] > written[r["RCVBL_AMT_ID"]]
        for r in receipts
    )
    assert any(not r["DISPOSE_DATE"] for r in extract.tables["A_CASHCHK_FLOW"]), "in transit"
    assert {r["KIND_CODE"] for r in extract.tables["S_POWER_VIOLATE_STEAL"]} <= {"", "01", "02"}
    assert {r["RCA_FLAG"] for r in extract.tables["C_RCA_CONS"]} == {"0", "1"}


def test_customers_come_go_change_and_belong_together(extract: Extract) -> None:
    people = {r["CONS_NO"]: r for r in extract.tables["C_CONS"]}
    assert all(no.startswith("0") and len(no) == 10 for no in people)
    assert all((r["STATUS_CODE"] == "9") == bool(r["CANCEL_DATE"]) for r in people.values())
    assert any(r["BUILD_DATE"] > "20240101" for r in people.values()) and any(
        r["CANCEL_DATE"] for r in people.values()
    )
    owed = {b["CONS_NO"] for b in extract.bills().values() if b["SETTLE_FLAG"] in ("01", "02", "04")}
    assert any(people[c]["CANCEL_DATE"] for c in owed), "closed with debt"
    assert max(Counter(r["CUST_ID"] for r in people.values()).values()) >= 5, (
        "one owner of many supply points"
    )
    then = defaultdict(set)
    for r in extract.tables["ARC_E_CONS_SNAP"]:
        then[r["CONS_NO"]].add((r["CONS_SORT_CODE"], r["TRADE_CODE"]))
    assert any(len(v) > 1 for v in then.values()), "class or industry at billing differs from today's"
    assert any("," in r["CONS_NAME"] for r in people.values()), "a name that needs quotes"
    assert {r["TRADE_CODE"][0] for r in people.values()} >= set("0123456789")
