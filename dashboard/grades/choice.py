"""What the page's link holds, and how a what-if is changed, undone and put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from analytics.credit_policy import CreditRules
from analytics.errors import RefusedError
from analytics.policy import Policy
from dashboard.links.filters import Param, choice
from dashboard.page import Page
from dashboard.what_if import whatif

VIEWS = ("tune", "migration", "backtest", "adopt", "publish", "services")
VIEW = choice("view", VIEWS)
ALL_MODELS = "all"
HOW = choice("how", ("score", "range"))
UNIT = choice("unit", ("share", "number"))
AHEADS = ("0", "7", "31")
AHEAD = choice("ahead", AHEADS)
"""How many days ahead services due are listed."""
EARLIER = choice("earlier", ("no", "yes"))
"""Whether what fell due before recording began is listed too, to be recorded afterwards."""
BY = choice("by", ("due_on", "cons_no", "org_name", "what", "grade"))
"""The column that services due are sorted by."""
ORDER = choice("order", ("asc", "desc"))
ALL_SERVICES = "all"
_UNDO, _SAID = "grades_undo", "grades_said"
_MOST_UNDO = 50


def _key(text: str) -> str | None:
    return text if text.isidentifier() and len(text) <= 32 else None


MODEL: Param[str] = Param("model", "", _key)
SERVICE: Param[str] = Param("service", ALL_SERVICES, _key)
AMONG: Param[str] = Param("among", "everyone", _key)
WANT: Param[str] = Param("want", "", lambda text: text if len(text) <= 200 else None)
"""The households asked of each grade of a model: `resident.5-15_10-30`, by `unit`."""


def change(page: Page, make: Callable[[Policy], Policy]) -> None:
    """Try other rules from the next run on; where they are refused, say why and leave all as it is."""
    before = page.get(whatif.TRY)
    try:
        whatif.put(page, make(whatif.tried(page)))
    except RefusedError as refusal:
        st.session_state[_SAID] = page.t.error(refusal)
        return
    if page.get(whatif.TRY) != before:
        undo = st.session_state.setdefault(_UNDO, [])
        st.session_state[_UNDO] = [*undo, before][-_MOST_UNDO:]


def change_credit(page: Page, make: Callable[[CreditRules], CreditRules]) -> None:
    """The same for the credit part alone."""
    change(page, lambda policy: replace(policy, credit=make(policy.credit)))


def undo(page: Page) -> None:
    """Go back to what was tried before the last change."""
    if steps := st.session_state.get(_UNDO):
        page.put(whatif.TRY, steps[-1])
        st.session_state[_UNDO] = steps[:-1]


def reset(page: Page) -> None:
    """Try the adopted rules again; undoing leads back."""
    before = page.get(whatif.TRY)
    if before:
        st.session_state[_UNDO] = [*st.session_state.get(_UNDO, []), before][-_MOST_UNDO:]
        whatif.clear(page)


def can_undo() -> bool:
    """Whether there is a step to go back."""
    return bool(st.session_state.get(_UNDO))


def refused_sentence() -> str | None:
    """Why the last change was not made, once."""
    said: str | None = st.session_state.pop(_SAID, None)
    return said
