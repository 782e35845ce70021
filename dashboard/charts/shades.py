"""How a map of percentages is coloured and written: about a target, each cell with its figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plotly import colors

from dashboard.charts import colour_bar
from dashboard.charts.look import Look
from dashboard.theme import Theme

REACH = 5.0
"""Points below the target at which the colour of bad is full: what lies far below must not hide the rest."""
LEAST_REACH = 0.5
Cells = Sequence[Sequence[float | None]]


def from_none(theme: Theme) -> dict[str, Any]:
    """Colours from nothing to the strongest shade on which a figure is still read in the colour of text."""
    low, high = colors.convert_colors_to_same_type([theme.surface, theme.main], "rgb")[0]
    strongest = str(colors.find_intermediate_color(low, high, 0.55, colortype="rgb"))
    return {"colorscale": [[0, theme.surface], [1, strongest]], "textfont": {"color": theme.text}}


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
    said = look.t("charts.target_at", value=f"{level:.1f}")
    return _parted(z, level, 100.0, look, title, lambda low: f"{low:.1f}", said)


def about_own_targets(z: Cells, own: Sequence[float | None], look: Look, title: str) -> dict[str, Any]:
    """The same by the distance of each row's cells from its own target in per cent, and these distances as
    `z`; a row that is held to none is told apart at 100 %.
    """
    held = [100.0 if level is None else level for level in own]
    gaps = [[None if v is None else v - level for v in row] for row, level in zip(z, held, strict=True)]
    said = look.t("charts.own_target")
    return {"z": gaps, **_parted(gaps, 0.0, 0.0, look, title, lambda low: f"{low:+.1f}", said)}


def _parted(
    z: Cells, level: float, top: float, look: Look, title: str, write: Callable[[float], str], said: str
) -> dict[str, Any]:
    known = [v for row in z for v in row if v is not None]
    low = max(level - REACH, min([level - LEAST_REACH, *known]))
    high = max([top, level + 0.01, *known])
    at = (level - low) / (high - low)
    worst, bad, middle, good, best = look.theme.scale
    bar = colour_bar(look, title)
    below = "≤ " if known and min(known) < low else ""
    bar["tickvals"], bar["ticktext"] = [low, level], [below + write(low), said]
    return {
        "zmin": low,
        "zmax": high,
        "colorscale": [[0, worst], [at / 2, bad], [at, middle], [(1 + at) / 2, good], [1, best]],
        "colorbar": bar,
        "textfont": {"color": look.theme.text},
    }
