"""One customer's credit: grade, score, what each factor brings and costs, what would raise it, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics import indicators
from analytics.counterfactual import Counterfactual, counterfactual
from analytics.credit_policy import CreditRules
from analytics.evaluation import table
from analytics.grading import UNGRADED
from analytics.policy import Policy
from analytics.ungraded import REASONS
from data.ask.customer_copy import ingredients_of
from data.ask.sql_files import Database
from data.state import State
from services.credit.grading import Measured, ModelGrades, grade_all, measured_from, why_ungraded
from services.decided import inputs, published_grades

HISTORY_MONTHS = 24
AROUND = ("industry_recovery", "area_recovery")
"""The indicators that tell of others than the customer."""


@dataclass(frozen=True)
class DecidedFor:
    """What people decided that a customer's grading as of a day reads: last year's grade and facts.

    `scale` are the grades that could be published then, best first.
    """

    day: date
    previous: str | None = None
    scale: tuple[str, ...] = ()
    facts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class FactorView:
    """One factor: its value (NaN unknown), the customer's own weight, points brought and lost, memberships.

    Memberships are by grade, best first; all zero where the value is unknown.
    """

    indicator: str
    group: str
    value: float
    weight: float
    gained: float
    lost: float
    memberships: tuple[float, ...]


@dataclass(frozen=True)
class Credit:
    """A customer's credit as of a day, computed. `missing` is of REASONS where there is no grade, else None.
    `cleared` are the values if all that is overdue were paid on the day, None where nothing is.

    `raw` is the grade before the rules; memberships are by grade, best first.
    """

    day: date
    model: str | None
    grade: str | None
    raw: str | None
    score: float
    coverage: float
    rules: tuple[str, ...]
    memberships: tuple[float, ...]
    groups: tuple[tuple[str, tuple[float, ...]], ...]
    factors: tuple[FactorView, ...]
    values: Mapping[str, float]
    missing: str | None = None
    cleared: Mapping[str, float] | None = None


def decided_for(state: State | None, cons_no: str, days: Sequence[date]) -> tuple[DecidedFor, ...]:
    """What was decided about one customer, as grading as of each day reads it."""
    if state is None:
        return tuple(DecidedFor(day) for day in days)
    kept = state.facts(cons_no)
    decided_days = []
    for day in days:
        facts = {fact: value for (_, fact), value in inputs.in_force(kept, day).items()}
        before = inputs.year_before(state, day)
        decided_on = (
            published_grades.published_grade(state, cons_no, min(day, before.valid_to)) if before else None
        )
        scale = published_grades.rules_of(before).grade_keys if before else ()
        decided_days.append(
            DecidedFor(day, decided_on.grade if decided_on else None, scale, tuple(sorted(facts.items())))
        )
    return tuple(decided_days)


def credit_on(
    db: Database, policy: Policy, cons_key: int, decided: Sequence[DecidedFor]
) -> tuple[Credit, ...]:
    """One customer's credit as of each day of `decided`, from data of that day and before."""
    credit = policy.credit
    days = [t.day for t in decided]
    models = {k for m in credit.models for k in m.indicator_keys}
    ingredients = ingredients_of(db, cons_key, days, around=bool(models & set(AROUND)))
    ingredients["cons_no"] = [t.day.isoformat() for t in decided]
    facts = [(t.day.isoformat(), key, value) for t in decided for key, value in t.facts]
    entered = pd.DataFrame(facts, columns=list(inputs.FACTS))
    paid = measured_from(ingredients.assign(overdue=0, overdue_days=0), days[-1], credit, entered)
    measured = measured_from(ingredients, days[-1], credit, entered)
    previous = {t.day.isoformat(): held for t in decided if (held := _held_before(credit, t))}
    graded = grade_all(credit, measured, previous)
    return tuple(
        replace(
            _credit(credit, measured, graded, i, day),
            cleared=_values(paid, i) if measured.people["overdue"].iloc[i] > 0 else None,
        )
        for i, day in enumerate(days)
    )


