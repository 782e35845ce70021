"""Forms of the credit grades over time: migration, drift, and what came after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import month_axis, percent, rate_axis
from dashboard.charts.grades import colours
from dashboard.charts.look import Look
from dashboard.charts.shades import from_none
from dashboard.made_once import made_once
from dashboard.words.literal import in_figure


@made_once
def migration(
    frame: pd.DataFrame,
    look: Look,
    names: Mapping[str, str],
    keys: Sequence[str],
    *,
    days: tuple[date, date],
    money: bool,
) -> go.Figure:
    """Share of each grade of the first day (rows) in each of the second. Columns old, new, share, amount."""
    first, last = (look.t("grades.on_day", day=look.fmt.date(day)) for day in days)
    wide = frame.pivot(index="old", columns="new", values="share").reindex(
        index=list(keys), columns=list(keys)
    )
    amount = frame.pivot(index="old", columns="new", values="amount").reindex(
        index=list(keys), columns=list(keys)
    )
    write = look.fmt.money if money else look.fmt.count
    label = look.t("columns.balance" if money else "columns.households")
    texts = [[look.fmt.rate(v, 1) if pd.notna(v) and v > 0 else "" for v in row] for row in wide.to_numpy()]
    hovers = [
        [
            look.hover(
                f"{names[a]} → {names[b]}",
                (look.t("columns.share"), look.fmt.rate(wide.loc[a, b])),
                (label, write(amount.loc[a, b])),
            )
            for b in keys
        ]
        for a in keys
    ]
    theme = look.theme
    return look.figure(
        [
            go.Heatmap(
                z=[[None if pd.isna(v) else v * 100 for v in row] for row in wide.to_numpy()],
                x=[in_figure(names[k]) for k in keys],
                y=[in_figure(names[k]) for k in keys],
                text=texts,
                texttemplate="%{text}",
                customdata=hovers,
                hovertemplate="%{customdata}<extra></extra>",
                **from_none(theme),
                zmin=0,
                zmax=100,
                xgap=2,
                ygap=2,
                showscale=False,
            )
        ],
        height=110 + 44 * max(2, len(keys)),
        xaxis={"type": "category", "side": "top", "title": {"text": last}},
        yaxis={"type": "category", "autorange": "reversed", "title": {"text": first}},
    )


@made_once
def share_trend(frame: pd.DataFrame, look: Look, names: Mapping[str, str], keys: Sequence[str]) -> go.Figure:
    """Share of households in each grade at month ends, stacked. Columns ym, grade, households, share."""
    months = sorted({int(m) for m in frame["ym"]})
    shades = colours(look, keys)
    wide = frame.pivot(index="ym", columns="grade", values="share").reindex(index=months, columns=list(keys))
    counts = frame.pivot(index="ym", columns="grade", values="households").reindex(
        index=months, columns=list(keys)
    )
    traces = [
        go.Bar(
            x=[str(m) for m in months],
            y=percent(wide[key]),
            name=in_figure(names[key]),
            marker={"color": shades[key]},
            hovertext=[
                look.hover(
                    look.fmt.month(m),
                    (names[key], look.fmt.rate(wide.loc[m, key])),
                    (look.t("columns.households"), look.fmt.count(counts.loc[m, key])),
                )
                for m in months
            ],
            hoverinfo="text",
        )
        for key in keys
    ]
    axis = rate_axis(look, look.t("columns.share")) | {"range": [0, 100]}
    return look.figure(traces, barmode="stack", bargap=0.15, xaxis=month_axis(months, look), yaxis=axis)


@made_once
def rates_by_grade(
    frame: pd.DataFrame, look: Look, names: Mapping[str, str], keys: Sequence[str]
) -> go.Figure:
    """Share in arrears afterwards by grade, its interval. Columns grade, customers, bad, rate, low, high."""
    rows = frame[frame["customers"] > 0]
    shades = colours(look, keys)
    return look.figure(
        [
            go.Bar(
                x=[in_figure(names[k]) for k in rows["grade"]],
                y=percent(rows["rate"]),
                marker={"color": [shades[k] for k in rows["grade"]]},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": percent(rows["high"] - rows["rate"]),
                    "arrayminus": percent(rows["rate"] - rows["low"]),
                    "color": look.theme.text,
                },
                hovertext=[
                    look.hover(
                        names[r["grade"]],
                        (look.t("columns.grading.rate"), look.fmt.rate(r["rate"])),
                        (
                            look.t("columns.interval"),
                            f"{look.fmt.rate(r['low'])} – {look.fmt.rate(r['high'])}",
                        ),
                        (look.t("columns.households"), look.fmt.count(r["customers"])),
                        (look.t("columns.bad"), look.fmt.count(r["bad"])),
                    )
                    for r in rows.to_dict("records")
                ],
                hoverinfo="text",
            )
        ],
        xaxis={"type": "category"},
        yaxis=rate_axis(look, look.t("columns.grading.rate")) | {"rangemode": "tozero"},
    )
