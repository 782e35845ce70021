"""Every number and date a reader sees. Money arrives in fen, rates as fractions, months as yyyymm."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from dashboard.words.i18n import Translator
from services.files.columns import with_unit

NOTHING = "—"
_FEN = 100
_MOST_DECIMALS = 4
_EQUAL = 1e-14
"""Two rates that differ by no more are one: a fen of a hundred billion yuan is more."""


def coded(name: str, code: str) -> str:
    """A name as a box of choices offers it: its code behind it, so that either is found by typing."""
    return name if name == code else f"{name} · {code}"


@dataclass(frozen=True)
class MoneyUnit:
    """A unit of one axis, table or comparison: divide fen by `fen`, write `decimals` and `word` beside it."""

    fen: int
    word: str
    decimals: int = 2

    def tells(self, amounts: Iterable[Any]) -> MoneyUnit:
        """This unit with decimals enough for two figures of the smallest amount (fen) that is not nothing."""
        least = min((abs(float(a)) for a in amounts if not _undefined(a) and a), default=0.0)
        return self if not least or self.fen == _FEN else replace(self, decimals=_figures(least / self.fen))


@dataclass(frozen=True)
class Format:
    """Numbers in the reader's language; what is undefined (None, NaN) is an em dash."""

    t: Translator

    @cached_property
    def _units(self) -> tuple[MoneyUnit, ...]:
        """亿元, 万元, 元; or bn, M, k, yuan."""
        steps = (
            ((10**8, "yi"), (10**4, "wan"), (1, "yuan"))
            if self.t.language == "zh"
            else ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (1, "yuan"))
        )
        return tuple(MoneyUnit(yuan * _FEN, self.t(f"common.unit.{name}")) for yuan, name in steps)

    def unit(self, largest: float | None) -> MoneyUnit:
        """The unit that keeps the largest amount (fen) of an axis short: 元, 万元, 亿元; yuan, k, M, bn."""
        size = 0.0 if _undefined(largest) else abs(float(largest or 0))
        return next((u for u in self._units if size >= u.fen), self._units[-1])

    def common_unit(self, columns: Iterable[Iterable[Any]]) -> MoneyUnit:
        """One unit for several columns of amounts (fen): that of the smallest column, so that each shows
        three figures or more; a smaller one where an amount would need more than four decimals.
        """
        sizes = [[abs(float(v)) for v in column if not _undefined(v) and v] for column in columns]
        peak = min((max(column) for column in sizes if column), default=None)
        return self._telling(self.unit(peak), (v for column in sizes for v in column))

    def shared(self, *amounts: Any) -> MoneyUnit:
        """One unit for amounts (fen) that are compared: the largest's, with decimals that tell them apart; a
        smaller one where that, or two figures of the smallest, would need more than four.
        """
        known = [float(a) for a in amounts if not _undefined(a)]
        return self._telling(self.unit(max(map(abs, known), default=None)), known, apart=True)

    def _telling(self, first: MoneyUnit, amounts: Iterable[float], apart: bool = False) -> MoneyUnit:
        every = set(amounts)
        for unit in self._units[self._units.index(first) : -1]:
            if unit.tells(every).decimals > _MOST_DECIMALS:
                continue
            for decimals in range(unit.decimals, _MOST_DECIMALS + 1):
                finer = replace(unit, decimals=decimals)
                if not apart or len({self.amount(a, finer) for a in every}) == len(every):
                    return finer
        return self._units[-1]

    def moneys(self, *amounts: Any) -> tuple[str, ...]:
        """Amounts that are compared, each with the unit that they share."""
        unit = self.shared(*amounts)
        return tuple(self.money(fen, unit) for fen in amounts)

    def money(self, fen: Any, unit: MoneyUnit | None = None) -> str:
        """An amount in a short unit, with two decimals; with more in a given unit where it needs them,
        and where four would not do in a unit of its own.
        """
        if _undefined(fen):
            return NOTHING
        if unit is None or unit.tells([fen]).decimals > max(_MOST_DECIMALS, unit.decimals):
            unit = self.unit(float(fen))
        return self.t("common.amount", number=self.amount(fen, unit), unit=unit.word)

    def signed_money(self, fen: Any, unit: MoneyUnit | None = None) -> str:
        """A difference of amounts with its sign."""
        return self._signed(fen, self.money, unit)

    def amount(self, fen: Any, unit: MoneyUnit) -> str:
        """An amount in a unit that a heading names, by two figures at least: never 0.00 for something."""
        if _undefined(fen):
            return NOTHING
        decimals = max(unit.decimals, unit.tells([fen]).decimals)
        return f"{float(fen) / unit.fen:,.{decimals}f}"

    def signed_amount(self, fen: Any, unit: MoneyUnit) -> str:
        """A difference of amounts with its sign, in a unit that a heading names."""
        return self._signed(fen, self.amount, unit)

    @staticmethod
    def _signed(fen: Any, write: Callable[..., str], *unit: MoneyUnit | None) -> str:
        if _undefined(fen):
            return NOTHING
        return ("+" if fen > 0 else "-" if fen < 0 else "") + write(abs(fen), *unit)

    def yuan(self, fen: Any) -> str:
        """An amount to the cent, by integer arithmetic."""
        if _undefined(fen):
            return NOTHING
        whole, cents = divmod(abs(int(fen)), _FEN)
        return f"{'-' if int(fen) < 0 else ''}{whole:,}.{cents:02d}"

    def in_yuan(self, heading: str) -> str:
        """The heading of a column whose amounts are in yuan."""
        return self.with_unit(heading, self.t("common.unit.yuan").strip())

    def in_points(self, heading: str) -> str:
        """The heading of a column of differences in percentage points."""
        return self.with_unit(heading, self.t("common.unit.points"))

    def with_unit(self, heading: str, unit: str) -> str:
        """A heading with the unit of its figures."""
        return with_unit(self.t, heading, unit)

    def rate(self, fraction: Any, decimals: int = 2) -> str:
        """A share as a percentage."""
        return NOTHING if _undefined(fraction) else f"{float(fraction) * 100:z,.{decimals}f}%"

    def rate_beside(self, rate: Any, target: Any) -> str:
        """A rate that is held to a target: one that misses it never reads as it."""
        decimals = decimals_beside([rate], [target])
        return self.rate(short_of(rate, target, decimals), decimals)

    def points_short(self, rate: Any, target: Any) -> str:
        """By how much a rate is off its target, as a reader gets it from what is written of both."""
        decimals = decimals_beside([rate], [target])
        return self.points_between(short_of(rate, target, decimals), target, decimals)

    def points(self, difference: Any, decimals: int = 2) -> str:
        """A difference of two rates in percentage points, with its sign."""
        if _undefined(difference):
            return NOTHING
        return self.t("common.points", number=f"{float(difference) * 100:+z.{decimals}f}")

    def points_between(self, now: Any, then: Any, decimals: int = 2) -> str:
        """The difference of two rates as a reader gets it from what is written of both."""
        if _undefined(now) or _undefined(then):
            return NOTHING
        written = [Decimal(f"{float(rate) * 100:.{decimals}f}") for rate in (now, then)]
        return self.t("common.points", number=f"{written[0] - written[1]:+.{decimals}f}")

    def amount_between(self, now: Any, then: Any, unit: MoneyUnit) -> str:
        """The difference of two amounts in a unit, as a reader gets it from what is written of both."""
        if _undefined(now) or _undefined(then):
            return NOTHING
        written = [Decimal(self.amount(fen, unit).replace(",", "")) for fen in (now, then)]
        difference = written[0] - written[1]
        return f"{difference:{'+' if difference else ''},f}"

    def money_between(self, now: Any, then: Any) -> str:
        """The difference of two amounts in the unit that they share, as a reader gets it from both."""
        if _undefined(now) or _undefined(then):
            return NOTHING
        unit = self.shared(now, then)
        return self.t("common.amount", number=self.amount_between(now, then, unit), unit=unit.word)

    def count(self, number: Any) -> str:
        """A whole number."""
        return NOTHING if _undefined(number) else f"{int(number):,}"

    def signed(self, number: Any) -> str:
        """A whole number with its sign."""
        return NOTHING if _undefined(number) else f"{int(number):+,}"

    def places(self, number: Any) -> str:
        """How many places up (+) or down (-)."""
        return self.t("common.same_place") if not _undefined(number) and not number else self.signed(number)

    def number(self, value: Any, decimals: int = 1) -> str:
        """A plain number."""
        return NOTHING if _undefined(value) else f"{float(value):z,.{decimals}f}"

    def score(self, value: Any) -> str:
        """A credit score to the tenth below: it never reads as one that was not reached."""
        return NOTHING if _undefined(value) else f"{score_shown(float(value)):.1f}"

    def month(self, yyyymm: Any) -> str:
        """A bill month: 2026年3月, Mar 2026."""
        if _undefined(yyyymm) or not 1 <= int(yyyymm) % 100 <= 12:
            return NOTHING
        year, month = divmod(int(yyyymm), 100)
        return self.t("common.month", year=year, month=self.t(f"common.months.m{month:02d}"))

    def date(self, day: Any) -> str:
        """A day: 2026年3月31日, 31 Mar 2026."""
        if _undefined(day):
            return NOTHING
        d = day.date() if hasattr(day, "date") else day
        if not isinstance(d, date):
            return NOTHING
        return self.t.day(d)

    def moment(self, utc: datetime) -> str:
        """A time of the state store (UTC, without a zone) as the clock on the wall says it."""
        return self.clock(self.local(utc))

    @staticmethod
    def local(utc: datetime) -> datetime:
        """A time of the state store by the clock on the wall."""
        return utc.replace(tzinfo=UTC).astimezone()

    @classmethod
    def clock_of(cls, utc: datetime) -> datetime:
        """A time of the state store as a table holds it: by the clock on the wall, to the minute, no zone."""
        return cls.local(utc).replace(tzinfo=None, second=0, microsecond=0)

    def clock(self, local: datetime) -> str:
        """A local time to the minute: 2026年3月31日 09:30, 31 Mar 2026 09:30."""
        return f"{self.date(local)} {local:%H:%M}"

    def days(self, number: Any) -> str:
        """A number of days with its word."""
        return NOTHING if _undefined(number) else self.t("common.days", number=f"{float(number):,.0f}")

    def bucket(self, edges: tuple[int, ...], index: int) -> str:
        """The name of ageing bucket `index`: 0 is not due, then the days between the edges."""
        if index == 0:
            return self.t("common.bucket.not_due")
        low = edges[index - 1] + 1
        if index == len(edges):
            over = edges[-1]
            years = over // 365 if over and over % 365 == 0 else 0
            name = "over_years" if years else "over"
            return self.t(f"common.bucket.{name}", days=over, years=years)
        return self.t("common.bucket.between", low=low, high=edges[index])


