"""What the run-off is told by: past months by cells and units, and what a day knows of either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.outcomes import Names, named

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

CELL = ["is_closed", "lag_band", "is_due", "slow_band", "class", "size_band"]


@dataclass(frozen=True, eq=False)
class Coded:
    """The different cells and units of a past, and what follows from them: the same for all its days."""

    cells: pd.MultiIndex
    units: pd.Index

    @cached_property
    def of_cells(self) -> dict[str, pd.api.extensions.ExtensionArray | NDArray[Any]]:
        """The values of the cells, by the columns of CELL."""
        return {name: self.cells.get_level_values(name).array for name in CELL}

    @cached_property
    def names(self) -> tuple[Names, Names]:
        """Of cells and of units: see `outcomes.named`."""
        cells, units = (named(codes.to_frame(index=False)) for codes in (self.cells, self.units))
        return cells, units

    def places(self, rows: pd.DataFrame) -> tuple[Ints, Ints]:
        """The cell and the unit of each row of `queries.run_off`."""
        code, known = _mixed(self.cells, [rows[name] for name in CELL]), self._cell_codes
        at = np.minimum(np.searchsorted(known[0], code), len(known[0]) - 1)
        cell = np.where(known[0][at] == code, known[1][at], -1)
        return cell, self.units.get_indexer(pd.Index(rows["org_no"]))

    @cached_property
    def _cell_codes(self) -> tuple[Ints, Ints]:
        code = _mixed(self.cells, [self.cells.get_level_values(name) for name in CELL])
        order = np.argsort(code)
        return code[order], order


@dataclass(frozen=True, eq=False)
class Past:
    """Past months: cells and units as codes; one row per (month, unit, cell), months in order."""

    coded: Coded
    days: tuple[date, ...]
    deadlines: tuple[date, ...]
    month: Ints
    cell: Ints
    unit: Ints
    wider: tuple[Ints, ...]  # of each cell: its code among the wider cells, widest first
    amounts: dict[str, Floats]  # customers, kept_customers, open, kept, open_of_kept, squares


@dataclass(frozen=True, eq=False)
class RunOff:
    """What a day knows: log-odds that something is left by cell, and how sure that is."""

    coded: Coded
    odds: Floats  # by cell, season included
    doubt: Floats  # by cell: the variance of its odds
    of_unit: Floats  # to be added, by unit
    part: Floats  # by cell: what is left of each yuan of those who leave anything
    spread: float  # of single debtors, as a multiple of independent ones
    common: float  # variance of what moves all together
    months: int  # past months behind it


def _mixed(cells: pd.MultiIndex, columns: list[Any]) -> Ints:
    """One number for each row of values, by their places among levels of `cells`, or -1."""
    code, is_known = np.zeros(len(columns[0]), np.int64), np.ones(len(columns[0]), bool)
    for level, column in zip(cells.levels, columns, strict=True):
        at = level.get_indexer(pd.Index(column))
        code, is_known = code * len(level) + at, is_known & (at >= 0)
    return np.where(is_known, code, -1)
