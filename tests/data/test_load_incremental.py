"""New months, corrections, late files, the same folder twice, and what is kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from data.errors import InputError
from data.kept.sealed import write_sealed
from data.load.loads import date_in_name
from data.warehouse.publishing import make_folders, prune
from data.warehouse.snapshots import Warehouse, open_snapshot
from tests.data.load_folder import (
    RECEIPT,
    bill,
    bills_in,
    fen_by_plain_python,
    loaded,
    receipt,
    report_of,
    rows_of,
    text_of,
    write_bills,
)


def test_the_same_folder_twice_is_all_merged(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, [bill(1), bill(2), bill(3, RCVBL_YM="x")])
    loaded(folder, house)
    before = bills_in(house)
    again = report_of(loaded(folder, house), "A_RCVBL_FLOW.csv")
    assert (again.read, again.loaded, again.merged, again.quarantined) == (3, 0, 2, 1)
    assert again.yuan["merged"] == again.yuan["read"] - again.yuan["quarantined"] > 0
    assert bills_in(house) == before


def test_a_correction_wins_and_the_former_record_is_merged(tmp_path: Path) -> None:
    house = tmp_path / "wh"
    write_bills(tmp_path / "base", [bill(1), bill(2)])
    write_bills(tmp_path / "correction", [bill(2, RCVBL_AMT="77.77")])
    loaded(tmp_path / "base", house)
    loaded(tmp_path / "correction", house)
    assert bills_in(house) == {"1001": 101, "1002": 7777}
    assert rows_of(house, "select sum(read), sum(loaded), sum(merged) from reconciliation") == [(3, 2, 1)]


def test_a_late_file_of_an_earlier_extract_does_not_win(tmp_path: Path) -> None:
    house = tmp_path / "wh"
    write_bills(tmp_path / "20240331", [bill(1, RCVBL_AMT="9.00")])
    write_bills(tmp_path / "20240229", [bill(1), bill(2)])
    loaded(tmp_path / "20240331", house)
    late = report_of(loaded(tmp_path / "20240229", house), "A_RCVBL_FLOW.csv")
    assert (late.loaded, late.merged) == (1, 1)
    assert bills_in(house) == {"1001": 900, "1002": 202}


def test_a_given_extract_date_is_stronger_than_the_folder_name(tmp_path: Path) -> None:
    house = tmp_path / "wh"
    write_bills(tmp_path / "20240331", [bill(1, RCVBL_AMT="9.00")])
    write_bills(tmp_path / "20240229", [bill(1, RCVBL_AMT="8.00")])
    loaded(tmp_path / "20240331", house)
    loaded(tmp_path / "20240229", house, extract_date=date(2024, 4, 1))
    assert bills_in(house) == {"1001": 800}
    with open_snapshot(house) as snapshot:
        assert snapshot.meta.extract_on == date(2024, 4, 1)


def test_live_beats_archive_and_both_are_united(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, [bill(1, RCVBL_AMT="5.00"), bill(2)], "A_RCVBL_FLOW.csv")
    write_bills(folder, [bill(1, RCVBL_AMT="4.00"), bill(3)], "ARC_A_RCVBL_FLOW_202401.csv")
    report = loaded(folder, house)
    assert bills_in(house) == {"1001": 500, "1002": 202, "1003": 303}
    archive = report_of(report, "ARC_A_RCVBL_FLOW_202401.csv")
    assert (archive.loaded, archive.merged, archive.yuan["merged"]) == (1, 1, 400)


def test_equal_receipts_of_one_day_without_ids_stay_two_across_files(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, [bill(1)])
    columns = [c for c in RECEIPT if c != "RCVED_AMT_ID"]
    for name, times in (("A_RCVED_FLOW_202401.csv", 2), ("A_RCVED_FLOW_202402.csv", 3)):
        (folder / name).write_text(text_of([receipt(1)] * times, columns), encoding="utf-8")
    report = loaded(folder, house)
    assert rows_of(house, "select count(*), sum(amount) from fct_receipt") == [(3, 300)]
    assert sum(f.merged for f in report.files) == 2


def test_ids_that_are_no_plain_numbers_stay_apart(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    ids = ["12", "012", "A12", "12345678901234567890", "-12", "0", "1 2", "12.5"]
    write_bills(folder, [bill(n, RCVBL_AMT_ID=key) for n, key in enumerate(ids)])
    loaded(folder, house)
    assert set(bills_in(house)) == {None if key == "0" else key for key in ids}, "zeros are no number"
    assert rows_of(house, "select count(distinct bill_key) from fct_bill") == [(8,)]


@pytest.mark.parametrize(("said", "back"), [(None, 3), ("1", 1), ("0", 0), ("-2", 3), ("many", 3)])
def test_how_many_snapshots_are_kept_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, back: int
) -> None:
    if said is not None:
        monkeypatch.setenv("DENGTA_KEEP", said)
    house = Warehouse(tmp_path)
    make_folders(house)
    names = [f"2026110{n}T000000" for n in range(1, 7)]
    for name in names:
        house.snapshot_path(name).touch()
        (house.graded / name).mkdir()
        write_sealed(house.pointer, {"snapshot": name, "loads": []})
    prune(house)
    assert house.kept_snapshots() == names[5 - back :]
    assert sorted(p.name for p in house.graded.iterdir()) == names[5 - back :]


def test_snapshots_are_kept_back_and_an_open_one_can_be_read_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_KEEP", "1")
    house = tmp_path / "wh"
    write_bills(tmp_path / "in", [bill(1)])
    loaded(tmp_path / "in", house)
    first = open_snapshot(house)
    for n in (2, 3):
        write_bills(tmp_path / "in", [bill(k) for k in range(1, n + 1)])
        loaded(tmp_path / "in", house)
        assert first.cursor().execute("select count(*) from fct_bill").fetchall() == [(1,)]
    first.close()
    kept = Warehouse(house).kept_snapshots()
    assert len(kept) == 2 and first.id not in kept and kept[-1] == Warehouse(house).current()
    assert rows_of(house, "select count(*) from fct_bill") == [(3,)]
    with pytest.raises(InputError):
        open_snapshot(house, "20000101T000000")


def test_the_report_reconciles_a_generated_extract_with_plain_python(tmp_path: Path, sample) -> None:  # type: ignore[no-untyped-def]
    report = loaded(sample.folder, tmp_path / "wh")
    raw = json.loads((tmp_path / "wh" / "load_report.json").read_text(encoding="utf-8"))
    judged = {"findings", "accepted", "retracted"}
    assert set(raw) == {"mapping", "built", "files", "totals", "left_out"} | judged
    assert raw["retracted"] is None
    assert raw["built"] == "first"
    assert raw["left_out"] == [{"name": ".sample.json", "reason": "temporary"}]
    assert raw["findings"] == [] and raw["accepted"] is None
    columns = {"A_RCVBL_FLOW": "RCVBL_AMT", "A_RCVED_FLOW": "THIS_RCVED_AMT", "A_PAY_FLOW": "RCV_AMT"}
    compared = 0
    for line in report.files:
        assert line.read == line.loaded + line.merged + line.quarantined
        assert line.yuan["read"] == sum(line.yuan[k] for k in ("loaded", "merged", "quarantined"))
        if line.table in columns and line.file.endswith(".csv"):
            expected = fen_by_plain_python(sample.folder / line.file, columns[line.table], "gb18030")
            assert (line.read, line.yuan["read"]) == expected, line.file
            compared += 1
    assert compared >= 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("extract_20240131", date(2024, 1, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("202412", date(2024, 12, 31)),
        ("20240230", None),
        ("correction", None),
        ("v20240101234", None),
    ],
)
def test_the_extract_date_in_a_folder_name(name: str, expected: date | None) -> None:
    assert date_in_name(name) == expected


def test_receipts_that_differ_only_in_their_month_stay_apart_without_ids(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, [bill(1)])
    columns = [c for c in RECEIPT if c != "RCVED_AMT_ID"]
    rows = [receipt(1, RCVED_DATE="", RCVED_YM=month) for month in ("202402", "202403", "202403")]
    (folder / "A_RCVED_FLOW.csv").write_text(text_of(rows, columns), encoding="utf-8")
    assert report_of(loaded(folder, house), "A_RCVED_FLOW.csv").loaded == 3
