"""Evaluating 1,000,000 customers × 12 indicators × 5 grades when a policy changes, against a plain loop.

`python -m benchmarks.evaluation [--customers N] [--loop N] [--out FILE]`

Where the published package ku-of-fuzzy can be imported (`pip install ku-of-fuzzy==0.1.6`, into a place of its
own: nothing else needs it), its composition of one customer after the other stands beside.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import skfuzzy

from analytics import evaluation, indicators
from analytics.credit_parts import CreditModel, Factor, Weighting
from analytics.credit_policy import CreditRules
from analytics.evaluation import evaluate
from analytics.grading import grade
from analytics.policy import Policy
from benchmarks.measure import ROOT
from benchmarks.table import Row, publish, render

BAR_SECONDS = 0.3
FACTORS = {"behaviour": 6, "surface": 3, "environment": 3}


def twelve_factors() -> tuple[CreditRules, CreditModel]:
    """The high-voltage model of the shipped policy, with twelve of its factors."""
    credit = Policy.from_toml((ROOT / "policies" / "default.toml").read_text(encoding="utf-8")).credit
    model = next(m for m in credit.models if m.key == "hv")
    groups = tuple(
        replace(g, factors=g.factors[: FACTORS[g.key]], weighting=_by_hand(FACTORS[g.key]))
        for g in model.groups
    )
    model = replace(model, groups=groups)
    return replace(credit, models=(model,)), model


def _by_hand(n: int) -> Weighting:
    return Weighting("hand", hand=tuple(float(n - i) for i in range(n)))


def customers(credit: CreditRules, n: int) -> dict[str, npt.NDArray[np.float64]]:
    """Random values of every indicator that the policy reads, three in a hundred unknown."""
    random = np.random.default_rng(0)
    values = {}
    for key in credit.indicator_keys():
        known = indicators.known(key)
        values[key] = known.at_precision(known.low + (known.high - known.low) * random.beta(0.7, 3, n))
        values[key][random.uniform(size=n) < 0.03] = np.nan
    return values


def changed(credit: CreditRules, step: int) -> tuple[CreditRules, CreditModel]:
    """The policy with every factor's knots moved a little: a change that leaves no table to reuse."""
    model = credit.models[0]
    groups = tuple(
        replace(g, factors=tuple(replace(f, points=_moved(f, step)) for f in g.factors)) for g in model.groups
    )
    model = replace(model, groups=groups)
    return replace(credit, models=(model,)), model


def _moved(factor: Factor, step: int) -> tuple[float, ...]:
    known = indicators.known(factor.indicator)
    middle = (min(factor.points) + max(factor.points)) / 2
    moved = (middle + (p - middle) * (1 - 0.001 * step) for p in factor.points)
    return tuple(min(max(p, known.low), known.high) for p in moved)


def loop(
    credit: CreditRules, model: CreditModel, values: dict[str, npt.NDArray[np.float64]], n: int
) -> list[float]:
    """Scores customer by customer, curve by curve: how published packages do it."""
    weight, g, scores = credit.weights(model), len(credit.grades), credit.scores
    found = []
    for row in range(n):
        total, known = np.zeros(g), 0.0
        for factor in (f for group in model.groups for f in group.factors):
            value = float(values[factor.indicator][row])
            if np.isnan(value):
                continue
            total += weight[factor.indicator] * _one(factor, value)
            known += weight[factor.indicator]
        found.append(float(total @ scores / known) if known else float("nan"))
    return found


