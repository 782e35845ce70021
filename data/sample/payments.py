"""How the bills of one month are paid, to the day of the extract: receipts, and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.sample.behaviour import Book
from data.sample.bills import NORMAL, UNSAID, Bills, Money
from data.sample.customers import AUTOPAY, NEVER, PREPAID, RESIDENT, Bools, Customers, Ints
from data.sample.paydays import pay_days
from data.sample.receipts import (
    CASH,
    CATCH_UP,
    CHEQUE,
    DEBIT,
    REFUND,
    REVERSAL,
    SET_OFF,
    TRANSFER,
    Draft,
    Payments,
    seen_receipts,
)
from data.sample.spec import SampleSpec


@dataclass
class _Till:
    """One month's bills of some customers while they are paid; `left` is what is open of each, in fen."""

    people: Customers
    book: Book
    bills: Bills
    spec: SampleSpec
    rng: np.random.Generator
    day: Ints
    left: Money
    draft: Draft = field(default_factory=Draft)

    @property
    def ordinary(self) -> Bools:
        """Bills for energy, as against instalments and charges for theft."""
        return np.isin(self.bills.kind, (UNSAID, NORMAL))

    def chance(self, share: float) -> Bools:
        """A draw for each bill."""
        return self.rng.random(len(self.bills)) < share

    def home(self) -> Bools:
        """Residents' bills."""
        homes: Bools = self.people.sort[self.bills.who] == RESIDENT
        return homes


