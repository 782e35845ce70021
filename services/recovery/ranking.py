"""All stations, counties, areas or collectors of a scope in one ranking (docs/decisions/0116)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import pandas as pd

from analytics.policy import RecoveryRules
from analytics.targets import AMOUNTS, MEASURES, Book, needed, too_much
from data.ask import lookups
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope
from services.recovery.compare import figures_by
from services.recovery.targets import is_whole, of_keys
from services.recovery.units import Grouping, named, sole_unit

Order = Literal["first", "last", "missing", "fell", "largest"]
ORDERS: tuple[Order, ...] = ("first", "last", "missing", "fell", "largest")
RANKED = (*MEASURES, "on_time")
"""What can be ranked by; on time has no target."""
PARTS: Mapping[str, tuple[str, str, str]] = {
    "current_year": ("cy_rate", "cy_billed", "cy_collected"),
    "combined": ("rate", "billed", "collected"),
    "old_debt": ("old_rate", "old_billed", "old_collected"),
    "month": ("month_rate", "month_billed", "month_collected"),
    "household_months": ("hh_rate", "hh_billed", "hh_settled"),
    "on_time": ("on_time_rate", "due_billed", "due_collected"),
    "overdue": ("overdue", "overdue", "overdue"),
}
"""The columns of a measure: its value, the whole and the part of it that is there."""
STATION, AREA, COLLECTOR = "station", "area", "collector"


@dataclass(frozen=True)
class Ranked:
    """A ranking. `rows`, best first: key, name, rank, value, whole, part, open, overdue, customers, and of
    the other day then_value and then_rank; rise, how many places up since.

    `left_out` (key, name): with nothing billed. `elsewhere` (key, name): money that sits on no key of the
    level, such as bills of a county itself in a ranking of stations.
    """

    rows: pd.DataFrame
    left_out: tuple[tuple[str, str], ...]
    elsewhere: tuple[tuple[str, str], ...]


def levels(db: Database, scope: Scope) -> tuple[str, ...]:
    """What can be ranked below the scope: `station` first, the levels above as `unit2`, areas, collectors."""
    orgs = _units(db, scope)
    unit = sole_unit(db, scope)
    below = orgs[orgs["org_no"] != unit]
    stations = below[~below["org_no"].isin(below["parent_no"])]
    between = sorted(set(below.loc[below["org_no"].isin(below["parent_no"]), "depth"]))
    units = (STATION, *(f"unit{depth}" for depth in between)) if len(stations) else ()
    return (*units, AREA, COLLECTOR)


def dimension(level: str) -> Dimension:
    """The dimension of a level's keys."""
    return cast(Dimension, level) if level in (AREA, COLLECTOR) else "org"


def level_figures(db: Database, scope: Scope, rules: RecoveryRules, level: str) -> pd.DataFrame:
    """The figures of every key that has any on the scope's day, one row each, whatever is ranked by."""
    return figures_by(db, _group(scope, level), scope, rules)


def ranking(
    db: Database, scope: Scope, level: str, measure: str, now: pd.DataFrame, then: pd.DataFrame
) -> Ranked:
    """The ranking of a level by a measure, beside that of another day; both as `level_figures` gives them."""
    value, whole, part = PARTS[measure]
    known = _known(db, scope, level, now)
    elsewhere = now.loc[~now["key"].isin(known), "key"]
    rows = now[now["key"].isin(known) & now[value].notna()]
    columns = {"value": rows[value], "whole": rows[whole], "part": rows[part]}
    rows = rows[["key", "open", "overdue", "customers"]].assign(**columns)
    rows["rank"] = ranks(rows["value"], measure)
    rows["then_value"] = rows["key"].map(then.set_index("key")[value])
    rows["then_rank"] = ranks(rows["then_value"], measure)
    rows["rise"] = rows["then_rank"] - rows["rank"]
    missing = sorted(set(known) - set(rows["key"]))
    ordered = rows.sort_values(["rank", "key"], ignore_index=True)
    return Ranked(
        named(db, ordered, dimension(level)).drop(columns="has_children"),
        _named(db, missing, level),
        _named(db, sorted(elsewhere), level),
    )


