"""Why a customer has a grade, and what would raise it: contributions, points lost, counterfactuals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics import indicators
from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate, factor_scores
from analytics.grading import UNGRADED, Graded, grade

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint16]
Steps = npt.NDArray[np.int64]

_POINT = 0.01
"""Gains are rounded down to this many points while the cheapest combination is sought."""
_LEVELS = 200
"""Values per indicator that the cheapest combination chooses from."""


@dataclass(frozen=True)
class Contributions:
    """w_i s_i and w_i (s_max − s_i) of each factor (n, m), by the customer's own weights; NaN where unknown.

    A row of `gained` sums to the score, `gained` and `lost` together to s_max: exactly under M(·,+) alone.
    """

    keys: tuple[str, ...]
    gained: Array
    lost: Array


@dataclass(frozen=True)
class Change:
    """One indicator moved from its value to another; effort is the share of its knots' span it moves over."""

    indicator: str
    value: float
    target: float
    effort: float


@dataclass(frozen=True)
class Counterfactual:
    """What would move a customer one grade up.

    `single`: for each indicator that alone suffices, its smallest change. `cheapest`: the least effort over
    all, of one or several indicators; empty where nothing a customer can change suffices. `blocking`: the
    rules that hold the grade down and that no change lifts.
    """

    single: tuple[Change, ...]
    cheapest: tuple[Change, ...]
    blocking: tuple[str, ...]


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


def counterfactual(
    credit: CreditRules, model: CreditModel, values: Mapping[str, float], previous: int = UNGRADED
) -> Counterfactual:
    """The smallest changes of one customer's changeable indicators that move them one grade up.

    `values` hold the model's and the rules' indicators; unknown ones are left alone. Every change returned
    has been evaluated in full, rules included.
    """
    search = _Search(credit, model, dict(values), previous)
    now = search.grades({})[0]
    if now <= 0:
        return Counterfactual((), (), ())
    tried = (search.smallest(key, int(now) - 1) for key in search.changeable)
    single = tuple(change for change in tried if change is not None)
    cheapest = min(([c] for c in single), key=lambda c: c[0].effort, default=[])
    combined = search.combination(int(now) - 1)
    if combined and (not cheapest or sum(c.effort for c in combined) < cheapest[0].effort):
        cheapest = combined
    blocking = () if cheapest else search.blocking(int(now) - 1)
    return Counterfactual(single, tuple(cheapest), blocking)


