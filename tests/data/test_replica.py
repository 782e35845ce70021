"""The same facts under a replica's names and under the official ones: the same report, byte for byte."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.plausibility_rules import NO_LIMITS
from dashboard.__main__ import main
from services.warehouse.loading import LoadReport, load
from services.warehouse.sampling import make_sample
from tests.data.load_folder import BILL, bill, rows_of, text_of
from tests.data.replica import translate, without_marks

EXTRACT_ON, AS_OF = date(2026, 11, 20), "2026-10-31"
MARTS = (
    "dim_org",
    "dim_area",
    "dim_customer",
    "dim_code",
    "dim_employee",
    "fct_bill",
    "fct_receipt",
    "fct_prepaid",
    "fct_prepay_month",
    "fct_in_transit",
    "stg_prepaid_control",
    "stg_meter_point",
    "stg_collector",
    "stg_reader",
)
"""What the report does not show of the customers, areas, readers and contacts."""
NO_FACTS = ("file_no", "line", "shift_no", "load_attr", "urban_rural")
"""Where a record stood, and what the replica has no column for."""

GOOD = "semi join stg_customer using (cons_no) where is_prepaid"
PART = {
    "stg_prepaid_control": f"(select cons_no from stg_prepaid_control {GOOD})",
    "stg_meter_point": "(from stg_meter_point where cons_id in (select cons_id from stg_customer))",
}
"""The replica says both by the customer's own row: nothing is said of one whose row is in quarantine."""
INSTANT = re.compile(rb"<dcterms:\w+ [^>]*>[^<]*<|[^>]* [0-9]{1,2}:[0-9]{2}(?=</t>)")


def _both(
    place: Path, customers: int, dirty: bool, typed: bool = False
) -> dict[str, tuple[Path, LoadReport]]:
    """The warehouses of the official tables and of the replica's, loaded alike; with dirt in both."""
    made = place / "made"
    make_sample(made, customers=customers, months=14, seed=5, dirty=dirty)
    without_marks(made, place / "official")
    translate(place / "official", place / "replica", typed)
    return {
        name: (
            place / f"wh-{name}",
            load(place / name, place / f"wh-{name}", extract_date=EXTRACT_ON, limits=NO_LIMITS),
        )
        for name in ("official", "replica")
    }


@pytest.fixture(
    scope="module",
    params=[pytest.param(False, id="clean", marks=pytest.mark.full), pytest.param(True, id="dirty")],
)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """See `_both`."""
    return _both(tmp_path_factory.mktemp("replica"), 120, request.param)


def test_each_is_recognised_by_itself_and_named(both: dict[str, tuple[Path, LoadReport]]) -> None:
    assert {name: report.mapping for name, (_, report) in both.items()} == {
        "official": "sg186",
        "replica": "replica",
    }
    for name, (house, report) in both.items():
        assert not report.strangers
        said = json.loads((house / "load_report.json").read_text(encoding="utf-8"))
        assert said["mapping"] == report.mapping == ("sg186" if name == "official" else "replica")


def test_the_report_is_the_same_byte_for_byte(
    both: dict[str, tuple[Path, LoadReport]], tmp_path: Path
) -> None:
    said: dict[str, dict[str, bytes]] = {}
    for name, (house, _) in both.items():
        out = tmp_path / name
        line = ["report", "--as-of", AS_OF, "--out", str(out), "--warehouse", str(house)]
        assert main(line) == 0
        snapshot = json.loads((out / "summary.json").read_text(encoding="utf-8"))["snapshot"]
        said[name] = {
            part: content.replace(snapshot.encode(), b"the snapshot")
            for path in sorted(out.iterdir())
            for part, content in _parts(path)
        }
    assert len(said["official"]) > 20
    assert said["official"] == said["replica"]


def _parts(path: Path) -> list[tuple[str, bytes]]:
    """A file, or what a workbook holds, but for the instant at which it was written."""
    if path.suffix != ".xlsx":
        return [(path.name, path.read_bytes())]
    with zipfile.ZipFile(path) as package:
        held = [(f"{path.name}/{n}", package.read(n)) for n in package.namelist()]
    return [(name, INSTANT.sub(b"", content)) for name, content in held]


@pytest.mark.parametrize("table", MARTS)
def test_the_marts_are_the_same(table: str, both: dict[str, tuple[Path, LoadReport]]) -> None:
    house, _ = both["official"]
    of = PART.get(table, table)
    columns = [
        c for (c,) in rows_of(house, f"select column_name from (describe from {of})") if c not in NO_FACTS
    ]
    asked = f"select {', '.join(columns)} from {of} order by all"
    official, replica = (rows_of(both[name][0], asked) for name in ("official", "replica"))
    assert official == replica
    assert official or table in ("fct_in_transit",)


def test_every_record_is_accounted_for(both: dict[str, tuple[Path, LoadReport]]) -> None:
    house, report = both["replica"]
    by_file = {f.file: f for f in report.files}
    units, official = by_file["ac_org.csv"], both["official"][1]
    assert units.named["passed"] == units.read == units.loaded > 3
    wrong = [sum(f.quarantined for f in r.files) for r in (report, official)]
    assert wrong[0] == wrong[1]
    kept = {r.mapping: {f.table: 0 for f in r.files} for r in (report, official)}
    for r in (report, official):
        for f in r.files:
            kept[r.mapping][f.table] += f.loaded
    alike = (
        "A_RCVBL_FLOW",
        "A_RCVED_FLOW",
        "A_PAY_FLOW",
        "C_CONS",
        "C_MP",
        "ARC_E_CONS_SNAP",
        "SA_PROP_LIST",
    )
    for table in alike:
        assert kept["replica"][table] == kept["sg186"][table], table
    assert rows_of(house, "select kind, sum(lines) from reading where kind = 'passed' group by 1") == [
        ("passed", units.named["passed"])
    ]


def test_what_the_replica_cannot_say_is_the_mark_of_bills_not_to_be_seen(tmp_path: Path) -> None:
    """The named difference: bills marked invisible are billed, as nothing there marks them."""
    made = tmp_path / "made"
    made.mkdir()
    rows = [bill(number, INVISIBLE_FLAG=mark) for number, mark in ((1, ""), (2, "1"), (3, "0"))]
    (made / "A_RCVBL_FLOW.csv").write_bytes(text_of(rows, [*BILL, "INVISIBLE_FLAG"], newline="\r\n").encode())
    translate(made, tmp_path / "replica")
    billed = {}
    for name in ("made", "replica"):
        load(tmp_path / name, tmp_path / f"wh-{name}", extract_date=date(2024, 6, 1))
        billed[name] = rows_of(tmp_path / f"wh-{name}", "select bill_no, is_billed from fct_bill order by 1")
    assert billed["made"] == [("1001", True), ("1002", False), ("1003", True)]
    assert billed["replica"] == [("1001", True), ("1002", True), ("1003", True)]


@pytest.mark.full
@pytest.mark.parametrize(
    ("customers", "dirty", "typed"), [(5_000, False, False), (400, True, False), (400, False, True)]
)
def test_the_report_of_a_large_sample_is_the_same(
    customers: int, dirty: bool, typed: bool, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    both = _both(tmp_path / "in", customers, dirty, typed)
    test_each_is_recognised_by_itself_and_named(both)
    test_the_report_is_the_same_byte_for_byte(both, tmp_path)
