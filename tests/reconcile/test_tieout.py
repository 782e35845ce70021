"""Tie-out against reports that another program made by other rules: what was planted is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.errors import RefusedError
from analytics.policy import RecoveryRules
from analytics.tieout import Cells, explain
from analytics.tieout_verdict import verdict_of
from data.ask import tieout_queries
from data.scope import Scope
from services.tieout import differences
from tests.figures.world import World as Staging
from tests.oracle import extracts
from tests.oracle.figures import Figures, Filter
from tests.oracle.world import Bill, World, build
from tests.reconcile.staged import marts_of

RULES = RecoveryRules()
AS_OF, CLOSED, REPORT_DAY = date(2024, 11, 20), 202410, date(2024, 11, 5)
UNITS = ("33401", "33402", "3340102")


@dataclass(frozen=True)
class Extract:
    """One hostile extract, as marts and as the oracle reads it."""

    db: duckdb.DuckDBPyConnection
    world: World
    cells: Cells


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Extract]:
    folder = tmp_path_factory.mktemp("tieout")
    extracts.write(folder, 2)
    con = marts_of(folder, extracts.EXTRACT_ON)
    names: tuple[tieout_queries.CellKind, ...] = ("bills", "receipts", "households")
    parts = [tieout_queries.cells(con, Scope(AS_OF), name, CLOSED, REPORT_DAY) for name in names]
    yield Extract(con, build([folder], extracts.EXTRACT_ON), Cells(*parts))
    con.close()


def bill_as(b: Bill, readings: frozenset[str]) -> Bill | None:
    """The bill as an official report takes it; None where the report leaves it out."""
    exotic = b.amt_type in ("04", "11", "12") or not b.visible
    if exotic:
        if b.amt_type in ("04", "11", "12") and "instalments" not in readings:
            return None
        if not b.visible and "invisible" not in readings:
            return None
    if ("late_issued" in readings and b.issued_on > REPORT_DAY) or ("refunds" in readings and b.amount < 0):
        return None
    year = b.rcvbl_ym // 100 if "cross_year" in readings else b.year
    return replace(b, year=year)


def collected(b: Bill, readings: frozenset[str], to: date) -> int:
    """What a report takes as received on a bill."""
    exotic = b.amt_type in ("04", "11", "12") or not b.visible
    found = b.collected(to)
    if b.amount <= 0:
        found = b.amount
    elif exotic:
        found = b.net(to)
    if "credit" in readings and not exotic:
        found += b.credit(to)
    if "recovered_after" in readings and not exotic:
        found += b.recovered_after(to)
    return found


def official(world: World, unit: str, readings: frozenset[str]) -> dict[str, int]:
    """The report's line of one unit, from the raw rows."""
    point = "point_basis" in readings
    year, last = (AS_OF.year, 999912) if point else (CLOSED // 100, CLOSED)
    until = REPORT_DAY if "receipts_by_day" in readings else AS_OF
    year_end = date(year - 1, 12, 31)
    issued = [b for b in world.bills if b.org_no.startswith(unit) and b.issued_on <= AS_OF]
    bills = [x for b in issued if b.rcvbl_ym <= last and (x := bill_as(b, readings))]
    billed = [
        b
        for b in bills
        if not ("kind_05_unbilled" in readings and b.amt_type == "05")
        and not ("written_off_unbilled" in readings and b.is_written_off(AS_OF))
    ]
    current = [b for b in billed if b.year == year]
    line = {
        "billed": sum(b.amount for b in current),
        "collected": sum(collected(b, readings, until) for b in current),
        "billed_month": sum(b.amount for b in billed if b.rcvbl_ym == CLOSED),
        "collected_month": sum(collected(b, readings, until) for b in billed if b.rcvbl_ym == CLOSED),
    }
    old = [b for b in bills if b.year < year and not b.is_written_off(year_end) and b.is_billed]
    base = sum(b.open(year_end) for b in old)
    if "with_old_debt" in readings:
        line["billed"] += base
        line["collected"] += sum(b.collected(AS_OF) - b.collected(year_end) for b in old)
    owed = [
        b
        for b in bills
        if ("kind_05_owed" in readings or b.amt_type != "05")
        and ("written_off_owed" in readings or not b.is_written_off(AS_OF))
    ]
    open_of = {
        id(b): max(b.amount, 0) - (collected(b, frozenset(), until) if b.amount > 0 else 0) for b in owed
    }
    line["old_debt"] = sum(open_of[id(b)] for b in owed if b.year < year)
    line["arrears"] = sum(open_of[id(b)] for b in owed if b.year <= year)
    if "without_old_debt" in readings:
        line["arrears"] -= line["old_debt"]
    if "old_debt_frozen" in readings:
        line["old_debt"] = base
    return line


def report_of(world: World, readings: frozenset[str]) -> pd.DataFrame:
    return pd.DataFrame([{"org_no": unit, **official(world, unit, readings)} for unit in UNITS])


def test_dengtas_own_figures_are_those_of_the_pages(hostile: Extract) -> None:
    for unit in UNITS:
        ours = Figures(hostile.world, AS_OF, Filter((unit,)))
        rate, owed = (
            ours.current_year("assessment"),
            [b for b in ours.balance_bills() if b.rcvbl_ym <= CLOSED],
        )
        want = {
            "billed": rate.billed,
            "collected": rate.collected,
            "billed_month": ours.month("assessment").billed,
            "collected_month": ours.month("assessment").collected,
            "arrears": sum(b.open(AS_OF) for b in owed if b.year <= 2024),
            "old_debt": sum(b.open(AS_OF) for b in owed if b.year < 2024),
            "households": ours.household_months("assessment")[0],
        }
        found = differences.tie_out(hostile.db, Scope(AS_OF), RULES, pd.DataFrame([{"org_no": unit, **want}]))
        assert found.readings == ()
        assert found.tied
        assert found.figures.set_index("measure")["dengta"].to_dict() == want


PLANTED = [
    {"point_basis"},
    {"late_issued"},
    {"cross_year"},
    {"instalments"},
    {"invisible"},
    {"kind_05_unbilled"},
    {"kind_05_owed"},
    {"refunds"},
    {"written_off_unbilled"},
    {"written_off_owed"},
    {"with_old_debt"},
    {"without_old_debt"},
    {"old_debt_frozen"},
    {"receipts_by_day"},
    {"credit"},
    {"recovered_after"},
    {"late_issued", "kind_05_owed"},
    {"cross_year", "credit", "written_off_owed"},
    {"instalments", "receipts_by_day", "refunds"},
    {"point_basis", "invisible", "old_debt_frozen"},
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: "+".join(sorted(p)))
def test_each_planted_difference_is_found_and_explained_to_the_cent(
    hostile: Extract, planted: set[str]
) -> None:
    report = report_of(hostile.world, frozenset(planted))
    told = explain(hostile.cells, report, planted)
    assert told.tied, told.figures[told.figures["unexplained"] != 0]
    assert (told.figures["difference"] != 0).any()
    found = explain(hostile.cells, report)
    assert set(found.readings) == planted
    sums = found.bridge.groupby(["org_no", "measure"])["effect"].sum()
    for row in found.figures.itertuples():
        assert row.dengta + sums.get((row.org_no, row.measure), 0) + row.unexplained == row.official


@pytest.fixture
def summed(hostile: Extract, monkeypatch: pytest.MonkeyPatch) -> Extract:
    """The extract, whose cells are summed once and not for each cause."""
    monkeypatch.setattr(differences, "_cells", lambda *asked: hostile.cells)
    return hostile


def drilled(hostile: Extract, planted: set[str], units: Sequence[str], measures: Sequence[str]) -> None:
    """Each cause adds up to the bridge's effect in its unit: of what it moves, and of the measures given."""
    report = report_of(hostile.world, frozenset(planted)).assign(households=0)
    bridge = explain(hostile.cells, report, planted, ask=False).bridge
    for place, cause in enumerate(sorted(planted)):
        unit = units[place % len(units)]
        mine = bridge[(bridge["org_no"] == unit) & (bridge["cause"] == cause)]
        effects = mine.set_index("measure")["effect"]
        for measure in {*effects.index, *measures}:
            moved = behind(hostile.db, Scope(AS_OF), cause, measure, planted, unit)
            assert moved["effect"].sum() == effects.get(measure, 0)
            assert moved["effect"].ne(0).all()
            if measure == "households":
                assert moved["effect"].abs().eq(1).all()
                assert not moved.duplicated(["cons_no", "rcvbl_ym"]).any()
            else:
                assert moved["bill_key"].is_unique
                assert moved["org_no"].str.startswith(unit).all()
                assert moved["effect"].abs().is_monotonic_decreasing


AMONG_OTHERS = set().union(*(planted for planted in PLANTED if len(planted) > 1))
"""What is also drilled beside others, which is the harder."""


@pytest.mark.parametrize(
    "planted",
    [pytest.param(p, marks=pytest.mark.full if len(p) == 1 and p <= AMONG_OTHERS else ()) for p in PLANTED],
    ids=lambda p: "+".join(sorted(p)),
)
def test_a_cause_is_drilled_down_to_what_adds_up(summed: Extract, planted: set[str]) -> None:
    """In one unit, of all that it moves there and of one more measure; in turn over what is planted."""
    turn = PLANTED.index(planted)
    units = [*UNITS[turn % 3 :], *UNITS[: turn % 3]]
    drilled(summed, planted, units, differences.MEASURES[turn % len(differences.MEASURES) :][:1])


@pytest.mark.full
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: "+".join(sorted(p)))
def test_every_cause_adds_up_in_every_unit_and_measure(summed: Extract, planted: set[str], unit: str) -> None:
    drilled(summed, planted, [unit], differences.MEASURES)


