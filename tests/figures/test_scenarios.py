"""What happens to a bill, and what the figures say of it: a few rows each, on a real database."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from analytics.policy import RecoveryRules
from analytics.recovery import Rate
from data.scope import Scope
from services.recovery import figures
from tests.figures.world import World

RULES = RecoveryRules()


def day(month: int, of: int, year: int = 2024) -> date:
    return date(year, month, of)


def seen(world: World, as_of: date, basis: Literal["assessment", "point"] = "point") -> figures.Headline:
    return figures.headline(world.built(), Scope(as_of, basis), RULES)


@pytest.fixture
def world() -> World:
    made = World()
    made.customer("001")
    made.customer("002", org_no="33102", cons_sort="01")
    return made


def test_an_empty_snapshot_has_no_rates(world: World) -> None:
    now = seen(World(), day(3, 31))
    assert now.recovery.current_year == Rate(0, 0)
    assert now.arrears.balance == figures.Holding(0, 0, 0)
    assert (now.customers, now.billed_customers, now.prepaid) == (0, 0, None)


def test_part_payment_and_reversal_never_multiply_a_bill(world: World) -> None:
    bill = world.bill("001", 202401, 10_000, day(1, 20), day(2, 10))
    for amount, on in ((4_000, day(2, 1)), (6_000, day(2, 5)), (-6_000, day(2, 20)), (1_000, day(3, 1))):
        world.receipt(bill, amount, on)
    now = seen(world, day(3, 31))
    assert now.recovery.current_year == Rate(10_000, 5_000)
    assert now.arrears.overdue == figures.Holding(5_000, 1, 1)
    assert now.recovery.on_time == Rate(10_000, 10_000)
    assert now.recovery.late == -5_000
    assert now.recovery.household_months == figures.Households(1, 0)


def test_a_receipt_before_the_bill_counts_from_the_issue(world: World) -> None:
    bill = world.bill("001", 202401, 5_000, day(1, 20), day(2, 10))
    world.receipt(bill, 5_000, day(12, 31, 2023))
    con = world.built()
    before = figures.recovery(con, Scope(day(1, 19), "point"), RULES)
    on_issue = figures.recovery(con, Scope(day(1, 20), "point"), RULES)
    assert before.current_year == Rate(0, 0)
    assert on_issue.current_year == Rate(5_000, 5_000)


def test_a_december_bill_issued_in_january_belongs_to_the_new_year(world: World) -> None:
    world.bill("001", 202312, 5_000, day(1, 3), day(1, 20))
    now = seen(world, day(3, 31)).recovery
    assert (now.current_year, now.old_debt) == (Rate(5_000, 0), Rate(0, 0))
    assert now.issued_in_new_year == Rate(5_000, 0)


def test_written_off_then_recovered_is_never_collected(world: World) -> None:
    bill = world.bill("001", 202301, 8_000, day(1, 20, 2023), day(2, 10, 2023))
    world.receipt(bill, 3_000, day(5, 1, 2023))
    world.receipt(bill, 2_000, day(6, 1))
    world.add("stg_bad_debt", bill_key=bill, cons_no="001", owed=5_000, cancelled_on=day(3, 1))
    con = world.built()
    before = figures.headline(con, Scope(day(2, 28), "point"), RULES)
    on_the_day = figures.headline(con, Scope(day(3, 1), "point"), RULES)
    after = figures.headline(con, Scope(day(6, 30), "point"), RULES)
    assert before.arrears.balance.amount == 5_000
    assert on_the_day.arrears.balance.amount == 0
    assert on_the_day.written_off == figures.Holding(5_000, 0, 1)
    assert after.recovered_after == 2_000
    assert after.recovery.old_debt == Rate(5_000, 0)


def test_a_pair_of_two_bills_is_one_household_month_and_settled_when_both_are(world: World) -> None:
    first = world.bill("001", 202401, 5_000, day(1, 20), day(2, 10))
    second = world.bill("001", 202401, 700, day(1, 25), day(2, 10))
    world.receipt(first, 5_000, day(2, 1))
    world.receipt(second, 700, day(2, 8))
    con = world.built()
    half = figures.recovery(con, Scope(day(2, 7), "point"), RULES)
    whole = figures.recovery(con, Scope(day(2, 8), "point"), RULES)
    assert half.household_months == figures.Households(1, 0)
    assert whole.household_months == figures.Households(1, 1)


def test_a_negative_bill_is_collected_in_full_when_issued(world: World) -> None:
    world.bill("001", 202401, 5_000, day(1, 20), day(2, 10))
    world.bill("001", 202401, -5_000, day(2, 1), day(2, 20))
    now = seen(world, day(3, 31))
    assert now.recovery.current_year == Rate(0, -5_000)
    assert now.recovery.household_months == figures.Households(0, 0)
    assert now.arrears.balance == figures.Holding(5_000, 1, 1)


def test_overpayment_is_credit_and_not_collected(world: World) -> None:
    bill = world.bill("001", 202401, 5_000, day(1, 20), day(2, 10))
    world.receipt(bill, 5_000, day(2, 1))
    world.receipt(bill, 5_000, day(2, 2))
    now = seen(world, day(3, 31))
    assert (now.recovery.current_year, now.credit) == (Rate(5_000, 5_000), 5_000)
    world = World()
    world.receipt(world.bill("001", 202401, 5_000, day(1, 20), day(2, 10)), 6_000, day(2, 1))
    assert seen(world, day(3, 31)).credit == 1_000


def test_instalment_kinds_are_out_and_kind_05_is_billed_but_not_owed(world: World) -> None:
    world.receipt(world.bill("001", 202401, 900, day(1, 20), day(2, 10), amt_type="04"), 900, day(2, 1))
    world.bill("001", 202401, 800, day(1, 20), day(2, 10), amt_type="05")
    world.bill("001", 202401, 700, day(1, 20), day(2, 10), invisible=True)
    world.bill("001", 202401, 600, day(1, 20), day(2, 10))
    now = seen(world, day(3, 31))
    assert now.recovery.current_year == Rate(1_400, 0)
    assert now.arrears.balance == figures.Holding(600, 1, 1)


def test_old_debt_is_frozen_on_31_december_and_collected_since(world: World) -> None:
    bill = world.bill("001", 202310, 10_000, day(10, 20, 2023), day(11, 10, 2023))
    world.receipt(bill, 4_000, day(12, 31, 2023))
    world.receipt(bill, 1_500, day(1, 1))
    now = seen(world, day(3, 31)).recovery
    assert now.old_debt == Rate(6_000, 1_500)
    assert seen(world, day(12, 31, 2023)).recovery.current_year == Rate(10_000, 4_000)


def test_on_day_five_the_month_before_is_not_yet_closed_and_on_day_six_it_is(world: World) -> None:
    world.bill("001", 202401, 1_000, day(1, 20), day(2, 10))
    world.bill("001", 202402, 2_000, day(2, 20), day(3, 10))
    con = world.built()
    fifth = figures.recovery(con, Scope(day(3, 5)), RULES)
    sixth = figures.recovery(con, Scope(day(3, 6)), RULES)
    assert (fifth.period.closed_month, fifth.current_year.billed) == (202401, 1_000)
    assert (sixth.period.closed_month, sixth.current_year.billed) == (202402, 3_000)
    assert (fifth.month.billed, sixth.month.billed) == (1_000, 2_000)


def test_missing_dates_are_filled_and_flagged(world: World) -> None:
    world.bill("001", 202402, 1_000)
    row = world.built().execute("select issued_on, due_on, issue_filled, due_filled from fct_bill").fetchone()
    assert row == (day(2, 29), day(3, 15), True, True)


def test_receipts_without_numbers_go_to_the_equal_bill_then_to_the_largest(world: World) -> None:
    small = world.bill("001", 202401, 1_000)
    large = world.bill("001", 202401, 5_000)
    for amount in (1_000, 2_000, 77):
        world.receipt(None, amount, day(2, 3), cons_no="001", rcvbl_ym=202401)
    rows = world.built().execute("select bill_key, collected from fct_bill order by 1").fetchall()
    assert rows == [(small, 1_000), (large, 2_077)]


def test_a_receipt_of_no_bill_is_kept_and_in_no_figure(world: World) -> None:
    world.receipt(world.bill("001", 202401, 1_000, day(1, 20), day(2, 1)), 400, day(2, 3))
    world.receipt(99, 777, day(2, 3), cons_no="001")
    con = world.built()
    assert con.execute("select count(*), sum(amount) from fct_receipt").fetchone() == (2, 1_177)
    assert con.execute("select count(*) from fct_bill").fetchone() == (1,)
    assert figures.recovery(con, Scope(day(3, 31), "point"), RULES).current_year == Rate(1_000, 400)


def test_without_a_receipts_table_the_cumulative_amount_is_one_flagged_receipt(world: World) -> None:
    world.bill("001", 202401, 1_000, day(1, 20), received_by_extract=600, extract_on=day(3, 1))
    con = world.built()
    assert con.execute("select amount, received_on, received_filled from fct_receipt").fetchall() == [
        (600, day(3, 1), True)
    ]
    assert figures.recovery(con, Scope(day(2, 29), "point"), RULES).current_year == Rate(1_000, 0)


def test_paid_after_the_supply_was_cut(world: World) -> None:
    bill = world.bill("001", 202401, 1_000, day(1, 20), day(2, 10))
    world.receipt(bill, 1_000, day(3, 20))
    world.add("stg_outage", cons_no="001", cut_on=day(3, 15))
    now = seen(world, day(3, 31)).recovery
    assert (now.late, now.after_cutoff) == (1_000, 1_000)


def test_set_off_against_prepaid_money_is_collected_and_told_apart(world: World) -> None:
    bill = world.bill("001", 202401, 1_000, day(1, 20), day(2, 10))
    world.receipt(bill, 1_000, day(1, 25), charge_key="C1")
    world.add("stg_payment", charge_key="C1", type_code="31")
    world.add("stg_prepaid_balance", cons_no="001", balance=5_500)
    now = seen(world, day(3, 31))
    assert (now.recovery.current_year.collected, now.recovery.set_off) == (1_000, 1_000)
    assert now.prepaid == figures.Holding(5_500, 1, 1)


def test_in_transit_from_the_day_it_is_handed_in_to_the_day_it_is_disposed_of(world: World) -> None:
    bill = world.bill("001", 202401, 1_000, day(1, 20), day(2, 10))
    world.add(
        "stg_in_transit", transit_key=1, bill_key=bill, cons_no="001", amount=1_000,
        checked_on=day(2, 1), disposed_on=day(2, 5),
    )  # fmt: skip
    con = world.built()
    found = [figures.headline(con, Scope(day(2, d)), RULES).in_transit.amount for d in (4, 5)]
    assert found == [1_000, 0]


def test_class_is_that_at_billing_and_flagged_where_only_todays_is_known(world: World) -> None:
    world.add("stg_billing_snapshot", calc_id="K1", cons_sort="02", elec_type="405")
    world.bill("001", 202401, 1_000, day(1, 20), calc_id="K1")
    world.bill("001", 202402, 1_000, day(2, 20))
    rows = world.built().execute(
        "select class, class_is_todays from fct_bill join dim_segment using (segment_key) order by rcvbl_ym"
    )
    assert rows.fetchall() == [("02", False), ("03", True)]


def test_a_unit_sees_no_row_of_its_neighbour(world: World) -> None:
    world.bill("001", 202401, 1_000, day(1, 20))
    world.bill("002", 202401, 5_000, day(1, 20), org_no="33102")
    con = world.built()
    mine = figures.recovery(con, Scope(day(3, 31), allowed_orgs=("33101",)), RULES)
    other = figures.recovery(con, Scope(day(3, 31), orgs=("33102",), allowed_orgs=("33101",)), RULES)
    assert (mine.current_year.billed, other.current_year.billed) == (1_000, 0)


def test_clean_customers_are_those_billed_without_an_open_bill_of_the_year(world: World) -> None:
    paid = world.bill("001", 202401, 1_000, day(1, 20))
    world.receipt(paid, 1_000, day(2, 1))
    world.bill("002", 202401, 5_000, day(1, 20), org_no="33102")
    now = seen(world, day(3, 31))
    assert (now.billed_customers, now.clean_customers) == (2, 1)


def test_cleared_needs_old_debt_gone_for_the_year(world: World) -> None:
    world.bill("001", 202301, 1_000, day(1, 20, 2023))
    world.receipt(world.bill("002", 202401, 5_000, day(1, 20), org_no="33102"), 5_000, day(2, 1))
    found = figures.cleared(world.built(), Scope(day(3, 31)), RULES)
    assert (found.month_cleared, found.year_cleared, found.old_open.amount) == (True, False, 1_000)


def test_a_december_bill_issued_in_january_counts_when_a_month_of_the_new_year_closes(world: World) -> None:
    world.bill("001", 202312, 5_000, day(1, 3), day(1, 20))
    world.bill("002", 202312, 700, day(12, 20, 2023), day(1, 10))
    con = world.built()
    for on, opened, old in ((day(1, 10), 700, 0), (day(2, 5), 700, 0), (day(2, 6), 5_000, 700)):
        found = figures.cleared(con, Scope(on), RULES)
        assert (found.month_open.amount, found.old_open.amount) == (opened, old)
        rows = figures.not_cleared(con, Scope(on), RULES)
        assert rows["open"].sum() == opened + old == figures.not_cleared_total(con, Scope(on), RULES)[1]
        assert figures.cleared_customers(con, Scope(on), RULES)["open"].sum() == opened
    assert figures.cleared(con, Scope(day(2, 5)), RULES).expected == 700


def test_of_what_marts_are_made_with_nothing_remains() -> None:
    rows = World().built().execute("select table_name from information_schema.tables").fetchall()
    assert rows and not [name for (name,) in rows if name.startswith("work_")]
