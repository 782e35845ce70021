"""What a clerk reads aloud: each indicator has a sentence with its span and unit, without hard terms."""

from __future__ import annotations

import math
import re
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from analytics.counterfactual import Change
from analytics.indicators import REGISTRY, Indicator
from dashboard.customers.credit_view import CreditView
from dashboard.customers.credit_words import change_words, said_of
from dashboard.page import Page
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, MISSING, Translator, catalogue

SPAN = {
    "zh": {"12m": "近 12 个月", "24m": "近 12 个月", "36m": "近 3 年"},
    "en": {"12m": "12 months", "24m": "12 months", "36m": "3 years"},
}
TERMS = {
    "zh": re.compile("加权|权重|隶属|指标|占比|月均|利用率|同比|标准差|逾期率"),
    "en": re.compile(r"weighted|membership|indicator|volatility|ratio|mean days", re.IGNORECASE),
}
UNIT = {
    "zh": {"times": "次", "months": "个月", "days": "天", "percent": "%", "bills": "个月电费", "years": "年",
           "yuan": "元", "kVA": "kVA", "kV": "kV", "points": "分", "class": "级", "flag": ""},
    "en": {"times": "times", "months": "months", "days": "days", "percent": "%", "bills": "mean bills",
           "years": "years", "yuan": "yuan", "kVA": "kVA", "kV": "kV", "points": "points", "class": "class",
           "flag": ""},
}  # fmt: skip


def said(language: str, indicator: Indicator, value: float) -> str:
    """The sentence of an indicator."""
    page = cast(Page, SimpleNamespace(t=Translator(language)))
    return said_of(page, indicator.key, value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", REGISTRY.values(), ids=list(REGISTRY))
def test_a_loss_is_said_with_its_span_and_unit(language: str, indicator: Indicator) -> None:
    value = 0.0 if indicator.unit == "flag" else 3.0
    sentence = said(language, indicator, value)
    assert MISSING.format(key="")[0] not in sentence
    assert indicator.unit == "flag" or re.search(r"\b3\b|3", sentence)
    assert UNIT[language][indicator.unit] in sentence
    assert SPAN[language].get(indicator.window, "") in sentence
    assert not TERMS[language].search(sentence), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_less_use_and_a_debt_without_bills_have_words_of_their_own(language: str) -> None:
    trend, overdue = REGISTRY["consumption_trend"], REGISTRY["overdue_bills"]
    less, more = (said(language, trend, v) for v in (-23.4, 23.4))
    assert less != more and "23.4%" in less and "-" not in less.replace("on-time", "")
    t = Translator(language)
    assert said(language, overdue, math.inf) == t("credit.say.overdue_bills_no_bill")
    assert t("credit.value.never") not in said(language, overdue, math.inf)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_would_raise_a_grade_is_said_without_terms_of_the_method(language: str) -> None:
    changeable = {i.key for i in REGISTRY.values() if i.changeable} - {"overdue_bills", "overdue_days"}
    words: dict[str, Any] = {
        k.removeprefix("credit.change."): v
        for k, v in catalogue(language).items()
        if k.startswith("credit.change.")
    }
    assert changeable <= set(words)
    for key in (*changeable, "overdue_all"):
        assert not TERMS[language].search(words[key]), words[key]
        span = SPAN[language].get(REGISTRY[key].window, "") if key in REGISTRY else ""
        assert key == "arrears_recent" or span in words[key], words[key]


@pytest.mark.parametrize("indicator", REGISTRY.values(), ids=list(REGISTRY))
def test_a_name_tells_its_span(indicator: Indicator) -> None:
    spans = {"12m": ("12个月", "12 months"), "36m": ("近3年", "3 years")}
    zh, en = spans.get(indicator.window, ("", ""))
    assert zh in indicator.zh and en in indicator.en


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_debt_is_said_as_such(language: str) -> None:
    since, t = REGISTRY["months_since_arrear"], Translator(language)
    assert said(language, since, 0.0) == t("credit.say.months_since_arrear_now") != said(language, since, 0.1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_of_waiting_is_not_said_like_a_payment(language: str) -> None:
    t, due_on = Translator(language), date(2026, 5, 15)
    bill = {"due_on": due_on, "rcvbl_ym": 202605, "is_billed": True, "billed": 100, "collected_by_due": 0}
    page = SimpleNamespace(t=t, fmt=Format(t))
    now = SimpleNamespace(day=date(2026, 11, 20))
    view = SimpleNamespace(page=page, now=now, bills=pd.DataFrame([{**bill, "open_after_due": 100}]))
    said = change_words(cast(CreditView, view), Change("on_time_share", 50.0, 100.0, 1.0))
    assert t("credit.change.waits_until", day=page.fmt.date(date(2027, 5, 16))) in said
    longest = change_words(cast(CreditView, view), Change("late_days_max", 50.0, 10.0, 1.0))
    assert t("credit.change.waits") in longest
    ahead = change_words(cast(CreditView, view), Change("prepaid_share", 0.0, 20.0, 1.0))
    assert t("credit.change.waits") not in ahead
