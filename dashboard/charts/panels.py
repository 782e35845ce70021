"""Forms of several panels: rates with a scale of their own below the others, and a small one per unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts import cut, legend_only, month_axis, percent, rate_axis, rate_trend
from dashboard.charts.levels import Levels, levels
from dashboard.charts.look import HEIGHT, PLACE_HEIGHT, Look
from dashboard.charts.spans import last_year_names, month_name, part_of_month, points, runs
from dashboard.made_once import made_once
from dashboard.theme import template

GAP = 0.09
LOWER = 0.3
"""The share of the height that the lower panel has."""


@made_once
def rate_panels(
    frame: pd.DataFrame,
    look: Look,
    lines: Mapping[str, str],
    apart: Mapping[str, str],
    *,
    title: str,
    apart_title: str,
    last_year: str | None = None,
    target: float | str | Mapping[str, str] | None = None,
    apart_target: Mapping[str, str] | None = None,
    year: str | None = None,
) -> go.Figure:
    """`rate_trend` of `lines` above, and of `apart` below, with a scale of its own; one axis of months.

    Where nothing of `apart` is known there is no panel for it.
    """
    upper = rate_trend(frame, look, lines, title=title, last_year=last_year, target=target, year=year)
    if frame[list(apart)].isna().all(axis=None):
        return upper
    lower = rate_trend(frame, look, apart, title=apart_title, target=apart_target, year=year)
    traces: list[Any] = list(upper.data)
    own = dict(zip(apart.values(), look.theme.series[len(lines) :], strict=False))
    for trace in lower.data:
        if colour := own.get(trace.name):
            trace.update(line={"color": colour}, marker={"color": colour})
        traces.append(trace.update(yaxis="y2"))
    months = [int(m) for m in frame["ym"]]
    return look.figure(
        traces,
        height=HEIGHT + 140,
        xaxis={**month_axis(months, look, part_of_month(frame)), "anchor": "y2"},
        yaxis={**rate_axis(look, title), "domain": [LOWER + GAP, 1]},
        yaxis2={**rate_axis(look, apart_title), "domain": [0, LOWER], "anchor": "x"},
    )


def small_multiples(
    frame: pd.DataFrame,
    look: Look,
    value: str,
    *,
    title: str,
    target: float | str,
    last_year: str | None = None,
    year: str | None = None,
    columns: int = 3,
) -> go.Figure:
    """One small rate line per key, all on one scale with the target drawn, so that units can be compared.

    `target`: of all, or the column of each key's own; `last_year` where known; `year`: the column of the
    year that a rate adds up in.
    """
    if last_year and frame[last_year].isna().all():
        last_year = None
    names, aims = dict(zip(frame["key"], frame["name"], strict=True)), levels(frame, target)
    columns = max(1, min(columns, len(names)))
    rows = max(1, -(-len(names) // columns))
    figure = make_subplots(
        rows,
        columns,
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=[cut(n, 16) for n in names.values()],
        vertical_spacing=min(0.12, 0.3 / rows),
        horizontal_spacing=0.03,
    )
    for i, (key, name) in enumerate(names.items()):
        own = frame[frame["key"] == key]
        place = {"row": i // columns + 1, "col": i % columns + 1}
        for column, colour, dash in _lines(value, last_year, look):
            for rows_of in runs(own, year):
                line = _thin_line(rows_of, look, column, str(name), title, colour, dash)
                figure.add_trace(line, **place)
        if aims[key] is not None:
            figure.add_hline(y=aims[key], line=_dashed(look), exclude_empty_subplots=True, **place)
    months = sorted({int(m) for m in frame["ym"]})
    axis = month_axis(months, look, part_of_month(frame))
    axis["tickvals"], axis["ticktext"] = axis["tickvals"][1::3], axis["ticktext"][1::3]
    figure.update_xaxes(**axis)
    figure.update_yaxes(
        tickformat=",.1f", ticksuffix="%", matches="y", range=_one_scale(frame, value, last_year, aims)
    )
    figure.update_annotations(font={"size": 11, "color": look.theme.text})
    for column, colour, dash in _lines(value, last_year, look)[::-1]:
        name = title if column == value else last_year_names(look, frame.sort_values("ym"))[0]
        figure.add_trace(legend_only(name, mode="lines", line={"color": colour, "dash": dash}))
    figure.add_trace(legend_only(look.t("columns.target"), mode="lines", line=_dashed(look)))
    above = PLACE_HEIGHT if look.place else 0
    height = 100 + 120 * rows + above
    top = {"orientation": "h", "x": 0, "y": 1 - above / height, "yanchor": "top", "yref": "container"}
    figure.update_layout(
        template=template(look.theme.kind), height=height, legend=top, margin={"t": 58 + above}
    )
    if look.place:
        figure.update_layout(title={**look.about(), "automargin": False})
    return figure


def _dashed(look: Look) -> dict[str, object]:
    return {"color": look.theme.target, "dash": "dash", "width": 1.2}


def _one_scale(frame: pd.DataFrame, value: str, last_year: str | None, aims: Levels) -> list[float]:
    """From a little below the lowest rate of all panels, or target, to a little above the highest."""
    columns = [value, last_year] if last_year else [value]
    known = [v for column in columns for v in percent(frame[column]) if v is not None]
    known += [level for level in aims.values() if level is not None] or [100.0]
    low, high = min(known), max(known)
    room = max(0.06 * (high - low), 0.1)
    return [max(0.0, low - room), high + room]


def _lines(value: str, last_year: str | None, look: Look) -> list[tuple[str, str, str]]:
    now = [(value, look.theme.main, "solid")]
    return [(last_year, look.theme.last_year, "dot"), *now] if last_year else now


def _thin_line(
    own: pd.DataFrame, look: Look, column: str, name: str, title: str, colour: str, dash: str
) -> go.Scatter:
    labels = [title] * len(own) if dash == "solid" else last_year_names(look, own)[1]
    months, part = [int(m) for m in own["ym"]], part_of_month(own)
    return go.Scatter(
        x=[str(m) for m in months],
        y=percent(own[column]),
        mode="lines+markers",
        showlegend=False,
        line={"color": colour, "dash": dash, "width": 1.8},
        marker=points(months, part, 3),
        hovertext=[
            look.hover(f"{name} · {month_name(look, m, part)}", (label, look.fmt.rate(v)))
            for m, label, v in zip(months, labels, own[column], strict=True)
        ],
        hoverinfo="text",
    )
