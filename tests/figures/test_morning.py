"""What a manager reads in the morning: the countdown customer by customer, and what the month changed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analytics.policy import RecoveryRules
from data.ask.queries import Database
from data.scope import Scope
from services.recovery import figures
from tests.figures.test_paths import random_world
from tests.figures.world import World

RULES = RecoveryRules()
DAYS = (date(2024, 3, 20), date(2024, 4, 3), date(2024, 8, 31))


@pytest.fixture(scope="module", params=[3, 4])
def db(request: pytest.FixtureRequest) -> Database:
    return random_world(request.param, customers=60).built()


@pytest.mark.parametrize("day", DAYS)
def test_the_customers_of_the_countdown_add_up_to_the_countdown(db: Database, day: date) -> None:
    scope = Scope(day)
    whole = figures.cleared(db, scope, RULES)
    each = figures.cleared_customers(db, scope, RULES, limit=10_000)
    assert each["open"].sum() == whole.month_open.amount
    assert each["old_open"].sum() == whole.old_open.amount
    assert each["cons_no"].is_unique


def test_a_customer_is_set_beside_itself_a_year_ago_and_not_forecast_from_two_months() -> None:
    world = World()
    world.customer("001")
    before = world.bill("001", 202302, 3_000, date(2023, 2, 20), date(2023, 3, 1))
    world.receipt(before, 3_000, date(2023, 4, 10))
    now = world.bill("001", 202402, 10_000, date(2024, 2, 20), date(2024, 3, 1))
    world.receipt(now, 4_000, date(2024, 3, 18))
    row = figures.cleared_customers(world.built(), Scope(date(2024, 3, 20)), RULES).iloc[0]
    assert (row["open"], row["last_year_open"], row["old_open"]) == (6_000, 3_000, 0)
    assert pd.isna(row["expected_open"]) and pd.isna(row["low_open"]) and pd.isna(row["high_open"])


def test_before_anything_was_issued_last_year_is_empty_and_not_nothing() -> None:
    """A source of a few months cannot say that nothing was open a year ago."""
    world = World()
    world.customer("001")
    for month in (1, 2):
        bill = world.bill("001", 202400 + month, 5_000, date(2024, month, 2), date(2024, month, 20))
        world.receipt(bill, 1_000, date(2024, month, 10))
    db, scope = world.built(), Scope(date(2024, 3, 20))
    units = figures.cleared_by(db, scope, RULES, "org", figures.EVERY_STATION)
    assert units["open"].tolist() == [8_000]
    customers = figures.cleared_customers(db, scope, RULES)
    for frame, columns in (
        (units, ["last_year_open", "last_year_customers"]),
        (customers, ["last_year_open"]),
    ):
        assert frame[columns].isna().all(axis=None)
        assert set(map(str, frame[columns].dtypes)) == {"Int64"}, "a column without figures is one of figures"
    whole = figures.cleared(db, scope, RULES)
    assert (whole.last_year_month_open, whole.last_year_old_open) == (None, None)
    cash = figures.by_cash_month(db, scope, RULES)
    assert cash["collected"].tolist() == [1_000, 1_000]
    assert cash["last_year_collected"].isna().all()


def test_a_month_after_the_first_in_which_nothing_came_is_nothing_and_not_empty() -> None:
    world = World()
    world.customer("001")
    first = world.bill("001", 202301, 5_000, date(2023, 1, 2), date(2023, 1, 20))
    world.receipt(first, 5_000, date(2023, 1, 10))
    for month in (1, 2):
        bill = world.bill("001", 202400 + month, 5_000, date(2024, month, 2), date(2024, month, 20))
        world.receipt(bill, 1_000, date(2024, month, 10))
    db, scope = world.built(), Scope(date(2024, 3, 20))
    cash = figures.by_cash_month(db, scope, RULES).set_index("event_ym")["last_year_collected"]
    assert cash.loc[202402] == 0 and cash.loc[202401] == 5_000 and cash.isna().loc[202301]
    whole = figures.cleared(db, scope, RULES)
    assert whole.last_year_month_open == figures.Holding(0, 0, 0)
    units = figures.cleared_by(db, scope, RULES, "org", figures.EVERY_STATION)
    assert units["last_year_open"].tolist() == [0]


def test_what_one_month_left_open_is_no_old_debt_to_be_compared_with() -> None:
    """Data from December 2022: on a day of 2023 old debt is one bill; on a day of 2024 what a year left."""
    world = World()
    world.customer("001")
    months = [(2022, 12), *((2023, m) for m in range(1, 13)), *((2024, m) for m in range(1, 13))]
    for year, month in months:
        bill = world.bill("001", year * 100 + month, 10_000, date(year, month, 2), date(year, month, 25))
        if month > 2:
            world.receipt(bill, 9_000, date(year, month, 10))
    con, scope = world.built(), Scope(date(2024, 12, 20))
    found = figures.side_by_side(con, scope, RULES, "year").set_index("item")
    assert list(found.loc[["old_rate", "rate"], "reason"]) == ["began_late"] * 2
    assert found.loc["old_rate", "before"] == 0 and found.loc["old_rate", "now"] == 0, "the figures stand"
    assert found.loc["cy_rate", "reason"] == "" and found.loc["balance", "change"] > 0
    refused = figures.why(con, scope, RULES, "year", "old_debt", "class")
    assert refused.reason == "began_late" and refused.rows.empty
    cleared = figures.cleared(con, scope, RULES)
    assert cleared.last_year_old_open is None and cleared.old_open.amount == 1_000 + 20_000 + 10 * 1_000
    assert cleared.last_year_month_open == figures.Holding(20_000 + 9 * 1_000, 1, 11)
    trend = figures.trend(con, scope, RULES)
    drawn = figures.known_alone(trend, 202212).set_index("ym")
    assert trend.set_index("ym")["old_rate"].notna().loc[202302:].all(), "the figures stand"
    columns = ["old_rate", "combined_rate", "last_year_cy_rate"]
    assert drawn.loc[:202401, columns].isna().all(axis=None), (
        "on 31 January December 2023 is the closed month"
    )
    assert drawn.loc[202402:, columns].notna().all(axis=None) and drawn["cy_rate"].equals(
        trend.set_index("ym")["cy_rate"]
    )


def test_what_the_year_collected_and_wrote_off_is_counted_from_january() -> None:
    """Both days of a year on one count: what came between them is the change."""
    world = World()
    world.customer("001")
    old = world.bill("001", 202301, 50_000, date(2023, 1, 20), date(2023, 2, 10))
    world.receipt(old, 50_000, date(2023, 2, 1))
    for month, amount in ((1, 1_000), (2, 2_000), (3, 4_000)):
        bill = world.bill("001", 202400 + month, amount, date(2024, month, 2), date(2024, month, 20))
        world.receipt(bill, amount, date(2024, month, 10))
    scope = Scope(date(2024, 3, 15), "point")
    found = figures.side_by_side(world.built(), scope, RULES, "month_end").set_index("item")
    assert tuple(found.loc["cash", ["before", "now", "change"]]) == (3_000, 7_000, 4_000)


def test_nothing_is_subtracted_across_the_end_of_a_year() -> None:
    """On 10 February 2024's January stands beside all of 2023: of what adds up there is no difference."""
    world = World()
    world.customer("001")
    for year, month, paid in ((2023, 12, 10_000), (2024, 1, 9_000), (2023, 1, 8_000)):
        bill = world.bill("001", year * 100 + month, 10_000, date(year, month, 2), date(year, month, 25))
        world.receipt(bill, paid, date(year, month, 10))
    con, scope = world.built(), Scope(date(2024, 2, 10))
    found = figures.side_by_side(con, scope, RULES, "month_end").set_index("item")
    assert tuple(found.loc["cy_rate", ["before", "now"]]) == (0.9, 0.9)
    adding_up = ["cy_rate", "rate", "old_rate", "hh_rate", "on_time_rate", "cy_billed", "cy_collected"]
    assert set(found.loc[adding_up, "reason"]) == {"other_year", "no_data"}, "no old debt before 2023"
    assert found.loc[adding_up, "change"].isna().all()
    assert found.loc["month_rate", "reason"] == "other_age", "December 31 days after its end, January 10"
    assert found.loc["balance", "change"] == 0 and found.loc["cash", "change"] == 0
    a_year = figures.side_by_side(con, scope, RULES, "year").set_index("item")
    assert a_year.loc["cy_rate", "change"] == pytest.approx(0.1) and not a_year.loc["cy_rate", "reason"]
    before_all = figures.side_by_side(con, scope, RULES, date(2022, 12, 31)).set_index("item")
    assert before_all.loc["balance", "reason"] == "no_data" and before_all["change"].isna().all()


def test_of_a_single_unit_nothing_is_said_beside_what_is_said_of_the_whole() -> None:
    """Its rate fell by all that it could; the line of the whole tells so, and its unit may have no name."""
    world = World()
    world.customer("001")
    then = world.bill("001", 202302, 3_000, date(2023, 2, 20), date(2023, 3, 1))
    world.receipt(then, 3_000, date(2023, 2, 25))
    world.bill("001", 202402, 10_000, date(2024, 2, 20), date(2024, 3, 1))
    kinds = [f.kind for f in figures.attention(world.built(), Scope(date(2024, 3, 31)), RULES)]
    assert "below_last_year" in kinds and not {"unit_fell", "unit_holds"} & set(kinds)