def _at(mask: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(mask).astype(np.int32)


def pay(people: Customers, book: Book, bills: Bills, spec: SampleSpec, rng: np.random.Generator) -> Payments:
    """Settle a month's bills, as far as they are; moves prepaid balances and the spells' sums on."""
    day = pay_days(people, book, bills, spec, rng)
    till = _Till(people, book, bills, spec, rng, day, np.where(bills.hidden, 0, np.maximum(bills.amount, 0)))
    _before(till)
    top_ups = _set_off(till)
    _negative(till)
    _first_parts(till)
    penalty, paid_fee = _late_fees(till)
    cheques = _cheques(till)
    written_off = _write_off(till)
    again = _pay_rest(till, paid_fee)
    return Payments(seen_receipts(till.draft, spec), penalty, top_ups, cheques, written_off, again)


def _before(till: _Till) -> None:
    """Large customers' instalments, paid on the 10th and 20th before the bill, or transferred to it."""
    bills, draft = till.bills, till.draft
    rows = _at(bills.planned > 0)
    own_row = till.people.place[bills.who[rows]] % 10 == 0
    direct, moved = rows[~own_row], rows[own_row]
    first = _bill_month_start(bills.issued[direct])
    for offset in (9, 19):
        draft.add(direct, (first + offset).astype(np.int32), bills.planned[direct], CASH)
    draft.add(moved, bills.issued[moved], bills.planned[moved] * 2, TRANSFER)
    till.left[rows] -= bills.planned[rows] * 2


def _bill_month_start(issued: Ints) -> Ints:
    """The first of the month a large customer's bill is for; it may be issued on the 1st of the next."""
    month = (issued - 1).astype("datetime64[D]").astype("datetime64[M]")
    return month.astype("datetime64[D]").astype(np.int32)


def _set_off(till: _Till) -> tuple[Ints, Ints, Money]:
    """What a prepaid balance holds goes on the day of issue; outside spells it is topped up first."""
    people, book, bills, rng = till.people, till.book, till.bills, till.rng
    several = np.flatnonzero((people.payer[bills.who] == PREPAID) & (till.left > 0) & till.ordinary)
    rows: Ints = several[np.unique(bills.who[several], return_index=True)[1]].astype(np.int32)
    who, need = bills.who[rows], till.left[rows]
    short = np.maximum(need - book.balance[who], 0)
    willing = ~book.spell[who] & (rng.random(len(rows)) < 0.985)
    unit = np.where(people.sort[who] == RESIDENT, 10_000, 100_000)
    ahead = rng.integers(0, 3, len(rows)) * unit
    top = np.where(willing & (short > 0), (short + ahead + unit - 1) // unit * unit, 0)
    book.balance[who] += top
    used = np.minimum(book.balance[who], need)
    book.balance[who] -= used
    some = used > 0
    till.draft.add(rows[some], bills.issued[rows[some]], used[some].astype(np.int64), SET_OFF)
    till.left[rows] -= used
    topped = top > 0
    when = np.maximum(bills.issued[rows] - rng.integers(0, 4, len(rows)), 0).astype(np.int32)
    return who[topped], when[topped], top[topped]


def _negative(till: _Till) -> None:
    """Half of the refunds have a receipt line of their own."""
    bills = till.bills
    rows = _at((bills.amount < 0) & (bills.who % 2 == 0))
    till.draft.add(rows, bills.issued[rows], bills.amount[rows], TRANSFER)


def _first_parts(till: _Till) -> None:
    """Part payments ahead of the rest: often by those in trouble, now and then by anybody."""
    bills = till.bills
    debit = till.people.payer[bills.who] == AUTOPAY
    share = np.where(till.book.spell[bills.who], 0.18, 0.004) * np.where(debit, 0.3, 1.0)
    rows = _at((till.rng.random(len(bills)) < share) & (till.left > 3_000))
    when = bills.due[rows] + till.rng.integers(-4, 12, len(rows))
    early = when < till.day[rows]
    rows, when = rows[early], when[early].astype(np.int32)
    portion = 0.25 + 0.5 * till.rng.random(len(rows))
    part = np.maximum((till.left[rows] * portion).astype(np.int64) // 1_000 * 1_000, 1_000)
    till.draft.add(rows, when, part, CASH)
    till.left[rows] -= part


def _late_fees(till: _Till) -> tuple[Money, Money]:
    """The late fee that ran on what was left, and what of it was paid with it (often waived)."""
    until = np.minimum(till.day, till.spec.extract_on)
    days = np.maximum(until - till.bills.due, 0) * (till.left > 0)
    rate = np.where(till.home(), 1, 2)
    fee = np.where(till.ordinary, till.left * days * rate // 1_000, 0).astype(np.int64)
    asked = till.rng.random(len(fee)) < np.where(till.home(), 0.35, 0.6)
    return fee, np.where(asked & (till.day <= till.spec.extract_on), fee, 0)


def _cheques(till: _Till) -> tuple[Ints, Ints, Ints, Money]:
    """Cheques: money is received when it clears, two to five days on; a few never do."""
    who, rng, last = till.bills.who, till.rng, till.spec.extract_on
    counter = ~till.home() & (till.people.pay_mode[who] == 0) & ~till.book.spell[who]
    rows = _at(counter & (till.left > 0) & (till.day <= last) & till.chance(0.25))
    clears = till.day[rows] + 2 + rng.integers(0, 4, len(rows))
    lost = (rng.random(len(rows)) < 0.01) | (clears > last)
    clears = np.where(lost, NEVER, clears).astype(np.int32)
    amount, received = till.left[rows].copy(), till.day[rows].copy()
    till.draft.add(rows[~lost], clears[~lost], amount[~lost], CHEQUE)
    till.left[rows] = 0
    return rows, received, clears, amount


def _write_off(till: _Till) -> tuple[Ints, Ints, Ints]:
    """What is never paid is put forward at the half-year end ten months on; some of it comes in after all."""
    rng, last = till.rng, till.spec.extract_on
    rows = _at((till.day == NEVER) & (till.left > 0) & till.ordinary & till.chance(0.7))
    half = (till.bills.issued[rows] + 300).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    ends = ((half // 6 + 1) * 6).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    approved = ends - 16
    cancelled = np.where(rng.random(len(rows)) < 0.85, approved + 10, NEVER)
    cancelled = np.where(cancelled > last, NEVER, cancelled).astype(np.int32)
    late = cancelled + rng.integers(15, 240, len(rows))
    back = (cancelled < NEVER) & (rng.random(len(rows)) < 0.15)
    till.draft.add(rows[back], late[back].astype(np.int32), till.left[rows[back]], CASH)
    seen = approved <= last
    return rows[seen], approved[seen], cancelled[seen]


def _pay_rest(till: _Till, fee: Money) -> Ints:
    """The payments that settle; over-payments and reversals among them. Bills opened again for good."""
    bills, book, draft, day, left = till.bills, till.book, till.draft, till.day, till.left
    draw = till.rng.random(len(bills))
    paying = (left > 0) & (day < NEVER)
    spell = book.spell[bills.who] & (day == book.catch[bills.who])
    rows = _at(paying & spell)
    draft.add(rows, day[rows], left[rows], CATCH_UP, fee[rows])
    counted = rows[day[rows] <= till.spec.extract_on]
    np.add.at(book.caught, bills.who[counted], left[counted] + fee[counted])
    debit = till.people.payer[bills.who] == AUTOPAY
    rows = _at(paying & ~spell & debit)
    draft.add(rows, day[rows], left[rows], DEBIT, fee[rows])
    rows = _at(paying & ~spell & ~debit)
    more = np.where(draw[rows] > 0.997, np.maximum(10_000 - left[rows] % 10_000, 0), 0)
    lines = draft.add(rows, day[rows], left[rows] + more, CASH, fee[rows])
    back = (more > 0) & (rows % 2 == 0)
    draft.add(rows[back], day[rows[back]] + 21, -more[back], REFUND, reverses=lines[back])
    return _reversals(till, draw < 0.003)


def _reversals(till: _Till, chosen: Bools) -> Ints:
    """Take back lines of some bills within a week; most are then paid again. The bills that stay open."""
    start, rng, last = 0, till.rng, till.spec.extract_on
    again_open = [np.empty(0, dtype=np.int32)]
    for bill, day, amount, fee, kind, _ in list(till.draft.rows):
        if kind in (DEBIT, CASH) and len(bill):
            hit = np.flatnonzero(chosen[bill] & (amount > 0) & (day <= last))
            back = (day[hit] + 1 + rng.integers(0, 6, len(hit))).astype(np.int32)
            till.draft.add(bill[hit], back, -amount[hit], REVERSAL, -fee[hit], (start + hit).astype(np.int32))
            repaid = rng.random(len(hit)) < 0.85
            once = hit[repaid]
            again = back[repaid] + rng.integers(1, 12, len(once))
            till.draft.add(bill[once], again.astype(np.int32), amount[once], CASH, fee[once])
            again_open.append(bill[hit[~repaid]][back[~repaid] <= last])
        start += len(bill)
    return np.concatenate(again_open).astype(np.int32)
