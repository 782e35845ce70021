"""The words of credit as a reader calls them: grades, models, indicators and their values, rules."""

from __future__ import annotations

import math
from typing import Protocol

from analytics import indicators
from analytics.credit_policy import CreditRules, Rule
from analytics.policy import Policy
from analytics.policy_diff import Difference
from analytics.ungraded import REASONS
from dashboard.words import collection_words
from dashboard.words.i18n import Translator
from services.credit.moves import UNGRADED_KEY

SIGNS = {
    "M(prod,sum)": "M(·,+)",
    "M(min,max)": "M(∧,∨)",
    "M(prod,max)": "M(·,∨)",
    "M(min,bsum)": "M(∧,⊕)",
    "M(prod,bsum)": "M(·,⊕)",
}
REASON = "-"
"""Begins the key of a reason for having no grade, as lists hold it in a grade's place."""


class Named(Protocol):
    """What a policy or the registry calls by a name in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def in_language(t: Translator, of: Named) -> str:
    """The name in the reader's language."""
    return of.zh if t.language == "zh" else of.en


def grade_name(t: Translator, credit: CreditRules, key: str) -> str:
    """A grade's key and name, or the name alone where it begins with the key; why there is none."""
    if key == UNGRADED_KEY:
        return t("grades.ungraded")
    if key.startswith(REASON):
        return t(f"grades.reason.{key.removeprefix(REASON)}")
    grade = next((g for g in credit.grades if g.key == key), None)
    called = key if grade is None else in_language(t, grade)
    return called if called.startswith(key) else f"{key} {called}"


def grade_names(t: Translator, credit: CreditRules) -> dict[str, str]:
    """All grades, best first, and the ungraded."""
    return {key: grade_name(t, credit, key) for key in (*credit.grade_keys, UNGRADED_KEY)}


def reason_names(t: Translator) -> dict[str, str]:
    """The reasons for having no grade on a day, as lists hold them in a grade's place."""
    return {f"{REASON}{key}": t(f"grades.reason.{key}") for key in REASONS}


def model_name(t: Translator, credit: CreditRules, key: str) -> str:
    """A class as the policy calls it, or all of them."""
    model = next((m for m in credit.models if m.key == key), None)
    return t("grades.all_models") if model is None else in_language(t, model)


def operator_words(t: Translator, operator: str) -> str:
    """An operator's sign with what it does."""
    code = operator.strip("M()").replace(",", "_")
    return f"{SIGNS.get(operator, operator)} {t(f'evaluation.operator.{code}')}"


def indicator_name(t: Translator, key: str) -> str:
    """What an indicator is called."""
    return in_language(t, indicators.known(key))


def rule_words(t: Translator, credit: CreditRules, rule: Rule) -> str:
    """What a rule asks and does, from its values: its own name may speak of another number."""
    effect = t(f"grades.effect.{rule.effect}", grade=grade_name(t, credit, rule.grade))
    if not rule.indicator:
        return effect
    called = indicator_name(t, rule.indicator)
    return t("grades.rule", indicator=called, test=rule.test, value=f"{rule.value:g}", effect=effect)


def value_words(t: Translator, key: str, value: float) -> str:
    """An indicator's value with its unit; never and unknown in words."""
    known = indicators.known(key)
    if math.isnan(value):
        return t("credit.value.unknown")
    if math.isinf(value):
        return t("credit.value.never")
    if known.unit == "flag":
        return t("credit.value.yes" if value >= 0.5 else "credit.value.no")
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return t(f"credit.unit.{known.unit}", value="0" if text == "-0" else text)


def changed_values(t: Translator, change: Difference, old: Policy, new: Policy) -> tuple[str, str]:
    """What a place of the rules was and is; what is of the table of collection in words."""
    was, now = (
        collection_words.changed_value(
            t, change.path, value, policy.collection.rules, grade_names(t, policy.credit)
        )
        for value, policy in ((change.old, old), (change.new, new))
    )
    return was, now
