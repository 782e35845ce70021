"""The day's proposal as pages share it: made once in the background, then read from its file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.page import Page
from dashboard.shared import background
from dashboard.shared.background import Progress
from dashboard.shared.state_store import existing_state
from dashboard.words.i18n import wordless
from services.collection import kept_proposal
from services.collection.proposal import Proposal

AT_ONCE = 50_000
"""Up to so many customers a proposal is made while the reader waits; for more, on a button."""
WHOLE = 100


def proposal(page: Page) -> Proposal | None:
    """The proposal of the page's day and filters; None while it is not made: then the page says so."""
    path = _path(page)
    if kept_proposal.is_made(path):
        return read(path)
    if page.store.facts.customers <= AT_ONCE:
        with st.spinner(page.t("collection.making", day=page.fmt.date(page.scope.as_of))):
            return read(_make(page, path))
    _in_background(page, path)
    return None


def of_customer(page: Page, cons_no: str) -> pd.Series | None:
    """A customer's row of the day's proposal, where that is made or soon made; else None."""
    path = _path(page)
    if not kept_proposal.is_made(path) and page.store.facts.customers > AT_ONCE:
        return None
    rows = read(_make(page, path)).rows
    found = rows[rows["cons_no"].eq(cons_no)]
    return None if found.empty else found.iloc[0]


def read(path: Path) -> Proposal:
    """A kept proposal, held for all readers; nobody may change it."""
    return _read(str(path), path.stat().st_mtime_ns)


@st.cache_resource(max_entries=3, show_spinner=False)
@wordless
def _read(path: str, changed: int) -> Proposal:
    return kept_proposal.read_proposal(Path(path))


def _path(page: Page) -> Path:
    return kept_proposal.proposal_path(page.store.db, page.policy, existing_state(), page.scope)


def _make(page: Page, path: Path, progress: Progress | None = None) -> Path:
    tell = progress or (lambda done: None)
    kept_proposal.keep_proposal(
        page.store.db, page.policy, existing_state(), page.scope, lambda step, share: tell(int(share * WHOLE))
    )
    return path


def _in_background(page: Page, path: Path) -> None:
    t, day = page.t, page.fmt.date(page.scope.as_of)
    if failed := background.failure(path):
        raise failed
    if not background.is_at_work(path):
        customers = page.fmt.count(page.store.facts.customers)
        st.info(t("collection.not_made", day=day, customers=customers), icon=":material/hourglass_empty:")
        if not st.button(t("collection.make"), key="make_proposal", type="primary"):
            return
    work = background.begin((path,), lambda progress: _make(page, path, progress))
    background.show_progress(path, work, WHOLE, lambda done: t("collection.making", day=day))
