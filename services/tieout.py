"""Tie-out with the official monthly report: each difference split into causes, a cause down to its bills."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from analytics.calendar import closed_month
from analytics.policy import RecoveryRules
from analytics.tieout import MEASURES, READINGS, Cells, TieOut, bill_effects, explain
from data import tieout_queries as queries
from data.scope import Scope
from data.sql_files import Database
from services.official_report import parse_official as _parse

__all__ = ["MEASURES", "READINGS", "TieOut", "cause_bills", "official_day", "parse_official", "tie_out"]


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
    return explain(_cells(db, scope, rules, report_day, each=False), official, readings)


def cause_bills(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    cause: str,
    readings: Iterable[str] = (),
    org_no: str = "",
    limit: int | None = 1000,
    report_day: date | None = None,
) -> pd.DataFrame:
    """The bills behind a cause in a unit, most moved first, with its effect on each measure in fen.

    bill_key, bill_no, cons_no, org_no, org_name, rcvbl_ym, bill_year, amt_type, issued_on, due_on, amount,
    written_off_on, receipts, effect_billed, effect_collected, effect_arrears, effect_old_debt; without a
    limit the effects add up to the bridge's.
    """
    cells = _cells(db, scope, rules, report_day, each=True)
    bills, lines = (f[f["org_no"].str.startswith(org_no)] for f in (cells.bills, cells.receipts))
    effects = bill_effects(Cells(bills, lines, cells.households), readings, cause)
    size = effects.drop(columns="bill_key").abs().max(axis=1)
    effects = effects.loc[size.sort_values(ascending=False, kind="stable").index[:limit]]
    effects = effects.rename(columns={m: f"effect_{m}" for m in effects.columns if m in MEASURES})
    listed = queries.listed(db, effects["bill_key"].tolist())
    return listed.merge(effects, on="bill_key").set_index("bill_key").loc[effects["bill_key"]].reset_index()


def _cells(db: Database, scope: Scope, rules: RecoveryRules, report_day: date | None, each: bool) -> Cells:
    month, day = closed_month(scope.as_of, rules.assessment_day), report_day or official_day(scope, rules)
    return Cells(
        queries.cells(db, scope, "bills", month, day, each),
        queries.cells(db, scope, "receipts", month, day, each),
        queries.cells(db, scope, "households", month, day, each),
    )
