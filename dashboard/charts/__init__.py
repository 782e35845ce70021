"""Frame → go.Figure, one function per form. Colours come from the theme, every word and number from the look.

Rates arrive as fractions, money as fen. Hover texts are made here, in the reader's language: Plotly's own
number formats know no 万元.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.drawn import REFERENCE
from dashboard.charts.look import Look
from dashboard.charts.spans import last_year_names, month_name, part_of_month, points, runs
from dashboard.made_once import made_once
from dashboard.words.format import MoneyUnit
from dashboard.words.literal import in_figure
from dashboard.words.widths import places

ROW_HEIGHT = 26
LABEL_ROOM = 76
"""Pixels beside a plot for the figure at the end of its longest bar."""
MOST_TICKS = 9
Label = TypeVar("Label")


def month_axis(months: Sequence[int], look: Look, part: date | None = None) -> dict[str, Any]:
    """A category axis of bill months with at most nine labels, the last month always among them.

    `part`: the day up to which the last month goes where it has not ended.
    """
    shown = spaced(months)
    return {
        "type": "category",
        "tickmode": "array",
        "tickvals": [str(m) for m in shown],
        "ticktext": [month_name(look, m, part) for m in shown],
        "categoryorder": "array",
        "categoryarray": [str(m) for m in months],
        "autotickangles": [0, -35, -90],
    }


def spaced(places: Sequence[Label]) -> list[Label]:
    """At most nine of the places of an axis, evenly, the last always among them."""
    step = max(1, -(-len(places) // MOST_TICKS))
    return list(places)[::-1][::step][::-1]


def rate_axis(look: Look, title: str) -> dict[str, Any]:
    """An axis of percentages."""
    return {
        "title": {"text": look.t("charts.percent_axis", what=title)},
        "tickformat": ",.1f",
        "rangemode": "nonnegative",
    }


def money_axis(look: Look, title: str, unit: MoneyUnit) -> dict[str, Any]:
    """An axis of amounts in one unit, from 0."""
    text = look.t("charts.unit_axis", what=title, unit=unit.word)
    return {"title": {"text": text}, "tickformat": ",~r", "rangemode": "tozero"}


def colour_bar(look: Look, title: str) -> dict[str, Any]:
    """What the colours of a map of percentages mean."""
    text = look.t("charts.percent_axis", what=title)
    what = {"text": text, "side": "right", "font": {"size": 12}}
    return {"title": what, "thickness": 10, "tickformat": ",.1f"}


def legend_only(name: str, **form: Any) -> go.Scatter:
    """An entry of the legend for what no trace of its own explains."""
    return go.Scatter(x=[None], y=[None], name=name, showlegend=True, hoverinfo="skip", **form)


def percent(values: Iterable[Any]) -> list[float | None]:
    """Fractions as percentages; what is undefined leaves a gap."""
    return [None if pd.isna(v) else float(v) * 100 for v in values]


def scaled(values: Iterable[Any], unit: MoneyUnit) -> list[float | None]:
    """Fen in a unit; what is undefined leaves a gap."""
    return [None if pd.isna(v) else float(v) / unit.fen for v in values]


@made_once
def rate_trend(
    frame: pd.DataFrame,
    look: Look,
    lines: Mapping[str, str],
    *,
    title: str,
    last_year: str | None = None,
    target: float | str | Mapping[str, str] | None = None,
    x: str = "ym",
    year: str | None = None,
) -> go.Figure:
    """Rates by month: one line per column of `lines` (column → name), last year dotted, the target dashed.

    `target` is a rate, or the name of a column of them, or several (column → name). `year`: the column of
    the year that a rate adds up in; each year has a line of its own. A last row whose `as_of` does not
    end its month is a hollow point.
    """
    months = [int(m) for m in frame[x]]
    xs = [str(m) for m in months]
    drawn = [(c, name, look.theme.series[i], "solid") for i, (c, name) in enumerate(lines.items())]
    if last_year and frame[last_year].notna().any():
        drawn.append((last_year, last_year_names(look, frame)[0], look.theme.last_year, "dot"))
    part = part_of_month(frame)
    traces: list[Any] = []
    for column, name, colour, dash in drawn:
        for i, rows in enumerate(runs(frame, year)):
            named = last_year_names(look, rows)[1] if column == last_year else [name] * len(rows)
            line = _rate_line(rows, look, x, column, name, named, colour, dash, part)
            traces.append(line.update(legendgroup=name, showlegend=i == 0))
    if target is not None and xs:
        one = look.t("columns.target")
        aims = target.items() if isinstance(target, Mapping) else [(target, one)]
        for level, name in aims:
            levels = frame[level] if isinstance(level, str) else pd.Series([level] * len(xs), dtype=float)
            if levels.notna().any():
                traces.append(_level(xs, levels.tolist(), look, name))
    return look.figure(traces, xaxis=month_axis(months, look, part), yaxis=rate_axis(look, title))


def _rate_line(
    frame: pd.DataFrame,
    look: Look,
    x: str,
    column: str,
    name: str,
    named: Sequence[str],
    colour: str,
    dash: str,
    part: date | None,
) -> go.Scatter:
    months = [int(m) for m in frame[x]]
    return go.Scatter(
        x=[str(m) for m in months],
        y=percent(frame[column]),
        name=name,
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2},
        marker=points(months, part, 5),
        hovertext=[
            look.hover(month_name(look, m, part), (said, look.fmt.rate(v)))
            for m, said, v in zip(months, named, frame[column], strict=True)
        ],
        hoverinfo="text",
    )


def _level(xs: Sequence[str], levels: Sequence[float], look: Look, name: str) -> go.Scatter:
    """The target of each month as steps: it holds for the month, not on the way to the next."""
    return go.Scatter(
        x=list(xs),
        y=percent(pd.Series(levels, dtype=float)),
        name=name,
        mode="lines",
        line={"color": look.theme.target, "dash": "dash", "width": 1.5, "shape": "hvh"},
        hovertext=[look.hover(name, (name, look.fmt.rate(level))) for level in levels],
        hoverinfo="text",
        meta=REFERENCE,
    )


def cut(name: Any, longest: int) -> str:
    """A name on an axis: what takes more room than so many Chinese characters ends in an ellipsis."""
    text = whole = str(name)
    while places(text) > 2 * longest - 2 * (text != whole):
        text = text[:-1]
    return in_figure(text if text == whole else text + "…")


def distinct(names: Sequence[Any] | pd.Series[Any], keys: Sequence[Any] | pd.Series[Any]) -> list[str]:
    """Names as axis categories: equal ones are told apart by their code, long ones are cut."""
    texts = [cut(n, 18) for n in names]
    return [f"{text} {key}" if texts.count(text) > 1 else text for text, key in zip(texts, keys, strict=True)]
