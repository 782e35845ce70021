"""Whether the months of a load can be: none is missing, and none that was settled comes to something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import median

import duckdb

from data.load.findings import EXAMPLES, Before, Finding, MonthTotals
from data.load.plausibility_sql import sql_of

USUAL = 10
"""A month with less than this part (one in …) of the fullest month's bills is no usual one: old debts."""
RHYTHM = 3
"""So many months in steps of more than one say that bills come so."""
SETTLED_AFTER = 2
"""A month's total stands once so many months have begun after it: issue and booking lag behind."""


def month_totals(con: duckdb.DuckDBPyConnection) -> dict[int, MonthTotals]:
    """Totals by month of a snapshot, or of one that is being built."""
    return {month: MonthTotals(*values) for month, *values in con.execute(sql_of("months")).fetchall()}


def of_months(
    now: Mapping[int, MonthTotals], limits: Mapping[str, float], before: Before | None
) -> Iterator[Finding]:
    """Months without bills between months that have them, unless they were missing before, or bills come
    every so many months: all through a first load, or lately in what was published.
    """
    missing, among = _missing(now, limits)
    usual = _usual(now)
    if before is not None:
        missing = [m for m in missing if m not in _missing(before.months, limits)[0]]
        was = _usual(before.months)
        usual = usual if len(was) < RHYTHM else was if _step(was) else was[-RHYTHM:]
    if step := _step(usual):
        missing = [m for m in missing if (_index(m) - usual[0]) % step == 0]
    limit = limits["missing_months"]
    if len(missing) > limit:
        yield Finding("missing_months", "A_RCVBL_FLOW", len(missing), among, limit, tuple(missing))


def _missing(months: Mapping[int, MonthTotals], limits: Mapping[str, float]) -> tuple[list[int], int]:
    """The months that are missing, and how many there are from the first usual month to the last one."""
    bills = {_index(month): totals.bills for month, totals in months.items()}
    usual = _usual(months)
    if not usual or max(bills.values()) < limits["least_records"]:
        return [], len(usual)
    span = range(usual[0], usual[-1] + 1)
    least = median(bills[m] for m in usual) * limits["month_share"]
    return [_month(m) for m in span if bills.get(m, 0) <= least], len(span)


def _usual(months: Mapping[int, MonthTotals]) -> list[int]:
    """The months that have bills as the fullest has, in order."""
    bills = {_index(month): totals.bills for month, totals in months.items() if totals.bills}
    most = max(bills.values(), default=0)
    return sorted(month for month, count in bills.items() if count * USUAL >= most)


def _step(usual: list[int]) -> int:
    """Every how many months bills come, where that is more than one and mostly so; else 0."""
    gaps = [after - month for month, after in pairwise(usual)]
    step = min(gaps, default=0)
    is_kept = len(usual) >= RHYTHM and 2 * gaps.count(step) > len(gaps)
    return step if step > 1 and is_kept and all(gap % step == 0 for gap in gaps) else 0


def of_changes(
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
