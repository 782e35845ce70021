"""Forms over time: heat map, recovery curve, cash by month, forecast fan, triangle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.calendar import is_month_end
from dashboard.charts import distinct, money_axis, month_axis, percent, rate_axis, scaled
from dashboard.charts.drawn import REFERENCE
from dashboard.charts.levels import common, levels
from dashboard.charts.look import HEIGHT, Look
from dashboard.charts.shades import about_own_targets, about_target, written
from dashboard.charts.spans import hatches, last_year_names, month_name, part_of_month, points
from dashboard.made_once import made_once
from dashboard.words.format import MoneyUnit


@made_once
def heat_map(
    frame: pd.DataFrame,
    look: Look,
    value: str,
    *,
    title: str,
    target: float | str,
    month: str = "rcvbl_ym",
) -> go.Figure:
    """Bill month × unit, coloured about the target, of all or each unit's own (a column), to 0.1 point; cells
    without bills stay empty.

    A click gives [key, month]. A last month whose `as_of` does not end it is marked.
    """
    months = sorted({int(m) for m in frame[month]})
    part = part_of_month(frame.sort_values(month))
    names = dict(zip(frame["key"], frame["name"], strict=True))
    wide = frame.pivot_table(index="key", columns=month, values=value, sort=False, dropna=False)
    wide = wide.reindex(index=list(names), columns=months)
    z = [percent(wide.loc[key]) for key in names]
    hover = [
        [
            look.hover(f"{names[key]} · {month_name(look, m, part)}", (title, look.fmt.rate(wide.at[key, m])))
            for m in months
        ]
        for key in names
    ]
    aims = levels(frame, target)
    level = common(aims)
    if level is None:
        coloured = about_own_targets(z, [aims[key] for key in names], look, title)
    else:
        coloured = {"z": z, **about_target(z, level / 100, look, title)}
    map_ = go.Heatmap(
        x=[str(m) for m in months],
        y=distinct(list(names.values()), list(names)),
        customdata=[[[str(key), m] for m in months] for key in names],
        hovertext=hover,
        hoverinfo="text",
        **coloured,
        **written(z),
    )
    return look.figure(
        [map_],
        height=110 + 26 * max(3, len(names)),
        xaxis=month_axis(months, look, part),
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )


@made_once
def recovery_curve(frame: pd.DataFrame, look: Look, names: Mapping[str, str]) -> go.Figure:
    """Share of a month's bills collected by days since issue: one line per series, the first one strong."""
    traces = []
    for i, (series, name) in enumerate(names.items()):
        own = frame[frame["series"] == series]
        traces.append(
            go.Scatter(
                x=own["day"].tolist(),
                y=percent(own["rate"]),
                name=name,
                mode="lines",
                line={
                    "color": look.theme.main if i == 0 else look.theme.last_year,
                    "width": 2.5 if i == 0 else 1.8,
                    "dash": "solid" if i == 0 else "dot",
                    "shape": "hv",
                },
                hovertext=[
                    look.hover(look.fmt.days(d), (name, look.fmt.rate(v)))
                    for d, v in zip(own["day"], own["rate"], strict=True)
                ],
                hoverinfo="text",
            )
        )
    return look.figure(
        traces,
        xaxis={"title": {"text": look.t("charts.days_since_issue")}, "rangemode": "tozero"},
        yaxis={**rate_axis(look, look.t("charts.collected_share")), "rangemode": "tozero"},
    )


@made_once
def stacked_by_month(
    frame: pd.DataFrame, look: Look, parts: Mapping[str, str], *, title: str, x: str, line: str | None = None
) -> go.Figure:
    """Amounts by month stacked by kind (column → name); `line`: last year's total beside them.

    A last bar whose `as_of` does not end its month is hatched.
    """
    months, part = [int(m) for m in frame[x]], part_of_month(frame)
    xs = [str(m) for m in months]
    total = frame[list(parts)].clip(lower=0).sum(axis=1).max() if len(frame) else None
    unit = look.fmt.unit(total)
    traces: list[Any] = [
        go.Bar(
            x=xs,
            y=scaled(frame[column], unit),
            name=name,
            marker={"color": look.theme.series[i], "pattern": {"shape": hatches(xs, part)}},
            hovertext=_money_hovers(frame, look, unit, x, column, [name] * len(frame)),
            hoverinfo="text",
        )
        for i, (column, name) in enumerate(parts.items())
    ]
    if line and frame[line].notna().any():
        name, named = last_year_names(look, frame)
        traces.append(
            go.Scatter(
                x=xs,
                y=scaled(frame[line], unit),
                name=name,
                mode="lines",
                line={"color": look.theme.last_year, "dash": "dot", "width": 2},
                hovertext=_money_hovers(frame, look, unit, x, line, named),
                hoverinfo="text",
            )
        )
    return look.figure(
        traces, barmode="relative", xaxis=month_axis(months, look, part), yaxis=money_axis(look, title, unit)
    )


