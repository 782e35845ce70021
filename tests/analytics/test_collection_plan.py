"""The plan of a day: never milder for more days, nothing for who has paid, nothing before its lawful day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.collection_plan import NATIONAL, plan
from analytics.collection_policy import Fallback
from analytics.collection_rules import ACTIONS
from analytics.late_fees import late_fees
from analytics.latefee import READINGS, late_fee
from services.credit.policy_files import read_policy

POLICY = read_policy().collection
DAY = date(2026, 11, 20)
LEVEL = {a: i for i, a in enumerate(ACTIONS)} | {"check_contact": ACTIONS.index("sms")}
OWING: dict[str, Any] = {
    "grade": "D", "class": "03", "org_no": "33401", "open": 500.0, "overdue": 500.0, "owed_now": 500.0,
    "days_overdue": 40, "due_on": pd.Timestamp(DAY - timedelta(days=40)), "resident": True, "state": "owed",
    "has_phone": True, "zero_use": False, "weak": False, "important": False, "fee_control": False,
    "exposure_large": False, "closed": False, "dispute_until": pd.NaT, "promise_until": pd.NaT,
    "deferred_until": pd.NaT, "plan_until": pd.NaT, "last_contact_on": pd.NaT, "tries_today": 0,
    "demanded_on": pd.NaT, "noticed_on": pd.NaT, "delivered": False,
}  # fmt: skip


def planned(*rows: dict[str, Any], day: date = DAY, policy: Any = POLICY) -> pd.DataFrame:
    return plan(policy, pd.DataFrame([OWING | row for row in rows]), day)


def late(days: int) -> dict[str, Any]:
    return {"days_overdue": days, "due_on": pd.Timestamp(DAY - timedelta(days=days))}


facts = st.fixed_dictionaries(
    {
        "grade": st.sampled_from([*"ABCDE", None]),
        "class": st.sampled_from(["01", "02", "03"]),
        **{
            n: st.booleans()
            for n in ("zero_use", "weak", "important", "fee_control", "exposure_large", "closed")
        },
        "has_phone": st.booleans(),
        "owed_now": st.sampled_from([5.0, 50.0, 1999.0, 2000.0, 1e6]),
        "delivered": st.booleans(),
        "demanded_on": st.sampled_from([pd.NaT, pd.Timestamp("2026-10-12"), pd.Timestamp("2026-11-18")]),
    }
)


@settings(max_examples=60, deadline=None)
@given(facts, st.lists(st.integers(0, 400), min_size=2, max_size=6))
def test_more_days_overdue_never_make_an_action_milder(one: dict[str, Any], days: list[int]) -> None:
    made = planned(*(one | late(n) for n in sorted(days)))
    wanted = [r or a for a, r in zip(made["action"], made["refused_action"], strict=True)]
    levels = [LEVEL[str(a)] for a in wanted]
    assert levels == sorted(levels)


@settings(max_examples=60, deadline=None)
@given(facts, st.integers(0, 400))
def test_who_has_paid_is_left_alone(one: dict[str, Any], days: int) -> None:
    nothing = {"open": 0.0, "overdue": 0.0, "owed_now": 0.0, "state": "not_due"}
    made = planned(one | late(days), one | late(days) | nothing)
    assert made["action"].iloc[1] == "none" and made["rule"].iloc[1] == "state:clear"


@settings(max_examples=60, deadline=None)
@given(facts, st.integers(1, 400), st.integers(0, 800))
def test_nothing_is_done_before_its_day_and_nothing_harsher_instead(
    one: dict[str, Any], days: int, later: int
) -> None:
    day = DAY + timedelta(days=later)
    row = planned(one | late(days), day=day).iloc[0]
    done = str(row["action"])
    if done == "stop_notice":
        assert row["lawful_stop_notice"] <= pd.Timestamp(day) and day.year <= 2026
        assert row["refused_action"] == ""
    if row["refused_action"]:
        assert LEVEL[done] < LEVEL[row["refused_action"]]
        assert ": " in row["refused_why"]


def test_a_stop_notice_waits_for_a_demand_that_was_delivered_and_its_days() -> None:
    demanded = {"demanded_on": pd.Timestamp("2026-10-26"), "delivered": True}
    first, second, third = (
        planned(row | {"grade": "C"}).iloc[0] for row in ({}, demanded | {"delivered": False}, demanded)
    )
    for row in (first, second):
        assert (row["action"], row["refused_action"]) == ("phone", "stop_notice")
        assert row["refused_why"] == f"not_demanded: {NATIONAL.article('demand')}"
    assert third["action"] == "stop_notice" and third["lawful_stop_notice"] == pd.Timestamp("2026-11-05")


def test_a_year_that_is_not_announced_stops_no_supply_but_calls() -> None:
    demanded = {"demanded_on": pd.Timestamp("2026-12-01"), "delivered": True, "grade": "C"}
    due = {"days_overdue": 60, "due_on": pd.Timestamp("2026-11-06")}
    row = planned(demanded | due, day=date(2027, 1, 5)).iloc[0]
    assert (row["action"], row["refused_action"]) == ("phone", "stop_notice")
    assert row["refused_why"].startswith("not_announced")
    assert (
        planned(due | {"grade": "D", "days_overdue": 20}, day=date(2027, 1, 5))["action"].iloc[0] == "visit"
    )


def test_states_gaps_and_tries_withhold_and_say_so() -> None:
    rows = planned(
        {"state": "in_batch"}, {"state": "covered"}, {"state": "fee_open"}, {"state": "suspended"},
        {"last_contact_on": pd.Timestamp("2026-11-18")}, {"last_contact_on": pd.Timestamp("2026-11-17")},
        {"tries_today": 2}, {"promise_until": pd.Timestamp("2026-11-30"), "state": "suspended"},
    )  # fmt: skip
    assert list(rows["rule"]) == [
        "state:in_batch", "state:covered", "state:fee_open", "state:suspended", "gap", "cell:D:31", "tries",
        "promise",
    ]  # fmt: skip
    assert list(rows["action"].astype(str)) == ["none"] * 5 + ["visit"] + ["none"] * 2


def test_each_unit_has_the_law_of_its_province() -> None:
    laws = (NATIONAL, replace(NATIONAL, name="皖", org_prefix="34", resident_notice_days=3))
    demanded = {"demanded_on": pd.Timestamp("2026-10-21"), "delivered": True, "grade": "C", **late(31)}
    rows = planned(demanded, demanded | {"org_no": "34401"}, policy=replace(POLICY, laws=laws))
    assert rows["lawful_stop_notice"].iloc[0] < rows["lawful_stop_notice"].iloc[1]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(-30, 1200), st.booleans()), min_size=1, max_size=8),
    st.sampled_from(READINGS),
)
def test_fees_of_many_are_those_of_each(bills: list[tuple[int, int, bool]], reading: str) -> None:
    due = [DAY - timedelta(days=d) for _, d, _ in bills]
    many = late_fees(
        [a for a, _, _ in bills], np.array(due, dtype="datetime64[D]"), DAY, [h for *_, h in bills], reading
    )
    one_by_one = [
        int(late_fee(Decimal(a) / 100, d, DAY, home, reading).fee * 100)
        for (a, _, home), d in zip(bills, due, strict=True)
    ]
    assert many.tolist() == one_by_one


def test_a_channel_that_failed_gives_way_to_the_policys_other_one() -> None:
    first = {"grade": "C", **late(3)}
    sms = planned(first, {**first, "failed_channels": "sms"}, {**first, "failed_channels": "phone,slip"})
    assert sms["action"].tolist() == ["sms", "slip", "sms"] and set(sms["rule"]) == {"cell:C:1"}
    assert sms["effort_minutes"].tolist() == [0, 20, 0]
    called = {"grade": "D", **late(3)}
    both = planned(*({**called, "failed_channels": f} for f in ("", "phone", "phone,visit", None)))
    assert both["action"].tolist() == ["phone", "visit", "visit", "phone"]
    unknown = planned({**called, "failed_channels": "phone", "has_phone": False})
    assert unknown["action"].tolist() == ["check_contact"], "no phone is no channel that failed"
    away = replace(POLICY, fallbacks=())
    assert planned({**called, "failed_channels": "phone"}, policy=away)["action"].tolist() == ["phone"]
    stop = replace(POLICY, fallbacks=(Fallback("phone", "stop_notice"), Fallback("sms", "media")))
    kept = planned(*({**r, "failed_channels": "phone,sms"} for r in (called, first)), policy=stop)
    assert kept["action"].tolist() == ["phone", "sms"], "no stop and no media by a way round"


def test_a_fallback_waits_as_any_contact_does() -> None:
    row = {"grade": "C", **late(3), "failed_channels": "sms", "last_contact_on": pd.Timestamp(DAY)}
    made = planned(row, {**row, "last_contact_on": pd.NaT, "open": 0.0})
    assert made["action"].tolist() == ["none", "none"] and made["rule"].tolist() == ["gap", "state:clear"]
