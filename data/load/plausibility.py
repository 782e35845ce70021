"""Whether what a load brings can be right: what nothing else knows of, what is lost, repeated or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

FOLDER = Path(__file__).parents[1] / "sql" / "plausibility"
EXAMPLES = 5
USUAL = 10
"""A month with less than this part (one in …) of the fullest month's bills is no usual one: old debts."""
SETTLED_AFTER = 2
"""A month's total stands once so many months have begun after it: issue and booking lag behind."""

Row = dict[str, Any]


@dataclass(frozen=True)
class MonthTotals:
    """What one month comes to: bills, and fen billed and received."""

    bills: int
    billed: int
    received: int


@dataclass(frozen=True)
class Before:
    """What the last snapshot holds: the month of its extract, and its totals by month."""

    extract_month: int
    months: Mapping[int, MonthTotals]


@dataclass(frozen=True)
class Finding:
    """Why a load is held: `found` records of `of` that it brings, over a `limit`; of one `table` or of all.

    `months` are those that are missing or changed. `examples` say where to look: file and line, month, fen
    before and after, column and reason.
    """

    what: str
    table: str
    found: int
    of: int
    limit: float
    months: tuple[int, ...] = ()
    examples: tuple[Row, ...] = field(default=(), compare=False)

    @property
    def of_what(self) -> tuple[str, str]:
        """What tells it from other findings of a load."""
        return self.what, self.table


def month_totals(con: duckdb.DuckDBPyConnection) -> dict[int, MonthTotals]:
    """Totals by month of a snapshot, or of one that is being built."""
    return {month: MonthTotals(*values) for month, *values in con.execute(_sql("months")).fetchall()}


def judge(
    con: duckdb.DuckDBPyConnection, load: str, limits: Mapping[str, float], before: Before | None
) -> tuple[Finding, ...]:
    """What is beyond the limits in what a load brings; `con` has its marts, and its staging still.

    `before` is the last snapshot, None where there is none to compare with.
    """
    brought = {name: counts for name, *counts in con.execute(_sql("brought"), {"load": load}).fetchall()}

    def asked(name: str, **more: str) -> list[Row]:
        result = con.execute(_sql(name), {"load": load, "examples": EXAMPLES, **more})
        columns = [d[0] for d in result.description]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    found = list(_of_shares(asked, brought, limits))
    if all(f.what != "receipts_without_bill" for f in found):  # it follows from that
        found += _of_received(con, load, asked, brought, limits)
    months = month_totals(con)
    if _loaded(brought, "A_RCVBL_FLOW"):
        found += _of_months(months, limits, before)
    return (*found, *_of_changes(months, limits, before))


Asked = Callable[..., list[Row]]
Brought = Mapping[str, list[int]]
JOINS = (
    ("receipts_without_bill", "A_RCVED_FLOW"),
    ("bills_without_customer", "A_RCVBL_FLOW"),
    ("customers_without_unit", "C_CONS"),
)


def _of_shares(asked: Asked, brought: Brought, limits: Mapping[str, float]) -> Iterator[Finding]:
    for name, table in JOINS:
        if loaded := _loaded(brought, table):
            yield from _beyond(name, table, asked(name), loaded, limits)
    for table, (read, _, quarantined) in brought.items():
        if _is_beyond(quarantined, read, limits["quarantined"], limits):
            yield from _beyond("quarantined", table, asked("quarantined", table=table), read, limits)
    for table in ("A_RCVBL_FLOW", "A_RCVED_FLOW"):
        if table in brought:
            yield from _beyond(
                "repeated_keys", table, asked("repeated_keys", table=table), brought[table][0], limits
            )


def _of_received(
    con: duckdb.DuckDBPyConnection, load: str, asked: Asked, brought: Brought, limits: Mapping[str, float]
) -> Iterator[Finding]:
    """What bills say was received beside their receipts, where one load brings both and bills say it."""
    if not _loaded(brought, "A_RCVBL_FLOW") or not _loaded(brought, "A_RCVED_FLOW"):
        return
    (claiming,) = con.execute(_sql("claiming"), {"load": load}).fetchone() or (0,)
    rows = asked("received_differs")
    if claiming and rows:
        unclaimed = rows[0].pop("unclaimed")
        yield from _beyond("received_differs", "A_RCVBL_FLOW", rows, claiming + unclaimed, limits)


def _beyond(
    what: str, table: str, rows: list[Row], of: int, limits: Mapping[str, float]
) -> Iterator[Finding]:
    found, limit = rows[0]["found"] if rows else 0, limits[what]
    if _is_beyond(found, of, limit, limits):
        examples = tuple(
            {k: v for k, v in row.items() if k not in ("found", "unclaimed") and v is not None}
            for row in rows
        )
        yield Finding(what, table, found, of, limit, examples=examples)


def _is_beyond(found: int, of: int, limit: float, limits: Mapping[str, float]) -> bool:
    return found >= limits["least_records"] and found > limit * of


def _loaded(brought: Brought, table: str) -> int:
    return brought[table][1] if table in brought else 0


def _of_months(
    now: Mapping[int, MonthTotals], limits: Mapping[str, float], before: Before | None
) -> Iterator[Finding]:
    """Months without bills between months that have them, unless they were missing before."""
    missing, among = _missing(now, limits)
    if before is not None:
        missing = [m for m in missing if m not in _missing(before.months, limits)[0]]
    limit = limits["missing_months"]
    if len(missing) > limit:
        yield Finding("missing_months", "A_RCVBL_FLOW", len(missing), among, limit, tuple(missing))


def _missing(months: Mapping[int, MonthTotals], limits: Mapping[str, float]) -> tuple[list[int], int]:
    """The months that are missing, and how many there are from the first usual month to the last one."""
    bills = {_index(month): totals.bills for month, totals in months.items() if totals.bills}
    most = max(bills.values(), default=0)
    usual = [month for month, count in bills.items() if count * USUAL >= most]
    if most < limits["least_records"] or not usual:
        return [], len(usual)
    span = range(min(usual), max(usual) + 1)
    least = median(bills[m] for m in usual) * limits["month_share"]
    return [_month(m) for m in span if bills.get(m, 0) <= least], len(span)


def _of_changes(
    now: Mapping[int, MonthTotals], limits: Mapping[str, float], before: Before | None
) -> Iterator[Finding]:
    """Totals of settled months that are no more what the last snapshot says."""
    if before is None:
        return
    end = _index(before.extract_month) - SETTLED_AFTER
    settled = {
        month: was
        for month, was in sorted(before.months.items())
        if _index(month) <= end and was.bills >= limits["least_records"]
    }
    for name in ("billed", "received"):
        limit, changed = limits[f"{name}_change"], []
        for month, totals in settled.items():
            was, became = getattr(totals, name), getattr(now.get(month, MonthTotals(0, 0, 0)), name)
            if abs(became - was) > limit * abs(was) and was:
                changed.append({"month": month, "before": was, "amount": became})
        if changed:
            months = tuple(int(row["month"]) for row in changed)
            examples = tuple(changed[:EXAMPLES])
            table = "A_RCVBL_FLOW" if name == "billed" else "A_RCVED_FLOW"
            yield Finding(f"{name}_change", table, len(changed), len(settled), limit, months, examples)


def _index(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def _month(index: int) -> int:
    return index // 12 * 100 + index % 12 + 1


@cache
def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
