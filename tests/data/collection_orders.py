"""Orders as a proposal has them, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from data.state.order_reads import SCHEMA

DAY = date(2026, 11, 20)


def orders(
    cons_nos: Iterable[str], action: str = "phone", owed: int = 10_000, org: str = "33401"
) -> pa.Table:
    """An order for each customer, in the order of the list."""
    same = {
        "place": 0, "org_no": org, "person": "p1", "action": action, "rule": "C.2", "grade": "C",
        "owed_now": owed, "overdue": owed, "late_fee": 12, "days_overdue": 9, "p_late": 0.5,
        "expected": 5_000, "minutes": 6.0, "lawful_on": DAY,
    }  # fmt: skip
    rows = [{**same, "cons_no": n, "rank": i} for i, n in enumerate(cons_nos, 1)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
