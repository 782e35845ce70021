"""How a map of percentages is coloured and written: about a target, each cell with its figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.charts import Look, colour_bar

REACH = 5.0
"""Points below the target at which the colour of bad is full: what lies far below must not hide the rest."""
LEAST_REACH = 0.5
Cells = Sequence[Sequence[float | None]]


def scale(stops: Sequence[str]) -> list[list[Any]]:
    """Colours at equal distances."""
    return [[i / (len(stops) - 1), colour] for i, colour in enumerate(stops)]


def written(z: Cells) -> dict[str, Any]:
    """Each cell with its figure, to the tenth of a point that managers steer by."""
    return {
        "text": [["" if v is None else f"{v:.1f}" for v in row] for row in z],
        "texttemplate": "%{text}",
        "xgap": 1,
        "ygap": 1,
    }


def about_target(z: Cells, target: float, look: Look, title: str) -> dict[str, Any]:
    """Colours that part at the target (a fraction): one family below it, the other up to 100 %."""
    level = target * 100
    known = [v for row in z for v in row if v is not None]
    low = max(level - REACH, min([level - LEAST_REACH, *known]))
    high = max([100.0, level + 0.01, *known])
    at = (level - low) / (high - low)
    worst, bad, middle, good, best = look.theme.scale
    bar = colour_bar(look, title)
    bar["tickvals"] = [low, level]
    below = "≤ " if known and min(known) < low else ""
    said = look.t("charts.target_at", value=f"{level:.1f}")
    bar["ticktext"] = [f"{below}{low:.1f}", said]
    return {
        "zmin": low,
        "zmax": high,
        "colorscale": [[0, worst], [at / 2, bad], [at, middle], [(1 + at) / 2, good], [1, best]],
        "colorbar": bar,
    }
