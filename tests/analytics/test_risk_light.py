"""The risk light: equal to its rules written out plainly, never better where things are worse, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.risk_light import LIGHTS, REASONS, SIGNALS, LightLevel, LightRules, lights

RULES = LightRules()
ONE = {
    "overdue": 0.0,
    "balance": 0.0,
    "in_transit": 0.0,
    "days_overdue": 0.0,
    "mean_bill": 10_000.0,
    "arrears_12m": 0.0,
}
ONE |= {"days_since_bounce": np.nan, "days_since_cut": np.nan}


def light(rules: LightRules = RULES, **signals: float) -> tuple[str, set[str]]:
    """One customer's light and reasons."""
    made = lights(rules, {k: np.array([v]) for k, v in {**ONE, **signals}.items()})
    return made.names()[0], {k for k in REASONS if made.reasons[k][0]}


def plainly(rules: LightRules, s: dict[str, float]) -> str:
    """The same rules, customer by customer."""
    level = 0
    s = {**s, **{name: max(s[name] - s["in_transit"], 0) for name in ("overdue", "balance")}}
    if s["overdue"] >= 1 and s["overdue"] >= rules.least_overdue_yuan * 100:
        for position, name in enumerate(("yellow", "orange", "red"), start=1):
            limit: LightLevel = getattr(rules, name)
            bills = s["overdue"] / s["mean_bill"] if s["mean_bill"] > 0 else float("nan")
            if (
                (limit.days and s["days_overdue"] >= limit.days)
                or (limit.bills and bills >= limit.bills)
                or (limit.arrears and s["arrears_12m"] >= limit.arrears)
            ):
                level = position
    if level:
        level += s["days_since_bounce"] < rules.bounced_days
        level += s["days_since_cut"] < rules.cut_days
        return LIGHTS[min(level, 3)]
    early = rules.early_arrears and s["arrears_12m"] >= rules.early_arrears
    return LIGHTS[int(s["balance"] > 0 and bool(early or s["days_since_bounce"] < rules.bounced_days))]


@pytest.mark.parametrize(
    ("signals", "wanted"),
    [
        ({}, ("none", set())),
        ({"overdue": 5_000, "days_overdue": 1}, ("yellow", {"days"})),
        ({"overdue": 999, "days_overdue": 400}, ("none", set())),
        ({"overdue": 5_000, "days_overdue": 15}, ("orange", {"days"})),
        ({"overdue": 5_000, "days_overdue": 30}, ("orange", {"days"})),
        ({"overdue": 5_000, "days_overdue": 31}, ("red", {"days"})),
        ({"overdue": 30_000, "days_overdue": 2}, ("red", {"bills"})),
        ({"overdue": 30_000, "balance": 30_000, "in_transit": 30_000, "days_overdue": 400}, ("none", set())),
        ({"overdue": 30_000, "in_transit": 29_500, "days_overdue": 400, "arrears_12m": 9}, ("none", set())),
        ({"overdue": 30_000, "in_transit": 10_000, "days_overdue": 2}, ("orange", {"bills"})),
        ({"overdue": 1_000, "in_transit": 9_000, "balance": 8_000, "arrears_12m": 3}, ("none", set())),
        ({"overdue": 5_000, "days_overdue": 2, "arrears_12m": 4}, ("orange", {"arrears"})),
        ({"overdue": 5_000, "days_overdue": 2, "days_since_bounce": 3}, ("orange", {"days", "bounced"})),
        ({"overdue": 5_000, "days_overdue": 2, "days_since_cut": 300}, ("orange", {"days", "cut"})),
        ({"overdue": 5_000, "days_overdue": 2, "mean_bill": np.nan}, ("yellow", {"days"})),
        ({"balance": 5_000, "arrears_12m": 3}, ("yellow", {"early"})),
        ({"arrears_12m": 12}, ("none", set())),
        ({"balance": 1, "days_since_bounce": 59}, ("yellow", {"bounced"})),
        ({"balance": 1, "days_since_bounce": 60}, ("none", set())),
    ],
)
def test_lights_by_hand(signals: dict[str, float], wanted: tuple[str, set[str]]) -> None:
    assert light(**signals) == wanted


ODD = st.one_of(st.just(float("nan")), st.floats(0, 400), st.sampled_from([0.0, 1.0, 15.0, 31.0]))
CUSTOMER = st.fixed_dictionaries(
    {
        "overdue": st.integers(0, 60_000).map(float),
        "balance": st.integers(0, 60_000).map(float),
        "in_transit": st.sampled_from([0.0, 0.0, 400.0, 20_000.0, 90_000.0]),
        "days_overdue": st.integers(0, 60).map(float),
        "mean_bill": st.one_of(st.just(float("nan")), st.just(0.0), st.integers(1, 30_000).map(float)),
        "arrears_12m": st.integers(0, 12).map(float),
        "days_since_bounce": ODD,
        "days_since_cut": ODD,
    }
)


@settings(max_examples=80)
@given(st.lists(CUSTOMER, min_size=1, max_size=30))
def test_all_at_once_is_one_by_one(customers: list[dict[str, float]]) -> None:
    made = lights(RULES, {name: np.array([c[name] for c in customers]) for name in SIGNALS})
    assert list(made.names()) == [plainly(RULES, c) for c in customers]
    lit = np.any([made.reasons[r] for r in REASONS], axis=0)
    assert ((made.level > 0) == lit).all(), "a light has a reason, and a reason gives a light"


@settings(max_examples=80)
@given(CUSTOMER, st.sampled_from(["days_overdue", "arrears_12m", "overdue"]), st.integers(1, 90))
def test_worse_is_never_a_better_light(customer: dict[str, float], name: str, more: int) -> None:
    worse = {**customer, name: customer[name] + more}
    before, after = (LIGHTS.index(light(**c)[0]) for c in (customer, worse))
    assert after >= before


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"red": LightLevel(10, 3.0, 6)}, "policy_light_order"),
        ({"orange": LightLevel(15, 4.0, 4)}, "policy_light_order"),
        ({"yellow": LightLevel(0, 0.0, 0)}, "policy_light_empty"),
        ({"bounced_days": -1}, "policy_light_number"),
        ({"least_overdue_yuan": float("nan")}, "policy_light_number"),
    ],
)
def test_contradicting_rules_are_refused(changes: dict[str, object], key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        replace(RULES, **changes)  # type: ignore[arg-type]
