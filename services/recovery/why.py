"""Why a headline figure changed between two days: what units, classes, months and customers add to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from analytics import change
from analytics.calendar import EVERY_MONTH
from analytics.change import SUMS
from analytics.policy import RecoveryRules
from analytics.recovery import rates
from analytics.two_days import CUMULATIVE, Against, TwoDays
from data.ask import period_queries, queries
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery.compare import rates_by
from services.recovery.headline import period_of
from services.recovery.two_days import two_days
from services.recovery.units import grouping, named

Measure = Literal[
    "current_year",
    "combined",
    "old_debt",
    "month",
    "household_months",
    "on_time",
    "balance",
    "overdue",
    "past_months",
]
MEASURES: tuple[Measure, ...] = get_args(Measure)
RATES: dict[str, tuple[str, str]] = {
    "current_year": ("cy_collected", "cy_billed"),
    "combined": ("collected", "billed"),
    "old_debt": ("old_collected", "old_billed"),
    "month": ("month_collected", "month_billed"),
    "household_months": ("hh_settled", "hh_billed"),
    "on_time": ("due_collected", "due_billed"),
}
"""The two sums of each rate: part and whole."""
AMOUNTS = {"balance": "balance", "overdue": "overdue", "past_months": "past"}
By = Dimension | Literal["bill_month", "customer"]
REST = ""
"""The key of the customers that are not named."""
MOST_CUSTOMERS = 10


@dataclass(frozen=True)
class Explanation:
    """A figure on two days, and what each key adds to its change.

    `rows`, largest change first: key, name, the sums part_then, whole_then, part_now, whole_now (fen, pairs;
    of an amount the wholes are 0), change, rate_effect and weight_effect (rates only), without. Changes sum
    to now − then. No rows where `reason` says that the values are not to be subtracted.
    `rest`: how many customers the row with the key `REST` stands for.
    """

    measure: Measure
    days: TwoDays
    then: float
    now: float
    rows: pd.DataFrame
    reason: str = ""
    rest: int = 0

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate; else an amount in fen."""
        return self.measure in RATES


@asked_once
def why(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    against: Against,
    measure: Measure,
    by: By,
    parent: str | None = None,
) -> Explanation:
    """What the change of `measure` since the other day is made of, by a dimension, bill month or customer."""
    days = two_days(db, scope, rules, against)
    if by == "customer":
        rows, rest = _customers(db, scope, rules, days, measure)
    else:
        rows, rest = _joined(_sums(db, scope, rules, days, measure, by, parent)), 0
    totals = {name: int(rows[name].sum()) for name in SUMS}
    then, now = (_value(measure, totals, day) for day in ("then", "now"))
    reason = "no_data" if pd.isna(then) or pd.isna(now) else days.reason(measure) or ""
    if measure in AMOUNTS and queries.flows(db, scope.at(days.then.as_of)).empty:
        reason = "no_data"
    made = change.of_amount if measure in AMOUNTS else change.of_rate
    rows = rows.iloc[:0] if reason else made(rows)
    if not reason:
        order = rows["change"].abs().sort_values(ascending=False, kind="stable").index
        rows = rows.loc[order].reset_index(drop=True)
    if by not in ("customer", "bill_month"):
        rows = named(db, rows, by)
    return Explanation(measure, days, then, now, rows, reason, rest)


def _value(measure: Measure, totals: dict[str, int], day: str) -> float:
    part, whole = totals[f"part_{day}"], totals[f"whole_{day}"]
    if measure in AMOUNTS:
        return part
    return part / whole if whole else float("nan")


Both = tuple[pd.DataFrame, pd.DataFrame]


def _joined(both: Both) -> pd.DataFrame:
    """One row per key of two days' frames (key, part, whole): key and `SUMS`; empty keys left out."""
    now, then = (
        frame.set_index("key")[["part", "whole"]].add_suffix(f"_{day}")
        for frame, day in zip(both, ("now", "then"), strict=True)
    )
    rows = then.join(now, how="outer").fillna(0).astype("int64")
    rows = rows[(rows != 0).any(axis=1)]
    return rows.rename_axis("key").reset_index()[["key", *SUMS]]


