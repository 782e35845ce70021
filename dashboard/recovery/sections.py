"""The parts of the recovery page that are about one scope: rates, trends, the month's curve, the forecast."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from analytics.calendar import last_day
from analytics.targets import Measure
from dashboard import charts, comparison, targets
from dashboard.charts import time as charts_time
from dashboard.charts.panels import rate_panels
from dashboard.links.filters import Param, choice
from dashboard.month_parts import say_part, with_parts
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.recovery import ranking
from dashboard.recovery import targets as of_units
from dashboard.recovery.units import BY, SHAPE, cleared, compare
from dashboard.tables.table import offer, table, titles
from services.recovery import figures

__all__ = [
    "PARAMS",
    "VIEW",
    "VIEWS",
    "bill_months",
    "cash_months",
    "cleared",
    "compare",
    "curve",
    "forecast",
    "headline",
    "trends",
]

VIEWS = ("trend", "why", "compare", "ranking", "cleared", "outlook", "targets")
VIEW = choice("view", VIEWS)
MONTHS = 24


def _month(text: str) -> int | None:
    good = len(text) == 6 and text.isascii() and text.isdigit() and 1 <= int(text[4:]) <= 12
    return int(text) if good else None


MONTH: Param[int] = Param("month", 0, _month)
PARAMS = (VIEW, BY, SHAPE, MONTH, *of_units.PARAMS, *ranking.PARAMS)


def headline(page: Page) -> None:
    """The rates of the scope in one row, with their differences from the other day."""
    with page.part():
        days = comparison.choose(page)
        r = page.load(figures.recovery)
        then = page.load(figures.recovery, scope=page.scope.at(days.then.as_of))
        t, fmt = page.t, page.fmt
        pairs = r.household_months
        counted = {"settled": fmt.count(pairs.settled), "billed": fmt.count(pairs.billed)}
        cards = (
            (t("recovery.current_year", year=r.period.year), "current_year", _of(page, r.current_year)),
            (t("recovery.old_debt"), "old_debt", _of(page, r.old_debt)),
            (t("recovery.combined"), "combined", _of(page, r.combined)),
            (t("recovery.month", month=fmt.month(r.period.month)), "month", _of(page, r.month)),
            (t("recovery.households"), "household_months", t("recovery.households_of", **counted)),
            (t("recovery.on_time"), "on_time", _of(page, r.on_time)),
        )
        held, shown = targets.attainments(page, r), []
        for label, name, below in cards:
            both = getattr(r, name).rate, getattr(then, name).rate
            target = targets.rate_of(held.get(name))
            shown.append(comparison.rate_card(page, label, both, name, days, below, target))
        lines = {n: aimed for n, s in held.items() if (aimed := targets.line(page, s))}
        links = comparison.why_links(page, {label: name for label, name, _ in cards})
        below_of = {label: partial(_below, lines.get(name), links[label]) for label, name, _ in cards}
        figure_grid(page, shown, below_of=below_of, beside=comparison.beside(page, days))
        st.caption(_apart(page, r))


def _apart(page: Page, r: figures.Recovery) -> str:
    money = page.fmt.money
    parts = {"late": money(r.late), "after_cutoff": money(r.after_cutoff), "set_off": money(r.set_off)}
    return page.t("recovery.apart", **parts, issued=money(r.issued_in_new_year.billed))


def _below(line: str | None, link: Callable[[], None]) -> None:
    """A line of text, where there is one, and a link."""
    if line:
        st.caption(line)
    link()


def _of(page: Page, rate: figures.Rate) -> str:
    collected, billed = page.fmt.moneys(rate.collected, rate.billed)
    return page.t("recovery.of", collected=collected, billed=billed)


def trends(page: Page) -> None:
    """All rates as of each month's end."""
    with page.part(page.t("recovery.trend"), page.t("recovery.trend_help")):
        frame = page.load(figures.trend, months=MONTHS)
        if frame.empty:
            return page.empty()
        rates = titles(page, ("combined_rate", "old_rate"))
        measures: dict[Measure, str] = {"combined": rates["combined_rate"], "old_debt": rates["old_rate"]}
        whole, held = targets.with_lines(page, frame, measures)
        of_old = {"target_old_debt": held.pop("target_old_debt")}
        frame = figures.known_alone(whole, page.store.facts.first_month)
        figure = rate_panels(
            frame,
            page.look,
            titles(page, ("cy_rate", "combined_rate", "on_time_rate")),
            titles(page, ("old_rate",)),
            title=page.t("columns.rate"),
            apart_title=page.t("recovery.old_debt"),
            last_year="last_year_cy_rate",
            target=held,
            apart_target=of_old,
            year="year",
        )
        page.chart(figure, "recovery_trend", page.t("recovery.trend_alt"))
        say_part(page, frame)
        if (frame["old_rate"].isna() & whole["old_rate"].notna()).any():
            st.caption(comparison.began_late(page, "former"))
        columns = "ym as_of month_part cy_billed cy_collected cy_rate target last_year_cy_rate old_rate"
        wide = f"{columns} combined_rate month_rate hh_rate on_time_rate balance last_year_balance"
        offer(page, "recovery_trend", with_parts(page, frame), titles(page, wide.split()))
    return None


