"""What holds of every figure: bars begin at 0, one that draws nothing and one that needs room are known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

REFERENCE = "reference"
"""The `meta` of a trace that is drawn beside what is told, and tells nothing by itself: a target."""
MOST_ON_A_PHONE = 8
"""Columns of a map whose figures are read on a phone's width."""


def begin_at_zero(traces: Sequence[Any], layout: dict[str, Any]) -> None:
    """Have the axis of every bar's length begin at 0, but for spans: bars with a `base` of their own."""
    for trace in traces:
        if isinstance(trace, go.Bar | go.Waterfall) and not is_span(trace):
            name = length_axis(trace)
            axis = layout.setdefault(name, {})
            if "range" not in axis:
                layout[name] = {**axis, "rangemode": "tozero"}


def length_axis(trace: Any) -> str:
    """The layout's name of the axis that the lengths of a trace's bars are read from."""
    letter = "x" if trace.orientation == "h" else "y"
    own = (trace.xaxis if letter == "x" else trace.yaxis) or letter
    return f"{letter}axis{own[1:]}"


def is_span(trace: Any) -> bool:
    """Whether bars reach from one value to another: a step, which has no length from 0."""
    return isinstance(trace, go.Bar) and trace.base is not None


def is_empty(figure: go.Figure) -> bool:
    """Whether a figure has nothing to show but its axes."""
    return not any(_draws(trace) for trace in figure.data if trace.meta != REFERENCE)


def needs_room(figure: go.Figure) -> bool:
    """Whether a figure is a map of more columns than a phone's width can hold (`page.css` lets it scroll)."""
    maps = (trace for trace in figure.data if isinstance(trace, go.Heatmap))
    return any(len(row) > MOST_ON_A_PHONE for trace in maps for row in _values(trace.z))


def _draws(trace: Any) -> bool:
    if isinstance(trace, go.Sankey):
        return any(_known(v) and v > 0 for v in trace.link.value or ())
    if isinstance(trace, go.Heatmap):
        return any(_known(v) for row in _values(trace.z) for v in row)
    pairs = zip(_values(trace.x), _values(trace.y), strict=False)
    return any(_known(x) and _known(y) for x, y in pairs)


def _values(given: Any) -> Iterable[Any]:
    return () if given is None else given


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))
