"""Numbers, months and days as a reader sees them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.grading import by_cutoffs
from dashboard.words.format import NOTHING, Format
from dashboard.words.i18n import Translator, language_of

ZH, EN = Format(Translator("zh")), Format(Translator("en"))


@pytest.mark.parametrize("fmt", [ZH, EN])
@pytest.mark.parametrize("write", ["money", "yuan", "rate", "points", "count", "month", "date", "days"])
@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_what_is_undefined_is_a_dash(fmt: Format, write: str, nothing: float | None) -> None:
    assert getattr(fmt, write)(nothing) == NOTHING


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "0.00 元", "0.00 yuan"),
        (5, "0.05 元", "0.05 yuan"),
        (123456, "1,234.56 元", "1.23k yuan"),
        (123_456_789, "123.46 万元", "1.23M yuan"),
        (-123_456_789, "-123.46 万元", "-1.23M yuan"),
        (5 * 10**12, "500.00 亿元", "50.00bn yuan"),
    ],
)
def test_money_in_the_readers_units(fen: int, zh: str, en: str) -> None:
    assert (ZH.money(fen), EN.money(fen)) == (zh, en)


def test_what_is_compared_stands_in_one_unit() -> None:
    assert ZH.moneys(9_413_440_000, 10_200_000_000) == ("0.94 亿元", "1.02 亿元")
    assert EN.moneys(3_120_00, 1_547_900_00) == ("0.0031M yuan", "1.55M yuan")
    assert ZH.moneys(10_240_000_000, 10_241_000_000) == ("1.0240 亿元", "1.0241 亿元")
    assert ZH.moneys(3_500, 102_000_000_00) == ("0.0035 万元", "10,200.00 万元")
    assert ZH.moneys(350, 102_000_000_00) == ("3.50 元", "102,000,000.00 元")
    assert ZH.moneys(0, None, 5) == ("0.00 元", NOTHING, "0.05 元")


FEN = st.integers(-(10**15), 10**15)


@given(st.lists(FEN, min_size=1, max_size=5), st.sampled_from([ZH, EN]))
def test_compared_amounts_share_a_unit_are_told_apart_and_none_reads_as_nothing(
    amounts: list[int], fmt: Format
) -> None:
    told = dict(zip(amounts, fmt.moneys(*amounts), strict=True))
    assert len({re.sub(r"[-\d.,]", "", text) for text in told.values()}) == 1
    assert len(set(told.values())) == len(told), "told apart"
    for fen, text in told.items():
        assert (float(re.sub(r"[^-\d.]", "", text)) == 0) == (fen == 0)


@given(st.lists(st.lists(FEN, max_size=4), min_size=1, max_size=4), st.sampled_from([ZH, EN]))
def test_no_amount_of_a_table_or_chart_reads_as_nothing(columns: list[list[int]], fmt: Format) -> None:
    unit = fmt.common_unit(columns)
    for column in columns:
        decimals = unit.tells(column).decimals
        assert 2 <= decimals <= 4
        for fen in column:
            assert (round(fen / unit.fen, decimals) == 0) == (fen == 0)
    largest = fmt.unit(max((abs(fen) for column in columns for fen in column), default=None))
    for column in columns:
        for fen in column:
            for text in (fmt.money(fen, largest), fmt.amount(fen, largest), fmt.money(fen)):
                assert (float(re.sub(r"[^-\d.]", "", text)) == 0) == (fen == 0)


@given(st.integers(-(10**17), 10**17))
def test_yuan_is_exact_to_the_cent(fen: int) -> None:
    text = ZH.yuan(fen).replace(",", "")
    whole, cents = text.lstrip("-").split(".")
    assert (int(whole) * 100 + int(cents)) * (-1 if text.startswith("-") else 1) == fen


def test_rates_keep_two_decimals() -> None:
    assert (ZH.rate(0.98765), ZH.rate(1), ZH.rate(0)) == ("98.77%", "100.00%", "0.00%")
    assert (ZH.points(0.0031), EN.points(-0.01)) == ("+0.31 个百分点", "-1.00 pp")


@given(st.floats(0, 2), st.floats(0, 2))
def test_a_difference_of_rates_is_that_of_the_rates_as_written(now: float, then: float) -> None:
    told = ZH.points_between(now, then).split()[0]
    written = [Decimal(ZH.rate(rate).rstrip("%")) for rate in (now, then)]
    assert Decimal(told) == written[0] - written[1]
    assert ZH.points_between(0.97074, 0.98816) == "-1.75 个百分点", "97.07 below 98.82"


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_difference_of_amounts_is_that_of_the_amounts_as_written(now: int, then: int) -> None:
    unit = ZH.common_unit([[now, then]])
    written = [Decimal(ZH.amount(fen, unit).replace(",", "")) for fen in (now, then)]
    assert Decimal(ZH.amount_between(now, then, unit).replace(",", "")) == written[0] - written[1]


@given(st.floats(0, 100), st.sampled_from([45.0, 60.0, 75.0, 90.0, 67.5]))
def test_a_score_reads_as_reaching_a_cut_off_only_where_it_does(score: float, cutoff: float) -> None:
    assert (float(ZH.score(score)) >= cutoff) == (by_cutoffs([score], [cutoff])[0] == 0)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_difference_on_a_card_is_that_of_both_amounts_in_the_unit_they_share(now: int, then: int) -> None:
    unit = ZH.shared(now, then)
    written = [Decimal(ZH.amount(fen, unit).replace(",", "")) for fen in (now, then)]
    assert Decimal(ZH.money_between(now, then).split()[0].replace(",", "")) == written[0] - written[1]


def test_a_score_just_below_a_cut_off() -> None:
    assert [EN.score(s) for s in (89.96, 74.9999, 90 - 1e-12, 90.0, 62.05, 20, 100)] == [
        *("89.9", "74.9", "90.0", "90.0", "62.0", "20.0", "100.0")
    ]
    assert EN.score(float("nan")) == NOTHING


def test_months_and_days() -> None:
    assert (ZH.month(202603), EN.month(202603)) == ("2026年3月", "Mar 2026")
    assert (ZH.date(date(2026, 3, 31)), EN.date(date(2026, 3, 31))) == ("2026年3月31日", "31 Mar 2026")
    assert ZH.month(202613) == NOTHING


def test_buckets_are_named_from_their_edges() -> None:
    edges = (0, 30, 60, 90, 180, 365, 730, 1095)
    names = [ZH.bucket(edges, i) for i in range(len(edges) + 1)]
    assert names[:3] == ["未到期", "1–30 天", "31–60 天"]
    assert names[-1] == "3 年以上"
    assert [EN.bucket((0, 45), i) for i in range(3)] == ["Not due", "1–45 days", "Over 45 days"]
    assert [ZH.bucket((0,), i) for i in range(2)] == ["未到期", "0 天以上"]


@given(st.integers(1, 10**13), st.integers(0, 10**13), st.integers(1, 10_000), st.booleans())
def test_no_rate_reads_as_the_target_that_it_misses(whole: int, part: int, aim: int, near: bool) -> None:
    """What is missing is an exact number of fen (targets to a hundredth of a point, as they are set)."""
    part = max(0, aim * whole // 10_000 - 1) if near else min(part, whole)
    rate, target, missed = part / whole, aim / 10_000, part * 10_000 < aim * whole
    written = Decimal(ZH.rate_beside(rate, target).rstrip("%").replace(",", ""))
    assert written < Decimal(aim) / 100 if missed else written >= Decimal(aim) / 100
    assert ZH.points_short(rate, target).startswith("-") is missed


def test_a_rate_beside_its_target_has_more_decimals_only_where_it_needs_them() -> None:
    beside = [ZH.rate_beside(rate, 0.995) for rate in (0.98, 0.99496, 0.994999, 0.99499999, 0.995, 0.99501)]
    assert beside == ["98.00%", "99.496%", "99.4999%", "99.4999%", "99.50%", "99.50%"]
    assert ZH.rate_beside(0.98, None) == "98.00%" and ZH.places(0) == "不变" and ZH.places(-2) == "-2"


def test_a_heading_takes_its_unit_into_its_own_bracket() -> None:
    assert [ZH.in_yuan("欠费"), ZH.in_yuan("应收电费（当月）")] == ["欠费（元）", "应收电费（当月，元）"]
    assert [EN.in_yuan("Arrears"), EN.in_yuan("Billed (month)")] == ["Arrears (yuan)", "Billed (month, yuan)"]


@given(st.floats(-1e-9, 0, exclude_max=True))
def test_nothing_is_written_without_a_minus(little: float) -> None:
    written = [ZH.rate(little), ZH.points(little, 3), ZH.number(little), EN.points(little)]
    assert not [text for text in written if "-" in text]


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-GB", "en"), ("en_US.UTF-8", "en"), ("de-DE", "en"), ("zh-CN", "zh"), ("zh_TW", "zh"), (None, "zh")],
)
def test_a_locale_is_read_in_its_language_any_other_in_english(locale: str | None, language: str) -> None:
    assert language_of(locale) == language
