"""What is said of estimates: that actions cost more than they bring."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from dashboard.grades import guesses
from dashboard.page import Page
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.credit.estimates import NONE, Estimate, Estimates


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("cost", "collected"), [(8_240_000, 6_750_000), (6_750_000, 8_240_000), (5, 5)])
def test_actions_that_cost_more_than_they_bring_are_said_to(
    cost: int, collected: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(guesses.st, "info", lambda words, **_: told.append(words))
    t = Translator(language)
    likely = (Estimate(float(fen), 0.0, 0.0) for fen in (collected, cost))
    guesses._weigh(cast(Page, SimpleNamespace(t=t, fmt=Format(t))), Estimates(*likely, NONE))
    assert bool(told) is (cost > collected)
    assert all(amount in words for words in told for amount in Format(t).moneys(cost, collected))
