"""Codes that stand for customer numbers in links: read back by who holds the key, refused when touched."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customers.customer_codes import code_of, number_of

KEY, OTHER = b"k" * 32, b"o" * 32
NUMBERS = st.text(st.sampled_from(string.digits + string.ascii_letters + "-"), max_size=32)


@given(NUMBERS)
def test_a_number_comes_back(number: str) -> None:
    code = code_of(KEY, number)
    assert number_of(KEY, code) == number
    assert code == code_of(KEY, number), "a link would not be stable"
    assert set(code) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize("length", [239, 240, 254, 255, 256, 257, 335, 8175, 8192, 40_000])
def test_a_number_of_any_length_comes_back(length: int) -> None:
    for number in ("9" * length, "号" * (length // 3) + "0" * (length % 3)):
        code = code_of(KEY, number)
        assert number_of(KEY, code) == number
        assert number_of(KEY, code[:-20]) is None and number_of(OTHER, code) is None


def test_a_link_that_was_made_before_is_read() -> None:
    assert code_of(KEY, "0012345678") == "Yk2UffFY7s62zVdBeK5mksd6PBTnLCd0dkvA5g"
    assert code_of(KEY, "") == "hhUeVkJTvaVDLaMlMtnjLByg5Px7VnVP3G9vpg"


@given(NUMBERS.filter(lambda n: len(n) > 3))
def test_a_code_does_not_show_the_number(number: str) -> None:
    assert number not in code_of(KEY, number)
    assert code_of(KEY, number) != code_of(OTHER, number)
    assert number_of(OTHER, code_of(KEY, number)) is None


@given(NUMBERS, st.integers(0, 200), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_a_code_that_was_touched_is_refused(number: str, place: int, letter: str) -> None:
    code = code_of(KEY, number)
    place %= len(code)
    touched = code[:place] + letter + code[place + 1 :]
    assert number_of(KEY, touched) == (number if touched == code else None)
    assert number_of(KEY, code[:-1]) is None and number_of(KEY, code + "AAAA") is None


@given(st.text(max_size=60))
def test_nonsense_is_no_code(text: str) -> None:
    assert number_of(KEY, text) is None


def test_lengths_do_not_tell_short_numbers_apart() -> None:
    assert len({len(code_of(KEY, "1" * n)) for n in range(1, 16)}) == 1