def _sums(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    days: TwoDays,
    measure: Measure,
    by: Dimension | Literal["bill_month"],
    parent: str | None,
) -> Both:
    """Part and whole by key on the two days."""
    then = scope.at(days.then.as_of)
    if by == "bill_month":
        shift = days.years_apart if measure in CUMULATIVE else 0
        return (
            _by_month(db, scope, rules, measure, 0),
            _by_month(db, then, rules, measure, shift),
        )
    group = grouping(db, scope, by, parent)
    days_of = (group.scope, group.scope.at(days.then.as_of))
    if measure in AMOUNTS:
        held = (queries.holdings(db, day, 0, group.by, group.level) for day in days_of)
        now, before = (_amounts(frame, measure) for frame in held)
    else:
        rates = (rates_by(db, group, day, rules) for day in days_of)
        now, before = (_rate_sums(frame, measure) for frame in rates)
    return now, before


def _by_month(db: Database, scope: Scope, rules: RecoveryRules, measure: Measure, years: int) -> pd.DataFrame:
    """By bill month, those of a cumulative figure `years` later, so that equal months of two years meet."""
    if measure in AMOUNTS:
        held = queries.holdings_by_month(db, scope)
        return _amounts(held.assign(key=held["rcvbl_ym"].astype(str)), measure)
    flows = queries.flows(db, scope)
    flows = flows.assign(key=(flows["rcvbl_ym"] + 100 * years).astype(str)).sort_values("key", kind="stable")
    return _rate_sums(rates(flows, period_of(scope, rules)), measure)


def _amounts(held: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    return pd.DataFrame({"key": held["key"], "part": held[AMOUNTS[measure]], "whole": 0})


def _rate_sums(rates: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    part, whole = RATES[measure]
    return pd.DataFrame({"key": rates["key"], "part": rates[part], "whole": rates[whole]})


def _customers(
    db: Database, scope: Scope, rules: RecoveryRules, days: TwoDays, measure: Measure
) -> tuple[pd.DataFrame, int]:
    """The customers who add most, with names, all others in one row, and how many those are."""
    whole = _joined(_sums(db, scope, rules, days, measure, "bill_month", None))
    totals = {name: int(whole[name].sum()) for name in SUMS}
    if measure in AMOUNTS:
        changes = _holders(db, scope, days, measure)
    elif totals["whole_then"] and totals["whole_now"]:
        changes = _payers(db, scope, days, measure, totals)
    else:
        changes = pd.DataFrame(columns=["cons_no", "name", "class", "org_name", *SUMS, "customers"])
    rest = int(changes["customers"].max()) - len(changes) if len(changes) else 0
    rows = changes.rename(columns={"cons_no": "key"})[["key", "name", "class", "org_name", *SUMS]]
    others = {name: totals[name] - int(rows[name].sum()) for name in SUMS}
    if rest > 0 or any(others.values()):
        more = pd.DataFrame([{"key": REST, "name": "", "class": "", "org_name": "", **others}])
        rows = pd.concat([rows, more], ignore_index=True)
    return rows.astype(dict.fromkeys(SUMS, "int64")), rest


def _holders(db: Database, scope: Scope, days: TwoDays, measure: Measure) -> pd.DataFrame:
    before = (EVERY_MONTH, EVERY_MONTH)
    if measure == "past_months":
        months = (days.now.as_of, days.then.as_of)
        before = (queries.month_of(months[0]), queries.month_of(months[1]))
    at_least = 1 if measure == "overdue" else -EVERY_MONTH
    holders = period_queries.change_holders(db, scope, days.then.as_of, before, at_least, MOST_CUSTOMERS)
    return holders.assign(whole_then=0, whole_now=0)


def _payers(
    db: Database, scope: Scope, days: TwoDays, measure: Measure, totals: dict[str, int]
) -> pd.DataFrame:
    weights = change.rate_weights(
        (totals["part_then"], totals["whole_then"]), (totals["part_now"], totals["whole_now"])
    )
    return period_queries.change_customers(db, scope, (days.now, days.then), measure, weights, MOST_CUSTOMERS)
