"""Forms of the credit grades: who holds which grade, and who moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.look import HEIGHT, Look
from dashboard.made_once import made_once
from dashboard.words.format import MoneyUnit
from dashboard.words.literal import in_figure

ROW, STREAM = 46, 34


def colours(look: Look, keys: Sequence[str]) -> dict[str, str]:
    """One colour per grade, best first; the ungraded are grey."""
    made = {key: look.theme.grade(i, len(keys)) for i, key in enumerate(keys)}
    return {**made, "": look.theme.last_year}


@made_once
def distribution(
    frame: pd.DataFrame, look: Look, names: Mapping[str, str], keys: Sequence[str], *, tried: bool
) -> go.Figure:
    """Households and overdue money of each grade; where something is `tried`, the adopted beside it.

    Columns grade, old_/new_ households, overdue_households, overdue (fen); best grade on top.
    """
    unit = look.fmt.unit(max(frame["old_overdue"].max(), frame["new_overdue"].max()) if len(frame) else None)
    rows = frame.iloc[::-1]
    ys = [in_figure(names[k]) for k in rows["grade"]]
    shade = colours(look, keys)
    traces: list[Any] = []
    for side in ("old", "new") if tried else ("new",):
        solid = side == "new"
        for axis, column in (("", "households"), ("2", "overdue")):
            values = rows[f"{side}_{column}"]
            traces.append(
                go.Bar(
                    x=[v / unit.fen for v in values] if column == "overdue" else values.tolist(),
                    y=ys,
                    orientation="h",
                    xaxis=f"x{axis}",
                    yaxis=f"y{axis}",
                    name=look.t(f"grades.sides.{side}"),
                    legendgroup=side,
                    showlegend=tried and column == "households",
                    marker={
                        "color": [shade.get(k, look.theme.muted) for k in rows["grade"]]
                        if solid
                        else look.theme.grid,
                        "line": {"color": look.theme.muted, "width": 0 if solid else 1},
                    },
                    text=[_written(look, column, v, unit) for v in values],
                    textposition="outside",
                    cliponaxis=False,
                    hovertext=[
                        look.hover(n, *_lines(look, row, side, unit))
                        for n, row in zip(ys, rows.to_dict("records"), strict=True)
                    ],
                    hoverinfo="text",
                )
            )
    height = 96 + ROW * max(2, len(rows)) if tried else 86 + 34 * max(2, len(rows))
    return look.figure(
        traces,
        height=height,
        barmode="group",
        bargap=0.22,
        margin={"r": 44},
        xaxis={
            "domain": [0, 0.48],
            "title": {"text": look.t("columns.households")},
            "nticks": 4,
            "tickformat": ",~r",
            "range": _with_room(traces, "x"),
        },
        xaxis2={
            "domain": [0.54, 1],
            "range": _with_room(traces, "x2"),
            "anchor": "y2",
            "nticks": 4,
            "tickformat": ",~r",
            "title": {"text": look.t("charts.unit_axis", what=look.t("columns.overdue"), unit=unit.word)},
        },
        yaxis={"type": "category"},
        yaxis2={"type": "category", "anchor": "x2", "showticklabels": False},
        uniformtext={"minsize": 9, "mode": "show"},
    )


def _with_room(traces: Sequence[Any], axis: str) -> list[float]:
    """From 0 to where the figure at the end of the longest bar has room."""
    peak = max((x for trace in traces if trace.xaxis == axis for x in trace.x), default=0)
    return [0, peak * 1.4 or 1]


def _written(look: Look, column: str, value: Any, unit: MoneyUnit) -> str:
    return look.fmt.money(value, unit) if column == "overdue" else look.fmt.count(value)


def _lines(look: Look, row: Mapping[Any, Any], side: str, unit: MoneyUnit) -> list[tuple[str, str]]:
    t, fmt = look.t, look.fmt
    return [
        (t("grades.side_of"), t(f"grades.sides.{side}")),
        (t("columns.households"), fmt.count(row[f"{side}_households"])),
        (t("columns.overdue_households"), fmt.count(row[f"{side}_overdue_households"])),
        (t("columns.overdue"), fmt.money(row[f"{side}_overdue"], unit)),
    ]


@made_once
def flow(
    frame: pd.DataFrame,
    look: Look,
    names: tuple[Mapping[str, str], Mapping[str, str]],
    keys: tuple[Sequence[str], Sequence[str]],
) -> go.Figure:
    """Households from old grades (left) to new, each stream with its number. Columns old, new,
    households, overdue.

    A stream is two links that meet in a narrow node: Plotly writes on nodes alone.
    """
    sides = [[k for k in (*ks, "") if k in set(frame[c])] for ks, c in zip(keys, ("old", "new"), strict=True)]
    ends = [(s, k) for s in (0, 1) for k in sides[s]]
    place = {node: i for i, node in enumerate(ends)}
    shades = [colours(look, ks) for ks in keys]
    middle = range(len(ends), len(ends) + len(frame))
    streams = [_faint(shades[1][k], 0.55) for k in frame["new"]]
    hovers = _stream_hovers(frame, look, names)
    return look.figure(
        [
            go.Sankey(
                arrangement="snap",
                node={
                    "label": [
                        *(_end(frame, look, names[s][k], s, k) for s, k in ends),
                        *(look.fmt.count(n) for n in frame["households"]),
                    ],
                    "color": [*(shades[s][k] for s, k in ends), *streams],
                    "pad": 16,
                    "thickness": 14,
                    "line": {"width": 0},
                    "hoverinfo": "none",
                },
                link={
                    "source": [*(place[0, k] for k in frame["old"]), *middle],
                    "target": [*middle, *(place[1, k] for k in frame["new"])],
                    "value": frame["households"].tolist() * 2,
                    "color": streams * 2,
                    "customdata": hovers * 2,
                    "hovertemplate": "%{customdata}<extra></extra>",
                },
                textfont={"color": look.theme.text, "size": 12, "shadow": "none"},
            )
        ],
        height=max(HEIGHT, 120 + STREAM * len(frame)),
    )


def _end(frame: pd.DataFrame, look: Look, name: str, side: int, key: str) -> str:
    column = ("old", "new")[side]
    households = frame.loc[frame[column] == key, "households"].sum()
    return f"{in_figure(name)} · {look.t(f'grades.sides.{column}')} {look.fmt.count(households)}"


def _stream_hovers(
    frame: pd.DataFrame, look: Look, names: tuple[Mapping[str, str], Mapping[str, str]]
) -> list[str]:
    unit = look.fmt.unit(frame["overdue"].max() if len(frame) else None)
    return [
        look.hover(
            f"{names[0][r['old']]} → {names[1][r['new']]}",
            (look.t("columns.households"), look.fmt.count(r["households"])),
            (look.t("columns.overdue"), look.fmt.money(r["overdue"], unit)),
        )
        for r in frame.to_dict("records")
    ]


def _faint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
