"""Recommended actions: equal to the rules read row by row, monotone, refusals; a whole million in seconds."""

from __future__ import annotations

import operator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.collection_action import recommend
from analytics.collection_check import check
from analytics.collection_rules import ACTIONS, CollectionRules, Condition, Exempt, TableRow
from analytics.errors import RefusedError
from services.credit.policy_files import DEFAULT as DEFAULT_POLICY

TABLE = DEFAULT_POLICY.read_text(encoding="utf-8").split("[collection.rules]")[1].split("\n[")[0]
DEFAULT = CollectionRules.from_toml(TABLE)
GRADES = ("A", "B", "C", "D", "E")
OWES = {
    "exposure_large": False,
    "grade": "D",
    "class": "03",
    "industry": "",
    "overdue": 100.0,
    "owed_now": 100.0,
    "bills": 1,
    "days_overdue": 31,
    "contacts_12m": 0,
    "has_phone": True,
    "light": "none",
}
DAYS = ("deferred_until", "promise_until", "dispute_until", "plan_until")
FLAGS = ("zero_use", "weak", "important", "fee_control", "closed")
OWES |= dict.fromkeys(DAYS) | dict.fromkeys(FLAGS, False)
COMPARED: dict[str, Any] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
    "starts": str.startswith,
}


def one(rules: CollectionRules = DEFAULT, **facts: object) -> tuple[str, str]:
    """The action and rule of one customer who owes 100 yuan for 31 days, but for `facts`."""
    made = recommend(rules, pd.DataFrame([{**OWES, **facts}]))
    return made["action"].iloc[0], made["rule"].iloc[0]


def plainly(rules: CollectionRules, row: dict[str, Any]) -> tuple[str, str]:
    """The same, written out for one row."""
    grade = row["grade"] if row["grade"] and not row["grade"].startswith("-") else "-"
    days = max(row["days_overdue"] or 0, 0)
    place = max(i for i, edge in enumerate(rules.edges) if edge <= days)
    action = next(r for r in rules.table if r.grade == grade).actions[place]
    rule = f"cell:{grade}:{rules.edges[place]}"
    for exempt in rules.exceptions:
        if all(fulfilled(c, grade if c.fact == "grade" else row[c.fact]) for c in exempt.when):
            before = action
            if exempt.effect == "none":
                action = "none"
            elif exempt.effect == "use":
                action = exempt.action
            else:
                pick = min if exempt.effect == "at_most" else max
                action = pick(action, exempt.action, key=ACTIONS.index)
            if action != before or exempt.effect in ("use", "none"):
                rule = exempt.key
            break
    if action == "media" and row["class"] not in ("01", "02"):
        action = "prepayment_meter"
    if action in ("sms", "phone") and not row["has_phone"]:
        action = "check_contact"
    return action, rule


def fulfilled(c: Condition, value: Any) -> bool:
    """One condition of one value; None is unknown."""
    if c.test == "set":
        return (value is not None) == c.value
    return value is not None and bool(COMPARED[c.test](value, c.value))


KNOWN: dict[str, tuple[Any, ...]] = {
    "grade": (*GRADES, None, "-", "-closed"),
    "class": ("01", "02", "03", None),
    "industry": ("", "3011", "31", None),
    "light": ("none", "yellow", "orange", "red"),
    "overdue": (0.0, 9.99, 10.0, 500.0, 5000.0),
    "owed_now": (0.0, 9.99, 10.0, 500.0),
    "bills": (0, 1, 2, 3),
    "days_overdue": (0, 1, 7, 8, 14, 15, 30, 31, 90, 91, 400),
    "contacts_12m": (0, 1, 2, 3),
    "exposure_large": (True, False),
    "has_phone": (None, True, False),
    **dict.fromkeys(DAYS, (None, None, None, date(2026, 12, 1))),
    **dict.fromkeys(FLAGS, (None, False, False, True)),
}
UNKNOWN = {"days_overdue": (None, -3, 20), "owed_now": (None, 3.0), "exposure_large": (None, True)}
VALUES = (0, 1, 2, 8, 10.0, 30, 31, 500.0)


def a_row(r: Random) -> dict[str, Any]:
    """Any customer."""
    return {fact: r.choice(values) for fact, values in KNOWN.items()}


