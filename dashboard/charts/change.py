"""A change as a waterfall: the figure on the first day, what each step adds, the figure on the second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import ROW_HEIGHT, distinct, money_axis, rate_axis
from dashboard.charts.look import Look
from dashboard.made_once import made_once
from dashboard.words.format import MoneyUnit

BARS = {
    "orientation": "h",
    "textposition": "outside",
    "cliponaxis": False,
    "hoverinfo": "text",
    "showlegend": False,
}


@dataclass(frozen=True)
class Ends:
    """The figure on the two days and what they are called."""

    then: float
    now: float
    then_name: str
    now_name: str


@made_once
def waterfall(
    steps: pd.DataFrame, ends: Ends, look: Look, *, title: str, money: bool, good: int
) -> go.Figure:
    """From top to bottom; columns key, name, change. A click gives the step's key.

    `good`: 1 where more is better, −1 where less is. The ends are dots: the axis need not begin at 0.
    """
    unit = look.fmt.shared(ends.then, ends.now) if money else look.fmt.unit(None)
    scale = 1 / unit.fen if money else 100.0
    values = [float(v) for v in steps["change"]]
    starts = [ends.then + sum(values[:i]) for i in range(len(values))]
    names = distinct(steps["name"], steps["key"])
    bars = go.Bar(
        base=[s * scale for s in starts],
        x=[v * scale for v in values],
        y=names,
        marker={"color": [look.theme.main if v * good >= 0 else look.theme.second for v in values]},
        text=[_short(look, v, unit, money) for v in values],
        customdata=[[str(k)] for k in steps["key"]],
        hovertext=_hovers(steps, look, title, unit, money),
        **BARS,
    )
    axis = money_axis(look, title, unit) if money else rate_axis(look, title)
    axis |= {"range": _span([ends.then, *starts, ends.now], scale), "tickformat": None if money else ",.2f"}
    order = [ends.then_name, *names, ends.now_name][::-1]
    category = {"type": "category", "categoryorder": "array", "categoryarray": order, "showgrid": False}
    height = 90 + ROW_HEIGHT * max(4, len(order))
    traces = [bars, _dots(ends, look, title, unit, money)]
    return look.figure(traces, height=height, xaxis=axis, yaxis={**category, "automargin": True}, bargap=0.3)


def _dots(ends: Ends, look: Look, title: str, unit: MoneyUnit, money: bool) -> go.Scatter:
    """The figure on the two days."""
    write, _ = _writers(look, unit, money)
    scale = 1 / unit.fen if money else 100.0
    both = ((ends.then_name, ends.then), (ends.now_name, ends.now))
    return go.Scatter(
        x=[value * scale for _, value in both],
        y=[name for name, _ in both],
        mode="markers+text",
        marker={"symbol": "diamond", "size": 12, "color": look.theme.text},
        text=[write(value) for _, value in both],
        textposition="middle right",
        cliponaxis=False,
        hovertext=[look.hover(name, (title, write(value))) for name, value in both],
        hoverinfo="text",
        showlegend=False,
    )


def _hovers(steps: pd.DataFrame, look: Look, title: str, unit: MoneyUnit, money: bool) -> list[str]:
    _, signed = _writers(look, unit, money)
    return [
        look.hover(name, (title, signed(float(v))))
        for name, v in zip(steps["name"], steps["change"], strict=True)
    ]


def _short(look: Look, value: float, unit: MoneyUnit, money: bool) -> str:
    """A step in the unit that the axis names, so that there is room beside narrow bars."""
    return look.fmt.signed_amount(value, unit) if money else f"{value * 100:+z.3f}"


def _writers(
    look: Look, unit: MoneyUnit, money: bool
) -> tuple[Callable[[float], str], Callable[[float], str]]:
    if not money:
        return (lambda v: look.fmt.rate(v, 3)), (lambda v: look.fmt.points(v, 3))
    return (lambda v: look.fmt.money(v, unit)), (lambda v: look.fmt.signed_money(v, unit))


def _span(levels: list[float], scale: float) -> list[float]:
    """The axis about all levels, with room for what is written beside them."""
    low, high = min(levels) * scale, max(levels) * scale
    room = (high - low or abs(high) or 1.0) * 0.32
    return [low - room, high + room]
