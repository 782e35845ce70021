"""Targets: which one holds for a unit in a month, and what is still needed to reach it; exact integers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Measure = Literal["current_year", "combined", "old_debt", "month", "household_months", "overdue"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
AMOUNTS = frozenset({"overdue"})
"""Measures whose target is an amount (fen) to get down to; those of the others are rates in millionths."""
BY_DEFAULT: Measure = "current_year"
"""The one measure that the rules hold a target for."""
WHOLE = 1_000_000
MOST_LEVELS = 32


@dataclass(frozen=True)
class Target:
    """A target that holds: `value` in millionths (amounts: fen), of which unit, and set from which month.

    `org_no` and `month` are None for that of the rules.
    """

    value: int
    org_no: str | None = None
    month: int | None = None

    @property
    def rate(self) -> float:
        """A rate's target as a fraction."""
        return self.value / WHOLE


@dataclass(frozen=True)
class Book:
    """Targets that stand, by unit and measure as (month, value) in order; the units above; the default."""

    default: int
    parents: Mapping[str, str | None]
    standing: Mapping[tuple[str, str], tuple[tuple[int, int], ...]]

    def own(self, org_no: str, month: int, measure: str) -> Target | None:
        """What was set for the unit itself: the latest up to the month within the month's year."""
        steps = self.standing.get((org_no, measure), ())
        place = bisect_right(steps, (month, 2**63))
        if not place or steps[place - 1][0] // 100 != month // 100:
            return None
        return Target(steps[place - 1][1], org_no, steps[place - 1][0])

    def of(self, org_no: str | None, month: int, measure: str) -> Target | None:
        """The unit's own, else the nearest unit's above, else the rules'; an amount is nobody else's."""
        unit, steps = org_no, 0
        while unit is not None and steps < MOST_LEVELS:
            if own := self.own(unit, month, measure):
                return own
            if measure in AMOUNTS:
                return None
            unit, steps = self.parents.get(unit), steps + 1
        return Target(self.default) if measure == BY_DEFAULT else None


def book_of(
    rows: Iterable[tuple[str, str, int, int]], parents: Mapping[str, str | None], default: float
) -> Book:
    """The book of (unit, measure, month, value) rows, one for each place."""
    standing: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for org_no, measure, month, value in rows:
        standing.setdefault((org_no, measure), []).append((month, value))
    ordered = {place: tuple(sorted(steps)) for place, steps in standing.items()}
    return Book(round(default * WHOLE), parents, ordered)


def needed(target: Target | None, whole: int, reached: int) -> int | None:
    """What must still come in for the rate to be no less than the target; 0 where it is reached.

    ceil(target · whole) − reached, in the unit of both; None without a target or with nothing billed.
    """
    if target is None or whole <= 0:
        return None
    return max(0, -(-target.value * whole // WHOLE) - reached)


def too_much(target: Target | None, amount: int) -> int | None:
    """By how much an amount is above its target; 0 where it is not."""
    return None if target is None else max(0, amount - target.value)
