"""What the oracle found once, each in a few rows worked by hand, so that it stays found."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics.policy import RecoveryRules
from data.scope import Scope
from services.recovery import figures
from tests.figures.world import World

RULES = RecoveryRules()


def test_what_was_paid_before_a_write_off_was_settled_and_the_rest_written_off() -> None:
    world = World()
    world.customer("001")
    bill = world.bill("001", 202401, 10000, date(2024, 1, 9), date(2024, 1, 31))
    world.receipt(bill, 4000, date(2024, 3, 5))
    world.add("stg_bad_debt", bill_key=bill, cons_no="001", cancelled_on=date(2024, 3, 20))
    con = world.built()
    rows = figures.roll_rates(con, Scope(date(2024, 3, 31)), RULES)
    assert dict(zip(rows["to_bucket"], rows["amount"], strict=True)) == {"settled": 4000, "written_off": 6000}
    con.close()


def test_a_first_bill_that_is_not_yet_so_late_has_not_defaulted() -> None:
    """Whoever looks on the day before cannot know it."""
    world = World()
    world.customer("001", built_on=date(2024, 1, 2))
    world.bill("001", 202401, 10000, date(2024, 1, 9), date(2024, 1, 31))
    con = world.built()
    days = (date(2024, 2, 29), date(2024, 3, 1))
    found = [figures.first_payment_default(con, Scope(day), 30)["defaulted"].tolist() for day in days]
    assert found == [[0], [1]]
    con.close()


def test_of_two_bills_on_the_first_day_the_default_is_asked_of_one_and_its_own_due_date() -> None:
    world = World()
    world.customer("001", built_on=date(2024, 1, 2))
    paid = world.bill("001", 202401, 10000, date(2024, 1, 9), date(2024, 2, 20))
    world.bill("001", 202401, 500, date(2024, 1, 9), date(2024, 1, 20))
    world.receipt(paid, 10000, date(2024, 3, 10))  # 30 days after the other's due date it was still open
    con = world.built()
    rows = figures.first_payment_default(con, Scope(date(2024, 6, 30)), 30)
    assert rows[["customers", "defaulted"]].to_numpy().tolist() == [[1, 0]]
    con.close()


def test_a_receipt_without_a_day_takes_its_turn_by_the_end_of_its_month() -> None:
    """Of two equal receipts the earlier one pays the bill of that amount, the later one the largest bill."""
    world = World()
    world.customer("001")
    small = world.bill("001", 202401, 5000, date(2024, 1, 9), date(2024, 1, 31))
    world.bill("001", 202401, 9000, date(2024, 1, 9), date(2024, 1, 31))
    undated = world.receipt(None, 5000, None, cons_no="001", rcved_ym=202402, rcvbl_ym=202401)
    world.receipt(None, 5000, date(2024, 3, 3), cons_no="001", rcved_ym=202403, rcvbl_ym=202401)
    con = world.built()
    sql = "select receipt_key, bill_key from fct_receipt order by received_on"
    assert con.execute(sql).fetchall()[0] == (undated, small)
    con.close()


def test_nothing_is_said_of_last_year_before_the_data_begins() -> None:
    world = World()
    world.customer("001")
    world.bill("001", 202401, 10000, date(2024, 1, 9), date(2024, 1, 31))
    con = world.built()
    rows = figures.trend(con, Scope(date(2025, 2, 10)), RULES, months=24)
    past = dict(zip(rows["as_of"], rows["last_year_balance"], strict=True))
    assert pd.isna(past[date(2024, 12, 31)])
    assert past[date(2025, 1, 31)] == 10000
    con.close()
