"""Frame → go.Figure, one function per form. Colours come from the theme, every word and number from the look.

Rates arrive as fractions, money as fen. Hover texts are made here, in the reader's language: Plotly's own
number formats know no 万元.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.format import Format, MoneyUnit
from dashboard.i18n import Translator
from dashboard.made_once import made_once
from dashboard.theme import LIGHT, Theme, template

HEIGHT = 320
ROW_HEIGHT = 26
MOST_TICKS = 9


@dataclass(frozen=True)
class Look:
    """How figures speak and look: words, numbers, colours."""

    t: Translator
    fmt: Format
    theme: Theme

    def figure(self, traces: Sequence[Any], height: int = HEIGHT, **layout: Any) -> go.Figure:
        """A figure in this theme; nothing but its traces and layout travels to the browser."""
        shape = {"template": template(self.theme.kind), "height": height, **layout}
        return go.Figure(
            data=list(traces), layout=shape
        )  # given at once: an update merges Plotly's own template

    def hover(self, head: Any, *lines: tuple[str, str]) -> str:
        """One hover box: a heading and `name: value` lines."""
        rows = [f"{name}{self.t('common.colon')}{value}" for name, value in lines]
        return "<br>".join([f"<b>{safe(head)}</b>", *rows])


def safe(text: Any) -> str:
    """Names come from extracts: Plotly reads its texts as a kind of HTML."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def month_axis(months: Sequence[int], look: Look) -> dict[str, Any]:
    """A category axis of bill months with at most nine labels, the last month always among them."""
    step = max(1, -(-len(months) // MOST_TICKS))
    shown = list(months)[::-1][::step][::-1]
    return {
        "type": "category",
        "tickmode": "array",
        "tickvals": [str(m) for m in shown],
        "ticktext": [look.fmt.month(m) for m in shown],
        "categoryorder": "array",
        "categoryarray": [str(m) for m in months],
        "autotickangles": [0, -35, -90],
    }


def rate_axis(look: Look, title: str) -> dict[str, Any]:
    """An axis of percentages."""
    return {
        "title": {"text": look.t("charts.percent_axis", what=title)},
        "tickformat": ",.1f",
    }


def money_axis(look: Look, title: str, unit: MoneyUnit) -> dict[str, Any]:
    """An axis of amounts in one unit."""
    return {"title": {"text": look.t("charts.unit_axis", what=title, unit=unit.word)}, "tickformat": ",~r"}


def colour_bar(look: Look, title: str) -> dict[str, Any]:
    """What the colours of a map of percentages mean."""
    text = look.t("charts.percent_axis", what=title)
    what = {"text": text, "side": "right", "font": {"size": 12}}
    return {"title": what, "thickness": 10, "tickformat": ",.0f"}


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
    target: float | str | None = None,
    x: str = "ym",
) -> go.Figure:
    """Rates by month: one line per column of `lines` (column → name), last year dotted, the target dashed.

    `target` is a rate, or the name of a column of them.
    """
    months = [int(m) for m in frame[x]]
    xs = [str(m) for m in months]
    traces: list[Any] = []
    for i, (column, name) in enumerate(lines.items()):
        traces.append(_rate_line(frame, look, months, column, name, look.theme.series[i], "solid"))
    if last_year and frame[last_year].notna().any():
        name = look.t("charts.last_year")
        traces.append(_rate_line(frame, look, months, last_year, name, look.theme.last_year, "dot"))
    if target is not None and xs:
        levels = frame[target].tolist() if isinstance(target, str) else [target] * len(xs)
        traces.append(_level(xs, levels, look))
    return look.figure(traces, xaxis=month_axis(months, look), yaxis=rate_axis(look, title))


def _rate_line(
    frame: pd.DataFrame, look: Look, months: Sequence[int], column: str, name: str, colour: str, dash: str
) -> go.Scatter:
    return go.Scatter(
        x=[str(m) for m in months],
        y=percent(frame[column]),
        name=name,
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2},
        marker={"size": 5},
        hovertext=[
            look.hover(look.fmt.month(m), (name, look.fmt.rate(v)))
            for m, v in zip(months, frame[column], strict=True)
        ],
        hoverinfo="text",
    )


def _level(xs: Sequence[str], levels: Sequence[float], look: Look) -> go.Scatter:
    """The target of each month as steps: it holds for the month, not on the way to the next."""
    name = look.t("charts.target")
    return go.Scatter(
        x=list(xs),
        y=percent(pd.Series(levels, dtype=float)),
        name=name,
        mode="lines",
        line={"color": look.theme.target, "dash": "dash", "width": 1.5, "shape": "hvh"},
        hovertext=[look.hover(name, (name, look.fmt.rate(level))) for level in levels],
        hoverinfo="text",
    )


