"""权重: how the weights of one part of a model come about, and what others would change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from analytics import weights as arithmetic
from analytics.credit_parts import WEIGHTINGS, Weighting
from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_edits import (
    ACROSS,
    group_in,
    items_of,
    model_in,
    weighting_in,
    with_method,
    with_weighting,
)
from dashboard.charts.evaluation import weight_bars
from dashboard.evaluation import judgements, stability
from dashboard.evaluation.choice import PART, ROW
from dashboard.evaluation.desk import Desk
from dashboard.evaluation.frame import what_changes
from dashboard.evaluation.grid import Columns, grid
from dashboard.what_if.moved import showing
from dashboard.words.literal import literal
from services.credit import model_facts

Array = npt.NDArray[np.float64]
JUDGED = ("ahp", *arithmetic.COMBINATIONS)


def show(desk: Desk) -> None:
    """Choose a part, weigh it, see the ways side by side and what changes."""
    part = _part(desk)
    items = items_of(desk.model, part)
    with desk.page.part(desk.page.t("evaluation.weights_of", part=desk.part_words(part))):
        if len(items) == 1:
            st.caption(desk.page.t("evaluation.one_item", item=desk.words(items[0])))
        else:
            weighting = weighting_in(desk.model, part)
            objective = entropy_of(desk, part)
            _method(desk, part, weighting, objective)
            if weighting.method in arithmetic.COMBINATIONS:
                _alpha(desk, part, weighting)
            if weighting.method in JUDGED:
                judgements.editor(desk, part, items, weighting)
            elif weighting.method == "hand":
                _by_hand(desk, part, items, weighting)
            _objective_is_old(desk, part, weighting, objective)
    if len(items) > 1:
        with desk.page.part(
            desk.page.t("evaluation.side_by_side"), desk.page.t("evaluation.side_by_side_help")
        ):
            _side_by_side(desk, part, items)
    what_changes(desk)
    if len(items) > 1:
        stability.show(desk, part, items)


def _part(desk: Desk) -> str:
    page, t = desk.page, desk.page.t
    parts = (ACROSS, *(g.key for g in desk.model.groups)) if len(desk.model.groups) > 1 else ()
    parts = parts or tuple(g.key for g in desk.model.groups)
    part = page.pick(PART, parts, parts[0])
    key = "evaluation_part"
    st.session_state[key] = part

    def choose() -> None:
        page.put(PART, str(st.session_state[key]))
        page.put(ROW, "")

    st.segmented_control(
        t("evaluation.part"),
        parts,
        required=True,
        format_func=lambda name: literal(desk.part_words(name)),
        key=key,
        on_change=choose,
        help=t("evaluation.part_help"),
    )
    return part


def _method(desk: Desk, part: str, weighting: Weighting, objective: tuple[float, ...]) -> None:
    t, key = desk.page.t, "evaluation_method"
    st.session_state[key] = weighting.method

    def choose() -> None:
        now = tuple(float(w) for w in now_of(desk, part))
        method = str(st.session_state[key])
        desk.change(lambda: _with(desk, part, with_method(weighting, method, now, objective)))

    st.segmented_control(
        t("evaluation.method"),
        WEIGHTINGS,
        required=True,
        format_func=lambda m: t(f"evaluation.methods.{m}"),
        key=key,
        on_change=choose,
        help=t("evaluation.method_help"),
    )
    st.caption(t(f"evaluation.method_what.{weighting.method}"))


def _alpha(desk: Desk, part: str, weighting: Weighting) -> None:
    t = desk.page.t
    if weighting.method == "multiplicative":
        return

    def changed(alpha: float) -> None:
        desk.change(lambda: _with(desk, part, replace(weighting, alpha=alpha)))

    st.slider(
        t("evaluation.alpha"),
        0.0,
        1.0,
        step=0.05,
        **showing("evaluation_alpha", round(weighting.alpha, 2), changed),
        help=t("evaluation.alpha_help"),
    )


def _by_hand(desk: Desk, part: str, items: tuple[str, ...], weighting: Weighting) -> None:
    t = desk.page.t
    st.caption(t("evaluation.hand_what"))

    def changed(_: float) -> None:
        given = tuple(float(st.session_state[box["key"]]) / 100 for box in boxes)
        desk.change(lambda: _with(desk, part, replace(weighting, hand=given)))

    boxes = [
        showing(f"evaluation_hand_{part}_{item}", round(now * 100, 2), changed)
        for item, now in zip(items, weighting.hand, strict=True)
    ]
    place = st.grid(4, min_column_width=200, gap="small")
    for box, item in zip(boxes, items, strict=True):
        with place.cell():
            st.number_input(
                t("evaluation.percent_of", item=desk.words(item)),
                0.0,
                100.0,
                step=1.0,
                **box,
            )


def _objective_is_old(desk: Desk, part: str, weighting: Weighting, objective: tuple[float, ...]) -> None:
    """The policy keeps the entropy weights it was made with: offer those of the data shown."""
    uses = weighting.method in ("objective", *arithmetic.COMBINATIONS)
    if not uses or np.allclose(weighting.objective, objective, atol=5e-4):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(desk.page.t("evaluation.objective_old"))
        st.button(
            desk.page.t("evaluation.objective_new"),
            key="evaluation_objective",
            on_click=lambda: desk.change(lambda: _with(desk, part, replace(weighting, objective=objective))),
        )


def _side_by_side(desk: Desk, part: str, items: tuple[str, ...]) -> None:
    page, t = desk.page, desk.page.t
    weighting = weighting_in(desk.model, part)
    frame = pd.DataFrame(
        {
            "item": [desk.words(i) for i in items],
            "ahp": judged_of(weighting, len(items), desk.tried.credit.random_index),
            "entropy": entropy_of(desk, part),
            "tried": now_of(desk, part),
            "adopted": _adopted(desk, part, items),
        }
    )
    frame["whole"] = frame["tried"] * _share(desk, part)
    columns = ("ahp", "entropy", "tried", "adopted")
    names = {c: t(f"evaluation.weight.{c}") for c in columns if frame[c].notna().any()}
    page.chart(weight_bars(frame, page.look, names), "evaluation_weights", t("evaluation.weights_alt"))
    titles = {"item": t("evaluation.item"), **{c: t(f"evaluation.weight.{c}") for c in columns}}
    if part != ACROSS:
        titles["whole"] = t("evaluation.weight.whole")
    writers: Columns = {c: (title, str if c == "item" else page.fmt.rate) for c, title in titles.items()}
    grid(desk, "weights", frame, writers)
    if not np.isfinite(frame["entropy"]).all() or len(desk.rows) < 2:
        st.caption(t("evaluation.entropy_nobody"))


def now_of(desk: Desk, part: str) -> Array:
    """The weights that a part has under the tried rules."""
    items = items_of(desk.model, part)
    return weighting_in(desk.model, part).weights(len(items), desk.tried.credit.random_index)


def judged_of(weighting: Weighting, n: int, random_index: str) -> Array:
    """The weights of the judgements alone; NaN where there are none."""
    if not weighting.judgements:
        return np.full(n, np.nan)
    return Weighting("ahp", weighting.judgements).weights(n, random_index)


def _share(desk: Desk, part: str) -> float:
    if part == ACROSS:
        return 1.0
    keys = [g.key for g in desk.model.groups]
    across = desk.model.weighting.weights(len(keys), desk.tried.credit.random_index)
    return float(across[keys.index(part)])


def _adopted(desk: Desk, part: str, items: tuple[str, ...]) -> Array:
    """The adopted weights of the same items; NaN where the adopted model has other ones."""
    credit = desk.adopted.credit
    try:
        model = model_in(credit, desk.model.key)
        if items_of(model, part) == items:
            return weighting_in(model, part).weights(len(items), credit.random_index)
    except RefusedError:
        pass
    return np.full(len(items), np.nan)


def _with(desk: Desk, part: str, weighting: Weighting) -> Policy:
    return with_weighting(desk.tried, desk.model.key, part, weighting)


def entropy_of(desk: Desk, part: str) -> tuple[float, ...]:
    """Entropy weights of a part, kept while nothing that they depend on changes."""
    credit = desk.tried.credit
    of = (desk.model.groups, credit.grades, credit.operator, credit.random_index)
    return desk.ask(_entropy, part, of=of if part == ACROSS else items_of(desk.model, part))


def _entropy(desk: Desk, part: str) -> tuple[float, ...]:
    """Entropy weights of a part's items, from the customers in scope."""
    if part == ACROSS:
        return model_facts.entropy_of_groups(desk.tried.credit, desk.measured, desk.model, desk.rows)
    return model_facts.entropy_of_factors(desk.measured, group_in(desk.model, part), desk.rows)
