"""Small random policies and customers for the credit tests, and a plain evaluation to compare with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import skfuzzy

from analytics import indicators
from analytics.credit_parts import CreditModel, Factor, FactorGroup, Grade, Weighting
from analytics.credit_policy import CreditRules
from analytics.policy import Policy

POLICIES = Path(__file__).resolve().parents[2] / "policies"


def default_policy() -> Policy:
    """The policy that ships with the project."""
    return Policy.from_toml((POLICIES / "default.toml").read_text(encoding="utf-8"))


def random_credit(seed: int, operator: str = "M(prod,sum)") -> CreditRules:
    """A policy of 2–6 grades and up to three groups, with random knots of all kinds and random weights."""
    random = np.random.default_rng(seed)
    g = int(random.integers(2, 7))
    keys = [k for k in indicators.REGISTRY if "01" in indicators.known(k).classes]
    groups = []
    for name in random.permutation(indicators.GROUPS)[: random.integers(1, 4)]:
        own = [k for k in keys if indicators.known(k).group == name]
        chosen = random.permutation(own)[: random.integers(1, 6)]
        hand = tuple(random.uniform(0.1, 1, len(chosen)).tolist())
        groups.append(
            FactorGroup(
                str(name), tuple(_factor(random, str(k), g) for k in chosen), Weighting("hand", hand=hand)
            )
        )
    across = tuple(random.uniform(0.1, 1, len(groups)).tolist())
    scores = np.sort(random.uniform(0, 100, g))[::-1]
    scores = scores + np.arange(g, 0, -1)
    cuts = np.sort(random.uniform(scores[-1], scores[0], g - 1))[::-1]
    model = CreditModel(
        "m", "模型", "Model", ("01",), tuple(cuts.tolist()), tuple(groups), Weighting("hand", hand=across)
    )
    grades = tuple(Grade(f"G{i}", f"级{i}", f"G{i}", float(s)) for i, s in enumerate(scores))
    return CreditRules(grades=grades, models=(model,), operator=operator)


def _factor(random: np.random.Generator, key: str, g: int) -> Factor:
    known = indicators.known(key)
    kind = str(random.choice(["triangle", "trapezoid", "gaussian", "sigmoid"]))
    wanted = {"trapezoid": 2 * g - 2, "sigmoid": g - 1}.get(kind, g)
    inner = known.low + (known.high - known.low) * np.cumsum(random.uniform(0.5, 1, wanted)) / (wanted + 1)
    gap = float(np.diff(inner).max()) if wanted > 1 else known.high - known.low
    spread = gap * float(random.uniform(0.2, 1)) if kind in ("gaussian", "sigmoid") else 0.0
    return Factor(key, kind, tuple(inner.tolist()), spread)


def random_values(credit: CreditRules, n: int, seed: int, missing: float = 0.15) -> dict[str, np.ndarray]:
    """Values of every indicator at its precision, some beyond the range, some infinite, some unknown."""
    random = np.random.default_rng(seed)
    values = {}
    for key in credit.indicator_keys():
        known = indicators.known(key)
        span = known.high - known.low
        raw = random.uniform(known.low - 0.1 * span, known.high + 0.1 * span, n)
        near = known.low + span * random.beta(0.5, 4, n)
        v = known.at_precision(np.where(random.uniform(size=n) < 0.5, near, raw))
        v[random.uniform(size=n) < 0.05] = np.inf
        v[random.uniform(size=n) < missing] = np.nan
        values[key] = v
    return values


def codes_of(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The codes of all indicators."""
    return {key: indicators.known(key).codes(v) for key, v in values.items()}


def plain_memberships(factor: Factor, value: float, g: int) -> list[float] | None:
    """One value's memberships, best grade first, curve by curve through scikit-fuzzy; None where unknown."""
    known = indicators.known(factor.indicator)
    if np.isnan(value):
        return None
    x = np.array([min(max(value, known.low), known.high)])
    p, inf = list(factor.points), np.inf
    if factor.kind == "triangle":
        p = [q for q in p for _ in (0, 1)][1:-1]
    if factor.kind in ("triangle", "trapezoid"):
        corners = [-inf, -inf, *p, inf, inf]
        mu = [skfuzzy.trapmf(x, np.array(corners[2 * j : 2 * j + 4]))[0] for j in range(g)]
    elif factor.kind == "gaussian":
        x = np.clip(x, p[0], p[-1])
        raw = [skfuzzy.gaussmf(x, c, factor.spread)[0] for c in p]
        mu = [r / sum(raw) for r in raw]
    else:
        up = [1.0, *(skfuzzy.sigmf(x, b, 1 / factor.spread)[0] for b in p), 0.0]
        mu = [up[j] - up[j + 1] for j in range(g)]
    return mu[::-1] if known.direction == "benefit" else mu


def plain_evaluation(
    credit: CreditRules, model: CreditModel, values: dict[str, np.ndarray], row: int
) -> tuple[list[float] | None, float]:
    """B and coverage of one customer under M(·,+), in plain Python: the style of a loop over customers."""
    weight, g = credit.weights(model), len(credit.grades)
    sums, known = [0.0] * g, 0.0
    for factor in (f for group in model.groups for f in group.factors):
        mu = plain_memberships(factor, float(values[factor.indicator][row]), g)
        if mu is None:
            continue
        known += weight[factor.indicator]
        sums = [s + weight[factor.indicator] * m for s, m in zip(sums, mu, strict=True)]
    return ([s / known for s in sums] if known else None), known


def only_model(credit: CreditRules, position: int = 0, **changes: object) -> CreditRules:
    """The policy with one model alone, changed."""
    return replace(credit, models=(replace(credit.models[position], **changes),))  # type: ignore[arg-type]
