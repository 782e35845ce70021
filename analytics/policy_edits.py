"""One change to a policy at a time: weights of a group, knots of a factor, a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analytics import ahp
from analytics.collection_policy import rules_for
from analytics.credit_parts import CreditModel, Factor, FactorGroup, Weighting
from analytics.credit_policy import CreditRules
from analytics.errors import RefusedError
from analytics.policy import Policy

ACROSS = "across"
"""The weighting of a model's groups against each other, beside the groups' own."""


def model_in(credit: CreditRules, key: str) -> CreditModel:
    """The model of that key; refused with those that exist."""
    for model in credit.models:
        if model.key == key:
            return model
    raise RefusedError("model_unknown", value=key, known=", ".join(m.key for m in credit.models))


def items_of(model: CreditModel, part: str) -> tuple[str, ...]:
    """What a part weighs: the keys of the groups, or the indicators of one group."""
    if part == ACROSS:
        return tuple(g.key for g in model.groups)
    return tuple(f.indicator for f in group_in(model, part).factors)


def group_in(model: CreditModel, key: str) -> FactorGroup:
    """The group of that key; refused with those that exist."""
    for group in model.groups:
        if group.key == key:
            return group
    raise RefusedError("policy_group", value=key, known=", ".join(g.key for g in model.groups))


def weighting_in(model: CreditModel, part: str) -> Weighting:
    """How a part's weights come about."""
    return model.weighting if part == ACROSS else group_in(model, part).weighting


def with_credit(policy: Policy, credit: CreditRules) -> Policy:
    """The policy with other rules of credit; the table of collection follows where grades are others."""
    had, now, rules = policy.credit.grade_keys, credit.grade_keys, policy.collection.rules
    if rules.table and len(had) > 1 and now and had != now:
        rules = rules_for(rules, had, now)
    return replace(policy, credit=credit, collection=replace(policy.collection, rules=rules))


def with_model(policy: Policy, model: CreditModel) -> Policy:
    """The policy with one model replaced by its key."""
    models = tuple(model if m.key == model.key else m for m in policy.credit.models)
    return replace(policy, credit=replace(policy.credit, models=models))


def with_weighting(policy: Policy, key: str, part: str, weighting: Weighting) -> Policy:
    """The policy with one part of a model weighed another way; refused where weights cannot be made of it."""
    model = model_in(policy.credit, key)
    if part == ACROSS:
        changed = replace(model, weighting=weighting)
    else:
        group_in(model, part)
        groups = (replace(g, weighting=weighting) if g.key == part else g for g in model.groups)
        changed = replace(model, groups=tuple(groups))
    return with_model(policy, changed)


def with_factor(policy: Policy, key: str, factor: Factor) -> Policy:
    """The policy with one factor's knots replaced."""
    model = model_in(policy.credit, key)
    groups = (
        replace(g, factors=tuple(factor if f.indicator == factor.indicator else f for f in g.factors))
        for g in model.groups
    )
    return with_model(policy, replace(model, groups=tuple(groups)))


def with_judgement(weighting: Weighting, row: int, column: int, value: float) -> Weighting:
    """The judgements with one cell and its mirror replaced; 0 takes the comparison out."""
    made = [list(line) for line in weighting.judgements]
    made[row][column] = value
    made[column][row] = 1 / value if value else 0.0
    return replace(weighting, judgements=tuple(tuple(line) for line in made))


def with_method(
    weighting: Weighting, method: str, now: tuple[float, ...], objective: tuple[float, ...]
) -> Weighting:
    """Another way of weighing: it starts from the weights `now`; `objective` are the measured ones."""
    n = len(now)
    judged = weighting.judgements if len(weighting.judgements) == n else ()
    changed = replace(weighting, method=method)
    if method == "hand":
        return replace(changed, hand=tuple(round(w, 4) for w in now))
    if method != "objective" and not judged and n > 1:
        matrix = ahp.judged_by(now)
        changed = replace(changed, judgements=tuple(tuple(float(v) for v in row) for row in matrix))
    return changed if method == "ahp" else replace(changed, objective=objective)


def with_factor_weights(policy: Policy, key: str, wanted: Mapping[str, float]) -> Policy:
    """The policy with a model weighed by hand so that w_group · w_i are the ones wanted, to four decimals.

    A group that gets no weight keeps equal ones inside: they count for nothing.
    """
    model = model_in(policy.credit, key)
    sums = [sum(wanted[f.indicator] for f in g.factors) for g in model.groups]
    groups = tuple(
        replace(g, weighting=_by_hand(g.weighting, [wanted[f.indicator] for f in g.factors]))
        for g in model.groups
    )
    return with_model(policy, replace(model, groups=groups, weighting=_by_hand(model.weighting, sums)))


def _by_hand(weighting: Weighting, given: list[float]) -> Weighting:
    w = np.asarray(given, dtype=np.float64)
    share = w / w.sum() if w.sum() > 0 else np.full(len(w), 1 / len(w))
    return replace(weighting, method="hand", hand=tuple(round(float(v), 4) for v in share))
