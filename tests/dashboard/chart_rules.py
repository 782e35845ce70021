"""What holds of every figure that a reader sees, told from its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.drawn import REFERENCE, is_empty


def broken_rules(figure: Mapping[str, Any]) -> list[str]:
    """What breaks a rule: axes alone; rates to more or less than a tenth of a point, but for steps between
    two levels; bars whose length does not begin at 0; a figure that is not at its bar's end.
    """
    layout, broken = figure["layout"], []
    if is_empty(go.Figure(figure, skip_invalid=True)):
        broken.append(f"axes with nothing between them: {layout.get('title')}")
    steps = any("base" in trace or trace["type"] == "waterfall" for trace in figure["data"])
    broken += [
        f"rates are not read to a tenth of a point: {name} {axis.get('tickformat')}"
        for name, axis in layout.items()
        if _is_of_rates(name, axis) and axis.get("tickformat") not in (",.1f", None) and not steps
    ]
    stacked = layout.get("barmode") in ("stack", "relative")
    for trace in figure["data"]:
        if trace["type"] not in ("bar", "waterfall") or "base" in trace:
            continue
        letter = "x" if trace.get("orientation") == "h" else "y"
        axis = layout[f"{letter}axis{trace.get(f'{letter}axis', letter)[1:]}"]
        given = axis.get("range")
        if (axis.get("rangemode") != "tozero") if given is None else not given[0] <= 0 <= given[1]:
            broken.append(f"bars of {trace.get('name')} do not begin at 0: {axis}")
        if trace.get("text") and not stacked and trace.get("textposition") != "outside":
            broken.append(f"a figure does not stand at the end of its bar: {trace.get('name')}")
    return broken


WITHOUT_TARGET = {
    "why": "a change, of which the target is no part",
    "curve": "a bill month by days since issue; its target holds at the month's end",
    "roll": "shares that go on from one bucket to the next",
    "cure": "shares that are paid off",
    "first_payment": "shares of new customers",
    "lorenz": "shares of the balance",
    "evaluation": "shares of customers and weights",
    "grade": "shares of customers",
}
"""Charts of per cent of which nobody sets a target, by the beginning of their names."""


def is_without_target(name: str, figure: Mapping[str, Any]) -> bool:
    """Whether a chart of rates draws none of their targets, though it is not one of `WITHOUT_TARGET`."""
    layout, traces = figure["layout"], figure["data"]
    bars = [trace["colorbar"] for trace in traces if "colorbar" in trace]
    titles = [str(b.get("title", {}).get("text", "")) for b in bars]
    rates = any(_is_of_rates(key, axis) for key, axis in layout.items()) or any("%" in t for t in titles)
    if not rates or name.startswith(tuple(WITHOUT_TARGET)):
        return False
    lines = [t for t in traces if t.get("meta") == REFERENCE and any(v is not None for v in t["y"])]
    about = any(len(bar.get("ticktext", ())) == 2 for bar in bars)
    return not (lines or about or layout.get("shapes"))


def _is_of_rates(name: str, axis: Any) -> bool:
    return "axis" in name and "%" in str(axis.get("title", {}).get("text", ""))
