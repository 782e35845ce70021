"""What people decide about a list, with a reason that is kept: keep, strike, put first, issue, take back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.collection import choice as chosen
from dashboard.collection import listing
from dashboard.page import Page
from dashboard.shared.state_store import state as opened
from data.errors import InputError
from data.state import Batch
from services.collection import orders, proposed_orders
from services.collection.collect import day_of
from services.collection.proposal import Proposal

MOST_WHY = 300
STRIKES = ("proposed", "issued")
REOPENS = ("struck", "done", "failed", "retracted")


def keep(page: Page, proposal: Proposal) -> None:
    """Keep the day's proposal as a batch that waits to be looked at and issued."""
    t = page.t
    if page.scope.as_of != page.store.db.meta.extract_on:
        return
    if not page.user.may("issue"):
        st.caption(t("collection.may_not_issue"))
        return

    def act(actor: User) -> str:
        why, snapshot = acts.text("collection_keep_why"), page.store.id
        batch = proposed_orders.as_batch(
            opened(), actor, proposal, page.policy, page.scope, snapshot, why
        ).batch
        if batch is None:
            raise InputError("collection_batch_empty")
        page.put(chosen.LIST, str(batch.id))
        return t("collection.kept", number=batch.id, count=page.fmt.count(batch.orders))

    with page.part(t("collection.keep_title"), t("collection.keep_help")), st.form("collection_keep"):
        st.text_input(t("collection.why"), key="collection_keep_why", max_chars=MOST_WHY)
        st.form_submit_button(
            t("collection.keep"),
            type="primary",
            icon=":material/inventory:",
            on_click=acts.act,
            args=(page, act),
        )


def change(page: Page, batch: Batch, answer: listing.Answer) -> None:
    """Strike what is ticked, put it first in the list, or open it again."""
    t, ticked = page.t, answer.ticked
    places = [int(p) for p in ticked["place"]] if len(ticked) else []
    can_strike = bool(places) and bool(ticked["state"].isin(STRIKES).all())
    can_reopen = bool(places) and bool(ticked["state"].isin(REOPENS).all())
    if not places:
        st.caption(t("collection.tick_hint"))
        return

    def strike(actor: User, why: str) -> str:
        orders.strike(opened(), actor, batch.id, places, why)
        return t("collection.struck", count=page.fmt.count(len(places)))

    def first(actor: User, why: str) -> str:
        orders.rank(opened(), actor, batch.id, in_front(answer), why)
        return t("collection.put_first", count=page.fmt.count(len(places)))

    def reopen(actor: User, why: str) -> str:
        orders.reopen(opened(), actor, batch.id, places, why)
        return t("collection.reopened", count=page.fmt.count(len(places)))

    count = page.fmt.count(len(places))
    with st.form("collection_change", border=True, enter_to_submit=False):
        st.text_input(t("collection.why"), key="collection_change_why", max_chars=MOST_WHY)
        with st.container(horizontal=True):
            for name, icon, may, do in (
                ("strike", ":material/remove_done:", can_strike, strike),
                ("first", ":material/vertical_align_top:", can_strike, first),
                ("reopen", ":material/undo:", can_reopen, reopen),
            ):
                st.form_submit_button(
                    t(f"collection.{name}", count=count),
                    icon=icon,
                    disabled=not may,
                    on_click=acts.act,
                    args=(page, _with(do, "collection_change_why", forgets=True)),
                )


def in_front(answer: listing.Answer) -> Sequence[int]:
    """The listed orders up to the last of those ticked, by rank, with the ticked ones before the others."""
    rows = answer.found.sort_values(["rank", "place"])
    ticked = set(answer.ticked["place"])
    last = rows["rank"][rows["place"].isin(ticked)].max()
    upto = rows[rows["rank"] <= last]
    before = upto["place"].isin(ticked)
    return [int(p) for p in [*upto["place"][before], *upto["place"][~before]]]


def decide(page: Page, batch: Batch) -> None:
    """Issue what is proposed, or take the whole batch back."""
    t = page.t
    if batch.status == "withdrawn":
        return
    if not page.user.may("issue"):
        st.caption(t("collection.may_not_issue"))
        return

    def issue(actor: User, why: str) -> str:
        orders.issue(opened(), actor, batch, why, day_of(page.store.db))
        return t("collection.issued", number=batch.id)

    def withdraw(actor: User, why: str) -> str:
        orders.withdraw(opened(), actor, batch.id, why)
        return t("collection.withdrawn", number=batch.id)

    title = t("collection.decide_title" if batch.status == "proposed" else "collection.back_title")
    with page.part(title, t("collection.decide_help")), st.form(f"collection_decide_{batch.id}"):
        key = f"collection_{batch.status}_why_{batch.id}"
        st.text_input(t("collection.why"), key=key, max_chars=MOST_WHY)
        with st.container(horizontal=True):
            if batch.status == "proposed":
                st.form_submit_button(
                    t("collection.issue"),
                    type="primary",
                    icon=":material/send:",
                    on_click=acts.act,
                    args=(page, _with(issue, key)),
                )
            st.form_submit_button(
                t("collection.withdraw"),
                icon=":material/undo:",
                on_click=acts.act,
                args=(page, _with(withdraw, key)),
            )


def _with(do: Callable[[User, str], str], key: str, forgets: bool = False) -> Callable[[User], str]:
    """The act with the reason that stands in a box; what was ticked goes once it is done."""

    def act(actor: User) -> str:
        said = do(actor, acts.text(key))
        if forgets:
            listing.forget()
        return said

    return act
