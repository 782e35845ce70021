"""Forms of the credit model: weights, ranges, memberships over a histogram, operators, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import LABEL_ROOM, ROW_HEIGHT, cut, percent, rate_axis
from dashboard.charts.look import Look
from dashboard.charts.shades import from_none, written
from dashboard.made_once import made_once
from dashboard.words.literal import in_figure

Array = npt.NDArray[np.float64]
LONGEST = 22


@made_once
def weight_bars(frame: pd.DataFrame, look: Look, names: Mapping[str, str]) -> go.Figure:
    """Weights of the same items by several ways, a group of bars per item. `names`: column → name."""
    items = _items(frame)
    colours = {"tried": look.theme.main, "adopted": look.theme.last_year}
    spare = iter((look.theme.second, look.theme.third, *look.theme.series[3:]))
    traces = [
        go.Bar(
            x=percent(frame[column]),
            y=items,
            orientation="h",
            name=name,
            marker={"color": colours.get(column) or next(spare)},
            text=[look.fmt.rate(v, 1) for v in frame[column]],
            textposition="outside",
            textfont={"size": 11},
            constraintext="none",
            cliponaxis=False,
            hovertext=[
                look.hover(i, (name, look.fmt.rate(v)))
                for i, v in zip(frame["item"], frame[column], strict=True)
            ],
            hoverinfo="text",
        )
        for column, name in names.items()
    ]
    return look.figure(
        traces,
        height=110 + (12 + 14 * len(names)) * max(2, len(frame)),
        barmode="group",
        bargap=0.25,
        margin={"r": LABEL_ROOM},
        xaxis={**rate_axis(look, look.t("evaluation.weight.axis")), "rangemode": "tozero"},
        yaxis={"type": "category", "autorange": "reversed"},
    )


@made_once
def weight_ranges(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Each weight with the range that holds nine draws in ten. Columns: item, weight, low, high."""
    dots = go.Scatter(
        x=percent(frame["weight"]),
        y=_items(frame),
        mode="markers",
        marker={"size": 10, "color": look.theme.main},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * v for v in frame["high"] - frame["weight"]],
            "arrayminus": [100 * v for v in frame["weight"] - frame["low"]],
            "color": look.theme.muted,
            "thickness": 2,
            "width": 6,
        },
        hovertext=[
            look.hover(
                row["item"],
                *(
                    (look.t(f"evaluation.stable.{c}"), look.fmt.rate(row[c]))
                    for c in ("weight", "low", "high", "moved_rank")
                ),
            )
            for row in frame.to_dict("records")
        ],
        hoverinfo="text",
        showlegend=False,
    )
    return look.figure(
        [dots],
        height=90 + ROW_HEIGHT * max(3, len(frame)),
        xaxis={**rate_axis(look, look.t("evaluation.weight.axis")), "rangemode": "tozero"},
        yaxis={"type": "category", "autorange": "reversed"},
    )


@made_once
def memberships(
    x: Array,
    curves: Array,
    names: Sequence[str],
    bins: tuple[Array, Array] | None,
    look: Look,
    *,
    title: str,
) -> go.Figure:
    """Membership in each grade (best first) over the indicator's values, above how customers are spread.

    `bins` are edges and shares; None where nothing is known.
    """
    traces: list[Any] = []
    if bins is not None:
        edges, shares = bins
        traces.append(
            go.Bar(
                x=((edges[:-1] + edges[1:]) / 2).tolist(),
                y=[100 * float(s) for s in shares],
                width=np.diff(edges).tolist(),
                yaxis="y2",
                name=look.t("evaluation.customers_share"),
                marker={"color": look.theme.grid, "line": {"width": 0.5, "color": look.theme.last_year}},
                hovertext=[
                    look.hover(
                        f"{a:,.6g} – {b:,.6g}", (look.t("evaluation.customers_share"), look.fmt.rate(s))
                    )
                    for a, b, s in zip(edges[:-1], edges[1:], shares, strict=True)
                ],
                hoverinfo="text",
            )
        )
    for j, name in enumerate(names):
        traces.append(
            go.Scatter(
                x=x.tolist(),
                y=curves[:, j].tolist(),
                mode="lines",
                name=in_figure(name),
                line={"color": look.theme.grade(j, len(names)), "width": 2.4},
                hovertext=[
                    look.hover(f"{v:,.6g}", (name, look.fmt.number(mu, 3)))
                    for v, mu in zip(x, curves[:, j], strict=True)
                ],
                hoverinfo="text",
            )
        )
    return look.figure(
        traces,
        height=380,
        bargap=0,
        xaxis={"title": {"text": title}, "tickformat": ",.1f" if "%" in title else ",~r"},
        yaxis={
            "title": {"text": look.t("evaluation.membership")},
            "range": [0, 1.04],
            "overlaying": "y2",
            "tickmode": "array",
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
        },
        yaxis2={
            "title": {"text": look.t("charts.percent_axis", what=look.t("evaluation.customers_share"))},
            "side": "right",
            "showgrid": False,
            "rangemode": "tozero",
        },
    )


