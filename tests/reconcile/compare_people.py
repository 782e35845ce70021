"""Comparisons, heat maps and ageing by every dimension beside the oracle's: differences as lines of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from analytics.policy import RecoveryRules
from data.ask.sql_files import Database
from services.recovery import figures as product
from services.recovery.units import Dimension
from tests.oracle import collection, over_time
from tests.oracle.attributes import DIMENSIONS
from tests.oracle.figures import Figures, Filter, ym_of
from tests.oracle.world import Bill, World
from tests.reconcile.compare import BASES, scope_of, side

RULES = RecoveryRules()


class Only(Filter):
    """The bills of one key of a dimension among those of a filter."""

    def __init__(self, base: Filter, key_of: Callable[[Bill], str], key: str) -> None:
        super().__init__(**{f.name: getattr(base, f.name) for f in fields(base)})
        object.__setattr__(self, "taken", lambda bill: base.takes(bill) and key_of(bill) == key)

    def takes(self, bill: Bill) -> bool:
        """Whether the bill is looked at."""
        return bool(self.__dict__["taken"](bill))


def keys_of(world: World, dimension: str) -> Callable[[Bill], str]:
    """Which key a bill has; units as they are."""
    return (lambda b: b.org_no) if dimension == "org" else (lambda b: b.attributes.of(dimension))


def dimension_differences(db: Database, oracle: Figures, dimension: Dimension) -> list[str]:
    """What the services say otherwise of one dimension's keys, for the oracle's day and filter."""
    key_of = keys_of(oracle.world, dimension)
    parent = product.EVERY_STATION if dimension == "org" else None
    keys = sorted({key_of(b) for b in oracle.bills})
    found = []
    for basis in BASES:
        scope = scope_of(oracle, basis)
        rows = product.comparison(db, scope, RULES, dimension, parent)
        theirs = {r["key"]: r for r in rows.to_dict("records")}
        for key in keys:
            ours = side(Figures(oracle.world, oracle.as_of, Only(oracle.only, key_of, key)), basis)
            row: dict[Any, Any] = theirs.get(key, dict.fromkeys(ours, 0))
            found += [
                f"{oracle.as_of} {oracle.only} {basis} {dimension} {key} {k}: "
                f"product {row[k]}, oracle {ours[k]}"
                for k in ours
                if int(row[k]) != ours[k]
            ]
        heat = product.heatmap(db, scope, RULES, dimension, parent, months=6)
        found += _heat(heat.to_dict("records"), oracle, basis, dimension, key_of)
    return found + _aged(db, oracle, dimension, parent, key_of)


def _heat(
    rows: list[dict[Any, Any]], oracle: Figures, basis: str, dimension: str, key_of: Callable[[Bill], str]
) -> list[str]:
    last = min(over_time.last_month(oracle, basis), ym_of(oracle.as_of))
    first = over_time.months_back(last, 5)
    ours: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for b in oracle.bills:
        if first <= b.rcvbl_ym <= last:
            cell, on = ours[key_of(b), b.rcvbl_ym], oracle.as_of
            cell[0] += b.amount
            cell[1] += b.collected(on)
            cell[2] += 0 if b.is_written_off(on) else b.open(on)
    theirs = {
        (r["key"], int(r["rcvbl_ym"])): [int(r[c]) for c in ("billed", "collected", "open")] for r in rows
    }
    return [
        f"{oracle.as_of} {oracle.only} {basis} heat {dimension} {cell}: "
        f"product {theirs.get(cell)}, oracle {v}"
        for cell, v in ours.items()
        if theirs.get(cell, [0, 0, 0]) != v
    ] + [f"heat {dimension} {cell}: not in the oracle" for cell in theirs if cell not in ours]


def _aged(
    db: Database, oracle: Figures, dimension: Dimension, parent: str | None, key_of: Callable[[Bill], str]
) -> list[str]:
    rows = product.ageing_by(db, scope_of(oracle, "assessment"), RULES, dimension, parent)
    theirs: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for r in rows.to_dict("records"):
        theirs[r["key"]].append((int(r["amount"]), int(r["customers"]), int(r["bills"])))
    ours: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    held = oracle.balance_bills()
    for key in sorted({key_of(b) for b in held}):
        for number in range(9):
            mine = [b for b in held if key_of(b) == key and collection.bucket(b, oracle.as_of) == number]
            total = oracle.total(mine)
            if mine:
                ours[key].append((total["amount"], total["customers"], total["bills"]))
    if theirs == ours:
        return []
    return [f"{oracle.as_of} {oracle.only} ageing by {dimension}: product {theirs}, oracle {ours}"]


def some_filter(world: World, pick: Callable[[list[Any]], Any]) -> Filter:
    """A filter on one dimension beside the unit, by values that occur."""
    dimension = pick(list(DIMENSIONS))
    values = sorted({b.attributes.of(dimension) for b in world.bills} - {""})
    chosen = Filter(orgs=pick([(), (), ("33401",)]))
    return replace(chosen, **{DIMENSIONS[dimension]: (pick(values),)}) if values else chosen
