"""The rules of collection in words: nothing that a table, a condition or an order may hold lacks its word."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from analytics import lawful_days, set_off
from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import (
    ACTIONS,
    CHECK_CONTACT,
    EFFECTS,
    FACTS,
    CollectionRules,
    Condition,
    Exempt,
    TableRow,
)
from analytics.policy import Policy
from analytics.policy_diff import differences
from dashboard.words import collection_words as words
from dashboard.words.credit_terms import changed_values
from dashboard.words.i18n import LANGUAGES, MISSING, Translator, catalogue
from services.credit import adoption
from services.credit.policy_files import read_policy

NAMES = {"A": "A 优秀", "D": "D 关注"}
RULES = CollectionRules(
    (0, 1, 2, 31),
    (TableRow("D", ("none", "sms", "visit", "bill"), milder=True), TableRow("-", ("none",) * 4)),
    (
        Exempt(
            "big",
            "大户",
            "Big",
            "at_least",
            (Condition("owed_now", ">=", 1234567.5), Condition("weak", "=", False)),
            "visit",
        ),
        Exempt("promise", "承诺", "Promise", "none", (Condition("promise_until", "set", True),)),
    ),
)
both = pytest.mark.parametrize("language", LANGUAGES)


@both
def test_all_that_rules_and_orders_name_has_its_word(language: str) -> None:
    named = {
        "action": (*ACTIONS, CHECK_CONTACT),
        "effect": EFFECTS,
        "fact": FACTS,
        "why": set_off.WHYS,
        "state": set_off.STATES,
        "refused": get_args(lawful_days.Why),
        "test": words.TESTS.values(),
    }
    known = catalogue(language)
    missing = [
        key
        for of, names in named.items()
        for n in names
        if (key := f"collection_rules.{of}_{n}") not in known
    ]
    assert not missing
    facts = {known[f"collection_rules.fact_{f}"] for f in FACTS}
    assert len(facts) == len(FACTS), "two facts are called alike"


def test_bands_say_their_first_and_last_day() -> None:
    t = Translator("en")
    said = [words.band_name(t, RULES.edges, i) for i in range(4)]
    assert said == ["not overdue", "day 1 overdue", "2–30 days overdue", "31 days overdue or more"]
    assert words.band_name(t, (0,), 0) == "0 days overdue or more"
    assert words.band_name(t, (0, 5), 0) == "0–4 days overdue"


def test_a_rule_is_named_by_its_cell_or_its_exception() -> None:
    zh, en = Translator("zh"), Translator("en")
    assert words.rule_name(zh, RULES, NAMES, "cell:D:31") == "D 关注，逾期 31 天及以上"
    assert words.rule_name(en, RULES, NAMES, "cell:-:0") == "Ungraded, not overdue"
    assert words.rule_name(zh, RULES, NAMES, "big") == "大户"
    for unknown in ("gone", "cell:D:7", "cell:D:", "cell", ""):
        assert words.rule_name(zh, RULES, NAMES, unknown) == unknown


def test_conditions_and_effects_are_said_with_their_numbers() -> None:
    zh, en = Translator("zh"), Translator("en")
    big, promise = RULES.exceptions
    assert words.when_words(zh, big, NAMES) == "现欠（元）不少于 1,234,567.5，且困难家庭：否"
    assert words.when_words(en, big, NAMES) == "Owed now (yuan) at least 1,234,567.5 and Weak household: no"
    assert words.effect_words(en, big) == "“Visit” at least"
    assert words.when_words(zh, promise, NAMES) == "有承诺缴费且未到期"
    assert words.effect_words(zh, promise) == "暂停催费"
    c = [Condition("grade", "=", "D"), Condition("light", "!=", "red"), Condition("class", "=", "03")]
    assert [words.condition_words(zh, x, NAMES) for x in c] == [
        "信用等级为 D 关注",
        "风险灯不为 红",
        "用户类别为 低压居民",
    ]


@both
def test_the_projects_own_rules_are_said_whole(language: str) -> None:
    rules = read_policy().collection.rules
    said = words.in_words(Translator(language), rules, NAMES)
    assert len(said) == len(rules.table) + len(rules.exceptions) + 3
    assert not [s for s in said if MISSING[0] in s or "{" in s or "_" in s]


@both
def test_what_may_treat_milder_says_so(language: str) -> None:
    t = Translator(language)
    said = words.in_words(t, RULES, NAMES)
    assert [t("collection_rules.milder") in s for s in said[:2]] == [True, False]


@pytest.mark.parametrize(
    ("language", "cell", "row"),
    [
        ("zh", "优秀、逾期 0 天起的一格", "等级 无等级 这一行"),
        ("en", "The cell of Excellent from day 0", "the row of grade Ungraded"),
    ],
)
def test_a_table_that_is_not_whole_is_not_adopted_and_says_why(language: str, cell: str, row: str) -> None:
    policy = read_policy()
    rules = policy.collection.rules
    every = Exempt("all", "全部", "All", "none", (Condition("days_overdue", ">=", 0.0),), milder=True)
    fewer = tuple(replace(r, actions=(*r.actions[:-1], "none")) for r in rules.table)
    spoilt = replace(rules, table=fewer, exceptions=(every, *rules.exceptions))
    refused = adoption.collection_refusals(with_rules(policy, spoilt))
    said = [Translator(language).error(e) for e in refused]
    assert any(s.startswith(cell) and ("全部" in s or "All" in s) for s in said)
    assert any(row in s for s in said)
    first = adoption.refusal(with_rules(policy, spoilt))
    assert first is not None and first.key == refused[0].key
    assert adoption.refusal(policy) is None


def test_a_policy_without_a_table_can_be_adopted_and_one_for_other_grades_cannot() -> None:
    policy = read_policy()
    assert adoption.refusal(replace(policy, collection=CollectionPolicy())) is None
    less = with_rules(policy, replace(policy.collection.rules, table=policy.collection.rules.table[1:]))
    refused = adoption.refusal(less)
    assert refused is not None and refused.key == "collection_no_row"
    assert "优秀“A”" in Translator("zh").error(refused)


def with_rules(policy: Policy, rules: CollectionRules) -> Policy:
    """The policy with another table."""
    return replace(policy, collection=replace(policy.collection, rules=rules))


def test_what_changed_in_the_table_is_told_in_words() -> None:
    policy, t = read_policy(), Translator("en")
    rules = policy.collection.rules
    row = replace(rules.table[0], actions=("none", "sms", "sms", "phone", "phone", "visit"), milder=True)
    last = replace(rules.exceptions[-1], effect="use", action="visit")
    spoilt = replace(
        rules, table=(row, *rules.table[1:]), exceptions=(rules.exceptions[1], last, *RULES.exceptions[:1])
    )
    other = with_rules(policy, spoilt)
    told = {d.path: changed_values(t, d, policy, other) for d in differences(policy, other)}
    table, exceptions = "collection.rules.table.A", "collection.rules.exceptions"
    assert told[f"{table}.actions"] == (
        "No action, No action, SMS, Bill, Phone call, Stop notice",
        "No action, SMS, SMS, Phone call, Phone call, Visit",
    )
    assert told[f"{exceptions}.large.effect"] == ("At least", "Exactly")
    assert told[f"{exceptions}.small"] == (
        "Less than 10 yuan is owed now. When: Owed now (yuan) less than 10. Then: nothing is done for now.",
        "",
    )
    assert told[f"{exceptions}.big"][1].startswith("Big. When: Owed now (yuan) at least 1,234,567.5 and")
    assert not [p for p, sides in told.items() if any("_" in s or " = " in s for s in sides)]


def test_the_order_of_exceptions_is_told_by_their_names() -> None:
    policy, t = read_policy(), Translator("zh")
    rules = policy.collection.rules
    turned = with_rules(policy, replace(rules, exceptions=rules.exceptions[::-1]))
    (change,) = differences(policy, turned)
    was, now = changed_values(t, change, policy, turned)
    assert was.startswith("有争议未办结、承诺付款未到期") and now.endswith("承诺付款未到期、有争议未办结")
