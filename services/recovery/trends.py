"""How the rates went: by month end, bill month, month of cash, days since issue."""

from __future__ import annotations

import pandas as pd

from analytics import calendar
from analytics.calendar import add_months, last_day, month_of
from analytics.policy import RecoveryRules
from analytics.recovery import rates_over, ratio
from data.ask import queries
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery.headline import flows_last_year, period_of
from services.recovery.units import grouping, named

TREND = [
    "as_of",
    "ym",
    "year",
    "cy_billed",
    "cy_collected",
    "cy_rate",
    "old_rate",
    "combined_rate",
    "month_rate",
    "hh_rate",
    "on_time_rate",
    "balance",
    "last_year_cy_rate",
    "last_year_balance",
]
SMALL_MULTIPLE = [
    "key",
    "name",
    "ym",
    "as_of",
    "year",
    "cy_billed",
    "cy_collected",
    "cy_rate",
    "last_year_cy_rate",
    "balance",
]


def trend(db: Database, scope: Scope, rules: RecoveryRules, months: int = 24) -> pd.DataFrame:
    """As of each month end and of the as-of date, which is the last row: the columns of `TREND`; `year` is
    that in which the rates add up.
    """
    rows = _trend(db, scope, rules, months, queries.flows(db, scope), "", 0)
    return rows.assign(combined_rate=rows["rate"])[TREND]


def known_alone(frame: pd.DataFrame, begins: int | None) -> pd.DataFrame:
    """Rows of `trend` or `trend_by` as lines are drawn: nothing where data that begin with the bill month
    `begins` do not hold the whole year before, which old debt, and last year's rate, are made of.
    """
    is_known = pd.Series([calendar.holds_year(begins, int(y) - 1) for y in frame["year"]], frame.index, bool)
    if is_known.all():
        return frame
    columns = [c for c in ("old_rate", "combined_rate", "last_year_cy_rate") if c in frame]
    return frame.assign(**{c: frame[c].where(is_known) for c in columns})


def trend_by(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    by: Dimension,
    parent: str | None = None,
    months: int = 12,
) -> pd.DataFrame:
    """Small multiples, one row per key and month end: the columns of `SMALL_MULTIPLE`."""
    group = grouping(db, scope, by, parent)
    flows = queries.flows(db, group.scope, group.by, group.level)
    rows = _trend(db, group.scope, rules, months, flows, group.by, group.level)
    return named(db, rows, by).sort_values(["key", "as_of"], ignore_index=True)[SMALL_MULTIPLE]


def _trend(
    db: Database, scope: Scope, rules: RecoveryRules, months: int, flows: pd.DataFrame, by: str, level: int
) -> pd.DataFrame:
    first = int(flows["event_ym"].min()) if len(flows) else calendar.EVERY_MONTH
    this = month_of(scope.as_of)
    yms = [m for m in (add_months(this, -back) for back in range(months - 1, 0, -1)) if m >= first]
    days = [last_day(m) for m in yms] + [scope.as_of]
    periods = {d: period_of(scope.at(d), rules) for d in days}
    rows = rates_over(flows, [(period, month_of(d)) for d, period in periods.items()])
    rows["year"] = [periods[d].year for d in rows["as_of"]]
    before = [calendar.year_before(d) for d in days]
    ends = [(period_of(scope.at(d), rules), month_of(d)) for d in before[:-1]]
    today = (period_of(scope.at(before[-1]), rules), month_of(before[-1]))
    if calendar.is_month_end(scope.as_of):
        past = rates_over(flows, [*ends, today])
    else:
        then = rates_over(queries.flows(db, scope.at(before[-1]), by, level), [today])
        past = pd.concat([rates_over(flows, ends), then], ignore_index=True) if ends else then
    # Before the data begins nothing is known to be open.
    past["balance"] = past["balance"].where(past["as_of"].map(month_of) >= first)
    past["as_of"] = past["as_of"].map(dict(zip(before, days, strict=True)))
    past = past.rename(columns={"cy_rate": "last_year_cy_rate", "balance": "last_year_balance"})
    joined = rows.merge(
        past[["key", "as_of", "last_year_cy_rate", "last_year_balance"]], on=["key", "as_of"], how="left"
    )
    return joined if len(flows) else joined.iloc[:0]


def by_bill_month(db: Database, scope: Scope, rules: RecoveryRules, months: int = 24) -> pd.DataFrame:
    """One row per bill month: rcvbl_ym, billed, collected, rate, open, written_off, hh_billed, hh_settled,
    hh_rate,
    last_year_rate (of the same month last year, by the same day last year: `last_year_on`), as_of (the
    month's last day, or the as-of date in it).
    """
    flows = queries.flows(db, scope)
    rows = _bill_months(flows, period_of(scope, rules).last_month)
    before, day = flows_last_year(db, scope, flows)
    past = _bill_months(before, period_of(scope.at(day), rules).last_month).set_index("rcvbl_ym")["rate"]
    rows["as_of"] = [min(last_day(ym), scope.as_of) for ym in rows["rcvbl_ym"]]
    rows["last_year_on"] = day
    rows["last_year_rate"] = (rows["rcvbl_ym"] - 100).map(past).astype(float)
    return rows.tail(months).reset_index(drop=True)