def _money_hovers(
    frame: pd.DataFrame, look: Look, unit: MoneyUnit, x: str, column: str, names: Sequence[str]
) -> list[str]:
    part = part_of_month(frame)
    return [
        look.hover(month_name(look, m, part), (name, look.fmt.money(v, unit)))
        for m, name, v in zip(frame[x], names, frame[column], strict=True)
    ]


@made_once
def forecast_fan(path: pd.DataFrame, look: Look, *, title: str, as_of: date | None = None) -> go.Figure:
    """The year's rate so far, what is expected at its end, and the band between low and high.

    `as_of`: the day of the last rate that is known; a month it does not end has a hollow point.
    """
    months = [int(m) for m in path["ym"]]
    part = None if as_of is None or is_month_end(as_of) else as_of
    xs = [str(m) for m in months]
    drawn = _from_the_last_actual(path)
    band = drawn[drawn["low"].notna() & drawn["high"].notna()]
    bx = [str(int(m)) for m in band["ym"]]
    fill = f"rgba{(*_channels(look.theme.second), 0.22)}"
    traces: list[Any] = [
        go.Scatter(
            x=bx, y=percent(band["low"]), mode="lines", line={"width": 0}, showlegend=False, hoverinfo="skip"
        ),
        go.Scatter(
            x=bx,
            y=percent(band["high"]),
            mode="lines",
            line={"width": 0},
            fill="tonexty",
            fillcolor=fill,
            name=look.t("charts.band"),
            hoverinfo="skip",
        ),
    ]
    for column, key, colour, dash in (
        ("expected", "columns.expected", look.theme.second, "dash"),
        ("actual", "columns.actual", look.theme.main, "solid"),
        ("target", "columns.target", look.theme.target, "dash"),
    ):
        traces.append(
            go.Scatter(
                x=xs,
                y=percent(drawn[column]),
                name=look.t(key),
                mode="lines" if column == "target" else "lines+markers",
                connectgaps=column == "expected",
                line={"color": colour, "dash": dash, "width": 1.5 if column == "target" else 2.2},
                marker=points(months, part, 6) if column == "actual" else None,
                meta=REFERENCE if column == "target" else None,
                hovertext=_fan_hovers(path, look, column, look.t(key), part if column == "actual" else None),
                hoverinfo="text",
            )
        )
    return look.figure(traces, xaxis=month_axis(months, look, part), yaxis=rate_axis(look, title))


def _from_the_last_actual(path: pd.DataFrame) -> pd.DataFrame:
    """The path as it is drawn: what is expected, and its band, begin where what is known ends."""
    known = path["actual"].notna()
    last = known & ~known.shift(-1, fill_value=False)
    start = path["actual"].where(last)
    return path.assign(**{c: path[c].fillna(start) for c in ("expected", "low", "high")})


def _fan_hovers(path: pd.DataFrame, look: Look, column: str, name: str, part: date | None) -> list[str]:
    fmt = look.fmt
    band = (look.t("charts.band"), "{low} – {high}")
    return [
        ""
        if pd.isna(r[column])
        else look.hover(
            month_name(look, r["ym"], part),
            (name, fmt.rate(r[column])),
            *(
                [(band[0], band[1].format(low=fmt.rate(r["low"]), high=fmt.rate(r["high"])))]
                if column == "expected" and pd.notna(r["low"])
                else []
            ),
        )
        for r in path.to_dict("records")
    ]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@made_once
def triangle(frame: pd.DataFrame, look: Look, *, title: str, target: float) -> go.Figure:
    """Bill month × age in months: the share collected by that age, to 0.1 point and coloured about the
    target; what is not ripe stays empty.
    """
    months = sorted({int(m) for m in frame["rcvbl_ym"]}, reverse=True)
    ages = sorted({int(a) for a in frame["age"]})
    wide = frame.pivot_table(index="rcvbl_ym", columns="age", values="rate", dropna=False).reindex(
        index=months, columns=ages
    )
    z = [percent(wide.loc[m]) for m in months]
    map_ = go.Heatmap(
        z=z,
        x=ages,
        y=[look.fmt.month(m) for m in months],
        **about_target(z, target, look, title),
        **written(z),
        hovertext=[
            [
                look.hover(
                    f"{look.fmt.month(m)} · {look.t('charts.age', number=a)}",
                    (title, look.fmt.rate(wide.at[m, a])),
                )
                for a in ages
            ]
            for m in months
        ],
        hoverinfo="text",
    )
    return look.figure(
        [map_],
        height=max(HEIGHT, 110 + 18 * len(months)),
        xaxis={"title": {"text": look.t("charts.age_axis")}, "dtick": 1, "showgrid": False},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )
