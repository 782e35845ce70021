"""Columns of a downloaded file: what a value is, and how it reads as text. Vectorised over Arrow, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.files.kinds import ADDITIVE, TEXTS, WHOLE_NUMBERS, Kind

CELL_LIMIT = 32_767
WHOLE = "is_whole"
"""The column that says in which rows a column of several units has whole numbers."""
NONE = "none"
"""The label of a code that is missing."""
_REACHED = 1e-8
"""What is within a rounding of sums below a tenth of a score has reached it."""
_FIRST_DAY = (date(1900, 3, 1) - date(1970, 1, 1)).days
"""Before it spreadsheets count days differently, or not at all."""
_STARTS_FORMULA = "^[=+\\-@\t\r\n＝＋－＠]"
_SPLIT_FORMULA = '([;\t\r\n][ "]*)([=+\\-@＝＋－＠])'
"""Where a spreadsheet that splits lines at `;`, TABs or breaks, quotes or not, would begin a formula."""
_PLAIN_NUMBER = r"^[+-]?[0-9][0-9,]*(\.[0-9]+)?$"
_NOT_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


MOST_CHOICES = 255
"""The most that a spreadsheet takes as a list written in the cell's own rule."""


@dataclass(frozen=True)
class Column:
    """One column of a file: its key in the data, its heading and what it holds.

    A code is shown by `labels` where they know it, and by their `NONE` where it is missing. A column that
    `adds` up over the rows has a total below them in a workbook; one with `choices` offers them in each cell,
    and takes nothing else (255 characters in all).
    """

    key: str
    title: str
    kind: Kind = "text"
    labels: Mapping[str, str] | None = None
    adds: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(",".join(self.choices)) > MOST_CHOICES or any("," in c for c in self.choices):
            raise ValueError(f"{self.key}: a list in a cell has {MOST_CHOICES} characters and no commas")
        if self.adds and self.kind not in ADDITIVE:
            raise ValueError(f"{self.key}: no total is made of a {self.kind}")

    @property
    def is_text(self) -> bool:
        """Whether the cells are text wherever they stand."""
        return self.kind in TEXTS

    @property
    def is_mixed(self) -> bool:
        """Whether each row names the unit of its own."""
        return self.kind == "mixed"


def place(batch: pa.RecordBatch, column: Column) -> int:
    """Where a column stands in a batch; the columns that exist are named where it is missing."""
    index: int = batch.schema.get_field_index(column.key)
    if index < 0:
        raise KeyError(f"{column.key} is no column of the rows; they have {', '.join(batch.schema.names)}")
    return index


