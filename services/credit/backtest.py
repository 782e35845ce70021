"""Back-test of a policy: grade at t from data by t, see who fell into arrears in (t, t + h], compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import indicators, ungraded, validation
from analytics.credit_parts import CreditModel
from analytics.policy import Policy
from data.ask.credit_queries import arrears_after
from data.ask.sql_files import Database
from data.errors import InputError
from data.state import State
from services.credit.grading import Measured, ModelGrades, grade_all, measure, why_ungraded
from services.credit.ungraded import NOTHING_DUE, TESTED, by_reason
from services.decided.inputs import decided
from services.recovery.headline import facts

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

HORIZON_DAYS = 90


@dataclass(frozen=True)
class Discrimination:
    """How well one way of ranking tells who falls into arrears: NaN where nobody or everybody does."""

    ks: float
    auc: float
    gini: float
    lift: float


@dataclass(frozen=True)
class Compared:
    """One population: how many, how many fell into arrears, each ranking's figures, and the rates by grade.

    `rankings` are `score`, `plain_rules` (more than N arrears, or theft), `last_period` (an arrear in as long
    before t) and `logistic` (regression on the same indicators, fitted on the window before); `grades` has
    customers, bad, rate and its 95 % interval, best grade first.
    """

    customers: int
    bad: int
    rankings: dict[str, Discrimination]
    grades: pd.DataFrame
    monotone: bool


@dataclass(frozen=True)
class BackTest:
    """A policy judged by what came after: all graded customers with a bill due, the clean ones, by model.

    `psi` is the stability of the grades against the window before. `population` are all customers of the day
    as `services.credit.ungraded` counts them: who is tested, and the rest by reason.
    """

    as_of: date
    until: date
    everyone: Compared
    without_arrears: Compared
    by_model: dict[str, Compared]
    psi: float
    population: pd.DataFrame


@dataclass(frozen=True)
class _Window:
    """Graded customers with a bill due in a window, in rows; `risks` by ranking's name, higher is riskier."""

    frame: pd.DataFrame
    models: list[ModelGrades]
    measured: Measured
    population: pd.DataFrame


def back_test(
    db: Database,
    policy: Policy,
    as_of: date,
    horizon_days: int = HORIZON_DAYS,
    only: Rows | None = None,
    progress: Callable[[float], None] = lambda done: None,
    state: State | None = None,
) -> BackTest:
    """Judge a policy at `as_of` by the `horizon_days` after, which the data must cover.

    `only`: the customers (cons_key) to judge it by, all where None; `progress` hears the share that is done.
    Of `state`, each window reads what was decided by its own day: facts by hand, grades of the year before.

    The logistic reference is fitted on the window that ends at `as_of`, so that it has seen nothing later.
    InputError `backtest_not_over` where the data end before the horizon, `backtest_nothing` where nobody is
    graded with a bill due.
    """
    horizon = timedelta(days=horizon_days)
    last = facts(db).extract_on
    if last is not None and as_of + horizon > last:
        raise InputError("backtest_not_over", until=(as_of + horizon).isoformat(), last=last.isoformat())
    now = _window(db, policy, as_of, horizon, only, state)
    progress(0.45)
    before = _window(db, policy, as_of - horizon, horizon, only, state)
    progress(0.9)
    if now.frame.empty or before.frame.empty:
        raise InputError("backtest_nothing", as_of=as_of.isoformat())
    frame = now.frame.assign(
        score=-now.frame["score"],
        plain_rules=_plain_rules(now.frame, policy).astype(float),
        last_period=(now.frame["months_since_arrear"] * 30.4375 <= horizon_days).astype(float),
        logistic=_logistic(before, now),
    )
    keys = policy.credit.grade_keys
    counts = [w.frame["grade"].value_counts().reindex(list(keys), fill_value=0) for w in (before, now)]
    return BackTest(
        as_of,
        as_of + horizon,
        _compared(frame, keys),
        _compared(frame[frame["overdue"] == 0], keys),
        {str(model): _compared(part, keys) for model, part in frame.groupby("model")},
        validation.psi(counts[0], counts[1]),
        now.population,
    )


