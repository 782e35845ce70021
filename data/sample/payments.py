"""How the bills of one month are paid, to the day of the extract: receipts, and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.sample.behaviour import Book
from data.sample.bills import FIRST, NORMAL, SECOND, THIRD, UNSAID, Bills, Money
from data.sample.customers import (
    AUTOPAY,
    AWAY,
    HABITUAL,
    HIGH,
    LATE,
    NEVER,
    PREPAID,
    RESIDENT,
    STEADY,
    Customers,
    Ints,
)
from data.sample.spec import SampleSpec, first_day

CASH, DEBIT, SET_OFF, TRANSFER, REVERSAL, REFUND, CHEQUE, CATCH_UP = range(8)
TYPE_CODES = ["10", "11", "31", "30", "21", "20", "10", "10"]
"""A_PAY_FLOW's TYPE_CODE by kind of receipt."""

LATE_ODDS = {STEADY: -4.3, AUTOPAY: -5.0, PREPAID: -4.6, LATE: -0.35, HABITUAL: 0.6, AWAY: 0.8}
LATE_DAYS = {STEADY: 5.0, AUTOPAY: 4.0, PREPAID: 6.0, LATE: 9.0, HABITUAL: 12.0, AWAY: 55.0}


@dataclass(frozen=True)
class Receipts:
    """One row per receipt line: its bill's position, day, fen, late fee, kind, the line reversed (or -1)."""

    bill: Ints
    day: Ints
    amount: Money
    penalty: Money
    kind: NDArray[np.int8]
    reverses: Ints


@dataclass
class Payments:
    """What came of a month's bills; positions are those of the bills."""

    receipts: Receipts
    penalty: Money
    """Late fee that had run on each bill by its payment or the extract."""
    top_ups: tuple[Ints, Ints, Money]
    """Prepayments: customer (in the chunk), day, fen."""
    cheques: tuple[Ints, Ints, Ints, Money]
    """Bill, day received, day cleared (NEVER: not yet), fen."""
    written_off: tuple[Ints, Ints, Ints]
    """Bill, day approved, day cancelled (NEVER: not yet)."""
    closed_twice: Ints
    """Bills that were settled once and are open again after a reversal."""


@dataclass
class _Draft:
    """Receipts as they are collected, before those after the extract are dropped."""

    rows: list[tuple[Ints, Ints, Money, Money, int, Ints]] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        bill: Ints,
        day: Ints,
        amount: Money,
        kind: int,
        penalty: Money | None = None,
        reverses: Ints | None = None,
    ) -> Ints:
        """Append lines; their positions."""
        n = len(bill)
        none = np.full(n, -1, dtype=np.int32)
        fee = np.zeros(n, dtype=np.int64) if penalty is None else penalty
        self.rows.append((bill, day, amount, fee, kind, none if reverses is None else reverses))
        self.count += n
        return np.arange(self.count - n, self.count, dtype=np.int32)


def pay(people: Customers, book: Book, bills: Bills, spec: SampleSpec, rng: np.random.Generator) -> Payments:
    """Settle a month's bills, as far as they are; moves prepaid balances and the spells' sums on."""
    draft = _Draft()
    day = _pay_days(people, book, bills, spec, rng)
    left = np.maximum(bills.amount, 0)
    left[bills.hidden] = 0
    left -= _before(people, bills, draft)
    top_ups = _set_off(people, book, bills, spec, day, left, draft, rng)
    _negative(bills, draft)
    left -= _first_parts(people, book, bills, day, left, draft, rng)
    penalty, paid_fee = _late_fees(people, bills, day, left, spec, rng)
    cheques = _cheques(people, book, bills, spec, day, left, draft, rng)
    written_off = _write_off(people, bills, spec, day, left, draft, rng)
    again = _pay_rest(people, book, bills, spec, day, left, paid_fee, draft, rng)
    return Payments(_finish(draft, spec), penalty, top_ups, cheques, written_off, again)


def _pay_days(
    people: Customers, book: Book, bills: Bills, spec: SampleSpec, rng: np.random.Generator
) -> Ints:
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


def _before(people: Customers, bills: Bills, draft: _Draft) -> Money:
    """Large customers' instalments, paid on the 10th and 20th before the bill, or transferred to it."""
    month_start = bills.issued - _day_in_month(bills.issued) + 1
    rows = np.flatnonzero(bills.planned > 0).astype(np.int32)
    own_row = people.place[bills.who[rows]] % 10 == 0
    paid = np.zeros(len(bills), dtype=np.int64)
    direct, moved = rows[~own_row], rows[own_row]
    first = np.where(
        _day_in_month(bills.issued[direct]) == 1, _month_before(bills.issued[direct]), month_start[direct]
    )
    for offset in (9, 19):
        draft.add(direct, (first + offset).astype(np.int32), bills.planned[direct], CASH)
        paid[direct] += bills.planned[direct]
    both = bills.planned[moved] * 2
    draft.add(moved, bills.issued[moved], both, TRANSFER)
    paid[moved] = both
    return paid


def _day_in_month(days: Ints) -> Ints:
    dates = days.astype("datetime64[D]")
    return (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int32) + 1


