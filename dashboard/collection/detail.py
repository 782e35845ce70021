"""One row of the list in words: the action and its rule, what the law lets be done when, what is owed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.collection import choice as chosen
from dashboard.collection import listing
from dashboard.links.link_codes import hidden
from dashboard.page import Page
from dashboard.tables.cells import written
from dashboard.tables.table import titles
from dashboard.words.collection_words import action_name
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough

DAYS = ("phone", "sms", "slip", "visit", "legal", "stop", "cut")
"""What has a lawful day, as the list calls it."""
ACTION = {"stop": "stop_notice"}


def show(page: Page, row: pd.Series, order: pd.Series | None = None, *, can_record: bool = True) -> None:
    """The row, as an `order` of a batch where it is one, and the way to the customer's file."""
    t = page.t
    with st.container(border=True, key="collection_detail"):
        st.markdown(t("collection.detail_title", cons_no=str(row["cons_no"])))
        for sentence in sentences(page, row, row if order is None else order):
            st.markdown(f"- {sentence}")
        if "lawful_phone" in row:
            _days(page, row)
        with st.container(horizontal=True):
            cons_no = str(row["cons_no"])
            if can_record:
                st.button(
                    t("collection.to_record"),
                    icon=":material/edit_note:",
                    key="collection_to_record",
                    on_click=lead,
                    args=(page, cons_no),
                )
            if st.button(
                t("collection.open_customer"), icon=":material/person_search:", key="collection_open"
            ):
                page.open_customer(cons_no)


def lead(page: Page, cons_no: str, kind: str = "contact") -> None:
    """Turn to the record of the customer, with the form for a kind."""
    page.put(chosen.VIEW, "record")
    page.put(chosen.KIND, kind)
    page.put(chosen.CUSTOMER, hidden(cons_no))


def sentences(page: Page, row: pd.Series, order: pd.Series) -> list[str]:
    """What is done (the `order`) and by which rule; what is refused and by which article; the money, kind by
    kind. A row that is an order alone says what an order knows.
    """
    t, fmt = page.t, page.fmt
    rule = listing.rule_words(page, str(order["rule"]))
    said = [t("collection.does", action=action_name(t, str(order["action"])), rule=rule)]
    if refused := str(row.get("refused_action") or ""):
        why, _, article = str(row["refused_why"]).partition(": ")
        reason = t(f"collection_rules.refused_{why}")
        said.append(t("collection.refuses", action=action_name(t, refused), why=reason, article=article))
    if until := _day(row, "suspended_until"):
        why = t(f"collection_rules.why_{row['suspended_why']}")
        said.append(t("collection.suspended_until", why=why, day=fmt.date(until)))
    if "set_off" not in row:
        owed = {name: fmt.yuan(row[name]) for name in ("owed_now", "late_fee")}
        return [*said, t("collection.money_of_order", **owed)]
    money: dict[str, Any] = {
        name: fmt.yuan(row[name]) for name in ("overdue", "set_off", "in_batch", "owed_now", "late_fee")
    }
    said.append(t("collection.money", **money))
    contacts = fmt.count(int(row["contacts_12m"]))
    last = _day(row, "last_contact_on")
    said.append(
        t("collection.contacts", count=contacts, day=fmt.date(last)) if last else t("collection.no_contact")
    )
    if row["provisional"]:
        said.append(t("collection.provisional_one"))
    return said


def _days(page: Page, row: pd.Series) -> None:
    """The earliest lawful days by both countings."""
    t = page.t
    rows = pd.DataFrame(
        {
            "action_name": [action_name(t.plain, ACTION.get(key, key)) for key in DAYS],
            "lawful_on": [row[f"lawful_{key}"] for key in DAYS],
            "printed_on": [row[f"printed_{key}"] for key in DAYS],
        }
    )
    heads = titles(page, ("action_name", "lawful_on", "printed_on"))
    st.markdown(t("collection.lawful_title"), help=t("collection.lawful_help"))
    drawn, config = written(page.fmt, rows, heads)
    st.dataframe(
        drawn,
        hide_index=True,
        column_config=wide_enough(drawn, config),
        placeholder=NOTHING,
        key="collection_lawful",
        alt=t.plain("collection.lawful_title"),
    )


def _day(row: pd.Series, name: str) -> Any:
    value = row.get(name)
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
