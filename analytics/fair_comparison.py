"""What an action brought, beside customers like those it was done to: an observation, never a proof.

Direct standardisation: each cell of (size of the debt, days overdue, grade) is compared within itself, and
cells are weighed by the money of those who were acted upon: the effect on the treated (Rosenbaum and Rubin
1983) by comparing within cells (Cochran 1968).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import RefusedError

AMOUNT_EDGES = (10_000, 50_000, 200_000, 1_000_000, 10_000_000)
"""Fen owed: below 100 yuan, 500, 2,000, 10,000, 100,000, and beyond."""
AGE_EDGES = (8, 15, 31, 91, 366)
"""Days overdue."""
CELL = ("amount_band", "age_band", "grade")
COLUMNS = ("acted", "owed", "paid", "days_overdue", "grade")
LEAST = 5
"""Customers of each side that a cell must hold: with fewer it says nothing."""
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Compared:
    """Shares of what was owed that was paid, `acted` upon and `alike`, over the cells that hold both.

    `gain` is their difference, `low` and `high` its 95 % interval (customers drawn anew within cells);
    `gained` is the gain in fen over the money compared. `customers` and `owed` are all who were acted upon,
    `compared` and `compared_owed` those of them with enough others alike, `others` how many these are.
    NaN where no cell holds both.
    """

    customers: int
    owed: int
    compared: int
    compared_owed: int
    others: int
    acted: float
    alike: float
    gain: float
    low: float
    high: float

    @property
    def gained(self) -> float:
        """Fen that came beyond what came of customers alike."""
        return self.gain * self.compared_owed

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out nought."""
        return bool(self.low > 0 or self.high < 0)


def compared(frame: pd.DataFrame, least: int = LEAST) -> Compared:
    """Compare rows of `acted` with the others of their cell; one row a customer.

    acted (bool), owed (fen, int64: on the day), paid (of it, within the window that counts), days_overdue
    (number; unknown is a band of its own), grade (text; unknown is one too). RefusedError for a missing
    column, money that is negative, or more paid than owed.
    """
    missing = [c for c in COLUMNS if c not in frame]
    if missing:
        raise RefusedError("compared_columns", names=missing)
    owed, paid = (frame[c].to_numpy(dtype=np.int64) for c in ("owed", "paid"))
    if (owed < 0).any() or (paid < 0).any() or (paid > owed).any():
        raise RefusedError("compared_money")
    rows = frame.assign(amount_band=band(owed, AMOUNT_EDGES), age_band=_ages(frame["days_overdue"]))
    rows = rows.assign(grade=rows["grade"].astype(object).where(rows["grade"].notna(), ""))
    rows = rows[owed > 0]
    mine, others = rows[rows["acted"].to_numpy(bool)], rows[~rows["acted"].to_numpy(bool)]
    cells = _cells(mine).join(_cells(others).add_suffix("_other"), how="inner")
    cells = cells[(cells["n"] >= least) & (cells["n_other"] >= least)]
    counts = {
        "customers": len(mine),
        "owed": int(mine["owed"].sum()),
        "compared": int(cells["n"].sum()),
        "compared_owed": int(cells["owed"].sum()),
        "others": int(cells["n_other"].sum()),
    }
    if cells.empty:
        nothing = float("nan")
        return Compared(**counts, acted=nothing, alike=nothing, gain=nothing, low=nothing, high=nothing)
    weight = (cells["owed"] / cells["owed"].sum()).to_numpy(np.float64)
    acted = float((weight * cells["rate"]).sum())
    alike = float((weight * cells["rate_other"]).sum())
    spread = float(np.sqrt((weight**2 * (cells["variance"] + cells["variance_other"])).sum()))
    gain = acted - alike
    return Compared(
        **counts, acted=acted, alike=alike, gain=gain, low=gain - Z95 * spread, high=gain + Z95 * spread
    )


def band(values: npt.ArrayLike, edges: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """The number of edges that each value has reached."""
    return np.searchsorted(np.array(edges), np.asarray(values), side="right")


def _ages(days: pd.Series[Any]) -> npt.NDArray[np.intp]:
    known = pd.to_numeric(days).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(known), -1, band(np.nan_to_num(known), AGE_EDGES))


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    """By cell: customers, fen owed, the share paid, and the variance of that share (a ratio of sums)."""
    grouped = rows.groupby(list(CELL), sort=True, observed=True)
    cells = grouped.agg(n=("owed", "size"), owed=("owed", "sum"), paid=("paid", "sum"))
    cells["rate"] = cells["paid"] / cells["owed"]
    rate = rows[list(CELL)].join(cells["rate"], on=list(CELL))["rate"].to_numpy(np.float64)
    left = rows["paid"].to_numpy(np.float64) - rate * rows["owed"].to_numpy(np.float64)
    squares = (left**2).tolist()
    cells["squares"] = (
        rows.assign(squares=squares).groupby(list(CELL), sort=True, observed=True)["squares"].sum()
    )
    few = np.maximum(cells["n"] - 1, 1)
    cells["variance"] = cells["squares"] * cells["n"] / few / cells["owed"].astype(np.float64) ** 2
    return cells.drop(columns="squares")