def behind(
    db: Any, scope: Scope, cause: str, measure: str, readings: Iterable[str] = (), unit: str = ""
) -> pd.DataFrame:
    """Everything that a cause moves of a measure in a unit."""
    effects = differences.effects_of(db, scope, RULES, measure, cause, readings, unit)
    found = differences.listed(db, scope.as_of, effects).read_all().to_pandas()
    assert len(found) == len(effects)
    return found


def test_what_no_reading_explains_is_left_unexplained(hostile: Extract) -> None:
    report = report_of(hostile.world, frozenset({"late_issued"}))
    report.loc[0, "billed"] += 12345
    found = differences.tie_out(hostile.db, Scope(AS_OF), RULES, report, readings={"late_issued"})
    rest = found.figures[found.figures["unexplained"] != 0]
    assert rest[["org_no", "measure", "unexplained"]].to_numpy().tolist() == [["33401", "billed", 12345]]
    assert not found.tied


def test_a_cause_is_claimed_only_where_it_closes_the_difference(hostile: Extract) -> None:
    report = report_of(hostile.world, frozenset({"late_issued"}))
    found = explain(hostile.cells, report)
    moved = found.figures[found.figures["difference"] != 0]
    assert set(moved["verdict"]) == {"claimed"} and found.causes("claimed") == ["late_issued"]
    line = moved[moved["measure"] == "billed"].iloc[0]
    near = report.copy()
    near.loc[near["org_no"] == line["org_no"], "billed"] += 100
    found = explain(hostile.cells, near).figures.set_index(["org_no", "measure"])
    assert found.loc[(line["org_no"], "billed"), "verdict"] == "possible"
    rounded = explain(hostile.cells, near, rounding="hundred").figures.set_index(["org_no", "measure"])
    half = 5_000  # fen: what 0.01 万元 leaves open, of a difference that is large beside it
    wanted = "claimed" if abs(line["difference"] + 100) >= 20 * half else "possible"
    assert rounded.loc[(line["org_no"], "billed"), "verdict"] == wanted


