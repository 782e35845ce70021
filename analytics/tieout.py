"""Tie-out: the additive bridge from Dengta's figures to an official report's, over alternative readings.

A figure under any reading is a sum of cells, so a bridge from one reading to the next adds up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analytics.tieout_readings import (
    EXCLUSIVE,
    MEASURES,
    READINGS,
    Cells,
    bill_worth,
    check_readings,
    household_worth,
    line_worth,
)

__all__ = [
    "MEASURES",
    "READINGS",
    "Cells",
    "TieOut",
    "bill_effects",
    "evaluate",
    "explain",
    "household_effects",
    "moved_kinds",
]

Figures = npt.NDArray[np.int64]

LEAST_GAIN = 0.005
"""A reading is taken only when it explains this share more of one measure's differences."""


@dataclass(frozen=True)
class TieOut:
    """An official report beside Dengta's figures, each difference split into causes and an unexplained rest.

    `figures`: org_no, measure, dengta, official, difference, explained, unexplained.
    `bridge`: org_no, measure, cause, effect; dengta + its effects + unexplained = official, exactly.
    `alone`: org_no, measure, cause, effect: what each reading alone would change.
    """

    readings: tuple[str, ...]
    figures: pd.DataFrame
    bridge: pd.DataFrame
    alone: pd.DataFrame

    @property
    def tied(self) -> bool:
        """Whether nothing is left unexplained."""
        return bool((self.figures["unexplained"] == 0).all())


def evaluate(cells: Cells, orgs: Sequence[str], readings: Iterable[str] = ()) -> pd.DataFrame:
    """The measures under the readings, one row per unit (a number covers every unit it is a prefix of)."""
    found = _Sums(cells, orgs).at(frozenset(check_readings(readings)))
    return pd.DataFrame(found, pd.Index(list(orgs), name="org_no"), list(MEASURES))


def explain(cells: Cells, official: pd.DataFrame, readings: Iterable[str] | None = None) -> TieOut:
    """Tie Dengta's figures to `official` (org_no and any of MEASURES; missing values are not compared).

    Without `readings`, those are taken that leave the least unexplained, the fewer the better.
    """
    units = _Units(cells, official)
    chosen = units.best() if readings is None else check_readings(readings)
    explained = units.at(chosen) - units.base
    parts = [
        pd.DataFrame(
            {
                "org_no": units.orgs,
                "measure": measure,
                "dengta": units.base[:, i],
                "official": units.official[:, i],
                "difference": units.official[:, i] - units.base[:, i],
                "explained": explained[:, i],
            }
        )[units.given[:, i]]
        for i, measure in enumerate(MEASURES)
    ]
    figures = pd.concat(parts, ignore_index=True)
    figures["unexplained"] = figures["difference"] - figures["explained"]
    alone = {r: units.at({r}) - units.base for r in READINGS}
    return TieOut(chosen, figures, _long(units, _steps(units, chosen)), _long(units, alone))


def moved_kinds(
    cells: Cells, readings: Iterable[str], cause: str, measure: str
) -> dict[str, dict[str, list[int]]]:
    """Which amounts count for a cause: for `bills` and `receipts`, or `households`, by amount, the kinds.

    What a row adds is a sum of its amounts, each taken or not by its kind alone: so one row a kind is tried
    with each amount by itself.
    """
    before, after = _joining(readings, cause)
    found: dict[str, dict[str, list[int]]] = {}
    for name, amounts, worth in _PARTS:
        if (name == "households") != (measure == "households"):
            continue
        rows = getattr(cells, name).drop_duplicates("kind").reset_index(drop=True)
        found[name] = {}
        for amount in amounts:
            tried = rows.assign(**{a: int(a == amount) for a in amounts})
            moves = worth(tried, after)[measure] != worth(tried, before)[measure]
            found[name][amount] = [int(k) for k in rows.loc[moves, "kind"]]
    return found


def bill_effects(
    bills: Iterable[pd.DataFrame],
    receipts: Iterable[pd.DataFrame],
    readings: Iterable[str],
    cause: str,
    measure: str,
) -> pd.DataFrame:
    """What a cause changes of a measure (fen) on each bill when it joins the readings before it, most first.

    `bill_key, effect`. The frames are those of `Cells` with one row per bill or line, in any number of
    pieces; the sum is the bridge's effect.
    """
    before, after = _joining(readings, cause)
    parts = [pd.DataFrame({"bill_key": [], "effect": []}, dtype="int64")]
    for frames, worth in ((bills, bill_worth), (receipts, line_worth)):
        for frame in frames:
            change = worth(frame, after)[measure] - worth(frame, before)[measure]
            parts.append(pd.DataFrame({"bill_key": frame["bill_key"], "effect": change})[change != 0])
    effects = pd.concat(parts).groupby("bill_key")[["effect"]].sum()
    return _most_first(effects, effects["effect"])


def household_effects(households: pd.DataFrame, readings: Iterable[str], cause: str) -> pd.DataFrame:
    """What a cause changes on each household month (`cons_key, rcvbl_ym, effect`: 1 or -1), largest first.

    `households` is that of `Cells` with every pair for itself; the sum is the bridge's effect.
    """
    before, after = _joining(readings, cause)
    change = household_worth(households, after) - household_worth(households, before)
    pairs = households[["cons_key", "rcvbl_ym", "amount"]].assign(effect=change)
    effects = pairs.groupby(["cons_key", "rcvbl_ym"])[["amount", "effect"]].sum()
    return _most_first(effects, effects["amount"]).drop(columns="amount")


