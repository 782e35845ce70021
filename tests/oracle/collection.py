"""How arrears move, how hard money is to collect and who holds it: plain loops over bills."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from tests.oracle.figures import EDGES, ONE, Figures, month_before, ym_of
from tests.oracle.over_time import months_back
from tests.oracle.world import Bill, month_end


def last_complete(as_of: date) -> date:
    """The as-of date where it ends a month, else the end of the month before."""
    return as_of if (as_of + ONE).day == 1 else month_end(month_before(ym_of(as_of)))


def bucket(b: Bill, on: date) -> int:
    """How many edges the days overdue have passed."""
    return sum((on - b.due_on).days > edge for edge in EDGES)


def _at(figures: Figures, on: date) -> Figures:
    return Figures(figures.world, on, figures.only)


def roll(figures: Figures) -> dict[tuple[int, str], int]:
    """(bucket a month earlier, bucket now or 'settled' or 'written_off') → fen."""
    now = last_complete(figures.as_of)
    then = month_end(month_before(ym_of(now)))
    moved: Counter[tuple[int, str]] = Counter()
    for b in _at(figures, then).balance_bills():
        was, gone = b.open(then), b.is_written_off(now)
        left = max(0, min(b.open(now), was))
        moved[bucket(b, then), "written_off" if gone else str(bucket(b, now))] += left
        moved[bucket(b, then), "settled"] += was - left
    return {place: amount for place, amount in moved.items() if amount}


@dataclass(frozen=True)
class Cure:
    """What was overdue then, and the part of customers with nothing overdue now."""

    overdue: int
    cured: int
    customers: int
    cured_customers: int


def cure(figures: Figures, then: date, now: date) -> Cure:
    """From one month end to another."""
    held: Counter[str] = Counter()
    for b in _at(figures, then).overdue_bills():
        held[b.cons_no] += b.open(then)
    still = {b.cons_no for b in _at(figures, now).overdue_bills()}
    cured = {c: amount for c, amount in held.items() if c not in still}
    return Cure(sum(held.values()), sum(cured.values()), len(held), len(cured))


def first_payment(figures: Figures, days: int) -> dict[int, tuple[int, int, date]]:
    """By month of the first bill: new customers, those with it still open, and when that is known."""
    world, on = figures.world, figures.as_of
    begins = min((b.issued_on for b in world.bills), default=on)
    firsts: dict[str, date] = {}
    for b in world.bills:
        firsts[b.cons_no] = min(b.issued_on, firsts.get(b.cons_no, b.issued_on))
    found: dict[int, list[Bill]] = defaultdict(list)
    for number, first in firsts.items():
        connected = world.connected.get(number)
        new = (
            first > begins + timedelta(days=92) if connected is None else 0 <= (first - connected).days <= 180
        )
        mine = [
            b
            for b in figures.bills
            if b.cons_no == number and b.issued_on == first and b.is_owed and b.amount > 0
        ]
        if new and first <= on and mine:
            chosen = min(mine, key=lambda b: int(b.number or 0))
            found[ym_of(first)].append(chosen)
    ripe = timedelta(days=days)
    return {
        ym: (
            len(bills),
            sum(_is_open(b, b.due_on + ripe) for b in bills if b.due_on + ripe <= on),
            max(b.due_on for b in bills) + ripe,
        )
        for ym, bills in found.items()
    }


def _is_open(b: Bill, on: date) -> bool:
    return b.open(on) > 0 and not b.is_written_off(on)


def sales(figures: Figures, after: date, to: date) -> int:
    """What was issued after a day, up to another."""
    return sum(b.amount for b in figures.bills if after < b.issued_on <= to)


def dso(figures: Figures, months: int) -> tuple[Fraction | None, Fraction | None, int, int]:
    """Balance x days ÷ sales, the same of what is not yet due; the days and the sales."""
    start = month_end(months_back(ym_of(figures.as_of), months))
    sold, days = sales(figures, start, figures.as_of), (figures.as_of - start).days
    balance = figures.total(figures.balance_bills())["amount"]
    overdue = figures.total(figures.overdue_bills())["amount"]
    if not sold:
        return None, None, days, sold
    return Fraction(balance * days, sold), Fraction((balance - overdue) * days, sold), days, sold


def count_back(figures: Figures, months: int = 36) -> Fraction | None:
    """Days of the latest sales that the balance amounts to, month by month, the last in part."""
    left = figures.total(figures.balance_bills())["amount"]
    counted, end = 0, figures.as_of
    for _ in range(months):
        start = month_end(month_before(ym_of(end)))
        sold, days = sales(figures, start, end), (end - start).days
        if sold >= left and sold > 0:
            return counted + Fraction(left * days, sold)
        left -= max(sold, 0)
        counted += days
        end = start
    return Fraction(counted) if left <= 0 else None


def cei(figures: Figures, months: int = 12) -> tuple[Fraction | None, int]:
    """Collection effectiveness in percent over complete months, and how many of them there are data for."""
    end = last_complete(figures.as_of)
    begin = month_end(months_back(ym_of(end), months))
    known = _at(figures, end)
    first = min((ym_of(b.issued_on) for b in known.bills), default=999912)
    counted = next((n for n in range(months) if months_back(ym_of(end), n) < first), months)
    beginning = sum(b.open(begin) for b in _at(figures, begin).balance_bills())
    total = sum(b.open(end) for b in known.balance_bills())
    current = total - sum(b.open(end) for b in known.overdue_bills())
    monthly = Fraction(sales(known, begin, end), counted) if counted else Fraction(0)
    could = beginning + monthly - current
    return ((beginning + monthly - total) / could * 100 if could else None), counted


def held(figures: Figures) -> list[int]:
    """What each customer holds of the balance, largest first."""
    by: Counter[str] = Counter()
    for b in figures.balance_bills():
        by[b.cons_no] += b.open(figures.as_of)
    return sorted(by.values(), reverse=True)


def top_share(amounts: list[int], share: Fraction) -> tuple[int, int]:
    """How many customers the top share is (at least one), and what they hold."""
    size = min(len(amounts), max(1, ceil(share * len(amounts))))
    return size, sum(amounts[:size])


def gini(amounts: list[int]) -> Fraction | None:
    """Mean absolute difference of all pairs ÷ twice the mean."""
    if not sum(amounts):
        return None
    apart = sum(abs(a - b) for a in amounts for b in amounts)
    return Fraction(apart, 2 * len(amounts) * sum(amounts))
