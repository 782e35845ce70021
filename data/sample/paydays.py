"""When each bill is paid: by habit, by stress and luck, by the end of a spell, and by the end of the year."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.sample.behaviour import Book
from data.sample.bills import FIRST, SECOND, THIRD, Bills
from data.sample.customers import (
    AUTOPAY,
    AWAY,
    HABITUAL,
    HIGH,
    LATE,
    NEVER,
    PREPAID,
    STEADY,
    Customers,
    Ints,
)
from data.sample.spec import SampleSpec, first_day

LATE_ODDS = {STEADY: -4.3, AUTOPAY: -5.0, PREPAID: -4.6, LATE: -0.35, HABITUAL: 0.6, AWAY: 0.8}
LATE_DAYS = {STEADY: 5.0, AUTOPAY: 4.0, PREPAID: 6.0, LATE: 9.0, HABITUAL: 12.0, AWAY: 55.0}


def pay_days(people: Customers, book: Book, bills: Bills, spec: SampleSpec, rng: np.random.Generator) -> Ints:
    """The day on which what is left of each bill is paid; NEVER for those who never pay."""
    who, n = bills.who, len(bills)
    payer, stress, spell = people.payer[who], book.stress[who], book.spell[who]
    odds = (
        np.array([LATE_ODDS[p] for p in range(6)])[payer]
        + 0.75 * stress
        + 0.3 * people.risk[who] * (payer != HABITUAL)
    )
    late = rng.random(n) < 1 / (1 + np.exp(-(odds - np.where(people.sort[who] == HIGH, 0.5, 0.0))))
    allowed = bills.due - bills.issued
    part = np.clip(0.40 + 0.13 * stress + 0.22 * rng.standard_normal(n, dtype=np.float32), 0.02, 1.0)
    part = np.where(payer == AUTOPAY, 0.25, part)
    mean = np.array([LATE_DAYS[p] for p in range(6)])[payer] * np.exp(0.25 * stress)
    day = np.where(
        late, bills.due + 1 + rng.exponential(mean).astype(np.int32), bills.issued + np.ceil(part * allowed)
    )
    day = _year_end(spec, bills, day.astype(np.int32), payer, rng)
    plans = np.isin(bills.kind, (FIRST, SECOND, THIRD))
    day = np.where(plans, bills.issued + 1, np.where(spell, np.maximum(book.catch[who], bills.issued), day))
    return np.minimum(day, NEVER).astype(np.int32)


def _year_end(
    spec: SampleSpec, bills: Bills, day: Ints, payer: NDArray[np.int8], rng: np.random.Generator
) -> Ints:
    year = (spec.first_index + bills.t) // 12
    last = first_day(year * 12 + 12) - 1
    pushed = (bills.issued < last) & (day > last) & (rng.random(len(day)) < 0.75) & (payer != AWAY)
    room = np.maximum(last - np.maximum(bills.issued, last - 8), 1)
    return np.where(pushed, last - rng.integers(0, 8, len(day)) % room, day).astype(np.int32)