def a_condition(r: Random) -> Condition:
    """Any condition."""
    fact = r.choice([f for f in KNOWN if f != "has_phone"])
    if fact in DAYS:
        return Condition(fact, "set", r.random() < 0.5)
    if fact in FLAGS or fact == "exposure_large":
        return Condition(fact, "=", r.random() < 0.5)
    if fact == "industry":
        return Condition(fact, r.choice(["=", "!=", "starts"]), r.choice(["3", "31"]))
    if fact in ("grade", "class", "light"):
        known = [v for v in KNOWN[fact] if v not in (None, "-closed")]
        return Condition(fact, r.choice(["=", "!="]), r.choice(known))
    return Condition(fact, r.choice(["<", "<=", ">", ">=", "="]), r.choice(VALUES))


def a_world(r: Random) -> CollectionRules:
    """Any table and exceptions, sound or not."""
    edges = (0, *sorted(r.sample([1, 8, 15, 31, 91], r.randrange(4))))
    table = []
    for grade in (*GRADES, "-"):
        cells = r.choices(ACTIONS, k=len(edges))
        table.append(TableRow(grade, tuple(sorted(cells, key=ACTIONS.index))))
    made = []
    for number in range(r.randrange(5)):
        effect = r.choice(["use", "at_most", "at_least", "none"])
        when = tuple(a_condition(r) for _ in range(r.choice([1, 1, 2])))
        action = "" if effect == "none" else r.choice(ACTIONS)
        made.append(Exempt(f"x{number}", "甲", "x", effect, when, action))
    return CollectionRules(edges, tuple(table), tuple(made))


@given(st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_recommendations_are_the_rules_read_row_by_row(r: Random) -> None:
    facts = [a_row(r) | {f: r.choice(v) for f, v in UNKNOWN.items()} for _ in range(30)]
    for rules in (a_world(r), DEFAULT):
        made = recommend(rules, pd.DataFrame(facts, index=range(5, 35)))
        assert list(zip(made["action"], made["rule"], strict=True)) == [plainly(rules, f) for f in facts]
        assert list(made.index) == list(range(5, 35))


def a_sound_world(r: Random) -> CollectionRules:
    """Rules that treat nobody milder who owes more, as the check sees it."""
    while True:
        rules = a_world(r)
        if not any(e.key.endswith("_milder") for e in check(rules, GRADES)):
            return rules


def more_owed(r: Random, row: dict[str, Any]) -> dict[str, Any]:
    """The same customer with no less owed, and for no less long."""
    lights = KNOWN["light"]
    grown = {f: row[f] + r.choice([0, 1, 30, 500]) for f in ("overdue", "owed_now", "bills", "days_overdue")}
    light = r.choice(lights[lights.index(row["light"]) :])
    return row | grown | {"light": light, "exposure_large": row["exposure_large"] or r.random() < 0.3}


@given(st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_more_days_are_never_milder_and_a_payment_adds_no_action(r: Random) -> None:
    rows = [a_row(r) | {"has_phone": True} for _ in range(60)]
    for rules in (a_sound_world(r), DEFAULT):
        less = recommend(rules, pd.DataFrame(rows))["action"]
        more = recommend(rules, pd.DataFrame([more_owed(r, row) for row in rows]))["action"]
        assert all(ACTIONS.index(a) <= ACTIONS.index(b) for a, b in zip(less, more, strict=True))


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_what_is_said_never_to_act_never_does(r: Random) -> None:
    rules = a_world(r)
    keys = ("collection_unreachable", "collection_never")
    never = {e.params["name"] for e in check(rules, GRADES) if e.key in keys}
    assert not never & set(recommend(rules, pd.DataFrame([a_row(r) for _ in range(60)]))["rule"])


def test_the_project_s_rules_are_sound_and_read_back() -> None:
    assert check(DEFAULT, GRADES) == []
    assert CollectionRules.from_toml(DEFAULT.to_toml()) == DEFAULT


def test_values() -> None:
    assert one() == ("stop_notice", "cell:D:31")
    assert one(days_overdue=30) == ("visit", "cell:D:15")
    assert one(days_overdue=None) == ("none", "cell:D:0")
    assert one(grade="-closed", days_overdue=20) == ("phone", "cell:-:15")
    assert one(promise_until=date(2026, 12, 1)) == ("none", "promise")
    assert one(promise_until=date(2026, 12, 1), zero_use=True) == ("none", "promise")
    assert one(owed_now=Decimal("9.99")) == ("none", "small")
    assert one(owed_now=Decimal("10.00")) == ("stop_notice", "cell:D:31")
    assert one(zero_use=True) == ("sms", "away")
    assert one(zero_use=True, has_phone=False) == ("check_contact", "away")
    assert one(has_phone=None, days_overdue=1) == ("check_contact", "cell:D:1")
    assert one(has_phone=False) == ("stop_notice", "cell:D:31")
    assert one(grade="A", days_overdue=9, exposure_large=True) == ("visit", "large")


def test_media_is_never_for_individuals() -> None:
    table = tuple(TableRow(row.grade, ("media",) * 6) for row in DEFAULT.table)
    named = Exempt("x", "甲", "x", "use", (Condition("weak", "=", True),), "media")
    rules = CollectionRules(DEFAULT.edges, table, (named,))
    for weak in (True, False):
        assert one(rules, weak=weak)[0] == "prepayment_meter"
        assert one(rules, weak=weak, **{"class": None})[0] == "prepayment_meter"
        assert one(rules, weak=weak, **{"class": "01"})[0] == "media"


def exempt(key: str, effect: str, action: str, *when: tuple[str, str, Any], milder: bool = False) -> Exempt:
    """An exception in short."""
    return Exempt(key, "甲", "x", effect, tuple(Condition(*c) for c in when), action, milder)


def found(*exceptions: Exempt) -> list[tuple[str, dict[str, object]]]:
    """What is wrong with the project's table and these exceptions."""
    return [(e.key, e.params) for e in check(replace(DEFAULT, exceptions=exceptions), GRADES)]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ([("overdue", ">", 10)], [("overdue", ">", 10)]),
        ([("overdue", ">=", 10)], [("overdue", ">", 10), ("weak", "=", True)]),
        ([("contacts_12m", ">", 2)], [("contacts_12m", ">=", 3), ("weak", "=", True)]),
        ([("contacts_12m", ">=", 3)], [("contacts_12m", ">", 2), ("weak", "=", True)]),
        ([("industry", "starts", "3")], [("industry", "=", "31")]),
        ([("industry", "!=", "40")], [("industry", "starts", "3")]),
        ([("class", "!=", "03")], [("class", "=", "01")]),
        ([("promise_until", "set", True)], [("weak", "=", True), ("promise_until", "set", True)]),
    ],
)
def test_an_exception_within_an_earlier_one_is_refused_and_both_are_named(outer: Any, inner: Any) -> None:
    a, b = exempt("a", "at_least", "phone", *outer), exempt("b", "at_least", "phone", *inner)
    told = ("collection_unreachable", {"name": "b", "earlier": "a"})
    assert told in found(a, b)
    if outer != inner:
        assert told[0] not in [key for key, _ in found(b, a)]


