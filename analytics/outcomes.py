"""What will be left of debts that are each paid or not: its middle and the band of four outcomes in five.

One large debtor is all or nothing, a thousand small ones are a bell, and something moves all of them
together. No curve of two numbers is right for all three, so outcomes are drawn: the same ones for the same
debtors, whichever unit or table asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Names = NDArray[np.uint64]

SHARE = 0.8
"""Of the outcomes shall lie in the band."""
DRAWS = 1000
MOST_KEYS = 500
"""Keys of which outcomes are drawn at a time."""
FEW = 4
"""Debtors of a row who are still drawn one by one."""
MATTERS = 0.01
"""Of a key's variance: what a debtor must have of it to be drawn alone."""

_LEVELS = (np.arange(DRAWS) + 0.5) / DRAWS
TOGETHER = ndtri(_LEVELS)
"""Of each draw: how far all are moved, in standard deviations."""
APART = ndtri(np.random.default_rng(0).permutation(_LEVELS))
"""And the many small ones of a key, by chance."""
LATER = ndtri(np.random.default_rng(1).permutation(_LEVELS))
"""And what is not yet owed on the day."""


@dataclass(frozen=True, eq=False)
class Debts:
    """Rows of debtors alike: fen, the log-odds that something is left, and of how much."""

    keys: pd.Index
    key: Ints  # of each row: its place in keys
    open: Floats
    squares: Floats  # of what each debtor holds, summed
    odds: Floats
    part: Floats  # what is left of each yuan of those who leave anything
    cell: Names  # rows of one cell share what is not known of its odds
    doubt: Floats  # the variance of that
    name: Names  # the same for the same debtors in every question
    spread: float  # of single debtors, as a multiple of independent ones
    common: float  # variance (log-odds) of what moves all together

    def sums(self, values: Floats, of: NDArray[np.bool_] | slice = slice(None)) -> Floats:
        """By key."""
        return np.asarray(np.bincount(self.key[of], values[of], len(self.keys)), float)

    def moments(self) -> pd.DataFrame:
        """Per key: key, open, and the mean and the variance of what will be left; fen."""
        mean, single, moved = _moments(self)
        by_key = [self.sums(x) for x in (self.open, mean, single, moved)]
        variance = self.spread * by_key[2] + self.common * by_key[3] ** 2
        variance += _doubts(self, np.ones(len(self.key), bool), moved)
        return pd.DataFrame(
            {"key": self.keys, "open": by_key[0].astype("int64"), "mean": by_key[1], "variance": variance}
        )


def _moments(debts: Debts) -> tuple[Floats, Floats, Floats]:
    """Of each row: mean, variance of independent debtors, and what one unit of log-odds moves."""
    chance = expit(debts.odds)
    moved = debts.open * chance * (1 - chance) * debts.part
    return debts.open * chance * debts.part, debts.squares * chance * (1 - chance) * debts.part**2, moved


def drawn(debts: Debts) -> pd.DataFrame:
    """Per key: key, open, expected (as often more as less), low, high; fen."""
    draws = np.concatenate([draws_of(part) for part in _pieces(debts)], axis=1)
    low, high = (1 - SHARE) / 2, (1 + SHARE) / 2
    outcomes = {
        "open": np.round(debts.sums(debts.open)),
        "expected": np.quantile(draws, 0.5, axis=0, method="lower"),
        "low": np.floor(np.quantile(draws, low, axis=0, method="lower")),
        "high": np.ceil(np.quantile(draws, high, axis=0, method="higher")),
    }
    frame = pd.DataFrame({name: np.round(values).astype("int64") for name, values in outcomes.items()})
    frame.insert(0, "key", debts.keys)
    frame["high"] = frame[["open", "high"]].min(axis=1)
    return frame


def _pieces(debts: Debts) -> Iterator[Debts]:
    """Some keys at a time: memory for their draws."""
    for first in range(0, max(len(debts.keys), 1), MOST_KEYS):
        keys = debts.keys[first : first + MOST_KEYS]
        mine = (debts.key >= first) & (debts.key < first + MOST_KEYS)
        own = {
            n: getattr(debts, n)[mine] for n in ("open", "squares", "odds", "part", "cell", "doubt", "name")
        }
        yield replace(debts, keys=keys, key=debts.key[mine] - first, **own)


def draws_of(debts: Debts) -> Floats:
    """DRAWS outcomes by key; fen."""
    mean, single, moved = _moments(debts)
    number = np.maximum(np.rint(debts.open**2 / np.maximum(debts.squares, 1)), 1).astype(np.int64)
    of_key = debts.sums(single)[debts.key]
    alone = (number <= FEW) & (single / number >= MATTERS * of_key)
    rest = [debts.sums(x, ~alone) for x in (debts.open, mean, debts.spread * single, moved)]
    times = number[alone]
    key, odds, part, size = (
        np.repeat(x[alone], times) for x in (debts.key, debts.odds, debts.part, debts.open / number)
    )
    turn = np.arange(len(key)) - np.repeat(np.cumsum(times) - times, times)
    names = np.repeat(debts.name[alone], times) + (turn.astype(np.uint64) << np.uint64(60))
    moves = TOGETHER[:, None] * np.sqrt(debts.common) + np.repeat(_of_cells(debts, alone), times, axis=1)
    stays = _evenly(names) < expit(odds + moves) * part
    few = np.arange(DRAWS)[:, None] * len(debts.keys) + key
    shape = (DRAWS, len(debts.keys))
    large = np.bincount(few.ravel(), (size * stays).ravel(), DRAWS * len(debts.keys)).reshape(shape)
    rest[2] += _doubts(debts, ~alone, moved)
    move, bell = (x[:, None] for x in (TOGETHER * np.sqrt(debts.common), APART))
    many = np.clip(rest[1] + move * rest[3] + bell * np.sqrt(rest[2]), 0, rest[0])
    return np.asarray(large + many, float)


def _of_cells(debts: Debts, alone: NDArray[np.bool_]) -> Floats:
    """Of each draw and row that is drawn alone: how far its cell is moved."""
    cells, place = np.unique(debts.cell[alone], return_inverse=True)
    moves = ndtri(np.clip(_evenly(cells), 1e-9, 1 - 1e-9))
    return np.asarray(moves[:, place] * np.sqrt(debts.doubt[alone]), float)


def _doubts(debts: Debts, of: NDArray[np.bool_], moved: Floats) -> Floats:
    """By key: the variance that comes from not knowing the odds of cells."""
    places = debts.key[of].astype(np.uint64) << np.uint64(32) | debts.cell[of]
    pairs, first, which = np.unique(places, return_index=True, return_inverse=True)
    sums = np.bincount(which, moved[of], len(pairs))
    return np.asarray(
        np.bincount(debts.key[of][first], sums**2 * debts.doubt[of][first], len(debts.keys)), float
    )


def named(rows: pd.DataFrame) -> Names:
    """32 bits of each row's values: the same whatever other rows are known, so that a month that is loaded
    later draws nothing anew.
    """
    return np.asarray(pd.util.hash_pandas_object(rows.astype(str), index=False), np.uint64) >> np.uint64(32)


def _evenly(names: Names) -> Floats:
    """A number in [0, 1) of each draw and name, as though by chance (splitmix64)."""
    x = names + np.arange(1, DRAWS + 1, dtype=np.uint64)[:, None] * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((x ^ (x >> np.uint64(31))) >> np.uint64(11), float) * 2.0**-53
