"""One batch: what it comes to, its orders and their states, and what may be decided about it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.collection import batch_acts, batches, detail, listing, made, work_files
from dashboard.collection import choice as chosen
from dashboard.page import Page
from dashboard.parts import figure_grid, select_param
from data.state import Batch
from data.state.order_acts import STATES

OPEN = ("proposed", "issued")


def show(page: Page, batch: Batch) -> None:
    """Its orders; strike, put first, issue, take back."""
    t, fmt = page.t, page.fmt
    rows = batches.orders_of(page, batch)
    st.markdown(
        t(
            "collection.batch_told",
            number=batch.id,
            status=t(f"collection_rules.batch_{batch.status}"),
            day=fmt.date(batch.as_of),
            who=page.person(batch.who),
            at=fmt.clock(batch.at),
            why=batch.why,
        )
    )
    for act in batch.acts:
        if act.kind in ("issue", "withdraw"):
            said = {"who": page.person(act.who), "at": fmt.clock(act.at), "why": act.why}
            st.markdown(t(f"collection.told_{act.kind}", **said))
    if rows.empty:
        page.empty(t("collection.none_of_yours"))
        return
    _figures(page, batch, rows)
    may = page.user.may("collect") and batch.status in OPEN
    answer = listing.show(page, rows, _which(page, rows), chosen.OF_BATCH, name="collection_batch", many=may)
    if answer.row is not None:
        row = made.of_customer(page, str(answer.row["cons_no"]))
        detail.show(page, answer.row if row is None else row, answer.row)
    if may:
        batch_acts.change(page, batch, answer)
    elif not page.user.may("collect"):
        st.caption(t("collection.may_not_collect"))
    if batch.status == "issued":
        with page.part(t("collection.work_title"), t("collection.work_files_help")):
            work_files.show(page, batch, rows)
    batch_acts.decide(page, batch)


def _figures(page: Page, batch: Batch, rows: pd.DataFrame) -> None:
    """How many orders are in which state, what they come to."""
    t, fmt = page.t, page.fmt
    is_open = rows["state"].isin(OPEN)
    owed, expected = fmt.moneys(int(rows["owed_now"][is_open].sum()), int(rows["expected"][is_open].sum()))
    counts = rows["state"].value_counts()
    ended = [
        t("collection.state_count", state=t(f"collection_rules.order_{s}"), count=fmt.count(int(counts[s])))
        for s in STATES
        if s in counts and s not in OPEN
    ]
    minutes = float(rows["minutes"][is_open].sum())
    cards = (
        (
            t("collection.open_orders"),
            fmt.count(int(is_open.sum())),
            None,
            t.listed(ended) if ended else None,
        ),
        (t("columns.owed_now"), owed, None, None),
        (t("collection.expected"), expected, None, t("collection.expected_help")),
        (
            t("collection.work"),
            t("collection.hours", hours=fmt.number(minutes / 60, 1)),
            None,
            t("collection.persons", count=fmt.count(rows["person"][is_open].nunique())),
        ),
    )
    figure_grid(page, cards)


def _which(page: Page, rows: pd.DataFrame) -> listing.Chosen:
    """The boxes for whose orders, which action, which state."""
    t = page.t
    persons = {str(p) or chosen.NOBODY: int(n) for p, n in rows["person"].value_counts().items()}

    def named(key: str) -> str:
        return t.plain("collection.any_state" if key == chosen.ALL else f"collection_rules.order_{key}")

    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = (chosen.ALL, *STATES)
        status = select_param(page, chosen.STATUS, options, t("columns.state_name"), named, listing.forget)
        person, action = listing.boxes(page, persons)
    return listing.Chosen(person, action, "everyone", status)
