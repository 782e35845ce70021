"""Tune: cut-offs by score or by households, rules and grades, and what comes of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise

import streamlit as st

from analytics.credit_policy import CreditRules
from analytics.errors import RefusedError
from analytics.policy import Policy
from dashboard.grades import choice as chosen
from dashboard.grades import classes, demand, guesses, results, rules
from dashboard.page import Page
from dashboard.parts import switch_param
from dashboard.what_if import bench, whatif
from dashboard.what_if.moved import showing
from dashboard.words.credit_terms import grade_name, model_name

STEP = 0.5


def show(page: Page) -> None:
    """Controls on one side, what they come to on the other; stops where a day is not graded yet."""
    t = page.t
    tried, day = whatif.tried(page), page.scope.as_of
    if _classes(tried) != _classes(page.policy):
        _other_classes(page, tried)
        return
    past = guesses.past_day(page, (page.policy, tried), day)
    if not all(
        bench.ask_first(page, policy, day, name, past)
        for policy, name in ((page.policy, "tune"), (tried, "tried"))
    ):
        return
    old = bench.side(page, page.policy, day)
    new = bench.side(page, tried, day) if tried != page.policy else old
    model = classes.switch(page, tried.credit, "grades")
    if not any(len(p.rows) for p in old.given.parts):
        page.empty(t("grades.nobody"))
        return
    left, right = st.columns([1, 2], gap="medium")
    with left, page.part(t("grades.controls"), t("grades.controls_help")):
        steps(page)
        if model != chosen.ALL_MODELS:
            _cutoffs(page, new, model)
        else:
            st.caption(t("grades.pick_class"))
        rules.show(page, tried)
    with right:
        results.show(page, old, new, model)
    results.people(page, old, new, model)


def _classes(policy: Policy) -> list[str]:
    return [m.key for m in policy.credit.models]


def _other_classes(page: Page, tried: Policy) -> None:
    """Rules for other classes of customers cannot be tuned beside the adopted: say so, and where they can."""
    names = (
        ", ".join(model_name(page.t, policy.credit, key) for key in _classes(policy))
        for policy in (page.policy, tried)
    )
    adopted, other = names
    st.info(page.t("grades.other_classes", adopted=adopted, tried=other), icon=":material/info:")
    with st.container(horizontal=True, gap="small"):
        st.button(
            page.t("grades.compare_there"),
            icon=":material/compare_arrows:",
            on_click=lambda: page.put(chosen.VIEW, "adopt"),
            key="grades_compare_there",
        )
    steps(page)


def steps(page: Page) -> None:
    """Undo and reset, and why the last change was refused."""
    t = page.t
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("grades.undo"),
            icon=":material/undo:",
            disabled=not chosen.can_undo(),
            on_click=chosen.undo,
            args=(page,),
            key="grades_undo_button",
        )
        st.button(
            t("grades.reset"),
            icon=":material/restart_alt:",
            disabled=not page.get(whatif.TRY),
            on_click=chosen.reset,
            args=(page,),
            key="grades_reset_button",
        )
    if said := chosen.refused_sentence():
        st.warning(said)


def _cutoffs(page: Page, new: bench.Side, model: str) -> None:
    t = page.t
    if new.credit.method != "weighted_average":
        st.info(t("errors.cutoffs_unused"))
        return
    how = switch_param(page, chosen.HOW, ("score", "range"), t("grades.how"), "grades.hows")
    if how == "range":
        demand.show(page, new, model)
        return
    tuned = next(m for m in new.credit.models if m.key == model)
    low, high = _ends(new.credit)
    st.caption(t("grades.cutoffs_help"))
    for i, (grade, cut) in enumerate(zip(new.credit.grades, tuned.cutoffs, strict=False)):
        label = t("grades.at_least", grade=grade_name(page.t, new.credit, grade.key))
        _cutoff(page, label, model, i, min(max(float(cut), low), high), (low, high))


def _cutoff(page: Page, label: str, model: str, position: int, cut: float, ends: tuple[float, float]) -> None:
    """A slider, and a box beside it to type the same number into: whichever moves, the other follows."""
    left, right = st.columns([3, 2], gap="small", vertical_alignment="bottom")
    for place, draw, name in ((left, st.slider, "cut"), (right, st.number_input, "cut_typed")):
        place_of = f"{name}_{model}_{position}_{ends[0]:g}_{ends[1]:g}"
        with place:
            draw(
                label,
                *ends,
                step=STEP,
                format=_written(cut),
                **showing(place_of, cut, partial(_moved, page, model, position)),
                label_visibility="visible" if draw is st.slider else "hidden",
            )


def _written(cut: float) -> str:
    """The format that shows a cut-off whole: solved ones may need more decimals."""
    decimals = next((d for d in range(1, 6) if abs(round(cut, d) - cut) < 1e-9), 6)
    return f"%.{decimals}f"


def _ends(credit: CreditRules) -> tuple[float, float]:
    """The scores that a cut-off can be moved between: a little beyond those that can occur."""
    return float(min(credit.scores)) - STEP, float(max(credit.scores)) + STEP


def _moved(page: Page, model: str, position: int, value: float) -> None:
    def moved(credit: CreditRules) -> CreditRules:
        models = tuple(
            replace(m, cutoffs=pushed(m.cutoffs, position, value)) if m.key == model else m
            for m in credit.models
        )
        return replace(credit, models=models)

    chosen.change_credit(page, moved)


def pushed(cutoffs: tuple[float, ...], position: int, value: float) -> tuple[float, ...]:
    """The cut-offs with one moved, its neighbours pushed ahead of it so that they stay in order."""
    cuts = list(cutoffs)
    cuts[position] = value
    for i in range(position - 1, -1, -1):
        cuts[i] = max(cuts[i], cuts[i + 1] + STEP)
    for i in range(position + 1, len(cuts)):
        cuts[i] = min(cuts[i], cuts[i - 1] - STEP)
    if any(b >= a for a, b in pairwise(cuts)):
        raise RefusedError("policy_grades_overlap", model="", value=cuts)
    return tuple(round(c, 6) for c in cuts)
