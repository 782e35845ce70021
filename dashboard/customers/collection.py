"""What collection has to do with one customer, on their file: suspended until when, orders, the way to it."""

from __future__ import annotations

from dashboard.collection import record
from dashboard.links.link_codes import hidden
from dashboard.page import Page


def show(page: Page, cons_no: str) -> None:
    """Until when nothing is done, the orders and their states, and the way to recording what came of them."""
    record.suspended(page, cons_no)
    record.orders_of(page, cons_no)
    page.link("collection", page.t("collection.to_record"), view="record", c=hidden(cons_no))