def test_a_text_within_a_beginning_is_not_told_from_it() -> None:
    a = exempt("a", "at_least", "phone", ("industry", "!=", "31"))
    assert not found(a, exempt("b", "at_least", "phone", ("industry", "starts", "3")))
    assert not found(a, exempt("b", "at_least", "phone", ("industry", "=", "31")))


def test_a_cell_that_an_exception_covers_and_conditions_that_contradict_are_refused() -> None:
    told = found(exempt("a", "none", "", ("days_overdue", "<", 1)))
    assert told[0] == ("collection_unreachable", {"name": "cell:A:0", "earlier": "a"})
    assert len(told) == 6
    assert not found(exempt("a", "none", "", ("days_overdue", "<", 1), ("weak", "=", True)))
    told = found(exempt("a", "none", "", ("class", "=", "01"), ("class", "=", "02")))
    assert told == [("collection_never", {"name": "a"})]


def test_what_is_milder_for_more_is_refused_unless_it_says_so() -> None:
    worse = exempt("a", "at_most", "sms", ("overdue", ">", 100))
    assert found(worse) == [("collection_exception_milder", {"name": "a"})]
    assert not found(replace(worse, milder=True))
    weaker = exempt("a", "at_least", "sms", ("overdue", ">", 100))
    then = exempt("b", "at_least", "visit", ("class", "=", "01"))
    assert found(weaker, then) == [("collection_order_milder", {"name": "b", "earlier": "a"})]
    assert not found(then, weaker)
    lenient = exempt("a", "at_most", "visit", ("overdue", "<", 100), ("class", "=", "01"))
    suspended = exempt("b", "none", "", ("weak", "=", True))
    assert [key for key, _ in found(lenient, suspended)] == ["collection_order_milder"]
    assert not found(suspended, lenient)
    table = (TableRow("A", ("none", "sms", "phone", "slip", "visit", "legal")), *DEFAULT.table[1:])
    told = check(replace(DEFAULT, table=table), GRADES)
    assert [(e.key, e.params) for e in told] == [
        ("collection_row_milder", {"grade": "A", "first": 8, "later": 15})
    ]
    assert not check(replace(DEFAULT, table=(replace(table[0], milder=True), *table[1:])), GRADES)