def bill_months(page: Page) -> None:
    """Recovery by the month that was billed."""
    with page.part(page.t("recovery.by_bill_month"), page.t("recovery.by_bill_month_help")):
        frame = page.load(figures.by_bill_month, months=MONTHS)
        if frame.empty:
            return page.empty()
        title = page.t("columns.rate")
        figure = charts.rate_trend(
            frame.assign(target=targets.of_months(page, frame["rcvbl_ym"], "month")),
            page.look,
            {"rate": title, "hh_rate": page.t("columns.hh_rate")},
            title=title,
            last_year="last_year_rate",
            target="target",
            x="rcvbl_ym",
        )
        page.chart(figure, "bill_months", page.t("recovery.by_bill_month_alt"))
        say_part(page, frame)
        columns = "rcvbl_ym as_of month_part billed collected rate last_year_rate open written_off"
        wide = f"{columns} hh_billed hh_settled hh_rate"
        offer(page, "bill_months", with_parts(page, frame), titles(page, wide.split()))
    return None


def cash_months(page: Page) -> None:
    """What came in by calendar month, and on what it came."""
    with page.part(page.t("recovery.by_cash_month"), page.t("recovery.by_cash_month_help")):
        frame = page.load(figures.by_cash_month, months=MONTHS)
        if frame.empty:
            return page.empty()
        figure = charts_time.stacked_by_month(
            frame,
            page.look,
            titles(page, ("of_current_year", "of_old_debt")),
            title=page.t("columns.collected"),
            x="event_ym",
            line="last_year_collected",
        )
        page.chart(figure, "cash_months", page.t("recovery.by_cash_month_alt"))
        say_part(page, frame)
        columns = "event_ym as_of month_part collected of_current_year of_old_debt last_year_collected late"
        wide = f"{columns} after_cutoff set_off credit recovered_after written_off"
        offer(page, "cash_months", with_parts(page, frame), titles(page, wide.split()))
    return None


def curve(page: Page) -> None:
    """How fast a month's bills came in, against the same month last year."""
    t, fmt = page.t, page.fmt
    with page.part(t("recovery.curve"), t("recovery.curve_help")):
        months = page.load(figures.by_bill_month, months=MONTHS)["rcvbl_ym"].astype(int).tolist()
        if not months:
            return page.empty()
        month = page.pick(MONTH, months, months[-1])
        st.session_state["curve_month"] = month
        st.selectbox(
            t("columns.rcvbl_ym"),
            months[::-1],
            format_func=fmt.month,
            key="curve_month",
            on_change=lambda: page.put(MONTH, int(st.session_state["curve_month"])),
            width=220,
            placeholder="",
        )
        frame = page.load(figures.recovery_curve, month=month)
        names = {"this_year": fmt.month(month), "last_year": fmt.month(month - 100)}
        figure = charts_time.recovery_curve(frame, page.look, names)
        page.chart(figure, "curve", t("recovery.curve_alt"))
        of_series = {"this_year": month, "last_year": month - 100}
        shown = frame.rename(columns={"day": "days_since_issue"})
        shown["rcvbl_ym"] = frame["series"].map(of_series)
        columns = ("rcvbl_ym", "days_since_issue", "billed", "collected", "rate")
        offer(page, "curve", shown, titles(page, columns))
    return None


def _said_of_year(page: Page) -> None:
    """What was said of the last year's end, against how it ended; nothing where nothing was said."""
    t, fmt = page.t, page.fmt
    record = page.load(figures.said_of_year)
    if record.rows.empty:
        return
    with st.expander(t("recovery.said_of_year", year=str(record.year))):
        st.caption(t("recovery.one_outcome", rate=fmt.rate(float(record.rows["actual"].iloc[0]))))
        columns = ("as_of", "expected", "low", "high", "actual", "is_in_band")
        table(page, "forecast_record", record.rows, titles(page, columns))


def _to_the_day(page: Page, path: pd.DataFrame) -> pd.DataFrame:
    """The path with `month_part` of the months that are known."""
    days = [min(last_day(int(ym)), page.scope.as_of) for ym in path["ym"]]
    parts = with_parts(page, path.assign(as_of=days))["month_part"]
    return path.assign(month_part=parts.where(path["actual"].notna(), None))


def forecast(page: Page) -> None:
    """The year's rate at its end, with a band where history supports one, and its record."""
    t, fmt = page.t, page.fmt
    with page.part(t("recovery.forecast"), t("recovery.forecast_help")):
        f = page.load(figures.forecast)
        if not f.months:
            return page.empty(t("recovery.no_forecast"))
        path = f.path.assign(target=targets.of_months(page, f.path["ym"]))
        said = {n: fmt.rate(getattr(f, n)) for n in ("expected", "low", "high")}
        said["target"] = fmt.rate(float(path["target"].iloc[-1]))
        drawn = "forecast_says" if f.low == f.low else "forecast_without_band"
        st.markdown(t(f"recovery.{drawn}", day=fmt.date(page.scope.as_of), months=f.months, **said))
        title = t("recovery.current_year_rate")
        figure = charts_time.forecast_fan(path, page.look, title=title, as_of=page.scope.as_of)
        page.chart(figure, "forecast", t("recovery.forecast_alt"))
        columns = titles(page, ("ym", "month_part", "actual", "expected", "low", "high", "target"))
        table(page, "forecast", _to_the_day(page, path), columns)
        _said_of_year(page)
    return None
