"""Forms of how money is spread: ageing buckets, stacked buckets, Lorenz curve, roll matrix, bridge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import ROW_HEIGHT, colour_bar, distinct, money_axis, rate_axis, scaled, spaced
from dashboard.charts.drawn import REFERENCE
from dashboard.charts.look import Look
from dashboard.charts.shades import from_none, written
from dashboard.charts.spans import hatches
from dashboard.made_once import made_once
from dashboard.words.format import MoneyUnit
from dashboard.words.literal import in_figure

SMALL_STEPS = 4
"""A waterfall whose steps span less than one part in so many of its least amount is drawn near them."""


@made_once
def bucket_bars(frame: pd.DataFrame, look: Look, names: Sequence[str], *, title: str) -> go.Figure:
    """The balance by ageing bucket, one bar each, in order. A click gives the bucket's number."""
    unit = look.fmt.unit(frame["amount"].max() if len(frame) else None)
    fmt = look.fmt
    bars = go.Bar(
        x=list(names),
        y=scaled(frame["amount"], unit),
        marker={"color": [look.theme.bucket(i, len(names)) for i in range(len(names))]},
        text=[fmt.rate(s, 1) for s in frame["share"]],
        textposition="outside",
        cliponaxis=False,
        customdata=[[i] for i in range(len(names))],
        hovertext=[
            look.hover(
                name,
                (title, fmt.money(row["amount"], unit)),
                (look.t("columns.share"), fmt.rate(row["share"])),
                (look.t("columns.customers"), fmt.count(row["customers"])),
                (look.t("columns.bills"), fmt.count(row["bills"])),
            )
            for name, row in zip(names, frame.to_dict("records"), strict=True)
        ],
        hoverinfo="text",
    )
    return look.figure(
        [bars], xaxis={"type": "category"}, yaxis=money_axis(look, title, unit), margin={"t": 28}, bargap=0.25
    )


@made_once
def stacked_buckets(
    frame: pd.DataFrame,
    look: Look,
    names: Sequence[str],
    *,
    rows: Sequence[tuple[Any, str]],
    title: str,
    upright: bool = False,
    part: date | None = None,
) -> go.Figure:
    """One bar per row (key, label), stacked. Columns: key, bucket_no, amount. A click gives the key.

    `part`: the day of the bar, by its month as a key, that is of a month which has not ended: it is hatched.
    """
    keys = [key for key, _ in rows]
    labels = distinct([label for _, label in rows], keys)
    summed = frame.groupby(["key", "bucket_no"])["amount"].sum(min_count=1)
    wide = summed.unstack("bucket_no").reindex(index=keys, columns=range(len(names)))
    unit = look.fmt.unit(wide.sum(axis=1).max() if len(wide) else None)
    traces = []
    for i, name in enumerate(names):
        if not wide[i].notna().any():
            continue
        amounts = scaled(wide[i], unit)
        hover = [
            look.hover(label, (name, look.fmt.money(v, unit)))
            for (_, label), v in zip(rows, wide[i], strict=True)
        ]
        traces.append(
            go.Bar(
                x=labels if upright else amounts,
                y=amounts if upright else labels,
                orientation="v" if upright else "h",
                name=name,
                marker={
                    "color": look.theme.bucket(i, len(names)),
                    "pattern": {"shape": hatches([str(k) for k in keys], part)},
                },
                customdata=[[str(k)] for k in keys],
                hovertext=hover,
                hoverinfo="text",
            )
        )
    axis = money_axis(look, title, unit)
    category: dict[str, Any] = {"type": "category"}
    if upright:
        category |= {"tickmode": "array", "tickvals": spaced(labels), "autotickangles": [0, -35, -90]}
        return look.figure(traces, height=380, barmode="stack", xaxis=category, yaxis=axis)
    category["autorange"] = "reversed"
    height = 150 + ROW_HEIGHT * max(3, len(keys))
    return look.figure(traces, height=height, barmode="stack", xaxis=axis, yaxis=category, bargap=0.25)


@made_once
def lorenz(curve: pd.DataFrame, look: Look) -> go.Figure:
    """Share of customers against share of the balance they hold, with the line of equal shares."""
    fmt = look.fmt
    held, equal = look.t("columns.amount_share"), look.t("charts.equal_shares")
    xs = [float(v) * 100 for v in curve["customers_share"]]
    traces = [
        go.Scatter(
            x=xs,
            y=[float(v) * 100 for v in curve["amount_share"]],
            mode="lines",
            name=held,
            fill="tozeroy",
            line={"color": look.theme.main, "width": 2.2},
            hovertext=[
                look.hover(fmt.rate(c, 1), (held, fmt.rate(a, 1)))
                for c, a in zip(curve["customers_share"], curve["amount_share"], strict=True)
            ],
            hoverinfo="text",
        ),
        go.Scatter(
            x=[0, 100],
            y=[0, 100],
            mode="lines",
            name=equal,
            line={"color": look.theme.last_year, "dash": "dot", "width": 1.5},
            hoverinfo="skip",
            meta=REFERENCE,
        ),
    ]
    return look.figure(
        traces,
        xaxis={**rate_axis(look, look.t("columns.customers_share")), "range": [0, 100]},
        yaxis={**rate_axis(look, look.t("columns.amount_share")), "range": [0, 101]},
    )


