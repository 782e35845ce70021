"""Which kinds of columns can be read as text, and a value as the text that a load reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import types
from sqlalchemy.types import TypeEngine

NUMBERS = (types.Integer, types.Numeric, types.Float)
TEXTS = (types.String, *NUMBERS, types.Date, types.DateTime, types.Boolean)
WITHOUT_TYPE = ("sqlite",)
"""Databases in which a column need not have a type: each value is looked at."""


class OddValueError(ValueError):
    """A value that is no text, number or day; the message is what it is."""


def is_readable(kind: TypeEngine[Any], dialect: str) -> bool:
    """Whether the values of a column are texts, numbers or days: what an extract may hold."""
    if isinstance(kind, types.NullType):
        return dialect in WITHOUT_TYPE
    return isinstance(kind, TEXTS) or type(kind).__name__ == "YEAR"


def is_single(kind: TypeEngine[Any], dialect: str) -> bool:
    """Whether a column holds floats of single precision, which MySQL shows rounded to six digits."""
    return dialect in ("mysql", "mariadb") and type(kind).__name__ == "FLOAT"


def text_array(values: Sequence[Any], single: bool = False) -> pa.Array:
    """The values of one column as text; OddValueError for one that is none."""
    if single:
        texts = [None if v is None else np.format_float_positional(np.float32(v), trim="-") for v in values]
    else:
        texts = [v if v is None or v.__class__ is str else text_of(v) for v in values]
    return pa.array(texts, pa.string())


def text_of(value: object) -> str:
    """A value as text: decimals with their places, days and instants as ISO, floats not rounded."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-") if np.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    raise OddValueError(type(value).__name__)
