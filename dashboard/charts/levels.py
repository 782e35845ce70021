"""The targets that a chart of several units draws: one for all, or each unit's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.charts import percent

Aim = float | str | None
"""A fraction for all rows, or the name of the column that holds each row's own."""
Levels = Mapping[Any, float | None]


def levels(frame: pd.DataFrame, target: Aim) -> Levels:
    """The target of each `key` in per cent; None where none holds."""
    if isinstance(target, str):
        return dict(zip(frame["key"], percent(frame[target]), strict=True))
    return dict.fromkeys(frame["key"], None if target is None else target * 100)


def common(of: Levels) -> float | None:
    """The one level that all are held to; None where they differ, or where somebody is held to none."""
    known = set(of.values())
    return known.pop() if len(known) == 1 else None
