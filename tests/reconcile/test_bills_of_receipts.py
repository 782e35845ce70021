"""Receipts that do not have their bill's number, by what else they say of it, against the oracle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from analytics.plausibility_rules import NO_LIMITS
from data.warehouse.snapshots import open_snapshot
from services.warehouse.loading import LoadReport, load
from tests.attack.sizes import ORACLE, how_many
from tests.data.load_folder import BILL, RECEIPT, bill, loaded, receipt, rows_of, text_of
from tests.oracle import extracts
from tests.oracle.figures import Figures, Filter
from tests.oracle.world import build
from tests.reconcile.compare import differences

KNOWN = [*(c for c in RECEIPT if c != "RCVBL_AMT_ID"), "CALC_ID", "AMT_TYPE"]


@pytest.mark.parametrize(
    "told_by",
    [
        "calculation",
        *(pytest.param(way, marks=pytest.mark.full) for way in extracts.BILL_TOLD_BY if way != "calculation"),
    ],
)
@pytest.mark.parametrize("seed", range(310, 309 + how_many(ORACLE)))
def test_figures_by_what_receipts_say_of_their_bill(seed: int, told_by: str, tmp_path: Path) -> None:
    folder, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    extracts.write(folder, seed, told_by=told_by)
    report = load(folder, warehouse, extract_date=extracts.EXTRACT_ON, limits=NO_LIMITS)
    world = build([folder], extracts.EXTRACT_ON)
    with open_snapshot(warehouse) as db:
        for back in (0, 45, 400):
            as_of = extracts.EXTRACT_ON - timedelta(days=back)
            assert not differences(db, Figures(world, as_of, Filter()))
    assert report.checks["receipts_of_several_bills"] == world.of_several
    assert report.checks["receipts_without_bill"] == len(world.receipts_without_bill)
    assert world.of_several or "kind" in told_by


def _loaded(tmp_path: Path, bills: list[dict[str, str]], receipts: list[dict[str, str]]) -> LoadReport:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_text(text_of(bills, [*BILL, "CALC_ID"]), encoding="utf-8")
    (folder / "A_RCVED_FLOW.csv").write_text(text_of(receipts, KNOWN), encoding="utf-8")
    return loaded(folder, tmp_path / "wh")


def _owners(tmp_path: Path) -> list[tuple[str, str | None]]:
    asked = (
        "select receipt.receipt_key::varchar, bill_no from fct_receipt as receipt"
        " left join fct_bill using (bill_key) order by 1"
    )
    return rows_of(tmp_path / "wh", asked)


def test_each_way_leads_to_its_bill(tmp_path: Path) -> None:
    """Two bills of a month: their calculation or kind tells which, the month alone does not, and is told."""
    same = {"CONS_NO": "00000001", "RCVBL_YM": "202401"}
    bills = [
        bill(1, CALC_ID="71", AMT_TYPE="01", RCVBL_AMT="50.00", **same),
        bill(2, CALC_ID="72", AMT_TYPE="02", RCVBL_AMT="90.00", **same),
    ]
    said = [{"CALC_ID": "71"}, {"AMT_TYPE": "01"}, {}, {"CALC_ID": "73"}, {"AMT_TYPE": "09"}]
    said += [{"CALC_ID": "0000"}, {"AMT_TYPE": "1.0", "CALC_ID": "0"}]
    receipts = [receipt(n, THIS_RCVED_AMT="1.00", **{**same, **more}) for n, more in enumerate(said)]
    report = _loaded(tmp_path, bills, receipts)
    assert _owners(tmp_path) == [
        ("5000", "1001"),
        ("5001", "1001"),
        ("5002", "1002"),
        ("5003", None),
        ("5004", "1002"),
        ("5005", "1002"),
        ("5006", "1001"),
    ]
    assert report.checks["receipts_of_several_bills"] == 3
    assert report.checks["receipts_without_bill"] == 1


def test_a_calculation_of_several_bills_is_told_apart_by_kind(tmp_path: Path) -> None:
    same = {"CONS_NO": "00000001", "CALC_ID": "71"}
    bills = [bill(n, AMT_TYPE=kind, **same) for n, kind in ((1, "01"), (2, "02"))]
    said = [{"AMT_TYPE": "02"}, {"AMT_TYPE": "01"}, {}]
    receipts = [receipt(n, RCVBL_YM="", THIS_RCVED_AMT="0.50", **same, **more) for n, more in enumerate(said)]
    report = _loaded(tmp_path, bills, receipts)
    assert _owners(tmp_path) == [("5000", "1002"), ("5001", "1001"), ("5002", "1002")]
    assert report.checks["receipts_of_several_bills"] == 1


def test_no_receipt_goes_to_another_customers_bill(tmp_path: Path) -> None:
    """A calculation of zeros is none, one that another customer's bill has leads nowhere."""
    bills = [bill(n, CALC_ID=calc) for n, calc in enumerate(("0", "00", "73", "74", "75", "75", ""), start=1)]
    said = {1: "0", 2: "00", 3: "72", 4: "73", 5: "75", 6: "75", 7: "73", 8: "73"}
    receipts = [receipt(n, CALC_ID=calc, THIS_RCVED_AMT="0.50") for n, calc in said.items()]
    report = _loaded(tmp_path, bills, receipts)
    found = {1: "1001", 2: "1002", 5: "1005", 6: "1006", 7: "1007"}
    assert _owners(tmp_path) == [(str(5000 + n), found.get(n)) for n in said]
    assert report.checks["receipts_without_bill"] == 3 and not report.checks["receipts_of_several_bills"]
