"""What would raise a customer's grade: the smallest change of each indicator, and the cheapest of all."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics import grading, indicators
from analytics.cheapest import Choices, least
from analytics.credit_parts import CreditModel
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.grading import UNGRADED, Graded, Step, grade
from analytics.indicators import Tie

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Stretch = tuple[Places, ...]

_EDGE = 1e-9
"""A score this close below a cut-off has reached it."""


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

    `pay`: what is overdue, paid in full, where something is: the first condition of every way. `single`: for
    each indicator that then alone suffices, its smallest change. `cheapest`: the least effort over all, of
    one or several indicators (of one alone where the score is no weighted sum), `pay` before them and alone
    where it suffices; empty where nothing a customer can change suffices. `blocking`: the rules that hold
    the grade down and that no change lifts. `reaches`: the position promised, −1 where there is none.
    """

    single: tuple[Change, ...]
    cheapest: tuple[Change, ...]
    blocking: tuple[str, ...]
    pay: Change | None = None
    reaches: int = UNGRADED


def counterfactual(
    credit: CreditRules,
    model: CreditModel,
    values: Mapping[str, float],
    previous: int = UNGRADED,
    cleared: Mapping[str, float] | None = None,
) -> Counterfactual:
    """The smallest changes of one customer's changeable indicators that move them one grade up.

    `values` hold the model's and the rules' indicators; unknown ones are left alone. Every value on each
    indicator's grid is considered, rules included; every change returned has been evaluated in full. None
    asks for two values that cannot be at once (`indicators.TIES`). While something is overdue, every way
    starts from `cleared`: the values as they are once all of it is paid.
    """
    now = int(_Search(credit, model, values, previous).graded({})[0].grade[0])
    pay = _paying(values)
    if now <= 0:
        return Counterfactual((), (), (), pay)
    start = values if pay is None else (cleared or indicators.cleared(values))
    search = _Search(credit, model, start, previous)
    paid = int(search.graded({})[0].grade[0])
    if pay is not None and paid < now:
        return Counterfactual((), (pay,), (), pay, paid)
    ways = _ways(search, now)
    if pay is None or not ways.cheapest:
        return replace(ways, pay=pay)
    return replace(ways, pay=pay, cheapest=(pay, *ways.cheapest))


def _paying(values: Mapping[str, float]) -> Change | None:
    """Paying all that is overdue, of no effort to be weighed against others; None where nothing is."""
    owed = values.get(indicators.OVERDUE, float("nan"))
    return Change(indicators.OVERDUE, owed, 0.0, 0.0) if owed > 0 else None


def _ways(search: _Search, now: int) -> Counterfactual:
    """The changes that lead above the position `now` from where the search starts."""
    tried = (search.smallest(key, now - 1) for key in search.changeable)
    single = tuple(change for change in tried if change is not None)
    cheapest = min(([c] for c in single), key=lambda c: c[0].effort, default=[])
    combined = search.combination(now - 1, cheapest[0].effort if cheapest else np.inf)
    if combined:
        cheapest = combined
    blocking = () if cheapest else search.blocking(now - 1)
    return Counterfactual(single, tuple(cheapest), blocking, None, now - 1 if cheapest else UNGRADED)


@dataclass(frozen=True)
class _Options:
    """The values of one indicator from the customer's own on, nearest first: points gained, effort, which of
    the rules on it hold, and on which side of each tie it stands."""

    key: str
    targets: Array
    gains: Array
    efforts: Array
    holds: Mapping[str, Flags]
    binds: Mapping[Tie, Flags]
    zero: Mapping[Tie, Flags]

    def alike(self) -> list[Places]:
        """The places where the same rules hold and the same ties bind, nearest first."""
        flags = [*self.holds.values(), *self.binds.values(), *self.zero.values()]
        if not flags:
            return [np.arange(len(self.targets))]
        _, which = np.unique(np.column_stack(flags), axis=0, return_inverse=True)
        groups = [np.flatnonzero(which.ravel() == i) for i in range(which.max() + 1)]
        return sorted(groups, key=lambda g: int(g[0]))


