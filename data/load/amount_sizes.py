"""Whether amounts are of a size that can be: fen that were taken for yuan add up as well as yuan do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Size:
    """How many bills, and fen billed by all of them and received for them."""

    bills: int
    billed: int
    received: int = 0

    @property
    def each(self) -> float:
        """Fen per bill."""
        return self.billed / self.bills


Sizes = Mapping[str, Mapping[int, Size]]
"""By class of customers and bill month."""


@dataclass(frozen=True)
class Odd:
    """The months whose amounts are of another size, among how many; one example each."""

    of: int
    months: tuple[int, ...]
    examples: tuple[dict[str, Any], ...]


def by_class(rows: Iterable[Sequence[Any]]) -> Sizes:
    """Class, month, bills, fen billed and received, row by row."""
    found: dict[str, dict[int, Size]] = {}
    for name, month, *size in rows:
        found.setdefault(name, {})[month] = Size(*size)
    return found


def odd_bills(now: Sizes, before: Sizes, times: float, least: int) -> Odd | None:
    """What a load brings of a month and class against the same class in other months: as published, where it
    was, else as the load itself brings it. Odd is what is so many times as much per bill, or as little.
    """
    judged, examples = set(), []
    for name, months in now.items():
        was = before.get(name, {})
        brought = {m: _brought(size, was.get(m, Size(0, 0)), least) for m, size in months.items()}
        new = {m: size for m, size in brought.items() if size is not None and size.bills >= least}
        known = [size.each for size in was.values() if size.bills >= least]
        for month, size in new.items():
            others = known or [other.each for m, other in new.items() if m != month]
            usual = median(others) if others else 0
            if usual > 0:
                judged.add(month)
                if _is_odd(size.each, usual, times):
                    told = {"month": month, "class": name, "usual": round(usual), "each": round(size.each)}
                    examples.append({k: v for k, v in told.items() if v != ""})
    return _odd(judged, examples)


def odd_receipts(received: Mapping[int, tuple[int, int, int, int]], least: int) -> Odd | None:
    """Months (bills that have receipts, those that received another size, fen billed and received of these)
    in which most bills received another size than they are of.
    """
    judged = {month: row for month, row in received.items() if row[0] >= least}
    return _odd(
        set(judged),
        [
            {"month": month, "billed": billed, "received": got}
            for month, (bills, odd, billed, got) in judged.items()
            if 2 * odd > bills
        ],
    )


def with_trimmed(trimmed: Sizes, now: Sizes, before: Sizes) -> Sizes:
    """What was published, by the `trimmed` months of now where a load changed nothing of them."""
    return {
        name: {
            month: trimmed.get(name, {}).get(month, size)
            if _same_bills(now.get(name, {}).get(month), size)
            else size
            for month, size in months.items()
        }
        for name, months in before.items()
    }


def changed_months(now: Sizes, before: Sizes) -> list[int]:
    """The bill months of which a load changes what is billed or received."""
    return sorted(
        {
            month
            for name, months in now.items()
            for month, size in months.items()
            if size != before.get(name, {}).get(month)
        }
    )


def _is_odd(found: float, usual: float, times: float) -> bool:
    """Whether one is so many times the other, either way; a limit of 0 asks for nothing."""
    return times > 0 and (abs(found) >= times * usual or abs(found) * times <= usual)


def _same_bills(one: Size | None, other: Size) -> bool:
    return one is not None and (one.bills, one.billed) == (other.bills, other.billed)


def _brought(size: Size, was: Size, least: int) -> Size | None:
    """What a load adds to a month; all of it where it is new or replaced, None where nothing changed."""
    if _same_bills(size, was):
        return None
    added = Size(size.bills - was.bills, size.billed - was.billed)
    return added if was.bills >= least and added.bills >= least and added.billed > 0 else size


def _odd(judged: set[int], examples: list[dict[str, Any]]) -> Odd | None:
    if not examples:
        return None
    examples.sort(key=lambda told: told["month"])
    return Odd(len(judged), tuple(sorted({told["month"] for told in examples})), tuple(examples))
