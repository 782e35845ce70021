"""Whether amounts are of a size that can be: fen that were taken for yuan add up as well as yuan do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import duckdb

from data.load.plausibility_sql import sql_of


@dataclass(frozen=True)
class Size:
    """How many bills, and fen that four fifths of them are of no more than: a few absurd ones do not move it,
    but a fifth in another unit does.
    """

    bills: int
    each: int


Sizes = Mapping[str, Mapping[int, Size]]
"""By class of customers and bill month."""
Received = Mapping[int, tuple[int, int, int, int]]
"""By bill month: bills with receipts, those that received another size, fen billed and received of these."""


@dataclass(frozen=True)
class Odd:
    """The months whose amounts are of another size, among how many; one example each."""

    of: int
    months: tuple[int, ...]
    examples: tuple[dict[str, Any], ...]


def bill_sizes(con: duckdb.DuckDBPyConnection, load: str | None = None) -> Sizes:
    """Of a snapshot, or of what one load brings to it."""
    asked = {"bills": _bills(con, load, "bill_of_load")}
    return _by_class(con.execute(sql_of("bill_sizes"), asked).fetchall())


def received_sizes(con: duckdb.DuckDBPyConnection, times: float, load: str | None = None) -> Received:
    """Of a snapshot, or of what one load brings to it; nothing where the limit is off."""
    if not times:
        return {}
    asked = {"bills": _bills(con, load, "bill_or_receipt_of_load"), "times": times}
    return {month: tuple(row) for month, *row in con.execute(sql_of("received_sizes"), asked).fetchall()}


def _bills(con: duckdb.DuckDBPyConnection, load: str | None, of_load: str) -> str:
    """The table of the bills asked about: of all, or the view that `of_load` names."""
    if load is None:
        return "fct_bill"
    con.execute("set variable judged_load = $load", {"load": load})
    con.execute(sql_of("of_load"))
    return of_load


def odd_bills(brought: Sizes, before: Sizes, times: float, least: int) -> Odd | None:
    """What a load brings of a month and class against the same class in other months: as published, where it
    was, else as the load itself brings it. Odd is what is so many times as much, or as little, unless the
    month itself was published so.
    """
    judged, examples = set(), []
    for name, months in brought.items():
        known = {month: size.each for month, size in before.get(name, {}).items() if size.bills >= least}
        new = {month: size.each for month, size in months.items() if size.bills >= least}
        for month, each in new.items():
            others = list(known.values()) or [other for m, other in new.items() if m != month]
            usual = median(others) if others else 0
            if usual > 0:
                judged.add(month)
                if _is_odd(each, usual, times) and _is_odd(each, known.get(month, usual), times):
                    told = {"month": month, "class": name, "usual": round(usual), "each": each}
                    examples.append({k: v for k, v in told.items() if v != ""})
    return _odd(judged, examples)


def odd_receipts(received: Received, least: int, before: Collection[int] = ()) -> Odd | None:
    """Months in which most bills received another size than they are of, if not published so `before`."""
    judged = {month: row for month, row in received.items() if row[0] >= least and month not in before}
    return _odd(
        set(judged),
        [
            {"month": month, "billed": billed, "received": got}
            for month, (bills, odd, billed, got) in judged.items()
            if 2 * odd > bills
        ],
    )


def _by_class(rows: Iterable[tuple[Any, ...]]) -> Sizes:
    found: dict[str, dict[int, Size]] = {}
    for name, month, *size in rows:
        found.setdefault(name, {})[month] = Size(*size)
    return found


def _is_odd(found: float, usual: float, times: float) -> bool:
    """Whether one is so many times the other, either way; a limit of 0 asks for nothing."""
    return times > 0 and (found >= times * usual or found * times <= usual)


def _odd(judged: set[int], examples: list[dict[str, Any]]) -> Odd | None:
    if not examples:
        return None
    examples.sort(key=lambda told: told["month"])
    return Odd(len(judged), tuple(sorted({told["month"] for told in examples})), tuple(examples))