def _window(
    db: Database,
    policy: Policy,
    as_of: date,
    horizon: timedelta,
    only: Rows | None = None,
    state: State | None = None,
) -> _Window:
    known = decided(state, as_of)
    measured = measure(db, as_of, policy.credit, known.facts)
    models = grade_all(policy.credit, measured, known.held_before(policy.credit.grade_keys), with_parts=False)
    after = arrears_after(db, as_of, as_of + horizon).set_index("cons_no")
    parts = []
    for m in models:
        frame = measured.people.iloc[m.rows][["cons_no", "overdue"]].assign(
            model=m.model.key, score=m.evaluated.score, grade=m.graded.names(policy.credit.grade_keys)
        )
        parts.append(frame)
    frame = pd.concat(parts) if parts else measured.people.iloc[:0].assign(model="", score=0.0, grade=None)
    for key in ("months_since_arrear", "arrears_12m", "theft_years"):
        frame[key] = measured.values[key][frame.index]
    frame["arrears"] = frame["cons_no"].map(after["arrears"])
    graded = frame.index[frame["grade"].notna()]
    frame = frame[frame["arrears"].notna() & frame["grade"].notna()]
    if only is not None:
        frame = frame[np.isin(frame.index.to_numpy(), only)]
    population = _population(policy, measured, graded, frame.index, only)
    return _Window(frame.assign(bad=frame["arrears"] > 0), models, measured, population)


def _population(
    policy: Policy, measured: Measured, graded: pd.Index, tested: pd.Index, only: Rows | None
) -> pd.DataFrame:
    """Every customer of the day by why they are not tested; the tested first."""
    reason = np.array(ungraded.REASONS, dtype=object)[why_ungraded(policy.credit, measured)]
    reason[graded] = NOTHING_DUE
    reason[tested] = TESTED
    people = measured.people[["balance", "overdue"]].assign(reason=reason)
    return by_reason(people if only is None else people.iloc[only])


def _plain_rules(frame: pd.DataFrame, policy: Policy) -> Flags:
    many = frame["arrears_12m"].to_numpy() > policy.recovery.many_arrears
    return np.asarray(many | np.isfinite(frame["theft_years"].to_numpy()))


def _compared(frame: pd.DataFrame, keys: tuple[str, ...]) -> Compared:
    bad = frame["bad"].to_numpy(dtype=bool)
    rankings = {
        name: _discrimination(frame[name].to_numpy(dtype=np.float64), bad)
        for name in ("score", "plain_rules", "last_period", "logistic")
    }
    table = validation.by_grade(frame["grade"], bad, keys)
    return Compared(len(frame), int(bad.sum()), rankings, table, validation.is_monotone(table["rate"]))


def _discrimination(risk: Array, bad: Flags) -> Discrimination:
    return Discrimination(
        validation.ks(risk, bad),
        validation.auc(risk, bad),
        validation.gini(risk, bad),
        validation.lift(risk, bad),
    )


def _logistic(fitted_on: _Window, applied_to: _Window) -> Array:
    """Each customer's risk by a regression per model on its indicators, fitted on another window."""
    risk = pd.Series(np.nan, index=applied_to.frame.index)
    for m in applied_to.models:
        train, test = (w.frame[w.frame["model"] == m.model.key] for w in (fitted_on, applied_to))
        if test.empty:
            continue
        bad = train["bad"].to_numpy(dtype=bool)
        if bad.all() or not bad.any():
            risk[test.index] = float(bad.mean()) if len(bad) else 0.0
            continue
        means = _means(fitted_on.measured, m.model, train.index)
        beta = validation.logistic_regression(_design(fitted_on.measured, m.model, train.index, means), bad)
        risk[test.index] = validation.logistic_risk(
            beta, _design(applied_to.measured, m.model, test.index, means)
        )
    return np.asarray(risk, dtype=np.float64)


def _design(measured: Measured, model: CreditModel, rows: pd.Index, means: Mapping[str, float]) -> Array:
    """The indicators within their ranges, the unknown at the mean with a flag beside."""
    columns = []
    for key in model.indicator_keys:
        values = _within(measured, key, rows)
        unknown = np.isnan(values)
        columns += [np.where(unknown, means[key], values), unknown.astype(np.float64)]
    return np.column_stack(columns)


def _means(measured: Measured, model: CreditModel, rows: pd.Index) -> dict[str, float]:
    means = {}
    for key in model.indicator_keys:
        values = _within(measured, key, rows)
        means[key] = float(np.nanmean(values)) if (~np.isnan(values)).any() else 0.0
    return means


def _within(measured: Measured, key: str, rows: pd.Index) -> Array:
    known = indicators.known(key)
    return np.asarray(np.clip(measured.values[key][rows.to_numpy()], known.low, known.high))
