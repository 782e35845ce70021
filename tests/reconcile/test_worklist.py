"""The list that the run of collection writes, against plain Python over the raw rows."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from dashboard.__main__ import main
from data.ask import collection_queries
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.collection.proposal import WORKLIST
from services.credit.policy_files import read_policy
from services.warehouse.loading import load
from services.warehouse.sampling import make_sample
from tests.oracle.figures import Figures
from tests.oracle.worklist import Owing, action_of, free_money, lawful_of, owing
from tests.oracle.world import build

POLICY = read_policy().collection
FLAGS = ("fee_control", "zero_use", "important", "weak", "has_phone", "closed")


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proposed goes into a store of the test's own."""
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")


def collected(warehouse: Path, as_of: date, out: Path) -> pd.DataFrame:
    """The list of the command line."""
    line = ["collect", "--as-of", as_of.isoformat(), "--out", str(out), "--warehouse", str(warehouse)]
    assert main(line) == 0
    rows = pq.read_table(out / "worklist.parquet").to_pandas().astype(object)
    return rows.where(rows.notna(), None)


@pytest.mark.parametrize(("dirty", "seed"), [(True, 41), pytest.param(False, 42, marks=pytest.mark.full)])
def test_the_list_agrees_with_plain_python(dirty: bool, seed: int, tmp_path: Path) -> None:
    folder, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    make_sample(folder, customers=400, months=14, seed=seed, dirty=dirty)
    last = load(folder, warehouse).extract_on
    world = build([folder], last)
    for as_of in (last, last - timedelta(days=33)):
        rows = collected(warehouse, as_of, tmp_path / as_of.isoformat())
        with open_snapshot(warehouse) as db:
            people = collection_queries.customers(db, Scope(as_of)).set_index("cons_no")
            numbers = set(people.index)
        assert list(rows.columns) == list(WORKLIST)
        assert set(rows["cons_no"]) == numbers and rows["cons_no"].is_unique
        figures, known = Figures(world, as_of), as_of == last
        said = owing(figures, dict(people["class"]), free_money(figures) if known else {}, known)
        assert sum(o.overdue > 0 for o in said.values()) > 20
        wrong = [
            (row["cons_no"], wanted, got)
            for row in rows.to_dict("records")
            if (pair := _compared(row, said.get(row["cons_no"]), people.loc[row["cons_no"]], as_of))
            for wanted, got in pair
            if wanted != got
        ]
        assert wrong == []


def _compared(row: dict[str, Any], owes: Owing | None, person: Any, as_of: date) -> list[tuple[Any, Any]]:
    one = owes or Owing()
    money = {n: int(row[n] * 100) for n in ("overdue", "in_batch", "set_off", "owed_now", "late_fee")}
    wanted: list[tuple[Any, Any]] = [(getattr(one, name), fen) for name, fen in money.items()]
    wanted.append((one.bills, row["bills"]))
    if one.open <= 0:
        return [*wanted, (("none", "state:clear"), (row["action"], row["rule"]))]
    days = (as_of - one.oldest).days if one.oldest else 0
    state = "owed" if one.owed_now >= POLICY.set_off.least else "below_least"
    state = "not_due" if not one.overdue else state
    if one.overdue and not one.owed_now:
        state = "in_batch" if one.in_batch else "covered"
    facts = {
        **{name: bool(person[name]) for name in FLAGS},
        "grade": row["grade"],
        "class": person["class"],
        "days_overdue": float(days),
        "owed_now": one.owed_now / 100,
        "exposure_large": "bills" in (row["light_reasons"] or "").split(","),
        "state": state,
        "due_on": one.oldest,
    }
    action = action_of(POLICY, facts, as_of)
    told = (row["action"], row["rule"], row["refused_action"] or "", row["refused_why"] or "")
    wanted += [(days, row["days_overdue"]), (action, told)]
    if one.oldest:
        lawful = lawful_of(POLICY, facts)
        wanted += [(lawful.phone, row["lawful_phone"]), (lawful.cut, row["lawful_cut"])]
    return wanted


def test_the_run_twice_writes_the_same(sample_warehouse: Path, tmp_path: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        day = db.meta.extract_on
    for name in ("one", "two"):
        collected(sample_warehouse, day, tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "two").iterdir())
    for name in ("collection.json", "worklist.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert _cells(tmp_path / "one") == _cells(tmp_path / "two")
    said = json.loads((tmp_path / "one" / "collection.json").read_text(encoding="utf-8"))
    rows = pq.read_table(tmp_path / "one" / "worklist.parquet").to_pandas()
    assert sum(a["customers"] for a in said["actions"]) == said["customers"] == len(rows)
    assert f"{rows['owed_now'].sum():.2f}" == said["owed_now"]["amount"]
    assert {p["person"]: p["customers"] for p in said["persons"]} == dict(
        rows[rows["action"] != "none"].groupby(rows["person"].fillna("")).size()
    )


def _cells(out: Path) -> dict[str, list[Any]]:
    """All that the workbooks say but for when they were made."""
    found: dict[str, list[Any]] = {}
    with zipfile.ZipFile(out / "worklists.zip") as package:
        for name in package.namelist():
            book = openpyxl.load_workbook(io.BytesIO(package.read(name)))
            rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
            found[name] = [row for row in rows if row[0] not in ("生成时间", "Made at")]
    assert len(found) > 2
    return found


@pytest.mark.parametrize(("today", "code"), [("2026-11-27", 0), ("2026-11-28", 2)])
def test_data_that_are_too_old_are_refused(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: str, code: int
) -> None:
    """Of the sample the day is its own, unless one is set."""
    line = [
        "collect",
        "--as-of",
        "2026-11-20",
        "--out",
        str(tmp_path / "o"),
        "--warehouse",
        str(sample_warehouse),
    ]
    monkeypatch.setenv("DENGTA_TODAY", today)
    assert main(line) == code
    assert (tmp_path / "o").exists() is (code == 0)


def test_a_day_after_the_extract_and_a_policy_without_a_table_are_refused(
    sample_warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = tmp_path / "plain.toml"
    plain.write_text('name = "plain"\n', encoding="utf-8")
    line = ["collect", "--out", str(tmp_path / "o"), "--warehouse", str(sample_warehouse), "--as-of"]
    assert main([*line, "2026-12-24"]) == 2
    assert main([*line, "2026-11-20", "--policy", str(plain)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
    assert not (tmp_path / "o").exists()