@made_once
def operator_bars(frame: pd.DataFrame, look: Look, rows: Sequence[str], grades: Sequence[str]) -> go.Figure:
    """Shares of the grades under each operator, stacked. Columns of `frame` are shares by position."""
    traces = []
    for j, grade in enumerate(grades):
        last = j == len(grades) - 1
        shares = frame[frame.columns[j]]
        traces.append(
            go.Bar(
                x=percent(shares),
                y=list(rows),
                orientation="h",
                name=in_figure(grade),
                marker={
                    "color": look.theme.last_year if last else look.theme.grade(j, len(grades) - 1),
                    "line": {"color": look.theme.surface, "width": 1},
                },
                hovertext=[
                    look.hover(row, (grade, look.fmt.rate(v))) for row, v in zip(rows, shares, strict=True)
                ],
                hoverinfo="text",
            )
        )
    return look.figure(
        traces,
        height=130 + 32 * len(rows),
        barmode="stack",
        bargap=0.3,
        xaxis={**rate_axis(look, look.t("evaluation.customers_share")), "range": [0, 100]},
        yaxis={"type": "category", "autorange": "reversed"},
    )


@made_once
def agreement(frame: pd.DataFrame, look: Look, names: Sequence[str]) -> go.Figure:
    """How often two operators give the same grade: a square of shares."""
    z = [[100 * float(v) for v in row] for row in frame.to_numpy()]
    grid = go.Heatmap(
        z=z,
        x=list(names),
        y=list(names),
        **written(z),
        hovertext=[
            [
                look.hover(f"{a} · {b}", (look.t("evaluation.same_grade"), look.fmt.rate(v / 100, 1)))
                for b, v in zip(names, row, strict=True)
            ]
            for a, row in zip(names, z, strict=True)
        ],
        hoverinfo="text",
        **from_none(look.theme),
        zmin=0,
        zmax=100,
        showscale=False,
    )
    return look.figure(
        [grid],
        height=110 + 36 * len(names),
        xaxis={"type": "category", "showgrid": False},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )


@made_once
def before_and_after(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Households of each grade under the adopted and the tried rules. Columns: name, old_, new_households."""
    names = {"old": look.t("evaluation.was"), "new": look.t("evaluation.is")}
    colours = {"old": look.theme.last_year, "new": look.theme.main}
    traces = [
        go.Bar(
            x=[in_figure(n) for n in frame["name"]],
            y=frame[f"{side}_households"].tolist(),
            name=name,
            marker={"color": colours[side]},
            text=[look.fmt.count(v) for v in frame[f"{side}_households"]],
            textposition="outside",
            cliponaxis=False,
            hovertext=[
                look.hover(n, (name, look.fmt.count(v)))
                for n, v in zip(frame["name"], frame[f"{side}_households"], strict=True)
            ],
            hoverinfo="text",
        )
        for side, name in names.items()
    ]
    return look.figure(
        traces,
        barmode="group",
        bargap=0.3,
        margin={"t": 28},
        xaxis={"type": "category"},
        yaxis={"title": {"text": look.t("columns.households")}, "tickformat": ",~r"},
    )


@made_once
def fitted_bars(frame: pd.DataFrame, look: Look, names: Mapping[str, str]) -> go.Figure:
    """The weights of a model's factors as they are and as fitted."""
    return weight_bars(frame.rename(columns={"now": "adopted", "fitted": "tried"}), look, names)


def _items(frame: pd.DataFrame) -> list[str]:
    return [cut(i, LONGEST) for i in frame["item"]]
