"""The form of one customer's file: what was open, and past due, day by day."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import money_axis, scaled
from dashboard.charts.look import Look
from dashboard.made_once import made_once


@made_once
def open_over_time(frame: pd.DataFrame, look: Look) -> go.Figure:
    """The open amount as steps over time, the part past its due date filled. Columns.

    Day, open, overdue (fen).
    """
    unit = look.fmt.unit(frame["open"].max() if len(frame) else None)
    days = [d.date().isoformat() for d in pd.to_datetime(frame["day"])]
    forms = (
        ("open", look.t("columns.open"), look.theme.main, None),
        ("overdue", look.t("columns.overdue"), look.theme.bad, "tozeroy"),
    )
    traces = [
        go.Scatter(
            x=days,
            y=scaled(frame[column], unit),
            name=name,
            mode="lines",
            line={"color": colour, "shape": "hv", "width": 2},
            fill=fill,
            hovertext=[
                look.hover(look.fmt.date(day), (name, look.fmt.money(value, unit)))
                for day, value in zip(pd.to_datetime(frame["day"]), frame[column], strict=True)
            ],
            hoverinfo="text",
        )
        for column, name, colour, fill in forms
    ]
    axis = money_axis(look, look.t("columns.open"), unit)
    return look.figure(traces, xaxis={"type": "date", "tickformat": look.t("common.month_tick")}, yaxis=axis)