def _bill_months(flows: pd.DataFrame, last_month: int) -> pd.DataFrame:
    parts = ["billed", "collected", "written_off", "pair_billed", "pair_settled"]
    rows = flows[flows["rcvbl_ym"] <= last_month].groupby("rcvbl_ym", sort=True)[parts].sum().reset_index()
    rows = rows.rename(columns={"pair_billed": "hh_billed", "pair_settled": "hh_settled"})
    rows["rate"] = ratio(rows["collected"], rows["billed"])
    rows["open"] = rows["billed"] - rows["collected"] - rows["written_off"]
    rows["hh_rate"] = ratio(rows["hh_settled"], rows["hh_billed"])
    return rows


def by_cash_month(db: Database, scope: Scope, rules: RecoveryRules, months: int = 24) -> pd.DataFrame:
    """One row per calendar month in which receipts took effect: event_ym, collected, of_current_year,
    of_old_debt,
    late, after_cutoff, set_off, credit, recovered_after, written_off, last_year_collected (to the same day;
    missing before the data begins), as_of (the month's last day, or the as-of date in it).
    """
    flows = queries.flows(db, scope)
    before, _ = flows_last_year(db, scope, flows)
    old = flows["bill_year"] < flows["event_ym"] // 100
    parts = flows.assign(
        of_old_debt=flows["collected"].where(old, 0), of_current_year=flows["collected"].where(~old, 0)
    ).rename(
        columns={
            "collected_late": "late",
            "collected_after_cutoff": "after_cutoff",
            "collected_set_off": "set_off",
        }
    )
    columns = ["collected", "of_current_year", "of_old_debt", "late", "after_cutoff", "set_off"]
    columns += ["credit", "recovered_after", "written_off"]
    rows = parts.groupby("event_ym", sort=True)[columns].sum().reset_index()
    past = flows.groupby("event_ym")["collected"].sum()
    same_day = before.groupby("event_ym")["collected"].sum()
    same_day.index = same_day.index + 100
    past.index = past.index + 100
    this = month_of(scope.as_of)
    amounts = [int((same_day if ym == this else past).get(ym, 0)) for ym in rows["event_ym"]]
    began = rows["event_ym"] - 100 >= rows["event_ym"].min()
    rows["as_of"] = [min(last_day(ym), scope.as_of) for ym in rows["event_ym"]]
    rows["last_year_collected"] = pd.Series(amounts, dtype="Int64").where(began)
    return rows.tail(months).reset_index(drop=True)


def recovery_curve(db: Database, scope: Scope, month: int, days: int = 90) -> pd.DataFrame:
    """Share of a bill month collected by days since issue: series ('this_year', 'last_year'), day, billed,
    collected,
    rate. Days that the month's last-issued bills have not reached by the as-of date are left out.
    """
    parts = [
        _curve(db, scope, ym, days, series)
        for series, ym in (("this_year", month), ("last_year", month - 100))
    ]
    return pd.concat(parts, ignore_index=True)


def _curve(db: Database, scope: Scope, month: int, days: int, series: str) -> pd.DataFrame:
    moves = queries.curve(db, scope, month)
    last_issue = queries.issue_days(db, scope.as_of, month)["last_on"].iloc[0]
    reached = -1 if pd.isna(last_issue) else min(days, (scope.as_of - last_issue.date()).days)
    by_day = moves.set_index("day").reindex(range(reached + 1), fill_value=0).cumsum().reset_index()
    by_day.columns = pd.Index(["day", "billed", "collected"])
    by_day.insert(0, "series", series)
    return by_day.assign(rate=ratio(by_day["collected"], by_day["billed"]))


def heatmap(
    db: Database,
    scope: Scope,
    rules: RecoveryRules,
    by: Dimension,
    parent: str | None = None,
    months: int = 12,
) -> pd.DataFrame:
    """Bill month x key: key, name, rcvbl_ym, as_of (the month's last day, or the as-of date in it), billed,
    collected, rate, open.
    """
    group = grouping(db, scope, by, parent)
    period = period_of(scope, rules)
    flows = queries.flows(db, group.scope, group.by, group.level)
    last = min(period.last_month, month_of(scope.as_of))
    flows = flows[(flows["rcvbl_ym"] <= last) & (flows["rcvbl_ym"] > add_months(last, -months))]
    rows = (
        flows.groupby(["key", "rcvbl_ym"], sort=True)[["billed", "collected", "written_off"]]
        .sum()
        .reset_index()
    )
    rows["rate"] = ratio(rows["collected"], rows["billed"])
    rows["open"] = rows["billed"] - rows["collected"] - rows["written_off"]
    rows["as_of"] = [min(last_day(ym), scope.as_of) for ym in rows["rcvbl_ym"]]
    return named(db, rows, by)[["key", "name", "rcvbl_ym", "as_of", "billed", "collected", "rate", "open"]]
