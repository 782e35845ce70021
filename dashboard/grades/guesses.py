"""Estimates beside the facts: marked as such, each with a range from the 90 days before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from analytics.collection_work import ACTION_DAYS, is_asked
from analytics.policy import Policy
from dashboard.page import Page
from dashboard.parts import metric
from dashboard.what_if import bench
from dashboard.words.format import MoneyUnit
from services.credit import estimates, moves
from services.credit.estimates import NONE, Estimate, Estimates

KINDS = ("collected", "cost", "bothered")


def show(page: Page, old: bench.Side, new: bench.Side, models: Sequence[str]) -> None:
    """Money likely collected, cost of actions, good customers called on; adopted and tried."""
    t = page.t
    with page.part(t("grades.estimates"), t("grades.estimates_help", days=ACTION_DAYS)):
        start = estimates.window(old.given.as_of)
        if page.store.facts.first_issue is None or start <= page.store.facts.first_issue:
            page.empty(t("grades.no_past", day=page.fmt.date(start)))
            return
        if not any(is_asked(side.policy.collection) for side in (old, new)):
            page.empty(t("grades.no_actions"))
            return
        for policy in (old.policy, new.policy):
            if not bench.ask_first(page, policy, start, "estimates"):
                return
        _table(page, *_both(page, old, new, models), tried=new.policy != old.policy)
        _weigh(page, _both(page, old, new, models)[1])
        span = {"first": page.fmt.date(start), "last": page.fmt.date(old.given.as_of)}
        st.caption(t("grades.estimates_from", **span))


def _weigh(page: Page, after: Estimates) -> None:
    """Whether the actions cost more than they bring."""
    if after.cost.value > after.collected.value:
        cost, collected = page.fmt.moneys(round(after.cost.value), round(after.collected.value))
        st.info(page.t("grades.costs_more", cost=cost, collected=collected), icon=":material/balance:")


def past_day(page: Page, sides: Sequence[Policy], as_of: date) -> date | None:
    """The day that the estimates of a day start from; None where there are none to make."""
    start, first = estimates.window(as_of), page.store.facts.first_issue
    acting = any(is_asked(side.collection) for side in sides)
    return start if first is not None and start > first and acting else None


def ready(
    page: Page, old: bench.Side, new: bench.Side, models: Sequence[str]
) -> tuple[Estimates, Estimates] | None:
    """What both policies come to; None where it cannot be said, or would have to be computed first."""
    start = past_day(page, (old.policy, new.policy), old.given.as_of)
    if start is None or not all(bench.is_ready(page, side.policy, start) for side in (old, new)):
        return None
    return _both(page, old, new, models)


def _both(page: Page, old: bench.Side, new: bench.Side, models: Sequence[str]) -> tuple[Estimates, Estimates]:
    before = of(page, old, models)
    return before, before if new.policy == old.policy else of(page, new, models)


def of(page: Page, side: bench.Side, models: Sequence[str]) -> Estimates:
    """The estimates of a policy for some classes, from the window that ends at its day."""
    past = bench.side(page, side.policy, estimates.window(side.given.as_of))
    became = bench.outcomes(page, past, side.given.as_of)
    total = Estimates(NONE, NONE, NONE)
    for at, model in enumerate(side.models):
        if model in models:
            held = moves.by_grade(bench.flows(side, side, [model]), "new", side.keys)
            rates = estimates.rates(became[at], past.grades[model], len(side.keys))
            total += estimates.estimate(side.policy.collection, side.keys, held, rates)
    return total


def _table(page: Page, before: Estimates, after: Estimates, tried: bool) -> None:
    t = page.t
    grid = st.grid(len(KINDS), min_column_width=150, gap="xsmall", border=True)
    changes = estimates.differences(before, after)
    for kind in KINDS:
        was, now = getattr(before, kind), getattr(after, kind)
        values = (now.value, now.low, now.high, *((changes[kind], was.value) if tried else ()))
        unit = page.fmt.shared(*values)
        with grid.cell(), st.container(gap="xxsmall"):
            metric(
                t(f"grades.guess.{kind}"),
                _value(page, kind, now.value, unit),
                _value(page, kind, changes[kind], unit, signed=True) if tried else None,
                "more" if kind == "collected" else "less",
                help=t(f"grades.guess_help.{kind}"),
            )
            st.caption(_range(page, kind, now, unit))
            if tried:
                st.caption(t("grades.adopted_has", value=_value(page, kind, was.value, unit)))


def _value(page: Page, kind: str, value: float, unit: MoneyUnit, signed: bool = False) -> str:
    fmt, whole = page.fmt, round(value)
    if kind == "bothered":
        return fmt.signed(whole) if signed else fmt.count(whole)
    return fmt.signed_money(whole, unit) if signed else fmt.money(whole, unit)


def _range(page: Page, kind: str, guess: Estimate, unit: MoneyUnit) -> str:
    low, high = (_value(page, kind, v, unit) for v in (guess.low, guess.high))
    return page.t("grades.range", low=low, high=high)