def strings(values: Any) -> Any:
    """Any Arrow array as text; nulls stay null."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.string())
    if pa.types.is_nested(values.type):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())
    return values.cast(pa.string())


def guarded(text: Any) -> Any:
    """Text that a spreadsheet would read as a formula gets a leading apostrophe; plain numbers are let be."""
    risky = pc.match_substring_regex(text, _STARTS_FORMULA)
    if not pc.any(risky).as_py():
        return text
    risky = pc.and_(risky, pc.invert(pc.match_substring_regex(text, _PLAIN_NUMBER)))
    return pc.if_else(risky, pc.binary_join_element_wise("'", text, ""), text)


def guarded_within(text: Any) -> Any:
    """Text of a CSV line: what begins like a formula behind a `;`, TAB or break gets an apostrophe too."""
    if not pc.any(pc.match_substring_regex(text, _SPLIT_FORMULA)).as_py():
        return text
    return pc.replace_substring_regex(text, _SPLIT_FORMULA, r"\1'\2")


def clean(text: Any) -> Any:
    """Text as a workbook can hold it: no control characters, no more than 32,767 characters a cell."""
    if pc.any(pc.match_substring_regex(text, _NOT_XML)).as_py():
        text = pc.replace_substring_regex(text, _NOT_XML, " ")
    if (pc.max(pc.utf8_length(text)).as_py() or 0) > CELL_LIMIT - 1:
        text = pc.utf8_slice_codeunits(text, 0, CELL_LIMIT - 1)
    return text


def text_of(values: Any, column: Column) -> Any:
    """The cells of a column (text, code, month) as guarded, clean text."""
    text = month_text(values) if column.kind == "month" else strings(values)
    if column.labels:
        known = pa.array(list(column.labels), pa.string())
        words = pa.array(list(column.labels.values()), pa.string())
        text = pc.coalesce(
            words.take(pc.index_in(text, known)), text, pa.scalar(column.labels.get(NONE), text.type)
        )
    return guarded(clean(text))


def number_of(values: Any, column: Column) -> Any:
    """The cells of a number column as doubles, as their kind is read; null and NaN are null."""
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.float64())
    numbers = values.cast(pa.float64(), safe=False)
    if column.kind == "money":
        numbers = pc.divide(numbers, 100.0)
    elif column.kind == "points":
        numbers = pc.round(pc.multiply(numbers, 100.0), 6)
    elif column.kind == "score":
        numbers = pc.divide(pc.floor(pc.add(pc.multiply(numbers, 10.0), _REACHED)), 10.0)
    return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)


def day_of(values: Any) -> Any:
    """A column of days as date32, read from dates, timestamps or ISO text."""
    return (
        pa.nulls(len(values), pa.date32())
        if pa.types.is_null(values.type)
        else values.cast(pa.date32(), safe=False)
    )


def time_of(values: Any) -> Any:
    """A column of instants as timestamps of a second, without a zone."""
    kind = pa.timestamp("s")
    return pa.nulls(len(values), kind) if pa.types.is_null(values.type) else values.cast(kind, safe=False)


def month_of(values: Any) -> Any:
    """A column of `yyyymm`, numbers or text, as the first days of the months; what is no month is null."""
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.date32())
    text = month_text(values)
    real = pc.match_substring_regex(text, "^[0-9]{4}(0[1-9]|1[0-2])$")
    days = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(text, 0, 4), pc.utf8_slice_codeunits(text, 4, 6), "01", "-"
    )
    return pc.if_else(real, days, pa.scalar(None, pa.string())).cast(pa.date32())


def month_text(values: Any) -> Any:
    """A column of `yyyymm` as text, whatever numbers it comes in."""
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values).cast(pa.int64())
    return strings(values)


def csv_cells(values: Any, column: Column) -> Any:
    """The cells of one column as they stand in a CSV line: quoted where needed, empty for nothing."""
    if column.is_text or column.kind == "month":
        text = guarded_within(text_of(values, column))
        needs = pc.match_substring_regex(text, '[",\r\n\t]')
        if pc.any(needs).as_py():
            doubled = pc.replace_substring(text, '"', '""')
            text = pc.if_else(needs, pc.binary_join_element_wise('"', doubled, '"', ""), text)
    elif column.kind == "date":
        text = day_of(values).cast(pa.string())
    elif column.kind == "time":
        text = time_of(values).cast(pa.string())
    elif column.kind == "money":
        text = yuan_of(values).cast(pa.string())
    elif column.kind in WHOLE_NUMBERS and pa.types.is_integer(values.type):
        text = values.cast(pa.string())
    else:
        text = plain_number(number_of(values, column))
    return pc.fill_null(text, "")


def yuan_of(fen: Any) -> Any:
    """Integer fen as decimal yuan with two decimals, exact."""
    if pa.types.is_floating(fen.type):
        fen = pc.if_else(pc.is_nan(fen), pa.scalar(None, fen.type), pc.round(fen))
    whole = fen.cast(pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar("0.01").cast(pa.decimal128(3, 2))).cast(pa.decimal128(21, 2))


def plain_number(numbers: Any) -> Any:
    """Doubles as text without a trailing `.0`; infinity as the sign for it."""
    text = pc.replace_substring_regex(numbers.cast(pa.string()), r"\.0$", "")
    text = pc.if_else(pc.equal(text, "inf"), "∞", text)
    return pc.if_else(pc.equal(text, "-inf"), "-∞", text)


def cells_of(values: Any, column: Column) -> Any:
    """The cells of one column as a workbook holds them: text, doubles, days or instants.

    Days that a spreadsheet cannot hold, and what is no month, make their batch text.
    """
    if column.is_text:
        return text_of(values, column)
    if column.kind == "time":
        return time_of(values)
    if column.kind not in ("date", "month"):
        return number_of(values, column)
    given = month_text(values) if column.kind == "month" else values
    days = month_of(given) if column.kind == "month" else day_of(given)
    first = pc.min(days.cast(pa.int32())).as_py()
    if days.null_count > given.null_count or (first is not None and first < _FIRST_DAY):
        return text_of(given, column)
    return days


def stored_type(column: Column) -> Any:
    """The Arrow type that a Parquet file has for a column."""
    if column.kind in WHOLE_NUMBERS:
        return pa.int64()
    if column.is_text or column.kind == "month":
        return pa.string()
    kinds: dict[Kind, Any] = {"money": pa.decimal128(21, 2), "date": pa.date32(), "time": pa.timestamp("s")}
    return kinds.get(column.kind, pa.float64())


def stored_cells(values: Any, column: Column) -> Any:
    """The cells of one column as a Parquet file holds them: yuan as decimals, nothing guarded."""
    if column.is_text:
        return strings(values)
    if column.kind == "month":
        return month_text(values)
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), stored_type(column))
    if column.kind == "money":
        return yuan_of(values)
    if column.kind in WHOLE_NUMBERS:
        numbers = values if pa.types.is_integer(values.type) else number_of(values, column)
        return numbers.cast(pa.int64(), safe=False)
    return cells_of(values, column)
