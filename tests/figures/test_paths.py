"""The same figure by every way to it: cubes, ledger, customers; children add up; the past stays as it was."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta

import pandas as pd
import pytest

from analytics.policy import RecoveryRules
from data.ask import queries
from data.ask.queries import Database
from data.ask.sql_files import FOLDER, frame, parameters_of, text_of
from data.scope import Scope
from services.recovery import figures
from tests.attack.sizes import SUMMED_DAYS, how_many
from tests.figures.world import World

RULES = RecoveryRules()
ORGS = ("33", "33101", "3310101", "33102")
START, DAYS = date(2022, 11, 1), 700


def random_world(seed: int, customers: int = 30) -> World:
    rnd, world = random.Random(seed), World()
    for org in ORGS:
        world.add("stg_org", org_no=org, org_name=org)
    for n in range(customers):
        number = f"{n:05d}"
        org, sort = rnd.choice(ORGS[1:]), rnd.choice(("01", "02", "03"))
        world.customer(number, org, sort, elec_type=rnd.choice(("202", "405")), cust_id=f"U{n % 7}")
        if rnd.random() < 0.1:
            world.add("stg_outage", cons_no=number, cut_on=START + timedelta(days=rnd.randint(60, DAYS)))
        for _ in range(rnd.randint(0, 8)):
            _random_bill(rnd, world, number, org)
    return world


def _random_bill(rnd: random.Random, world: World, number: str, org: str) -> None:
    issued = START + timedelta(days=rnd.randint(0, DAYS - 60))
    month_ago = issued - timedelta(days=rnd.choice((0, 0, 31)))
    amount = rnd.choice((0, -500, 1_000, 2_000, 7_777))
    bill = world.bill(
        number, month_ago.year * 100 + month_ago.month, amount, issued, issued +
        timedelta(days=rnd.randint(-3, 25)),
        org, amt_type=rnd.choice((None, "01", "01", "05", "04")), pay_mode=rnd.choice(("010101", "020101")),
    )  # fmt: skip
    for _ in range(rnd.choice((0, 1, 1, 1, 2, 4))):
        on = issued + timedelta(days=rnd.randint(-10, 200))
        world.receipt(bill, rnd.choice((amount, amount, 600, -600, 9_000)), on)
    if rnd.random() < 0.1:
        gone = issued + timedelta(days=rnd.randint(0, 300))
        world.add("stg_bad_debt", bill_key=bill, cons_no=number, cancelled_on=gone)


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.full)])
def db(request: pytest.FixtureRequest) -> Database:
    return random_world(request.param).built()


def days(seed: int, count: int = 2) -> list[date]:
    rnd = random.Random(seed)
    ends = [date(2023, 12, 31), date(2024, 1, 31)]
    return ends + [START + timedelta(days=rnd.randint(0, DAYS)) for _ in range(count)]


def summed(flows: pd.DataFrame) -> dict[str, float]:
    return flows.drop(columns="key").groupby(["rcvbl_ym", "bill_year", "event_ym"]).sum().to_dict("index")


SCOPES = (
    {},
    {"orgs": ("33101",)},
    {"classes": ("01", "03")},
    {"orgs": ("3310101", "33102"), "classes": ("02",)},
)


@pytest.mark.parametrize("narrowed", SCOPES)
def test_cubes_and_ledger_and_customers_agree(db: Database, narrowed: dict[str, tuple[str, ...]]) -> None:
    everyone = tuple(r[0] for r in db.cursor().execute("select cons_no from dim_customer").fetchall())
    for day in days(7):
        scope = Scope(day, **narrowed)
        core = summed(queries.flows(db, scope))
        detailed = Scope(day, **narrowed, volts=("",))
        facts = Scope(day, **narrowed, customers=everyone)
        nonzero = {k: v for k, v in core.items() if any(v.values())}
        for other in (detailed, facts):
            found = summed(queries.flows(db, other))
            assert {k: v for k, v in found.items() if any(v.values())} == nonzero


def test_children_add_up_to_their_parent(db: Database) -> None:
    parts = [
        "cy_billed",
        "cy_collected",
        "old_billed",
        "old_collected",
        "month_billed",
        "month_collected",
        "hh_billed",
        "hh_settled",
        "due_billed",
        "due_collected",
        "open",
        "overdue",
    ]
    for day in days(8, how_many(SUMMED_DAYS)):
        for basis in ("assessment", "point"):
            whole = figures.comparison(db, Scope(day, basis), RULES, "org", "33")
            for by in ("class", "elec_type", "pay_mode", "owner"):
                other = figures.comparison(db, Scope(day, basis), RULES, by)
                assert other[parts].sum().tolist() == whole[parts].sum().tolist()
            one = figures.comparison(db, Scope(day, basis), RULES, "org", "33101")
            inside = whole[whole["key"] == "33101"]
            assert one[parts].sum().tolist() == inside[parts].sum().tolist()


def test_balance_of_the_cube_is_what_the_spells_hold(db: Database) -> None:
    for day in days(9):
        scope = Scope(day)
        by_flows = int(queries.flows(db, scope)["owed_open"].sum())
        assert by_flows == figures.arrears(db, scope).balance.amount
        assert by_flows == int(figures.ageing(db, scope, RULES)["amount"].sum())


def test_coarse_months_give_the_same_rates(db: Database) -> None:
    for day in days(10):
        for basis in ("assessment", "point"):
            scope = Scope(day, basis)
            exact = figures.recovery(db, scope, RULES)
            rows = figures.comparison(db, scope, RULES, "org", "*")
            assert int(rows["cy_collected"].sum()) == exact.current_year.collected
            assert int(rows["old_billed"].sum()) == exact.old_debt.billed
            assert int(rows["old_collected"].sum()) == exact.old_debt.collected
            assert int(rows["month_billed"].sum()) == exact.month.billed
            assert int(rows["hh_settled"].sum()) == exact.household_months.settled


def test_what_comes_later_moves_nothing_of_before(db: Database) -> None:
    """A trend's row is the figure that was asked for on that very day."""
    last = figures.trend(db, Scope(START + timedelta(days=DAYS)), RULES, months=20)
    for row in last.iloc[:-1:5].to_dict("records"):
        then = figures.recovery(db, Scope(row["as_of"]), RULES)
        assert (row["cy_billed"], row["cy_collected"]) == (
            then.current_year.billed,
            then.current_year.collected,
        )


