"""Figures over time: month ends, bill months, months of cash, days since issue; plain loops over bills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.figures import ONE, Figures, Rate, month_before, ym_of
from tests.oracle.world import Bill, month_end

EVERY = 999912


def months_back(ym: int, count: int) -> int:
    """The month so many months before."""
    for _ in range(count):
        ym = month_before(ym)
    return ym


def months_on(ym: int, count: int) -> int:
    """The month so many months later."""
    for _ in range(count):
        ym = ym + 1 if ym % 100 < 12 else (ym // 100 + 1) * 100 + 1
    return ym


def year_before(on: date) -> date:
    """The same day last year; a month's end stays one, and 29 February is the last of February."""
    end = month_end((on.year - 1) * 100 + on.month)
    return end if on == month_end(ym_of(on)) else date(end.year, end.month, min(on.day, end.day))


def last_month(figures: Figures, basis: str) -> int:
    """The latest bill month of a basis."""
    return EVERY if basis == "point" else figures.closed


def month_ends(as_of: date, months: int) -> list[date]:
    """The as-of date, and the month ends before it, oldest first."""
    this = ym_of(as_of)
    return [*(month_end(months_back(this, back)) for back in range(months - 1, 0, -1)), as_of]


@dataclass(frozen=True)
class Pairs:
    """Household-months of one bill month, over all bill years."""

    billed: int
    settled: int


def pairs_of_months(figures: Figures) -> dict[int, Pairs]:
    """By bill month: the pairs of customer, month and bill year that are billed, and those settled."""
    groups: dict[tuple[str, int, int], list[Bill]] = defaultdict(list)
    for b in Figures(figures.world, figures.as_of).bills:
        groups[b.cons_no, b.rcvbl_ym, b.year].append(b)
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (_, ym, _), bills in groups.items():
        first = min(bills, key=lambda b: (b.issued_on, -b.amount, b.number))
        if figures.only.takes(first) and sum(b.amount for b in bills) > 0:
            found[ym][0] += 1
            found[ym][1] += all(b.open(figures.as_of) <= 0 for b in bills)
    return {ym: Pairs(*counts) for ym, counts in found.items()}


def bill_months(figures: Figures, basis: str) -> dict[int, dict[str, int]]:
    """By bill month of the basis: what was billed, collected, written off, and is open; household-months."""
    upper, on = last_month(figures, basis), figures.as_of
    found: dict[int, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("billed", "collected", "written_off", "open"), 0)
    )
    for b in figures.bills:
        if b.rcvbl_ym <= upper:
            gone = b.open(on) if b.is_written_off(on) else 0
            moves = {"billed": b.amount, "collected": b.collected(on), "written_off": gone}
            for name, amount in moves.items():
                found[b.rcvbl_ym][name] += amount
            found[b.rcvbl_ym]["open"] += b.open(on) - gone
    pairs = pairs_of_months(figures)
    return {
        ym: {**v, "hh_billed": p.billed, "hh_settled": p.settled}
        for ym, v in found.items()
        for p in [pairs.get(ym, Pairs(0, 0))]
    }


def _late(b: Bill, to: date) -> int:
    return b.collected(to) - b.collected(min(to, b.due_on))


def _after_cut(b: Bill, to: date, cuts: dict[str, list[date]]) -> int:
    first = min((c for c in cuts.get(b.cons_no, []) if c > b.due_on), default=to)
    return b.collected(to) - b.collected(min(to, first))


def cash_month(figures: Figures, ym: int, to: date | None = None) -> dict[str, int]:
    """What took effect in a calendar month, up to a day of it (by default the as-of date)."""
    end = min(month_end(ym), to or figures.as_of)
    begin = date(ym // 100, ym % 100, 1) - ONE
    cuts = figures.world.cuts

    def moved(of: Callable[[Bill, date], int], bills: list[Bill]) -> int:
        return sum(of(b, end) - of(b, begin) for b in bills)

    old = [b for b in figures.bills if b.year < ym // 100]
    current = [b for b in figures.bills if b.year >= ym // 100]
    gone = [b for b in figures.bills if begin < b.written_off_from <= end]
    return {
        "collected": moved(Bill.collected, figures.bills),
        "of_current_year": moved(Bill.collected, current),
        "of_old_debt": moved(Bill.collected, old),
        "late": moved(_late, figures.bills),
        "after_cutoff": moved(lambda b, on: _after_cut(b, on, cuts), figures.bills),
        "set_off": moved(Bill.set_off, figures.bills),
        "credit": moved(Bill.credit, figures.bills),
        "recovered_after": moved(Bill.recovered_after, figures.bills),
        "written_off": sum(b.open(end) for b in gone),
    }


def curve(figures: Figures, ym: int, days: int) -> list[Rate]:
    """A bill month's billed and collected by days since issue, as far as its last bill has come."""
    everyone = [b for b in Figures(figures.world, figures.as_of).bills if b.rcvbl_ym == ym]
    if not everyone:
        return []
    reached = min(days, (figures.as_of - max(b.issued_on for b in everyone)).days)
    mine = [b for b in figures.bills if b.rcvbl_ym == ym]
    billed = sum(b.amount for b in mine)
    return [
        Rate(billed, sum(b.collected(min(figures.as_of, b.issued_on + timedelta(days=d))) for b in mine))
        for d in range(reached + 1)
    ]


def vintage(figures: Figures, months: int, ages: int) -> dict[tuple[int, int], tuple[int, int | None]]:
    """(bill month, age) → billed, and collected by the end of that month where it is over."""
    this = ym_of(figures.as_of)
    found: dict[tuple[int, int], tuple[int, int | None]] = {}
    for ym in {b.rcvbl_ym for b in figures.bills if months_back(this, months - 1) <= b.rcvbl_ym <= this}:
        mine = [b for b in figures.bills if b.rcvbl_ym == ym]
        for age in range(ages + 1):
            end = month_end(months_on(ym, age))
            ripe = end <= figures.as_of
            found[ym, age] = (
                sum(b.amount for b in mine),
                sum(b.collected(end) for b in mine) if ripe else None,
            )
    return found
