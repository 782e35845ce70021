"""The late fee of the published exercise, in every reading, and its edges."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.latefee import MINIMUM_1996, READINGS, late_fee

PAID = date(2001, 1, 18)


@pytest.mark.parametrize(
    ("reading", "golden"),
    [
        ("split_at_new_year", "190.00"),
        ("whole_period", "222.00"),
        ("days_across", "126.00"),
        ("flat", "154.00"),
        ("as_resident", "77.00"),
        ("production_reports", "144.00"),
    ],
)
def test_published_exercise(reading: str, golden: str) -> None:
    bills = ((2000, date(2000, 12, 15)), (3000, date(2001, 1, 15)))
    fees = [late_fee(amount, due, PAID, False, reading).fee for amount, due in bills]
    assert sum(fees) == Decimal(golden)


def test_a_resident_pays_one_per_mille_in_every_reading() -> None:
    for reading in set(READINGS) - {"production_reports"}:
        assert late_fee("2000.00", date(2000, 12, 15), PAID, True, reading).fee == Decimal("68.00")


def test_one_bill_by_three_ways_of_counting_its_days() -> None:
    """Due on 5 October 2026, a holiday, and paid on the 20th: as printed, moved, and as reports reckon."""
    printed, moved, paid = date(2026, 10, 5), date(2026, 10, 8), date(2026, 10, 20)
    assert late_fee(1000, printed, paid, True).fee == Decimal("15.00")
    assert late_fee(1000, moved, paid, True).fee == Decimal("12.00")
    assert late_fee(1000, printed, paid, True, "production_reports").fee == Decimal("14.00")
    assert late_fee(1000, printed, printed + timedelta(days=1), True, "production_reports").fee == 0


def test_nothing_is_due_up_to_the_due_date_or_on_a_negative_amount() -> None:
    assert late_fee(100, PAID, PAID, False, "flat").fee == 0
    assert late_fee(100, date(2001, 2, 1), PAID, False, "flat").fee == 0
    assert late_fee(-100, date(2000, 1, 1), PAID, False, "flat").parts == ()


def test_minimum_of_the_1996_text_is_a_setting() -> None:
    plain = late_fee(10, date(2001, 1, 17), PAID, False, "flat")
    least = late_fee(10, date(2001, 1, 17), PAID, False, "flat", minimum=MINIMUM_1996)
    assert (plain.fee, least.fee, least.at_minimum) == (Decimal("0.02"), Decimal("1.00"), True)


def test_parts_are_split_at_new_year_and_add_up() -> None:
    fee = late_fee(2000, date(2000, 12, 15), PAID, False, "split_at_new_year")
    assert [(p.days, p.daily_rate) for p in fee.parts] == [(16, Decimal("0.002")), (18, Decimal("0.003"))]
    assert (fee.fee, fee.days) == (Decimal("172.00"), 34)


def test_due_on_the_last_day_of_a_year_leaves_no_day_of_that_year() -> None:
    fee = late_fee(1000, date(2000, 12, 31), date(2001, 1, 2), False, "split_at_new_year")
    assert [(p.from_on, p.days) for p in fee.parts] == [(date(2001, 1, 1), 2)]


def test_unknown_reading_and_floats_are_refused() -> None:
    with pytest.raises(RefusedError):
        late_fee(1, PAID, PAID, False, "double")
    with pytest.raises(RefusedError):
        late_fee(0.1, PAID, PAID, False, "flat")  # type: ignore[arg-type]


@given(
    amount=st.integers(1, 10**9), due=st.dates(date(1990, 1, 1), date(2030, 1, 1)), days=st.integers(0, 900)
)
def test_readings_keep_their_order(amount: int, due: date, days: int) -> None:
    """A resident's rate is the lowest and the whole period at three the highest; the split lies between."""
    paid = date.fromordinal(due.toordinal() + days)
    fees = {r: late_fee(amount, due, paid, False, r).fee for r in READINGS}
    assert fees["as_resident"] <= fees["flat"] <= fees["split_at_new_year"] <= fees["whole_period"]
    assert fees["production_reports"] <= fees["flat"]
    assert fees["days_across"] <= fees["split_at_new_year"]