def test_bills_known_and_credit_only_grow(db: Database) -> None:
    """Bills that exist never cease to; nor does the sum of write-offs shrink."""
    found = [queries.flows(db, Scope(day))[["bills", "written_off_bills"]].sum() for day in sorted(days(11))]
    for earlier, later in itertools.pairwise(found):
        assert (later >= earlier).all()


def test_roll_rates_account_for_every_fen(db: Database) -> None:
    rows = figures.roll_rates(db, Scope(date(2024, 3, 10)), RULES)
    assert int(rows["amount"].sum()) == figures.arrears(db, Scope(date(2024, 1, 31))).balance.amount
    assert rows.groupby("from_bucket")["rate"].sum().round(9).eq(1).all()


ANY = (Scope(date(2024, 3, 15)), Scope(date(2000, 1, 1)), Scope(date(2024, 3, 31), owners=("U1",)))
WHOLE = ("trend", "by_bill_month", "by_cash_month", "forecast", "side_by_side", "attention", "cleared")
OF_DEBTS = ("not_cleared", "ageing_by_year", "ageing_trend", "top_debtors", "claims_near_limit")
PLAIN = ("vintage", "cure", "first_payment_default", "dso", "cei", "concentration")
BY = ("trend_by", "heatmap", "cleared_by", "ageing_by")


@pytest.mark.parametrize("scope", ANY, ids=["a day", "before everything", "an owner"])
def test_every_function_answers_on_any_world(db: Database, scope: Scope) -> None:
    for ask in (*WHOLE, *OF_DEBTS):
        getattr(figures, ask)(db, scope, RULES)
    for ask in PLAIN:
        getattr(figures, ask)(db, scope)
    figures.side_by_side_by(db, scope, RULES, date(2024, 3, 31), "class")
    figures.recovery_curve(db, scope, 202312)


@pytest.mark.parametrize("turn", range(len(BY)))
def test_every_function_answers_by_every_dimension(db: Database, turn: int) -> None:
    """Each dimension by each function; of the three scopes each in turn."""
    for place, by in enumerate(figures.DIMENSIONS):
        getattr(figures, BY[turn])(db, ANY[(place + turn) % len(ANY)], RULES, by)
        if turn == 0:
            figures.choices(db, by)


@pytest.mark.parametrize("measure", ["combined", "household_months", "on_time", "past_months"])
def test_every_measure_is_told_at_every_step(db: Database, measure: str) -> None:
    for scope, step in zip(ANY, ("org", "bill_month", "customer"), strict=True):
        figures.why(db, scope, RULES, date(2024, 3, 31), measure, step)
        figures.why(db, ANY[0], RULES, date(2024, 3, 31), measure, step)


MINE = (
    *("flows", "holdings", "ageing", "debtors", "claims", "apart", "clean", "population", "curve"),
    *("issue_days", "roll", "cure", "first_payment", "held_amounts"),
)


@pytest.mark.parametrize("name", MINE)
@pytest.mark.parametrize("by", ["", "area"])
def test_parameters_of_each_file_are_those_of_its_function(name: str, by: str) -> None:
    """Scope's names, the moments of a day, the key, and what the function adds: nothing else."""
    sql = queries._sql(name, Scope(START), by)
    known = set(Scope(START).parameters()) | {"as_of_ym", "complete_ym", "begun_on", "by", "level"}
    own = {
        "coarse", "month", "last_month", "year", "closed_month", "closed_year", "edges", "by_year",
        "limit", "offset",
        "up_to", "limit_years", "warn_days", "then", "days",
    }  # fmt: skip
    assert parameters_of(sql) <= known | own
    assert {"orgs", "allowed_orgs"} <= parameters_of(sql) or name == "issue_days"


def test_includes_are_all_used() -> None:
    code = [*FOLDER.rglob("*.sql"), *FOLDER.parents[1].rglob("*.py")]
    used = "".join(path.read_text(encoding="utf-8") for path in code)
    assert frame(World().con, "select 1 as one", {})["one"].tolist() == [1]
    assert text_of("orgs").startswith("-- ")
    for part in (FOLDER / "include").glob("*.sql"):
        assert part.stem in used, f"{part.name} is included nowhere"
