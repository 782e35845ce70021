"""The form of a ranking: money as bars from 0; rates, which differ near 100 %, as dots on a near axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import (
    LABEL_ROOM,
    ROW_HEIGHT,
    distinct,
    legend_only,
    money_axis,
    percent,
    rate_axis,
    scaled,
)
from dashboard.charts.drawn import REFERENCE
from dashboard.charts.levels import Aim, common, levels
from dashboard.charts.look import Look
from dashboard.made_once import made_once
from dashboard.words.format import MoneyUnit

Details = Callable[[Mapping[Any, Any]], Sequence[tuple[str, str]]]


@made_once
def ranking(
    frame: pd.DataFrame,
    look: Look,
    value: str,
    *,
    title: str,
    money: bool = False,
    target: Aim = None,
    mark: str | None = None,
    details: Details | None = None,
) -> go.Figure:
    """One row per row of `frame`, the first on top; a click gives the row's `key` as customdata.

    `mark`: a column drawn as a tick beside the dot or bar (last year's value). The figure stands at the
    end of a bar, and of a dot's row. A `target` for all is a line, each row's own (a column) a tick.
    """
    rows = frame.iloc[::-1]
    unit = look.fmt.unit(frame[value].abs().max() if len(frame) else None) if money else None
    xs = scaled(rows[value], unit) if unit else percent(rows[value])
    write = _writer(look, unit)
    labels = distinct(rows["name"], rows["key"])
    common_of_rows = {
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
        traces = [_bars(look, xs, texts, common_of_rows), *marks]
        axis = money_axis(look, title, unit)
        return look.figure(traces, height=height, xaxis=axis, bargap=0.28, **layout)
    aims = levels(rows, target)
    own = [aims[key] for key in rows["key"]]
    known = [level for level in own if level is not None]
    axis = {**rate_axis(look, title), "range": _near([*xs, *known, *(x for m in marks for x in m.x)])}
    level = common(aims)
    if known and level is None:
        marks.append(_own_targets(own, labels, look))
    traces = [
        *marks,
        _dots(look, xs, own, common_of_rows),
        _column(axis["range"][1], labels, _rates(look, rows[value], own), look),
    ]
    if level is not None:
        layout["shapes"] = [_line_at(level, look)]
    if known:
        traces += _target_legend(look, is_line=level is not None)
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
    look: Look, xs: Sequence[float | None], own: Sequence[float | None], common: Mapping[str, Any]
) -> go.Scatter:
    below = [x is not None and level is not None and x < level for x, level in zip(xs, own, strict=True)]
    colours = [look.theme.second if is_below else look.theme.main for is_below in below]
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


def _own_targets(own: Sequence[float | None], labels: Sequence[str], look: Look) -> go.Scatter:
    """A tick at what each row is held to."""
    name = look.t("charts.own_target")
    said = ["" if v is None else look.hover(n, (name, f"{v:.2f}%")) for n, v in zip(labels, own, strict=True)]
    return go.Scatter(
        x=list(own),
        y=list(labels),
        mode="markers",
        name=name,
        marker={"symbol": "line-ns-open", "size": 18, "color": look.theme.target, "line": {"width": 2}},
        hovertext=said,
        hoverinfo="text",
        meta=REFERENCE,
    )


def _target_legend(look: Look, is_line: bool) -> list[go.Scatter]:
    """The dashed line of one target for all, and the two colours that targets divide."""
    dot = {"symbol": "circle", "size": 10}
    dashed = {"color": look.theme.target, "dash": "dash", "width": 1.5}
    line = [legend_only(look.t("columns.target"), mode="lines", line=dashed)] if is_line else []
    return [
        *line,
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


def _rates(look: Look, rates: Iterable[Any], own: Iterable[float | None]) -> list[str]:
    """Rates as they are written beside what each is held to (percent)."""
    aims = (None if level is None else level / 100 for level in own)
    return [look.fmt.rate_beside(rate, aim) for rate, aim in zip(rates, aims, strict=True)]


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
