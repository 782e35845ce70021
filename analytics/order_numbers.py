"""Numbers of work orders, with a check digit: what is copied, retyped or read out comes back as it was.

The digit is Damm's (H. Michael Damm, Total anti-symmetrische Quasigruppen, Marburg 2004): it finds every
single wrong digit and every swap of neighbours. Luhn's, of bank cards, takes 09 for 90.
"""

from __future__ import annotations

import re

from analytics.errors import RefusedError

LETTER = "G"
"""A number begins with a letter, so that no spreadsheet takes it for a quantity and drops zeros or digits."""

BATCH_DIGITS = 6
PLACE_DIGITS = 7

_QUASIGROUP = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""Damm's table of order 10; each digit leads from a row to the next, and a right number ends at 0."""

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_BETWEEN = re.compile(r"[\s\u200b\ufeff\u2010-\u2015\u2212-]+")
_FORM = re.compile(rf"{LETTER}([0-9]{{{BATCH_DIGITS}}})([0-9]{{{PLACE_DIGITS}}})([0-9])")


def check_digit(digits: str) -> int:
    """Damm's digit for a row of the digits 0–9; of a row that ends with its check digit it is 0."""
    row = 0
    for digit in digits:
        row = _QUASIGROUP[row][int(digit)]
    return row


def number(batch: int, place: int) -> str:
    """The number of the order at a place of a batch, both from 1: G000012-0000347-1.

    RefusedError `order_number_range` beyond 999,999 batches or 9,999,999 places.
    """
    if not (0 < batch < 10**BATCH_DIGITS and 0 < place < 10**PLACE_DIGITS):
        raise RefusedError("order_number_range", batch=batch, place=place)
    first, second = f"{batch:0{BATCH_DIGITS}d}", f"{place:0{PLACE_DIGITS}d}"
    return f"{LETTER}{first}-{second}-{check_digit(first + second)}"


def parse(text: str) -> tuple[int, int]:
    """(batch, place) of a number; blanks and dashes anywhere, full width and small letters are passed over.

    RefusedError `order_number_form` where it is no number of an order, `order_number_digit` where a digit is
    wrong or two are swapped.
    """
    found = _FORM.fullmatch(_BETWEEN.sub("", text.translate(_FULL_WIDTH)).upper())
    if not found:
        raise RefusedError("order_number_form", value=text, example=number(12, 347))
    batch, place = int(found[1]), int(found[2])
    if check_digit("".join(found.groups())) or not batch or not place:
        raise RefusedError("order_number_digit", value=text)
    return batch, place
