"""Grades and classes as the reader calls them."""

from __future__ import annotations

from analytics.credit_policy import CreditRules, Rule
from analytics.indicators import known
from analytics.ungraded import REASONS
from dashboard.shell import Page
from services.credit.moves import UNGRADED_KEY

REASON = "-"
"""Begins the key of a reason for having no grade, as lists hold it in a grade's place."""


def grade_name(page: Page, credit: CreditRules, key: str) -> str:
    """A grade's key and name, or the word for having none and why."""
    if key == UNGRADED_KEY:
        return page.t("grades.ungraded")
    if key.startswith(REASON):
        return page.t(f"grades.reason.{key.removeprefix(REASON)}")
    found = next((g for g in credit.grades if g.key == key), None)
    name = key if found is None else (found.zh if page.t.language == "zh" else found.en)
    return key if name == key else f"{key} {name}"


def grade_names(page: Page, credit: CreditRules) -> dict[str, str]:
    """All grades, best first, and the ungraded."""
    return {key: grade_name(page, credit, key) for key in (*credit.grade_keys, UNGRADED_KEY)}


def reason_names(page: Page) -> dict[str, str]:
    """The reasons for having no grade on a day, as lists hold them in a grade's place."""
    return {f"{REASON}{key}": page.t(f"grades.reason.{key}") for key in REASONS}


def model_name(page: Page, credit: CreditRules, key: str) -> str:
    """A class as the policy calls it, or all of them."""
    found = next((m for m in credit.models if m.key == key), None)
    if found is None:
        return page.t("grades.all_models")
    return found.zh if page.t.language == "zh" else found.en


def rule_words(page: Page, credit: CreditRules, rule: Rule) -> str:
    """What a rule asks and does, from its values: its own name may speak of another number."""
    effect = page.t(f"grades.effect.{rule.effect}", grade=grade_name(page, credit, rule.grade))
    if not rule.indicator:
        return effect
    indicator = known(rule.indicator)
    name = indicator.zh if page.t.language == "zh" else indicator.en
    return page.t("grades.rule", indicator=name, test=rule.test, value=f"{rule.value:g}", effect=effect)
