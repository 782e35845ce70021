"""The late fee on one customer's bills: by the policy's reading, with the other readings beside it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.page import Page
from dashboard.tables.cells import written
from dashboard.tables.downloads import downloads
from dashboard.tables.table import text_table
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from services.customers.customer_late_fee import late_fees
from services.customers.lists import CustomerFile


def show(page: Page, customer: CustomerFile) -> None:
    """Totals by reading, the policy's first, and the bills."""
    t = page.t
    class_ = customer.facts.get("class")
    fees = late_fees(
        customer.bills, customer.receipts, class_ if isinstance(class_, str) else None, page.scope.as_of
    )
    if fees.empty:
        page.empty(t("customers.file.no_late_fee"))
        return
    chosen = page.policy.recovery.late_fee_reading
    readings = [c for c in fees.columns if c not in ("rcvbl_ym", "due_on", "late_amount", "days")]
    readings.sort(key=lambda reading: reading != chosen)
    st.caption(t("customers.file.late_fee_what", rule=t(f"late_fee.rule.{chosen}")))
    titles = {
        "rcvbl_ym": t("columns.rcvbl_ym"),
        "due_on": t("columns.due_on"),
        "late_amount": t("columns.late_amount"),
        "days": t("columns.days_overdue"),
        **{reading: t(f"late_fee.reading.{reading}") for reading in readings},
    }
    totals = {page.fmt.in_yuan(titles[r]): page.fmt.yuan(int(fees[r].sum())) for r in readings}
    text_table(pd.DataFrame([totals]), len(totals))
    shown, config = written(page.fmt, fees, titles, exact=True)
    title = t("customers.file.late_fee")
    st.dataframe(
        shown, column_config=wide_enough(shown, config), hide_index=True, placeholder=NOTHING, alt=title
    )
    downloads(page, "customer_late_fee", fees, titles, title=title)
