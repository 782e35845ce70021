"""The parts of the overview: headline, attention, trend, countdown, arrears, changes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts
from dashboard.parts import figure_grid, has_bills, masked, parent_of, switch
from dashboard.shell import Page
from dashboard.tables import offer, small_table, table, titles
from services import figures

__all__ = ["arrears", "attention", "changes", "countdown", "has_bills", "headline", "trend"]

SEVERITY = {3: ":material/error:", 2: ":material/visibility:", 1: ":material/info:"}
VIEW_OF = {"claims_near_limit": {"view": "limit"}, "unit_fell": {"view": "compare"}}
FEW = 8


def headline(page: Page) -> None:
    """The year's recovery against target and last year, and the other rates beside it."""
    with page.part():
        now = page.load(figures.headline)
        r, before = now.recovery, now.last_year
        t, fmt = page.t, page.fmt
        figure_grid(
            page,
            [
                (
                    t("recovery.current_year", year=r.period.year),
                    fmt.rate(r.current_year.rate),
                    _against(page, r.current_year.rate, before.current_year.rate if before else None),
                    t("overview.target_gap", gap=fmt.points(r.current_year.rate - now.target)),
                ),
                (
                    t("recovery.combined"),
                    fmt.rate(r.combined.rate),
                    _against(page, r.combined.rate, before.combined.rate if before else None),
                    _of(page, r.combined),
                ),
                (
                    t("recovery.old_debt"),
                    fmt.rate(r.old_debt.rate),
                    _against(page, r.old_debt.rate, before.old_debt.rate if before else None),
                    _of(page, r.old_debt),
                ),
                (
                    t("recovery.month", month=fmt.month(r.period.month)),
                    fmt.rate(r.month.rate),
                    _against(page, r.month.rate, before.month.rate if before else None),
                    _of(page, r.month),
                ),
                (
                    t("recovery.households"),
                    fmt.rate(r.household_months.rate),
                    _against(page, r.household_months.rate, before.household_months.rate if before else None),
                    t(
                        "recovery.households_of",
                        settled=fmt.count(r.household_months.settled),
                        billed=fmt.count(r.household_months.billed),
                    ),
                ),
                (
                    t("recovery.on_time"),
                    fmt.rate(r.on_time.rate),
                    _against(page, r.on_time.rate, before.on_time.rate if before else None),
                    t(
                        "overview.clean",
                        clean=fmt.count(now.clean_customers),
                        billed=fmt.count(now.billed_customers),
                    ),
                ),
            ],
        )


def _against(page: Page, now: float, before: float | None) -> str | None:
    if before is None or math.isnan(now) or math.isnan(before):
        return None
    return page.fmt.points(now - before)


def _of(page: Page, rate: figures.Rate) -> str:
    return page.t("recovery.of", collected=page.fmt.money(rate.collected), billed=page.fmt.money(rate.billed))


def attention(page: Page) -> None:
    """What needs attention, most severe first, each with the page that shows it."""
    with page.part(page.t("overview.attention")):
        findings = page.load(figures.attention)
        if not findings:
            page.empty(page.t("overview.nothing_to_do"))
        with st.container(gap=None):
            for finding in findings[:FEW]:
                _finding(page, finding)


def _finding(page: Page, finding: figures.Finding) -> None:
    t, fmt = page.t, page.fmt
    words = t(
        f"attention.{finding.kind}",
        name=finding.name,
        amount=fmt.money(finding.amount),
        count=fmt.count(finding.count),
        value=fmt.rate(finding.value),
        before=fmt.rate(finding.before),
        points=fmt.points(finding.value - finding.before),
    )
    query = {**VIEW_OF.get(finding.kind, {}), **finding.link}
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"{SEVERITY[finding.severity]} {_plain(words)}", width="content")
        page.link_to(finding.page, t(f"nav.{finding.page}"), query)


def _plain(words: str) -> str:
    """Names come from extracts: nothing in them is markup."""
    return re.sub(r"([\\`*_{}\[\]<>#$~:|])", r"\\\1", words)


def trend(page: Page) -> None:
    """The year's rate at each month end, last year and the target."""
    with page.part(page.t("overview.trend")):
        frame = page.load(figures.trend, months=13)
        if frame.empty:
            return page.empty()
        title = page.t("recovery.current_year_rate")
        figure = charts.rate_trend(
            frame,
            page.look,
            {"cy_rate": title},
            title=title,
            last_year="last_year_cy_rate",
            target=page.policy.recovery.recovery_target,
        )
        page.chart(figure, "overview_trend", page.t("overview.trend_alt"))
        columns = ("ym", "as_of", "cy_billed", "cy_collected", "cy_rate", "last_year_cy_rate", "balance")
        offer(page, "overview_trend", frame, titles(page, columns))
    return None


def countdown(page: Page) -> None:
    """结零倒计时: what is still open, against last year, and whether it will make it."""
    t, fmt = page.t, page.fmt
    with page.part(t("overview.countdown"), t("overview.countdown_help")):
        c = page.load(figures.cleared)
        days = (c.deadline - page.scope.as_of).days
        st.markdown(_verdict(page, c, days))
        before = c.last_year_month_open
        old_before = c.last_year_old_open
        figure_grid(
            page,
            [
                (
                    t("overview.month_open", month=fmt.month(c.closed_month)),
                    fmt.money(c.month_open.amount),
                    _same_day(page, c.month_open.amount, before),
                    t("overview.customers_bills", **_counts(page, c.month_open)),
                ),
                (
                    t("overview.old_open"),
                    fmt.money(c.old_open.amount),
                    _same_day(page, c.old_open.amount, old_before),
                    t("overview.customers_bills", **_counts(page, c.old_open)),
                ),
                (
                    t("overview.expected_open", day=fmt.date(c.deadline)),
                    fmt.money(c.expected_open),
                    None,
                    t("overview.estimate"),
                ),
            ],
            better="less",
        )
        _countdown_units(page)
        page.link("recovery", t("overview.all_units"), view="cleared")


