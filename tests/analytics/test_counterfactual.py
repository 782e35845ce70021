"""Counterfactuals, each verified by evaluating the customer again."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analytics import grading, indicators
from analytics.cheapest import Choices, least
from analytics.counterfactual import Counterfactual, counterfactual
from analytics.credit_parts import CreditModel, Factor, FactorGroup, Grade, Weighting
from analytics.credit_policy import CreditRules, Rule
from analytics.evaluation import evaluate
from analytics.grading import UNGRADED
from tests.analytics.credit_worlds import codes_of, default_policy, random_values

CREDIT = default_policy().credit
TINY = {"part_payments": 24, "reversals": 24, "contact_present": 1, "promises_broken": 100}
"""Indicators that a customer can change, with few values each, and the largest of them."""


def position(
    credit: CreditRules, model: CreditModel, values: dict[str, float], previous: int = UNGRADED
) -> int:
    """The final grade of one customer, evaluated in full."""
    one = {k: np.array([v]) for k, v in values.items()}
    result = grading.grade(credit, model, evaluate(credit, model, codes_of(one)), one, np.array([previous]))
    return int(result.grade[0])


def customers(model: CreditModel, n: int, seed: int) -> list[dict[str, float]]:
    values = random_values(CREDIT, n, seed)
    values["customer_years"] = np.abs(values["customer_years"]) + 1
    owes = values["overdue_bills"] > 0
    values["overdue_days"] = np.where(owes, np.nan_to_num(np.abs(values["overdue_days"])) + 1, 0.0)
    return [{k: float(v[i]) for k, v in values.items()} for i in range(n)]


def paid(values: dict[str, float], result: Counterfactual) -> dict[str, float]:
    """Where every way starts: nothing is overdue any more."""
    return values if result.pay is None else {**values, "overdue_bills": 0.0, "overdue_days": 0.0}


def changed(values: dict[str, float], result: Counterfactual) -> dict[str, float]:
    values = paid(values, result)
    return {**values, **{c.indicator: c.target for c in result.cheapest}}


@pytest.mark.parametrize("which", range(3))
def test_each_change_moves_one_grade_up_and_a_step_less_does_not(which: int) -> None:
    model = CREDIT.models[which]
    found = 0
    for values in customers(model, 16, which):
        now = position(CREDIT, model, values)
        result = counterfactual(CREDIT, model, values)
        assert (result.pay is not None) == (values["overdue_bills"] > 0)
        if now <= 0:
            assert result.single == result.cheapest == result.blocking == ()
            continue
        start = paid(values, result)
        for change in result.single:
            known = indicators.known(change.indicator)
            assert known.changeable
            assert position(CREDIT, model, {**start, change.indicator: change.target}) < now
            less = change.target - known.precision * (1 if known.direction == "benefit" else -1)
            assert position(CREDIT, model, {**start, change.indicator: less}) >= now
        if result.cheapest:
            found += 1
            assert result.pay is None or result.cheapest[0] == result.pay
            assert position(CREDIT, model, changed(values, result)) <= result.reaches < now
            effort = sum(c.effort for c in result.cheapest)
            assert all(effort <= c.effort + 1e-9 for c in result.single)
        else:
            assert not result.single
    assert found > 3


def small_credit(seed: int) -> CreditRules:
    """Few indicators with few values each, random knots, weights and cut-offs, and rules on some of them."""
    random = np.random.default_rng(seed)
    g = int(random.integers(2, 5))
    chosen = sorted(random.permutation(list(TINY))[: int(random.integers(2, 4))])
    parts: dict[str, list[Factor]] = {}
    for key in (*map(str, chosen), "customer_years"):
        known = indicators.known(key)
        top = TINY.get(key, 30)
        points = np.sort(random.choice(np.linspace(known.low, top, 40), g, replace=False))
        parts.setdefault(known.group, []).append(Factor(key, "triangle", tuple(points.tolist())))
    groups = tuple(
        FactorGroup(name, tuple(own), Weighting("hand", hand=tuple(random.uniform(0.1, 1, len(own)))))
        for name, own in parts.items()
    )
    across = Weighting("hand", hand=tuple(random.uniform(0.2, 1, len(groups))))
    grades = tuple(Grade(f"G{i}", f"级{i}", f"G{i}", 100 - 100 * i / (g - 1)) for i in range(g))
    cuts = tuple(np.sort(random.uniform(10, 95, g - 1))[::-1].tolist())
    model = CreditModel("m", "模型", "Model", ("01",), cuts, groups, across)
    rules = [Rule("young", "新", "New", "at_most", "G1", "customer_years", "<", 3)]
    for i in range(int(random.integers(0, 4))):
        key = str(random.choice(list(TINY)))
        cost = indicators.known(key).direction == "cost"
        veto = bool(random.uniform() < 0.6)
        rules.append(
            Rule(
                f"r{i}", "则", "Rule", "at_most" if veto else "at_least", f"G{random.integers(0, g)}", key,
                str(random.choice([">", ">="] if cost == veto else ["<", "<="])),
                float(random.integers(0, int(TINY[key]) + 1)),
            )
        )  # fmt: skip
    random.shuffle(rules)
    return CreditRules(grades=grades, models=(model,), rules=tuple(rules))


def every_way_up(
    credit: CreditRules, values: dict[str, float], now: int
) -> tuple[dict[str, float], float | None]:
    """By trying every combination of all better values: the least effort of each alone, and of any."""
    model = credit.models[0]
    spans = {f.indicator: max(f.points) - min(f.points) for g in model.groups for f in g.factors}
    keys = [k for k in values if indicators.known(k).changeable and not np.isnan(values[k])]
    ways = []
    for key in keys:
        known, own = indicators.known(key), values[key]
        grid = [known.low + i * known.precision for i in range(known.steps)]
        ways.append([own, *(v for v in grid if (v > own if known.direction == "benefit" else v < own))])
    table = np.array(list(itertools.product(*ways)))
    columns = {k: np.full(len(table), v) for k, v in values.items()}
    columns |= {key: table[:, i] for i, key in enumerate(keys)}
    graded = grading.grade(credit, model, evaluate(credit, model, codes_of(columns)), columns)
    up = graded.grade < now
    effort, moved = np.zeros(len(table)), np.zeros(len(table), dtype=int)
    single = {}
    for i, key in enumerate(keys):
        known = indicators.known(key)
        step = np.abs(table[:, i] - min(max(values[key], known.low), known.high))
        step = np.where(table[:, i] == values[key], 0.0, step / spans.get(key, known.high - known.low))
        effort, moved = effort + step, moved + (table[:, i] != values[key])
    for i, key in enumerate(keys):
        alone = up & (moved == 1) & (table[:, i] != values[key])
        if alone.any():
            single[key] = float(effort[alone].min())
    return single, float(effort[up].min()) if up.any() else None


@pytest.mark.parametrize("seed", range(24))
def test_single_and_cheapest_are_what_trying_everything_finds(seed: int) -> None:
    """Small random policies with vetoes and floors; the whole grid of all indicators together is tried."""
    credit, random = small_credit(seed), np.random.default_rng((seed, 1))
    model = credit.models[0]
    keys = tuple(dict.fromkeys((*model.indicator_keys, *credit.indicator_keys())))
    for _ in range(5):
        values = {k: float(random.integers(0, TINY[k] + 1)) for k in keys if k in TINY}
        values["customer_years"] = float(random.integers(0, 12))
        if random.uniform() < 0.2:
            values[str(random.choice([k for k in keys if k in TINY]))] = float("nan")
        now = position(credit, model, values)
        result = counterfactual(credit, model, values)
        if now <= 0:
            assert result == Counterfactual((), (), ())
            continue
        single, least = every_way_up(credit, values, now)
        assert {c.indicator: c.effort for c in result.single} == pytest.approx(single)
        if least is None:
            assert result.cheapest == ()
            continue
        assert sum(c.effort for c in result.cheapest) == pytest.approx(least)
        assert position(credit, model, changed(values, result)) < now


def test_small_policies_meet_every_case() -> None:
    """The random policies above are no easy ones: some need two changes, some a rule lifted, some cannot."""
    pairs = lifted = stuck = 0
    for seed in range(24):
        credit, random = small_credit(seed), np.random.default_rng((seed, 1))
        keys = tuple(dict.fromkeys((*credit.models[0].indicator_keys, *credit.indicator_keys())))
        for _ in range(5):
            values = {k: float(random.integers(0, TINY[k] + 1)) for k in keys if k in TINY}
            values["customer_years"] = float(random.integers(0, 12))
            if position(credit, credit.models[0], values) <= 0:
                continue
            result = counterfactual(credit, credit.models[0], values)
            pairs += len(result.cheapest) > 1
            stuck += not result.cheapest
            read = {r.indicator for r in credit.rules}
            lifted += any(c.indicator in read for c in result.cheapest)
    assert min(pairs, lifted, stuck) >= 5


def test_a_customer_of_no_known_class_can_be_told_too() -> None:
    model = CREDIT.models[-1]
    assert model.classes == ("",)
    values = {k: float(v[0]) for k, v in random_values(CREDIT, 1, 3, missing=0).items()}
    values |= {"customer_years": 9.0, "theft_years": np.inf, "on_time_share": 60.0}
    result = counterfactual(CREDIT, model, values)
    assert result.cheapest or result.blocking


def test_least_of_many_random_things_is_that_of_trying_all() -> None:
    random = np.random.default_rng(5)
    for _ in range(300):
        things = [
            Choices(np.sort(random.uniform(0, 9, n)).round(2), np.sort(random.uniform(0, 2, n)))
            for n in random.integers(1, 7, random.integers(1, 6))
        ]
        need, most = float(random.uniform(0, 30)), float(random.uniform(0, 8))
        tried = [
            (sum(t.efforts[i] for t, i in zip(things, at, strict=True)), at)
            for at in itertools.product(*(range(len(t.gains)) for t in things))
            if sum(t.gains[i] for t, i in zip(things, at, strict=True)) >= need
        ]
        best = min((effort for effort, _ in tried if effort < most), default=None)
        found = least(things, need, most)
        if best is None:
            assert found is None
        else:
            assert found is not None
            assert sum(t.efforts[i] for t, i in zip(things, found, strict=True)) == pytest.approx(best)


def broken(values: dict[str, float]) -> list[indicators.Tie]:
    """The ties that these values do not keep."""
    told = [t for t in indicators.TIES if {t.key, t.zero} <= {*values}]
    return [t for t in told if t.binds(values[t.key]) and values[t.zero] > 0]


@pytest.mark.parametrize("which", range(3))
def test_nothing_is_asked_that_cannot_be_at_once(which: int) -> None:
    """Of customers whose own values agree with each other; without ties most of the answers would not."""
    model, random = CREDIT.models[which], np.random.default_rng(which)
    told = 0
    for values in customers(model, 40, which + 50):
        count = float(random.integers(1, 9))
        values |= {"arrears_12m": count, "arrears_recent": round(count * random.uniform(0.2, 0.9), 1)}
        values |= {"theft_years": np.inf, "overdue_bills": 0.0, "overdue_days": 0.0}
        if random.uniform() < 0.6:
            values |= {"months_since_arrear": 0.0, "overdue_bills": float(random.integers(1, 300)) / 100}
            values["overdue_days"] = float(random.integers(1, 400))
        if position(CREDIT, model, values) <= 0:
            continue
        result = counterfactual(CREDIT, model, values)
        assert not broken(changed(values, result))
        for change in result.single:
            assert not broken({**paid(values, result), change.indicator: change.target})
        told += bool(result.cheapest)
    assert told > 10


@pytest.mark.parametrize("cut", [99.0, 90.0, 70.0])
def test_counts_of_the_same_arrears_reach_zero_together(cut: float) -> None:
    """All pairs of both counts are tried: of those that can be, none is cheaper than what is told."""
    factors = tuple(Factor(k, "triangle", (0.0, 6.0)) for k in ("arrears_12m", "arrears_recent"))
    group = FactorGroup("behaviour", factors, Weighting("hand", hand=(0.3, 0.7)))
    model = CreditModel("m", "模型", "Model", ("03",), (cut,), (group,), Weighting("hand", hand=(1.0,)))
    grades = (Grade("A", "优", "A", 100.0), Grade("B", "差", "B", 0.0))
    credit = CreditRules(grades=grades, models=(model,), rules=())
    values = {"arrears_12m": 3.0, "arrears_recent": 2.0}
    counts, recents = (indicators.known(f.indicator).grid() for f in factors)
    n, r = np.meshgrid(counts[counts <= 3], recents[recents <= 2], indexing="ij")
    can = (n > 0) == (r > 0)
    reaches = (100 * (0.3 * (1 - n / 6) + 0.7 * (1 - r / 6)) >= cut - 1e-9) & can
    least_effort = ((3 - n + 2 - r) / 6)[reaches].min()
    result = counterfactual(credit, model, values)
    assert sum(c.effort for c in result.cheapest) == pytest.approx(least_effort)
    assert not broken(changed(values, result))
    assert position(credit, model, changed(values, result)) == 0


def test_a_veto_nobody_can_lift_is_named() -> None:
    model = CREDIT.models[0]
    values = {k: float(v[0]) for k, v in random_values(CREDIT, 1, 1, missing=0).items()}
    values |= {"customer_years": 9.0, "theft_years": 1.0, "overdue_bills": 0.0, "overdue_days": 0.0}
    assert position(CREDIT, model, values) == 4
    result = counterfactual(CREDIT, model, values)
    assert result.single == () and result.cheapest == ()
    assert result.blocking == ("theft",)


def test_clearing_arrears_lifts_the_rule_that_stands_on_them() -> None:
    model = CREDIT.models[0]
    values = {
        "on_time_share": 100.0, "arrears_recent": 0.0, "arrears_12m": 0.0, "months_since_arrear": np.inf,
        "late_days_mean": 0.0, "overdue_bills": 0.02, "overdue_days": 9.0, "late_days_max": 0.0,
        "customer_years": 9.0, "theft_years": np.inf,
    }  # fmt: skip
    assert position(CREDIT, model, values) == 1
    result = counterfactual(CREDIT, model, values)
    assert [(c.indicator, c.target) for c in result.cheapest] == [("overdue_bills", 0.0)]


def test_the_yearly_limit_is_named() -> None:
    model = CREDIT.models[0]
    values = {k: float(v[0]) for k, v in random_values(CREDIT, 1, 2, missing=0).items()}
    values |= {
        "on_time_share": 100.0, "arrears_recent": 0.0, "arrears_12m": 0.0, "months_since_arrear": np.inf,
        "late_days_mean": 0.0, "overdue_bills": 0.0, "overdue_days": 0.0, "late_days_max": 0.0,
        "customer_years": 9.0, "theft_years": np.inf,
    }  # fmt: skip
    assert position(CREDIT, model, values, previous=3) == 2
    result = counterfactual(CREDIT, model, values, previous=3)
    assert result.cheapest == () and result.blocking == ("one_up",)


def test_the_best_needs_nothing_and_the_unknown_cannot_be_told() -> None:
    model = CREDIT.models[0]
    unknown = dict.fromkeys((*model.indicator_keys, *CREDIT.indicator_keys()), float("nan"))
    assert counterfactual(CREDIT, model, unknown) == Counterfactual((), (), ())
