"""The files of the monthly report, on disk, against the oracle: one load, and months and corrections in turn.

The report is written by the command line, as a scheduled job does it, and read back by general readers.
"""

from __future__ import annotations

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
from services.loading import load
from services.report_workbooks import BUCKETS, CUSTOMERS_OPEN, RECOVERY, UNITS_BUCKETS, UNITS_OPEN
from services.sampling import make_sample
from tests.oracle.figures import EDGES, Figures, Filter
from tests.oracle.summary import summary, yuan
from tests.oracle.world import Bill, build
from tests.reconcile.compare import side
from tests.reconcile.compare_people import Only, keys_of

SHEETS = {
    "recovery_by_org": (RECOVERY, RECOVERY),
    "ageing": (BUCKETS, UNITS_BUCKETS),
    "not_cleared": (UNITS_OPEN, CUSTOMERS_OPEN),
}
COUNTS = ("customers", "bills", "hh_billed", "hh_settled", "old_customers")
Table = list[dict[str, Any]]


def written(warehouse: Path, as_of: date, out: Path) -> Path:
    """The report of the command line."""
    line = ["report", "--as-of", as_of.isoformat(), "--out", str(out), "--warehouse", str(warehouse)]
    assert main(line) == 0
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
    """The two tables of a workbook by the keys of their columns; money in fen."""
    book = openpyxl.load_workbook(out / f"{name}.xlsx", read_only=True)
    found = []
    for sheet, keys in zip(book.worksheets, SHEETS[name], strict=False):
        rows = list(sheet.iter_rows(values_only=True))[1:]
        found.append([dict(zip(keys, row, strict=True)) for row in rows])
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
    assert set(said) == {*ours, "snapshot", "policy", "grades"}
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
        if b.rcvbl_ym <= oracle.closed:
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


@pytest.mark.parametrize(("dirty", "seed"), [(False, 21), (True, 22)])
def test_the_files_of_a_report_agree_with_the_oracle(dirty: bool, seed: int, tmp_path: Path) -> None:
    folder, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    make_sample(folder, customers=150, months=26, seed=seed, dirty=dirty)
    last = load(folder, warehouse).extract_on
    world, rnd = build([folder], last), random.Random(seed)
    days = [last, last - timedelta(days=rnd.randint(1, 200)), last.replace(day=1) - timedelta(days=1)]
    found = []
    for as_of in days:
        out = written(warehouse, as_of, tmp_path / as_of.isoformat())
        found += report_differences(out, Figures(world, as_of))
    assert found == []
