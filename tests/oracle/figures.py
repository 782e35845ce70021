"""Every figure of the design's fourth section, by plain loops over bills. Money in fen, dates injected."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, make_dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from tests.oracle.attributes import BY_PREFIX, DIMENSIONS
from tests.oracle.world import Bill, World

ASSESSMENT_DAY = 5
EDGES = (0, 30, 60, 90, 180, 365, 730, 1095)
ONE = timedelta(days=1)


Codes = make_dataclass(
    "Codes", [(f, tuple[str, ...], ()) for f in ("orgs", *DIMENSIONS.values())], frozen=True
)


class Filter(Codes):
    """Which bills are looked at; empty is all. Units and the codes of `BY_PREFIX` are taken by prefix."""

    @cached_property
    def _asked(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        named = ((name, getattr(self, field)) for name, field in (("org", "orgs"), *DIMENSIONS.items()))
        return tuple((name, codes) for name, codes in named if codes)

    def takes(self, bill: Bill) -> bool:
        """Whether the bill is looked at."""
        return all(_fits(_text(bill, name), codes, name) for name, codes in self._asked)


def _text(bill: Bill, name: str) -> str:
    """What a bill has in a dimension."""
    if name == "org":
        return bill.org_no
    return bill.klass if name == "class" else bill.attributes.of(name)


def _fits(text: str, wanted: tuple[str, ...], name: str) -> bool:
    by_prefix = name in ("org", *BY_PREFIX)
    return any(text.startswith(w) if by_prefix else text == w for w in wanted)


@dataclass(frozen=True)
class Rate:
    """Billed and collected, fen."""

    billed: int
    collected: int

    @property
    def rate(self) -> Fraction | None:
        """None where nothing was billed."""
        return Fraction(self.collected, self.billed) if self.billed else None


def ym_of(on: date) -> int:
    """The month of a day as yyyymm."""
    return on.year * 100 + on.month


def month_before(ym: int) -> int:
    """The month before yyyymm."""
    return ym - 1 if ym % 100 > 1 else (ym // 100 - 1) * 100 + 12


def closed_month(as_of: date) -> int:
    """The month before the as-of date's if its day is after the assessment day, else the one before that."""
    before = month_before(ym_of(as_of))
    return before if as_of.day > ASSESSMENT_DAY else month_before(before)


