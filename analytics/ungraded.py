"""Why a customer has no grade: one reason each, the first that holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Reasons = npt.NDArray[np.int8]

REASONS = ("closed", "future", "no_class", "no_model", "new", "no_bill", "coverage")
"""Closed; not connected yet; of no known class; of a class no model is for; new, nothing due yet; nothing
ever due; too little known."""
NEW_YEARS = 0.5
"""So long a customer of whom nothing has fallen due is new; later they are one without bills."""


def reasons(
    model: npt.NDArray[np.object_],
    classes: npt.NDArray[np.object_],
    is_closed: npt.NDArray[np.bool_],
    is_future: npt.NDArray[np.bool_],
    due_periods: npt.ArrayLike,
    years: npt.ArrayLike,
) -> Reasons:
    """Of every customer, the position in REASONS that tells why they have no grade, if they have none.

    `model` is the key of their model or None, `due_periods` how many periods ever fell due (NaN: no bill at
    all), `years` how long they have been customers (NaN unknown).
    """
    known = pd.Series(classes, dtype=object).fillna("").to_numpy() != ""
    fits = pd.Series(model, dtype=object).notna().to_numpy()
    nothing_due = ~(np.asarray(due_periods, dtype=np.float64) > 0)
    is_new = np.asarray(years, dtype=np.float64) < NEW_YEARS
    holds = (is_closed, is_future, ~fits & ~known, ~fits, nothing_due & is_new, nothing_due)
    return np.select(holds, np.arange(len(holds)), default=len(holds)).astype(np.int8)
