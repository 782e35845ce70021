"""The day's proposal before anybody keeps it: what it comes to, who is on it, whom it leaves out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.collection import batch_acts, detail, listing, made
from dashboard.collection import choice as chosen
from dashboard.page import Page
from dashboard.parts import figure_grid, select_param
from services.collection.collect import day_of, refuse_stale


def show(page: Page) -> None:
    """Its totals and its rows; nothing where the data are too old to call anybody by."""
    t, day = page.t, page.scope.as_of
    refuse_stale(page.policy, page.store.db.meta.extract_on, day_of(page.store.db))
    if day < page.store.db.meta.extract_on:
        st.caption(t("collection.earlier_day", extract=page.fmt.date(page.store.db.meta.extract_on)))
    proposal = made.proposal(page)
    if proposal is None:
        return
    if not proposal.totals["overdue"]["customers"] and not proposal.totals["orders"]["customers"]:
        page.empty(t("collection.nobody_owes", day=page.fmt.date(day)))
        return
    _totals(page, proposal.totals)
    answer = listing.show(page, proposal.rows, _which(page, proposal.totals))
    if answer.row is not None:
        detail.show(page, answer.row)
    if proposal.totals["orders"]["customers"]:
        batch_acts.keep(page, proposal)


def _totals(page: Page, totals: dict[str, Any]) -> None:
    """What the orders come to, and what is not owed now for which reason."""
    t, fmt, orders = page.t, page.fmt, totals["orders"]
    held = {state["state"]: state for state in totals["states"]}
    overdue, fee = totals["overdue"], totals["late_fee"]
    owed, expected, late, fees = fmt.moneys(
        *(_fen(of) for of in (orders["amount"], orders["expected"], overdue["amount"], fee["amount"]))
    )
    cards = (
        (
            t("collection.orders"),
            fmt.count(orders["customers"]),
            None,
            t(
                "collection.of_overdue",
                customers=fmt.count(overdue["customers"]),
                amount=late,
            ),
        ),
        (t("columns.owed_now"), owed, None, t("collection.fee_apart", amount=fees)),
        (t("collection.expected"), expected, None, t("collection.expected_help")),
        (
            t("collection.work"),
            t("collection.hours", hours=fmt.number(orders["minutes"] / 60, 1)),
            None,
            t("collection.persons", count=fmt.count(sum(p["customers"] > 0 for p in totals["persons"]))),
        ),
    )
    figure_grid(page, cards)
    refused = sum(r["customers"] for r in totals["refused"])
    suspended = sum(s["customers"] for s in totals["suspended"])
    st.caption(
        t(
            "collection.left_out",
            refused=fmt.count(refused),
            suspended=fmt.count(suspended),
            in_batch=fmt.count(held["in_batch"]["customers"]),
            covered=fmt.count(held["covered"]["customers"]),
            below_least=fmt.count(held["below_least"]["customers"]),
            fee_open=fmt.count(held["fee_open"]["customers"]),
        )
    )
    if not totals["balances_known"]:
        st.caption(t("collection.balances_unknown"))
    if totals["provisional"]:
        st.warning(
            t("collection.provisional", count=fmt.count(totals["provisional"])), icon=":material/event_busy:"
        )


def _fen(yuan: str) -> int:
    """An amount of collection.json, which has two decimals, in fen."""
    return int(yuan.replace(".", ""))


def _which(page: Page, totals: dict[str, Any]) -> listing.Chosen:
    """The boxes for whom to list, whose and which action."""
    t = page.t
    persons = {p["person"] or chosen.NOBODY: p["customers"] for p in totals["persons"] if p["customers"]}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = select_param(
            page, chosen.SHOW, chosen.SHOWN, t("collection.show"), "collection.shows", listing.forget
        )
        person, action = listing.boxes(page, persons)
    return listing.Chosen(person, action, shown)
