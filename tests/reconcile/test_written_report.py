"""The files of the monthly report, on disk, against the oracle: one load, and months and corrections in turn.

The report is written by the command line, as a scheduled job does it, and read back by general readers.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dashboard.__main__ import main
from services.report.report_workbooks import BUCKETS, CUSTOMERS_OPEN, RECOVERY, UNITS_BUCKETS, UNITS_OPEN
from services.warehouse.loading import load
from services.warehouse.sampling import make_sample
from tests.attack.sizes import REPORT_DAYS, how_many
from tests.dashboard.file_rules import Offered, broken_rules
from tests.oracle.figures import EDGES, Figures, Filter
from tests.oracle.raw import Row, records, table_of
from tests.oracle.summary import summary, yuan
from tests.oracle.world import Bill, build
from tests.reconcile.compare import side
from tests.reconcile.compare_people import Only, keys_of

SHEETS = {
    "recovery_by_org": (RECOVERY, RECOVERY),
    "ageing": (BUCKETS, UNITS_BUCKETS),
    "not_cleared": (UNITS_OPEN, CUSTOMERS_OPEN),
}
MONTH_OF = {
    "A_RCVBL_FLOW": "RCVBL_YM",
    "A_RCVED_FLOW": "RCVED_YM",
    "A_PAY_FLOW": "CHARGE_YM",
    "A_PREPAY_FLOW": "PREPAY_YM",
}
COUNTS = ("customers", "bills", "hh_billed", "hh_settled", "old_customers")
Table = list[dict[str, Any]]


def written(warehouse: Path, as_of: date, out: Path) -> Path:
    """The report of the command line."""
    line = ["report", "--as-of", as_of.isoformat(), "--out", str(out), "--warehouse", str(warehouse)]
    assert main(line) == 0
    for path in out.glob("*.xlsx"):
        assert not broken_rules(Offered(path.stem, f"{path.stem}_{as_of:%Y%m%d}.xlsx", path.read_bytes))
    return out


def report_differences(out: Path, oracle: Figures) -> list[str]:
    """What the files of a written report say otherwise than the oracle."""
    said = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    people = pd.read_parquet(out / "customers.parquet")
    pairs = [
        *_summary(said, oracle),
        *_people(people, said, oracle),
        *_recovery(tables(out, "recovery_by_org"), oracle),
        *_ageing(tables(out, "ageing"), oracle),
        *_not_cleared(tables(out, "not_cleared"), oracle),
    ]
    assert len(pairs) > 100
    return [f"{oracle.as_of} {what}: file {a}, oracle {b}" for what, a, b in pairs if a != b]


def tables(out: Path, name: str) -> list[Table]:
    """The two tables of a workbook by the keys of their columns, in yuan; totals hold and are left out."""
    book = openpyxl.load_workbook(out / f"{name}.xlsx", read_only=True, data_only=True)
    found = []
    for sheet, keys in zip(book.worksheets, SHEETS[name], strict=False):
        rows = [dict(zip(keys, row, strict=True)) for row in list(sheet.iter_rows(values_only=True))[1:]]
        last = rows.pop() if rows else {}
        for key, total in list(last.items())[1:]:
            assert total is None or fen(total) == sum(fen(row[key]) for row in rows if row[key]), (name, key)
        assert not rows or last[{"ageing": "amount"}.get(name, "open")] is not None
        found.append(rows)
    book.close()
    return found


def fen(cell: Any) -> int:
    """A cell in yuan as fen; it must not hold a part of a fen."""
    exact = Decimal(repr(cell)) * 100
    assert exact == int(exact), cell
    return int(exact)


def _summary(said: dict[str, Any], oracle: Figures) -> list[tuple[str, Any, Any]]:
    ours = summary(oracle)
    plain = {**said, "ageing": [{k: b[k] for k in ("amount", "customers")} for b in said["ageing"]]}
    assert set(said) == {*ours, "snapshot", "policy", "grades", "ungraded"}
    assert list(said["clearing"]) == ["assessment_on", "open", "expected", "low", "high"]
    plain["clearing"] = {key: said["clearing"][key] for key in ours["clearing"]}
    return [(f"summary {key}", plain[key], ours[key]) for key in ours]


def _people(people: pd.DataFrame, said: dict[str, Any], oracle: Figures) -> list[tuple[str, Any, Any]]:
    """Every customer once; arrears counted; who is overdue; and what each grade holds."""
    held: dict[str, int] = defaultdict(int)
    overdue = {b.cons_no for b in oracle.overdue_bills()}
    for b in oracle.balance_bills():
        held[b.cons_no] += b.open(oracle.as_of)
    counted, due = oracle.arrears_counts(), _periods_due(oracle)
    pairs: list[tuple[str, Any, Any]] = [
        ("customer numbers", sorted(people["cons_no"]), sorted(oracle.world.customers))
    ]
    for row in people.to_dict("records"):
        no, times = str(row["cons_no"]), row["ind_arrears_12m"]
        pairs.append((f"customer {no} overdue", row["ind_overdue_bills"] > 0, no in overdue))
        pairs.append((f"customer {no} in arrears", times > 0, counted.get(no, 0) > 0))
        if due[no] == 12:
            pairs.append((f"customer {no} arrears", times, counted.get(no, 0)))
    grades = people.dropna(subset=["grade"]).groupby("grade")["cons_no"]
    for entry in said["grades"]:
        mine = list(grades.get_group(entry["grade"])) if entry["grade"] in grades.groups else []
        ours = (len(mine), yuan(sum(held[no] for no in mine)))
        pairs.append((f"grade {entry['grade']}", (entry["customers"], entry["arrears"]), ours))
    return pairs


def _periods_due(oracle: Figures) -> dict[str, int]:
    """By customer, the periods whose day after the due date is in the year up to the as-of date."""
    back = oracle.as_of.replace(year=oracle.as_of.year - 1)
    found: dict[str, set[int]] = defaultdict(set)
    for b in oracle.bills:
        if b.amount > 0 and back < b.due_on + timedelta(days=1) <= oracle.as_of:
            found[b.cons_no].add(b.rcvbl_ym)
    return defaultdict(int, {no: len(periods) for no, periods in found.items()})


def _recovery(sheets: list[Table], oracle: Figures) -> list[tuple[str, Any, Any]]:
    """Units by prefix, stations by their own number; and the stations add up to everything."""
    world, key_of = oracle.world, keys_of(oracle.world, "org")
    makers: list[Callable[[str], Filter]] = [
        lambda key: Filter(orgs=(key,)),
        lambda key: Only(Filter(), key_of, key),
    ]
    pairs: list[tuple[str, Any, Any]] = []
    for number, (rows, only) in enumerate(zip(sheets, makers, strict=True)):
        for row in rows:
            ours = side(Figures(world, oracle.as_of, only(row["key"] or "")), "assessment")
            pairs += [
                (f"recovery {number} {row['key']} {k}", row[k] if k in COUNTS else fen(row[k]), v)
                for k, v in ours.items()
                if k in row
            ]
            rate = ours["collected"] / ours["billed"] if ours["billed"] else None
            pairs.append((f"recovery {row['key']} rate", row["rate"] or 0, pytest.approx(rate or 0)))
    total = side(oracle, "assessment")
    for k in total.keys() & set(RECOVERY) - {"customers", "hh_billed", "hh_settled"}:
        pairs.append((f"recovery stations {k}", sum(fen(row[k]) for row in sheets[1]), total[k]))
    return pairs


def _bucket(b: Bill, as_of: date) -> int:
    return sum((as_of - b.due_on).days > edge for edge in EDGES)


def _ageing(sheets: list[Table], oracle: Figures) -> list[tuple[str, Any, Any]]:
    """Every bucket; and by station the buckets that hold something, in order."""
    three = ("amount", "customers", "bills")
    theirs = [(fen(r["amount"]), r["customers"], r["bills"]) for r in sheets[0]]
    pairs: list[tuple[str, Any, Any]] = [
        ("ageing", theirs, [tuple(b[k] for k in three) for b in oracle.ageing()])
    ]
    names = [r["bucket"] for r in sheets[0]]
    cells: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    for b in oracle.balance_bills():
        cells[b.org_no, names[_bucket(b, oracle.as_of)]].append(b)
    ours = {key: tuple(oracle.total(bills)[k] for k in three) for key, bills in cells.items()}
    found = {
        (r["key"] or "", r["bucket"]): (fen(r["amount"]), r["customers"], r["bills"])
        for r in sheets[1]
        if r["bills"]
    }
    return [*pairs, ("ageing of stations", found, ours)]


def _not_cleared(sheets: list[Table], oracle: Figures) -> list[tuple[str, Any, Any]]:
    """What is open of the closed months, by station (this year's, former years') and by customer."""
    stations = {r["key"] or "": (fen(r["open"]), fen(r["old_open"])) for r in sheets[0]}
    people: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for b in oracle.balance_bills():
        if b.rcvbl_ym <= oracle.closed and b.year <= oracle.closed // 100:
            amount, cell = b.open(oracle.as_of), people[b.cons_no]
            cell[0] += amount
            cell[1] += amount if b.due_on < oracle.as_of else 0
            cell[2] += amount if b.year < oracle.closed // 100 else 0
            cell[3] += 1
    found = {
        r["cons_no"]: [fen(r[k]) for k in ("open", "overdue", "old_open")] + [r["bills"]] for r in sheets[1]
    }
    return [
        (
            "not cleared stations",
            {k: v for k, v in stations.items() if any(v)},
            {k: v for k, v in oracle.cleared().items() if any(v)},
        ),
        ("not cleared customers", found, dict(people)),
    ]


@pytest.mark.parametrize(("dirty", "seed"), [pytest.param(False, 21, marks=pytest.mark.full), (True, 22)])
def test_the_files_of_a_report_agree_with_the_oracle(dirty: bool, seed: int, tmp_path: Path) -> None:
    folder, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    make_sample(folder, customers=150, months=26, seed=seed, dirty=dirty)
    last = load(folder, warehouse).extract_on
    world, rnd = build([folder], last), random.Random(seed)
    days = [last - timedelta(days=rnd.randint(1, 200)), last.replace(day=1) - timedelta(days=1), last]
    found = []
    for as_of in days[: how_many(REPORT_DAYS)]:
        out = written(warehouse, as_of, tmp_path / as_of.isoformat())
        found += report_differences(out, Figures(world, as_of))
    assert found == []


def put(folder: Path, rows: dict[str, list[Row]]) -> Path:
    """A folder with one file a table."""
    folder.mkdir()
    for name, found in rows.items():
        if found:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as f:
                writer = csv.DictWriter(f, list(found[0]))
                writer.writeheader()
                writer.writerows(found)
    return folder


def united(raw: Path) -> dict[str, list[Row]]:
    """The records of a folder by table, archives with the live ones."""
    found: dict[str, list[Row]] = defaultdict(list)
    for path in sorted(raw.glob("[A-Z]*.csv")):
        name = (table_of(path) or "").replace("ARC_A_", "A_")
        found[name] += [row for row in records(path) if row]
    return found


def of_months(rows: dict[str, list[Row]], first: int, last: int) -> dict[str, list[Row]]:
    """The flows of the months; receipts come until the month after."""
    return {
        name: [r for r in rows[name] if first <= int(r[column]) - (name != "A_RCVBL_FLOW") <= last]
        for name, column in MONTH_OF.items()
    }


def corrected(rows: dict[str, list[Row]], closed: int) -> tuple[dict[str, list[Row]], set[str]]:
    """Changed receipts and bills of months long sent, and a reversal; and which bills come late."""
    bills = [r for r in rows["A_RCVBL_FLOW"] if closed - 200 < int(r["RCVBL_YM"]) <= closed]
    late = bills[7::97]
    receipts = [r for r in rows["A_RCVED_FLOW"] if int(r["RCVED_YM"]) <= closed][5::89]
    halved = [r | {"THIS_RCVED_AMT": f"{Decimal(r['THIS_RCVED_AMT']) / 2:.2f}"} for r in receipts]
    back = receipts[-1] | {"RCVED_AMT_ID": "4900000000000001"}
    back["THIS_RCVED_AMT"] = f"-{receipts[-1]['THIS_RCVED_AMT']}"
    dearer = [r | {"RCVBL_AMT": f"{Decimal(r['RCVBL_AMT']) + Decimal('77.77'):.2f}"} for r in bills[3::101]]
    changes = {"A_RCVBL_FLOW": late + dearer, "A_RCVED_FLOW": [*halved, back]}
    return changes, {r["RCVBL_AMT_ID"] for r in late}


@pytest.mark.full
def test_months_and_corrections_in_turn_agree_with_the_oracle_and_with_one_load(tmp_path: Path) -> None:
    """After each step the report is that of the folders so far; at the end, that of one load of all."""
    make_sample(tmp_path / "raw", customers=90, months=26, seed=23)
    rows = united(tmp_path / "raw")
    changes, late = corrected(rows, 202608)
    lasting = {name: found for name, found in rows.items() if name not in MONTH_OF}
    base = of_months(rows, 0, 202608)
    base["A_RCVBL_FLOW"] = [r for r in base["A_RCVBL_FLOW"] if r["RCVBL_AMT_ID"] not in late]
    steps = [
        put(tmp_path / "20260930", lasting | base),
        put(tmp_path / "20261031", of_months(rows, 202609, 202609)),
        put(tmp_path / "20261110", changes),
        put(tmp_path / "20261120", of_months(rows, 202610, 209912)),
    ]
    steps.append(steps[-1])
    warehouse, former = tmp_path / "warehouse", date(2026, 9, 17)
    found, seen, said = [], [], []
    for number, folder in enumerate(steps):
        last = load(folder, warehouse).extract_on
        assert last == date.fromisoformat(folder.name)
        out = written(warehouse, last, tmp_path / f"report{number}")
        seen.append(_content(out))
        if number == 4:
            break
        world = build(steps[: number + 1], last)
        found += report_differences(out, Figures(world, last))
        if number:
            out = written(warehouse, former, tmp_path / f"former{number}")
            said.append(_content(out))
            found += report_differences(out, Figures(world, former))
    assert found == []
    assert said[0] != said[1] == said[2], (
        "a correction moves what was said of a former day; a new month does not"
    )
    assert seen[3] == seen[4], "the same folder twice changes nothing"
    whole = {name: _replaced(found, changes.get(name, [])) for name, found in rows.items()}
    load(put(tmp_path / "whole", whole), tmp_path / "once", extract_date=date(2026, 11, 20))
    assert _content(written(tmp_path / "once", date(2026, 11, 20), tmp_path / "all")) == seen[-1]


def _replaced(rows: list[Row], changes: list[Row]) -> list[Row]:
    """The records with the changed ones in their place, new ones at the end."""
    key = "RCVBL_AMT_ID" if changes and "RCVBL_AMT" in changes[0] else "RCVED_AMT_ID"
    left = {r[key]: r for r in changes}
    known = {r.get(key) for r in rows}
    return [left.get(r.get(key, ""), r) for r in rows] + [r for no, r in left.items() if no not in known]


def _content(out: Path) -> list[Any]:
    """All that a report says, without the name of the snapshot and the order of records that tie."""
    said = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    people = pd.read_parquet(out / "customers.parquet").sort_values("cons_no")
    sheets = [sorted(map(repr, t)) for name in SHEETS for t in tables(out, name)]
    return [{k: v for k, v in said.items() if k != "snapshot"}, people.to_json(orient="records"), sheets]
