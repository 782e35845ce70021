"""One customer's evaluation step by step, so that it can be followed by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import fuzzy
from analytics.credit_parts import CreditModel, Factor, FactorGroup
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate, score, table
from analytics.grading import UNGRADED, grade, max_membership
from services.credit.grading import Measured

Rows = npt.NDArray[np.int64]
KINDS = ("edge", "median", "best", "worst", "tie")


@dataclass(frozen=True)
class FactorStep:
    """One row of R: the value (NaN unknown), the weight among the known factors of its group, memberships."""

    indicator: str
    value: float
    weight: float
    memberships: tuple[float, ...]


@dataclass(frozen=True)
class GroupStep:
    """One group's W ∘ R: its factors, its weight among the groups of which something is known, its result."""

    key: str
    weight: float
    factors: tuple[FactorStep, ...]
    result: tuple[float, ...]


@dataclass(frozen=True)
class Worked:
    """All steps: groups, their composition, score, the grade by arithmetic, the rules that applied, grade.

    Grades are keys, None ungraded; `coverage` is the weight of what is known.
    """

    groups: tuple[GroupStep, ...]
    total: tuple[float, ...]
    score: float
    coverage: float
    raw: str | None
    rules: tuple[str, ...]
    grade: str | None
    tied: bool


def worked(credit: CreditRules, model: CreditModel, measured: Measured, row: int) -> Worked:
    """Work out one measured customer under the rules' operator, without last year's grade."""
    weight = credit.weights(model)
    shares = [sum(weight[f.indicator] for f in _known(g, measured, row)) for g in model.groups]
    coverage = sum(shares)
    groups = tuple(
        _group(credit, g, measured, row, share / coverage if coverage else 0.0, weight)
        for g, share in zip(model.groups, shares, strict=True)
    )
    known = [g for g in groups if g.weight > 0]
    size = len(credit.grades)
    total = np.full(size, np.nan)
    if known:
        total = fuzzy.compose([g.weight for g in known], np.array([g.result for g in known]), credit.operator)
    return _finished(credit, model, measured, row, groups, total, coverage)


def pick(credit: CreditRules, model: CreditModel, measured: Measured, rows: Rows, kind: str) -> int | None:
    """The place of an example among the measured: the customer of the middle, best or worst score.

    `edge`: the score nearest to a cut-off; `tie`: one whose largest membership is not single. None where
    there is no such customer.
    """
    codes = {key: measured.codes[key][rows] for key in model.indicator_keys}
    done = evaluate(credit, model, codes, with_groups=False)
    fit = np.flatnonzero((done.coverage > 0) & (done.coverage >= credit.min_coverage))
    if kind == "tie":
        fit = fit[max_membership(done.total[fit])[1]] if len(fit) else fit
    if not len(fit):
        return None
    scores = done.score[fit]
    order = np.argsort(scores, kind="stable")
    if kind == "edge":
        gap = np.abs(scores[:, None] - np.asarray(model.cutoffs)[None, :]).min(axis=1)
        return int(rows[fit[int(gap.argmin())]])
    place = {"best": -1, "worst": 0, "tie": 0}.get(kind, len(order) // 2)
    return int(rows[fit[int(order[place])]])


def _known(group: FactorGroup, measured: Measured, row: int) -> list[Factor]:
    return [f for f in group.factors if table(f)[measured.codes[f.indicator][row]].sum() > 0]


def _group(
    credit: CreditRules,
    group: FactorGroup,
    measured: Measured,
    row: int,
    share: float,
    weight: dict[str, float],
) -> GroupStep:
    known = {f.indicator for f in _known(group, measured, row)}
    whole = sum(weight[k] for k in known)
    steps = []
    for factor in group.factors:
        key = factor.indicator
        row_of = table(factor)[measured.codes[key][row]]
        own = weight[key] / whole if key in known and whole > 0 else 0.0
        steps.append(FactorStep(key, float(measured.values[key][row]), own, tuple(float(v) for v in row_of)))
    result = fuzzy.compose([s.weight for s in steps], [s.memberships for s in steps], credit.operator)
    return GroupStep(group.key, share, tuple(steps), tuple(float(v) for v in result))


def _finished(
    credit: CreditRules,
    model: CreditModel,
    measured: Measured,
    row: int,
    groups: tuple[GroupStep, ...],
    total: npt.NDArray[np.float64],
    coverage: float,
) -> Worked:
    one = np.array([row])
    codes = {key: measured.codes[key][one] for key in model.indicator_keys}
    read = {r.indicator: measured.values[r.indicator][one] for r in credit.rules if r.indicator}
    done = grade(credit, model, evaluate(credit, model, codes, with_groups=False), read)
    keys = (*credit.grade_keys, None)
    tied = bool(max_membership(total[None, :])[1][0])
    return Worked(
        groups=groups,
        total=tuple(float(v) for v in total),
        score=float(score(total, credit.scores)),
        coverage=coverage,
        raw=keys[int(done.raw[0])] if done.raw[0] != UNGRADED else None,
        rules=tuple(done.rules()[0]),
        grade=keys[int(done.grade[0])] if done.grade[0] != UNGRADED else None,
        tied=tied,
    )
