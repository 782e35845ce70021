"""The headline: rates, arrears and what is shown apart, as of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics import calendar
from analytics.policy import RecoveryRules
from analytics.recovery import Recovery
from analytics.recovery import recovery as recovery_of
from data.ask import lookups, queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.scope import Scope


@dataclass(frozen=True)
class Holding:
    """An amount in fen, and how many customers and bills hold it."""

    amount: int
    customers: int
    bills: int


NOTHING = Holding(0, 0, 0)


@dataclass(frozen=True)
class Arrears:
    """The three definitions: every open owed bill, those of past months, those past their due date."""

    balance: Holding
    past_months: Holding
    overdue: Holding


@dataclass(frozen=True)
class Headline:
    """What a manager opens in the morning."""

    recovery: Recovery
    arrears: Arrears
    credit: int
    written_off: Holding  # customers: 0, not counted
    recovered_after: int
    prepaid: Holding | None  # balances as the extract holds them now; None where it holds none
    in_transit: Holding
    customers: int  # not closed by the as-of date
    billed_customers: int  # billed this year
    clean_customers: int  # 当年无欠费户: of those, without an open bill of this year


@dataclass(frozen=True)
class SnapshotFacts:
    """What the snapshot holds: bounds for pickers, and what the source does not carry."""

    extract_on: date | None
    first_issue: date | None
    last_issue: date | None
    first_receipt: date | None
    last_receipt: date | None
    first_month: int | None
    last_month: int | None
    bills: int
    receipts: int
    customers: int

    @property
    def has_bills(self) -> bool:
        """Whether any figure of bills can be shown."""
        return self.bills > 0

    @property
    def has_receipts(self) -> bool:
        """Whether anything is known of payments."""
        return self.receipts > 0


def period_of(scope: Scope, rules: RecoveryRules) -> calendar.Period:
    """What the scope's as-of date means on its basis."""
    return calendar.period(scope.as_of, scope.basis, rules.assessment_day)


def recovery(db: Database, scope: Scope, rules: RecoveryRules) -> Recovery:
    """The rates alone."""
    return recovery_of(queries.flows(db, scope), period_of(scope, rules))


@asked_once
def headline(db: Database, scope: Scope, rules: RecoveryRules) -> Headline:
    """All headline figures on the scope's basis."""
    period = period_of(scope, rules)
    flows = queries.flows(db, scope)
    billed, unpaid = queries.clean(db, scope, period.year, period.last_month)
    apart = queries.apart(db, scope).set_index("kind")
    return Headline(
        recovery=recovery_of(flows, period),
        arrears=arrears(db, scope, calendar.closed_month(scope.as_of, rules.assessment_day)),
        credit=_sum(flows, "credit"),
        written_off=Holding(_sum(flows, "written_off"), 0, _sum(flows, "written_off_bills")),
        recovered_after=_sum(flows, "recovered_after"),
        prepaid=_item(apart, "prepaid"),
        in_transit=_item(apart, "in_transit") or NOTHING,
        customers=queries.population(db, scope),
        billed_customers=billed,
        clean_customers=billed - unpaid,
    )


def arrears(db: Database, scope: Scope, closed_month: int = calendar.EVERY_MONTH) -> Arrears:
    """Balance, past months, overdue: amount, customers, bills.

    `closed_month` changes none of them: with that of the countdown one answer serves both.
    """
    rows = queries.holdings(db, scope, closed_month)
    return Arrears(held(rows, "balance"), held(rows, "past"), held(rows, "overdue"))


def held(rows: pd.DataFrame, name: str) -> Holding:
    """One definition of the only row of a holdings frame; nothing where there is no row."""
    if rows.empty:
        return NOTHING
    row = rows.iloc[0]
    return Holding(int(row[name]), int(row[f"{name}_customers"]), int(row[f"{name}_bills"]))


def receipts_alone(db: Database, scope: Scope) -> pd.DataFrame:
    """What a source without bills can say: event_ym (0: all months), amount (fen), receipts, customers, as_of
    (the last day that counts).
    """
    rows = queries.receipts_alone(db, scope)
    ends = [calendar.last_day(ym) if ym else scope.as_of for ym in rows["event_ym"]]
    return rows.assign(as_of=[min(end, scope.as_of) for end in ends])


def flows_last_year(db: Database, scope: Scope, flows: pd.DataFrame) -> tuple[pd.DataFrame, date]:
    """The flows by the same day last year: part of `flows` at a month's end, else asked for."""
    day = calendar.year_before(scope.as_of)
    if calendar.is_month_end(scope.as_of):
        return flows[flows["event_ym"] <= calendar.month_of(day)], day
    return queries.flows(db, scope.at(day)), day


@asked_once
def facts(db: Database) -> SnapshotFacts:
    """Bounds and counts of the open snapshot."""
    row = lookups.facts(db).iloc[0]

    def day(name: str) -> date | None:
        return None if pd.isna(row[name]) else pd.Timestamp(row[name]).date()

    def month(name: str) -> int | None:
        return None if pd.isna(row[name]) else int(row[name])

    return SnapshotFacts(
        extract_on=day("extract_on"),
        first_issue=day("first_issue"),
        last_issue=day("last_issue"),
        first_receipt=day("first_receipt"),
        last_receipt=day("last_receipt"),
        first_month=month("first_month"),
        last_month=month("last_month"),
        bills=int(row["bills"]),
        receipts=int(row["receipts"]),
        customers=int(row["customers"]),
    )


def _sum(flows: pd.DataFrame, measure: str) -> int:
    return int(flows[measure].sum())


def _item(apart: pd.DataFrame, kind: str) -> Holding | None:
    if kind not in apart.index:
        return None
    row = apart.loc[[kind]].iloc[0]
    return Holding(int(row["amount"]), int(row["customers"]), int(row["items"]))
