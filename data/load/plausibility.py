"""Whether what a load brings can be right: what nothing else knows of, what is lost, repeated or changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping

import duckdb

from data.load.amount_sizes import Odd, bill_sizes, odd_bills, odd_receipts, received_sizes
from data.load.extract_tables import TABLES
from data.load.findings import EXAMPLES, Before, Finding, Row
from data.load.plausibility_sql import sql_of
from data.load.plausible_months import month_totals, of_changes, of_months

HOUSEHOLDS = "03"
"""The class of low-voltage residents."""
Brought = Mapping[str, list[int]]
"""Records read, loaded and quarantined by table."""


def before(
    last: duckdb.DuckDBPyConnection,
    extract_month: int,
    con: duckdb.DuckDBPyConnection,
    load: str,
    limits: Mapping[str, float],
) -> Before:
    """What the last snapshot holds; what its bills are of only where the load that `con` has brings bills."""
    sizes = bill_sizes(last) if _loaded(_brought(con, load), "A_RCVBL_FLOW") else {}
    odd = odd_receipts(received_sizes(last, limits["received_times"]), int(limits["least_records"]))
    return Before(extract_month, month_totals(last), sizes, odd.months if odd else ())


def _brought(con: duckdb.DuckDBPyConnection, load: str) -> Brought:
    return {name: counts for name, *counts in con.execute(sql_of("brought"), {"load": load}).fetchall()}


def judge(
    con: duckdb.DuckDBPyConnection, load: str, limits: Mapping[str, float], before: Before | None
) -> tuple[Finding, ...]:
    """What is beyond the limits in what a load brings; `con` has its marts, and its staging still.

    `before` is the last snapshot, None where there is none to compare with.
    """
    brought = _brought(con, load)

    def asked(name: str, **more: str) -> list[Row]:
        result = con.execute(sql_of(name), {"load": load, "examples": EXAMPLES, **more})
        columns = [d[0] for d in result.description]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    found = list(_of_shares(asked, brought, limits))
    if all(f.what != "receipts_without_bill" for f in found):  # it follows from that
        found += _of_received(con, load, asked, brought, limits)
    months = month_totals(con)
    if _loaded(brought, "A_RCVBL_FLOW"):
        found += of_months(months, limits, before)
        found += _of_households(con, limits, before)
    found += _of_sizes(con, load, brought, limits, before, {f.what for f in found})
    return (*found, *of_changes(months, limits, before))


COUNTED = ("found", "customers", "unclaimed")
"""Columns that count and are of no example."""
Asked = Callable[..., list[Row]]
JOINS = (
    ("receipts_without_bill", "A_RCVED_FLOW"),
    ("receipts_of_several_bills", "A_RCVED_FLOW"),
    ("bills_invisible", "A_RCVBL_FLOW"),
    ("bills_without_customer", "A_RCVBL_FLOW"),
    ("customers_without_unit", "C_CONS"),
)
OF_STRANGERS = ("A_BAD_DEBT", "S_POWER_VIOLATE_STEAL")
"""Debts are written off for customers who left years ago; thieves often never were any."""
OF_CUSTOMERS = {
    name: table.kept_table
    for name, table in TABLES.items()
    if table.amount and "CONS_NO" in table.columns and table.kept != "build" and name not in OF_STRANGERS
}
"""Tables of a customer's money beside bills and receipts, and where their records are kept."""


def _of_shares(asked: Asked, brought: Brought, limits: Mapping[str, float]) -> Iterator[Finding]:
    for name, table in JOINS:
        if loaded := _loaded(brought, table):
            yield from _beyond(name, table, asked(name), loaded, limits)
    for table, kept in OF_CUSTOMERS.items():
        if _loaded(brought, table) and (rows := asked("unknown_customers", kept=kept)):
            yield from _beyond("unknown_customers", table, rows, rows[0]["customers"], limits)
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
    (claiming,) = con.execute(sql_of("claiming"), {"load": load}).fetchone() or (0,)
    rows = asked("received_differs")
    if claiming and rows:
        unclaimed = rows[0].pop("unclaimed")
        yield from _beyond("received_differs", "A_RCVBL_FLOW", rows, claiming + unclaimed, limits)


def _beyond(
    what: str, table: str, rows: list[Row], of: int, limits: Mapping[str, float]
) -> Iterator[Finding]:
    found, limit = rows[0]["found"] if rows else 0, limits[what]
    if _is_beyond(found, of, limit, limits):
        examples = tuple({k: v for k, v in row.items() if k not in COUNTED and v is not None} for row in rows)
        yield Finding(what, table, found, of, limit, examples=examples)


def _is_beyond(found: int, of: int, limit: float, limits: Mapping[str, float]) -> bool:
    return found >= limits["least_records"] and found > limit * of


def _loaded(brought: Brought, table: str) -> int:
    return brought[table][1] if table in brought else 0


def _of_households(
    con: duckdb.DuckDBPyConnection, limits: Mapping[str, float], before: Before | None
) -> Iterator[Finding]:
    """What most households would pay, where nothing was published that they could be compared with."""
    if before is not None and (HOUSEHOLDS in before.sizes or set(before.sizes) == {""}):
        return
    least, most = (limits[f"household_{end}"] * 100 for end in ("least", "most"))
    asked = {"least": least, "most": most or math.inf, "households": HOUSEHOLDS}
    bills, small, large, mean = con.execute(sql_of("household_bills"), asked).fetchone() or (0, 0, 0, 0)
    for name, found in (("household_least", small), ("household_most", large)):
        if found >= limits["least_records"] and 2 * found > bills:
            yield Finding(name, "A_RCVBL_FLOW", found, bills, limits[name], examples=({"mean": mean},))


def _of_sizes(
    con: duckdb.DuckDBPyConnection,
    load: str,
    brought: Brought,
    limits: Mapping[str, float],
    before: Before | None,
    found: Collection[str],
) -> Iterator[Finding]:
    """Bills of another size than those of other months, receipts of another size than their bills.

    Of this load alone: what was published would outweigh it. Where nothing was, all is of this load.
    """
    least, was = int(limits["least_records"]), before or Before(0, {})
    of_load = None if before is None else load
    if _loaded(brought, "A_RCVBL_FLOW"):
        odd = odd_bills(bill_sizes(con, of_load), was.sizes, limits["bill_times"], least)
        yield from _odd("bill_times", "A_RCVBL_FLOW", odd, limits)
    if "receipts_without_bill" not in found:
        rows = received_sizes(con, limits["received_times"], of_load)
        odd = odd_receipts(rows, least, was.odd_received)
        yield from _odd("received_times", "A_RCVED_FLOW", odd, limits)


def _odd(what: str, table: str, odd: Odd | None, limits: Mapping[str, float]) -> Iterator[Finding]:
    if odd is not None:
        shown = odd.examples[:EXAMPLES]
        yield Finding(what, table, len(odd.months), odd.of, limits[what], odd.months, shown)