def _most_first(effects: pd.DataFrame, size: pd.Series[int]) -> pd.DataFrame:
    order = size.abs().sort_values(ascending=False, kind="stable").index
    ordered = effects.loc[order]
    return ordered[ordered["effect"].ne(0)].reset_index()


def _joining(readings: Iterable[str], cause: str) -> tuple[frozenset[str], frozenset[str]]:
    """The readings before a cause in the order of the bridge, and those with it."""
    chosen = check_readings({*readings, cause})
    before = frozenset(r for r in chosen if READINGS.index(r) < READINGS.index(cause))
    return before, before | {cause}


def _one_kind(households: pd.DataFrame, on: frozenset[str]) -> pd.DataFrame:
    """What household months of one kind alone add."""
    return pd.DataFrame({"households": household_worth(households.assign(pair=None), on)})


_PARTS: tuple[tuple[str, tuple[str, ...], Callable[[pd.DataFrame, frozenset[str]], pd.DataFrame]], ...] = (
    ("bills", ("amount", "open", "base_a", "base_p"), bill_worth),
    ("receipts", ("applied", "excess", "recovered"), line_worth),
    ("households", ("pairs",), _one_kind),
)


class _Sums:
    """Cells summed by unit: which rows are under which units is found once."""

    def __init__(self, cells: Cells, orgs: Sequence[str]) -> None:
        self._cells = cells
        self._under = [_under(f, orgs) for f in (cells.bills, cells.receipts, cells.households)]

    def at(self, on: frozenset[str]) -> Figures:
        """Units × measures under the readings."""
        of_bills, of_lines, of_households = self._under
        money = of_bills @ bill_worth(self._cells.bills, on).to_numpy(dtype="int64")
        money += of_lines @ line_worth(self._cells.receipts, on).to_numpy(dtype="int64")
        households = of_households @ household_worth(self._cells.households, on).to_numpy(dtype="int64")
        return np.column_stack([money, households])


class _Units:
    """The units of the official report, and their figures under readings, kept once computed."""

    def __init__(self, cells: Cells, official: pd.DataFrame) -> None:
        self.orgs = [str(o) for o in official["org_no"]]
        self._sums = _Sums(cells, self.orgs)
        values = official.reindex(columns=list(MEASURES))
        self.given = values.notna().to_numpy()
        self.official: Figures = values.fillna(0).to_numpy(dtype="int64")
        self._known: dict[frozenset[str], Figures] = {}
        self.base = self.at(())

    def at(self, readings: Iterable[str]) -> Figures:
        """Units × measures under the readings."""
        on = frozenset(readings)
        if on not in self._known:
            self._known[on] = self._sums.at(on)
        return self._known[on]

    def cost(self, readings: Iterable[str]) -> float:
        """What stays unexplained, each measure as a share of its first difference."""
        rest = np.abs(self.official - self.at(readings)) * self.given
        first = np.abs(self.official - self.base) * self.given
        return float((rest.sum(axis=0) / np.maximum(first.sum(axis=0), 1)).sum())

    def best(self) -> tuple[str, ...]:
        """Add the reading (or, where no single one helps, the pair) that explains most; drop idle ones."""
        chosen: frozenset[str] = frozenset()
        live = [r for r in READINGS if (self.at({r}) != self.base).any()]
        while (cost := self.cost(chosen)) > 0:
            found = min(self._moves(chosen, live), key=lambda s: (self.cost(s), len(s)), default=chosen)
            if self.cost(found) > cost - LEAST_GAIN:
                pairs = self._pairs(chosen, live)
                found = min(pairs, key=lambda s: (self.cost(s), len(s)), default=chosen)
            if self.cost(found) > cost - LEAST_GAIN:
                break
            chosen = found
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


def _compatible(readings: frozenset[str]) -> bool:
    return not any(one in readings and other in readings for one, other in EXCLUSIVE)


def _steps(units: _Units, chosen: Sequence[str]) -> dict[str, Figures]:
    steps: dict[str, Figures] = {}
    before = units.base
    for i, reading in enumerate(chosen):
        after = units.at(chosen[: i + 1])
        steps[reading] = after - before
        before = after
    return steps


def _long(units: _Units, effects: dict[str, Figures]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        (org, measure, cause, int(effect[k, i]))
        for cause, effect in effects.items()
        for k, org in enumerate(units.orgs)
        for i, measure in enumerate(MEASURES)
        if units.given[k, i] and effect[k, i]
    ]
    return pd.DataFrame(rows, columns=["org_no", "measure", "cause", "effect"])


def _under(frame: pd.DataFrame, orgs: Sequence[str]) -> sparse.csr_array:
    """Units × rows: 1 where the row's unit is the unit or under it."""
    codes, known = pd.factorize(frame["org_no"].astype(str))
    inside = np.array([[str(k).startswith(o) for k in known] for o in orgs], dtype="int64")
    inside = inside.reshape(len(orgs), len(known))
    return sparse.csr_array(inside[:, codes])
