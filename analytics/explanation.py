"""Why a customer has a grade: what each factor brings to the score, and the points it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import factor_scores

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Contributions:
    """w_i s_i and w_i (s_max − s_i) of each factor (n, m), by the customer's own weights; NaN where unknown.

    A row of `gained` sums to the score, `gained` and `lost` together to s_max: exactly under M(·,+) alone.
    """

    keys: tuple[str, ...]
    gained: Array
    lost: Array


def contributions(credit: CreditRules, model: CreditModel, codes: Mapping[str, Codes]) -> Contributions:
    """What each factor brings to the score of each customer, and what it costs."""
    s = factor_scores(credit, model, codes)
    weight = np.array(list(credit.weights(model).values()))
    known = ~np.isnan(s)
    own = known * weight
    total = own.sum(axis=1, keepdims=True)
    own = own / np.where(total > 0, total, np.nan)
    best = credit.scores[0]
    return Contributions(model.indicator_keys, np.where(known, own * s, np.nan), own * (best - s))
