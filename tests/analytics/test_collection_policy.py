"""What a company decides about collection: read back as written, refused where it makes no sense."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.collection_check import check
from analytics.collection_policy import ActionCost, CollectionPolicy, Fallback, rules_for
from analytics.collection_rules import UNGRADED
from analytics.errors import RefusedError
from analytics.grade_count import with_grade_count
from analytics.lawful_days import ProvinceLaw
from analytics.message_texts import MessageText
from analytics.policy import Policy
from analytics.policy_edits import with_credit
from analytics.policy_link import from_link, to_link
from analytics.set_off import SetOffRules
from analytics.working_days import CompanyDays
from services.credit.policy_files import read_policy

SHIPPED = read_policy()
MUCH = replace(
    SHIPPED.collection,
    laws=(ProvinceLaw("全国"), ProvinceLaw("皖", "34", no_cut_on_weekends=False, period_moved="holidays")),
    company_days=CompanyDays((date(2027, 2, 8),), (date(2027, 2, 14),), (2027,)),
    set_off=SetOffRules(("03",), ((0, 0), (500, 100)), 500),
    texts=(MessageText("first", "sms", "", "zh", "您好{amount}"),),
)


def test_what_is_written_is_read_back() -> None:
    policy = replace(SHIPPED, collection=MUCH)
    assert Policy.from_toml(policy.to_toml()) == policy
    assert from_link(to_link(policy, SHIPPED), SHIPPED) == policy


def test_a_policy_of_before_keeps_its_version() -> None:
    before = replace(SHIPPED, collection=CollectionPolicy())
    text = before.to_toml().split("[collection]")[0]
    assert replace(before, name="x").version != before.version
    assert Policy.from_toml(text).version == before.version != SHIPPED.version


def test_the_shipped_table_fits_the_shipped_grades() -> None:
    assert SHIPPED.collection.rules.table
    assert SHIPPED.collection.refusals(SHIPPED.credit.grade_keys) == []
    assert SHIPPED.collection.refusals(("A", "B")) != []
    assert CollectionPolicy().refusals(("A", "B")) == []


@pytest.mark.parametrize("count", range(2, 8))
def test_another_number_of_grades_has_a_row_for_each(count: int) -> None:
    grades = [f"G{i}" for i in range(count)]
    rules = rules_for(SHIPPED.collection.rules, SHIPPED.credit.grade_keys, grades)
    assert [row.grade for row in rules.table] == [*grades, UNGRADED]
    assert check(rules, grades) == []
    assert rules.table[0].actions == SHIPPED.collection.rules.table[0].actions
    assert rules.table[count - 1].actions == SHIPPED.collection.rules.table[4].actions


def test_hours_are_quiet_over_midnight_or_within_a_day() -> None:
    night, noon = CollectionPolicy(), CollectionPolicy(quiet_from=12, quiet_to=14)
    assert [h for h in range(24) if night.is_quiet(h)] == [*range(8), 21, 22, 23]
    assert [h for h in range(24) if noon.is_quiet(h)] == [12, 13]
    assert not any(CollectionPolicy(quiet_from=5, quiet_to=5).is_quiet(h) for h in range(24))


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"costs": (ActionCost("sms"), ActionCost("sms"))}, "policy_twice"),
        ({"laws": (ProvinceLaw("a"), ProvinceLaw("b"))}, "policy_twice"),
        ({"fallbacks": (Fallback("sms", "slip"), Fallback("sms", "visit"))}, "policy_twice"),
        ({"quiet_from": 24}, "collection_out_of_range"),
        ({"tries_a_day": 0}, "collection_out_of_range"),
        ({"texts": (MessageText("a", "fax", "", "zh", "x"),)}, "collection_action"),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, object], key: str) -> None:
    with pytest.raises(RefusedError) as told:
        CollectionPolicy(**more)  # type: ignore[arg-type]
    assert told.value.key == key


def test_a_part_is_refused_by_itself() -> None:
    for make in (lambda: ActionCost("sms", -1), lambda: Fallback("sms", "sms"), lambda: Fallback("x", "sms")):
        with pytest.raises(RefusedError):
            make()


def test_a_file_with_a_shortfall_of_three_numbers_is_refused() -> None:
    text = SHIPPED.to_toml().replace("shortfalls = []", "shortfalls = [[0, 0, 0]]")
    with pytest.raises(RefusedError) as told:
        Policy.from_toml(text)
    assert told.value.key == "policy_wrong_type"


BEFORE = Path(__file__).parent / "policies_of_before"


@pytest.mark.parametrize(("name", "version"), [("default", "b2e1140d5b31"), ("wuhan_2005", "d5afa9191b1c")])
def test_a_policy_stored_before_the_table_keeps_its_version_and_its_costs(name: str, version: str) -> None:
    """As the program before wrote it into the store; its actions by grade and channel are dropped."""
    policy = Policy.from_toml((BEFORE / f"{name}.toml").read_text(encoding="utf-8"))
    assert policy.version == version
    assert policy.collection == CollectionPolicy(
        costs=(ActionCost("sms", 5), ActionCost("phone", 200, 5), ActionCost("visit", 3000, 40))
    )
    assert Policy.from_toml(policy.to_toml()) == policy
    assert replace(policy, name="other").version != version
    assert from_link(to_link(policy, SHIPPED), SHIPPED) == policy


def test_what_was_never_said_of_collection_is_refused_as_before() -> None:
    text = (BEFORE / "wuhan_2005.toml").read_text(encoding="utf-8")
    with pytest.raises(RefusedError) as unknown:
        Policy.from_toml(text.replace("sms_fen = 5", "fax_fen = 5"))
    assert unknown.value.key == "policy_unknown_name"
    with pytest.raises(RefusedError) as wrong:
        Policy.from_toml(text.replace("sms_fen = 5", 'sms_fen = "5"'))
    assert wrong.value.key == "policy_wrong_type"


@pytest.mark.parametrize("count", [2, 7])
def test_other_grades_take_the_table_with_them(count: int) -> None:
    made = with_credit(SHIPPED, with_grade_count(SHIPPED.credit, count))
    assert made.collection.refusals(made.credit.grade_keys) == []
    assert with_credit(SHIPPED, SHIPPED.credit) == SHIPPED
    assert with_credit(SHIPPED, replace(SHIPPED.credit, min_coverage=0.5)).collection == SHIPPED.collection
