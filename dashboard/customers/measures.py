"""What lists read of every customer on the page's day: made once for all readers, with the work shown.

Where customers are many it is made in the background: largest debtors first, then the list, then its grades.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.rest import Rest
from dashboard.customers.rows import open_customer
from dashboard.grades import guesses
from dashboard.page import Page
from dashboard.parts import people, say_rest, widget_key
from dashboard.shared import background
from dashboard.shared.background import Progress
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import table, titles
from dashboard.what_if import bench
from data.errors import DengtaError
from data.kept.kept_files import is_kept
from services.credit import standing
from services.customers import lists
from services.decided.inputs import decided
from services.recovery import figures

MEANWHILE = 50
"""So many debtors stand on the page while everybody is measured."""
COLUMNS = ("cons_no", "name", "org_name", "amount", "overdue", "bills", "oldest_due", "days_overdue")


def measure(page: Page) -> bool:
    """Whether the measures of the page's day are there; else what is known meanwhile is drawn.

    They are made while the reader waits where customers are few.
    """
    db, day = page.store.db, page.scope.as_of
    if lists.is_measured(db, day):
        return True
    if bench.is_small(page):
        return _measured(page)
    path, whole = lists.measures_path(db, day), page.store.facts.customers
    progress, meanwhile = st.container(), st.empty()
    with meanwhile.container():
        _debtors(page)  # first on the screen, then the long work that takes every core
    with progress:
        if wrong := background.failure(path):
            _say_failed(page, wrong)
            return False
        work = background.begin([path], lambda report: lists.measures(db, day, report))
        background.show_progress(path, work, whole, lambda done: _words(page, done))
    return False


def _say_failed(page: Page, wrong: Exception) -> None:
    t = page.t
    known = isinstance(wrong, DengtaError)
    why = t.error(wrong) if known else t("customers.stopped", kind=type(wrong).__name__)
    st.warning(t("customers.not_made", why=why), icon=":material/error:")


def _words(page: Page, done: int) -> str:
    t, count = page.t, page.fmt.count
    whole = page.store.facts.customers
    return t("customers.measuring", done=count(done), count=count(whole), day=page.fmt.date(page.scope.as_of))


def _measured(page: Page) -> bool:
    with st.spinner(_words(page, 0)):
        lists.measures(page.store.db, page.scope.as_of)
    return True


def _debtors(page: Page) -> None:
    """Who owes most on the day, which is known at once; a row opens the customer's file."""
    with page.part(page.t("customers.meanwhile"), page.t("customers.meanwhile_help")):
        frame = people(page, page.load(figures.top_debtors, limit=MEANWHILE))
        if frame.empty:
            page.empty(page.t("ageing.nothing_open"))
            return
        held = page.load(figures.arrears).balance
        others = Rest(len(frame), held.customers, held.amount - int(frame["amount"].sum()))
        given: dict[str, Any] = {"files": False, "select": True, "height": 420, "is_whole": not others.others}
        heads = titles(page, COLUMNS)
        row = table(page, "debtors", frame, heads, key=widget_key(page, "debtors_meanwhile"), **given)
        say_rest(page, others, page.t("columns.balance"), of="customers")
        if row is not None:
            open_customer(page, str(frame["cons_no"].iloc[row]))


def stand(page: Page, wait: bool) -> Path | None:
    """The file of every customer's grade and light on the page's day; None where it will follow.

    The reader waits where the list hangs on them (`wait`), or customers are few.
    """
    path = _standing_path(page)
    if is_kept(path):
        return path
    if not wait and not bench.is_small(page):
        return None
    with st.spinner(page.t("customers.grading", day=page.fmt.date(page.scope.as_of))):
        return _make(page)


def follow(page: Page, say: DeltaGenerator | None) -> None:
    """Where customers are many, have the day's grades made now that what was asked for is drawn.

    `say` is the place where the reader is told, also that it failed: asking again tries again. The scores
    that grade pages start from come with them.
    """
    path = _standing_path(page)
    if bench.is_small(page) or is_kept(path) or not page.policy.credit.models:
        return
    if say and (wrong := background.failure(path)):
        with say:
            _say_failed(page, wrong)
        return
    day, policy = page.scope.as_of, page.policy
    past = guesses.past_day(page, (policy,), day)
    days = [day] if past is None else [day, past]

    def make(_: Progress) -> None:
        _make(page)
        for one in days:
            if not bench.is_kept(page, policy, one):
                bench.keep(page, policy, one)

    background.begin([path, *(bench.scores_path(page, policy, one) for one in days)], make)
    if say:
        with say:
            background.look(path, page.t("customers.grading_meanwhile", day=page.fmt.date(day)))


def _standing_path(page: Page) -> Path:
    db, state, day = page.store.db, existing_state(), page.scope.as_of
    return standing.standing_path(db, page.policy, day, state, decided(state, day))


def _make(page: Page) -> Path:
    return standing.ensure_standing(page.store.db, page.policy, page.scope.as_of, existing_state())
