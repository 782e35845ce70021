"""How figures speak and look: words, numbers, colours, and the line that says what one is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.drawn import begin_at_zero
from dashboard.theme import Theme, template
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from dashboard.words.literal import in_figure

HEIGHT = 320
PLACE_HEIGHT, MOST_PLACE = 22, 60
"""Pixels and characters of the line that says what a figure is about."""


class Drawn(go.Figure):  # type: ignore[misc]
    """A figure that is kept and drawn again and again: it is turned into plain values once, and once more
    after a change.
    """

    _plain: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The plain values; a copy of the outermost, which Plotly and Streamlit write into."""
        if self._plain is None:
            self._plain = super().to_dict()
        return dict(self._plain)

    def __setattr__(self, prop: str, value: Any) -> None:
        """Traces, layout or frames are others: forget what was."""
        super().__setattr__(prop, value)
        if prop != "_plain":
            self._plain = None


def _forgets(name: str) -> Any:
    """Plotly's function, by which something of a trace or the layout is set, for a figure that is kept."""
    plainly = getattr(go.Figure, name)

    def changed(figure: Drawn, *change: Any) -> Any:
        figure._plain = None
        return plainly(figure, *change)

    return changed


for _name in ("_restyle_child", "_relayout_child", "_perform_plotly_restyle", "_perform_plotly_relayout"):
    setattr(Drawn, _name, _forgets(_name))


@dataclass(frozen=True)
class Look:
    """How figures speak and look: words, numbers, colours. `place` is what they are about."""

    t: Translator
    fmt: Format
    theme: Theme
    place: str = ""

    def figure(self, traces: Sequence[Any], height: int = HEIGHT, **layout: Any) -> go.Figure:
        """A figure in this theme; nothing but its traces and layout travels to the browser."""
        shape = {"template": template(self.theme.kind), "height": height, **layout}
        begin_at_zero(traces, shape)
        if any(isinstance(trace, go.Heatmap) for trace in traces):
            shape["dragmode"] = False  # a finger scrolls a map; by zooming it would tell nothing more
        if self.place:
            shape |= {"title": self.about(), "height": shape["height"] + PLACE_HEIGHT}
        # Given at once: an update merges Plotly's own template.
        return Drawn(data=list(traces), layout=shape)

    def about(self) -> dict[str, Any]:
        """The line above a figure: a picture of it, alone, is not taken for the whole company's."""
        text = self.place if len(self.place) <= MOST_PLACE else self.place[: MOST_PLACE - 1] + "…"
        font = {"size": 12, "color": self.theme.muted}
        where = {"x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top"}
        return {"text": in_figure(text), "font": font, "automargin": True, "pad": {"t": 4, "l": 4}, **where}

    def hover(self, head: Any, *lines: tuple[str, str]) -> str:
        """One hover box: a heading and `name: value` lines."""
        rows = [f"{in_figure(n)}{self.t('common.colon')}{in_figure(v)}" for n, v in lines]
        return "<br>".join([f"<b>{in_figure(head)}</b>", *rows])
