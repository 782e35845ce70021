"""What makes the first figure of a reader as quick as the second."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import rate_trend
from dashboard.charts.look import Look
from dashboard.charts.ranks import ranking
from dashboard.format import Format
from dashboard.i18n import Translator
from dashboard.theme import LIGHT


def warm_up() -> None:
    """Build one figure of each common trace, so that Plotly's validators are imported and made."""
    t = Translator("zh")
    look = Look(t, Format(t), LIGHT)
    frame = pd.DataFrame({"ym": [202601], "r": [0.9], "key": ["1"], "name": ["1"]})
    rate_trend(frame, look, {"r": "r"}, title="", target=0.9).to_json()
    ranking(frame, look, "r", title="").to_json()
    look.figure([go.Heatmap(z=[[1.0]])]).to_json()