def _one(factor: Factor, value: float) -> npt.NDArray[np.float64]:
    """One value's memberships, best grade first, through scikit-fuzzy."""
    known, p, inf = indicators.known(factor.indicator), list(factor.points), np.inf
    x = np.array([min(max(value, known.low), known.high)])
    if factor.kind == "sigmoid":
        up = [1.0, *(skfuzzy.sigmf(x, b, 1 / factor.spread)[0] for b in p), 0.0]
        mu = np.array(up[:-1]) - np.array(up[1:])
    else:
        inner = [q for q in p for _ in (0, 1)][1:-1] if factor.kind == "triangle" else p
        corners = [-inf, -inf, *inner, inf, inf]
        mu = np.array(
            [skfuzzy.trapmf(x, np.array(corners[2 * j : 2 * j + 4]))[0] for j in range(len(corners) // 2 - 1)]
        )
    return mu[::-1] if known.direction == "benefit" else mu


def packaged(
    credit: CreditRules, model: CreditModel, codes: dict[str, npt.NDArray[np.uint16]]
) -> list[float] | None:
    """Scores customer by customer by ku-of-fuzzy, memberships given; None where it is not installed."""
    try:
        compose = importlib.import_module("ku_of_fuzzy.fuzzy_calculate").weighted_sum_evaluation
    except ImportError:
        return None
    factors = [f for group in model.groups for f in group.factors]
    tables = [evaluation.table(f)[codes[f.indicator]] for f in factors]
    weights, found = list(credit.weights(model).values()), []
    for rows in zip(*tables, strict=True):
        known = [(w, r) for w, r in zip(weights, rows, strict=True) if r.any()]
        total = sum(w for w, _ in known)
        judged = pd.Series([w / total for w, _ in known])
        b = compose(judged, pd.DataFrame([r for _, r in known]))
        found.append(float(b.to_numpy() @ credit.scores))
    return found


def _median(work: Callable[[int], object], times: int) -> float:
    taken = []
    for i in range(times):
        started = time.perf_counter()
        work(i)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def rows(n: int, looped: int) -> list[Row]:
    """The figures, after checking that the loop and the evaluation agree."""
    credit, model = twelve_factors()
    values = customers(credit, n)
    codes = {key: indicators.known(key).codes(values[key]) for key in model.indicator_keys}
    policies = [changed(credit, step) for step in range(8)]
    evaluate(*policies[-1], codes)
    read = _median(lambda _: sum(float(np.nansum(values[k])) for k in model.indicator_keys), 5)

    def full(step: int) -> None:
        result = evaluate(*policies[step], codes)
        grade(*policies[step], result, values)

    def light(step: int) -> None:
        evaluation.table.cache_clear()
        result = evaluate(*policies[step], codes, with_groups=False)
        grade(*policies[step], result, values)

    whole, without = _median(full, 7), _median(light, 7)
    started = time.perf_counter()
    expected = loop(credit, model, values, looped)
    per_customer = (time.perf_counter() - started) / looped
    part = {key: c[:looped] for key, c in codes.items()}
    if not np.allclose(evaluate(credit, model, part).score, expected, atol=1e-9, equal_nan=True):
        raise AssertionError("the loop and the evaluation disagree")
    started = time.perf_counter()
    theirs = packaged(credit, model, part)
    by_package = (time.perf_counter() - started) / looped
    if theirs is not None and not np.allclose(theirs, expected, atol=1e-9, equal_nan=True):
        raise AssertionError("the package and the evaluation disagree")
    beside = [
        Row(
            f"ku-of-fuzzy, memberships given, {looped:,} customers", f"{by_package * looped:.1f} s",
            f"{by_package * n / without:,.0f} × slower; equal scores",
        )
    ]  # fmt: skip
    return [
        Row(
            f"scores, memberships and grades of {n:,} customers, 12 × 5, policy changed", f"{without:.3f} s",
            f"{per_customer * n:,.0f} s by the loop", f"≤ {BAR_SECONDS} s", without <= BAR_SECONDS,
        ),
        Row(
            "the same with the memberships of each group", f"{whole:.3f} s", "", f"≤ {BAR_SECONDS} s",
            whole <= BAR_SECONDS,
        ),
        Row("reading the twelve indicators once", f"{read:.3f} s", f"{without / read:.1f} × that"),
        Row(
            f"a loop over customers and curves, {looped:,} customers", f"{per_customer * looped:.1f} s",
            f"{per_customer * n / without:,.0f} × slower; equal scores",
        ),
        *(beside if theirs is not None else []),
    ]  # fmt: skip


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--loop", type=int, default=2_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    about = "Median of seven changed policies; tables are made anew each time."
    publish(render("Evaluation", about, rows(given.customers, given.loop)), given.out)


if __name__ == "__main__":
    main()
