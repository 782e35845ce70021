"""What the monthly run writes: summary.json, customers.parquet and workbooks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analytics import calendar
from analytics.policy import Policy, RecoveryRules
from analytics.recovery import Households, Rate, Recovery
from analytics.recovery import recovery as recovery_of
from data.ask import lookups, queries
from data.ask.queries import Database
from data.errors import EnvironmentRefusedError, InputError
from data.kept.durable import write_text_durably
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit.grading import GradeTable, grade_table
from services.credit.policy_names import policy_label
from services.decided.inputs import Decided, decided
from services.files.manifest import Keys, Words
from services.recovery import headline
from services.recovery.ageing import ageing
from services.recovery.clearing import outlook
from services.report.report_workbooks import write_workbooks

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class ReportPaths:
    """The files that a report is made of."""

    summary: Path
    customers: Path
    workbooks: tuple[Path, ...]


def write_report(
    warehouse: Path,
    as_of: date,
    out: Path,
    policy: Policy,
    progress: Progress | None = None,
    words: Words = Keys(),  # noqa: B008
) -> ReportPaths:
    """Write the report of the current snapshot as of a day; headings by `words`, else their keys.

    InputError `as_of_after_extract` for a day after the snapshot's extract, EnvironmentRefusedError
    `report_not_writable` where the folder cannot be written.
    """
    tell = progress or (lambda step, share: None)
    with open_snapshot(warehouse) as db:
        if as_of > db.meta.extract_on:
            raise InputError(
                "as_of_after_extract", as_of=as_of.isoformat(), extract_on=db.meta.extract_on.isoformat()
            )
        try:
            kept = State.existing(warehouse)
            called = kept.policies_called().get(policy.version) if kept else None
            label = policy_label(words, policy.version, called)
            return _write(db, db.id, as_of, out, policy, tell, words, decided(kept, as_of), label)
        except OSError as e:
            raise EnvironmentRefusedError("report_not_writable", path=str(out)) from e


def _write(
    db: Database,
    snapshot: str,
    as_of: date,
    out: Path,
    policy: Policy,
    tell: Progress,
    words: Words,
    said: Decided,
    label: str,
) -> ReportPaths:
    out.mkdir(parents=True, exist_ok=True)
    tell("report_summary", 0.0)
    before = said.held_before(policy.credit.grade_keys)
    graded = grade_table(db, policy, as_of, before, said.facts)
    content = summary(db, snapshot, as_of, policy, graded)
    tell("report_workbooks", 0.2)
    workbooks = write_workbooks(db, snapshot, as_of, out, policy, words, label)
    tell("report_customers", 0.8)
    customers = out / "customers.parquet"
    _write_customers(graded.table, customers)
    written = out / "summary.json"
    write_text_durably(written, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    tell("report_done", 1.0)
    return ReportPaths(written, customers, workbooks)


def summary(
    db: Database, snapshot: str, as_of: date, policy: Policy, graded: GradeTable | None = None
) -> dict[str, Any]:
    """The content of summary.json: yuan with two decimals and rates with six as text, null where nothing
    was billed.
    """
    scope = Scope(as_of)
    flows = queries.flows(db, scope)
    days = {
        basis: calendar.period(as_of, basis, policy.recovery.assessment_day)
        for basis in ("assessment", "point")
    }
    arrears = headline.arrears(db, scope)
    return {
        "as_of": as_of.isoformat(),
        "closed_month": str(days["assessment"].closed_month),
        "snapshot": snapshot,
        "policy": policy.version,
        "customers": len(lookups.customer_numbers(db)),
        "recovery": {basis: _basis(recovery_of(flows, period)) for basis, period in days.items()},
        "arrears": {
            "balance": _holding(arrears.balance),
            "past_months": _holding(arrears.past_months),
            "overdue": _holding(arrears.overdue),
        },
        "ageing": [
            {"bucket": row["bucket"], "amount": yuan(int(row["amount"])), "customers": int(row["customers"])}
            for row in ageing(db, scope, policy.recovery).to_dict("records")
        ],
        "clearing": _clearing(db, scope, policy.recovery),
        "written_off": {
            "amount": yuan(int(flows["written_off"].sum())),
            "bills": int(flows["written_off_bills"].sum()),
        },
        "credit": {"amount": yuan(int(flows["credit"].sum()))},
        **_graded(graded),
    }


def _clearing(db: Database, scope: Scope, rules: RecoveryRules) -> dict[str, Any]:
    """What is open of closed months, and will be on the next assessment day; null: cannot be said."""
    closed = calendar.closed_month(scope.as_of, rules.assessment_day)
    expected, low, high = outlook(db, scope, rules)
    return {
        "assessment_on": calendar.deadline(scope.as_of, rules.assessment_day).isoformat(),
        "open": yuan(headline.held(queries.holdings(db, scope, closed), "closed").amount),
        "expected": None if expected is None else yuan(expected),
        "low": None if low is None else yuan(low),
        "high": None if high is None else yuan(high),
    }


def yuan(fen: int) -> str:
    """Fen as a decimal string in yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def six(part: int, whole: int) -> str | None:
    """part / whole with six decimals; None where the whole is 0."""
    if not whole:
        return None
    return str((Decimal(part) / Decimal(whole)).quantize(Decimal("0.000001"), ROUND_HALF_EVEN))


def _basis(recovery: Recovery) -> dict[str, Any]:
    return {
        "current_year": _rate(recovery.current_year),
        "old_debt": _rate(recovery.old_debt),
        "combined": _rate(recovery.combined),
        "month": _rate(recovery.month),
        "household_months": _households(recovery.household_months),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "billed": yuan(rate.billed),
        "collected": yuan(rate.collected),
        "rate": six(rate.collected, rate.billed),
    }


def _households(households: Households) -> dict[str, Any]:
    return {
        "billed": households.billed,
        "settled": households.settled,
        "rate": six(households.settled, households.billed),
    }


def _graded(graded: GradeTable | None) -> dict[str, Any]:
    """Customers and open money by grade, and of those without one by reason; both empty without a policy."""
    grades, left = (graded.grades, graded.ungraded) if graded and graded.grades else ([], [])
    return {
        "grades": [{"grade": g.grade, "customers": g.customers, "arrears": yuan(g.balance)} for g in grades],
        "ungraded": [
            {"reason": u.reason, "customers": u.customers, "arrears": yuan(u.balance)} for u in left
        ],
    }


def _holding(holding: headline.Holding) -> dict[str, Any]:
    return {"amount": yuan(holding.amount), "customers": holding.customers, "bills": holding.bills}


def _write_customers(graded: pa.Table, path: Path) -> None:
    """One row per customer number, closed and ungraded ones too."""
    beside = path.with_suffix(".parquet.part")
    pq.write_table(graded, beside)
    beside.replace(path)
