"""Forms of two panels over one axis of months: what runs far below the other rates has a scale of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import HEIGHT, Look, month_axis, rate_axis, rate_trend
from dashboard.made_once import made_once

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
    target: float | None = None,
) -> go.Figure:
    """`rate_trend` of `lines` above, and of `apart` below, with a scale of its own; one axis of months."""
    upper = rate_trend(frame, look, lines, title=title, last_year=last_year, target=target)
    lower = rate_trend(frame, look, apart, title=apart_title)
    traces: list[Any] = list(upper.data)
    for number, trace in enumerate(lower.data, start=len(lines)):
        colour = look.theme.series[number]
        trace.update(yaxis="y2", line={"color": colour}, marker={"color": colour})
        traces.append(trace)
    months = [int(m) for m in frame["ym"]]
    return look.figure(
        traces,
        height=HEIGHT + 140,
        xaxis={**month_axis(months, look), "anchor": "y2"},
        yaxis={**rate_axis(look, title), "domain": [LOWER + GAP, 1]},
        yaxis2={**rate_axis(look, apart_title), "domain": [0, LOWER], "anchor": "x"},
    )
