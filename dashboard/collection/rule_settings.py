"""What else a company decides: when nobody is called, how old data may be, what actions cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from analytics.collection_policy import DONE, LIMITS, ActionCost, CollectionPolicy
from analytics.policy import Policy
from dashboard.collection.tried import change_collection
from dashboard.page import Page
from dashboard.what_if.moved import showing
from dashboard.words.collection_words import action_name

_WIDTH = 200
_MOST_YUAN = 100_000.0
_MOST_MINUTES = 10_000
FEN = ("tolerance_fen",)
"""Settings in fen, which are asked for in yuan."""


def show(page: Page, tried: Policy) -> None:
    """A box for each; what a company's law says is in its file."""
    t, policy = page.t, tried.collection
    grid = st.grid(3, min_column_width=_WIDTH, gap="small")
    for name, (low, high) in LIMITS.items():
        if name in FEN:
            continue
        with grid.cell():
            st.number_input(
                t(f"evaluation.places.{name}"),
                low,
                high,
                step=1,
                **showing(f"rule_{name}", int(getattr(policy, name)), partial(_set, page, name)),
            )
    with grid.cell():
        _yuan(page, t("collection_rules.tolerance"), "tolerance", policy.tolerance_fen, _tolerate)
    with grid.cell():
        _yuan(page, t("collection_rules.least"), "least", policy.set_off.least, _least)
    with st.expander(t("collection_rules.costs"), icon=":material/payments:"):
        costs = st.grid(4, min_column_width=_WIDTH, gap="xsmall")
        for action in DONE[1:]:
            _cost(page, costs, policy.cost(action))


def _yuan(page: Page, label: str, key: str, fen: int, make: Callable[[Page, float], None]) -> None:
    st.number_input(
        label,
        0.0,
        _MOST_YUAN,
        step=1.0,
        format="%.2f",
        **showing(f"rule_{key}", fen / 100, partial(make, page)),
    )


def _cost(page: Page, grid: object, cost: ActionCost) -> None:
    t, name = page.t, action_name(page.t, cost.action)
    with grid.cell():  # type: ignore[attr-defined]
        st.number_input(
            t("collection_rules.cost_yuan", action=name),
            0.0,
            _MOST_YUAN,
            step=0.5,
            format="%.2f",
            **showing(f"rule_cost_{cost.action}", cost.fen / 100, partial(_priced, page, cost.action)),
        )
    with grid.cell():  # type: ignore[attr-defined]
        st.number_input(
            t("collection_rules.cost_minutes", action=name),
            0,
            _MOST_MINUTES,
            step=1,
            **showing(f"rule_minutes_{cost.action}", cost.minutes, partial(_timed, page, cost.action)),
        )


def _set(page: Page, name: str, value: int) -> None:
    change_collection(page, lambda policy: replace(policy, **{name: int(value)}))  # type: ignore[arg-type]


def _tolerate(page: Page, yuan: float) -> None:
    change_collection(page, lambda policy: replace(policy, tolerance_fen=round(yuan * 100)))


def _least(page: Page, yuan: float) -> None:
    change_collection(
        page, lambda policy: replace(policy, set_off=replace(policy.set_off, least=round(yuan * 100)))
    )


def _priced(page: Page, action: str, yuan: float) -> None:
    change_collection(page, lambda p: _with_cost(p, replace(p.cost(action), fen=round(yuan * 100))))


def _timed(page: Page, action: str, minutes: int) -> None:
    change_collection(page, lambda p: _with_cost(p, replace(p.cost(action), minutes=int(minutes))))


def _with_cost(policy: CollectionPolicy, cost: ActionCost) -> CollectionPolicy:
    """The policy with what one action costs, in the place that it had."""
    had = {c.action: c for c in policy.costs} | {cost.action: cost}
    return replace(policy, costs=tuple(had.values()))
