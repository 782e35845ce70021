"""The views of the page by their names in the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.collection import choice as chosen
from dashboard.collection import early, record, results, rules, sending, today
from dashboard.page import Page

PARAMS = (
    chosen.VIEW,
    chosen.SHOW,
    chosen.ACTION,
    chosen.PERSON,
    chosen.LIST,
    chosen.STATUS,
    chosen.CUSTOMER,
    chosen.KIND,
    chosen.DAYS,
    chosen.BY,
    chosen.ORDER,
    chosen.CALLS,
    *rules.PARAMS,
)
VIEWS: Mapping[str, Callable[[Page], None]] = {
    "today": today.show,
    "warning": early.show,
    "record": record.show,
    "messages": sending.show,
    "results": results.show,
    "rules": rules.show,
}
