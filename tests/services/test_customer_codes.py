"""Codes that stand for customer numbers in links: read back by who holds the key, refused when touched."""

from __future__ import annotations

import base64
import hmac
import string
from itertools import chain

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


def test_a_number_has_the_code_that_every_later_version_reads() -> None:
    assert code_of(KEY, "0012345678") == "xOW_ni-yZpjdrCfV2Kyo5B9GOmzd9QN-lU3OFY-4qbM"
    assert code_of(KEY, "") == "i4575jzZRTLYlbjleaZw2UtcujKw8f8ymG5XE10EfPA"


def code_of_before(number: str) -> str:
    """As the program wrote codes until it took AES-SIV."""
    text = number.encode()
    padded = (bytes([len(text)]) if len(text) < 256 else b"\0" + len(text).to_bytes(4)) + text
    padded += bytes(-len(padded) % 16)
    tag = hmac.digest(KEY, b"number" + padded, "sha256")[:12]
    blocks = (bytes([n]) if n < 256 else n.to_bytes(4) for n in range(len(padded)))
    stream = chain.from_iterable(hmac.digest(KEY, b"stream" + tag + n, "sha256") for n in blocks)
    hidden = bytes(a ^ b for a, b in zip(padded, stream, strict=False))
    return base64.urlsafe_b64encode(tag + hidden).decode().rstrip("=")


def test_a_link_that_was_made_before_is_read() -> None:
    assert number_of(KEY, "Yk2UffFY7s62zVdBeK5mksd6PBTnLCd0dkvA5g") == "0012345678"
    assert number_of(KEY, "hhUeVkJTvaVDLaMlMtnjLByg5Px7VnVP3G9vpg") == ""
    for number in ("0012345678", "9" * 255, "9" * 256, "号" * 3000):
        code = code_of_before(number)
        assert number_of(KEY, code) == number and code_of(KEY, number) != code
        assert number_of(OTHER, code) is None and number_of(KEY, code[:-20]) is None
        for place in (0, 20, len(code) - 2):
            other = "A" if code[place] != "A" else "B"
            assert number_of(KEY, code[:place] + other + code[place + 1 :]) is None


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
