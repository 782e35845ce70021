"""Each way in which what a load brings cannot be right holds it alone, and names itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.errors import RefusedError
from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import Policy
from data.load.mapping import FOLDER
from data.load.plausibility import Finding
from data.warehouse.snapshots import Warehouse
from services.warehouse.judging import HeldError
from services.warehouse.sampling import make_sample
from tests.data.load_folder import is_untouched, loaded
from tests.data.plausible_world import CUSTOMERS, MONTHS, Spoil, World, change, spoilt, world, written
from tests.data.replica import translate

BILLS = CUSTOMERS * len(MONTHS)


def without_month(tables: World) -> None:
    for table in ("A_RCVBL_FLOW", "A_RCVED_FLOW"):
        tables[table] = [row for row in tables[table] if row["RCVBL_YM"] != "202403"]


def numbers_of_another(tables: World) -> None:
    """Every second bill bears the number of another customer's."""
    for row in tables["A_RCVBL_FLOW"]:
        row["RCVBL_AMT_ID"] = str(int(row["RCVBL_AMT_ID"]) // 2 * 2)
    tables["A_RCVED_FLOW"] = []


def elsewhere(tables: World) -> None:
    change("C_CONS", "ORG_NO", lambda org: "99" + org)(tables)


SPOILS: dict[str, tuple[Spoil, str, int, int]] = {
    "receipts_without_bill": (
        change("A_RCVED_FLOW", "RCVBL_AMT_ID", lambda number: "9" + number, 2),
        "A_RCVED_FLOW",
        BILLS // 2,
        BILLS,
    ),
    "bills_without_customer": (
        change("C_CONS", "CONS_NO", lambda number: "1" + number[1:], 3),
        "A_RCVBL_FLOW",
        BILLS // 3,
        BILLS,
    ),
    "customers_without_unit": (elsewhere, "C_CONS", CUSTOMERS, CUSTOMERS),
    "quarantined": (
        change("A_RCVED_FLOW", "RCVED_DATE", lambda day: "2024-13-45", 6),
        "A_RCVED_FLOW",
        BILLS // 6,
        BILLS,
    ),
    "repeated_keys": (numbers_of_another, "A_RCVBL_FLOW", BILLS // 2, BILLS),
    "received_differs": (
        change("A_RCVBL_FLOW", "RCVED_AMT", lambda amount: f"{float(amount) * 100:.2f}", 4),
        "A_RCVBL_FLOW",
        BILLS // 4,
        BILLS,
    ),
    "missing_months": (without_month, "A_RCVBL_FLOW", 1, len(MONTHS)),
}


LONG = ("bills_without_customer", "repeated_keys")
"""Those that the long run tries; what they ask is much like the others'."""


def held_for(folder: Path, house: Path, **options: object) -> tuple[Finding, ...]:
    with pytest.raises(HeldError) as refused:
        loaded(folder, house, **options)
    assert refused.value.exit_code == 2
    return refused.value.held.findings


@pytest.mark.parametrize("what", [pytest.param(w, marks=[pytest.mark.full] * (w in LONG)) for w in SPOILS])
def test_what_is_spoilt_holds_the_load_alone_and_is_named(what: str, tmp_path: Path) -> None:
    spoil, table, found, of = SPOILS[what]
    (finding,) = held_for(spoilt(tmp_path / "in", spoil), tmp_path / "wh")
    assert (finding.what, finding.table, finding.found, finding.of) == (what, table, found, of)
    assert is_untouched(tmp_path / "wh") and not Warehouse(tmp_path / "wh").kept_loads()
    assert all("00000" not in str(e.get("cons_no", "")) for e in finding.examples)
    assert finding.months == ((202403,) if what == "missing_months" else ())
    assert finding.examples or what == "missing_months"
    (report,) = (tmp_path / "wh" / "held").glob("*.report.json")
    told = json.loads(report.read_text(encoding="utf-8"))
    assert [(f["what"], f["found"], f["of"]) for f in told["findings"]] == [(what, found, of)]
    assert told["accepted"] is None and not (tmp_path / "wh" / "load_report.json").exists()


def test_totals_of_settled_months_that_change_are_found_against_the_last_snapshot(tmp_path: Path) -> None:
    house = tmp_path / "wh"
    loaded(written(tmp_path / "20240710", world()), house)
    more = change("A_RCVBL_FLOW", "RCVBL_AMT", lambda a: f"{float(a) * 100:.2f}")
    tables = world()
    tables["A_RCVBL_FLOW"] = [r for r in tables["A_RCVBL_FLOW"] if r["RCVBL_YM"] in ("202402", "202406")]
    (finding,) = held_for(
        spoilt(tmp_path / "20240801", more, {"A_RCVBL_FLOW": tables["A_RCVBL_FLOW"]}), house
    )
    assert (finding.what, finding.found, finding.of) == ("billed_change", 1, 5)
    assert finding.months == (202402,), "June was not settled when July began"
    assert finding.examples[0]["amount"] == 100 * finding.examples[0]["before"]
    again = [row | {"RCVED_AMT_ID": "8" + row["RCVED_AMT_ID"]} for row in world()["A_RCVED_FLOW"]]
    for row in again:
        row["THIS_RCVED_AMT"] = "-" + row["THIS_RCVED_AMT"]
    found = held_for(written(tmp_path / "20240802", {"A_RCVED_FLOW": again}), house)
    assert [f.what for f in found] == ["received_change"]


@pytest.mark.full
def test_a_month_that_a_later_load_skips_is_missing_and_one_that_was_missing_before_is_not_asked_again(
    tmp_path: Path,
) -> None:
    house, tables = tmp_path / "wh", world()
    without_month(tables)
    loaded(written(tmp_path / "20240710", tables), house, limits=PlausibilityRules(missing_months=1))
    loaded(written(tmp_path / "20240801", world((202407,))), house)
    (finding,) = held_for(written(tmp_path / "20241001", world((202409,))), house)
    assert (finding.what, finding.months) == ("missing_months", (202408,))


@pytest.mark.full
def test_a_replica_read_by_the_official_names_is_held_and_by_its_own_is_not(tmp_path: Path) -> None:
    make_sample(tmp_path / "official", customers=60, months=4)
    translate(tmp_path / "official", tmp_path / "replica")
    found = held_for(tmp_path / "replica", tmp_path / "wh", mapping=FOLDER / "sg186.toml")
    (receipts, *_) = found
    assert receipts.what == "receipts_without_bill" and receipts.found == receipts.of > 200
    assert loaded(tmp_path / "replica", tmp_path / "wh").findings == ()


def test_few_records_hold_nothing_whatever_their_share(tmp_path: Path) -> None:
    def spoil(tables: World) -> None:
        for what in ("receipts_without_bill", "quarantined", "bills_without_customer"):
            SPOILS[what][0](tables)
        elsewhere(tables)

    report = loaded(spoilt(tmp_path / "in", spoil, world((202401,), 12)), tmp_path / "wh")
    assert report.findings == () and report.checks["receipts_without_bill"] and report.totals()["quarantined"]


@pytest.mark.full
def test_a_part_is_judged_on_what_it_brings_beside_what_is_there(tmp_path: Path) -> None:
    """Receipts alone, of bills that were loaded before: they fit; of bills that nobody knows, they do not."""
    house, tables = tmp_path / "wh", world()
    receipts = tables.pop("A_RCVED_FLOW")
    change("A_RCVBL_FLOW", "RCVED_AMT", lambda amount: "0")(tables)
    loaded(written(tmp_path / "20240710", tables), house)
    assert loaded(written(tmp_path / "20240711", {"A_RCVED_FLOW": receipts}), house).findings == ()
    change("A_RCVED_FLOW", "RCVBL_AMT_ID", lambda n: "9" + n)({"A_RCVED_FLOW": receipts})
    change("A_RCVED_FLOW", "RCVED_AMT_ID", lambda n: "9" + n)({"A_RCVED_FLOW": receipts})
    (finding,) = held_for(written(tmp_path / "20240712", {"A_RCVED_FLOW": receipts}), house)
    assert (finding.what, finding.found, finding.of) == ("receipts_without_bill", BILLS, BILLS)


def test_limits_that_are_the_defaults_leave_the_version_of_a_policy_as_it_was() -> None:
    plain, other = Policy(), Policy(plausibility=PlausibilityRules(quarantined=0.5))
    assert plain.version == "11b526b2a256", "what stores hold from before there were limits"
    assert other.version != plain.version and Policy.from_toml(other.to_toml()) == other
    with pytest.raises(RefusedError):
        PlausibilityRules(quarantined=1.5)
