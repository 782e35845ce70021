"""Tie-out with the official monthly report: each difference split into causes, a cause down to its bills."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd
import pyarrow as pa

from analytics.calendar import closed_month
from analytics.policy import RecoveryRules
from analytics.tieout import (
    MEASURES,
    READINGS,
    Cells,
    TieOut,
    bill_effects,
    explain,
    household_effects,
    moved_kinds,
)
from analytics.tieout_verdict import ROUNDINGS
from data.ask import tieout_queries as queries
from data.ask.sql_files import Database
from data.kept.kept_values import Kept
from data.scope import Scope
from data.warehouse.snapshots import Snapshot
from services.tieout.official_report import parse_official as _parse

_KEPT: Kept[tuple[str, Scope, tuple[int, date]], Cells] = Kept(3)

__all__ = [
    "MEASURES",
    "READINGS",
    "ROUNDINGS",
    "TieOut",
    "effects_of",
    "listed",
    "official_day",
    "parse_official",
    "tie_out",
]


def parse_official(db: Database, content: bytes, name: str) -> pd.DataFrame:
    """The uploaded report against the snapshot's units: org_no, org_name, MEASURES (fen, nullable integers).

    InputError where it cannot be read: see `services.tieout.official_report.parse_official`.
    """
    units = queries.units(db)
    return _parse(content, name, dict(zip(units["org_no"], units["org_name"], strict=True)))


def official_day(scope: Scope, rules: RecoveryRules) -> date:
    """The statistics day a report of the closed month is made on by default: that month's assessment day."""
    month = closed_month(scope.as_of, rules.assessment_day)
    year, following = month // 100 + month % 100 // 12, month % 100 % 12 + 1
    return date(year, following, max(rules.assessment_day, 1))


def tie_out(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    official: pd.DataFrame,
    readings: Iterable[str] | None = None,
    report_day: date | None = None,
    *,
    rounding: str = "fen",
    ask: bool = True,
) -> TieOut:
    """Dengta's figures on the assessment basis beside `official` (org_no and any of MEASURES).

    `readings` are those of READINGS that the report takes; None finds the ones that explain most.
    `report_day` is the day the report was made on (default: `official_day`); `rounding` what its money is
    rounded to. With `ask`, an entry that looks wrong beside the books gets a question and no explanation.
    """
    cells = _cells(db, scope, _days(scope, rules, report_day))
    return explain(cells, official, readings, rounding=rounding, ask=ask)


def effects_of(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    measure: str,
    cause: str,
    readings: Iterable[str] = (),
    org_no: str = "",
    report_day: date | None = None,
) -> pd.DataFrame:
    """What a cause changes of a measure in a unit, most first; the sum is the bridge's effect.

    `bill_key, effect` (fen); for the measure `households` `cons_key, rcvbl_ym, effect` (1 or -1).
    """
    days, readings = _days(scope, rules, report_day), tuple(readings)
    kinds = moved_kinds(_cells(db, scope, days), readings, cause, measure)
    if measure == "households":
        households = queries.moved(db, scope, "households", *days, kinds["households"], org_no)
        return household_effects(pd.concat(households, ignore_index=True), readings, cause)
    bills = queries.moved(db, scope, "bills", *days, kinds["bills"], org_no)
    lines = queries.moved(db, scope, "receipts", *days, kinds["receipts"], org_no)
    return bill_effects(bills, lines, readings, cause, measure)


def listed(db: Database, as_of: date, effects: pd.DataFrame) -> pa.RecordBatchReader:
    """The bills, or household months, of effects, most first.

    Of bills: bill_key, bill_no, cons_no, org_no, org_name, rcvbl_ym, bill_year, amt_type, issued_on, due_on,
    amount, written_off_on, receipts, effect (fen). Of household months: cons_key, rcvbl_ym, cons_no, org_no,
    org_name, bills, amount (fen), effect.
    """
    picked = pa.Table.from_pandas(effects, preserve_index=False)
    if "bill_key" in effects:
        return queries.listed(db, picked)
    return queries.household_months(db, as_of, picked)


def _days(scope: Scope, rules: RecoveryRules, report_day: date | None) -> tuple[int, date]:
    """The closed month, and the day its report was made on."""
    return closed_month(scope.as_of, rules.assessment_day), report_day or official_day(scope, rules)


def _cells(db: Database, scope: Scope, days: tuple[int, date]) -> Cells:
    """The sums of a scope; those last asked of a snapshot are kept, whatever report they are held against."""

    def made() -> Cells:
        return Cells(
            queries.cells(db, scope, "bills", *days),
            queries.cells(db, scope, "receipts", *days),
            queries.cells(db, scope, "households", *days),
        )

    return _KEPT.get((str(db.path), scope, days), made) if isinstance(db, Snapshot) else made()
