"""One change to the rules of collection at a time: a cell, a band, a row, an exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analytics.collection_rules import CollectionRules, Exempt, TableRow
from analytics.errors import RefusedError

BAND_DAYS = 30
"""How many days after the last band another one begins."""


def with_cell(rules: CollectionRules, grade: str, band: int, action: str) -> CollectionRules:
    """Another action of a grade in a band, counted from 0."""
    actions = list(_row(rules, grade).actions)
    actions[band] = action
    return _with_row(rules, replace(_row(rules, grade), actions=tuple(actions)))


def with_milder(rules: CollectionRules, grade: str, milder: bool) -> CollectionRules:
    """Whether a later band of a grade may have a milder action."""
    return _with_row(rules, replace(_row(rules, grade), milder=milder))


def with_edge(rules: CollectionRules, band: int, day: int) -> CollectionRules:
    """Another first day of a band; refused where the bands do not rise from 0."""
    edges = list(rules.edges)
    edges[band] = day
    return replace(rules, edges=tuple(edges))


def with_band(rules: CollectionRules) -> CollectionRules:
    """One band more at the end, which does what the last one does."""
    table = tuple(replace(row, actions=(*row.actions, row.actions[-1])) for row in rules.table)
    return replace(rules, edges=(*rules.edges, rules.edges[-1] + BAND_DAYS), table=table)


def without_band(rules: CollectionRules, band: int) -> CollectionRules:
    """Without a band: the one before it goes on for its days; the first one stays."""
    if band == 0:
        raise RefusedError("collection_first_band")
    table = tuple(replace(r, actions=r.actions[:band] + r.actions[band + 1 :]) for r in rules.table)
    return replace(rules, edges=rules.edges[:band] + rules.edges[band + 1 :], table=table)


def with_rows(rules: CollectionRules, grades: Sequence[str]) -> CollectionRules:
    """A row for each of `grades`, in their order: a new one does as the worse one beside it, else nothing."""
    rows = {row.grade: row for row in rules.table}
    made: list[TableRow] = []
    for grade in reversed(grades):
        near = made[-1].actions if made else ("none",) * len(rules.edges)
        made.append(rows.get(grade, TableRow(grade, near)))
    return replace(rules, table=tuple(reversed(made)))


def moved(rules: CollectionRules, key: str, by: int) -> CollectionRules:
    """An exception so many places later, or earlier below 0; at the end it stays."""
    order = list(rules.exceptions)
    at = order.index(exempt_in(rules, key))
    one = order.pop(at)
    order.insert(max(0, at + by), one)
    return replace(rules, exceptions=tuple(order))


def without(rules: CollectionRules, key: str) -> CollectionRules:
    """Without an exception."""
    exempt_in(rules, key)
    return replace(rules, exceptions=tuple(e for e in rules.exceptions if e.key != key))


def with_exempt(rules: CollectionRules, exempt: Exempt) -> CollectionRules:
    """With an exception: in the place of the one with its key, else as the last."""
    if exempt.key not in {e.key for e in rules.exceptions}:
        return replace(rules, exceptions=(*rules.exceptions, exempt))
    return replace(rules, exceptions=tuple(exempt if e.key == exempt.key else e for e in rules.exceptions))


def exempt_in(rules: CollectionRules, key: str) -> Exempt:
    """The exception of that key; refused with those that exist."""
    for exempt in rules.exceptions:
        if exempt.key == key:
            return exempt
    known = ", ".join(e.key for e in rules.exceptions)
    raise RefusedError("collection_no_exception", value=key, known=known)


def _row(rules: CollectionRules, grade: str) -> TableRow:
    for row in rules.table:
        if row.grade == grade:
            return row
    raise RefusedError("collection_no_row", names=grade)


def _with_row(rules: CollectionRules, row: TableRow) -> CollectionRules:
    return replace(rules, table=tuple(row if r.grade == row.grade else r for r in rules.table))