@pytest.mark.parametrize(
    ("measure", "factor"),
    [*zip(differences.MEASURES, (10, 0.1, 10_000, 0.0001, 1000, 0, 10), strict=True)],
)
def test_an_invented_figure_far_off_gets_a_question_and_no_cause(
    hostile: Extract, measure: str, factor: float
) -> None:
    blank = pd.DataFrame([{"org_no": "33401", measure: 1}])
    books = int(explain(hostile.cells, blank, ()).figures["dengta"].iloc[0])
    for entered in (round(books * factor), books + 10**12 + 7, books - 10**15):
        report = pd.DataFrame([{"org_no": "33401", measure: entered}])
        found = explain(hostile.cells, report)
        assert found.figures["verdict"].tolist() == ["asked"] and found.bridge.empty
        assert found.figures["unexplained"].tolist() == [entered - books] and found.figures["suspect"].all()


def test_an_invented_figure_that_is_confirmed_stands_open_and_has_no_cause(hostile: Extract) -> None:
    invented = pd.DataFrame([{"org_no": "33401", "billed": 10**13}])
    told = explain(hostile.cells, invented, ask=False)
    assert told.figures["verdict"].tolist() == ["open"] and told.bridge.empty


@pytest.mark.parametrize(
    ("measure", "factor"),
    [("billed", 2.2), ("collected_month", 0.45), ("arrears", 8.9), ("households", 0.12)],
)
def test_an_entry_some_times_the_books_that_nothing_accounts_for_is_asked_about(
    hostile: Extract, measure: str, factor: float
) -> None:
    true = report_of(hostile.world, frozenset({"late_issued"}))
    blank = pd.DataFrame([{"org_no": "33401", measure: 1}])
    books = int(explain(hostile.cells, blank, ()).figures["dengta"].iloc[0])
    wrong = true.assign(**{measure: true.get(measure, books)})
    wrong.loc[0, measure] = round(books * factor)
    found = explain(hostile.cells, wrong)
    line = found.figures.set_index(["org_no", "measure"]).loc[("33401", measure)]
    assert line["verdict"] == "asked" and line["suspect"] in {"double", "half", "above"}
    assert line["unexplained"] == line["difference"]
    assert found.causes("claimed") == ["late_issued"], "the wrong entry led the search"