def test_a_grade_without_a_row_and_a_row_without_a_grade_are_refused() -> None:
    told = check(replace(DEFAULT, table=DEFAULT.table[1:]), ("A", "B", "C", "D"))
    assert [(e.key, e.params.get("names", e.params.get("value"))) for e in told] == [
        ("collection_no_row", "A"),
        ("policy_grade_unknown", "E"),
        ("policy_grade_unknown", "E"),
    ]
    with pytest.raises(RefusedError, match="policy_grade_unknown"):
        one(grade="F")
    with pytest.raises(RefusedError, match=r"collection_fact_missing.*plan_until"):
        recommend(DEFAULT, pd.DataFrame([OWES]).drop(columns="plan_until"))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"zero_use"', '"shoe_size"', "collection_fact"),
        ('"zero_use", test = "="', '"zero_use", test = ">"', "collection_test"),
        ('"zero_use", test = "=", value = true', '"zero_use", test = "=", value = 1', "policy_wrong_type"),
        ('"zero_use", test = "=", value = true', '"zero_use", test = "=", value = [1]', "policy_wrong_type"),
        ('"zero_use", test = "=", value = true', '"class", test = "=", value = "04"', "collection_value"),
        ("value = 10.0", "value = nan", "policy_not_a_number"),
        ('action = "sms"', 'action = "shout"', "collection_action"),
        ('["none", "none", "sms",', '["none", "none", "check_contact",', "collection_action"),
        ('["none", "none", "sms",', '["none", "sms",', "collection_cells"),
        ('"at_most", action = "sms"', '"at_best", action = "sms"', "collection_effect"),
        ('"at_most", action = "sms"', '"none", action = "sms"', "collection_none_action"),
        ('when = [{ fact = "zero_use", test = "=", value = true }]', "when = []", "collection_no_condition"),
        ("[0, 1, 8,", "[1, 2, 8,", "collection_edges"),
        ('key = "weak"', 'key = "away"', "policy_twice"),
        ('grade = "B"', 'grade = "A"', "policy_twice"),
        ("edges =", "edges ==", "policy_not_toml"),
        ("edges =", "hedges =", "policy_unknown_name"),
    ],
)
def test_a_wrong_word_is_refused(old: str, new: str, key: str) -> None:
    text = TABLE
    assert old in text
    with pytest.raises(RefusedError) as refused:
        CollectionRules.from_toml(text.replace(old, new, 1))
    assert refused.value.key == key


def test_frames_of_numpy_kinds_are_read_like_those_of_objects() -> None:
    facts = pd.DataFrame([OWES, {**OWES, "days_overdue": 3}]).astype({"grade": "category"})
    facts["promise_until"] = pd.Series([pd.NaT, pd.Timestamp("2026-12-01")])
    facts["has_phone"] = np.array([True, False])
    assert list(recommend(DEFAULT, facts)["rule"]) == ["cell:D:31", "promise"]


def test_a_reason_of_the_light_is_one_of_several() -> None:
    bounced, cut = (Condition("light_reasons", "has", reason) for reason in ("bounced", "cut"))
    seen = Exempt("seen", "退票", "Bounced", "at_least", (bounced, cut), "legal")
    rules = replace(DEFAULT, exceptions=(seen,))
    acts = {one(rules, light_reasons=r)[0] for r in ("days,bounced,cut", "cut,bounced")}
    assert acts == {"legal"}
    for reasons in ("bounced", "days,cut", "", None, "bounced2,cut"):
        assert one(rules, light_reasons=reasons) == ("stop_notice", "cell:D:31")
    assert check(rules, GRADES) == [], "two reasons are no contradiction"
    wider = replace(seen, key="wide", when=(bounced,))
    assert [e.key for e in check(replace(rules, exceptions=(wider, seen)), GRADES)] == [
        "collection_unreachable"
    ]
    for wrong in ({"test": "="}, {"value": "red"}, {"value": ""}):
        with pytest.raises(RefusedError):
            replace(bounced, **wrong)
    days = replace(seen, when=(Condition("light_reasons", "has", "days"),))
    assert [e.key for e in check(replace(rules, exceptions=(days,)), GRADES)] == [
        "collection_exception_milder"
    ]
