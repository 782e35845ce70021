"""The five operators side by side: how they grade the same customers, where they agree, where they tie."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.fuzzy import OPERATORS
from analytics.grading import UNGRADED, by_cutoffs, max_membership
from services.credit.grading import Measured

Rows = npt.NDArray[np.int64]
Index = npt.NDArray[np.int16]

MOST = 100_000
"""More customers than this are compared by every k-th of them."""
_CHUNK = 20_000


@dataclass(frozen=True)
class OperatorsCompared:
    """What the operators make of the same customers, before the rules.

    `compared` of `customers`. `distribution`: one row per operator and method with the customers of each
    grade (columns by position) and the `ungraded`. `agreement` (5, 5): the share with equal grades by
    cut-offs. `ties`: by operator, `tied` is the share whose largest membership is not single, `differ` the
    share whose grade by maximum membership is not the one by cut-offs.
    """

    customers: int
    compared: int
    distribution: pd.DataFrame
    agreement: pd.DataFrame
    ties: pd.DataFrame


def compare_operators(
    credit: CreditRules, measured: Measured, model: CreditModel, rows: Rows, most: int = MOST
) -> OperatorsCompared:
    """Grade a model's customers under each operator, by cut-offs and by maximum membership."""
    step = max(1, -(-len(rows) // most))
    chosen = rows[::step]
    graded = {name: _graded(replace(credit, operator=name), measured, model, chosen) for name in OPERATORS}
    g = len(credit.grades)
    distribution = [
        {"operator": name, "method": method, **_counted(position, g)}
        for name, (cut, largest, _) in graded.items()
        for method, position in (("weighted_average", cut), ("max_membership", largest))
    ]
    ties = [
        {"operator": name, "tied": _share(tied), "differ": _share(cut != largest)}
        for name, (cut, largest, tied) in graded.items()
    ]
    agreement = pd.DataFrame(
        [[_share(graded[a][0] == graded[b][0]) for b in OPERATORS] for a in OPERATORS],
        index=list(OPERATORS),
        columns=list(OPERATORS),
    )
    return OperatorsCompared(
        len(rows), len(chosen), pd.DataFrame(distribution), agreement, pd.DataFrame(ties)
    )


def _graded(
    credit: CreditRules, measured: Measured, model: CreditModel, rows: Rows
) -> tuple[Index, Index, npt.NDArray[np.bool_]]:
    """Positions by cut-offs, by maximum membership, and who ties; in chunks, to bound the memory."""
    parts = []
    for start in range(0, max(1, len(rows)), _CHUNK):
        piece = rows[start : start + _CHUNK]
        codes = {key: measured.codes[key][piece] for key in model.indicator_keys}
        done = evaluate(credit, model, codes, with_groups=False)
        largest, tied = max_membership(done.total)
        unknown = ~(done.coverage > 0) | (done.coverage < credit.min_coverage)
        cut = np.where(unknown, UNGRADED, by_cutoffs(done.score, model.cutoffs))
        parts.append((cut, np.where(unknown, UNGRADED, largest), tied & ~unknown))
    cuts, largests, ties = zip(*parts, strict=True)
    return (
        np.concatenate(cuts).astype(np.int16),
        np.concatenate(largests).astype(np.int16),
        np.concatenate(ties),
    )


def _counted(position: Index, grades: int) -> dict[object, int]:
    counts = np.bincount(position[position != UNGRADED], minlength=grades)
    return {**{j: int(counts[j]) for j in range(grades)}, "ungraded": int((position == UNGRADED).sum())}


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