@made_once
def roll_matrix(
    frame: pd.DataFrame, look: Look, froms: Sequence[tuple[str, str]], tos: Sequence[tuple[str, str]]
) -> go.Figure:
    """Where the balance of each bucket went a month later: share of the bucket's money, rows sum to 100 %."""
    cells = {(str(r["from_bucket"]), str(r["to_bucket"])): r for r in frame.to_dict("records")}
    unit = look.fmt.unit(frame["amount"].max() if len(frame) else None)
    z: list[list[float | None]] = []
    hovers: list[list[str]] = []
    for key, name in froms:
        row = [cells.get((key, to)) for to, _ in tos]
        z.append([None if c is None or pd.isna(c["rate"]) else float(c["rate"]) * 100 for c in row])
        hovers.append(
            [
                look.hover(
                    f"{name} → {to}",
                    (look.t("columns.share"), look.fmt.rate(c["rate"] if c else None)),
                    (look.t("columns.amount"), look.fmt.money(c["amount"] if c else None, unit)),
                )
                for c, (_, to) in zip(row, tos, strict=True)
            ]
        )
    grid = go.Heatmap(
        z=z,
        x=[name for _, name in tos],
        y=[name for _, name in froms],
        **written(z),
        hovertext=hovers,
        hoverinfo="text",
        **from_none(look.theme),
        zmin=0,
        zmax=100,
        colorbar=colour_bar(look, look.t("columns.share")),
    )
    return look.figure(
        [grid],
        height=120 + 28 * max(3, len(froms)),
        xaxis={"type": "category", "title": {"text": look.t("charts.roll_to")}, "showgrid": False},
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "title": {"text": look.t("charts.roll_from")},
            "showgrid": False,
        },
    )


@made_once
def bridge(steps: pd.DataFrame, look: Look, *, title: str) -> go.Figure:
    """A waterfall between amounts. Columns: name, amount (fen), kind ('absolute', 'relative', 'total').

    Where the steps are small beside the amounts, the axis begins near them and says so, and amounts are dots.
    """
    reach = steps.loc[steps["kind"] != "relative", "amount"].abs().max() if len(steps) else None
    unit = look.fmt.unit(reach)
    said = {
        "hovertext": [
            look.hover(n, (title, look.fmt.money(v, unit)))
            for n, v in zip(steps["name"], steps["amount"], strict=True)
        ],
        "hoverinfo": "text",
        "text": [look.fmt.money(v, unit) for v in steps["amount"]],
        "cliponaxis": False,
        "showlegend": False,
    }
    begin = _near(steps)
    axis = money_axis(look, title if begin is None else look.t("charts.cut_axis", what=title), unit)
    if begin is None:
        traces = [_fall(steps, look, unit, said)]
    else:
        axis["range"] = scaled(begin, unit)
        traces = [_spans(steps, look, unit, said), _levels(steps, look, unit, said)]
    return look.figure(traces, xaxis={"type": "category"}, yaxis=axis, margin={"t": 28}, bargap=0.25)


def _fall(steps: pd.DataFrame, look: Look, unit: MoneyUnit, said: Mapping[str, Any]) -> go.Waterfall:
    return go.Waterfall(
        x=[in_figure(n) for n in steps["name"]],
        y=scaled(steps["amount"], unit),
        measure=steps["kind"].tolist(),
        textposition="outside",
        increasing={"marker": {"color": look.theme.second}},
        decreasing={"marker": {"color": look.theme.third}},
        totals={"marker": {"color": look.theme.main}},
        connector={"line": {"color": look.theme.grid}},
        **said,
    )


def _spans(steps: pd.DataFrame, look: Look, unit: MoneyUnit, said: Mapping[str, Any]) -> go.Bar:
    """The steps alone, each from the level before it."""
    is_step = steps["kind"] == "relative"
    before = _reached(steps).shift(1, fill_value=0).where(is_step)
    change = steps["amount"].where(is_step)
    return go.Bar(
        x=[in_figure(n) for n in steps["name"]],
        y=scaled(change, unit),
        base=scaled(before, unit),
        marker={"color": [look.theme.second if v > 0 else look.theme.third for v in change.fillna(0)]},
        textposition="outside",
        **said,
    )


def _levels(steps: pd.DataFrame, look: Look, unit: MoneyUnit, said: Mapping[str, Any]) -> go.Scatter:
    """The amounts that steps lead from and to."""
    amounts = _reached(steps).where(steps["kind"] != "relative")
    return go.Scatter(
        x=[in_figure(n) for n in steps["name"]],
        y=scaled(amounts, unit),
        mode="markers+text",
        marker={"size": 13, "color": look.theme.main},
        textposition="top center",
        **said,
    )


def _reached(steps: pd.DataFrame) -> pd.Series[Any]:
    """The level after each row, fen."""
    moved = steps["amount"].where(steps["kind"] == "relative", 0).cumsum()
    return moved + steps["amount"].where(steps["kind"] == "absolute", 0).cumsum()


def _near(steps: pd.DataFrame) -> tuple[float, float] | None:
    """The span of a waterfall's axis where all it shows lies far above 0, in fen."""
    levels = _reached(steps)
    if not len(levels):
        return None
    low, high = float(levels.min()), float(levels.max())
    step = high - low
    return (low - step, high + step / 2) if 0 < step < low / SMALL_STEPS else None