def test_an_entry_some_times_the_books_is_a_question_only_where_nothing_accounts_for_it() -> None:
    explained = pd.Series([200, 150, 20, 0])
    lines = pd.DataFrame({"org_no": ["1", "2", "3", "4"], "measure": "billed", "difference": 200})
    lines = lines.assign(explained=explained, unexplained=200 - explained, suspect="double")
    assert verdict_of(lines, 0, found=True, ask=True).tolist() == ["claimed", "possible", "asked", "asked"]
    assert verdict_of(lines, 0, found=True, ask=False).tolist() == ["claimed", "possible", "open", "open"]


@pytest.mark.parametrize(
    ("factor", "suspect"),
    [
        (100, "fen_more"),
        (0.001, "thousand_less"),
        (10_000, "unit_more"),
        (100_000_000, "yi_more"),
        (9.9, "ten"),
    ],
)
def test_a_unit_taken_for_another_is_named_of_money_and_not_of_counts(
    hostile: Extract, factor: float, suspect: str
) -> None:
    blank = pd.DataFrame([{"org_no": "33401", "billed": 1, "households": 1}])
    books = explain(hostile.cells, blank, ()).figures.set_index("measure")["dengta"]
    entered = {m: round(float(books[m]) * factor) for m in ("billed", "households")}
    told = explain(hostile.cells, pd.DataFrame([{"org_no": "33401", **entered}])).figures
    want = {"billed": suspect, "households": "ten" if suspect == "ten" else "far"}
    assert told.set_index("measure")["suspect"].to_dict() == want


def test_the_figure_of_another_span_is_asked_about(hostile: Extract) -> None:
    report = report_of(hostile.world, frozenset())
    swapped = report.assign(billed=report["billed_month"], billed_month=report["billed"])
    found = explain(hostile.cells, swapped[["org_no", "billed", "billed_month"]]).figures
    told = found.set_index(["org_no", "measure"])["suspect"]
    for unit in UNITS:
        assert told[unit, "billed"] == "month" and told[unit, "billed_month"] == "year"
    assert set(found["verdict"]) == {"asked"}
    near = explain(hostile.cells, swapped.assign(billed=swapped["billed"] + 500)[["org_no", "billed"]])
    assert set(near.figures["suspect"]) == {"month_near"}
    rounded = swapped.assign(billed=swapped["billed"] + 500)[["org_no", "billed"]]
    assert set(explain(hostile.cells, rounded, rounding="hundred").figures["suspect"]) == {"month"}


@pytest.mark.parametrize("kind", ["sign", "exchanged", "above"])
def test_an_entry_that_cannot_be_is_asked_about_and_the_true_report_is_not(
    hostile: Extract, kind: str
) -> None:
    blank = pd.DataFrame([{"org_no": "33401", **dict.fromkeys(differences.MEASURES, 1)}])
    books = explain(hostile.cells, blank, ()).figures.set_index("measure")["dengta"].to_dict()
    true = pd.DataFrame([{"org_no": "33401", **books}])
    assert not explain(hostile.cells, true).figures["suspect"].any()
    for billed, collected in (("billed", "collected"), ("billed_month", "collected_month")):
        wrong = {
            "sign": {billed: -books[billed]},
            "exchanged": {billed: books[collected], collected: books[billed]},
            "above": {collected: books[billed] * 2},
        }[kind]
        found = explain(hostile.cells, true.assign(**wrong)).figures.set_index("measure")
        assert {m for m, s in found["suspect"].items() if s} == set(wrong)
        assert {(found.loc[m, "suspect"], found.loc[m, "verdict"]) for m in wrong} == {(kind, "asked")}


