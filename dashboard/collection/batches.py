"""The batches of orders as the page reads them: which one is looked at, and its orders with their states."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.collection import choice as chosen
from dashboard.page import Page
from dashboard.parts import select_param
from dashboard.shared.state_store import existing_state
from dashboard.words.i18n import wordless
from data.state import Batch, State
from services.collection import orders

NO_UNIT = "-"
"""A prefix that no unit has."""
STANDING = ("proposed", "issued")


def all_of(page: Page) -> list[Batch]:
    """Every batch, newest first; none where nobody has kept one."""
    kept = existing_state()
    return kept.order_batches() if kept else []


def newest(batches: list[Batch]) -> Batch | None:
    """The newest batch that stands."""
    return next((b for b in batches if b.status in STANDING), None)


def pick(page: Page, batches: list[Batch]) -> Batch | None:
    """The box for what to look at: the day's proposal (None), or a batch."""
    by_number = {str(b.id): b for b in batches}
    first = newest(batches)
    options = (chosen.NEW, *by_number)
    if first is not None:
        options = tuple(dict.fromkeys((str(first.id), *options)))
    got = select_param(
        page, chosen.LIST, options, page.t("collection.list"), lambda key: _name(page, by_number, key)
    )
    return by_number.get(got)


def name_of(page: Page, batch: Batch) -> str:
    """A batch by its number, day and state."""
    t = page.t.plain
    status = t(f"collection_rules.batch_{batch.status}")
    return t("collection.batch_name", number=batch.id, day=page.fmt.date(batch.as_of), status=status)


def units(page: Page) -> tuple[str, ...]:
    """The units that are chosen as far as the reader may see them; none: all. A link widens nothing."""
    own, asked = page.user.orgs, page.filters.orgs
    if not own or not asked:
        return own or asked
    within = tuple(org for org in asked if org.startswith(own))
    return (*within, *(org for org in own if org.startswith(asked) and org not in within)) or (NO_UNIT,)


def orders_of(page: Page, batch: Batch) -> pd.DataFrame:
    """The orders of a batch that the reader may see, of the units that are chosen, by rank."""
    kept = existing_state()
    if kept is None:
        raise LookupError("a batch without a store")
    rows = _orders(kept.name, batch.id, kept.collection_version(), page.user.orgs, kept)
    if page.filters.orgs:
        rows = rows[rows["org_no"].str.startswith(page.filters.orgs)]
    return rows


@st.cache_resource(max_entries=6, show_spinner=False)
@wordless
def _orders(store: str, number: int, version: int, orgs: tuple[str, ...], _kept: State) -> pd.DataFrame:
    rows = orders.order_states(_kept, number, orgs)
    worth = (rows["expected"] / rows["minutes"].clip(lower=1)).round().astype("int64")
    return rows.assign(per_minute=worth, owed_now=rows["owed_last"], batch=number)


def _name(page: Page, batches: dict[str, Batch], key: str) -> str:
    if key == chosen.NEW:
        return page.t.plain("collection.new_list", day=page.fmt.date(page.scope.as_of))
    return name_of(page, batches[key])
