"""The late fee calculator: one bill by every reading of the rule; a calculation, never a book entry."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from analytics.latefee import READINGS, late_fee
from dashboard.page import Page
from dashboard.tables.table import offer, text_table

MOST_YUAN = 1_000_000_000.0


def calculator(page: Page) -> None:
    """Ask for a bill and a day of payment, and show the fee by each reading, the policy's first."""
    t = page.t
    with page.part(t("late_fee.title")):
        st.caption(t("late_fee.what"))
        amount, resident, due_on, paid_on = _bill(page)
        if paid_on <= due_on:
            return page.empty(t("late_fee.not_late"))
        chosen = page.policy.recovery.late_fee_reading
        rows = []
        for reading in sorted(READINGS, key=lambda r: r != chosen):
            fee = late_fee(amount, due_on, paid_on, resident, reading)
            rows.append(
                {
                    "reading": t(f"late_fee.reading.{reading}"),
                    "rule": t(f"late_fee.rule.{reading}"),
                    "days": (paid_on - due_on).days,
                    "amount": int(fee.fee * 100),
                }
            )
        frame = pd.DataFrame(rows)
        first = page.fmt.yuan(rows[0]["amount"])
        st.metric(t("late_fee.by_policy", reading=rows[0]["reading"]), t("late_fee.yuan", number=first))
        columns = {c: t(f"late_fee.column_{c}") for c in ("reading", "rule", "days", "amount")}
        shown = frame.assign(
            days=[page.fmt.count(v) for v in frame["days"]],
            amount=[page.fmt.yuan(v) for v in frame["amount"]],
        )
        headings = {**columns, "amount": page.fmt.in_yuan(columns["amount"])}
        text_table(shown.rename(columns=headings), 2)
        offer(page, "late_fee", frame, columns)
    return None


def _bill(page: Page) -> tuple[Decimal, bool, date, date]:
    t = page.t
    first, second, third = st.columns(3, gap="medium")
    with first:
        yuan = st.number_input(
            t("late_fee.amount"),
            min_value=0.01,
            max_value=MOST_YUAN,
            value=2000.0,
            step=100.0,
            key="fee_amount",
        )
        resident = st.segmented_control(
            t("late_fee.kind"),
            (False, True),
            default=False,
            required=True,
            format_func=lambda r: t("late_fee.resident" if r else "late_fee.other"),
            key="fee_resident",
        )
    as_of = page.scope.as_of
    with second:
        due_on = _day(page, "due", date(as_of.year - 1, 12, 15))
    with third:
        paid_on = _day(page, "paid", as_of)
    return Decimal(str(round(yuan, 2))), bool(resident), due_on, paid_on


def _day(page: Page, name: str, value: date) -> date:
    """A day as text: Streamlit's calendar speaks English only."""
    typed = st.text_input(
        page.t(f"late_fee.{name}"),
        value.isoformat(),
        key=f"fee_{name}",
        max_chars=10,
        help=page.t("late_fee.day_help"),
    )
    try:
        return date.fromisoformat((typed or "").strip().replace("/", "-"))
    except ValueError:
        st.warning(page.t("late_fee.day_refused"))
        st.stop()
