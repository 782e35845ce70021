"""隶属度: the curves of one factor over the histogram of its values, changed by numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import streamlit as st

from analytics import indicators
from analytics.credit_parts import Factor
from analytics.errors import RefusedError
from analytics.membership import KINDS, converted
from analytics.membership import memberships as values_of
from analytics.policy import Policy
from analytics.policy_edits import with_factor
from dashboard.charts.evaluation import memberships as chart
from dashboard.evaluation.choice import INDICATOR
from dashboard.evaluation.desk import Desk
from dashboard.evaluation.frame import what_changes
from dashboard.parts import figure_grid
from dashboard.what_if.moved import showing
from dashboard.words.credit_terms import indicator_name
from services.credit import model_facts
from services.credit.model_facts import Spread

Array = npt.NDArray[np.float64]
TYPED = "evaluation_knots_typed"
"""What a reader typed that no family of curves can be: it stays in the boxes, with the reason below."""


def show(desk: Desk) -> None:
    """Choose a factor, see what is known of it, and move its knots."""
    page, t = desk.page, desk.page.t
    factor = _factor(desk)
    known = indicators.known(factor.indicator)
    with page.part():
        spread: Spread = desk.ask(_spread, factor.indicator, of=desk.model.classes)
        fmt = page.fmt
        low, middle, high = spread.quantiles((0.05, 0.5, 0.95))
        unit = t(f"evaluation.unit.{known.unit}")
        figure_grid(
            page,
            [
                (t("evaluation.coverage"), fmt.rate(spread.coverage, 1), None, _of(desk, spread)),
                (
                    t("evaluation.missing"),
                    fmt.rate(1 - spread.coverage, 1),
                    None,
                    t("evaluation.missing_what"),
                ),
                (
                    t("evaluation.middle_value"),
                    fmt.number(middle, 2),
                    None,
                    t("evaluation.most_between", low=fmt.number(low, 2), high=fmt.number(high, 2), unit=unit),
                ),
            ],
        )
        st.caption(
            t(
                "evaluation.indicator_says",
                direction=t(f"evaluation.direction.{known.direction}"),
                unit=unit,
                window=t(f"evaluation.window.{known.window}"),
                low=fmt.number(known.low, 0),
                high=fmt.number(known.high, 0),
            )
        )
        _curves(desk, factor, spread)
        _editor(desk, factor)
    what_changes(desk)


def _of(desk: Desk, spread: Spread) -> str:
    count = desk.page.fmt.count
    return desk.page.t("evaluation.known_of", known=count(spread.known), customers=count(spread.customers))


def _factor(desk: Desk) -> Factor:
    page, key = desk.page, "evaluation_indicator"
    factors = {f.indicator: f for g in desk.model.groups for f in g.factors}
    chosen = page.pick(INDICATOR, factors, next(iter(factors)))
    st.session_state[key] = chosen
    st.selectbox(
        page.t("evaluation.indicator"),
        list(factors),
        format_func=lambda k: indicator_name(page.t, k),
        key=key,
        on_change=lambda: page.put(INDICATOR, str(st.session_state[key])),
        placeholder="",
    )
    return factors[chosen]


def _curves(desk: Desk, factor: Factor, spread: Spread) -> None:
    page, t = desk.page, desk.page.t
    known = indicators.known(factor.indicator)
    low, high = window(factor)
    x = np.unique(np.concatenate([np.linspace(low, high, 161), np.clip(factor.points, low, high)]))
    rows = values_of(x, factor.knots)
    best_first = rows[:, ::-1] if known.direction == "benefit" else rows
    names = [desk.grade_words(desk.tried, g) for g in desk.tried.credit.grade_keys]
    title = t("charts.unit_axis", what=desk.words(factor.indicator), unit=t(f"evaluation.unit.{known.unit}"))
    bins = spread.bins(low, high) if spread.known else None
    figure = chart(x, best_first, names, bins, page.look, title=title)
    page.chart(figure, "evaluation_memberships", t("evaluation.memberships_alt"))
    st.caption(t("evaluation.histogram_what" if bins else "evaluation.histogram_nobody"))


def window(factor: Factor) -> tuple[float, float]:
    """The stretch of values worth drawing: the knots with room at both ends, within the indicator's range."""
    known = indicators.known(factor.indicator)
    first, last = min(factor.points), max(factor.points)
    room = max((last - first) * 0.15, 5 * factor.spread, known.precision)
    return max(known.low, first - room), min(known.high, last + room)


