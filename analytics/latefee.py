"""The late fee (电费违约金) of one bill: a calculation with its rule, never a book entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, get_args

from analytics.errors import RefusedError

Reading = Literal[
    "split_at_new_year", "whole_period", "days_across", "flat", "as_resident", "production_reports"
]
READINGS: tuple[Reading, ...] = get_args(Reading)

RESIDENT = Decimal("0.001")
SAME_YEAR = Decimal("0.002")
EARLIER_YEAR = Decimal("0.003")
CENT = Decimal("0.01")
MINIMUM_1996 = Decimal("1.00")
"""The 1996 text: a total under 1 yuan counts as 1. Pass it as `minimum` where a company still applies it."""


@dataclass(frozen=True)
class RateSpan:
    """Days, both ends included, at one daily rate; `fee` is not rounded."""

    from_on: date
    to_on: date
    days: int
    daily_rate: Decimal
    fee: Decimal


@dataclass(frozen=True)
class LateFee:
    """The fee in yuan, rounded to the cent, and the parts it is made of."""

    fee: Decimal
    days: int
    reading: str
    parts: tuple[RateSpan, ...]
    at_minimum: bool = False


def late_fee(
    amount: Decimal | int | str,
    due_on: date,
    paid_on: date,
    resident: bool,
    reading: str = "split_at_new_year",
    minimum: Decimal = Decimal(0),
) -> LateFee:
    """The fee on `amount` yuan due on `due_on` and paid on `paid_on`: from the day after the one to the
    other.

    Residents 1 per mille a day. Others, by `reading`: split_at_new_year 2 per mille up to 31 December of
    the due
    date's year and 3 after it; whole_period 3 on all days once a new year began; days_across 3 on the days
    after
    31 December alone (2 where no year ended); flat 2; as_resident 1;
    production_reports 2 on a day less (residents 1): to_days(paid) − to_days(penalty_bgn_date) days, as
    reports of a province's marketing system reckon. RefusedError for another reading or a
    float.
    """
    if reading not in READINGS:
        raise RefusedError("late_fee_reading", value=reading, known=list(READINGS))
    if isinstance(amount, float):
        raise RefusedError("late_fee_float", value=amount)
    money = Decimal(amount)
    days = max((paid_on - due_on).days, 0)
    if money <= 0 or not days:
        return LateFee(Decimal("0.00"), days, reading, ())
    parts = tuple(
        RateSpan(a, b, n := (b - a).days + 1, rate, money * n * rate)
        for a, b, rate in _spans(due_on, paid_on, reading, resident)
    )
    fee = sum((p.fee for p in parts), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    if fee < minimum:
        return LateFee(minimum.quantize(CENT), days, reading, parts, at_minimum=True)
    return LateFee(fee, days, reading, parts)


def _spans(due_on: date, paid_on: date, reading: str, resident: bool) -> Iterator[tuple[date, date, Decimal]]:
    first, new_year = due_on + timedelta(days=1), date(due_on.year + 1, 1, 1)
    if reading == "production_reports":
        if paid_on > first:
            yield first + timedelta(days=1), paid_on, RESIDENT if resident else SAME_YEAR
        return
    reading = "as_resident" if resident else reading
    crosses = paid_on >= new_year
    if reading in ("as_resident", "flat"):
        yield first, paid_on, RESIDENT if reading == "as_resident" else SAME_YEAR
    elif not crosses:
        yield first, paid_on, SAME_YEAR
    elif reading == "whole_period":
        yield first, paid_on, EARLIER_YEAR
    else:
        if reading == "split_at_new_year" and first < new_year:
            yield first, new_year - timedelta(days=1), SAME_YEAR
        yield new_year, paid_on, EARLIER_YEAR
