"""What all texts of a column look like, told while they are read: they become values by a shorter way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]

BARE, DIGITS, KEY, CENTS = "bare", "digits", "key", "cents"
MONTH, DAY, DASHED_DAY, INSTANT = "month", "day", "dashed_day", "instant"
SHAPES = (BARE, DIGITS, KEY, CENTS, MONTH, DAY, DASHED_DAY, INSTANT)
"""No blank at either end; digits alone; a number of at most 18 digits without zeros before it; an amount with
two decimals; 202401; 20240105; 2024-01-05; 2024-01-05 08:15:00."""
LONGEST_KEY, LONGEST_AMOUNT = 18, 15
_FIXED = {MONTH: b"000000", DAY: b"00000000", DASHED_DAY: b"0000-00-00", INSTANT: b"0000-00-00 00:00:00"}
_TILES = 1 << 14
_BLANK, _TAB, _MINUS, _POINT, _SLASH, _ZERO = b" \t-./0"


class Shapes:
    """Fed with a file's records in order: the shapes that every text of a column has, by heading.

    A column without any text has all shapes.
    """

    def __init__(self, headings: Sequence[str]) -> None:
        self._left = {heading: set(SHAPES) for heading in headings}

    def feed(self, batch: pa.RecordBatch) -> None:
        """Look at the next records; each column is a string without empty ones."""
        for (heading, left), column in zip(self._left.items(), batch.columns, strict=True):
            if left and len(column) > column.null_count:
                self._left[heading] = _held(left, _Texts(column))

    def found(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Headings with their shapes, where there are any."""
        return tuple((h, tuple(s for s in SHAPES if s in left)) for h, left in self._left.items() if left)


class _Texts:
    """The texts of one column, end to end."""

    def __init__(self, column: pa.Array) -> None:
        _, offsets, data = column.buffers()
        places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
        whole = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
        self.bytes: Bytes = whole[places[0] : places[-1]]
        ends = places - places[0]
        lengths = np.diff(ends)
        if column.null_count:
            held = lengths > 0
            self.starts, self.ends, lengths = ends[:-1][held], ends[1:][held], lengths[held]
        else:
            self.starts, self.ends = ends[:-1], ends[1:]
        self.many = len(lengths)
        self.shortest, self.longest = int(lengths.min()), int(lengths.max())
        self._first: Bytes | None = None

    @property
    def first(self) -> Bytes:
        """The first byte of each."""
        if self._first is None:
            self._first = self.bytes[self.starts]
        return self._first


def _held(left: set[str], texts: _Texts) -> set[str]:
    """Those of the shapes that all of these texts have."""
    kept = {shape for shape, pattern in _FIXED.items() if shape in left and _is_fixed(texts, pattern)}
    if kept & {MONTH, DAY}:
        kept |= left & {DIGITS}
    elif DIGITS in left and not (kept or (texts.bytes - _ZERO > 9).any()):
        kept.add(DIGITS)
    if KEY in left and DIGITS in kept and texts.longest <= LONGEST_KEY and texts.first.min() > _ZERO:
        kept.add(KEY)
    if CENTS in left and not kept and _is_cents(texts):
        kept.add(CENTS)
    if BARE in left and (kept or _is_bare(texts)):
        kept.add(BARE)
    return kept


def _is_fixed(texts: _Texts, pattern: bytes) -> bool:
    """All as long as the pattern, a digit where it has one, else the same; an instant of 19 or 20 hundred."""
    width = len(pattern)
    if texts.shortest != width or texts.longest != width:
        return False
    base, room = _tiled(pattern)
    for begin in range(0, len(texts.bytes), len(base)):
        some = texts.bytes[begin : begin + len(base)]
        if (some - base[: len(some)] > room[: len(some)]).any():
            return False
    if pattern != _FIXED[INSTANT]:
        return True
    century = texts.first * np.uint8(10) + texts.bytes[texts.starts + 1] - np.uint8(_ZERO * 11 % 256)
    return bool(((century == 19) | (century == 20)).all())


@cache
def _tiled(pattern: bytes) -> tuple[Bytes, Bytes]:
    """A pattern many times over, and how far above it each byte may be."""
    base = np.tile(np.frombuffer(pattern, np.uint8), _TILES)
    return base, np.where(base == _ZERO, 9, 0).astype(np.uint8)


def _is_cents(texts: _Texts) -> bool:
    if texts.shortest < 4 or texts.longest > LONGEST_AMOUNT or (texts.bytes - _MINUS > 12).any():
        return False
    points, negative = texts.bytes == _POINT, int((texts.bytes == _MINUS).sum())
    return (
        not (texts.bytes == _SLASH).any()
        and int(points.sum()) == texts.many
        and bool(points[texts.ends - 3].all())
        and (not negative or _is_signed(texts, points, negative))
    )


def _is_signed(texts: _Texts, points: Bytes, negative: int) -> bool:
    """Each minus stands before a digit and at the beginning."""
    signed = texts.starts[texts.first == _MINUS]
    return len(signed) == negative and not points[signed + 1].any()


def _is_bare(texts: _Texts) -> bool:
    last = texts.bytes[texts.ends - 1]
    return not any(((end == _BLANK) | (end == _TAB)).any() for end in (texts.first, last))
