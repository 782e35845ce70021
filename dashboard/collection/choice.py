"""What the page's link holds."""

from __future__ import annotations

import re

from analytics.collection_rules import ACTIONS, CHECK_CONTACT
from dashboard.links.filters import MAX_HIDDEN, Param, choice, number
from data.state.order_acts import STATES
from services.collection import records

VIEWS = ("today", "warning", "record", "messages", "results", "rules")
VIEW = choice("view", VIEWS)
ALL = "all"
SHOWN = ("orders", "refused", "suspended", "in_batch", "covered", "below_least", "fee_open", "everyone")
SHOW = choice("show", SHOWN)
"""Which customers of a proposal are listed: those something is done about, or those nothing is, by why."""
ACTION = choice("action", (ALL, *ACTIONS[1:], CHECK_CONTACT))
PERSON: Param[str] = Param("person", ALL, lambda text: text if re.fullmatch(r"[\w.-]{1,64}", text) else None)
"""The employee number of the person in charge."""
LIST: Param[str] = Param(
    "list", "", lambda text: text if text == "new" or re.fullmatch(r"[0-9]{1,9}", text) else None
)
"""A batch by its number, or `new`: the day's proposal; else the newest batch that stands."""
NEW = "new"
CUSTOMER: Param[str] = Param("c", "", longest=MAX_HIDDEN, read=lambda text: text)
"""The customer whose record is shown, as an opaque code."""
CALLS = number("calls", 0, 0, 99_999_999)
"""How many customers are called by the early warning; 0: a tenth of those with a forecast."""
KINDS = tuple(k for k in records.KINDS if k != "reached")
DAY_CHOICES = ("1", "7", "30", "90", "365")
DAYS = choice("days", DAY_CHOICES, "30")
"""How many days back results are counted."""
KIND = choice("kind", KINDS)
"""What is recorded."""
STATUS = choice("status", (ALL, *STATES))
"""The state of a batch's orders."""
NOBODY = "-"
"""Whose orders have no person in charge."""
COLUMNS = (
    *("rank", "cons_no", "action_name", "owed_now", "late_fee", "days_overdue", "grade", "person_name"),
    *("per_minute", "expected_in", "minutes", "rule_name", "refused_name", "org_no"),
)
OF_BATCH = (
    *("rank", "cons_no", "action_name", "state_name", "owed_now", "late_fee", "days_overdue", "grade"),
    *("person_name", "per_minute", "expected_in", "minutes", "rule_name", "state_why", "lawful_on", "org_no"),
    "order_no",
)
SORTS = tuple(c for c in COLUMNS if c not in ("rule_name", "refused_name"))
BY = choice("by", SORTS)
ORDER = choice("order", ("asc", "desc"))
