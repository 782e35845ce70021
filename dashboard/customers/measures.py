"""What lists read of every customer on the page's day: made with the work shown, once for all readers.

Where customers are many, grades and lights follow in a thread while the list is read without them.
"""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock, Thread

import streamlit as st

from dashboard.grades import bench
from dashboard.shell import Page
from dashboard.state_store import existing_state
from services import customers, standing
from services.decided import decided

LOOK_SECONDS = 2.0
"""How often a page looks whether the grades are there."""
_at_work: dict[Path, Thread] = {}
_guard = Lock()
_log = logging.getLogger(__name__)


def measure(page: Page) -> None:
    """See that the measures of the page's day are there; quick where they are."""
    db, day = page.store.db, page.scope.as_of
    if customers.is_measured(db, day):
        return
    everyone = page.store.facts.customers
    words = page.t("customers.measuring", count=page.fmt.count(everyone), day=page.fmt.date(day))
    bar = st.progress(0.0, words)

    def progress(done: int) -> None:
        bar.progress(min(1.0, done / max(1, everyone)), words)

    customers.measures(db, day, progress)
    bar.empty()
    if not bench.is_small(page):
        _begin(page, standing_path(page))


def standing_path(page: Page) -> Path:
    """Where the grades and lights of the page's day lie, or will."""
    db, state, day = page.store.db, existing_state(), page.scope.as_of
    return standing.standing_path(db, page.policy, day, state, decided(state, day))


def stand(page: Page, wait: bool) -> Path | None:
    """The file of every customer's grade and light on the page's day; None while it is being made.

    The reader waits where the list hangs on them (`wait`), customers are few, or the thread failed.
    """
    path = standing_path(page)
    if path.exists():
        return path
    words = page.t("customers.grading", day=page.fmt.date(page.scope.as_of))
    if not wait and not bench.is_small(page) and _begin(page, path):
        _look(path, page.t("customers.grading_meanwhile", day=page.fmt.date(page.scope.as_of)))
        return None
    with st.spinner(words):
        return _make(page)


def _make(page: Page) -> Path:
    return standing.ensure_standing(page.store.db, page.policy, page.scope.as_of, existing_state())


def _begin(page: Page, path: Path) -> bool:
    """Have the file made in a thread; False where one ended without it."""
    with _guard:
        if path in _at_work:
            return _at_work[path].is_alive()
        _at_work[path] = Thread(target=_work, args=(page,), name="grades of a day", daemon=True)
        _at_work[path].start()
    return True


def _work(page: Page) -> None:
    try:
        _make(page)
    except Exception as wrong:  # the next page that needs it makes it itself and is told
        _log.info("grades not made ahead: %s", wrong)


@st.fragment(run_every=LOOK_SECONDS)
def _look(path: Path, words: str) -> None:
    """Draw the list anew as soon as the grades are there."""
    if path.exists() or not (path in _at_work and _at_work[path].is_alive()):
        st.rerun()
    st.caption(words)
