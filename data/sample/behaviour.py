"""Whether customers are in trouble, month by month: the state that bills and payments follow.

A customer has a *stress* that wanders (it shows in use and in when, within the time allowed, they pay) and
falls into a *spell* of not paying with a chance that grows with stress, with what is known of them, and in a
recession. A spell ends on its catch-up day, when all that is open is paid at once, or never; who never pays
is closed with the debt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sample.customers import AWAY, HABITUAL, HIGH, LOW, NEVER, RESIDENT, Bools, Customers, Floats, Ints
from data.sample.layout import issue_offset
from data.sample.spec import SampleSpec, first_day

ENTRY = {RESIDENT: -5.6, LOW: -5.3, HIGH: -5.5}
LASTS = {RESIDENT: 55.0, LOW: 60.0, HIGH: 40.0}
FOREVER = {RESIDENT: 0.045, LOW: 0.06, HIGH: 0.02}
DUE_AFTER = {RESIDENT: 15, LOW: 12, HIGH: 9}

SEASON = {
    RESIDENT: [1.25, 1.20, 0.95, 0.80, 0.80, 1.00, 1.45, 1.55, 1.15, 0.80, 0.82, 1.10],
    LOW: [1.10, 0.90, 0.92, 0.88, 0.92, 1.08, 1.30, 1.35, 1.12, 0.90, 0.90, 1.05],
    HIGH: [0.98, 0.72, 1.00, 1.00, 1.02, 1.05, 1.10, 1.10, 1.03, 0.98, 1.02, 1.06],
}


def by_class(values: dict[int, float] | dict[int, int], sort: NDArray[np.int8]) -> NDArray[np.float64]:
    """A constant of each customer's class."""
    return np.array([0.0, values[HIGH], values[LOW], values[RESIDENT]])[sort]


@dataclass
class Book:
    """The state of each customer between months; money in fen."""

    stress: Floats
    spell: Bools
    catch: Ints
    """The day on which a spell's debts are paid; NEVER outside spells and for those who never pay."""
    spells: Ints
    caught: NDArray[np.int64]
    """What the running spell's bills and late fees will bring on its catch-up day."""
    balance: NDArray[np.int64]
    """Prepaid."""

    def part(self, rows: slice) -> Book:
        """Views of the same state for some customers."""
        return Book(**{k: v[rows] for k, v in vars(self).items()})


def part_of(people: Customers, rows: slice) -> Customers:
    """Views of the traits of some customers."""
    return Customers(**{k: v[rows] for k, v in vars(people).items()})


def new_book(spec: SampleSpec) -> Book:
    """Nobody owes anything before the first month."""
    n = spec.customers
    return Book(
        stress=spec.rng(3).standard_normal(n, dtype=np.float32),
        spell=np.zeros(n, dtype=bool),
        catch=np.full(n, NEVER, dtype=np.int32),
        spells=np.zeros(n, dtype=np.int32),
        caught=np.zeros(n, dtype=np.int64),
        balance=np.zeros(n, dtype=np.int64),
    )


@dataclass(frozen=True)
class Caught:
    """Spells that ended: who, on what day, by which spell's payment, and how much."""

    who: Ints
    day: Ints
    spell: Ints
    amount: NDArray[np.int64]


def end_spells(book: Book, by: Ints | int) -> Caught:
    """End the spells whose catch-up day is not after `by`; the payments that were made on it."""
    over = book.spell & (book.catch <= by)
    who = np.flatnonzero(over & (book.caught > 0)).astype(np.int32)
    caught = Caught(who, book.catch[who].copy(), book.spells[who].copy(), book.caught[who].copy())
    book.spell[over] = False
    book.catch[over] = NEVER
    book.caught[over] = 0
    return caught


def recession_at(people: Customers, spec: SampleSpec, t: int) -> Floats:
    """How deep in recession a customer's county is: none in the first half, then 1 within a year."""
    depth = min(max((t - spec.months * 0.5) / 12, 0.0), 1.0)
    return people.recession.astype(np.float32) * np.float32(depth)


@dataclass(frozen=True)
class Cuts:
    """Customers cut off, with the day."""

    who: Ints
    day: Ints


def live_month(people: Customers, book: Book, spec: SampleSpec, t: int, rng: np.random.Generator) -> Cuts:
    """Move stress and spells on by one month; sets `closed` of those who will never pay."""
    n = len(people)
    issued = first_day(spec.first_index + t) + issue_offset(people)
    recession = recession_at(people, spec, t)
    book.stress *= np.float32(0.86)
    book.stress += np.float32(0.51) * rng.standard_normal(n, dtype=np.float32)
    odds = by_class(ENTRY, people.sort) + people.risk + 1.0 * book.stress + 1.8 * recession
    odds += np.where(people.turn <= t, people.turn_by, 0)
    leaving = (people.closed - issued < 60) & (people.closed > issued) & (rng.random(n) < 0.10)
    enter = (rng.random(n) < 1 / (1 + np.exp(-odds))) | leaving
    enter &= ~book.spell & (people.built <= issued) & (people.closed > issued) & (people.payer != AWAY)
    who = np.flatnonzero(enter).astype(np.int32)
    due = issued[who] + by_class(DUE_AFTER, people.sort[who]).astype(np.int32)
    catch, cut = _spell_days(people, spec, who, due, leaving[who], rng)
    book.spell[who] = True
    book.spells[who] += 1
    book.catch[who] = catch
    gone = who[catch == NEVER]
    people.closed[gone] = np.minimum(people.closed[gone], issued[gone] + rng.integers(75, 220, len(gone)))
    seen = (cut < catch) & (cut <= spec.extract_on)
    return Cuts(who[seen], cut[seen])


def _spell_days(
    people: Customers, spec: SampleSpec, who: Ints, due: Ints, leaving: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """The catch-up and cut-off days of new spells."""
    n, sort = len(who), people.sort[who]
    long = np.where(people.payer[who] == HABITUAL, 1.5, 1.0)
    lasts = 3 + rng.exponential(by_class(LASTS, sort) * long)
    forever = rng.random(n) < by_class(FOREVER, sort) * np.exp(np.clip(people.risk[who], -1, 1))
    forever &= people.payer[who] != HABITUAL
    catch = due + np.minimum(lasts, 900).astype(np.int32)
    catch = _by_new_year(spec, catch, due, rng)
    cut = np.where(rng.random(n) < 0.5, due + 33 + rng.integers(0, 30, n), NEVER).astype(np.int32)
    soon = (cut < catch) & (rng.random(n) < 0.6)
    catch = np.where(soon, cut + 1 + rng.exponential(5.0, n).astype(np.int32), catch)
    return np.where(forever | leaving, NEVER, catch).astype(np.int32), cut


def _by_new_year(spec: SampleSpec, catch: Ints, due: Ints, rng: np.random.Generator) -> Ints:
    """The push before accounts are closed: half of what would come in spring comes in December."""
    out = catch.copy()
    for year in range(spec.first_index // 12, spec.first_index // 12 + spec.months // 12 + 3):
        last = first_day(year * 12 + 12) - 1
        moved = (catch > last) & (catch <= last + 120) & (due < last - 3) & (rng.random(len(catch)) < 0.55)
        out[moved] = last - rng.integers(0, 12, int(moved.sum()))
    return np.maximum(out, due + 1).astype(np.int32)
