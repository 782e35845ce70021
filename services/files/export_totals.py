"""The totals below the rows of a sheet: formulas that follow the filter, with their last result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.files.export_cells import Column, number_of, place


class Totals:
    """Sums of the columns that add up, taken while rows go by: money exact in fen, given in yuan."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows = 0
        self._sums: dict[int, float] = {i: 0 for i, c in enumerate(columns) if c.adds}

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch in."""
        self.rows += batch.num_rows
        for i in self._sums:
            self._sums[i] += _sum(batch.column(place(batch, self.columns[i])), self.columns[i])

    def __bool__(self) -> bool:
        return bool(self._sums) and self.rows > 0

    def label(self, title: str, sheet: str, is_part: bool) -> str | None:
        """What the row's first cell says, unless it holds a sum; a list's part names its sheet."""
        return None if 0 in self._sums else f"{title} ({sheet})" if is_part else title

    def formulas(self) -> dict[int, tuple[str, float]]:
        """By column, the formula over the rows that a filter leaves, and what it gives over all."""
        made = {}
        for i, total in self._sums.items():
            letters = column_letters(i + 1)
            value = total / 100 if self.columns[i].kind == "money" else total
            made[i] = (f"SUBTOTAL(109,{letters}2:{letters}{self.rows + 1})", value)
        return made


def _sum(values: Any, column: Column) -> float:
    if pa.types.is_integer(values.type):
        whole: int = pc.sum(values).as_py() or 0
        return whole
    numbers = number_of(values, column)
    total = math.fsum(v for v in numbers.to_pylist() if v is not None and math.isfinite(v))
    return round(total * 100) if column.kind == "money" else total


def column_letters(number: int) -> str:
    """A column's letters in a sheet: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