def score_shown(score: float) -> float:
    """The tenth that a score has reached; what is within a rounding of sums below it has. NaN stays NaN."""
    return score if math.isnan(score) else math.floor(score * 10 + 1e-8) / 10


def decimals_beside(rates: Iterable[Any], targets: Iterable[Any]) -> int:
    """Decimals, two to four, with which rates (fractions) that miss their targets do not read as them."""
    missed = [pair for pair in zip(rates, targets, strict=True) if _misses(*pair)]
    enough = (n for n in range(2, _MOST_DECIMALS) if not any(_reads_as(*pair, n) for pair in missed))
    return next(enough, _MOST_DECIMALS)


def short_of(rate: Any, target: Any, decimals: int) -> Any:
    """The rate; the next lower one with these decimals where it misses the target and would read as it."""
    if not _misses(rate, target) or not _reads_as(rate, target, decimals):
        return rate
    return math.floor(float(rate) * 10 ** (decimals + 2) - 1e-4) / 10 ** (decimals + 2)


def _misses(rate: Any, target: Any) -> bool:
    return not _undefined(rate) and not _undefined(target) and float(target) - float(rate) > _EQUAL


def _reads_as(rate: Any, target: Any, decimals: int) -> bool:
    return round(float(rate) * 100, decimals) >= round(float(target) * 100, decimals)


def _figures(value: float) -> int:
    """Decimals that show two figures of a value, at least two."""
    return max(2, 1 - math.floor(math.log10(value)))


def _undefined(value: Any) -> bool:
    if value is None:
        return True
    try:
        return value != value or (isinstance(value, float) and math.isinf(value))
    except (TypeError, ValueError):
        return True
