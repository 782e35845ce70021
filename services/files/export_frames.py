"""Columns of a DataFrame as a file takes them: as Arrow."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa


def arrow_of(series: pd.Series[Any]) -> Any:
    """A column as one Arrow array."""
    made = pa.Array.from_pandas(series) if series.dtype != object else _loose(series)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _loose(series: pd.Series[Any]) -> Any:
    """An object column as Arrow; values of several kinds become text."""
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if v is None or v is pd.NA or v != v else str(v) for v in series], pa.string())
