"""What the countdown says of clearing in time: a sentence for each verdict."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from dashboard.overview.countdown import _verdict, say_medians
from dashboard.page import Page
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.recovery.clearing import Cleared
from services.recovery.headline import Holding

OPEN, NONE = Holding(120_000, 3, 4), Holding(0, 0, 0)


def said(language: str, chance: float | None) -> str:
    """Of 1,200 yuan open, a fortnight before the assessment day."""
    t = Translator(language)
    amounts = (None, None, None) if chance is None else (30_000, 0, 110_000)
    left = Cleared(202609, OPEN, NONE, False, False, None, None, date(2026, 11, 5), *amounts, chance)
    return _verdict(cast(Page, SimpleNamespace(t=t, fmt=Format(t))), left, 14)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_sentence_for_each_verdict(language: str) -> None:
    words = {
        "zh": ("**能够**按时结零", "**不能确定**", "**不能**结零", "历史不足"),
        "en": ("**cleared in time**", "**not certain**", "**not** be cleared", "History is too short"),
    }[language]
    for chance, word in zip((0.87, 0.5, 0.1, None), words, strict=True):
        assert word in said(language, chance), said(language, chance)
    assert "87%" in said(language, 0.87) and "50%" in said(language, 0.5)
    assert "99%" in said(language, 1.0), "no chance of what is to come is 100 %"


@pytest.mark.parametrize(("expected", "said"), [(50_000, True), (60_000, False), (None, False)])
def test_units_whose_medians_do_not_add_up_are_said_to(
    expected: int | None, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("dashboard.overview.countdown.st.caption", told.append)
    t = Translator("zh")
    whole = SimpleNamespace(expected=expected)
    page = SimpleNamespace(t=t, fmt=Format(t), load=lambda _: whole)
    say_medians(cast(Page, page), pd.DataFrame({"expected_open": [40_000, 20_000]}))
    assert bool(told) is said and all("600.00 元" in words and "500.00 元" in words for words in told)
