"""Credit words: one name for a grade, one way to write a value, a language chosen in one place."""

from __future__ import annotations

import math
import re

import pytest

from analytics.indicators import REGISTRY
from dashboard.nav import ROOT
from dashboard.words import credit_terms
from dashboard.words.i18n import LANGUAGES, Translator
from services.credit.policy_files import SHIPPED, read_policy

CHOSEN = re.compile(r"\.zh\b.* else .*\.en\b")
ALLOWED = {
    "dashboard/words/collection_words.py",
    "dashboard/words/credit_terms.py",
    "dashboard/words/policy_words.py",
    "services/publication/write_back.py",
}
"""Where a language is chosen: for rules of collection, which credit terms read, for pages, for refusals,
which know no page, for the other system's file.
"""


def test_a_grade_is_called_the_same_wherever_it_stands() -> None:
    wuhan = read_policy(SHIPPED["wuhan_2005"]).credit
    names = credit_terms.grade_names(Translator("zh"), wuhan)
    assert [names[key] for key in wuhan.grade_keys] == [g.zh for g in wuhan.grades]
    assert all(g.zh.startswith(g.key) for g in wuhan.grades), "else the key would stand before the name"
    default = read_policy().credit
    assert credit_terms.grade_name(Translator("en"), default, "B") == f"B {default.grades[1].en}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(REGISTRY))
def test_a_value_is_written_with_its_unit_and_nothing_is_minus_nothing(language: str, key: str) -> None:
    t = Translator(language)
    assert "-0" not in credit_terms.value_words(t, key, -0.0003)
    for value, word in ((math.nan, "unknown"), (math.inf, "never")):
        assert credit_terms.value_words(t, key, value) == t(f"credit.value.{word}")


def test_a_language_is_chosen_in_one_place() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("dashboard", "pages", "services")
        for path in (ROOT / folder).rglob("*.py")
        if CHOSEN.search(path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED
