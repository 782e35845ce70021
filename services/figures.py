"""What pages and jobs ask about recovery, arrears, clearing and ageing: one call, one frozen value or small frame.

Every call takes `(db, scope, rules)`: `db` is an open snapshot (anything with `.cursor()`), `scope` the as-of date, basis and
filters, `rules` the policy's `RecoveryRules`. Money in values and frames is integer fen, rates are floats (NaN: nothing billed),
months integers yyyymm, days `datetime.date`. `key` columns hold codes, `name` columns what the extract calls them (or the code).
Rows come in a fixed order. `by` is one of `DIMENSIONS`; with `by="org"` rows are the children of `parent`
(None: of the single unit in `scope.orgs`, else the top units), and what sits on the parent itself has the parent's own row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from analytics.policy import RecoveryRules
from data.queries import Database
from data.scope import Scope

Dimension = Literal["org", "class", "elec_type", "volt", "industry", "pay_mode", "area", "collector", "owner"]
DIMENSIONS: tuple[Dimension, ...] = (
    "org", "class", "elec_type", "volt", "industry", "pay_mode", "area", "collector", "owner",
)  # fmt: skip


# --- values (will live in analytics.recovery; importable from here) -------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """Billed and collected fen; `.rate` = collected / billed, NaN where nothing was billed."""

    billed: int
    collected: int

    @property
    def rate(self) -> float:
        return self.collected / self.billed if self.billed else float("nan")


@dataclass(frozen=True)
class Households:
    """Household-months billed and settled; `.rate` = settled / billed, NaN where none was billed."""

    billed: int
    settled: int

    @property
    def rate(self) -> float:
        return self.settled / self.billed if self.billed else float("nan")


@dataclass(frozen=True)
class Holding:
    """An amount in fen, and how many customers and bills hold it."""

    amount: int
    customers: int
    bills: int


@dataclass(frozen=True)
class Period:
    """What an as-of date means on a basis: `closed_month`, `month` (当月) and `last_month` (latest bill month counted)."""

    as_of: date
    basis: str
    closed_month: int
    year: int
    month: int
    last_month: int  # 999912 on the point basis: every bill issued


@dataclass(frozen=True)
class Recovery:
    """Every rate of one basis. on_time: billed of bills due, collected by their due date (current year's bills)."""

    period: Period
    current_year: Rate
    old_debt: Rate
    combined: Rate
    month: Rate
    household_months: Households
    on_time: Rate
    late: int  # part of the current year's collected that came after the due date
    after_cutoff: int  # part of `late` that came after the supply was cut
    set_off: int  # part of the current year's collected that was set off against prepaid money
    issued_in_new_year: Rate  # 跨年发行: bills of last year's months issued this year, inside current_year


@dataclass(frozen=True)
class Arrears:
    """The three definitions."""

    balance: Holding
    past_months: Holding
    overdue: Holding


@dataclass(frozen=True)
class Headline:
    """What a manager opens in the morning."""

    recovery: Recovery
    last_year: Recovery | None  # the same day last year; None where the snapshot has no bills by then
    arrears: Arrears
    credit: int
    written_off: Holding
    recovered_after: int
    prepaid: Holding | None  # balances now (from their own extract); None where there is none
    in_transit: Holding
    customers: int  # customers in the scope that are not closed by the as-of date
    clean_customers: int  # 当年无欠费户: billed this year, no open bill of it
    billed_customers: int  # customers billed this year
    target: float


@dataclass(frozen=True)
class Cleared:
    """结零: is anything open of months up to the closed month, and of earlier years; and will it make it?"""

    closed_month: int
    month_open: Holding  # current year's bills up to the closed month
    old_open: Holding  # earlier years' bills
    month_cleared: bool
    year_cleared: bool  # 年末双结零: both
    last_year_month_open: Holding | None
    last_year_old_open: Holding | None
    deadline: date  # the next assessment day
    expected_open: int  # fen still open at the deadline at the recent pace
    projected_on: date | None  # day on which nothing is open at the recent pace; None: never at that pace
    in_time: bool


@dataclass(frozen=True)
class Forecast:
    """The current year's recovery rate at its end. `path` columns: ym, actual, expected, low, high, target (rates)."""

    path: pd.DataFrame
    expected: float
    low: float
    high: float
    target: float
    years_used: int  # earlier years behind the band; 0: no forecast (NaN)


@dataclass(frozen=True)
class Finding:
    """One thing that needs attention. `kind` is a key of the locales, `page` a key of the menu, `link` filters to carry."""

    kind: str
    page: str
    severity: int  # 3 act, 2 look, 1 know
    amount: int
    count: int
    value: float
    before: float
    link: dict[str, str]
    name: str


@dataclass(frozen=True)
class Concentration:
    """Who holds the balance. `curve` columns: customers_share, amount_share (Lorenz, ascending); `top`: share (k), amount, amount_share."""

    customers: int
    amount: int
    gini: float
    top: pd.DataFrame
    curve: pd.DataFrame


@dataclass(frozen=True)
class Dso:
    """Days sales outstanding: plain, count-back, and best possible (money not yet due only). NaN where nothing was sold."""

    plain: float
    count_back: float
    best_possible: float
    days: int
    balance: int
    current: int
    sales: int


@dataclass(frozen=True)
class Cei:
    """Collection effectiveness index in percent, over `months` months; its four parts in fen."""

    value: float
    months: int
    beginning: int
    sales: int
    ending_total: int
    ending_current: int


# --- headline, comparison, trends -----------------------------------------------------------------------------------


def headline(db: Database, scope: Scope, rules: RecoveryRules) -> Headline:
    """All headline figures on the scope's basis."""
    raise NotImplementedError


def recovery(db: Database, scope: Scope, rules: RecoveryRules) -> Recovery:
    """The rates alone (one query)."""
    raise NotImplementedError


def arrears(db: Database, scope: Scope) -> Arrears:
    """Balance, past months, overdue: amount, customers, bills."""
    raise NotImplementedError


def comparison(
    db: Database, scope: Scope, rules: RecoveryRules, by: Dimension, parent: str | None = None
) -> pd.DataFrame:
    """One row per key: key, name, has_children, billed, collected, rate (combined), cy_billed, cy_collected, cy_rate, old_billed,
    old_collected, old_rate, month_billed, month_collected, month_rate, hh_billed, hh_settled, hh_rate, due_billed, due_collected,
    on_time_rate, open (balance), overdue, customers (holding the balance), last_year_rate (of cy_rate, the same day last year).
    """
    raise NotImplementedError


def trend(db: Database, scope: Scope, rules: RecoveryRules, months: int = 24) -> pd.DataFrame:
    """As of each month end up to the as-of date (which is the last row): as_of, ym, cy_billed, cy_collected, cy_rate, old_rate,
    combined_rate, month_rate, hh_rate, on_time_rate, balance, last_year_cy_rate, last_year_balance, target.
    """
    raise NotImplementedError


def by_bill_month(db: Database, scope: Scope, rules: RecoveryRules, months: int = 24) -> pd.DataFrame:
    """One row per bill month: rcvbl_ym, billed, collected, rate, open, written_off, hh_billed, hh_settled, hh_rate, last_year_rate."""
    raise NotImplementedError


def by_cash_month(db: Database, scope: Scope, rules: RecoveryRules, months: int = 24) -> pd.DataFrame:
    """One row per calendar month of receipt: event_ym, collected, of_current_year, of_old_debt, late, after_cutoff, set_off,
    credit, recovered_after, written_off, last_year_collected (to the same day).
    """
    raise NotImplementedError


def recovery_curve(db: Database, scope: Scope, month: int, days: int = 90) -> pd.DataFrame:
    """Share of a bill month collected by days since issue: series ('this_year' | 'last_year'), day, billed, collected, rate;
    days that have not come yet are left out.
    """
    raise NotImplementedError


def trend_by(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    by: Dimension,
    parent: str | None = None,
    months: int = 12,
) -> pd.DataFrame:
    """Small multiples: key, name, ym, as_of, cy_billed, cy_collected, cy_rate, last_year_cy_rate, balance."""
    raise NotImplementedError


def heatmap(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    by: Dimension,
    parent: str | None = None,
    months: int = 12,
) -> pd.DataFrame:
    """Bill month x key: key, name, rcvbl_ym, billed, collected, rate, open."""
    raise NotImplementedError


def forecast(db: Database, scope: Scope, rules: RecoveryRules) -> Forecast:
    """Year-end forecast of the current year's rate with its band."""
    raise NotImplementedError


# --- cleared ----------------------------------------------------------------------------------------------------------


def cleared(db: Database, scope: Scope, rules: RecoveryRules) -> Cleared:
    """The countdown for the scope as a whole."""
    raise NotImplementedError


def cleared_by(
    db: Database, scope: Scope, rules: RecoveryRules, by: Dimension, parent: str | None = None
) -> pd.DataFrame:
    """Countdown per key (by='org' with parent=None and every station: use by='station'-like leaf by passing parent='*'):
    key, name, has_children, open, customers, bills, old_open, old_customers, last_year_open, last_year_customers, expected_open,
    projected_on, in_time, cleared, year_cleared. Most open first.
    """
    raise NotImplementedError


def not_cleared(
    db: Database, scope: Scope, rules: RecoveryRules, limit: int | None = 200, offset: int = 0
) -> pd.DataFrame:
    """Customers with something open up to the closed month, most first: cons_no, name, org_no, org_name, class, tg_no, collector,
    open, bills, old_open, first_month, last_month, oldest_due.
    """
    raise NotImplementedError


# --- ageing -----------------------------------------------------------------------------------------------------------


def ageing(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """All buckets in order: bucket ('not_due', '1-30', ..., '>1095'), low, high (days, None open end), amount, customers, bills, share."""
    raise NotImplementedError


def ageing_by(
    db: Database, scope: Scope, rules: RecoveryRules, by: Dimension, parent: str | None = None
) -> pd.DataFrame:
    """Key x bucket (only pairs with money): key, name, has_children, bucket, amount, customers, bills."""
    raise NotImplementedError


def ageing_by_year(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """Bill year x bucket: bill_year, bucket, amount, customers, bills."""
    raise NotImplementedError


def ageing_trend(db: Database, scope: Scope, rules: RecoveryRules, months: int = 13) -> pd.DataFrame:
    """Month end x bucket: as_of, ym, bucket, amount, customers, bills."""
    raise NotImplementedError


def top_debtors(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 50) -> pd.DataFrame:
    """Largest balances: cons_no, name, org_no, org_name, class, tg_no, collector, amount, overdue, bills, oldest_due, days_overdue."""
    raise NotImplementedError


def claims_near_limit(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 200) -> pd.DataFrame:
    """Open owed bills whose limit of action (due date + years, no delivered demand being on record) is past or near: bill_key,
    bill_no, cons_no, name, org_no, org_name, rcvbl_ym, due_on, limit_on, days_left, open. Nearest first.
    """
    raise NotImplementedError


# --- analysis tab -----------------------------------------------------------------------------------------------------


def roll_rates(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """Between the last two month ends: from_bucket, to_bucket ('settled', 'written_off' too), amount, base, rate."""
    raise NotImplementedError


def vintage(db: Database, scope: Scope, months: int = 24, ages: int = 12) -> pd.DataFrame:
    """Triangle: rcvbl_ym, age (months since the bill month), billed, collected, rate; unripe cells have NaN."""
    raise NotImplementedError


def cure(db: Database, scope: Scope, months: int = 3) -> pd.DataFrame:
    """Overdue customers and money at month ends that were current `months` later: ym, overdue, cured, rate, customers, cured_customers,
    customer_rate.
    """
    raise NotImplementedError


def first_payment_default(db: Database, scope: Scope, days: int = 30) -> pd.DataFrame:
    """New customers by month of their first bill: ym, customers, defaulted (first bill open `days` after its due date), rate; NaN unripe."""
    raise NotImplementedError


def dso(db: Database, scope: Scope, months: int = 3) -> Dso:
    """Days sales outstanding over the last `months` complete months."""
    raise NotImplementedError


def cei(db: Database, scope: Scope, months: int = 12) -> Cei:
    """Collection effectiveness index over the last `months` complete months; current = not yet due."""
    raise NotImplementedError


def concentration(
    db: Database, scope: Scope, shares: tuple[float, ...] = (0.01, 0.05, 0.1, 0.2)
) -> Concentration:
    """How the balance is spread over those who hold it."""
    raise NotImplementedError


# --- what changed, what needs attention, what there is ------------------------------------------------------------------


def changes(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """Since the last month end: item ('cy_rate', 'old_rate', 'balance', 'overdue', 'overdue_customers', 'written_off', 'credit', 'collected'),
    unit ('rate' | 'fen' | 'count'), before, now, change.
    """
    raise NotImplementedError


def attention(db: Database, scope: Scope, rules: RecoveryRules, limit: int = 12) -> tuple[Finding, ...]:
    """Ranked findings: most severe first, then by money."""
    raise NotImplementedError


@dataclass(frozen=True)
class SnapshotFacts:
    """What the snapshot holds: bounds for pickers, and what the source does not carry."""

    snapshot: str
    extract_on: date
    first_issue: date | None
    last_issue: date | None
    first_receipt: date | None
    last_receipt: date | None
    first_month: int | None
    last_month: int | None
    bills: int
    receipts: int
    customers: int
    has_bills: bool
    has_receipts: bool
    has_prepaid: bool


def facts(db: Database) -> SnapshotFacts:
    """One row of facts about the open snapshot."""
    raise NotImplementedError


def choices(db: Database, dimension: Dimension, allowed_orgs: tuple[str, ...] = ()) -> pd.DataFrame:
    """What a filter can offer: key, name, parent (org only), depth (org only), customers. In code order."""
    raise NotImplementedError


def org_path(db: Database, org_no: str) -> pd.DataFrame:
    """Breadcrumb from the top unit to this one: key, name, depth."""
    raise NotImplementedError