class Figures:
    """The figures of one world as of one day for one filter."""

    def __init__(self, world: World, as_of: date, only: Filter | None = None) -> None:
        self.world, self.as_of, self.only = world, as_of, only or Filter()
        self.closed = closed_month(as_of)
        self.bills = [b for b in world.bills if b.is_billed and b.issued_on <= as_of and self.only.takes(b)]

    def in_basis(self, basis: str) -> list[Bill]:
        """The billed bills of the basis."""
        if basis == "point":
            return self.bills
        return [b for b in self.bills if b.rcvbl_ym <= self.closed]

    def year(self, basis: str) -> int:
        """The year that is current on the basis."""
        return self.as_of.year if basis == "point" else self.closed // 100

    def current_year(self, basis: str) -> Rate:
        """当年."""
        return self._rate(b for b in self.in_basis(basis) if b.year == self.year(basis))

    def old_debt(self, basis: str) -> Rate:
        """陈欠: the base is open at the end of the year before, without what was written off by then."""
        year_end = date(self.year(basis) - 1, 12, 31)
        billed = collected = 0
        for b in self.in_basis(basis):
            if b.year < self.year(basis) and not b.is_written_off(year_end):
                billed += b.open(year_end)
                collected += b.collected(self.as_of) - b.collected(year_end)
        return Rate(billed, collected)

    def combined(self, basis: str) -> Rate:
        """综合（含陈欠）."""
        now, old = self.current_year(basis), self.old_debt(basis)
        return Rate(now.billed + old.billed, now.collected + old.collected)

    def month(self, basis: str, ym: int | None = None) -> Rate:
        """当月."""
        of = ym or (self.closed if basis == "assessment" else ym_of(self.as_of))
        return self._rate(b for b in self.bills if b.rcvbl_ym == of)

    def _rate(self, bills: Iterable[Bill]) -> Rate:
        billed = collected = 0
        for b in bills:
            billed += b.amount
            collected += b.collected(self.as_of)
        return Rate(billed, collected)

    def household_months(self, basis: str) -> tuple[int, int]:
        """户次: (billed, settled) pairs of customer and month of the current year.

        A pair is one household-month of the unit and class of the bill that was issued first.
        """
        pairs: dict[tuple[str, int], list[Bill]] = defaultdict(list)
        for b in Figures(self.world, self.as_of).in_basis(basis):
            if b.year == self.year(basis):
                pairs[b.cons_no, b.rcvbl_ym].append(b)
        first = {
            p: min(bills, key=lambda b: (b.issued_on, -b.amount, b.number)) for p, bills in pairs.items()
        }
        mine = [bills for p, bills in pairs.items() if self.only.takes(first[p])]
        billed = [bills for bills in mine if sum(b.amount for b in bills) > 0]
        settled = [bills for bills in billed if all(b.open(self.as_of) <= 0 for b in bills)]
        return len(billed), len(settled)

    def no_open_this_year(self, basis: str) -> int:
        """当年无欠费户: customers billed this year none of whose bills of the year is open."""
        mine: dict[str, bool] = {}
        for b in self.in_basis(basis):
            if b.year == self.year(basis):
                mine[b.cons_no] = mine.get(b.cons_no, True) and b.open(self.as_of) <= 0
        return sum(mine.values())

    def balance_bills(self) -> list[Bill]:
        """应收余额: open owed bills that are not written off."""
        return [
            b for b in self.bills if b.is_owed and b.open(self.as_of) > 0 and not b.is_written_off(self.as_of)
        ]

    def past_months_bills(self) -> list[Bill]:
        """往月欠费."""
        return [b for b in self.balance_bills() if b.rcvbl_ym < ym_of(self.as_of)]

    def overdue_bills(self) -> list[Bill]:
        """逾期欠费."""
        return [b for b in self.balance_bills() if b.due_on < self.as_of]

    def total(self, bills: list[Bill]) -> dict[str, int]:
        """Open fen, customers and bills."""
        return {
            "amount": sum(b.open(self.as_of) for b in bills),
            "customers": len({b.cons_no for b in bills}),
            "bills": len(bills),
        }

    def ageing(self) -> list[dict[str, int]]:
        """The balance by days overdue, every bucket in order."""
        buckets: list[list[Bill]] = [[] for _ in range(len(EDGES) + 1)]
        for b in self.balance_bills():
            days = (self.as_of - b.due_on).days
            buckets[sum(days > edge for edge in EDGES)].append(b)
        return [self.total(found) for found in buckets]

    def ageing_by_year(self) -> dict[int, int]:
        """The balance by bill year."""
        by: Counter[int] = Counter()
        for b in self.balance_bills():
            by[b.year] += b.open(self.as_of)
        return dict(by)

    def written_off(self) -> dict[str, int]:
        """核销: what was open at the write-off, and how many bills."""
        gone = [b for b in self.bills if b.is_written_off(self.as_of)]
        return {"amount": sum(b.open(self.as_of) for b in gone), "bills": len(gone)}

    def recovered_after(self) -> int:
        """核销后收回."""
        return sum(b.recovered_after(self.as_of) for b in self.bills)

    def credit(self) -> int:
        """多缴."""
        return sum(b.credit(self.as_of) for b in self.bills)

    def on_time(self, basis: str | None = None) -> Rate:
        """Of the bills due by the as-of date, what was collected by the due date."""
        due = [b for b in self._of_year(basis) if b.due_on <= self.as_of]
        return Rate(sum(b.amount for b in due), sum(b.collected(b.due_on) for b in due))

    def _of_year(self, basis: str | None) -> list[Bill]:
        """The current year's bills of the basis; all bills when no basis."""
        if basis is None:
            return self.bills
        return [b for b in self.in_basis(basis) if b.year == self.year(basis)]

    def late(self, basis: str | None = None) -> int:
        """超期缴费: collected after the due date."""
        return sum(
            b.collected(self.as_of) - b.collected(b.due_on)
            for b in self._of_year(basis)
            if b.due_on < self.as_of
        )

    def after_cut(self, basis: str | None = None) -> int:
        """停电后缴费: collected on days after a cut that came after the due date."""
        found = 0
        for b in self._of_year(basis):
            cuts = [c for c in self.world.cuts.get(b.cons_no, []) if b.due_on < c < self.as_of]
            if cuts:
                found += b.collected(self.as_of) - b.collected(min(cuts))
        return found

    def crossing(self, basis: str) -> Rate:
        """跨年发行: of the current year, the bills of earlier years' months."""
        return self._rate(b for b in self._of_year(basis) if b.rcvbl_ym // 100 < self.year(basis))

    def items_in_transit(self) -> list[int] | None:
        """The amounts that are 在途: handed in and not yet disposed of.

        None where a filter meets items of no known bill.
        """
        here = {b.number: self.only.takes(b) for b in self.world.bills}
        everything, found = self.only == Filter(), []
        for number, _, amount, checked, disposed in self.world.in_transit:
            if checked <= self.as_of < disposed:
                if number not in here and not everything:
                    return None
                if everything or here[number]:
                    found.append(amount)
        return found

    def in_transit(self) -> int | None:
        """在途 in all; None as above."""
        items = self.items_in_transit()
        return None if items is None else sum(items)

    def set_off(self, basis: str) -> int:
        """Of the current year's collected, what was set off against prepaid money."""
        return sum(b.set_off(self.as_of) for b in self._of_year(basis))

    def cleared(self) -> dict[str, tuple[int, int]]:
        """结零 by unit of the bill: what is open of this year's closed months, and of earlier years."""
        found: dict[str, list[int]] = {b.org_no: [0, 0] for b in self.in_basis("assessment")}
        for b in self.balance_bills():
            if b.rcvbl_ym <= self.closed and b.year <= self.closed // 100:
                found[b.org_no][b.year < self.closed // 100] += b.open(self.as_of)
        return {org: (now, old) for org, (now, old) in found.items()}

    def arrears_counts(self, months: int = 12) -> dict[str, int]:
        """欠费一次 in the last months: by customer, the periods overdue on the day after their due date."""
        year, m = divmod(ym_of(self.as_of) - 1, 100)
        back = year * 12 + m - months
        last_day = (date(back // 12 + (back % 12 + 1) // 12, (back % 12 + 1) % 12 + 1, 1) - ONE).day
        start = date(back // 12, back % 12 + 1, min(self.as_of.day, last_day))
        periods: set[tuple[str, int]] = set()
        for b in self.bills:
            day_after = b.due_on + ONE
            in_window = b.is_owed and start < day_after <= self.as_of and b.issued_on <= day_after
            if in_window and b.open(day_after) > 0 and not b.is_written_off(day_after):
                periods.add((b.cons_no, b.rcvbl_ym))
        return dict(Counter(cons_no for cons_no, _ in periods))
