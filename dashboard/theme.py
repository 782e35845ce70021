"""Colours and the Plotly templates of both themes: one colour per ageing bucket and per grade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

FONT = (
    '"Source Sans 3", "Source Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", '
    '"Noto Sans SC", "WenQuanYi Micro Hei", sans-serif'
)


@dataclass(frozen=True)
class Theme:
    """One theme's colours. `bucket_stops` run from just overdue to oldest, `scale` from low to high,
    each shade of it such that the colour of text is read on it.
    """

    kind: Literal["light", "dark"]
    text: str
    muted: str
    grid: str
    surface: str
    main: str
    second: str
    third: str
    last_year: str
    target: str
    good: str
    bad: str
    not_due: str
    bucket_stops: tuple[str, ...]
    grades: tuple[str, ...]
    series: tuple[str, ...]
    scale: tuple[str, ...]

    def bucket(self, index: int, count: int) -> str:
        """The colour of ageing bucket `index` of `count` (0 is not due)."""
        if index == 0:
            return self.not_due
        return _blend(self.bucket_stops, (index - 1) / max(1, count - 2))

    def grade(self, index: int, count: int) -> str:
        """The colour of grade `index` of `count`, best first."""
        return _blend(self.grades, index / max(1, count - 1))


LIGHT = Theme(
    kind="light",
    text="#0b1220",
    muted="#4b5563",
    grid="#e5e7eb",
    surface="#ffffff",
    main="#0b5cad",
    second="#b45309",
    third="#0f766e",
    last_year="#7c8594",
    target="#b42318",
    good="#15803d",
    bad="#b42318",
    not_due="#7d97b5",
    bucket_stops=("#dba420", "#d9772b", "#c8452f", "#94243f", "#541a44"),
    grades=("#0b5cad", "#2f8f83", "#a8901f", "#d0702a", "#a3231c"),
    series=("#0b5cad", "#b45309", "#0f766e", "#7e3fa8", "#a3231c", "#4d7c0f", "#be185d", "#475569"),
    scale=("#d65c49", "#ea9873", "#f4dfb0", "#96c7d8", "#438bcf"),
)
DARK = Theme(
    kind="dark",
    text="#e8eaed",
    muted="#b6bcc6",
    grid="#384152",
    surface="#10151f",
    main="#6cb2ff",
    second="#f5a45d",
    third="#4fd1bd",
    last_year="#98a2b3",
    target="#ff8a80",
    good="#6ddc8b",
    bad="#ff8a80",
    not_due="#6f8fb3",
    bucket_stops=("#ffe08a", "#ffb566", "#ff8566", "#f06595", "#c792ea"),
    grades=("#6cb2ff", "#4fd1bd", "#e6d264", "#f5a45d", "#ff7b72"),
    series=("#6cb2ff", "#f5a45d", "#4fd1bd", "#c792ea", "#ff8a80", "#a3d65c", "#f783ac", "#aab4c3"),
    scale=("#b03a34", "#7f4636", "#4a4436", "#2c5a6e", "#2b68ad"),
)


def theme_of(kind: str | None) -> Theme:
    """The theme of the reader's choice; light where the browser does not say."""
    return DARK if kind == "dark" else LIGHT


@cache
def template(kind: str) -> dict[str, Any]:
    """The Plotly template of one theme: small, since it travels with every figure."""
    c = theme_of(kind)
    axis = {
        "gridcolor": c.grid,
        "linecolor": c.grid,
        "zerolinecolor": c.grid,
        "tickfont": {"color": c.muted, "size": 12},
        "title": {"font": {"color": c.muted, "size": 12}, "standoff": 8},
        "automargin": True,
    }
    return {
        "layout": {
            "font": {"family": FONT, "color": c.text, "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(c.series),
            "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
            "hoverlabel": {"font": {"family": FONT, "size": 13}},
            "legend": {
                "orientation": "h",
                "y": 1.02,
                "yanchor": "bottom",
                "x": 0,
                "traceorder": "normal",
                "font": {"color": c.text, "size": 12},
            },
            "xaxis": axis,
            "yaxis": axis,
            "separators": ".,",
        }
    }


def _blend(stops: tuple[str, ...], at: float) -> str:
    place = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    share = place - low
    pairs = zip(_rgb(stops[low]), _rgb(stops[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
