"""Figures under readings, by unit, and the search for the readings that an official report takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analytics.tieout_readings import (
    EXCLUSIVE,
    MEASURES,
    MONEY,
    READINGS,
    Cells,
    Columns,
    bill_worth,
    check_readings,
    columns_of,
    household_worth,
    line_worth,
)
from analytics.tieout_verdict import TWINS, suspects

Figures = npt.NDArray[np.int64]

LEAST_GAIN = 0.005
"""A reading is taken only when it explains this share more of one measure's differences."""


class Sums:
    """Cells summed by unit: which rows are under which units is found once."""

    def __init__(self, cells: Cells, orgs: Sequence[str]) -> None:
        parts = (cells.bills, cells.receipts, cells.households)
        self._cells = [columns_of(part) for part in parts]
        self._under = [_under(part, orgs) for part in parts]

    def at(self, on: frozenset[str]) -> Figures:
        """Units × measures under the readings."""
        (bills, lines, households), (of_bills, of_lines, of_households) = self._cells, self._under
        money = of_bills @ _money(bill_worth(bills, on)) + of_lines @ _money(line_worth(lines, on))
        return np.column_stack([money, of_households @ household_worth(households, on).astype("int64")])


class Units:
    """The units of the official report, and their figures under readings, kept once computed.

    `half`: half of what its money is rounded to, in fen.
    """

    def __init__(self, cells: Cells, official: pd.DataFrame, half: int = 0) -> None:
        self._half = half
        self.orgs = [str(o) for o in official["org_no"]]
        self._sums = Sums(cells, self.orgs)
        values = official.reindex(columns=list(MEASURES))
        self.given = values.notna().to_numpy()
        self._evidence = self.given
        self.official: Figures = values.fillna(0).to_numpy(dtype="int64")
        self._known: dict[frozenset[str], Figures] = {}
        self.base = self.at(())

    def at(self, readings: Iterable[str]) -> Figures:
        """Units × measures under the readings."""
        on = frozenset(readings)
        if on not in self._known:
            self._known[on] = self._sums.at(on)
        return self._known[on]

    def lines(self) -> pd.DataFrame:
        """Each figure given, by measure, as `stand` reads it; `unit` and `place` are its row and column."""
        place, unit = np.nonzero(self.given.T)
        dengta, official = self.base[unit, place], self.official[unit, place]
        made = pd.DataFrame({"unit": unit, "place": place, "dengta": dengta, "official": official})
        made["org_no"] = [self.orgs[k] for k in unit]
        made["measure"] = [MEASURES[i] for i in place]
        made["difference"] = official - dengta
        twins = [MEASURES.index(TWINS.get(m, m)) for m in MEASURES]
        has_twin = np.array([m in TWINS for m in MEASURES])[place]
        made["twin"] = np.where(has_twin, self.base[unit, np.array(twins)[place]], 0)
        return made.assign(suspect=suspects(made, self._half))

    def cost(self, readings: Iterable[str]) -> float:
        """What stays unexplained, each measure as a share of its first difference."""
        rest = np.abs(self.official - self.at(readings)) * self._evidence
        first = np.abs(self.official - self.base) * self._evidence
        return float((rest.sum(axis=0) / np.maximum(first.sum(axis=0), 1)).sum())

    def best(self, doubtful: pd.Series[bool]) -> tuple[str, ...]:
        """Add the reading (or, where no single one helps, the pair) that explains most; drop idle ones.

        `doubtful` lines (of `lines`) are no evidence.
        """
        left = self.lines()[doubtful]
        self._evidence = self.given.copy()
        self._evidence[left["unit"], left["place"]] = False
        chosen: frozenset[str] = frozenset()
        live = [r for r in READINGS if (self.at({r}) != self.base).any()]
        while (cost := self.cost(chosen)) > 0:
            next_best = min(self._moves(chosen, live), key=lambda s: (self.cost(s), len(s)), default=chosen)
            if self.cost(next_best) > cost - LEAST_GAIN:
                pairs = self._pairs(chosen, live)
                next_best = min(pairs, key=lambda s: (self.cost(s), len(s)), default=chosen)
            if self.cost(next_best) > cost - LEAST_GAIN:
                break
            chosen = next_best
        for reading in sorted(chosen, key=READINGS.index):
            if self.cost(chosen - {reading}) <= self.cost(chosen):
                chosen = chosen - {reading}
        return check_readings(chosen)

    def _moves(self, chosen: frozenset[str], live: list[str]) -> list[frozenset[str]]:
        extra = [r for r in live if r not in chosen]
        moves = [chosen | {r} for r in extra]
        moves += [chosen - {old} | {new} for old in chosen for new in extra]
        return [m for m in moves if _compatible(m)]

    def _pairs(self, chosen: frozenset[str], live: list[str]) -> list[frozenset[str]]:
        extra = [r for r in live if r not in chosen]
        return [m for p in combinations(extra, 2) if _compatible(m := chosen | set(p))]


def _money(worth: Columns) -> Figures:
    """Rows × measures in money."""
    return np.column_stack([worth[measure] for measure in MONEY]).astype("int64")


def _compatible(readings: frozenset[str]) -> bool:
    return not any(one in readings and other in readings for one, other in EXCLUSIVE)


def _under(frame: pd.DataFrame, orgs: Sequence[str]) -> sparse.csr_array:
    """Units × rows: 1 where the row's unit is the unit or under it."""
    codes, known = pd.factorize(frame["org_no"].astype(str))
    inside = np.array([[str(k).startswith(o) for k in known] for o in orgs], dtype="int64")
    inside = inside.reshape(len(orgs), len(known))
    return sparse.csr_array(inside[:, codes])
