"""One of something is said in the singular, whatever sentence counts it."""

from __future__ import annotations

import pytest

from dashboard.words.i18n import Translator
from dashboard.words.of_one import of_one


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1 bills are past", "1 bill is past"),
        ("**1** customers owe 5.00", "**1** customer owes 5.00"),
        ("the other **1** items", "the other **1** item"),
        ("1 people", "1 person"),
        ("1 entries are known", "1 entry is known"),
        *((same, same) for same in ("11 bills are", "1,001 rows", "0.1 units", "-1 days", "1 of 3")),
    ],
)
def test_one_of_something_is_singular(said: str, meant: str) -> None:
    assert of_one(said) == meant


def test_sentences_of_a_page_are_said_so() -> None:
    t = Translator("en")
    assert "1 bill is past" in t("attention.claims_near_limit", count="1", amount="5.00 yuan")
    assert "2 bills are past" in t("attention.claims_near_limit", count="2", amount="5.00 yuan")
    assert "1 row" in t("data_checks.all_of", rows="1") and t("data_checks.all_of", rows="1") != "1 rows"
