"""Columns of a DataFrame as a file takes them: as Arrow, and of which kind."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from services.files.export_cells import Kind


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


def kind_of(frame: pd.DataFrame | None, key: str) -> Kind:
    """What a column holds, told from its values; text where there are none."""
    if frame is None or key not in frame:
        return "text"
    values = frame[key]
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        days = values.dtype == object and pd.api.types.infer_dtype(values, skipna=True) == "date"
        return "date" if days else "text"
    return "count" if pd.api.types.is_integer_dtype(values) else "number"


def is_truth(frame: pd.DataFrame | None, key: str) -> bool:
    """Whether a column holds true and false."""
    if frame is None or key not in frame:
        return False
    values = frame[key]
    told = values.dtype == object and pd.api.types.infer_dtype(values, skipna=True) == "boolean"
    return bool(pd.api.types.is_bool_dtype(values) or told)
