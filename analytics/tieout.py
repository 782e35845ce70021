"""Tie-out: the additive bridge from Dengta's figures to an official report's, over alternative readings.

A figure under any reading is a sum of cells, so a bridge from one reading to the next adds up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.tieout_readings import (
    MEASURES,
    READINGS,
    Cells,
    Columns,
    bill_worth,
    check_readings,
    columns_of,
    household_worth,
    line_worth,
)
from analytics.tieout_search import Sums, Units
from analytics.tieout_verdict import ROUNDINGS, SOFT, verdict_of

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


@dataclass(frozen=True)
class TieOut:
    """An official report beside Dengta's figures, each difference split into causes and an unexplained rest.

    `figures`: org_no, measure, dengta, official, difference, explained, unexplained, suspect, verdict (see
    `tieout_verdict`); a line that stands open or asked has no explanation.
    `bridge`: org_no, measure, cause, effect; dengta + its effects + unexplained = official, exactly.
    `alone`: org_no, measure, cause, effect: what each reading alone would change.
    """

    readings: tuple[str, ...]
    figures: pd.DataFrame
    bridge: pd.DataFrame
    alone: pd.DataFrame

    @property
    def tied(self) -> bool:
        """Whether every figure is equal, or explained by causes that close it."""
        return bool(self.figures["verdict"].isin(("equal", "claimed")).all())

    def causes(self, verdict: str) -> list[str]:
        """The causes of the figures that stand so (claimed, possible), in the bridge's order."""
        lines = self.figures[self.figures["verdict"] == verdict][["org_no", "measure"]]
        explained = set(self.bridge.merge(lines)["cause"])
        return [r for r in self.readings if r in explained]


def evaluate(cells: Cells, orgs: Sequence[str], readings: Iterable[str] = ()) -> pd.DataFrame:
    """The measures under the readings, one row per unit (a number covers every unit it is a prefix of)."""
    sums = Sums(cells, orgs).at(frozenset(check_readings(readings)))
    return pd.DataFrame(sums, pd.Index(list(orgs), name="org_no"), list(MEASURES))


def explain(
    cells: Cells,
    official: pd.DataFrame,
    readings: Iterable[str] | None = None,
    *,
    rounding: str = "fen",
    ask: bool = True,
) -> TieOut:
    """Tie Dengta's figures to `official` (org_no and any of MEASURES; missing values are not compared).

    Without `readings`, those are taken that leave the least unexplained, the fewer the better. `rounding`:
    what the report's money is rounded to (ROUNDINGS). With `ask`, entries that look wrong are no evidence.
    """
    half = ROUNDINGS[rounding]
    units = Units(cells, official, half)
    if readings is not None:
        chosen = check_readings(readings)
        figures = _stood(units, chosen, half, found=False, ask=ask)
    else:
        chosen, figures = _found(units, half, ask)
    silent = figures["verdict"].isin(("open", "asked"))
    silent |= (figures["verdict"] == "equal") & (figures["explained"] != 0)
    figures.loc[silent, "explained"] = 0
    figures["unexplained"] = figures["difference"] - figures["explained"]
    lines = figures.loc[~silent, ["org_no", "measure"]]
    bridge = _long(units, _steps(units, chosen)).merge(lines, on=["org_no", "measure"])
    alone = {r: units.at({r}) - units.base for r in READINGS}
    order = ("org_no", "measure", "dengta", "official", "difference", "explained", "unexplained")
    return TieOut(chosen, figures[[*order, "suspect", "verdict"]], bridge, _long(units, alone))


def _stood(units: Units, chosen: Sequence[str], half: int, *, found: bool, ask: bool) -> pd.DataFrame:
    """The lines of a report with what the readings explain of each, and where each stands."""
    figures, explained = units.lines(), units.at(chosen) - units.base
    figures["explained"] = explained[figures["unit"], figures["place"]]
    figures["unexplained"] = figures["difference"] - figures["explained"]
    figures["verdict"] = verdict_of(figures, half, found, ask)
    return figures


