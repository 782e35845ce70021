"""The analysis tab: how arrears move, how months come in, how hard money is to collect, and who holds it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analytics import ageing as buckets
from analytics import collection_kpis as kpis
from analytics.calendar import (
    EVERY_MONTH,
    add_months,
    first_day,
    is_month_end,
    last_day,
    month_of,
    months_between,
)
from analytics.policy import RecoveryRules
from analytics.recovery import ratio
from data.ask import queries
from data.ask.queries import Database
from data.scope import Scope
from services.recovery.headline import held

CURE_POINTS = 6


def roll_rates(db: Database, scope: Scope, rules: RecoveryRules) -> pd.DataFrame:
    """From the month end a month earlier to the last complete one: from_bucket, to_bucket (a bucket,
    'settled' or
    'written_off'), amount, base (the from bucket's balance), rate.
    """
    now = last_month_end(scope.as_of)
    then = last_day(add_months(month_of(now), -1))
    edges = rules.ageing_edges
    keys = [b.key for b in buckets.buckets(edges)]
    moves = queries.roll(db, scope.at(now), then, edges)
    names = {**dict(enumerate(keys)), -1: "settled", -2: "written_off"}
    for column in ("from_bucket", "to_bucket"):
        moves[column] = moves[column].map(names).astype("str")
    return kpis.roll_rates(moves, keys)


def vintage(db: Database, scope: Scope, months: int = 24, ages: int = 12) -> pd.DataFrame:
    """Triangle: rcvbl_ym, age (months since the bill month), billed, collected, rate; unripe cells have
    NaN.
    """
    flows = queries.flows(db, scope)
    this = month_of(scope.as_of)
    complete = this if is_month_end(scope.as_of) else add_months(this, -1)
    first = add_months(this, -(months - 1))
    rows = []
    for ym, part in flows[(flows["rcvbl_ym"] >= first) & (flows["rcvbl_ym"] <= this)].groupby("rcvbl_ym"):
        month = int(str(ym))
        for age in range(ages + 1):
            up_to = part[part["event_ym"] <= add_months(month, age)]
            ripe = add_months(month, age) <= complete
            billed, collected = int(part["billed"].sum()), int(up_to["collected"].sum())
            rows.append((month, age, billed, collected if ripe else np.nan))
    frame = pd.DataFrame(rows, columns=["rcvbl_ym", "age", "billed", "collected"])
    return frame.assign(rate=ratio(frame["collected"], frame["billed"]))


def cure(db: Database, scope: Scope, months: int = 3) -> pd.DataFrame:
    """Of what was overdue at a month end, the part of customers with nothing overdue `months` later: ym
    (of the earlier
    day), overdue, cured, rate, customers, cured_customers, customer_rate. The latest six month ends.
    """
    end = month_of(last_month_end(scope.as_of))
    parts = []
    for back in range(CURE_POINTS - 1, -1, -1):
        now, then = last_day(add_months(end, -back)), last_day(add_months(end, -back - months))
        part = queries.cure(db, scope.at(now), then)
        part.insert(0, "ym", month_of(then))
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    rows["rate"] = ratio(rows["cured"], rows["overdue"])
    rows["customer_rate"] = ratio(rows["cured_customers"], rows["customers"])
    return rows


def first_payment_default(db: Database, scope: Scope, days: int = 30) -> pd.DataFrame:
    """New customers by month of their first bill: ym, customers, defaulted (first bill open `days` after
    its due date),
    rate; NaN while a bill of the month is not that old.
    """
    rows = queries.first_payment(db, scope, days)
    ripe = pd.to_datetime(rows["ripe_on"]) <= pd.Timestamp(scope.as_of)
    rows["rate"] = np.where(ripe, ratio(rows["defaulted"], rows["customers"]), np.nan)
    return rows[["ym", "customers", "defaulted", "rate"]]


def dso(db: Database, scope: Scope, months: int = 3) -> kpis.Dso:
    """Days sales outstanding of the as-of balance over the last `months` months begun; count-back reaches
    36 back.
    """
    flows = queries.flows(db, scope)
    balance, overdue = _balance(db, scope)
    billed = flows.groupby("event_ym")["billed"].sum()
    this = month_of(scope.as_of)
    monthly = [
        (int(billed.get(ym, 0)), (min(last_day(ym), scope.as_of) - first_day(ym)).days + 1)
        for ym in (add_months(this, -back) for back in range(36))
    ]
    outstanding = kpis.dso(balance, balance - overdue, monthly[:months])
    whole = kpis.count_back(balance, monthly)
    return kpis.Dso(outstanding.plain, whole, outstanding.best_possible, *_counts(outstanding))


def _counts(outstanding: kpis.Dso) -> tuple[int, int, int, int]:
    return outstanding.days, outstanding.balance, outstanding.current, outstanding.sales


def cei(db: Database, scope: Scope, months: int = 12) -> kpis.Cei:
    """Collection effectiveness over the last `months` complete months; current is what is not yet due."""
    end = last_month_end(scope.as_of)
    begin = last_day(add_months(month_of(end), -months))
    flows = queries.flows(db, scope.at(end))
    sold = flows[flows["event_ym"] > month_of(begin)]["billed"].sum()
    counted = min(months, max(months_between(_first(flows), month_of(end)) + 1, 0))
    beginning, _ = _balance(db, scope.at(begin))
    ending, overdue = _balance(db, scope.at(end))
    return kpis.cei(beginning, int(sold), counted, ending, ending - overdue)


def concentration(
    db: Database, scope: Scope, shares: tuple[float, ...] = (0.01, 0.05, 0.1, 0.2)
) -> kpis.Concentration:
    """How the balance is spread over the customers who hold it."""
    return kpis.concentration(queries.held_amounts(db, scope)["amount"].to_numpy(), shares)


def last_month_end(as_of: date) -> date:
    """The as-of date where it ends a month, else the end of the month before."""
    return as_of if is_month_end(as_of) else last_day(add_months(month_of(as_of), -1))


def _first(flows: pd.DataFrame) -> int:
    return int(flows["event_ym"].min()) if len(flows) else EVERY_MONTH


def _balance(db: Database, scope: Scope) -> tuple[int, int]:
    rows = queries.holdings(db, scope, EVERY_MONTH)
    return held(rows, "balance").amount, held(rows, "overdue").amount