class _Search:
    """Evaluates variants of one customer, each a row of changed indicator values."""

    def __init__(
        self, credit: CreditRules, model: CreditModel, values: Mapping[str, float], previous: int
    ) -> None:
        self.credit, self.model, self.values, self.previous = credit, model, values, previous
        self.span = {
            f.indicator: max(f.points) - min(f.points) or 1.0 for g in model.groups for f in g.factors
        }
        read = [r.indicator for r in credit.rules if r.on and r.indicator in values]
        self.keys = tuple(dict.fromkeys((*model.indicator_keys, *read)))
        self.changeable = [
            k for k in self.keys if indicators.known(k).changeable and not np.isnan(self.values[k])
        ]
        self.ties = [t for t in indicators.TIES if {t.key, t.zero} <= {*self.changeable}]
        self.ties = [t for t in self.ties if not t.binds(values[t.key]) or values[t.zero] <= 0]

    def columns(self, changed: Mapping[str, Array]) -> dict[str, Array]:
        """The variants' values, all columns in `changed` having the same length."""
        n = len(next(iter(changed.values()))) if changed else 1
        return {k: np.asarray(changed.get(k, np.full(n, self.values[k]))) for k in self.keys}

    def graded(self, changed: Mapping[str, Array]) -> tuple[Graded, Array]:
        """Grades and scores of the variants."""
        columns = self.columns(changed)
        n = len(columns[self.keys[0]])
        codes = {k: indicators.known(k).codes(columns[k]) for k in self.model.indicator_keys}
        evaluated = evaluate(self.credit, self.model, codes, with_groups=False)
        return grade(self.credit, self.model, evaluated, columns, np.full(n, self.previous)), evaluated.score

    def steps(self, changed: Mapping[str, Array]) -> tuple[Step, ...]:
        """The rules at work on the variants."""
        columns = self.columns(changed)
        n = len(columns[self.keys[0]])
        return grading.bounds(self.credit, self.model, columns, n, np.full(n, self.previous)).steps

    def better(self, key: str) -> Array:
        """The values better than the customer's own, nearest first."""
        indicator = indicators.known(key)
        grid, value = indicator.grid(), self.values[key]
        return grid[grid > value] if indicator.direction == "benefit" else grid[grid < value][::-1]

    def change(self, key: str, target: float) -> Change:
        """The change to a target, with its effort."""
        return Change(key, self.values[key], target, float(self.efforts(key, np.array([target]))[0]))

    def efforts(self, key: str, targets: Array) -> Array:
        """The effort of each target."""
        known = indicators.known(key)
        start = float(np.clip(self.values[key], known.low, known.high))
        return np.abs(targets - start) / self.span.get(key, known.high - known.low)

    def smallest(self, key: str, wanted: int) -> Change | None:
        """The nearest better value of one indicator that reaches the wanted position, if any."""
        options = self.better(key)
        for tie in self.ties:
            if tie.key == key and self.values[tie.zero] > 0:
                options = options[~tie.binds(options)]
        if not len(options):
            return None
        reached = np.flatnonzero(self.graded({key: options})[0].grade <= wanted)
        return self.change(key, float(options[reached[0]])) if len(reached) else None

    def combination(self, wanted: int, most: float) -> list[Change]:
        """The changes of least total effort, below `most`; none where there are none.

        Which rules hold and which ties bind depends on stretches of single indicators' values: for each
        combination of stretches the rules either bar the position, grant it, or leave it to the score, which
        is a sum over indicators.
        """
        if self.credit.operator != "M(prod,sum)" or self.credit.method != "weighted_average":
            return []
        options = [self._options(key) for key in self.changeable]
        missing = self.model.cutoffs[wanted] - _EDGE - float(self.graded({})[1][0])
        changes: list[Change] = []
        stretches: Iterable[Stretch] = itertools.product(*(o.alike() for o in options))
        for stretch in sorted(stretches, key=lambda s: _first_effort(options, s)):
            need = self._needed(options, stretch, wanted, missing)
            if need is None:
                continue
            choices = [Choices(o.gains[at], o.efforts[at]) for o, at in zip(options, stretch, strict=True)]
            chosen = least(choices, need, most - _EDGE)
            if chosen is None:
                continue
            picked = [(o, int(at[i])) for o, at, i in zip(options, stretch, chosen, strict=True)]
            changes = [self.change(o.key, float(o.targets[i])) for o, i in picked if i > 0]
            most = sum(c.effort for c in changes)
        return changes

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

    def _options(self, key: str) -> _Options:
        targets = np.concatenate([[self.values[key]], self.better(key)])
        scores = self.graded({key: targets})[1]
        efforts = self.efforts(key, targets)
        efforts[0] = 0.0
        holds = {s.rule.key: s.holds for s in self.steps({key: targets}) if s.rule.indicator == key}
        binds = {t: t.binds(targets) for t in self.ties if t.key == key}
        zero = {t: targets <= 0 for t in self.ties if t.zero == key}
        return _Options(key, targets, scores - scores[0], efforts, holds, binds, zero)

    def _needed(self, options: list[_Options], stretch: Stretch, wanted: int, missing: float) -> float | None:
        """Points missing where these rules hold; 0 where they grant the position, None where they bar it or
        where a tie lets no customer have such values."""
        first = {o.key: (o, at[0]) for o, at in zip(options, stretch, strict=True)}
        for tie in self.ties:
            (one, i), (other, j) = first[tie.key], first[tie.zero]
            if one.binds[tie][i] and not other.zero[tie][j]:
                return None
        holds = {
            rule: bool(flags[at[0]])
            for o, at in zip(options, stretch, strict=True)
            for rule, flags in o.holds.items()
        }
        best = np.zeros(1, dtype=np.int16)
        worst = np.full(1, len(self.credit.grades) - 1, dtype=np.int16)
        for step in self.steps({}):
            now = Step(step.rule, np.array([holds.get(step.rule.key, bool(step.holds[0]))]), step.limit)
            best, worst = now.applied(best), now.applied(worst)
        if best[0] > wanted:
            return None
        return 0.0 if worst[0] <= wanted else max(missing, 0.0)


def _first_effort(options: list[_Options], stretch: Stretch) -> float:
    """The effort of getting into a stretch of each indicator's values."""
    return sum(float(o.efforts[at[0]]) for o, at in zip(options, stretch, strict=True))