def _found(units: Units, half: int, ask: bool) -> tuple[tuple[str, ...], pd.DataFrame]:
    """The readings that explain most; an entry far from the books that they leave open is no evidence."""
    suspect = units.lines()["suspect"]
    doubtful = suspect.ne("") & ~suspect.isin(SOFT) & ask
    chosen = units.best(doubtful)
    figures = _stood(units, chosen, half, found=True, ask=ask)
    unanswered = figures["verdict"].eq("asked") & ~doubtful
    if unanswered.any():
        chosen = units.best(doubtful | unanswered)
        figures = _stood(units, chosen, half, found=True, ask=ask)
    return chosen, figures


def moved_kinds(
    cells: Cells, readings: Iterable[str], cause: str, measure: str
) -> dict[str, dict[str, list[int]]]:
    """Which amounts count for a cause: for `bills` and `receipts`, or `households`, by amount, the kinds.

    What a row adds is a sum of its amounts, each taken or not by its kind alone: so one row a kind is tried
    with each amount by itself.
    """
    before, after = _joining(readings, cause)
    by_reading: dict[str, dict[str, list[int]]] = {}
    for name, amounts, worth in _PARTS:
        if (name == "households") != (measure == "households"):
            continue
        rows = getattr(cells, name).drop_duplicates("kind")
        each = [rows.assign(tried=tried, **{a: int(a == tried) for a in amounts}) for tried in amounts]
        of_all = pd.concat(each, ignore_index=True)
        columns = columns_of(of_all)
        moves = worth(columns, after)[measure] != worth(columns, before)[measure]
        moving = of_all[moves]
        by_reading[name] = {a: moving.loc[moving["tried"] == a, "kind"].tolist() for a in amounts}
    return by_reading


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
            columns = columns_of(frame)
            change = worth(columns, after)[measure] - worth(columns, before)[measure]
            parts.append(pd.DataFrame({"bill_key": frame["bill_key"], "effect": change})[change != 0])
    effects = pd.concat(parts).groupby("bill_key")[["effect"]].sum()
    return _most_first(effects, effects["effect"])


def household_effects(households: pd.DataFrame, readings: Iterable[str], cause: str) -> pd.DataFrame:
    """What a cause changes on each household month (`cons_key, rcvbl_ym, effect`: 1 or -1), largest first.

    `households` is that of `Cells` with every pair for itself; the sum is the bridge's effect.
    """
    before, after = _joining(readings, cause)
    columns = columns_of(households)
    change = household_worth(columns, after) - household_worth(columns, before)
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


def _one_kind(households: Columns, on: frozenset[str]) -> Columns:
    """What household months of one kind alone add."""
    alike = np.full_like(households["pair"], -1)
    return {"households": household_worth({**households, "pair": alike}, on)}


_PARTS: tuple[tuple[str, tuple[str, ...], Callable[[Columns, frozenset[str]], Columns]], ...] = (
    ("bills", ("amount", "open", "base_a", "base_p"), bill_worth),
    ("receipts", ("applied", "excess", "recovered"), line_worth),
    ("households", ("pairs",), _one_kind),
)


def _steps(units: Units, chosen: Sequence[str]) -> dict[str, Figures]:
    steps: dict[str, Figures] = {}
    before = units.base
    for i, reading in enumerate(chosen):
        after = units.at(chosen[: i + 1])
        steps[reading] = after - before
        before = after
    return steps


def _long(units: Units, effects: dict[str, Figures]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        (org, measure, cause, int(effect[k, i]))
        for cause, effect in effects.items()
        for k, org in enumerate(units.orgs)
        for i, measure in enumerate(MEASURES)
        if units.given[k, i] and effect[k, i]
    ]
    return pd.DataFrame(rows, columns=["org_no", "measure", "cause", "effect"])
