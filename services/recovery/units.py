"""Keys of a comparison and their names: which units stand under a unit, what a code is called."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from data.ask import lookups
from data.ask.answers import asked_once
from data.ask.queries import Database
from data.dimensions import Dimension
from data.scope import Scope

EVERY_STATION = "*"
_DEEPEST = 99


@dataclass(frozen=True)
class Grouping:
    """How rows are keyed: the scope narrowed to the parent, and the depth in the tree of units."""

    scope: Scope
    by: str
    level: int
    parent: str | None


def grouping(db: Database, scope: Scope, by: Dimension, parent: str | None = None) -> Grouping:
    """With by='org', rows are the children of `parent`; without one, of the scope's single unit or the
    only top.
    """
    if by != "org":
        return Grouping(scope, by, 0, None)
    if parent == EVERY_STATION:
        return Grouping(scope, by, _DEEPEST, None)
    orgs = lookups.orgs(db)
    depth = dict(zip(orgs["org_no"], orgs["depth"], strict=True))
    parent = parent or sole_unit(db, scope)
    if parent is None or parent not in depth:
        tops = [depth[o] for o in scope.orgs if o in depth]
        return Grouping(scope, by, int(min(tops, default=0)), None)
    inside = any(parent.startswith(o) for o in scope.orgs) or not scope.orgs
    narrowed = replace(scope, orgs=(parent,)) if inside else scope
    return Grouping(narrowed, by, int(depth[parent]) + 1, parent)


def sole_unit(db: Database, scope: Scope) -> str | None:
    """The one unit that a scope speaks of: its own, else the reader's, else the only top; None of several."""
    units = scope.orgs or scope.allowed_orgs or _tops(db)
    return str(units[0]) if len(units) == 1 else None


@asked_once
def _tops(db: Database) -> tuple[str, ...]:
    orgs = lookups.orgs(db)
    return tuple(orgs.loc[orgs["depth"] == 0, "org_no"])


def ancestors(db: Database, level: int) -> dict[str, str]:
    """Every unit's own ancestor at a depth of the tree; units above it are their own."""
    orgs = lookups.orgs(db).sort_values("depth")
    ancestor_names: dict[str, str] = {}
    for unit, parent, depth in zip(orgs["org_no"], orgs["parent_no"], orgs["depth"], strict=True):
        ancestor_names[unit] = unit if depth <= level else ancestor_names[parent]
    return ancestor_names


def code_names(db: Database) -> dict[str, dict[str, str]]:
    """What the extracts call codes, collectors and readers, by dimension and code."""
    names: dict[str, dict[str, str]] = {}
    for row in lookups.code_names(db).itertuples(index=False):
        names.setdefault(str(row.dimension), {})[str(row.code)] = str(row.name)
    return names


def named(db: Database, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Put `name` and `has_children` after `key`; a code without a name is its own name."""
    names = lookups.names(db, by, sorted(set(rows["key"])))
    out = rows.copy()
    named_as = out["key"].map(dict(zip(names["key"], names["name"], strict=True)))
    out.insert(1, "name", named_as.where(named_as.notna(), out["key"]))
    parents = dict(zip(names["key"], names["has_children"], strict=True))
    out.insert(2, "has_children", [bool(parents.get(key, False)) for key in out["key"]])
    return out