def _verdict(page: Page, c: figures.Cleared, days: int) -> str:
    t, fmt = page.t, page.fmt
    head = t("overview.days_left", days=fmt.count(days), deadline=fmt.date(c.deadline))
    if c.month_cleared:
        return f"{head}{t('overview.is_cleared')}"
    if c.in_time:
        return f"{head}{t('overview.in_time')}"
    if c.projected_on is None:
        return f"{head}{t('overview.never')}"
    return f"{head}{t('overview.late', day=fmt.date(c.projected_on))}"


def _same_day(page: Page, now: int, before: figures.Holding | None) -> str | None:
    if before is None:
        return None
    difference = now - before.amount
    sign = "+" if difference > 0 else "-" if difference < 0 else ""
    return f"{sign}{page.fmt.money(abs(difference))}"


def _counts(page: Page, holding: figures.Holding) -> dict[str, str]:
    return {"customers": page.fmt.count(holding.customers), "bills": page.fmt.count(holding.bills)}


def _countdown_units(page: Page) -> None:
    by = switch(page, "overview_cleared_by", ("org", "area"), page.t("filters.by"), "filters.dimension")
    frame = page.load(figures.cleared_by, by=by, parent=parent_of(page, by))
    frame = frame[(frame["open"] > 0) | (frame["old_open"] > 0)]
    if frame.empty:
        return page.empty(page.t("overview.is_cleared"))
    frame = frame.assign(name=[page.name(by, k, n) for k, n in zip(frame["key"], frame["name"], strict=True)])
    columns = titles(
        page,
        (
            "name",
            "open",
            "customers",
            "last_year_open",
            "last_year_customers",
            "old_open",
            "expected_open",
            "in_time",
        ),
        name=page.t(f"filters.dimension.{by}"),
    )
    table(page, "overview_cleared", frame, columns, height=None if len(frame) <= FEW else 320)
    return None


def arrears(page: Page) -> None:
    """The three definitions of arrears, what is shown apart, and who holds the balance."""
    t, fmt = page.t, page.fmt
    with page.part(t("overview.arrears"), t("overview.arrears_help")):
        now = page.load(figures.headline)
        a = now.arrears
        figure_grid(
            page,
            [
                (
                    t(f"overview.{name}"),
                    fmt.money(h.amount),
                    None,
                    t("overview.customers_bills", **_counts(page, h)),
                )
                for name, h in (
                    ("balance", a.balance),
                    ("past_months", a.past_months),
                    ("overdue", a.overdue),
                )
            ],
        )
        st.caption(_apart(page, now))
        _holders(page)
        page.link("ageing", t("overview.to_ageing"))


def _apart(page: Page, now: figures.Headline) -> str:
    t, fmt = page.t, page.fmt
    prepaid = fmt.money(now.prepaid.amount) if now.prepaid else "—"
    return t(
        "overview.apart",
        prepaid=prepaid,
        credit=fmt.money(now.credit),
        in_transit=fmt.money(now.in_transit.amount),
        written_off=fmt.money(now.written_off.amount),
        recovered_after=fmt.money(now.recovered_after),
    )


def _holders(page: Page) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        units = page.load(figures.comparison, by="org", parent=parent_of(page, "org"))
        units = units[units["open"] > 0].nlargest(FEW, "open")
        if units.empty:
            return page.empty()
        figure = charts.ranking(units, page.look, "open", title=page.t("overview.balance"), money=True)
        page.chart(figure, "overview_holders", page.t("overview.holders_alt"))
    with right:
        debtors = masked(page.load(figures.top_debtors, limit=FEW))
        columns = titles(page, ("cons_no", "name", "org_name", "amount", "days_overdue"))
        table(page, "overview_debtors", debtors, columns)
    return None


def changes(page: Page) -> None:
    """What is different from the last month's end."""
    with page.part(page.t("overview.changes"), page.t("overview.changes_help")):
        frame = page.load(figures.changes)
        if frame.empty:
            return page.empty()
        rows = []
        for row in frame.to_dict("records"):
            write = _writer(page, row["unit"])
            rows.append(
                {
                    "item": page.t(f"overview.item.{row['item']}"),
                    "before": write(row["before"]),
                    "now": write(row["now"]),
                    "change": _change(page, row["unit"], row["change"]),
                }
            )
        shown = pd.DataFrame(rows)
        columns = titles(page, ("item", "before", "now", "change"))
        small_table(page, shown, columns)
        offer(page, "overview_changes", shown, columns)
    return None


def _writer(page: Page, unit: str) -> Callable[[Any], str]:
    return page.fmt.rate if unit == "rate" else page.fmt.money if unit == "fen" else page.fmt.count


def _change(page: Page, unit: str, value: float) -> str:
    if pd.isna(value):
        return "—"
    if unit == "rate":
        return page.fmt.points(value)
    if unit == "count":
        return page.fmt.signed(value)
    return ("+" if value > 0 else "-" if value < 0 else "") + page.fmt.money(abs(value))
