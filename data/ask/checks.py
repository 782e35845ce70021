"""Checks: SQL files that return the rows a person should know of; counted at each load, listed on request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb

FOLDER = Path(__file__).parents[1] / "sql" / "checks"
Severity = Literal["note", "fault"]


@dataclass(frozen=True)
class Check:
    """One file of `sql/checks`: a note is kept and named, a fault should not exist."""

    name: str
    severity: Severity

    def sql(self) -> str:
        """The statement; its first line says the grain."""
        return _text(self.name)


CHECKS: tuple[Check, ...] = tuple(
    Check(*pair)
    for pair in (
        ("receipts_without_bill", "note"),
        ("receipts_of_several_bills", "note"),
        ("bills_without_customer", "note"),
        ("negative_bills", "note"),
        ("overpaid_bills", "note"),
        ("receipts_before_bill", "note"),
        ("receipts_after_extract", "note"),
        ("filled_dates", "note"),
        ("filled_receipt_days", "note"),
        ("received_differs", "note"),
        ("equal_receipts", "note"),
        ("unknown_orgs", "note"),
        ("unknown_codes", "note"),
        ("does_not_add_up", "fault"),
        ("bills_applied_beyond_amount", "fault"),
    )
)


def run_checks(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of all checks at once, and keep the counts as `check_result(name, severity, rows)`."""
    con.execute(_text("counted/all"), {"counts": _counts()})
    return dict(con.execute("select name, rows from check_result").fetchall())


@cache
def _counts() -> str:
    one = _text("counted/one")
    texts = (
        one.replace("of_name", check.name)
        .replace("of_severity", check.severity)
        .replace("of_check", check.sql())
        for check in CHECKS
    )
    return "\nunion all\n".join(texts)


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def statement(name: str) -> str:
    """The SQL of one check; a KeyError names the checks that exist."""
    known = {check.name: check for check in CHECKS}
    if name not in known:
        raise KeyError(f"{name} is no check; checks are {', '.join(known)}")
    return known[name].sql()