def raising(policy: Policy, now: Credit, previous: str | None) -> Counterfactual | None:
    """What would move the customer one grade up; None for one without a grade."""
    credit = policy.credit
    model = next((m for m in credit.models if m.key == now.model), None)
    if model is None or now.grade is None:
        return None
    position = credit.grade_keys.index(previous) if previous in credit.grade_keys else UNGRADED
    return counterfactual(credit, model, now.values, position, now.cleared)


def raising_on(policy: Policy, now: Credit, decided: DecidedFor) -> Counterfactual | None:
    """What would move the customer one grade up from where they are: `now`, which read `decided`."""
    return raising(policy, now, _held_before(policy.credit, decided))


def month_ends(day: date, first: date, months: int = HISTORY_MONTHS) -> tuple[date, ...]:
    """The last `months` month ends up to a day, oldest first, none before `first`."""
    ends: list[date] = []
    end = day if (day + timedelta(days=1)).day == 1 else day.replace(day=1) - timedelta(days=1)
    while len(ends) < months and end >= first:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return tuple(reversed(ends))


def _held_before(credit: CreditRules, decided: DecidedFor) -> str | None:
    """Last year's grade in terms of the policy's."""
    return (
        inputs.in_terms_of(decided.previous, decided.scale, credit.grade_keys) if decided.previous else None
    )


def _credit(credit: CreditRules, measured: Measured, graded: list[ModelGrades], i: int, day: date) -> Credit:
    values = _values(measured, i)
    for m in graded:
        places = np.flatnonzero(m.rows == i)
        if len(places):
            return _of_model(credit, m, int(places[0]), day, values, _why(credit, measured, i))
    missing = _why(credit, measured, i)
    nothing = tuple(0.0 for _ in credit.grades)
    return Credit(day, None, None, None, np.nan, 0.0, (), nothing, (), (), values, missing)


def _values(measured: Measured, i: int) -> dict[str, float]:
    return {key: float(v[i]) for key, v in measured.values.items()}


def _why(credit: CreditRules, measured: Measured, i: int) -> str:
    """Why the customer would have no grade."""
    return REASONS[int(why_ungraded(credit, measured)[i])]


def _of_model(
    credit: CreditRules, m: ModelGrades, at: int, day: date, values: Mapping[str, float], why: str
) -> Credit:
    grade, raw = int(m.graded.grade[at]), int(m.graded.raw[at])
    names = credit.grade_keys
    return Credit(
        day,
        m.model.key,
        names[grade] if grade != UNGRADED else None,
        names[raw] if raw != UNGRADED else None,
        float(m.evaluated.score[at]),
        float(m.evaluated.coverage[at]),
        tuple(key for key, flags in m.graded.fired.items() if flags[at]),
        _floats(m.evaluated.total[at]),
        tuple((key, _floats(mu[at])) for key, mu in m.evaluated.groups.items()),
        tuple(_factors(credit, m, at, values)),
        values,
        None if grade != UNGRADED else why,
    )


def _factors(credit: CreditRules, m: ModelGrades, at: int, values: Mapping[str, float]) -> list[FactorView]:
    """The factors of one customer in the order of points lost, unknown ones last."""
    weight = credit.weights(m.model)
    known = {f.indicator for g in m.model.groups for f in g.factors if not np.isnan(values[f.indicator])}
    total = sum(weight[k] for k in known) or np.nan
    parts = m.parts
    if parts is None:
        return []
    views = []
    for group in m.model.groups:
        for f in group.factors:
            place = parts.keys.index(f.indicator)
            code = int(_code(f.indicator, values[f.indicator]))
            own = weight[f.indicator] / total if f.indicator in known else 0.0
            gained, lost = float(parts.gained[at, place]), float(parts.lost[at, place])
            views.append(
                FactorView(
                    f.indicator, group.key, values[f.indicator], own, gained, lost, _floats(table(f)[code])
                )
            )
    return sorted(views, key=lambda v: (np.isnan(v.lost), -np.nan_to_num(v.lost)))


def _code(key: str, value: float) -> int:
    return int(indicators.known(key).codes(np.array([value]))[0])


def _floats(row: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(x) for x in row)
