"""Money that comes in never adds an action, nor makes one harsher: from open lines to the plan of the day.

Thousands of drawn customers in one plan: what they owe, then the same after a payment, or some days later.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.collection_plan import plan
from analytics.set_off import BALANCES, CLERKS_SHORTFALLS, owed_now
from tests.analytics.test_collection_plan import DAY, LEVEL, OWING, POLICY

MANY = 6_000
FLAGS = ("zero_use", "weak", "important", "fee_control", "exposure_large", "closed", "has_phone", "delivered")
LENIENT = replace(POLICY, set_off=replace(POLICY.set_off, shortfalls=CLERKS_SHORTFALLS))


def people(random: np.random.Generator) -> pd.DataFrame:
    """Customers of every kind: flags mostly false, some called yesterday, some demanded of."""
    drawn: dict[str, Any] = {name: random.random(MANY) < 0.15 for name in FLAGS}
    drawn["has_phone"] = ~drawn["has_phone"]
    drawn["grade"] = random.choice(np.array([*"ABCDE", None], dtype=object), MANY)
    drawn["class"] = random.choice(["01", "02", "03"], MANY)
    drawn["tries_today"] = random.choice([0, 0, 0, 1, 2], MANY)
    for name, days in (("last_contact_on", (1, 2, 90)), ("demanded_on", (2, 40)), ("promise_until", (-9,))):
        told = pd.Series(pd.Timestamp(DAY) - pd.to_timedelta(random.choice(days, MANY), "D"))
        drawn[name] = told.where(random.random(MANY) < 0.3).to_numpy()
    return pd.DataFrame(OWING, index=range(MANY)).assign(**drawn)


def lines(random: np.random.Generator) -> pd.DataFrame:
    """One to four lines a customer, some paid, some not due, some locked in a batch."""
    of = np.repeat(np.arange(MANY), random.integers(1, 5, MANY))
    return pd.DataFrame(
        {
            "cons_key": of,
            "bill_key": np.arange(len(of)),
            "days": random.choice([-15, 0, 1, 3, 7, 8, 14, 20, 30, 31, 45, 90, 91, 400], len(of)),
            "principal_open": random.choice([0, 400, 1_500, 60_000, 250_000], len(of)),
            "locked": random.random(len(of)) < 0.15,
        }
    )


def planned(who: pd.DataFrame, bills: pd.DataFrame, free: Any, policy: Any) -> pd.DataFrame:
    """The plan of who owes these lines and has so much free money (fen)."""
    due = pd.Series(pd.Timestamp(DAY) - pd.to_timedelta(bills["days"].to_numpy(), "D"))
    due_on = due.to_numpy().astype("datetime64[s]")
    never = np.full(len(bills), np.datetime64("NaT", "s"))
    fee = bills["principal_open"] * bills["days"].clip(lower=0) // 1000
    frame = bills.assign(due_on=due_on, fee_from=never, fee_open=fee)
    nothing = np.zeros(MANY, dtype=np.int64)
    held = pd.DataFrame(dict(zip(BALANCES, (who.index, "01", free, *[nothing] * 3), strict=True)))
    owes = owed_now(frame, held, DAY, policy.set_off).set_index("cons_key")
    late = frame[(frame["days"] > 0) & (frame["principal_open"] > 0)]
    since = owes["owed_since"].fillna(late.groupby("cons_key")["due_on"].min())
    days = (pd.Timestamp(DAY) - since).dt.days.fillna(0).astype(int)
    money = {name: owes[name] / 100 for name in ("overdue", "owed_now", "late_fee")}
    opened = frame.groupby("cons_key")["principal_open"].sum() / 100
    return plan(
        policy,
        who.assign(due_on=since, days_overdue=days, state=owes["state"], open=opened, **money),
        DAY,
    )


def acts(made: pd.DataFrame) -> Any:
    return made["action"].astype(object).ne("none").to_numpy()


def harsher(one: pd.DataFrame, other: pd.DataFrame) -> Any:
    """Where one recommends more than another, the law aside; a call that waits or has no number has none."""
    levels = []
    for made in (one, other):
        action = made["action"].astype(object)
        told = made["refused_action"].where(made["refused_action"].ne(""), action).map(LEVEL)
        unknown = made["rule"].isin(["gap", "tries"]) | action.eq("check_contact")
        levels.append(told.where(~unknown))
    return (levels[0] > levels[1]).to_numpy()


@pytest.mark.parametrize(("policy", "seed"), [(POLICY, 1), (LENIENT, 2)])
def test_a_payment_never_adds_an_action(policy: Any, seed: int) -> None:
    random = np.random.default_rng(seed)
    who, bills, free = people(random), lines(random), random.choice([0, 0, 700, 3_000], MANY)
    share = random.choice([0.0, 0.3, 0.99, 1.0], len(bills))
    paid = bills.assign(
        principal_open=bills["principal_open"] - (bills["principal_open"] * share).astype(int)
    )
    more = free + random.choice([0, 50, 2_000, 300_000], MANY)
    before = planned(who, bills, free, policy)
    assert 500 < acts(before).sum() < MANY - 500
    assert before["rule"].isin(["gap", "tries", "state:in_batch", "state:covered"]).sum() > 100
    for after in (planned(who, paid, free, policy), planned(who, paid, more, policy)):
        worse = (acts(after) & ~acts(before)) | harsher(after, before)
        both = before.add_prefix("before_").join(after.add_prefix("after_"))
        assert who.join(both)[worse].head(3).to_dict("records") == []
        assert acts(after).sum() < acts(before).sum()


def test_more_days_never_take_an_action_away() -> None:
    """Of what is done, not of what is recommended: the law and the days between contacts are in it."""
    random = np.random.default_rng(3)
    who, bills = people(random), lines(random).drop_duplicates("cons_key")
    bills = bills.assign(principal_open=bills["principal_open"].clip(lower=1_500))
    for days in (1, 5, 30, 200):
        before = planned(who, bills, 0, POLICY)
        bills = bills.assign(days=bills["days"] + days)
        after = planned(who, bills, 0, POLICY)
        assert who[acts(before) & ~acts(after)].head(3).to_dict("records") == []
        assert not harsher(before, after).any() and harsher(after, before).any()