def _editor(desk: Desk, factor: Factor) -> None:
    t = desk.page.t
    at = f"{desk.model.key}_{factor.indicator}"
    typed = st.session_state.get(TYPED)
    if not typed or typed["at"] != at or typed["policy"] != desk.tried.version:
        typed = None
    shown = typed["given"] if typed else (factor.points, factor.spread)
    kind_key = f"evaluation_kind_{at}"
    st.session_state[kind_key] = factor.kind
    st.segmented_control(
        t("evaluation.kind"),
        KINDS,
        required=True,
        format_func=lambda k: t(f"evaluation.kinds.{k}"),
        key=kind_key,
        on_change=lambda: desk.change(lambda: _converted(desk, factor, str(st.session_state[kind_key]))),
        help=t("evaluation.kind_help"),
    )
    st.caption(t(f"evaluation.knots_what.{factor.kind}"))
    _boxes(desk, factor, at, shown)
    if typed:
        st.warning(typed["said"], icon=":material/block:")
        st.button(
            t("evaluation.as_before"),
            key="evaluation_knots_back",
            on_click=lambda: st.session_state.pop(TYPED, None),
            icon=":material/undo:",
        )


def _boxes(desk: Desk, factor: Factor, at: str, shown: tuple[tuple[float, ...], float]) -> None:
    """A box for each knot, and for the spread where the kind has one."""
    t, known = desk.page.t, indicators.known(factor.indicator)

    def changed(_: float) -> None:
        points = tuple(float(st.session_state[box["key"]]) for box in boxes)
        _try(desk, factor, at, points, float(st.session_state.get(spread["key"], factor.spread)))

    boxes = [showing(f"evaluation_knot_{at}_{i}", float(v), changed) for i, v in enumerate(shown[0])]
    spread = showing(f"evaluation_spread_{at}", float(shown[1]), changed)
    place = st.grid(5, min_column_width=150, gap="small")
    for i, box in enumerate(boxes):
        with place.cell():
            st.number_input(
                _knot_name(desk, factor, i),
                **box,
                step=float(known.precision),
                format="%g",
                help=t("evaluation.knot_help") if i == 0 else None,
            )
    if factor.kind in ("gaussian", "sigmoid"):
        with place.cell():
            st.number_input(
                t("evaluation.spread"),
                **spread,
                min_value=0.0,
                step=float(known.precision),
                format="%g",
                help=t("evaluation.spread_help"),
            )


def _knot_name(desk: Desk, factor: Factor, i: int) -> str:
    """Which grade a knot belongs to, or which two it lies between; knots run with rising values."""
    t = desk.page.t
    keys = list(desk.tried.credit.grade_keys)
    if indicators.known(factor.indicator).direction == "benefit":
        keys = keys[::-1]
    if factor.kind in ("triangle", "gaussian"):
        return t("evaluation.knot.peak", grade=keys[i])
    if factor.kind == "sigmoid":
        return t("evaluation.knot.crossing", first=keys[i], second=keys[i + 1])
    return t(f"evaluation.knot.{'begins' if i % 2 else 'ends'}", grade=keys[(i + 1) // 2])


def _converted(desk: Desk, factor: Factor, kind: str) -> Policy:
    knots = converted(factor.knots, kind)
    known = indicators.known(factor.indicator)
    points = tuple(float(np.clip(p, known.low, known.high)) for p in knots.points)
    changed = Factor(factor.indicator, kind, points, knots.spread)
    return with_factor(desk.tried, desk.model.key, changed)


def _try(desk: Desk, factor: Factor, at: str, points: tuple[float, ...], spread: float) -> None:
    """Try the numbers; where they are no family of curves they stay as typed, with the reason."""
    try:
        changed = replace(factor, points=points, spread=spread)
    except RefusedError as refusal:
        said = desk.page.t.error(refusal)
        given = (points, spread)
        st.session_state[TYPED] = {"at": at, "policy": desk.tried.version, "given": given, "said": said}
        return
    st.session_state.pop(TYPED, None)
    desk.change(lambda: with_factor(desk.tried, desk.model.key, changed))


def _spread(desk: Desk, key: str) -> Spread:
    return model_facts.spread(desk.measured, key, desk.rows)
