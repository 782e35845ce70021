"""Weights fitted to what came after, as a proposal: learnt on one window, judged on the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from analytics import validation, weights
from analytics.calendar import last_day, month_of
from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate, factor_scores
from analytics.policy_edits import model_in
from data.ask.credit_queries import arrears_after, customer_keys
from data.ask.sql_files import Database
from data.errors import InputError
from data.scope import Scope
from data.state import State
from services.credit.backtest import HORIZON_DAYS
from services.credit.grading import measure
from services.credit.model_facts import codes_of, rows_of
from services.decided.inputs import Decided, decided

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST = 200_000
"""More customers than this are learnt from by every k-th of them."""


@dataclass(frozen=True)
class Proposal:
    """Fitted weights by indicator beside the present ones, with AUC in the window learnt from and the next.

    `learnt_at` and `judged_at` begin the windows of `days` days; `bad` of `customers` fell into
    arrears in the later one. `factor_auc`: how well each factor alone tells them.
    """

    learnt_at: date
    judged_at: date
    days: int
    customers: int
    bad: int
    now: dict[str, float]
    fitted: dict[str, float]
    auc_now: tuple[float, float]
    auc_fitted: tuple[float, float]
    factor_auc: dict[str, float]


@dataclass(frozen=True)
class _Side:
    factors: Array
    score: Array
    bad: Flags


def propose(
    db: Database,
    credit: CreditRules,
    model: str,
    scope: Scope,
    horizon_days: int = HORIZON_DAYS,
    state: State | None = None,
) -> Proposal:
    """Fit a model's weights on customers in scope; nothing after the scope's as-of date is read.

    InputError `backtest_nothing` where a window has nobody with a bill due, or nobody or everybody falls into
    arrears.
    """
    horizon, chosen = timedelta(days=horizon_days), model_in(credit, model)
    judged_at = _month_end_by(scope.as_of - horizon)
    learnt_at = _month_end_by(judged_at - horizon)
    learnt, judged = (
        _side(db, credit, chosen, scope.at(d), horizon, decided(state, d)) for d in (learnt_at, judged_at)
    )
    for side, day in ((learnt, learnt_at), (judged, judged_at)):
        if not side.bad.any() or side.bad.all():
            raise InputError("backtest_nothing", as_of=day.isoformat())
    fitted = weights.fit(learnt.factors, learnt.bad, judged.factors, judged.bad)
    return Proposal(
        learnt_at=learnt_at,
        judged_at=judged_at,
        days=horizon_days,
        customers=len(judged.bad),
        bad=int(judged.bad.sum()),
        now=credit.weights(chosen),
        fitted=dict(zip(chosen.indicator_keys, (float(w) for w in fitted.weights), strict=True)),
        auc_now=(_auc(learnt), _auc(judged)),
        auc_fitted=(fitted.auc_inside, fitted.auc_outside),
        factor_auc={
            key: validation.auc(-judged.factors[:, i], judged.bad)
            for i, key in enumerate(chosen.indicator_keys)
        },
    )


def _side(
    db: Database, credit: CreditRules, model: CreditModel, scope: Scope, horizon: timedelta, known: Decided
) -> _Side:
    measured = measure(db, scope.as_of, credit, known.facts)
    rows = rows_of(credit, measured, model.key, customer_keys(db, scope))
    after = arrears_after(db, scope.as_of, scope.as_of + horizon).set_index("cons_no")["arrears"]
    arrears = measured.people["cons_no"].iloc[rows].map(after).to_numpy(dtype=np.float64, na_value=np.nan)
    rows, arrears = rows[~np.isnan(arrears)], arrears[~np.isnan(arrears)]
    step = max(1, -(-len(rows) // MOST))
    rows, arrears = rows[::step], arrears[::step]
    codes = codes_of(measured, model, rows)
    done = evaluate(credit, model, codes, with_groups=False)
    graded = done.coverage > 0
    return _Side(factor_scores(credit, model, codes)[graded], done.score[graded], arrears[graded] > 0)


def _auc(side: _Side) -> float:
    return validation.auc(-side.score, side.bad)


def _month_end_by(day: date) -> date:
    """The last month end not after a day."""
    end = last_day(month_of(day))
    return end if end <= day else day.replace(day=1) - timedelta(days=1)
