"""How many customers change grade where judged weights move a little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.credit_parts import Weighting
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.grading import grade
from analytics.policy_edits import model_in
from services.credit.grading import Measured
from services.credit.whom import Rows

DRAWS = 60
MOST_SAMPLED = 50_000


def grade_changes(
    credit: CreditRules, others: Sequence[CreditRules], model: str, measured: Measured, rows: Rows
) -> list[float]:
    """By other rules, the share of a model's customers whose grade they change; of at most MOST_SAMPLED."""
    chosen = rows[:: max(1, -(-len(rows) // MOST_SAMPLED))]
    if not len(chosen):
        return []
    now = _grades(credit, model, measured, chosen)
    return [float((_grades(other, model, measured, chosen) != now).mean()) for other in others]


def drawn_weighting(weighting: Weighting, judged: npt.ArrayLike) -> Weighting:
    """The weighting with the judged weights given, combined with the measured ones as before."""
    given = tuple(float(w) for w in np.asarray(judged, dtype=np.float64))
    if weighting.method == "ahp":
        return replace(weighting, method="hand", hand=given, judgements=())
    return replace(weighting, hand=given, judgements=())


def _grades(credit: CreditRules, key: str, measured: Measured, rows: Rows) -> npt.NDArray[np.int16]:
    model = model_in(credit, key)
    codes = {k: measured.codes[k][rows] for k in model.indicator_keys}
    read = {r.indicator: measured.values[r.indicator][rows] for r in credit.rules if r.indicator}
    done = evaluate(credit, model, codes, with_groups=False)
    return grade(credit, model, done, read, None).grade
