"""What the page of the credit model keeps in its link, beside the what-if."""

from __future__ import annotations

import re
from typing import Any

from analytics.fuzzy import OPERATORS
from analytics.policy_edits import ACROSS
from dashboard.links.filters import MAX_HIDDEN, Param, choice
from dashboard.links.link_codes import revealed
from dashboard.what_if.whatif import TRY
from services.credit.worked_example import KINDS

VIEWS = ("weights", "memberships", "operators", "indicators", "fitted", "file")
_CODE = re.compile(r"\w{1,32}")


def _customer(text: str) -> str | None:
    return text if revealed(text) else None


def _code(text: str) -> str | None:
    return text if _CODE.fullmatch(text) else None


VIEW = choice("view", VIEWS)
MODEL: Param[str] = Param("model", "", _code)
PART: Param[str] = Param("part", ACROSS, _code)
ROW: Param[str] = Param("row", "", _code)
INDICATOR: Param[str] = Param("ind", "", _code)
OPERATOR = choice("op", OPERATORS)
EXAMPLE = choice("ex", KINDS)
CUSTOMER: Param[str] = Param("c", "", _customer, longest=MAX_HIDDEN)
PARAMS: tuple[Param[Any], ...] = (TRY, VIEW, MODEL, PART, ROW, INDICATOR, OPERATOR, EXAMPLE, CUSTOMER)