@made_once
def ranking(
    frame: pd.DataFrame,
    look: Look,
    value: str,
    *,
    title: str,
    money: bool = False,
    target: float | None = None,
    mark: str | None = None,
    details: Callable[[Mapping[Any, Any]], Sequence[tuple[str, str]]] | None = None,
) -> go.Figure:
    """Horizontal bars, first row on top; a click gives the row's `key` as customdata.

    `mark`: a column drawn as a tick beside the bar (last year's value).
    """
    rows = frame.iloc[::-1]
    unit = look.fmt.unit(frame[value].abs().max() if money and len(frame) else None)
    xs = scaled(rows[value], unit) if money else percent(rows[value])
    write = _writer(look, unit if money else None)
    labels = distinct(rows["name"], rows["key"])
    hovers = [
        look.hover(r["name"], (title, write(r[value])), *(details(r) if details else ()))
        for r in rows.to_dict("records")
    ]
    least = target * 100 if target is not None and not money else float("-inf")
    colours = [look.theme.second if x is not None and x < least else look.theme.main for x in xs]
    axis = money_axis(look, title, unit) if money else rate_axis(look, title)
    if not money:
        axis["range"] = _rate_range([*xs, target * 100 if target else None])
    base = 0.0 if money else axis["range"][0]
    bars = go.Bar(
        base=base,  # a figure written at a bar's start stands where the axis begins
        x=[None if x is None else x - base for x in xs],
        y=labels,
        orientation="h",
        marker={"color": colours},
        text=[write(v) for v in rows[value]],
        textposition="auto",
        insidetextanchor="start" if mark else "end",  # a mark stands near the end
        customdata=[[str(k)] for k in rows["key"]],
        hovertext=hovers,
        hoverinfo="text",
        showlegend=False,
    )
    traces: list[Any] = [bars]
    if mark and rows[mark].notna().any():
        traces.append(_marks(rows, look, mark, labels, unit if money else None))
    layout: dict[str, Any] = {"xaxis": axis, "yaxis": {"type": "category"}, "bargap": 0.28}
    if target is not None and not money:
        layout["shapes"] = [_line_at(target * 100, look)]
        traces += _target_legend(look)
    return look.figure(traces, height=90 + ROW_HEIGHT * max(3, len(rows)), **layout)


def _target_legend(look: Look) -> list[go.Scatter]:
    """The dashed line, and the two colours of bars that it divides."""
    square = {"symbol": "square", "size": 10}
    dashed = {"color": look.theme.target, "dash": "dash", "width": 1.5}
    return [
        legend_only(look.t("charts.target"), mode="lines", line=dashed),
        legend_only(look.t("charts.on_target"), mode="markers", marker={**square, "color": look.theme.main}),
        legend_only(
            look.t("charts.below_target"), mode="markers", marker={**square, "color": look.theme.second}
        ),
    ]


def _marks(
    rows: pd.DataFrame, look: Look, column: str, labels: Sequence[str], unit: MoneyUnit | None
) -> go.Scatter:
    name = look.t("charts.last_year")
    write = _writer(look, unit)
    return go.Scatter(
        x=scaled(rows[column], unit) if unit else percent(rows[column]),
        y=list(labels),
        mode="markers",
        name=name,
        marker={"symbol": "line-ns-open", "size": 14, "color": look.theme.text, "line": {"width": 2}},
        hovertext=[look.hover(n, (name, write(v))) for n, v in zip(rows["name"], rows[column], strict=True)],
        hoverinfo="text",
    )


def _writer(look: Look, unit: MoneyUnit | None) -> Callable[[Any], str]:
    def money(fen: Any) -> str:
        return look.fmt.money(fen, unit)

    return money if unit else look.fmt.rate


def _line_at(x: float, look: Look) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.theme.target, "dash": "dash", "width": 1.5},
    }


def _rate_range(values: Sequence[float | None]) -> list[float]:
    """From a round number below the lowest to a little above 100: differences near 100 % stay visible."""
    known = [v for v in values if v is not None]
    low = min(known, default=0.0)
    floor = max(0.0, 10 * ((low - 4) // 10)) if low > 0 else low
    return [floor, max([100.0, *known]) + (100 - floor) * 0.04]


def distinct(names: Sequence[Any] | pd.Series[Any], keys: Sequence[Any] | pd.Series[Any]) -> list[str]:
    """Names as axis categories: equal ones are told apart by their code, long ones are cut."""
    texts = [safe(n)[:18] for n in names]
    return [f"{text} {key}" if texts.count(text) > 1 else text for text, key in zip(texts, keys, strict=True)]


def warm_up() -> None:
    """Build one figure of each common trace, so that Plotly's validators are imported and made."""
    t = Translator("zh")
    look = Look(t, Format(t), LIGHT)
    frame = pd.DataFrame({"ym": [202601], "r": [0.9], "key": ["1"], "name": ["1"]})
    rate_trend(frame, look, {"r": "r"}, title="", target=0.9).to_json()
    ranking(frame, look, "r", title="").to_json()
    look.figure([go.Heatmap(z=[[1.0]])]).to_json()
