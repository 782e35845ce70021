"""Tie-out with the official monthly report: each difference split into causes, a cause down to its bills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

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
from data import tieout_queries as queries
from data.kept_values import Kept
from data.scope import Scope
from data.sql_files import Database
from data.warehouse import Snapshot
from services.official_report import parse_official as _parse

FIRST = 1000
"""How many of what is behind a cause a page shows."""
_KEPT: Kept[tuple[str, Scope, tuple[int, date]], Cells] = Kept(3)

__all__ = [
    "MEASURES",
    "READINGS",
    "Behind",
    "TieOut",
    "cause_bills",
    "cause_households",
    "official_day",
    "parse_official",
    "tie_out",
]


def parse_official(db: Database, content: bytes, name: str) -> pd.DataFrame:
    """The uploaded report against the snapshot's units: org_no, org_name, MEASURES (fen, nullable integers).

    InputError where it cannot be read: see `services.official_report.parse_official`.
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
) -> TieOut:
    """Dengta's figures on the assessment basis beside `official` (org_no and any of MEASURES).

    `readings` are those of READINGS that the report takes; None finds the ones that explain most.
    `report_day` is the day the report was made on (default: `official_day`).
    """
    return explain(_cells(db, scope, _days(scope, rules, report_day)), official, readings)


@dataclass(frozen=True)
class Behind:
    """What is behind a cause: how many `rows` in all, and the `first` of them, most moved first."""

    rows: int
    first: pd.DataFrame


def cause_bills(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    cause: str,
    readings: Iterable[str] = (),
    org_no: str = "",
    limit: int | None = FIRST,
    report_day: date | None = None,
) -> Behind:
    """The bills behind a cause in a unit, most moved first, with its effect on each measure in fen.

    bill_key, bill_no, cons_no, org_no, org_name, rcvbl_ym, bill_year, amt_type, issued_on, due_on, amount,
    written_off_on, receipts, effect_billed, effect_collected, effect_arrears, effect_old_debt; without a
    limit the effects add up to the bridge's.
    """
    days = _days(scope, rules, report_day)
    kinds = moved_kinds(_cells(db, scope, days), readings, cause)
    bills, lines = (queries.moved(db, scope, n, *days, kinds[n], org_no) for n in ("bills", "receipts"))
    effects = bill_effects(bills, lines, readings, cause)
    size = effects.drop(columns="bill_key").abs().max(axis=1)
    first = effects.loc[size.sort_values(ascending=False, kind="stable").index[:limit]]
    first = first.rename(columns={m: f"effect_{m}" for m in first.columns if m in MEASURES})
    listed = queries.listed(db, first["bill_key"].tolist())
    told = listed.merge(first, on="bill_key").set_index("bill_key").loc[first["bill_key"]].reset_index()
    return Behind(len(effects), told)


def cause_households(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    cause: str,
    readings: Iterable[str] = (),
    org_no: str = "",
    limit: int | None = FIRST,
    report_day: date | None = None,
) -> Behind:
    """The household months that a cause adds or takes away in a unit, largest amount first.

    cons_key, rcvbl_ym, cons_no, org_no, org_name, bills, amount (fen), effect_households (1 or -1); without
    a limit the effects add up to the bridge's.
    """
    days = _days(scope, rules, report_day)
    kinds = moved_kinds(_cells(db, scope, days), readings, cause)["households"]
    households = queries.moved(db, scope, "households", *days, kinds, org_no)
    effects = household_effects(households, readings, cause)
    told = queries.household_months(db, scope.as_of, effects)
    told = told.merge(
        effects.rename(columns={"households": "effect_households"}), on=["cons_key", "rcvbl_ym"]
    )
    order = ["amount", "cons_no", "rcvbl_ym"]
    told = told.sort_values(order, key=lambda v: -v.abs() if v.name == "amount" else v, kind="stable")
    return Behind(len(effects), told.head(len(told) if limit is None else limit).reset_index(drop=True))


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