class _Search:
    """Evaluates variants of one customer, each a row of changed indicator values."""

    def __init__(
        self, credit: CreditRules, model: CreditModel, values: dict[str, float], previous: int
    ) -> None:
        self.credit, self.model, self.values, self.previous = credit, model, values, previous
        self.span = {
            f.indicator: max(f.points) - min(f.points) or 1.0 for g in model.groups for f in g.factors
        }
        read = [r.indicator for r in credit.rules if r.on and set(r.classes) & set(model.classes)]
        self.keys = tuple(dict.fromkeys((*model.indicator_keys, *(k for k in read if k))))
        self.changeable = [
            k for k in self.keys if indicators.known(k).changeable and not np.isnan(self.values[k])
        ]

    def graded(self, changed: Mapping[str, Array]) -> tuple[Graded, Array]:
        """Grades and scores of the variants, all columns in `changed` having the same length."""
        n = len(next(iter(changed.values()))) if changed else 1
        columns = {k: np.asarray(changed.get(k, np.full(n, self.values[k]))) for k in self.keys}
        codes = {k: indicators.known(k).codes(columns[k]) for k in self.model.indicator_keys}
        evaluated = evaluate(self.credit, self.model, codes, with_groups=False)
        previous = np.full(n, self.previous)
        return grade(self.credit, self.model, evaluated, columns, previous), evaluated.score

    def grades(self, changed: Mapping[str, Array]) -> npt.NDArray[np.int16]:
        """The final positions of the variants."""
        return self.graded(changed)[0].grade

    def better(self, key: str) -> Array:
        """The values better than the customer's own, nearest first."""
        indicator = indicators.known(key)
        grid, value = indicator.grid(), self.values[key]
        return grid[grid > value] if indicator.direction == "benefit" else grid[grid < value][::-1]

    def change(self, key: str, target: float) -> Change:
        """The change to a target, with its effort."""
        known = indicators.known(key)
        start = float(np.clip(self.values[key], known.low, known.high))
        return Change(
            key, self.values[key], target, abs(target - start) / self.span.get(key, known.high - known.low)
        )

    def smallest(self, key: str, wanted: int) -> Change | None:
        """The nearest better value of one indicator that reaches the wanted position, if any."""
        options = self.better(key)
        if not len(options):
            return None
        reached = np.flatnonzero(self.grades({key: options}) <= wanted)
        return self.change(key, float(options[reached[0]])) if len(reached) else None

    def combination(self, wanted: int) -> list[Change]:
        """Least total effort over all changeable indicators, by dynamic programming on the points gained."""
        forced = self._lifting(wanted)
        if forced is None or self.credit.operator != "M(prod,sum)":
            return []
        base = {c.indicator: c.target for c in forced}
        start = self.graded({k: np.array([v]) for k, v in base.items()})
        missing = self.model.cutoffs[wanted] - float(start[1][0])
        if int(start[0].grade[0]) <= wanted:
            return forced
        chosen = self._cheapest_gain(base, max(missing, 0.0))
        result = [self.change(k, v) for k, v in {**base, **chosen}.items()]
        final = {c.indicator: np.array([c.target]) for c in result}
        return result if chosen and int(self.grades(final)[0]) <= wanted else []

    def blocking(self, wanted: int) -> tuple[str, ...]:
        """The rules that hold the customer down even with all they can change at its best."""
        best = {k: self.better(k)[-1:] for k in self.changeable if len(self.better(k))}
        fired = self.graded(best)[0].fired
        positions = {key: i for i, key in enumerate(self.credit.grade_keys)}
        holding = {
            r.key
            for r in self.credit.rules
            if r.effect == "one_up" or (r.effect != "at_least" and positions[r.grade] > wanted)
        }
        return tuple(key for key, flags in fired.items() if flags[0] and key in holding)

    def _lifting(self, wanted: int) -> list[Change] | None:
        """The smallest changes that lift the rules holding the grade down, None where one stays."""
        changes: dict[str, Change] = {}
        positions = {key: i for i, key in enumerate(self.credit.grade_keys)}
        fired = self.graded({})[0].fired
        for rule in self.credit.rules:
            bars = rule.effect in ("at_most", "start") and positions.get(rule.grade, 0) > wanted
            if not bars or rule.indicator not in self.changeable or not fired.get(rule.key, [False])[0]:
                continue
            options = self.better(rule.indicator)
            variants = {rule.indicator: options if len(options) else np.array([self.values[rule.indicator]])}
            holds = self.graded(variants)[0].fired[rule.key]
            if holds.all():
                return None
            target = self.change(rule.indicator, float(options[int(np.argmin(holds))]))
            if rule.indicator not in changes or changes[rule.indicator].effort < target.effort:
                changes[rule.indicator] = target
        return list(changes.values())

    def _cheapest_gain(self, base: Mapping[str, float], missing: float) -> dict[str, float]:
        """Targets that together gain `missing` points beyond `base` at the least effort; empty if none do."""
        need = int(np.ceil(missing / _POINT - 1e-9))
        sought = np.arange(need + 1)
        cost = np.where(sought == 0, 0.0, np.inf)
        picks: list[tuple[str, Array, Steps, Steps]] = []
        for key in (k for k in self.changeable if k in self.model.indicator_keys):
            targets, gains, efforts = self._options(key, base)
            updated, pick = cost.copy(), np.full(need + 1, -1)
            for i, (gain, effort) in enumerate(zip(gains, efforts, strict=True)):
                through = cost[np.maximum(sought - gain, 0)] + effort
                pick = np.where(through < updated - 1e-12, i, pick)
                updated = np.minimum(through, updated)
            cost = updated
            picks.append((key, targets, gains, pick))
        if not np.isfinite(cost[need]):
            return {}
        chosen: dict[str, float] = {}
        for key, targets, gains, pick in reversed(picks):
            if (i := int(pick[need])) >= 0:
                chosen[key] = float(targets[i])
                need = max(0, need - int(gains[i]))
        return chosen

    def _options(self, key: str, base: Mapping[str, float]) -> tuple[Array, Steps, Array]:
        """Targets of one indicator, the points each gains over `base` (in _POINT), and the added effort."""
        options, start = self.better(key), base.get(key, self.values[key])
        falling = indicators.known(key).direction == "cost"
        options = options[options < start] if falling else options[options > start]
        if len(options) > _LEVELS:
            options = options[np.unique(np.linspace(0, len(options) - 1, _LEVELS).round().astype(int))]
        if not len(options):
            return options, np.zeros(0, dtype=np.int64), options
        fixed = {k: np.full(len(options) + 1, v) for k, v in base.items()}
        scores = self.graded({**fixed, key: np.concatenate([[start], options])})[1]
        gains = np.floor((scores[1:] - scores[0]) / _POINT + 1e-9).astype(np.int64)
        already = self.change(key, base[key]).effort if key in base else 0.0
        efforts = np.array([self.change(key, float(v)).effort for v in options]) - already
        fresh = np.concatenate([[True], np.diff(gains) > 0]) & (gains > 0)
        return options[fresh], gains[fresh], efforts[fresh]