def ranks(values: pd.Series[float], measure: str) -> pd.Series[int]:
    """1 is the best: the highest rate, the least money; equals share a place and the next is left free."""
    return values.rank(method="min", ascending=measure in AMOUNTS).astype("Int64")


def aimed(
    db: Database, scope: Scope, rules: RecoveryRules, held: Book, ranked: Ranked, level: str, measure: str
) -> pd.DataFrame:
    """The rows with target (a fraction, of an amount fen), gap (value − target) and missing beside them."""
    own_aims = of_keys(db, scope, rules, held, dimension(level), ranked.rows["key"], measure)
    rows = ranked.rows
    parts = zip(own_aims, rows["whole"], rows["part"], strict=True)
    if measure in AMOUNTS:
        aims: list[float | None] = [None if t is None else t.value for t in own_aims]
        missing = [too_much(t, int(part)) for t, _, part in parts]
    else:
        aims = [None if t is None else t.rate for t in own_aims]
        missing = [needed(t, int(whole), int(part)) for t, whole, part in parts]
    target = pd.Series(aims, index=rows.index, dtype="float64")
    beside = {"target": target, "gap": rows["value"] - target}
    return rows.assign(**beside, missing=pd.array(missing, dtype="Int64"))


def listed(rows: pd.DataFrame, search: str, order: str) -> pd.DataFrame:
    """The rows whose name or code holds the text, in an order; what is not known comes last."""
    wanted = search.strip().casefold()
    if wanted:
        texts = rows["name"].astype(str) + "\n" + rows["key"].astype(str)
        rows = rows[texts.str.casefold().str.contains(wanted, regex=False)]
    by, ascending = {
        "first": ("rank", True),
        "last": ("rank", False),
        "missing": ("missing", False),
        "fell": ("rise", True),
        "largest": ("whole", False),
    }[order]
    keys, ways = [by, "rank", "key"], [ascending, ascending if by == "rank" else True, True]
    return rows.sort_values(keys, ascending=ways, na_position="last", ignore_index=True)


def _group(scope: Scope, level: str) -> Grouping:
    by = dimension(level)
    if by != "org":
        return Grouping(scope, by, 0, None)
    return Grouping(scope, by, 99 if level == STATION else _depth(level), None)


def _depth(level: str) -> int:
    return int(level.removeprefix("unit"))


def _units(db: Database, scope: Scope) -> pd.DataFrame:
    """The units inside the scope and the reader's own."""
    orgs = lookups.orgs(db)
    for inside in (scope.orgs, scope.allowed_orgs):
        if inside:
            orgs = orgs[[str(o).startswith(inside) for o in orgs["org_no"]]]
    return orgs


def _known(db: Database, scope: Scope, level: str, rows: pd.DataFrame) -> list[str]:
    """The keys of a level: units of the tree; areas and collectors of the scope's customers or bills."""
    if dimension(level) == "org":
        orgs = _units(db, scope)
        if level == STATION:
            return list(orgs.loc[~orgs["org_no"].isin(lookups.orgs(db)["parent_no"]), "org_no"])
        return list(orgs.loc[orgs["depth"] == _depth(level), "org_no"])
    known = set(rows["key"])
    if is_whole(scope):
        units = tuple(_units(db, scope)["org_no"]) if scope.orgs else scope.allowed_orgs
        known |= set(lookups.choices(db, level, units)["key"])
    return sorted(known - {""})


def _named(db: Database, keys: list[str], level: str) -> tuple[tuple[str, str], ...]:
    frame = named(db, pd.DataFrame({"key": pd.Series(keys, dtype="str")}), dimension(level))
    return tuple(zip(frame["key"], frame["name"], strict=True))
