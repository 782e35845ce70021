"""Grades as the Arrow table that `customers.parquet` and the graded files hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import Evaluated
from analytics.explanation import Contributions
from analytics.grading import UNGRADED, Graded
from analytics.ungraded import REASONS, Reasons

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_LEAST_POINTS = 1e-9
"""Fewer points lost than this are rounding, not a reason."""


@dataclass(frozen=True)
class ModelGrades:
    """One model's customers (positions among all), evaluated and graded, with what each factor brings."""

    model: CreditModel
    rows: Rows
    evaluated: Evaluated
    graded: Graded
    parts: Contributions | None


def graded_table(
    credit: CreditRules,
    people: pd.DataFrame,
    values: Mapping[str, Array],
    models: Sequence[ModelGrades],
    why: Reasons,
) -> pa.Table:
    """One row per customer number, closed and ungraded ones too.

    `cons_no, org_no, model, ind_<key>, mu_<group>_<grade>, mu_<grade>, score, coverage, grade, rules,
    reasons, ungraded`. A time since what never happened is infinite, an unknown value null. Reasons are
    points lost, most first; `ungraded` says why there is no grade (`analytics.ungraded.REASONS`), else null.
    """
    n = len(people)
    columns: dict[str, pa.Array] = {
        "cons_no": pa.array(people["cons_no"], pa.string()),
        "org_no": pa.array(people["org_no"], pa.string()),
        "model": _words(n, [(m.rows, np.full(len(m.rows), m.model.key, dtype=object)) for m in models]),
    }
    for key in credit.indicator_keys():
        columns[f"ind_{key}"] = _numbers(values[key])
    for name, parts in _memberships(credit, models).items():
        columns[name] = _placed(n, parts)
    columns["score"] = _placed(n, [(m.rows, m.evaluated.score) for m in models])
    columns["coverage"] = _placed(n, [(m.rows, m.evaluated.coverage) for m in models])
    columns["grade"] = _words(n, [(m.rows, m.graded.names(credit.grade_keys)) for m in models])
    columns["rules"] = _rules(n, credit, models)
    columns["reasons"] = _reasons(n, models)
    reasons = np.array(REASONS, dtype=object)[why]
    columns["ungraded"] = pa.array(reasons, pa.string(), mask=columns["grade"].is_valid().to_numpy(False))
    return pa.table(columns)


def _memberships(credit: CreditRules, models: Sequence[ModelGrades]) -> dict[str, list[tuple[Rows, Array]]]:
    """By column name, the pieces that the models bring: of groups first, then of the whole."""
    pieces: dict[str, list[tuple[Rows, Array]]] = {}
    groups = dict.fromkeys(g.key for m in credit.models for g in m.groups)
    for group in (*groups, ""):
        for j, grade in enumerate(credit.grade_keys):
            name = f"mu_{group}_{grade}" if group else f"mu_{grade}"
            memberships = (
                (m.rows, m.evaluated.groups.get(group) if group else m.evaluated.total) for m in models
            )
            pieces[name] = [(rows, mu[:, j]) for rows, mu in memberships if mu is not None]
    return pieces


def _rules(n: int, credit: CreditRules, models: Sequence[ModelGrades]) -> pa.Array:
    keys = [r.key for r in credit.rules]
    flags = np.zeros((n, len(keys)), dtype=bool)
    for m in models:
        for key, fired in m.graded.fired.items():
            flags[m.rows, keys.index(key)] = fired
    names = np.array([*keys, ""], dtype=object)
    return pa.ListArray.from_arrays(
        _offsets(flags.sum(axis=1)), pa.array(names[np.nonzero(flags)[1]], pa.string())
    )


def _reasons(n: int, models: Sequence[ModelGrades]) -> pa.Array:
    """Points lost by factor, most first; the pieces of the models are put in the order of the customers."""
    counts, owners, keys, points = np.zeros(n, dtype=np.int64), [], [], []
    for m in models:
        if m.parts is None:
            continue
        lost = np.nan_to_num(m.parts.lost)
        lost[m.graded.grade == UNGRADED] = 0.0
        order = np.argsort(-lost, axis=1, kind="stable")
        ranked = np.take_along_axis(lost, order, axis=1)
        shown = ranked > _LEAST_POINTS
        counts[m.rows] = shown.sum(axis=1)
        owners.append(np.repeat(m.rows, shown.sum(axis=1)))
        keys.append(np.array(m.parts.keys, dtype=object)[order[shown]])
        points.append(ranked[shown])
    owner = np.concatenate([*owners, np.zeros(0, dtype=np.int64)])
    by_customer = np.argsort(owner, kind="stable")
    fields = [
        pa.array(np.concatenate([*keys, np.zeros(0, dtype=object)])[by_customer], pa.string()),
        pa.array(np.concatenate([*points, np.zeros(0)])[by_customer], pa.float64()),
    ]
    return pa.ListArray.from_arrays(
        _offsets(counts), pa.StructArray.from_arrays(fields, ["indicator", "points"])
    )


def _offsets(counts: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())


def _placed(n: int, pieces: Sequence[tuple[Rows, Array]]) -> pa.Array:
    whole = np.full(n, np.nan)
    for rows, piece in pieces:
        whole[rows] = piece
    return _numbers(whole)


def _numbers(values: Array) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _words(n: int, pieces: Sequence[tuple[Rows, npt.NDArray[np.object_]]]) -> pa.Array:
    whole = np.full(n, None, dtype=object)
    for rows, piece in pieces:
        whole[rows] = piece
    return pa.array(whole, pa.string())
