"""What the pages of recovery show of a source that has receipts and no bills: money received by month."""

from __future__ import annotations

import streamlit as st

from dashboard.charts.time import stacked_by_month
from dashboard.month_parts import say_part, with_parts
from dashboard.page import Page
from dashboard.parts import figure_grid
from dashboard.tables.table import table, titles
from services.recovery import figures


def show(page: Page) -> None:
    """Money, receipts and payers in all and by calendar month; nothing without receipts."""
    if not page.store.facts.has_receipts:
        return
    t, fmt = page.t, page.fmt
    with page.part(t("shell.receipts_alone"), t("shell.receipts_alone_help")):
        receipts = page.load(figures.receipts_alone)
        whole, months = receipts.iloc[0], receipts[receipts["event_ym"] > 0].reset_index(drop=True)
        cards = (
            (t("shell.received"), fmt.money(whole["amount"])),
            (t("columns.receipts"), fmt.count(whole["receipts"])),
            (t("columns.customers"), fmt.count(whole["customers"])),
        )
        figure_grid(page, [(label, figure, None, None) for label, figure in cards])
        if months.empty:
            return page.empty()
        named = {"amount": t("shell.received")}
        figure = stacked_by_month(months, page.look, named, title=t("shell.received"), x="event_ym")
        page.chart(figure, "receipts_alone", t("shell.receipts_alone"))
        say_part(page, months)
        months = with_parts(page, months)
        columns = titles(
            page,
            ("event_ym", "as_of", "month_part", "amount", "receipts", "customers"),
            amount=t("shell.received"),
        )
        table(page, "receipts_alone", months, columns)
    st.caption(t("shell.receipts_alone_rest"))
    return None
