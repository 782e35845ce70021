"""What a column can hold, and how a workbook writes it: the screen, CSV and Parquet go by the same kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# fmt: off
Kind = Literal[
    "text", "code", "flag", "month", "date", "time", "year", "money", "rate", "points",
    "count", "places", "days", "quantity", "score", "number", "mixed",
]
# fmt: on
"""text: names and numbers of customers, never read as a number. code: worded by labels. flag: true or false.
month: `yyyymm`. money: integer fen, read as yuan. rate: a fraction. points: a difference of fractions, read
in percentage points with its sign. places: a whole number with its sign. quantity: a measure with one
decimal, as kWh. score: the tenth that it has reached. number: as it is. mixed: a number whose unit its row
names, whole where the row's `is_whole` says so.
"""
FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "code": "@",
    "flag": "@",
    "month": "yyyy-mm",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
    "year": "0",
    "money": "#,##0.00",
    "rate": "0.00%",
    "points": "+0.000;-0.000;0.000",
    "count": "#,##0",
    "places": "+#,##0;-#,##0;0",
    "days": "#,##0",
    "quantity": "#,##0.0",
    "score": "#,##0.0",
    "number": "General",
    "mixed": "#,##0.00",
}
"""How a workbook shows each kind."""
TEXTS: frozenset[Kind] = frozenset(("text", "code", "flag"))
"""Kinds whose cells are text wherever they stand."""
WHOLE_NUMBERS: frozenset[Kind] = frozenset(("count", "places", "days", "year"))
ADDITIVE: frozenset[Kind] = frozenset(("money", "count", "quantity", "number"))
"""Kinds of which a total can mean something."""
UNITS: Mapping[Kind, str] = {"money": "common.unit.yuan", "points": "common.unit.points"}
"""The unit that a heading of a file names, as a key of the words."""
