"""How firmly the judgements hold the weights, and the grades: each moved by a step of the scale at random."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from analytics.policy_edits import weighting_in, with_weighting
from analytics.weight_stability import Stability, stability
from dashboard.charts.evaluation import weight_ranges
from dashboard.evaluation.desk import Desk
from dashboard.evaluation.grid import Columns, grid
from services.credit import moved_judgements


def show(desk: Desk, part: str, items: tuple[str, ...]) -> None:
    """Ranges of the weights, reversals of rank, and how many customers would change grade."""
    page, t = desk.page, desk.page.t
    weighting = weighting_in(desk.model, part)
    if not weighting.judgements or weighting.method in ("hand", "objective") or len(items) < 3:
        return
    with page.part(t("evaluation.stability"), t("evaluation.stability_help")):
        stability: Stability = desk.ask(_stability, part)
        frame = pd.DataFrame(
            {
                "item": [desk.words(i) for i in items],
                "weight": stability.weights,
                "low": stability.low,
                "high": stability.high,
                "moved_rank": stability.moved_rank,
            }
        )
        page.chart(weight_ranges(frame, page.look), "evaluation_stability", t("evaluation.stability_alt"))
        rate = page.fmt.rate
        columns: Columns = {
            "item": (t("evaluation.item"), str),
            **{c: (t(f"evaluation.stable.{c}"), rate) for c in ("weight", "low", "high", "moved_rank")},
        }
        grid(desk, "stability", frame, columns)
        _said(desk, part, stability, items)


def _said(desk: Desk, part: str, stability: Stability, items: tuple[str, ...]) -> None:
    t, fmt = desk.page.t, desk.page.fmt
    turned = stability.reversed_share
    if turned.max() > 0:
        i, j = np.unravel_index(int(turned.argmax()), turned.shape)
        st.caption(
            t(
                "evaluation.reversal",
                first=desk.words(items[int(i)]),
                second=desk.words(items[int(j)]),
                share=fmt.rate(turned[i, j], 1),
            )
        )
    if st.button(t("evaluation.stable_grades"), key="evaluation_stable_grades", icon=":material/casino:"):
        st.session_state["evaluation_stable_asked"] = (desk.tried.version, part)
    if st.session_state.get("evaluation_stable_asked") == (desk.tried.version, part):
        shares = desk.ask(_grade_changes, part)
        if shares:
            st.markdown(
                t(
                    "evaluation.stable_grades_said",
                    draws=len(shares),
                    middle=fmt.rate(float(np.median(shares)), 1),
                    most=fmt.rate(max(shares), 1),
                    customers=fmt.count(min(len(desk.rows), moved_judgements.MOST_SAMPLED)),
                )
            )


def _stability(desk: Desk, part: str) -> Stability:
    return stability(weighting_in(desk.model, part).matrix())


def _grade_changes(desk: Desk, part: str) -> list[float]:
    """The share of customers whose grade changes, draw by draw."""
    weighting = weighting_in(desk.model, part)
    drawn = stability(weighting.matrix(), draws=moved_judgements.DRAWS).drawn
    key = desk.model.key
    others = [
        with_weighting(desk.tried, key, part, moved_judgements.drawn_weighting(weighting, row)).credit
        for row in drawn
    ]
    return moved_judgements.grade_changes(desk.tried.credit, others, key, desk.measured, desk.rows)
