"""The analysis tab of the ageing page: roll rates, vintage, cure, first payments, DSO, CEI, concentration."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.policy import RecoveryRules
from dashboard import charts, targets
from dashboard.ageing.sections import bucket_names, bucket_numbers
from dashboard.charts import spread as charts_spread
from dashboard.charts import time as charts_time
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.tables.table import offer, small_table, table, titles
from services.recovery import figures

LEFT = ("settled", "written_off")


def draw(page: Page, rules: RecoveryRules) -> None:
    """All of the tab, top to bottom."""
    _ratios(page)
    _roll(page, rules)
    _vintage(page)
    _cure(page)
    _first_payment(page)
    _concentration(page)


def _ratios(page: Page) -> None:
    t, fmt = page.t, page.fmt
    with page.part(t("ageing.ratios"), t("ageing.ratios_help")):
        d, c = page.load(figures.dso), page.load(figures.cei)
        figure_grid(
            page,
            [
                (t("ageing.dso"), _days(page, d.plain), None, t("ageing.dso_over", days=d.days)),
                (t("ageing.dso_count_back"), _days(page, d.count_back), None, t("ageing.dso_count_back_is")),
                (t("ageing.dso_best"), _days(page, d.best_possible), None, t("ageing.dso_best_is")),
                (
                    t("ageing.cei"),
                    "—" if pd.isna(c.value) else f"{fmt.number(c.value)}%",
                    None,
                    t("ageing.cei_over", months=c.months),
                ),
            ],
        )
        rows = pd.DataFrame(
            {
                "item": [t(f"ageing.cei_{name}") for name in ("beginning", "sales", "total", "current")],
                "amount": [c.beginning, c.sales, c.ending_total, c.ending_current],
            }
        )
        with st.expander(t("ageing.cei_parts")):
            small_table(page, rows, titles(page, ("item", "amount")))
            offer(page, "cei", rows, titles(page, ("item", "amount")))


def _days(page: Page, value: float) -> str:
    return "—" if pd.isna(value) else page.t("common.days", number=page.fmt.number(value))


def _roll(page: Page, rules: RecoveryRules) -> None:
    with page.part(page.t("ageing.roll"), page.t("ageing.roll_help")):
        frame = page.load(figures.roll_rates, rules=rules)
        if frame.empty:
            return page.empty()
        numbers, names = bucket_numbers(page, rules), bucket_names(page, rules)
        words = {code: names[i] for code, i in numbers.items()}
        words |= {code: page.t(f"ageing.{code}") for code in LEFT}
        froms = [(c, words[c]) for c in numbers]
        tos = [(c, words[c]) for c in (*numbers, *LEFT)]
        page.chart(charts_spread.roll_matrix(frame, page.look, froms, tos), "roll", page.t("ageing.roll_alt"))
        shown = frame.assign(
            from_bucket=[words[str(b)] for b in frame["from_bucket"]],
            to_bucket=[words[str(b)] for b in frame["to_bucket"]],
        )
        columns = ("from_bucket", "to_bucket", "amount", "base", "rate")
        offer(page, "roll", shown, titles(page, columns, rate=page.t("ageing.roll")))
    return None


def _vintage(page: Page) -> None:
    with page.part(page.t("ageing.vintage"), page.t("ageing.vintage_help")):
        frame = page.load(figures.vintage)
        if frame.empty:
            return page.empty()
        figure = charts_time.triangle(
            frame,
            page.look,
            title=page.t("charts.collected_share"),
            target=targets.level(page),
        )
        page.chart(figure, "vintage", page.t("ageing.vintage_alt"))
        ripe = frame[frame["collected"].notna()]
        offer(page, "vintage", ripe, titles(page, ("rcvbl_ym", "age", "billed", "collected", "rate")))
    return None


def _cure(page: Page) -> None:
    with page.part(page.t("ageing.cure"), page.t("ageing.cure_help")):
        frame = page.load(figures.cure)
        if frame.empty or not frame["rate"].notna().any():
            return page.empty()
        names = {"rate": page.t("ageing.cure_money"), "customer_rate": page.t("columns.customer_rate")}
        figure = charts.rate_trend(frame, page.look, names, title=page.t("ageing.cure"))
        page.chart(figure, "cure", page.t("ageing.cure_alt"))
        columns = "ym overdue cured rate customers cured_customers customer_rate"
        offer(page, "cure", frame, titles(page, columns.split(), **names))
    return None


def _first_payment(page: Page) -> None:
    with page.part(page.t("ageing.first_payment"), page.t("ageing.first_payment_help")):
        frame = page.load(figures.first_payment_default)
        if frame.empty or not frame["rate"].notna().any():
            return page.empty(page.t("ageing.no_new_customers"))
        title = page.t("ageing.first_payment")
        figure = charts.rate_trend(frame, page.look, {"rate": title}, title=title)
        page.chart(figure, "first_payment", page.t("ageing.first_payment_alt"))
        columns = ("ym", "customers", "defaulted", "rate")
        offer(page, "first_payment", frame, titles(page, columns, rate=title))
    return None


def _concentration(page: Page) -> None:
    t, fmt = page.t, page.fmt
    with page.part(t("ageing.concentration"), t("ageing.concentration_help")):
        c = page.load(figures.concentration)
        if not c.customers:
            return page.empty(t("ageing.nothing_open"))
        st.markdown(
            t(
                "ageing.concentration_says",
                customers=fmt.count(c.customers),
                amount=fmt.money(c.amount),
                gini=fmt.number(c.gini, 3),
            )
        )
        left, right = st.columns(2, gap="medium")
        with left:
            page.chart(charts_spread.lorenz(c.curve, page.look), "lorenz", t("ageing.concentration_alt"))
            offer(page, "lorenz", c.curve, titles(page, ("customers_share", "amount_share")))
        with right:
            table(
                page,
                "concentration",
                c.top,
                titles(page, ("share", "amount", "amount_share"), share=t("ageing.top_share")),
            )
    return None
