"""Credit policies: what ships, what round-trips, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analytics import ahp
from analytics.credit_parts import UNKNOWN_CLASS, Factor, Grade, Weighting
from analytics.credit_policy import MAX_GRADES, CreditRules, IndustryRisk, Rule, refuse_adoption
from analytics.errors import RefusedError
from analytics.policy import Policy
from tests.analytics.credit_worlds import POLICIES, default_policy, random_credit

SHIPPED = sorted(POLICIES.glob("*.toml"))
TEXT = (POLICIES / "default.toml").read_text(encoding="utf-8")

shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)


@shipped
def test_shipped_policies_can_be_adopted_and_round_trip(path: object) -> None:
    policy = Policy.from_toml(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    refuse_adoption(policy.credit)
    again = Policy.from_toml(policy.to_toml())
    assert again == policy
    assert again.version == policy.version
    assert policy.credit.models


def test_the_default_grades_residents_by_behaviour_alone() -> None:
    by_class = {m.classes[0]: m for m in default_policy().credit.models}
    assert [g.key for g in by_class["03"].groups] == ["behaviour"]
    assert [g.key for g in by_class["01"].groups] == ["behaviour", "surface", "environment"]
    assert [g.key for g in by_class[UNKNOWN_CLASS].groups] == ["behaviour"]
    assert set(by_class) == {"01", "02", "03", UNKNOWN_CLASS}
    assert len(by_class["01"].indicator_keys) >= 12


def test_wuhan_2005_says_what_was_published() -> None:
    credit = Policy.from_toml((POLICIES / "wuhan_2005.toml").read_text(encoding="utf-8")).credit
    assert credit.grade_keys == ("A", "B", "C")
    assert credit.models[0].cutoffs == (90, 70)
    assert credit.models[0].min_monthly_kwh == 500_000
    said = {r.key: (r.effect, r.grade, r.test, r.value) for r in credit.rules}
    assert said["uncleared"] == ("at_most", "B", ">", 0)
    assert said["new_customer"][:2] == ("start", "B")
    assert said["one_up"][0] == "one_up"
    assert said["theft"] == ("at_most", "C", "<", 2)
    assert said["three_arrears"] == ("at_most", "C", ">=", 3)
    assert {"violation", "accident"} <= set(said)


def test_no_credit_rules_is_a_policy_that_grades_nothing() -> None:
    assert Policy().credit == CreditRules()
    assert Policy.from_toml("").credit.models == ()


@pytest.mark.parametrize("seed", range(5))
def test_random_policies_round_trip(seed: int) -> None:
    policy = replace(Policy(), credit=random_credit(seed))
    again = Policy.from_toml(policy.to_toml())
    assert again == policy and again.version == policy.version


def test_equal_content_has_an_equal_version_however_it_is_written() -> None:
    spelled = TEXT.replace('"1/2"', "0.5").replace("# The project's own", "# Somebody's")
    assert spelled != TEXT
    assert Policy.from_toml(spelled).version == Policy.from_toml(TEXT).version
    other = TEXT.replace("cutoffs = [90.0, 75.0", "cutoffs = [90.0, 76.0", 1)
    assert Policy.from_toml(other).version != Policy.from_toml(TEXT).version


def test_judgements_are_written_as_fractions_and_read_exactly() -> None:
    text = default_policy().to_toml()
    assert '"1/3"' in text
    weighting = Weighting(judgements=((1.0, 3.0), (1 / 3, 1.0)))
    assert weighting.weights(2, "saaty1980") == pytest.approx([0.75, 0.25])


def test_missing_judgements_are_completed() -> None:
    weighting = Weighting(judgements=((1.0, 2.0, 0.0), (0.5, 1.0, 2.0), (0.0, 0.5, 1.0)))
    assert weighting.weights(3, "saaty1980") == pytest.approx(np.array([4, 2, 1]) / 7)


def test_weights_by_hand_objective_and_combined() -> None:
    both = Weighting("linear", hand=(3.0, 1.0), objective=(1.0, 1.0), alpha=0.5)
    assert both.weights(2, "saaty1980") == pytest.approx([0.625, 0.375])
    assert Weighting("objective", objective=(1.0, 3.0)).weights(2, "x") == pytest.approx([0.25, 0.75])
    assert Weighting("hand", hand=(1.0, 3.0)).weights(2, "x") == pytest.approx([0.25, 0.75])


HOSTILE: list[tuple[str, str, str, str]] = [
    ("nan_cutoff", r"cutoffs = \[90.0", "cutoffs = [nan", "policy_not_a_number"),
    ("nan_score", "score = 100.0", "score = nan", "policy_not_a_number"),
    ("infinite_knot", r"points = \[50, 70", "points = [50, inf", "policy_not_a_number"),
    ("nan_judgement", r"\[1, 1, 1, 2, 2, 2, 5, 5\]", "[1, nan, 1, 2, 2, 2, 5, 5]", "policy_not_a_number"),
    ("cutoffs_rise", r"cutoffs = \[90.0, 75.0", "cutoffs = [70.0, 75.0", "policy_grades_overlap"),
    ("cutoffs_equal", r"cutoffs = \[90.0, 75.0", "cutoffs = [75.0, 75.0", "policy_grades_overlap"),
    ("scores_rise", "score = 80.0", "score = 120.0", "policy_grades_overlap"),
    ("cutoff_too_many", r"cutoffs = \[90.0", "cutoffs = [95.0, 90.0", "policy_cutoff_count"),
    ("knots_unordered", r"\[50, 70, 85", "[50, 90, 85", "membership_order"),
    ("knots_too_few", r"\[50, 70, 85, 95, 100\]", "[50, 70, 85, 100]", "policy_knots_count"),
    ("knots_out_of_range", r"\[50, 70, 85, 95, 100\]", "[50, 70, 85, 95, 101]", "policy_knots_range"),
    ("not_reciprocal", r"\[1, 1, 1, 2, 2, 2, 5, 5\]", "[1, 2, 1, 2, 2, 2, 5, 5]", "ahp_not_reciprocal"),
    ("not_positive", r"\[1, 1, 1, 2, 2, 2, 5, 5\]", "[1, -1, 1, 2, 2, 2, 5, 5]", "ahp_not_positive"),
    ("not_square", r"\[1, 1, 1, 2, 2, 2, 5, 5\]", "[1, 1, 1, 2, 2, 2]", "ahp_not_square"),
    ("unknown_indicator", '"on_time_share"', '"height"', "indicator_unknown"),
    ("unknown_kind", '"triangle"', '"square"', "membership_kind"),
    ("unknown_grade", 'grade = "E", indicator', 'grade = "Z", indicator', "policy_grade_unknown"),
    ("rule_backwards", r'"arrears_12m", test = ">"', '"arrears_12m", test = "<"', "policy_rule_direction"),
    ("grade_twice", 'key = "B", zh', 'key = "A", zh', "policy_twice"),
    ("indicator_twice", '"arrears_recent"', '"arrears_12m"', "policy_twice"),
    ("no_classes", r'classes = \["03"\]', "classes = []", "policy_empty"),
    ("for_another_class", r'classes = \["02"\]', 'classes = ["03"]', "policy_class"),
    ("unknown_operator", r"M\(prod,sum\)", "M(max,max)", "fuzzy_operator"),
    ("unknown_word", "min_coverage", "minimum_coverage", "policy_unknown_name"),
    ("text_for_number", "score = 100.0", 'score = "high"', "policy_wrong_type"),
    ("number_for_text", 'key = "resident"', "key = 3", "policy_wrong_type"),
    ("true_for_number", "score = 100.0", "score = true", "policy_wrong_type"),
    ("hostile_key", 'key = "resident"', 'key = "../x"', "policy_key"),
    ("missing_score", ", score = 100.0", "", "policy_missing_name"),
    ("no_knots", r"\[50, 70, 85, 95, 100\]", "[]", "membership_points"),
    ("broken_toml", r"\[credit\]", "[credit", "policy_not_toml"),
    ("risk_class", "risk = 5", "risk = 6", "policy_industry_risk"),
]


@pytest.mark.parametrize(("pattern", "hostile", "key"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_policy_is_refused_with_its_sentence(pattern: str, hostile: str, key: str) -> None:
    from dashboard.words.i18n import catalogue, names_in

    text, times = re.subn(pattern, hostile, TEXT, count=1)
    assert times == 1
    with pytest.raises(RefusedError) as refused:
        Policy.from_toml(text)
    assert refused.value.key == key
    for language in ("zh", "en"):
        sentence = catalogue(language)[f"errors.{key}"]
        assert sentence.format(**refused.value.params)
        assert names_in(sentence) <= set(refused.value.params)


def _grades(count: int) -> tuple[Grade, ...]:
    return tuple(Grade(f"G{i}", "级", "G", float(count - i)) for i in range(count))


@pytest.mark.parametrize("count", [1, MAX_GRADES + 1, 20])
def test_too_few_and_too_many_grades_are_refused(count: int) -> None:
    with pytest.raises(RefusedError, match="policy_grade_count"):
        CreditRules(grades=_grades(count))


@pytest.mark.parametrize("count", [2, 3, MAX_GRADES])
def test_any_number_between_is_fine(count: int) -> None:
    assert len(CreditRules(grades=_grades(count)).grade_keys) == count


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: Weighting("hand", hand=(0.0, 0.0)), "weights_sum_zero"),
        (lambda: Weighting("hand", hand=(-1.0, 2.0)), "weights_negative"),
        (lambda: Weighting("hand", hand=(float("nan"), 2.0)), "weights_negative"),
        (lambda: Weighting("hand", hand=(1.0, 2.0)).weights(3, "saaty1980"), "policy_weight_count"),
        (lambda: Weighting("ahp").weights(2, "saaty1980"), "policy_no_judgements"),
        (lambda: Weighting("magic"), "policy_weighting"),
        (lambda: Weighting(alpha=2.0), "weights_alpha"),
        (lambda: Weighting(judgements=((1.0, 0.0), (0.0, 1.0))), "ahp_unconnected"),
        (
            lambda: Rule("r", "规", "R", "at_most", "A", "theft_years", "<", float("nan")),
            "policy_not_a_number",
        ),
        (lambda: Rule("r", "规", "R", "double", "A", "theft_years"), "policy_rule"),
        (lambda: Factor("customer_years", "triangle", ()), "membership_points"),
        (lambda: IndustryRisk("", 3), "policy_industry_risk"),
        (lambda: CreditRules(min_coverage=1.5), "policy_coverage"),
        (lambda: CreditRules(random_index="mine"), "ahp_random_index"),
        (lambda: CreditRules(method="lottery"), "policy_method"),
    ],
)
def test_parts_refuse_contradictions(make: Callable[[], object], key: str) -> None:
    with pytest.raises(RefusedError, match=key):
        make()


def test_inconsistent_judgements_may_be_tried_but_not_adopted() -> None:
    credit = default_policy().credit
    model = credit.models[1]
    spoiled = ahp.from_upper([9, 1, 9], 3)
    weighting = Weighting(judgements=tuple(tuple(r) for r in spoiled.tolist()))
    tried = replace(credit, models=(replace(model, weighting=weighting),))
    assert sum(tried.weights(tried.models[0]).values()) == pytest.approx(1)
    with pytest.raises(RefusedError) as refused:
        refuse_adoption(tried)
    assert refused.value.key == "adopt_inconsistent"
    assert refused.value.params["cr"] >= 0.1  # type: ignore[operator]
    i, j = int(str(refused.value.params["row"])) - 1, int(str(refused.value.params["column"])) - 1
    mended = spoiled.copy()
    mended[i, j] = float(str(refused.value.params["mended"]))
    mended[j, i] = 1 / mended[i, j]
    assert ahp.weights(mended).cr < 0.1


@pytest.mark.parametrize("change", [{"operator": "M(min,max)"}, {"method": "max_membership"}])
def test_what_is_not_monotone_is_for_comparison_only(change: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="adopt_not_monotone"):
        refuse_adoption(replace(default_policy().credit, **change))  # type: ignore[arg-type]


def test_the_name_of_a_rule_speaks_of_its_value_as_it_is_now() -> None:
    rule = next(r for r in default_policy().credit.rules if r.key == "many_arrears")
    for value, zh, en in (
        (12.0, "近12个月欠费超过12次", "More than 12"),
        (3.0, "近12个月欠费超过3次", "More than 3"),
    ):
        rule = replace(rule, value=value)
        assert rule.name("zh") == zh
        assert rule.name("en") == f"{en} arrears in 12 months"
    assert replace(rule, zh="{key} {0} {value}").name("zh") == "{key} {0} 3", "a name is no format"
