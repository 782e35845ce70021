"""A number that was written wrong is refused, or is the same order's still."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.order_numbers import check_digit, number, parse

orders = st.tuples(st.integers(1, 999_999), st.integers(1, 9_999_999))


def refused_as(text: str) -> str:
    with pytest.raises(RefusedError) as refused:
        parse(text)
    return refused.value.key


def test_the_check_digit_is_damms() -> None:
    assert check_digit("572") == 4
    assert check_digit("5724") == 0
    assert check_digit("") == 0


def test_a_number_of_an_order() -> None:
    assert number(12, 347) == "G000012-0000347-1"
    assert number(1, 1) != number(1, 2)


@given(orders)
def test_a_number_is_read_back(order: tuple[int, int]) -> None:
    assert parse(number(*order)) == order


@given(orders, st.text("0123456789ＧGgE", min_size=1, max_size=1))
def test_every_single_wrong_character_is_refused(order: tuple[int, int], other: str) -> None:
    right = number(*order).replace("-", "")
    for place, character in enumerate(right):
        if other.upper().replace("Ｇ", "G") != character:
            assert refused_as(right[:place] + other + right[place + 1 :]).startswith("order_number")


@given(orders)
def test_every_swap_of_neighbours_is_refused(order: tuple[int, int]) -> None:
    right = number(*order).replace("-", "")
    for place in range(len(right) - 1):
        one, two = right[place : place + 2]
        if one != two:
            assert refused_as(right[:place] + two + one + right[place + 2 :]).startswith("order_number")


@given(orders, st.integers(0, 15), st.sampled_from([" ", "\u3000", "\u00a0", "\t", "-", "－", "–", "\u200b"]))
def test_blanks_dashes_full_width_and_small_letters_are_passed_over(
    order: tuple[int, int], place: int, between: str
) -> None:
    right = number(*order)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in right)
    assert parse(f" {right[:place]}{between}{right[place:]}\n") == order
    assert parse(right.lower()) == order
    assert parse(wide) == parse(wide.lower()) == order


@given(orders, st.integers(0, 13))
def test_a_lost_or_added_digit_is_refused(order: tuple[int, int], place: int) -> None:
    right = number(*order).replace("-", "")
    assert refused_as(right[:place] + right[place + 1 :]) == "order_number_form"
    assert refused_as(right[: place + 1] + "0" + right[place + 1 :]) == "order_number_form"


def test_no_number_is_one_of_zeros() -> None:
    assert check_digit("0" * 14) == 0
    assert refused_as("G000000-0000000-0") == "order_number_digit"


@pytest.mark.parametrize(
    "text", ["", "G", "0000120000347", "1.2E+13", "H000012-0000347-6", "G00001²-0000347-6"]
)
def test_what_is_no_number_is_refused_by_its_form(text: str) -> None:
    assert refused_as(text) == "order_number_form"


@pytest.mark.parametrize(("batch", "place"), [(0, 1), (1, 0), (-1, 1), (1_000_000, 1), (1, 10_000_000)])
def test_what_has_no_room_is_not_numbered(batch: int, place: int) -> None:
    with pytest.raises(RefusedError, match="order_number_range"):
        number(batch, place)
