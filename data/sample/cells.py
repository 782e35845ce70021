"""Text columns as byte matrices: vectorised formatting that CSV and Parquet writers share.

A column of N cells is a uint8 matrix (N, width), or (1, width) where all rows are equal; zero bytes are
padding and vanish on writing, so an empty cell is a row of zeros.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from data.sample.spec import as_date

Cells = NDArray[np.uint8]
Ints = NDArray[np.signedinteger]
Mask = NDArray[np.bool_]

_FOUR = np.array([list(b"%04d" % i) for i in range(10_000)], dtype=np.uint8).view(np.uint32).ravel()


def digits(n: Ints, width: int) -> Cells:
    """Non-negative integers with leading zeros."""
    groups = -(-width // 4)
    out = np.empty((len(n), groups), dtype=np.uint32)
    rest = n.astype(np.uint64)
    for g in range(groups - 1, 0, -1):
        left = rest // np.uint64(10_000)
        out[:, g] = _FOUR[(rest - left * np.uint64(10_000)).astype(np.intp)]
        rest = left
    out[:, 0] = _FOUR[(rest % np.uint64(10_000)).astype(np.intp)]
    return out.view(np.uint8).reshape(len(n), groups * 4)[:, groups * 4 - width :]


def number(n: Ints, keep: int = 1) -> Cells:
    """Integers without leading zeros (at least `keep` digits), with a minus sign where negative."""
    size = np.abs(n)
    top = int(size.max(initial=0))
    width = max(keep, len(str(top)))
    out = np.empty((len(n), width + 1), dtype=np.uint8)
    out[:, 1:] = digits(size, width)
    for place in range(keep, width):
        out[size < 10**place, width - place] = 0
    out[:, 0] = np.where(n < 0, ord("-"), 0)
    return out


def yuan(fen: Ints) -> Cells:
    """Fen as yuan with two decimals."""
    plain = number(fen, keep=3)
    dot = np.full((len(fen), 1), ord("."), dtype=np.uint8)
    return np.hstack([plain[:, :-2], dot, plain[:, -2:]])


_FIRST = -10_000
_LAST = 40_000


@cache
def _calendar() -> NDArray[np.uint64]:
    text = b"".join(as_date(d).strftime("%Y%m%d").encode() for d in range(_FIRST, _LAST))
    return np.frombuffer(text, dtype=np.uint64)


def day(days: Ints) -> Cells:
    """Days since 1970-01-01 as yyyymmdd."""
    return _calendar()[np.asarray(days) - _FIRST].view(np.uint8).reshape(len(days), 8)


def month_of(days: Ints) -> Cells:
    """The yyyymm of days since 1970-01-01."""
    return day(days)[:, :6]


def stamp(days: Ints, seconds: Ints) -> Cells:
    """A day and the second in it as yyyy-mm-dd hh:mm:ss."""
    d = day(days)
    out = np.empty((len(d), 19), dtype=np.uint8)
    out[:] = np.frombuffer(b"0000-00-00 00:00:00", dtype=np.uint8)
    out[:, 0:4], out[:, 5:7], out[:, 8:10] = d[:, 0:4], d[:, 4:6], d[:, 6:8]
    for at, part in ((11, seconds // 3600), (14, seconds // 60 % 60), (17, seconds % 60)):
        out[:, at : at + 2] = digits(part, 2)
    return out


def constant(text: str, encoding: str = "ascii") -> Cells:
    """One text for all rows."""
    return np.frombuffer(text.encode(encoding), dtype=np.uint8).reshape(1, -1)


def table(texts: Sequence[str], encoding: str = "ascii", quoted: bool = False) -> Cells:
    """A dictionary of texts, to be indexed by code; `quoted` writes them as CSV needs it."""
    coded = [(csv_text(s) if quoted else s).encode(encoding) for s in texts]
    width = max((len(b) for b in coded), default=0) or 1
    raw = b"".join(b.ljust(width, b"\0") for b in coded)
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, width)


def csv_text(text: str) -> str:
    """A cell as a CSV file holds it: in quotes only where it must be."""
    if not any(c in text for c in ',"\r\n\t'):
        return text
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="").writerow([text])
    return out.getvalue()


def blank(cells: Cells, where: Mask) -> Cells:
    """The same cells, empty where the mask says."""
    out = np.array(np.broadcast_to(cells, (len(where), cells.shape[1])))
    out[where] = 0
    return out