def _month_before(firsts: Ints) -> Ints:
    month = firsts.astype("datetime64[D]").astype("datetime64[M]") - 1
    return month.astype("datetime64[D]").astype(np.int32)


def _set_off(
    people: Customers,
    book: Book,
    bills: Bills,
    spec: SampleSpec,
    day: Ints,
    left: Money,
    draft: _Draft,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Money]:
    """What a prepaid balance holds goes on the day of issue; outside spells it is topped up first."""
    ordinary = np.isin(bills.kind, (UNSAID, NORMAL))
    rows = np.flatnonzero((people.payer[bills.who] == PREPAID) & (left > 0) & ordinary)
    rows = rows[np.unique(bills.who[rows], return_index=True)[1]].astype(np.int32)
    who, need = bills.who[rows], left[rows]
    short = np.maximum(need - book.balance[who], 0)
    willing = ~book.spell[who] & (rng.random(len(rows)) < 0.985)
    unit = np.where(people.sort[who] == RESIDENT, 10_000, 100_000)
    ahead = rng.integers(0, 3, len(rows)) * unit
    top = np.where(willing & (short > 0), (short + ahead + unit - 1) // unit * unit, 0)
    book.balance[who] += top
    used = np.minimum(book.balance[who], need)
    book.balance[who] -= used
    some = used > 0
    draft.add(rows[some], bills.issued[rows[some]], used[some], SET_OFF)
    left[rows] -= used
    topped = top > 0
    when = np.maximum(bills.issued[rows] - rng.integers(0, 4, len(rows)), 0).astype(np.int32)
    return who[topped], when[topped], top[topped]


def _negative(bills: Bills, draft: _Draft) -> None:
    """Half of the refunds have a receipt line of their own."""
    rows = np.flatnonzero((bills.amount < 0) & (bills.who % 2 == 0)).astype(np.int32)
    draft.add(rows, bills.issued[rows], bills.amount[rows], TRANSFER)


def _first_parts(
    people: Customers,
    book: Book,
    bills: Bills,
    day: Ints,
    left: Money,
    draft: _Draft,
    rng: np.random.Generator,
) -> Money:
    """Part payments ahead of the rest: often by those in trouble, now and then by anybody."""
    n = len(bills)
    chance = np.where(book.spell[bills.who], 0.18, 0.004) * np.where(
        people.payer[bills.who] == AUTOPAY, 0.3, 1.0
    )
    rows = np.flatnonzero((rng.random(n) < chance) & (left > 3_000)).astype(np.int32)
    when = bills.due[rows] + rng.integers(-4, 12, len(rows))
    early = when < day[rows]
    rows, when = rows[early], when[early].astype(np.int32)
    share = 0.25 + 0.5 * rng.random(len(rows))
    part = np.maximum((left[rows] * share).astype(np.int64) // 1_000 * 1_000, 1_000)
    draft.add(rows, when, part, CASH)
    taken = np.zeros(n, dtype=np.int64)
    taken[rows] = part
    return taken


def _late_fees(
    people: Customers, bills: Bills, day: Ints, left: Money, spec: SampleSpec, rng: np.random.Generator
) -> tuple[Money, Money]:
    """The late fee that ran on what was left, and what of it was paid with it (often waived)."""
    until = np.minimum(day, spec.extract_on)
    days = np.maximum(until - bills.due, 0) * (left > 0)
    rate = np.where(people.sort[bills.who] == RESIDENT, 1, 2)
    fee = np.where(np.isin(bills.kind, (UNSAID, NORMAL)), left * days * rate // 1_000, 0).astype(np.int64)
    asked = rng.random(len(bills)) < np.where(people.sort[bills.who] == RESIDENT, 0.35, 0.6)
    return fee, np.where(asked & (day <= spec.extract_on), fee, 0)


def _cheques(
    people: Customers,
    book: Book,
    bills: Bills,
    spec: SampleSpec,
    day: Ints,
    left: Money,
    draft: _Draft,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints, Money]:
    """Cheques: money is received when it clears, two to five days on; a few never do."""
    n = len(bills)
    firm = (people.sort[bills.who] != RESIDENT) & (people.pay_mode[bills.who] == 0) & ~book.spell[bills.who]
    rows = np.flatnonzero(firm & (left > 0) & (day <= spec.extract_on) & (rng.random(n) < 0.25)).astype(
        np.int32
    )
    clears = day[rows] + 2 + rng.integers(0, 4, len(rows))
    clears = np.where((rng.random(len(rows)) < 0.01) | (clears > spec.extract_on), NEVER, clears).astype(
        np.int32
    )
    amount, received = left[rows].copy(), day[rows].copy()
    good = clears < NEVER
    draft.add(rows[good], clears[good], amount[good], CHEQUE)
    left[rows] = 0
    return rows, received, clears, amount


def _write_off(
    people: Customers,
    bills: Bills,
    spec: SampleSpec,
    day: Ints,
    left: Money,
    draft: _Draft,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """What is never paid is put forward at the half-year end ten months on; some of it comes in after all."""
    hopeless = (day == NEVER) & (left > 0) & np.isin(bills.kind, (UNSAID, NORMAL))
    rows = np.flatnonzero(hopeless & (rng.random(len(bills)) < 0.7)).astype(np.int32)
    half = (bills.issued[rows] + 300).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    ends = ((half // 6 + 1) * 6).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    approved = ends - 16
    cancelled = np.where(rng.random(len(rows)) < 0.85, approved + 10, NEVER).astype(np.int32)
    cancelled = np.where(cancelled > spec.extract_on, NEVER, cancelled).astype(np.int32)
    late = cancelled + rng.integers(15, 240, len(rows))
    back = (cancelled < NEVER) & (rng.random(len(rows)) < 0.15)
    draft.add(rows[back], late[back].astype(np.int32), left[rows[back]], CASH)
    seen = approved <= spec.extract_on
    return rows[seen], approved[seen], cancelled[seen]


def _pay_rest(
    people: Customers,
    book: Book,
    bills: Bills,
    spec: SampleSpec,
    day: Ints,
    left: Money,
    fee: Money,
    draft: _Draft,
    rng: np.random.Generator,
) -> Ints:
    """The payments that settle; over-payments and reversals among them. Bills opened again for good."""
    n = len(bills)
    draw = rng.random(n)
    due_to_be = (left > 0) & (day < NEVER)
    spell = book.spell[bills.who] & (day == book.catch[bills.who])
    rows = np.flatnonzero(due_to_be & spell).astype(np.int32)
    draft.add(rows, day[rows], left[rows], CATCH_UP, fee[rows])
    counted = rows[day[rows] <= spec.extract_on]
    np.add.at(book.caught, bills.who[counted], left[counted] + fee[counted])
    debit = people.payer[bills.who] == AUTOPAY
    for kind, chosen in ((DEBIT, debit), (CASH, ~debit)):
        over = (draw > 0.997) if kind == CASH else np.zeros(n, dtype=bool)
        rows = np.flatnonzero(due_to_be & ~spell & chosen).astype(np.int32)
        more = np.where(over[rows], np.maximum(10_000 - left[rows] % 10_000, 0), 0)
        draft.add(rows, day[rows], left[rows] + more, kind, fee[rows])
        if kind == CASH:
            _refunds(rows, day, more, draft)
    return _reversals(draft, np.flatnonzero(draw < 0.003), spec, rng)


def _refunds(rows: Ints, day: Ints, more: Money, draft: _Draft) -> None:
    back = (more > 0) & (rows % 2 == 0)
    lines = np.arange(draft.count - len(rows), draft.count, dtype=np.int32)
    draft.add(rows[back], day[rows[back]] + 21, -more[back], REFUND, reverses=lines[back])


def _reversals(draft: _Draft, bills: NDArray[np.intp], spec: SampleSpec, rng: np.random.Generator) -> Ints:
    """Take back the settling line of some bills within a week; most are then paid again."""
    start, again_open = 0, []
    for bill, day, amount, fee, kind, _ in list(draft.rows):
        size = len(bill)
        if kind in (DEBIT, CASH) and size:
            hit = np.flatnonzero(np.isin(bill, bills) & (amount > 0) & (day <= spec.extract_on))
            back = (day[hit] + 1 + rng.integers(0, 6, len(hit))).astype(np.int32)
            draft.add(bill[hit], back, -amount[hit], REVERSAL, -fee[hit], (start + hit).astype(np.int32))
            repaid = rng.random(len(hit)) < 0.85
            once = hit[repaid]
            draft.add(
                bill[once], back[repaid] + rng.integers(1, 12, len(once)), amount[once], CASH, fee[once]
            )
            again_open.append(bill[hit[~repaid]][back[~repaid] <= spec.extract_on])
        start += size
    return np.concatenate([*again_open, np.empty(0, dtype=np.int32)]).astype(np.int32)


def _finish(draft: _Draft, spec: SampleSpec) -> Receipts:
    bill, day, amount, fee = (np.concatenate([r[i] for r in draft.rows]) for i in range(4))
    kind = np.repeat(np.array([r[4] for r in draft.rows], dtype=np.int8), [len(r[0]) for r in draft.rows])
    reverses = np.concatenate([r[5] for r in draft.rows])
    seen = day <= spec.extract_on
    place = np.cumsum(seen, dtype=np.int32) - 1
    reverses = np.where(reverses >= 0, place[reverses], -1).astype(np.int32)
    return Receipts(
        bill[seen].astype(np.int32),
        day[seen].astype(np.int32),
        amount[seen],
        fee[seen],
        kind[seen],
        reverses[seen],
    )


def last_receipt_on_extract_day(paid: Payments, spec: SampleSpec) -> None:
    """Move the latest plain receipt to the extract's own day, so that its date can be read from it."""
    lines = paid.receipts
    plain = np.flatnonzero((lines.kind == CASH) & (lines.amount > 0) & (lines.penalty == 0))
    reversed_ = np.isin(plain, lines.reverses)
    plain = plain[~reversed_]
    if len(plain):
        lines.day[plain[np.argmax(lines.day[plain])]] = spec.extract_on
