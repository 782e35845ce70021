"""Whom the models of some rules grade, as places among the measured customers; said here alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import grading
from analytics.credit_policy import CreditRules

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Whom:
    """Places, rising: by model whom it `grades`, and who is `absent` (closed, or not connected yet) but would
    be its own; `of_none` are those whom no model fits.
    """

    grades: Mapping[str, Rows]
    absent: Mapping[str, Rows]
    of_none: Rows


def whom(credit: CreditRules, people: pd.DataFrame) -> Whom:
    """Share out the measured customers (`Measured.people`) among the models."""
    chosen, absent = model_keys(credit, people), is_absent(people)
    own = {m.key: chosen == m.key for m in credit.models}
    return Whom(
        {key: np.flatnonzero(mine & ~absent) for key, mine in own.items()},
        {key: np.flatnonzero(mine & absent) for key, mine in own.items()},
        np.flatnonzero(pd.isna(chosen)),
    )


def model_keys(credit: CreditRules, people: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The key of each measured customer's model, None where none fits; of absent ones too."""
    return grading.model_of(credit, people["class"].to_numpy(dtype=object), people["monthly_kwh"])


def is_absent(people: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Who is closed or not connected yet on the day, and so not graded."""
    return np.asarray(people["is_closed"].to_numpy(bool) | people["is_future"].to_numpy(bool))