def test_measures_that_the_report_does_not_give_are_not_compared(hostile: Extract) -> None:
    report = pd.DataFrame({"org_no": ["33401"], "billed": pd.array([None], "Int64"), "arrears": [5]})
    found = differences.tie_out(hostile.db, Scope(AS_OF), RULES, report, readings=())
    assert found.figures["measure"].tolist() == ["arrears"]


def test_units_outside_the_readers_own_are_empty(hostile: Extract) -> None:
    report = report_of(hostile.world, frozenset())
    mine = differences.tie_out(hostile.db, Scope(AS_OF, allowed_orgs=("33402",)), RULES, report, readings=())
    dengta = mine.figures.groupby("org_no")["dengta"].apply(lambda v: v.abs().sum())
    assert dengta["33401"] == 0
    assert dengta["33402"] > 0


def test_readings_are_checked(hostile: Extract) -> None:
    report = report_of(hostile.world, frozenset())
    for wrong in ({"nonsense"}, {"receipts_by_day", "receipts_by_month"}):
        with pytest.raises(RefusedError):
            differences.tie_out(hostile.db, Scope(AS_OF), RULES, report, readings=wrong)


@pytest.fixture
def ten_rows() -> Iterator[duckdb.DuckDBPyConnection]:
    """One unit, November 2024 bills of 100.00 each, with one way of receiving money apiece."""
    made = Staging()
    for number in range(6):
        made.customer(f"00{number}")
    bills = [made.bill(f"00{n}", 202411, 10000, date(2024, 11, 9), date(2024, 11, 30)) for n in range(5)]
    made.receipt(bills[0], 10000, date(2024, 11, 20), rcved_ym=202501)  # booked two months later
    made.receipt(bills[1], 10000, date(2025, 1, 10), rcved_ym=202411)  # booked before its day
    made.add("stg_payment", charge_key="T1", type_code="31")
    made.receipt(bills[2], 4000, date(2024, 11, 20), charge_key="T1")  # set off against prepaid money
    made.receipt(bills[3], 10000, date(2024, 11, 20))
    made.receipt(bills[3], -10000, date(2024, 11, 25))  # reversed
    made.bill("000", 202411, -2500, date(2024, 11, 12))
    made.bill("005", 202411, 3000, date(2024, 11, 12))
    made.bill("005", 202411, -3000, date(2024, 11, 12))
    con = made.built()
    yield con
    con.close()


@pytest.mark.parametrize(
    ("reading", "collected_fen", "arrears_fen", "households"),
    [
        # 5 x 100 + 30 - 25 - 30 billed; 100 + 0 (dated 10 January) + 40 + 0 - 25 - 30 = 85 received
        (None, 8500, 39000, 5),
        ("receipts_by_month", 8500, 39000, 5),  # one line goes, another of the same amount comes
        ("prepaid_setoff", 4500, 43000, 5),
        ("reversals", 18500, 29000, 5),
        ("refunds", 14000, 39000, 6),
    ],
)
def test_worked_by_hand(
    ten_rows: duckdb.DuckDBPyConnection,
    reading: str | None,
    collected_fen: int,
    arrears_fen: int,
    households: int,
) -> None:
    line = {"org_no": "33101", "collected": collected_fen, "arrears": arrears_fen, "households": households}
    readings = () if reading is None else (reading,)
    found = differences.tie_out(ten_rows, Scope(date(2024, 12, 31)), RULES, pd.DataFrame([line]), readings)
    assert found.tied, found.figures


def test_booked_months_are_drilled_to_both_lines(ten_rows: duckdb.DuckDBPyConnection) -> None:
    bills = behind(ten_rows, Scope(date(2024, 12, 31)), "receipts_by_month", "collected")
    assert sorted(bills["effect"]) == [-10000, 10000]


def test_the_report_day_is_the_assessment_day_of_the_month_after(ten_rows: duckdb.DuckDBPyConnection) -> None:
    assert differences.official_day(Scope(AS_OF), RULES) == REPORT_DAY
    assert differences.official_day(Scope(date(2024, 12, 31)), RULES) == date(2024, 12, 5)


def test_a_report_is_read_against_the_units_of_the_data(hostile: Extract) -> None:
    content = "单位：万元\n单位,应收,实收\n单位33402,12.3456,10\n".encode("gb18030")
    found = differences.parse_official(hostile.db, content, "月报.csv")
    assert found.loc[0, ["org_no", "billed", "collected"]].tolist() == ["33402", 12345600, 10000000]
