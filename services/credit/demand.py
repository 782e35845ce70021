"""The other way round: how many households a model's grades hold, and cut-offs that give as many as asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analytics.cutoffs import Range, Solved, solve
from analytics.grading import UNGRADED, Bounds
from services.credit.slim import ModelScores


def solved(part: ModelScores, ranges: Sequence[Range], allowed: Bounds) -> Solved:
    """Cut-offs that give each grade of a model as many households as asked, rules counted.

    RefusedError `cutoffs_impossible` and others of `analytics.cutoffs` say what is possible.
    """
    return solve(part.score, ranges, allowed)


def households(graded: npt.NDArray[np.int16], grades: int) -> list[int]:
    """How many each grade holds, best first."""
    return [int(n) for n in np.bincount(graded[graded != UNGRADED], minlength=grades)]
