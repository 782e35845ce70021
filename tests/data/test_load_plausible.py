"""Each way in which what a load brings cannot be right holds it alone, and names itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
import tomli_w

from analytics.errors import RefusedError
from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import Policy
from analytics.toml_values import to_plain
from data.load.amount_sizes import Size, Sizes, odd_bills
from data.load.findings import Before, Finding, MonthTotals
from data.load.mapping import FOLDER
from data.load.plausible_months import of_months
from data.warehouse.snapshots import Warehouse
from services.warehouse.judging import HeldError
from services.warehouse.sampling import make_sample
from tests.data.load_folder import is_untouched, loaded, rows_of
from tests.data.plausible_world import CUSTOMERS, MONTHS, Spoil, World, change, spoilt, world, written
from tests.data.replica import translate

Months = Mapping[int, MonthTotals]
BILLS = CUSTOMERS * len(MONTHS)


def without_month(tables: World) -> None:
    for table in ("A_RCVBL_FLOW", "A_RCVED_FLOW"):
        tables[table] = [row for row in tables[table] if row["RCVBL_YM"] != "202403"]


def numbers_of_another(tables: World) -> None:
    """Every second bill bears the number of another customer's."""
    for row in tables["A_RCVBL_FLOW"]:
        row["RCVBL_AMT_ID"] = str(int(row["RCVBL_AMT_ID"]) // 2 * 2)
    tables["A_RCVED_FLOW"] = []


ELSEWHERE = 20


def of_another_bill_too(tables: World) -> None:
    """Receipts do not have their bill's number, and every second one's customer has two equal bills then."""
    change("A_RCVED_FLOW", "RCVBL_AMT_ID", lambda number: "")(tables)
    bills = tables["A_RCVBL_FLOW"]
    more = {"RCVED_AMT": "0"}
    bills += [bill | {"RCVBL_AMT_ID": "3" + bill["RCVBL_AMT_ID"], **more} for bill in bills[::2]]


def most_invisible(tables: World) -> None:
    for row in tables["A_RCVBL_FLOW"]:
        row["INVISIBLE_FLAG"] = "是" if int(row["RCVBL_AMT_ID"]) % 3 else "否"


def balances_of_others(tables: World) -> None:
    numbers = [row["CONS_NO"] for row in tables["C_CONS"]]
    others = ["7" + number[1:] if place % 5 else number for place, number in enumerate(numbers)]
    tables["A_ACCT_BAL"] = [{"CONS_NO": number, "PREPAY_BAL": "5.00"} for number in others]


def elsewhere(tables: World) -> None:
    """Of a unit beside those that are listed below one root; others of the root itself and of teams below."""
    tables["O_ORG"].append({"ORG_NO": "334", "ORG_NAME": "供电公司", "P_ORG_NO": "", "ORG_TYPE": "03"})
    for n, row in enumerate(tables["C_CONS"]):
        row["ORG_NO"] = "33409" if n < ELSEWHERE else "334" if n == ELSEWHERE else "3340107"


def of_size(times: float, only: str = "") -> Spoil:
    """Amounts so many times what they are, as where fen are taken for yuan; of all tables or one."""

    def spoil(tables: World) -> None:
        for table, column in AMOUNTS:
            if table in tables and only in ("", table):
                change(table, column, lambda amount: f"{float(amount) * times:.2f}")(tables)

    return spoil


AMOUNTS = (
    ("A_RCVBL_FLOW", "RCVBL_AMT"),
    ("A_RCVBL_FLOW", "RCVED_AMT"),
    ("A_RCVED_FLOW", "THIS_RCVED_AMT"),
)


SPOILS: dict[str, tuple[Spoil, str, int, int]] = {
    "receipts_without_bill": (
        change("A_RCVED_FLOW", "RCVBL_AMT_ID", lambda number: "9" + number, 2),
        "A_RCVED_FLOW",
        BILLS // 2,
        BILLS,
    ),
    "receipts_of_several_bills": (of_another_bill_too, "A_RCVED_FLOW", BILLS // 2, BILLS),
    "unknown_customers": (balances_of_others, "A_ACCT_BAL", CUSTOMERS * 4 // 5, CUSTOMERS),
    "bills_invisible": (
        most_invisible,
        "A_RCVBL_FLOW",
        BILLS * 2 // 3,
        BILLS,
    ),
    "bills_without_customer": (
        change("C_CONS", "CONS_NO", lambda number: "1" + number[1:], 3),
        "A_RCVBL_FLOW",
        BILLS // 3,
        BILLS,
    ),
    "customers_without_unit": (elsewhere, "C_CONS", ELSEWHERE, CUSTOMERS),
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
    "household_most": (of_size(100), "A_RCVBL_FLOW", BILLS, BILLS),
    "household_least": (of_size(0.01), "A_RCVBL_FLOW", BILLS, BILLS),
}


LONG = ("bills_without_customer", "repeated_keys", "household_least")
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
    bills, receipts, finding = held_for(
        spoilt(tmp_path / "20240801", more, {"A_RCVBL_FLOW": tables["A_RCVBL_FLOW"]}), house
    )
    assert (bills.what, bills.months) == ("bill_times", (202402, 202406))
    assert (receipts.what, receipts.months) == ("received_times", (202402, 202406))
    assert (finding.what, finding.found, finding.of) == ("billed_change", 1, 5)
    assert finding.months == (202402,), "June was not settled when July began"
    assert finding.examples[0]["amount"] == 100 * finding.examples[0]["before"]
    again = [row | {"RCVED_AMT_ID": "8" + row["RCVED_AMT_ID"]} for row in world()["A_RCVED_FLOW"]]
    for row in again:
        row["THIS_RCVED_AMT"] = "-" + row["THIS_RCVED_AMT"]
    found = held_for(written(tmp_path / "20240802", {"A_RCVED_FLOW": again}), house)
    assert [f.what for f in found] == ["received_times", "received_change"]


def test_a_month_whose_amounts_are_of_another_size_is_found_against_those_that_were_published(
    tmp_path: Path,
) -> None:
    house = tmp_path / "wh"
    loaded(written(tmp_path / "20240710", world()), house)
    (finding,) = held_for(spoilt(tmp_path / "20240801", of_size(100), world((202407,))), house)
    assert (finding.what, finding.found, finding.of) == ("bill_times", 1, 1)
    usual = sorted(100 + 23 + month % 100 + 0.5 for month in MONTHS)  # of thirty bills the 24th
    (example,) = finding.examples
    assert example["usual"] == round(100 * (usual[2] + usual[3]) / 2)
    assert example["each"] == round(100 * 100 * (100 + 23 + 7 + 0.5)) and example["month"] == 202407
    of_bills = change("A_RCVBL_FLOW", "RCVED_AMT", lambda amount: "0")
    july = world((202407,))
    of_bills(july)
    found = held_for(spoilt(tmp_path / "20240802", of_size(100, "A_RCVED_FLOW"), july), house)
    assert [(f.what, f.months) for f in found] == [("received_times", (202407,))]
    july = world((202407,))
    july["A_RCVBL_FLOW"][3]["RCVBL_AMT"] = "9876543.21"
    assert loaded(written(tmp_path / "20240803", july), house).findings == (), "one bill is no size of all"


LATE = 23


def test_a_district_of_another_size_in_a_load_of_its_own_is_found(tmp_path: Path) -> None:
    """A tenth of the month, which would be lost among the bills and receipts that are there."""
    house, base, july = tmp_path / "wh", world((202405, 202406, 202407), 10 * LATE), world((202408,), LATE)
    of_july = [r for r in base["A_RCVED_FLOW"] if r["RCVBL_YM"] == "202407"][-LATE:]
    for table in ("A_RCVBL_FLOW", "A_RCVED_FLOW"):
        for n, row in enumerate(july[table]):
            row |= {"CONS_NO": f"00{n:06d}", "RCVBL_YM": "202407"}
    base["A_RCVED_FLOW"] = [r for r in base["A_RCVED_FLOW"] if r not in of_july]
    for bill in base["A_RCVBL_FLOW"][-LATE:]:
        bill["RCVED_AMT"] = "0"
    loaded(written(tmp_path / "20240810", base), house)
    found = held_for(spoilt(tmp_path / "20240811", of_size(100), {"A_RCVED_FLOW": of_july}), house)
    assert [(f.what, f.found, f.months) for f in found] == [("received_times", 1, (202407,))]
    bills = {name: july[name] for name in ("A_RCVBL_FLOW", "A_RCVED_FLOW")}
    found = held_for(spoilt(tmp_path / "20240812", of_size(100), bills), house)
    assert [(f.what, f.found, f.months) for f in found] == [("bill_times", 1, (202407,))]


def test_what_nobody_need_ask_about_holds_nothing(tmp_path: Path) -> None:
    """Receipts whose amount tells which of two bills they are of; debts and fines of who is no customer."""
    tables = world()
    of_another_bill_too(tables)
    for bill in tables["A_RCVBL_FLOW"][BILLS:]:
        bill["RCVBL_AMT"] = "9.00"
    strangers = [f"8{n:07d}" for n in range(CUSTOMERS)]
    tables["A_BAD_DEBT"] = [
        {"RCVBL_AMT_ID": f"5{who}", "CONS_NO": who, "OWE_AMT": "7.00"} for who in strangers
    ]
    tables["S_POWER_VIOLATE_STEAL"] = [
        {"CONS_NO": who, "OCCUR_TIME": "20240301", "ADD_AMT": "7.00"} for who in strangers
    ]
    report = loaded(written(tmp_path / "in", tables), tmp_path / "wh")
    assert report.findings == () and report.checks["receipts_of_several_bills"] == BILLS // 2
    owners = rows_of(tmp_path / "wh", "select count(*) from fct_bill where amount = received")
    assert owners == [(BILLS,)], "each receipt is of the bill of its amount"


def totals(*months: int, few: tuple[int, ...] = ()) -> dict[int, MonthTotals]:
    """A hundred bills in each month, three in the `few`."""
    return {m: MonthTotals(100, 1, 1) for m in months} | {m: MonthTotals(3, 1, 1) for m in few}


ODD_MONTHS = (202401, 202403, 202405)


@pytest.mark.parametrize(
    ("now", "before", "asked"),
    [
        pytest.param(totals(*ODD_MONTHS), None, (), id="every second month of a first load"),
        pytest.param(totals(*ODD_MONTHS, few=(202402, 202404)), None, (), id="with a few old bills between"),
        pytest.param(totals(*ODD_MONTHS, 202409), None, (202407,), id="of these one that is missing"),
        pytest.param(totals(202401, 202403), None, (202402,), id="two are no rhythm"),
        pytest.param(totals(*ODD_MONTHS, 202406), None, (202402, 202404), id="none at all"),
        pytest.param(totals(*ODD_MONTHS, 202407), totals(*ODD_MONTHS), (), id="as before"),
        pytest.param(totals(*ODD_MONTHS, 202409), totals(*ODD_MONTHS), (202407,), id="one later"),
        pytest.param(
            totals(202310, 202401, 202404, 202407), totals(202310, 202401, 202404), (), id="quarters"
        ),
        pytest.param(
            totals(202311, 202312, *ODD_MONTHS, 202407), totals(202311, 202312, *ODD_MONTHS), (), id="lately"
        ),
        pytest.param(totals(*MONTHS, 202408), totals(*MONTHS), (202407,), id="every month before"),
        pytest.param(totals(*ODD_MONTHS, 202407), totals(202401, 202403), (), id="two were published"),
    ],
)
def test_months_that_are_missing_are_asked_about_unless_bills_come_so(
    now: Months, before: Months | None, asked: tuple[int, ...]
) -> None:
    limits = asdict(PlausibilityRules())
    found = [f.months for f in of_months(now, limits, Before(202412, before) if before else None)]
    assert found == ([asked] if asked else [])


def size(each: int, bills: int = 100) -> Size:
    return Size(bills, each)


USUAL = {month: size(8_000 + month % 100) for month in range(202401, 202407)}
FEN = {month: size(100 * each.each) for month, each in USUAL.items()}
"""A hundred times as much each."""


@pytest.mark.parametrize(
    ("now", "before", "months"),
    [
        pytest.param({"03": USUAL}, {}, (), id="a first load of like months"),
        pytest.param({"03": USUAL | {202405: size(800_000)}}, {}, (202405,), id="one of a first load"),
        pytest.param({"03": USUAL | {202405: size(80)}}, {}, (202405,), id="a hundredth"),
        pytest.param({"03": USUAL | {202405: size(0)}}, {}, (202405,), id="nothing at all"),
        pytest.param({"03": USUAL | {202405: size(800_000, 19)}}, {}, (), id="too few"),
        pytest.param({"03": USUAL, "01": FEN}, {}, (), id="classes are unlike"),
        pytest.param(
            {"03": USUAL | {m + 6: size(800_000) for m in USUAL}},
            {"03": USUAL},
            tuple(m + 6 for m in USUAL),
            id="as many as were published",
        ),
        pytest.param(
            {"03": {202406: size(800_600)}},
            {"03": USUAL | {202406: size(8_006, 1_000)}},
            (202406,),
            id="a district that comes last",
        ),
        pytest.param({"03": FEN}, {"03": FEN}, (), id="nothing new"),
        pytest.param(
            {"03": USUAL | {202405: size(800_000), 202407: size(8_000)}},
            {"03": USUAL | {202405: size(800_000)}},
            (),
            id="published so once",
        ),
    ],
)
def test_bills_of_another_size_are_found_by_class_and_month(
    now: Sizes, before: Sizes, months: tuple[int, ...]
) -> None:
    odd = odd_bills(now, before, 20, 20)
    assert (odd.months if odd else ()) == months
    assert odd_bills(now, before, 0, 20) is None, "switched off"


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
    before = to_plain(plain)
    del before["plausibility"], before["collection"]
    cost = {"sms_fen": 5, "phone_fen": 200, "visit_fen": 3000, "phone_minutes": 5, "visit_minutes": 40}
    before["credit"]["collection"] = {**cost, "actions": []}
    stored = Policy.from_toml(tomli_w.dumps(before))
    assert stored.version == "11b526b2a256", "what stores hold from before there were limits"
    assert other.version != plain.version and Policy.from_toml(other.to_toml()) == other
    with pytest.raises(RefusedError):
        PlausibilityRules(quarantined=1.5)
