"""How wide a column of texts has to be, where the browser would not know: it measures the first rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.io.formats.style import Styler

MEASURED = 8
"""Rows whose texts the browser surely measures; of these it drops what is twice as wide as their mean."""
FAR = 1.8
PLACE, BESIDE, BESIDE_HEADING = 7.5, 28, 44
"""Pixels of half a Chinese character, and of what stands beside a text and beside a heading."""
MOST = 460


def wide_enough(
    shown: pd.DataFrame | Styler | pa.Table, config: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The columns' settings, with a width for those whose widest text the browser would cut.

    What is in Arrow's form already was laid out with its settings.
    """
    if isinstance(shown, pa.Table):
        return dict(config or {})
    frame: pd.DataFrame = shown.data if isinstance(shown, Styler) else shown  # type: ignore[attr-defined]
    made: dict[str, Any] = dict(config or {})
    for column in frame.columns:
        given = made.get(column) or {}
        own = {"label": given} if isinstance(given, str) else given
        if own.get("width") or own.get("hidden") or not _is_text(frame[column]):
            continue
        if widest := _unseen(frame[column]):
            heading = places(str(own.get("label") or column)) * PLACE + BESIDE_HEADING
            made[column] = {**own, "width": int(min(max(widest * PLACE + BESIDE, heading), MOST))}
    return made


def _is_text(values: pd.Series) -> bool:
    return pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values)


def _unseen(texts: pd.Series) -> int:
    """Places of the widest text, where it is not among those that the browser goes by; else 0."""
    wide = [places(str(text)) for text in texts]
    seen = wide[:MEASURED]
    widest = max(wide, default=0)
    is_cut = widest > max(seen, default=0) or widest > FAR * sum(seen) / max(len(seen), 1)
    return widest if is_cut else 0


def places(text: str) -> int:
    """How much room a text takes, in halves of a Chinese character."""
    return len(text.encode("gb18030", "replace"))
