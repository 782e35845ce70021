"""Forms of one customer's credit: points brought and lost, memberships, and the score over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from dashboard.charts import ROW_HEIGHT
from dashboard.charts.look import Look
from dashboard.made_once import made_once
from dashboard.words.format import NOTHING
from dashboard.words.literal import in_figure


@dataclass(frozen=True)
class Bar:
    """One indicator: its name and value in words, points brought and lost, memberships best grade first."""

    name: str
    value: str
    gained: float
    lost: float
    memberships: tuple[float, ...]


@made_once
def points(rows: Sequence[Bar], look: Look, gained: str, lost: str) -> go.Figure:
    """Points brought and lost by indicator, stacked; the first row on top."""
    names = [in_figure(r.name) for r in rows]
    hover = [
        look.hover(r.name, (r.name, r.value), (gained, _one(r.gained)), (lost, _one(r.lost))) for r in rows
    ]
    traces = [
        go.Bar(
            x=values,
            y=names,
            orientation="h",
            name=name,
            marker={"color": colour},
            text=[_one(x) if x >= 0.05 else "" for x in values],
            textposition="auto",
            textangle=0,
            insidetextanchor="middle",
            hovertext=hover,
            hoverinfo="text",
        )
        for name, colour, values in (
            (gained, look.theme.main, [r.gained for r in rows]),
            (lost, look.theme.bad, [r.lost for r in rows]),
        )
    ]
    return _stacked(traces, look, len(rows), {"tickformat": ",~r"})


@made_once
def memberships(rows: Sequence[Bar], look: Look, grades: Sequence[str]) -> go.Figure:
    """One bar of length 1 per row, cut by membership in the grades, best first."""
    names = [in_figure(r.name) for r in rows]
    traces = []
    for j, grade in enumerate(grades):
        xs = [r.memberships[j] for r in rows]
        traces.append(
            go.Bar(
                x=xs,
                y=names,
                orientation="h",
                name=in_figure(grade),
                marker={"color": look.theme.grade(j, len(grades))},
                text=[f"{x:.2f}" if x >= 0.12 else "" for x in xs],
                textposition="inside",
                textangle=0,
                insidetextanchor="middle",
                hovertext=[
                    look.hover(r.name, (grade, look.fmt.number(x, 3))) for r, x in zip(rows, xs, strict=True)
                ],
                hoverinfo="text",
            )
        )
    return _stacked(traces, look, len(rows), {"range": [0, 1], "tickformat": ".1f"})


@made_once
def score_history(
    days: Sequence[date],
    scores: Sequence[float],
    positions: Sequence[int],
    grades: Sequence[str],
    cutoffs: Sequence[float],
    look: Look,
    title: str,
) -> go.Figure:
    """The score at month ends as a line, each point in its grade's colour; the cut-offs dashed and named."""
    xs = [d.isoformat() for d in days]
    line = go.Scatter(
        x=xs,
        y=[None if s != s else s for s in scores],
        mode="lines+markers",
        name=title,
        line={"color": look.theme.muted, "width": 1.5},
        marker={
            "size": 10,
            "color": [look.theme.grade(p, len(grades)) if p >= 0 else look.theme.muted for p in positions],
        },
        hovertext=[
            look.hover(
                look.fmt.date(d),
                (title, _one(s)),
                (look.t("credit.history.grade"), in_figure(grades[p]) if p >= 0 else NOTHING),
            )
            for d, s, p in zip(days, scores, positions, strict=True)
        ],
        hoverinfo="text",
        showlegend=False,
    )
    levels = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": cut,
            "y1": cut,
            "line": {"color": look.theme.grade(j, len(grades)), "dash": "dot", "width": 1},
        }
        for j, cut in enumerate(cutoffs)
    ]
    names = [
        {
            "xref": "paper",
            "x": 0,
            "xanchor": "left",
            "y": cut,
            "yanchor": "bottom",
            "text": f"{in_figure(grades[j])} ≥ {cut:g}",
            "showarrow": False,
            "font": {"size": 11, "color": look.theme.muted},
        }
        for j, cut in enumerate(cutoffs)
    ]
    return look.figure(
        [line],
        shapes=levels,
        annotations=names,
        xaxis={"type": "date", "tickformat": look.t("common.month_tick")},
        yaxis={"title": {"text": title}, "range": [0, 104]},
    )


def _stacked(traces: list[go.Bar], look: Look, rows: int, axis: dict[str, object]) -> go.Figure:
    return look.figure(
        traces,
        height=110 + ROW_HEIGHT * max(3, rows),
        barmode="stack",
        xaxis=axis,
        yaxis={"type": "category", "autorange": "reversed"},
        bargap=0.25,
    )


def _one(points: float) -> str:
    return NOTHING if points != points else f"{points:.1f}"
