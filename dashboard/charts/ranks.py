"""The form of a ranking: money as bars from 0; rates, which differ near 100 %, as dots on a near axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import (
    LABEL_ROOM,
    ROW_HEIGHT,
    Look,
    distinct,
    legend_only,
    money_axis,
    percent,
    rate_axis,
    scaled,
)
from dashboard.charts.drawn import REFERENCE
from dashboard.format import MoneyUnit
from dashboard.made_once import made_once

Details = Callable[[Mapping[Any, Any]], Sequence[tuple[str, str]]]


@made_once
def ranking(
    frame: pd.DataFrame,
    look: Look,
    value: str,
    *,
    title: str,
    money: bool = False,
    target: float | None = None,
    mark: str | None = None,
    details: Details | None = None,
) -> go.Figure:
    """One row per row of `frame`, the first on top; a click gives the row's `key` as customdata.

    `mark`: a column drawn as a tick beside the dot or bar (last year's value). The figure stands at the
    end of a bar, and of a dot's row.
    """
    rows = frame.iloc[::-1]
    unit = look.fmt.unit(frame[value].abs().max() if len(frame) else None) if money else None
    xs = scaled(rows[value], unit) if unit else percent(rows[value])
    write = _writer(look, unit)
    labels = distinct(rows["name"], rows["key"])
    common = {
        "y": labels,
        "customdata": [[str(k)] for k in rows["key"]],
        "hovertext": [
            look.hover(r["name"], (title, write(r[value])), *(details(r) if details else ()))
            for r in rows.to_dict("records")
        ],
        "hoverinfo": "text",
        "showlegend": False,
    }
    texts = [write(v) for v in rows[value]]
    marks = _marks(rows, look, mark, labels, unit) if mark and rows[mark].notna().any() else []
    height = 90 + ROW_HEIGHT * max(3, len(rows))
    layout: dict[str, Any] = {"yaxis": {"type": "category"}, "margin": {"r": LABEL_ROOM}}
    if unit:
        traces = [_bars(look, xs, texts, common), *marks]
        axis = money_axis(look, title, unit)
        return look.figure(traces, height=height, xaxis=axis, bargap=0.28, **layout)
    level = None if target is None else target * 100
    axis = {**rate_axis(look, title), "range": _near([*xs, level, *(x for m in marks for x in m.x)])}
    traces = [*marks, _dots(look, xs, level, common), _column(axis["range"][1], labels, texts, look)]
    if level is not None:
        layout["shapes"] = [_line_at(level, look)]
        traces += _target_legend(look)
    return look.figure(traces, height=height, xaxis=axis, **layout)


def _bars(look: Look, xs: Sequence[float | None], texts: Sequence[str], common: Mapping[str, Any]) -> go.Bar:
    return go.Bar(
        x=list(xs),
        orientation="h",
        marker={"color": look.theme.main},
        text=list(texts),
        textposition="outside",
        cliponaxis=False,
        **common,
    )


def _dots(
    look: Look, xs: Sequence[float | None], level: float | None, common: Mapping[str, Any]
) -> go.Scatter:
    least = float("-inf") if level is None else level
    colours = [look.theme.second if x is not None and x < least else look.theme.main for x in xs]
    return go.Scatter(x=list(xs), mode="markers", marker={"color": colours, "size": 11}, **common)


def _column(x: float, labels: Sequence[str], texts: Sequence[str], look: Look) -> go.Scatter:
    """The figures of dots, one below the other behind the axis' end."""
    return go.Scatter(
        x=[x] * len(labels),
        y=list(labels),
        mode="text",
        text=list(texts),
        textposition="middle right",
        textfont={"color": look.theme.text, "size": 12},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
        meta=REFERENCE,
    )


def _near(values: Sequence[float | None]) -> list[float]:
    """A little below the lowest to a little above the highest: dots need no 0, and differences show."""
    known = [v for v in values if v is not None]
    low, high = min(known, default=0.0), max(known, default=100.0)
    room = max(0.06 * (high - low), 0.1)
    return [max(0.0, low - room) if low >= 0 else low - room, high + room]


def _target_legend(look: Look) -> list[go.Scatter]:
    """The dashed line, and the two colours that it divides."""
    dot = {"symbol": "circle", "size": 10}
    dashed = {"color": look.theme.target, "dash": "dash", "width": 1.5}
    return [
        legend_only(look.t("charts.target"), mode="lines", line=dashed),
        legend_only(look.t("charts.on_target"), mode="markers", marker={**dot, "color": look.theme.main}),
        legend_only(
            look.t("charts.below_target"), mode="markers", marker={**dot, "color": look.theme.second}
        ),
    ]


def _marks(
    rows: pd.DataFrame, look: Look, column: str, labels: Sequence[str], unit: MoneyUnit | None
) -> list[go.Scatter]:
    name = look.t("charts.last_year")
    write = _writer(look, unit)
    return [
        go.Scatter(
            x=scaled(rows[column], unit) if unit else percent(rows[column]),
            y=list(labels),
            mode="markers",
            name=name,
            marker={"symbol": "line-ns-open", "size": 14, "color": look.theme.text, "line": {"width": 2}},
            hovertext=[
                look.hover(n, (name, write(v))) for n, v in zip(rows["name"], rows[column], strict=True)
            ],
            hoverinfo="text",
        )
    ]


def _writer(look: Look, unit: MoneyUnit | None) -> Callable[[Any], str]:
    def money(fen: Any) -> str:
        return look.fmt.money(fen, unit)

    return money if unit else look.fmt.rate


def _line_at(x: float, look: Look) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.theme.target, "dash": "dash", "width": 1.5},
    }
